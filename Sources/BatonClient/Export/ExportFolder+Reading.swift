import BatonMessages
import Foundation

/// Reading what was written, as carefully: no link is followed, and nothing but a file is opened.
extension ExportFolder {
    /// The size and hash of a file; nil when there is none.
    ///
    /// - Throws: ``ClientError`` `unsafe` when something else has its place, `file` when it can't be read.
    func digest(of name: String) throws(ClientError) -> (digest: Digest, size: Int)? {
        var hasher = ContentHasher()
        var size = 0
        let isThere = try read(name) { piece in
            hasher.update(piece)
            size += piece.count
            return true
        }
        return isThere ? (hasher.finalize(), size) : nil
    }

    /// A whole file; nil when there is none.
    func read(_ name: String, maxBytes: Int) throws(ClientError) -> [UInt8]? {
        var bytes: [UInt8] = []
        let isThere = try read(name) { piece in
            bytes += piece
            return bytes.count <= maxBytes
        }
        guard bytes.count <= maxBytes else {
            throw ClientError(.unreadable, "\(TerminalText.line(name)) has more than \(maxBytes) bytes")
        }
        return isThere ? bytes : nil
    }

    /// Removes a file that this export wrote; what is in its place instead stays.
    func remove(_ name: String) {
        let (folder, last, _) = way(to: name, making: false)
        guard folder >= 0 else { return }
        unlinkat(folder, last, 0)
        close(folder)
    }

    /// - Parameter take: gets the pieces in order; false ends the reading.
    /// - Returns: whether there is such a file.
    private func read(_ name: String, _ take: ([UInt8]) -> Bool) throws(ClientError) -> Bool {
        let (folder, last, obstacle) = way(to: name, making: false)
        guard folder >= 0 else {
            if errno == ENOENT { return false }
            throw ClientError(
                .unsafe, "“\(TerminalText.line(obstacle ?? name))” in its path is a link or no folder")
        }
        defer { close(folder) }
        // A pipe must not block, and a device must not be opened.
        let descriptor = openat(folder, last, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            if errno == ENOENT { return false }
            if errno == ELOOP { throw ClientError(.unsafe, "it is a link") }
            throw Self.failure("it can't be opened")
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw ClientError(.unsafe, "it is no file")
        }
        var buffer = [UInt8](repeating: 0, count: 256 << 10)
        while true {
            #if canImport(Darwin)
                let count = Darwin.read(descriptor, &buffer, buffer.count)
            #else
                let count = Glibc.read(descriptor, &buffer, buffer.count)
            #endif
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw Self.failure("it can't be read") }
            if count == 0 || !take(Array(buffer[..<count])) { return true }
        }
    }
}
