import BatonEngine
import Foundation

/// Contents that are too large for the database: files named by their SHA-256, in a folder beside it.
///
/// A content comes whole (``write(_:of:)``) or piece by piece, as a half that belongs to one run and is given its name
/// when it is complete. When a call that writes has returned, what it wrote is on disk. The folder is made with the
/// first file. Hashes are the caller's matter.
public final class ContentFolder {
    /// A content of which a part is there. It belongs to a run, so that nobody completes what another run sent.
    public struct Half: Hashable, Sendable {
        public let digest: Digest
        public let run: Identifier

        public init(_ digest: Digest, of run: Identifier) {
            self.digest = digest
            self.run = run
        }

        fileprivate var name: String { "\(digest).\(run).half" }
    }

    public let path: String
    /// Bytes on disk of the halves.
    public private(set) var halves: [Half: Int] = [:]

    /// - Throws: ``StoreError`` with code `inaccessible` when the folder is there and can't be read.
    public init(path: String) throws(StoreError) {
        self.path = path
        for name in try names() where name.hasSuffix(".half") {
            guard let half = Half(name: name), let size = Self.size(at: file(name)) else { continue }
            halves[half] = size
        }
    }

    private func file(_ name: String) -> String { "\(path)/\(name)" }

    func names() throws(StoreError) -> [String] {
        guard FileManager.default.fileExists(atPath: path) else { return [] }
        do { return try FileManager.default.contentsOfDirectory(atPath: path) } catch {
            throw StoreError(.inaccessible, "the folder \(path) can't be read: check its rights")
        }
    }

    /// Removes what nobody will ask for: what a crash left of writing, contents that the database does not know, halves
    /// of runs that have ended.
    public func sweep(keeps: (Digest) throws -> Bool, isOpen: (Identifier) throws -> Bool) throws {
        for name in try names() {
            if let digest = Digest(name) {
                if try keeps(digest) { continue }
            } else if let half = Half(name: name) {
                if try isOpen(half.run) { continue }
                halves[half] = nil
            } else if !name.hasSuffix(".new") {
                // Not one of ours.
                continue
            }
            unlink(file(name))
        }
    }

    // MARK: Whole contents

    /// Bytes of a content; nil if it is not there.
    public func size(of digest: Digest) -> Int? { Self.size(at: file(digest.description)) }

    /// Writes a content; one that is there is not written again.
    public func write(_ content: [UInt8], of digest: Digest) throws(StoreError) {
        if size(of: digest) == content.count { return }
        try make()
        let new = file("\(digest).new")
        try put(content, into: new, at: 0, flags: O_TRUNC)
        try name(new, digest)
    }

    /// A range of a content, shorter where the content ends; nil if the content is not there.
    public func read(_ digest: Digest, offset: Int, length: Int) throws(StoreError) -> [UInt8]? {
        try bytes(of: file(digest.description), offset: offset, length: length)
    }

    public func remove(_ digest: Digest) { unlink(file(digest.description)) }

    // MARK: Halves

    /// Adds to a half. Nothing is added when it has not `offset` bytes.
    public func append(_ bytes: [UInt8], to half: Half, at offset: Int) throws(StoreError) {
        let size = halves[half] ?? 0
        guard offset == size else { return }
        if size == 0 { try make() }
        try put(bytes, into: file(half.name), at: offset)
        if size == 0 { try synchronize() }
        halves[half] = size + bytes.count
    }

    /// A range of a half, shorter where it ends.
    public func read(_ half: Half, offset: Int, length: Int) throws(StoreError) -> [UInt8] {
        try bytes(of: file(half.name), offset: offset, length: length) ?? []
    }

    /// The half is the whole: gives it its name.
    public func finish(_ half: Half) throws(StoreError) {
        if size(of: half.digest) == halves[half] {
            discard(half)
        } else {
            try name(file(half.name), half.digest)
            halves[half] = nil
        }
    }

    public func discard(_ half: Half) {
        unlink(file(half.name))
        halves[half] = nil
    }

    public func discardHalves(of run: Identifier) {
        for half in halves.keys where half.run == run { discard(half) }
    }

    /// Bytes of what a run has not completed.
    public func halfBytes(of run: Identifier) -> Int {
        halves.reduce(0) { $0 + ($1.key.run == run ? $1.value : 0) }
    }

    // MARK: The disk

    private func make() throws(StoreError) {
        guard mkdir(path, 0o755) == 0 else {
            guard errno == EEXIST else { throw fault("made") }
            return
        }
        try Self.synchronize(folder: URL(fileURLWithPath: path).deletingLastPathComponent().path)
    }

    private func put(_ bytes: [UInt8], into path: String, at offset: Int, flags: Int32 = 0) throws(StoreError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | flags, 0o644)
        guard descriptor >= 0 else { throw fault("written to") }
        defer { close(descriptor) }
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes {
                pwrite(descriptor, $0.baseAddress, $0.count, off_t(offset + written))
            }
            if count < 0 {
                if errno == EINTR { continue }
                let fault = fault("written to")
                // What was written is not told to anybody.
                _ = ftruncate(descriptor, off_t(offset))
                throw fault
            }
            written += count
        }
        guard fdatasync(descriptor) == 0 else {
            let fault = fault("written to")
            _ = ftruncate(descriptor, off_t(offset))
            throw fault
        }
    }

    private func bytes(of path: String, offset: Int, length: Int) throws(StoreError) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw fault("read")
        }
        defer { close(descriptor) }
        guard let end = Self.size(of: descriptor) else { throw fault("read") }
        var bytes = [UInt8](repeating: 0, count: max(0, min(length, end - offset)))
        var got = 0
        while got < bytes.count {
            let count = bytes[got...].withUnsafeMutableBytes {
                pread(descriptor, $0.baseAddress, $0.count, off_t(offset + got))
            }
            if count < 0 {
                if errno == EINTR { continue }
                throw fault("read")
            }
            guard count > 0 else { throw StoreError(.io, "a file in \(self.path) is shorter than it was") }
            got += count
        }
        return bytes
    }

    private func name(_ path: String, _ digest: Digest) throws(StoreError) {
        guard rename(path, file(digest.description)) == 0 else { throw fault("written to") }
        try synchronize()
    }

    private func synchronize() throws(StoreError) { try Self.synchronize(folder: path) }

    private static func synchronize(folder: String) throws(StoreError) {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw StoreError(errno: errno, folder: folder, "read") }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw StoreError(errno: errno, folder: folder, "written to") }
    }

    private static func size(at path: String) -> Int? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        return size(of: descriptor)
    }

    private static func size(of descriptor: Int32) -> Int? {
        var status = stat()
        return fstat(descriptor, &status) == 0 ? Int(status.st_size) : nil
    }

    private func fault(_ what: String) -> StoreError { StoreError(errno: errno, folder: path, what) }
}

extension ContentFolder.Half {
    init?(name: String) {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[2] == "half", let digest = Digest(String(parts[0])),
            let run = Identifier(String(parts[1]))
        else { return nil }
        self.init(digest, of: run)
    }
}

extension StoreError {
    fileprivate init(errno number: Int32, folder: String, _ what: String) {
        let reason = String(cString: strerror(number))
        switch number {
        case ENOSPC, EDQUOT:
            self.init(.full, "no space is left for the artifacts in \(folder): free some, and it goes on")
        case EIO: self.init(.io, "reading or writing the artifacts in \(folder) failed: check the disk (\(reason))")
        default: self.init(.inaccessible, "the folder \(folder) can't be \(what): check its rights (\(reason))")
        }
    }
}
