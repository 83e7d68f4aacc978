import BatonMessages

/// Brings together the documents that a task requires: those that came with the command, and those to be got in ranges,
/// one range at a time. Nothing counts before its hash was compared.
///
/// Small ones are in memory; the ranges of large ones are handed on to be kept, as they come.
package struct ArtifactFetch {
    /// How long to wait for a range before asking again; doubles up to eight times as long.
    static let retryMilliseconds: Int64 = 5000
    static let maxTries = 6

    /// A document of more bytes is not in memory.
    static let largeBytes = 1 << 20
    /// Nor is one that would make those in memory more than this together, in bytes.
    static let memoryBytes = 16 << 20

    private let requires: [CommandArtifact]
    /// In the order of `requires`: the content, or nil for one that is kept elsewhere.
    private(set) var contents: [[UInt8]?] = []
    private var inMemory = 0
    private var buffer: [UInt8] = []
    private var hasher = ContentHasher()
    /// Bytes of the current one that are here.
    private var received = 0
    private var kept: (index: Int, bytes: [UInt8])?
    /// Whether anything was handed on to be kept.
    private(set) var hasKept = false
    private var tries = 0
    /// When to ask again, on the machine's clock.
    private(set) var dueAt: Int64 = .max

    init(_ requires: [CommandArtifact]) { self.requires = requires }

    enum Step: Equatable {
        case ask(digest: Digest, offset: Int, length: Int)
        case complete
        case failed(String)
    }

    private var current: CommandArtifact? { contents.count < requires.count ? requires[contents.count] : nil }

    /// Whether the current one is handed on as it comes.
    private var isKept: Bool {
        guard let current, current.content == nil else { return false }
        return current.size > Self.largeBytes || current.size > Self.memoryBytes - inMemory
    }

    /// Takes what came along, and says what to ask for next; also the way to ask again.
    mutating func next(now: Int64) -> Step {
        while let artifact = current {
            if let content = artifact.content {
                buffer = Array(content.utf8)
                received = buffer.count
                hasher.update(buffer)
            }
            guard received >= artifact.size else { break }
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
            digest: artifact.digest, offset: received, length: min(WireLimits.rangeBytes, artifact.size - received))
    }

    mutating func forgetSilence() { tries = 0 }

    private mutating func finish(_ artifact: CommandArtifact) -> String? {
        defer { (buffer, received, hasher) = ([], 0, ContentHasher()) }
        guard received == artifact.size, hasher.finalize() == artifact.digest else {
            return "\(artifact.name) is not what its SHA-256 says"
        }
        contents.append(isKept ? nil : buffer)
        inMemory += buffer.count
        return nil
    }

    /// The range that just came, if it is to be kept behind those before it; `index` is the document's in `requires`.
    mutating func takeKept() -> (index: Int, bytes: [UInt8])? {
        defer { kept = nil }
        return kept
    }

    /// A range arrived; nil when it is not the one that was asked for.
    mutating func receive(_ range: ArtifactRange, now: Int64) -> Step? {
        guard let artifact = current, artifact.content == nil, range.digest == artifact.digest else { return nil }
        switch range.body {
        case .error(let reason):
            return .failed("\(artifact.name) could not be fetched: \(reason)")
        case .stored: return nil
        case .content(let offset, let size, let bytes):
            guard offset == received else { return nil }
            guard size == artifact.size, !bytes.isEmpty, bytes.count <= size - received else {
                return .failed("\(artifact.name) came with another size than announced")
            }
            if isKept {
                kept = (contents.count, bytes)
                hasKept = true
            } else {
                buffer += bytes
            }
            hasher.update(bytes)
            received += bytes.count
            tries = 0
            return next(now: now)
        }
    }
}
