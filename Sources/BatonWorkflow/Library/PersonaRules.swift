import BatonEngine

/// Puts the personas of a plan's roles into the plan, so that a run has them whatever becomes of the files.
public enum PersonaRules {
    /// The personas of these roles as far as there are any, each once.
    static func attachments(forRoles roles: [String], in files: LibraryFiles?) -> [Attachment] {
        guard let files else { return [] }
        var names: Set<String> = []
        return roles.compactMap { role in
            let name = attachmentName(forRole: role)
            guard let persona = files.persona(forRole: role), names.insert(name).inserted else { return nil }
            return Attachment(name: name, kind: .agent, content: persona.text, structure: persona.json)
        }
    }

    /// Unlike the name of any file that steps may name, it has a folder.
    static func attachmentName(forRole role: String) -> String { "agents/" + ArtifactName.key(of: role) }
}

extension Plan {
    /// Who an agent is while it serves the role, as ``Persona/json``; nil when the library did not say.
    public func persona(forRole role: String) -> JSON? {
        attachment(PersonaRules.attachmentName(forRole: role))?.structure
    }
}
