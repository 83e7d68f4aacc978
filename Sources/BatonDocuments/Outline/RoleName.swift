/// Names of roles, which templates and workflows write differently.
public enum RoleName {
    /// Titles that are written out, with the role that they mean.
    private static let titles = [
        "scrum-master": "sm", "product-owner": "po", "product-manager": "pm", "developer": "dev",
    ]

    /// The form in which roles are compared: `dev-agent` and `game-developer` are `dev`, `scrum-master` is `sm`.
    public static func normalized(_ name: String) -> String {
        var words = name.lowercased().split { $0 == "-" || $0 == "_" || $0.isWhitespace }
        if words.count > 1, words.last == "agent" { words.removeLast() }
        if words.count > 1, words.first == "game" { words.removeFirst() }
        let role = words.joined(separator: "-")
        return titles[role] ?? role
    }
}
