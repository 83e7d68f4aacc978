import BatonEngine
import BatonMessages

extension ArtifactDocument {
    /// The content, for a document that brings it along.
    package var bytes: [UInt8]? {
        switch body {
        case .text(let text): Array(text.utf8)
        case .bytes(let bytes): bytes
        case .sections, .reference: nil
        }
    }
}

extension ArtifactContent {
    init(_ document: ArtifactDocument, _ bytes: [UInt8]) {
        self.init(document, ContentHash.of(bytes), size: bytes.count)
    }

    init(_ document: ArtifactDocument, _ digest: Digest, size: Int) {
        self.init(
            name: document.name, digest: digest, size: size,
            mediaType: document.mediaType ?? Self.mediaType(of: document.name.text))
    }

    /// By the extension, for documents whose author does not say.
    private static func mediaType(of name: String) -> String {
        guard let dot = name.utf8.lastIndex(of: UInt8(ascii: ".")) else { return "text/markdown" }
        switch name[name.utf8.index(after: dot)...].lowercased() {
        case let end where end.utf8.contains(UInt8(ascii: "/")): return "text/markdown"
        case "md", "markdown": return "text/markdown"
        case "json": return "application/json"
        case "yaml", "yml": return "application/yaml"
        case "html", "htm": return "text/html"
        case "txt", "log": return "text/plain"
        case "png": return "image/png"
        case "pdf": return "application/pdf"
        case "zip": return "application/zip"
        default: return "application/octet-stream"
        }
    }
}
