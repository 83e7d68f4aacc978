import BatonMessages
import Foundation

/// A folder into which documents are written whose names come from strangers: nothing is ever written outside of it.
///
/// Every step of a path is opened relative to the one before, and symbolic links are not followed; a file appears under
/// its name only when it is complete.
public final class ExportFolder {
    private let descriptor: Int32
    private let path: String

    /// Opens the folder, and makes it if it is not there.
    public init(_ path: String) throws(ClientError) {
        self.path = path
        try Self.make(path)
        descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Self.failure("the folder \(TerminalText.line(path)) can't be opened") }
    }

    /// Makes the folders of a path that are not there.
    private static func make(_ path: String) throws(ClientError) {
        let parts = path.split(separator: "/", omittingEmptySubsequences: true)
        var place = path.hasPrefix("/") ? "" : "."
        for part in parts {
            place += "/\(part)"
            if mkdir(place, 0o777) == 0 { continue }
            let reason = errno
            var isFolder: ObjCBool = false
            let isThere = FileManager.default.fileExists(atPath: place, isDirectory: &isFolder)
            if isThere, isFolder.boolValue { continue }
            let shown = "the folder \(TerminalText.line(path)) can't be made"
            let obstacle = place.hasPrefix("./") ? String(place.dropFirst(2)) : place
            if isThere { throw ClientError(.file, "\(shown): \(TerminalText.line(obstacle)) is no folder") }
            errno = reason
            throw failure(shown)
        }
    }

    /// Opens a folder that is there.
    ///
    /// - Throws: ``ClientError`` `notFound` when there is none.
    public init(existing path: String) throws(ClientError) {
        self.path = path
        descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else {
            let error = Self.failure("the folder \(TerminalText.line(path)) can't be opened")
            throw errno == ENOENT ? ClientError(.notFound, error.message) : error
        }
    }

    deinit { close(descriptor) }

    /// Why a document of this name is not written; nil if it can be.
    public static func fault(in name: String) -> String? { ArtifactName.fileFault(in: name) }

    /// Begins a file; it is not there before ``File/commit()``.
    public func create(_ name: String) throws(ClientError) -> File {
        let shown = TerminalText.line(name, maxLength: 300)
        if let fault = Self.fault(in: name) {
            throw ClientError(.unsafe, "the document “\(shown)” is not written: its name \(fault)")
        }
        let (folder, last, obstacle) = way(to: name, making: true)
        if let obstacle {
            throw ClientError(
                .unsafe,
                "“\(shown)” is not written: “\(TerminalText.line(obstacle))” in its path is a link or no folder")
        }
        guard folder >= 0 else { throw Self.failure("“\(shown)” can't be written") }
        return try File(folder: folder, name: last, shown: shown)
    }

    /// The folder that a name is in, opened, and the last part of the name; -1 and what is in the way, if something is.
    ///
    /// - Parameter making: whether folders are made that are not there.
    func way(to name: String, making: Bool) -> (folder: Int32, last: String, obstacle: String?) {
        var parts = name.split(separator: "/").map(String.init)
        let last = parts.removeLast()
        var folder = dup(descriptor)
        for part in parts where folder >= 0 {
            let parent = folder
            folder = enter(part, of: parent, making: making)
            let reason = errno
            close(parent)
            errno = reason
            guard folder >= 0 else { return (-1, last, part) }
        }
        return (folder, last, nil)
    }

    /// A folder inside of another; -1 when there is something else of that name.
    private func enter(_ name: String, of parent: Int32, making: Bool) -> Int32 {
        if making, mkdirat(parent, name, 0o777) != 0, errno != EEXIST { return -1 }
        return openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    }

    static func failure(_ what: String) -> ClientError {
        ClientError(.file, "\(what): \(String(cString: strerror(errno)))")
    }

    /// A file in the making, under another name until it is complete.
    public final class File {
        private let folder: Int32
        private let descriptor: Int32
        private let temporary: String
        private let name: String
        private let shown: String
        private var isCommitted = false

        fileprivate init(folder: Int32, name: String, shown: String) throws(ClientError) {
            self.folder = folder
            self.name = name
            self.shown = shown
            temporary = ".baton-" + Client.randomID()
            let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
            descriptor = openat(folder, temporary, flags, 0o666)
            guard descriptor >= 0 else {
                let error = ExportFolder.failure("“\(shown)” can't be written")
                close(folder)
                throw error
            }
        }

        deinit {
            if !isCommitted { unlinkat(folder, temporary, 0) }
            close(descriptor)
            close(folder)
        }

        public func write(_ bytes: [UInt8]) throws(ClientError) {
            var offset = 0
            while offset < bytes.count {
                let written = bytes.withUnsafeBytes { buffer in
                    #if canImport(Darwin)
                        Darwin.write(descriptor, buffer.baseAddress! + offset, bytes.count - offset)
                    #else
                        Glibc.write(descriptor, buffer.baseAddress! + offset, bytes.count - offset)
                    #endif
                }
                if written < 0 && errno == EINTR { continue }
                guard written > 0 else { throw ExportFolder.failure("“\(shown)” can't be written") }
                offset += written
            }
        }

        /// Puts the file in its place; a link of that name is replaced, not followed.
        public func commit() throws(ClientError) {
            guard renameat(folder, temporary, folder, name) == 0 else {
                throw ExportFolder.failure("“\(shown)” can't be put in its place")
            }
            isCommitted = true
        }
    }
}
