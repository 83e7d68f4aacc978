import BatonMessages
import Glibc

/// A content that is too large to be in memory: a file that is open, whether or not it still has a name, and that
/// nobody changes any more. It is closed with the last reference to it.
public final class ContentFile: Sendable, Equatable {
    /// In bytes.
    public let size: Int
    private let descriptor: Int32

    /// Bytes that are read at once when the whole is gone through.
    static let pieceBytes = 256 << 10

    /// Opens a regular file; a symbolic link is none.
    ///
    /// - Throws: ``AgentError`` `content`, with the system's reason.
    public convenience init(path: String) throws(AgentError) {
        // A pipe that nobody writes to would block.
        let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { throw AgentError(.content, "\(path): \(FolderPath.reason)") }
        guard let size = Self.size(of: descriptor) else {
            close(descriptor)
            throw AgentError(.content, "\(path) is no file")
        }
        self.init(descriptor: descriptor, size: size)
    }

    /// - Parameter descriptor: of a regular file of `size` bytes; is closed with this.
    init(descriptor: Int32, size: Int) {
        self.descriptor = descriptor
        self.size = size
    }

    deinit { close(descriptor) }

    /// In bytes; nil for what is no regular file.
    static func size(of descriptor: Int32) -> Int? {
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        return Int(status.st_size)
    }

    /// A range of it.
    ///
    /// - Throws: ``AgentError`` `content` when it can't be read, or has become shorter than it was.
    public func read(at offset: Int, count: Int) throws(AgentError) -> [UInt8] {
        var failure: AgentError?
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let read = pread(descriptor, buffer.baseAddress! + filled, count - filled, off_t(offset + filled))
                if read < 0, errno == EINTR { continue }
                guard read > 0 else {
                    let reason = read == 0 ? "it ends after \(offset + filled) bytes" : FolderPath.reason
                    failure = AgentError(.content, "a file of \(size) bytes can't be read: \(reason)")
                    return
                }
                filled += read
            }
        }
        if let failure { throw failure }
        return bytes
    }

    /// Gives the whole, piece by piece.
    func forEachPiece(_ take: ([UInt8]) throws(AgentError) -> Void) throws(AgentError) {
        var offset = 0
        while offset < size {
            let piece = try read(at: offset, count: min(Self.pieceBytes, size - offset))
            try take(piece)
            offset += piece.count
        }
    }

    /// Reads it through once.
    func digest() throws(AgentError) -> Digest {
        var hasher = ContentHasher()
        try forEachPiece { (piece) throws(AgentError) in hasher.update(piece) }
        return hasher.finalize()
    }

    public static func == (left: ContentFile, right: ContentFile) -> Bool { left === right }
}

/// A document of a result that is a file. It goes to the orchestrator in ranges and is never in memory as a whole.
public struct DocumentFile: Sendable, Equatable {
    public var name: ArtifactName
    public var mediaType: String?
    public var content: ContentFile

    public init(name: ArtifactName, mediaType: String? = nil, content: ContentFile) {
        self.name = name
        self.mediaType = mediaType
        self.content = content
    }

    /// - Parameter path: of a file that is not changed any more; it may be removed as soon as this is made.
    /// - Throws: ``AgentError`` `content`, with the system's reason.
    public init(name: ArtifactName, mediaType: String? = nil, path: String) throws(AgentError) {
        self.init(name: name, mediaType: mediaType, content: try ContentFile(path: path))
    }
}
