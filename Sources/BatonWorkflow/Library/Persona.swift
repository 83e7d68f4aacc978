import BatonEngine

/// Who an agent is while it serves a role: a file of `agents/`.
public struct Persona: Sendable, Equatable {
    /// The role that it serves: the agent's `id`.
    public let role: String
    public let name: String?
    public let title: String?
    public let icon: String?
    public let whenToUse: String?
    /// The `persona` of the file: an object with role, style, identity, focus, core_principles and whatever else is
    /// there.
    public let character: JSON
    /// The file, as it is.
    public let text: String

    public init(
        role: String, name: String? = nil, title: String? = nil, icon: String? = nil, whenToUse: String? = nil,
        character: JSON = [:], text: String
    ) {
        self.role = role
        self.name = name
        self.title = title
        self.icon = icon
        self.whenToUse = whenToUse
        self.character = character
        self.text = text
    }

    /// What an agent is told: `{id, name?, title?, icon?, when_to_use?, role?, style?, identity?, focus?,
    /// core_principles?, …}`.
    public var json: JSON {
        var members = character.object ?? [:]
        members.updateValue(.string(role), forKey: "id", insertingAt: 0)
        let known = [("name", name), ("title", title), ("icon", icon), ("when_to_use", whenToUse)]
        var position = 1
        for (key, value) in known {
            guard let value else { continue }
            members.removeValue(forKey: key)
            members.updateValue(.string(value), forKey: key, insertingAt: position)
            position += 1
        }
        return .object(members)
    }
}
