import BatonEngine
import Crypto

/// The address of content: its SHA-256.
public enum ContentHash {
    public static func of(_ content: [UInt8]) -> BatonEngine.Digest {
        var hash = SHA256()
        content.withUnsafeBytes { hash.update(bufferPointer: $0) }
        return hash.digest
    }

    /// Of a text's UTF-8.
    public static func of(_ text: String) -> BatonEngine.Digest { of(Array(text.utf8)) }
}

/// The address of content that comes piece by piece.
public struct ContentHasher {
    private var hash = SHA256()

    public init() {}

    public mutating func update(_ piece: [UInt8]) {
        piece.withUnsafeBytes { hash.update(bufferPointer: $0) }
    }

    public func finalize() -> BatonEngine.Digest { hash.digest }
}

extension SHA256 {
    fileprivate var digest: BatonEngine.Digest { finalize().withUnsafeBytes { BatonEngine.Digest(bytes: $0)! } }
}
