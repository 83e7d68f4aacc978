import Glibc

/// What a program prints, as it comes: the first MiB in memory, and more of it in a file without a name.
struct CollectedOutput {
    /// In bytes; what is no more than this is no file.
    static let memoryBytes = 1 << 20

    /// What was printed, when the program has ended.
    enum Whole: Sendable, Equatable {
        case bytes([UInt8])
        /// More than ``memoryBytes``, of which these are the first.
        case file(ContentFile, head: [UInt8])
    }

    private let folder: String
    private var head: [UInt8] = []
    private var file: Int32?
    /// In bytes.
    private(set) var size = 0

    /// - Parameter folder: where the file is made, if one is.
    init(in folder: String) { self.folder = folder }

    /// - Throws: ``AgentError`` `content`, with the system's reason.
    mutating func append(_ bytes: [UInt8]) throws(AgentError) {
        size += bytes.count
        if size <= Self.memoryBytes {
            head += bytes
            return
        }
        if file == nil {
            let begun = try Self.unnamed(in: folder)
            file = begun
            try FolderPath.write(head, into: begun, shown: "the program's output")
        }
        if let file { try FolderPath.write(bytes, into: file, shown: "the program's output") }
    }

    /// To be called once, at the end: what is open is given away, or closed.
    mutating func finish() -> Whole {
        defer { file = nil }
        return file.map { .file(ContentFile(descriptor: $0, size: size), head: head) } ?? .bytes(head)
    }

    private static func unnamed(in folder: String) throws(AgentError) -> Int32 {
        try FolderPath.make(folder)
        let path = "\(folder)/baton-output-\(String(UInt64.random(in: .min ... .max), radix: 36))"
        let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw AgentError(.content, "\(path): \(FolderPath.reason)", isRetriable: true) }
        unlink(path)
        return descriptor
    }
}
