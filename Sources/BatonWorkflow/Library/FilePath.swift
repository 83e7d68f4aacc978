import Foundation

/// Paths as people write them: joined and cut as text, so that findings name files as they were given.
enum FilePath {
    static func join(_ folder: String, _ name: String) -> String {
        folder == "." ? name : folder.hasSuffix("/") ? folder + name : folder + "/" + name
    }

    static func lastComponent(_ path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }

    /// The folder that a path lies in; `.` for a name alone.
    static func parent(_ path: String) -> String {
        let text = withoutTrailingSlashes(path)
        guard let slash = text.lastIndex(of: "/") else { return "." }
        return slash == text.startIndex ? "/" : String(text[..<slash])
    }

    static func withoutTrailingSlashes(_ path: String) -> String {
        var text = path[...]
        while text.hasSuffix("/"), text.count > 1 { text.removeLast() }
        return String(text)
    }

    /// Nil when there is nothing at the path.
    static func isFolder(_ path: String) -> Bool? { FileStamp(path)?.isFolder }

    static func isYAML(_ path: String) -> Bool { path.hasSuffix(".yaml") || path.hasSuffix(".yml") }
}

/// What tells one state of a file from another without reading it.
struct FileStamp: Sendable, Equatable {
    let isFolder: Bool
    private let inode: UInt64
    /// In bytes.
    private let size: Int
    /// In nanoseconds since 1970: of the content, and of anything about the file.
    private let modified: Int64
    private let changed: Int64

    /// Nil when there is nothing at the path.
    init?(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        isFolder = status.st_mode & S_IFMT == S_IFDIR
        inode = UInt64(status.st_ino)
        // A folder is known by what lies in it; its own times change with files that nobody asked for.
        size = isFolder ? 0 : Int(status.st_size)
        modified = isFolder ? 0 : Self.nanoseconds(status.st_mtim)
        changed = isFolder ? 0 : Self.nanoseconds(status.st_ctim)
    }

    private static func nanoseconds(_ time: timespec) -> Int64 {
        Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
    }
}
