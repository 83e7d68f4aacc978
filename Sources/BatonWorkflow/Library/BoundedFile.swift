import Foundation

/// Reads files that anybody may have put into a folder: regular ones only, up to a size.
enum BoundedFile {
    /// Why a file was not read; one clause for people.
    struct Refusal: Error { let reason: String }

    static func read(_ path: String, maxBytes: Int) throws(Refusal) -> [UInt8] {
        // Without O_NONBLOCK, opening a named pipe would wait for its other end.
        let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { throw refusal("cannot be opened") }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw refusal("cannot be read") }
        guard status.st_mode & S_IFMT == S_IFREG else { throw Refusal(reason: "is not a regular file") }
        guard status.st_size <= maxBytes else {
            throw Refusal(reason: "has \(status.st_size) bytes; more than \(maxBytes)")
        }
        // One more than there is: a file that somebody is writing to shows itself.
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size) + 1)
        var count = 0
        while count < bytes.count {
            let result = bytes.withUnsafeMutableBytes { buffer in
                Foundation.read(descriptor, buffer.baseAddress! + count, buffer.count - count)
            }
            if result < 0 && errno == EINTR { continue }
            guard result >= 0 else { throw refusal("cannot be read") }
            if result == 0 { break }
            count += result
        }
        guard count < bytes.count else { throw Refusal(reason: "grew while it was read") }
        return Array(bytes.prefix(count))
    }

    private static func refusal(_ what: String) -> Refusal {
        Refusal(reason: "\(what): \(String(cString: strerror(errno)))")
    }
}
