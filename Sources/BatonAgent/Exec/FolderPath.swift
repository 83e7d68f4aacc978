import Glibc

/// Files below a folder that is open, by relative paths. A component that is a symbolic link is as good as missing.
enum FolderPath {
    private static let maxDepth = 32
    private static let maxFiles = 2000

    /// What the system says about the call that just failed.
    static var reason: String { String(cString: strerror(errno)) }

    /// Makes a folder and those above it.
    static func make(_ path: String) throws(AgentError) {
        var made = path.hasPrefix("/") ? "" : "."
        for part in path.split(separator: "/") {
            made += "/" + part
            if mkdir(made, 0o700) != 0, errno != EEXIST { throw AgentError(.program, "\(made): \(reason)") }
        }
    }

    /// The path from the root, of a folder that is there.
    static func absolute(_ path: String) throws(AgentError) -> String {
        guard let resolved = realpath(path, nil) else { throw AgentError(.program, "\(path): \(reason)") }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    /// Writes a new file, with the folders that it is in.
    static func write(_ content: [UInt8], to path: String, below root: Int32) throws(AgentError) {
        try create(path, below: root) { (file) throws(AgentError) in try write(content, into: file, shown: path) }
    }

    /// The same with a content that is a file.
    static func write(_ content: ContentFile, to path: String, below root: Int32) throws(AgentError) {
        try create(path, below: root) { (file) throws(AgentError) in
            try content.forEachPiece { (piece) throws(AgentError) in try write(piece, into: file, shown: path) }
        }
    }

    private static func create(
        _ path: String, below root: Int32, _ fill: (Int32) throws(AgentError) -> Void
    ) throws(AgentError) {
        let parts = path.split(separator: "/").map(String.init)
        guard let name = parts.last, let folder = descend(parts.dropLast(), from: root, makes: true) else {
            throw AgentError(.program, "\(path): \(reason)")
        }
        defer { close(folder) }
        let file = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw AgentError(.program, "\(path): \(reason)") }
        defer { close(file) }
        try fill(file)
    }

    /// Writes all of it to a descriptor.
    ///
    /// - Throws: ``AgentError`` `content`, which is retriable: there may be space again.
    static func write(_ content: [UInt8], into file: Int32, shown: String) throws(AgentError) {
        var written = 0
        while written < content.count {
            let count = content[written...].withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw AgentError(.content, "\(shown): \(reason)", isRetriable: true) }
            written += count
        }
    }

    /// A regular file, open; nil when there is none.
    static func open(_ path: String, below root: Int32) -> ContentFile? {
        let parts = path.split(separator: "/").map(String.init)
        guard let name = parts.last, let folder = descend(parts.dropLast(), from: root, makes: false) else {
            return nil
        }
        defer { close(folder) }
        // A pipe that nobody writes to would block.
        let file = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard file >= 0 else { return nil }
        guard let size = ContentFile.size(of: file) else {
            close(file)
            return nil
        }
        return ContentFile(descriptor: file, size: size)
    }

    /// The paths of all regular files below a folder, in order.
    static func files(below path: String, of root: Int32) -> [String] {
        guard let folder = descend(path.split(separator: "/").map(String.init)[...], from: root, makes: false) else {
            return []
        }
        defer { close(folder) }
        var files: [String] = []
        collect(folder, path, depth: 0, &files)
        return files
    }

    private static func collect(_ folder: Int32, _ path: String, depth: Int, _ files: inout [String]) {
        guard depth < maxDepth else { return }
        for name in entries(of: folder) where files.count < maxFiles {
            switch kind(of: name, in: folder) {
            case S_IFREG: files.append("\(path)/\(name)")
            case S_IFDIR:
                let inner = openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
                guard inner >= 0 else { continue }
                collect(inner, "\(path)/\(name)", depth: depth + 1, &files)
                close(inner)
            default: continue
            }
        }
    }

    /// The same of a folder by its path; none, if it can't be read.
    static func entries(of path: String) -> [String] {
        let folder = Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { return [] }
        defer { close(folder) }
        return entries(of: folder)
    }

    /// Empties a folder.
    static func removeAll(in folder: Int32, depth: Int) {
        for name in entries(of: folder) {
            guard kind(of: name, in: folder) == S_IFDIR else {
                unlinkat(folder, name, 0)
                continue
            }
            let inner = openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            if inner >= 0 {
                // Deeper than any path may be long: the rest stays, and so does the folder.
                if depth < 2048 { removeAll(in: inner, depth: depth + 1) }
                close(inner)
            }
            unlinkat(folder, name, AT_REMOVEDIR)
        }
    }

    private static func descend(_ parts: ArraySlice<String>, from root: Int32, makes: Bool) -> Int32? {
        var folder = fcntl(root, F_DUPFD_CLOEXEC, 3)
        guard folder >= 0 else { return nil }
        for part in parts {
            if makes { mkdirat(folder, part, 0o700) }
            let next = openat(folder, part, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            close(folder)
            guard next >= 0 else { return nil }
            folder = next
        }
        return folder
    }

    private static func kind(of name: String, in folder: Int32) -> mode_t? {
        var status = stat()
        guard fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { return nil }
        return status.st_mode & S_IFMT
    }

    /// The names of what is in a folder, in order.
    static func entries(of folder: Int32) -> [String] {
        // Of its own, so that the position in it is its own.
        let own = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard own >= 0, let directory = fdopendir(own) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }
}
