import BatonMessages

/// A document that goes in ranges before the result that names it.
package struct OutgoingContent: Equatable, Sendable {
    /// The document's name, for people.
    let name: String
    let digest: Digest
    /// In bytes.
    let size: Int
    let source: Source

    enum Source: Equatable, Sendable {
        case bytes([UInt8])
        case file(ContentFile)
    }
}

extension TaskOutcome {
    /// Documents of more bytes are not put into a result.
    static let largeBytes = WireLimits.rangeBytes
    /// What the documents in a result have together, in bytes; those behind that go in ranges too.
    static let inlineBytes = 512 << 10

    /// Takes out the documents that go in ranges, and names them by their hashes in their place. Small files become
    /// documents of the result.
    ///
    /// Reads and hashes all of them, which takes as long as that takes.
    ///
    /// - Throws: ``AgentError`` `content` when a file can't be read.
    package mutating func takeLargeContents() throws(AgentError) -> [OutgoingContent] {
        var contents: [OutgoingContent] = []
        var room = Self.inlineBytes
        func hasRoom(_ size: Int) -> Bool {
            guard size <= Self.largeBytes, size <= room else { return false }
            room -= size
            return true
        }
        func send(_ name: ArtifactName, _ digest: Digest, _ size: Int, _ source: OutgoingContent.Source) {
            guard !contents.contains(where: { $0.digest == digest }) else { return }
            contents.append(OutgoingContent(name: name.text, digest: digest, size: size, source: source))
        }
        for (index, artifact) in artifacts.enumerated() {
            let bytes: [UInt8]
            switch artifact.body {
            case .text(let text) where !hasRoom(text.utf8.count): bytes = Array(text.utf8)
            case .bytes(let content) where !hasRoom(content.count): bytes = content
            default: continue
            }
            let digest = ContentHash.of(bytes)
            artifacts[index].body = .reference(digest)
            send(artifact.name, digest, bytes.count, .bytes(bytes))
        }
        for file in files {
            let size = file.content.size
            let body: ArtifactDocument.Body
            if hasRoom(size) {
                body = .content(try file.content.read(at: 0, count: size))
            } else {
                let digest = try file.content.digest()
                body = .reference(digest)
                send(file.name, digest, size, .file(file.content))
            }
            artifacts.append(ArtifactDocument(name: file.name, mediaType: file.mediaType, body: body))
        }
        files = []
        return contents
    }
}

extension ArtifactDocument.Body {
    /// Text, if it is UTF-8.
    static func content(_ bytes: [UInt8]) -> Self {
        String(validating: bytes, as: UTF8.self).map { .text($0) } ?? .bytes(bytes)
    }
}
