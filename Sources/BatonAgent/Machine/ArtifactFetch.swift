import BatonMessages

/// Brings together the documents that a task requires: those that came with the command, and those to be got in ranges,
/// one range at a time. Nothing counts before its hash was compared.
package struct ArtifactFetch: Equatable {
    /// How long to wait for a range before asking again; doubles up to eight times as long.
    static let retryMilliseconds: Int64 = 5000
    static let maxTries = 6

    private let requires: [CommandArtifact]
    private(set) var artifacts: [TaskArtifact] = []
    private var buffer: [UInt8] = []
    private var tries = 0
    /// When to ask again, on the machine's clock.
    private(set) var dueAt: Int64 = .max

    init(_ requires: [CommandArtifact]) { self.requires = requires }

    enum Step: Equatable {
        case ask(digest: Digest, offset: Int, length: Int)
        case complete
        case failed(String)
    }

    private var current: CommandArtifact? { artifacts.count < requires.count ? requires[artifacts.count] : nil }

    /// Takes what came along, and says what to ask for next; also the way to ask again.
    mutating func next(now: Int64) -> Step {
        while let artifact = current {
            if let content = artifact.content { buffer = Array(content.utf8) }
            guard buffer.count >= artifact.size else { break }
            if let fault = finish(artifact) { return .failed(fault) }
        }
        guard let artifact = current else {
            dueAt = .max
            return .complete
        }
        guard artifact.content == nil else {
            return .failed("\(artifact.name) came with another size than announced")
        }
        guard tries < Self.maxTries else {
            return .failed("\(artifact.name) could not be fetched: no answer to \(tries) requests")
        }
        dueAt = now + Self.retryMilliseconds << Int64(min(tries, 3))
        tries += 1
        return .ask(
            digest: artifact.digest, offset: buffer.count,
            length: min(WireLimits.rangeBytes, artifact.size - buffer.count))
    }

    mutating func forgetSilence() { tries = 0 }

    private mutating func finish(_ artifact: CommandArtifact) -> String? {
        defer { buffer = [] }
        guard buffer.count == artifact.size, ContentHash.of(buffer) == artifact.digest else {
            return "\(artifact.name) is not what its SHA-256 says"
        }
        artifacts.append(TaskArtifact(artifact, content: buffer))
        return nil
    }

    /// A range arrived; nil when it is not the one that was asked for.
    mutating func receive(_ range: ArtifactRange, now: Int64) -> Step? {
        guard let artifact = current, artifact.content == nil, range.digest == artifact.digest else { return nil }
        switch range.body {
        case .error(let reason):
            return .failed("\(artifact.name) could not be fetched: \(reason)")
        case .stored: return nil
        case .content(let offset, let size, let bytes):
            guard offset == buffer.count else { return nil }
            guard size == artifact.size, !bytes.isEmpty, buffer.count + bytes.count <= size else {
                return .failed("\(artifact.name) came with another size than announced")
            }
            buffer += bytes
            tries = 0
            return next(now: now)
        }
    }
}
