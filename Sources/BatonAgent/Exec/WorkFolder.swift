import BatonMessages
import Glibc

/// A folder of its own for one attempt at a task: what the task requires lies in it as files, and what the program
/// leaves there under the names that the step creates or updates is taken.
///
/// Names come from agents and from the wire. Every path is walked component by component from the folder's own
/// descriptor, and no symbolic link is followed, neither on the way in nor on the way out.
final class WorkFolder: Sendable {
    /// What Baton itself puts there: the command, and what is attached to the step.
    static let own = ".baton"

    let path: String
    private let root: Int32
    /// What was laid out, by name.
    private let given: [String: TaskArtifact]

    /// - Parameter parent: is made if it is not there.
    /// - Throws: ``AgentError`` of the code `program`, with the name that cannot be laid out, or the system's reason.
    init(below parent: String, for context: TaskContext) throws {
        let command = context.command
        try FolderPath.make(parent)
        let name = "\(command.task)-\(command.attempt)-\(command.lease.description.prefix(8))"
        path = try FolderPath.absolute(parent) + "/" + name
        guard mkdir(path, 0o700) == 0 else { throw AgentError(.program, "\(path): \(FolderPath.reason)") }
        root = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard root >= 0 else { throw AgentError(.program, "\(path): \(FolderPath.reason)") }
        var given: [String: TaskArtifact] = [:]
        for artifact in context.artifacts { given[artifact.name] = artifact }
        self.given = given
        do {
            for artifact in context.artifacts { try lay(artifact) }
            for attachment in command.uses where ArtifactName.fault(in: attachment.name) == nil {
                try FolderPath.write(
                    Array(attachment.content.utf8), to: "\(Self.own)/uses/\(attachment.name)", below: root)
            }
        } catch {
            remove()
            throw error
        }
    }

    deinit { close(root) }

    /// Puts the command, as the program finds it on standard input, into `.baton/task.json`.
    func lay(command bytes: [UInt8]) throws(AgentError) {
        try FolderPath.write(bytes, to: "\(Self.own)/task.json", below: root)
    }

    private func lay(_ artifact: TaskArtifact) throws(AgentError) {
        let name = artifact.name
        if let fault = ArtifactName.fault(in: name) ?? Self.fault(in: name) {
            throw AgentError(.program, "the document “\(name.prefix(80))” cannot be laid out as a file: it \(fault)")
        }
        if let file = artifact.file {
            try FolderPath.write(try ContentFile(path: file), to: name, below: root)
        } else {
            try FolderPath.write(try artifact.content, to: name, below: root)
        }
    }

    private static func fault(in name: String) -> String? {
        name == own || name.hasPrefix(own + "/") ? "is named as what Baton puts there itself" : nil
    }

    /// Removes the folder with all that is in it.
    func remove() {
        FolderPath.removeAll(in: root, depth: 0)
        rmdir(path)
    }

    // MARK: What the program left

    /// What the program left.
    struct Left {
        var documents: [ArtifactDocument] = []
        /// Those that are not read before they are handed over.
        var files: [DocumentFile] = []

        var names: [ArtifactName] { documents.map(\.name) + files.map(\.name) }
    }

    /// The documents that the program wrote: files under the names of what the step creates or updates (all files below
    /// it, for a set, with its extension or without) that were not there before, or are not what they were.
    ///
    /// - Throws: ``AgentError`` of the code `result` when one is larger than it may be, or they are too many.
    func documents(for command: TaskCommand) throws(AgentError) -> Left {
        var names: [(path: String, name: ArtifactName)] = []
        for product in command.creates + command.updates {
            let name = product.name.hasSuffix("/") ? String(product.name.dropLast()) : product.name
            guard ArtifactName.fault(in: name) == nil, Self.fault(in: name) == nil else { continue }
            names.append((name, ArtifactName(name)))
            guard product.isSet else { continue }
            let set = ArtifactName(name)
            for folder in Set([set.folder, name]).sorted() {
                names += FolderPath.files(below: folder, of: root).map { ($0, ArtifactName($0).kept(in: set)) }
            }
        }
        var left = Left()
        var seen: Set<ArtifactName> = []
        var room = ExecHandler.maxOutputBytes
        for (path, name) in names where ArtifactName.fault(in: path) == nil {
            guard let file = FolderPath.open(path, below: root), !seen.contains(name) else { continue }
            guard file.size <= ExecHandler.maxOutputBytes else {
                throw AgentError(
                    .result,
                    "the document “\(name)” has \(file.size) bytes; at most \(ExecHandler.maxOutputBytes) are taken")
            }
            guard try !isAsGiven(file, name.text) else { continue }
            seen.insert(name)
            room -= file.size
            guard room >= 0, seen.count <= WireLimits.artifactsPerMessage else {
                throw AgentError(
                    .result,
                    "with “\(name)” the files that the program wrote are more than a result may have: "
                        + "\(ExecHandler.maxOutputBytes) bytes, \(WireLimits.artifactsPerMessage) documents")
            }
            if file.size > TaskOutcome.largeBytes {
                left.files.append(DocumentFile(name: name, content: file))
            } else {
                let content = try file.read(at: 0, count: file.size)
                left.documents.append(ArtifactDocument(name: name, body: .content(content)))
            }
        }
        return left
    }

    private func isAsGiven(_ file: ContentFile, _ name: String) throws(AgentError) -> Bool {
        guard let artifact = given[name], artifact.size == file.size else { return false }
        if let digest = artifact.digest { return try file.digest() == digest }
        return try file.read(at: 0, count: file.size) == artifact.content
    }
}
