/// A workflow with made-up names, so that nothing in the program can know it.
enum GeneratedWorkflow {
    static func make(_ random: inout some RandomNumberGenerator) -> (text: String, roles: [String], agentSteps: Int) {
        func word(_ random: inout some RandomNumberGenerator) -> String {
            String((0..<6).map { _ in "bcdfghklmnprstvw".randomElement(using: &random)! })
        }
        let roles = (0..<3).map { _ in "role-\(word(&random))" }
        let count = Int.random(in: 4...8, using: &random)
        var lines = ["workflow:", "  id: made-up", "  name: Made up", "  sequence:"]
        var made: [String] = []
        for index in 0..<count {
            let name = "\(word(&random)).md"
            let isSet = index > 0 && Bool.random(using: &random)
            lines.append("    - agent: \(roles[index % roles.count])")
            lines.append("      creates: \(isSet ? String(name.dropLast(3)) + "/" : name)")
            if let before = made.randomElement(using: &random) { lines.append("      requires: \(before)") }
            lines.append("      notes: Write about \(word(&random)).")
            made.append(isSet ? String(name.dropLast(3)) : name)
        }
        lines.append("    - step: \(word(&random))")
        lines.append("      notes: Nothing is left.")
        // The guidance at the end is a step too.
        return (lines.joined(separator: "\n") + "\n", roles, count + 1)
    }
}
