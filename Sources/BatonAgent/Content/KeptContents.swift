import Glibc

/// The large documents that tasks work from, as files, from their first range until the handler has returned.
struct KeptContents {
    private struct Place: Hashable {
        let run: HeldTask.Run
        /// In the command's `requires`.
        let index: Int
    }

    private let parent: String
    private var folder: TemporaryFolder?
    private var open: [Place: Int32] = [:]
    private var paths: [Place: String] = [:]

    /// - Parameter parent: where the folder for them is made, with the first of them.
    init(below parent: String) { self.parent = parent }

    /// Adds a range behind those that are there.
    ///
    /// - Throws: ``AgentError`` `content`, with the system's reason.
    mutating func append(_ bytes: [UInt8], to index: Int, of run: HeldTask.Run) throws(AgentError) {
        let place = Place(run: run, index: index)
        try FolderPath.write(bytes, into: try descriptor(place), shown: "a large document")
    }

    private mutating func descriptor(_ place: Place) throws(AgentError) -> Int32 {
        if let known = open[place] { return known }
        let folder: TemporaryFolder
        if let known = self.folder { folder = known } else { folder = try TemporaryFolder(below: parent) }
        self.folder = folder
        let path = "\(folder.path)/\(place.run.number)-\(place.index)"
        let file = Glibc.open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw AgentError(.content, "\(path): \(FolderPath.reason)", isRetriable: true) }
        (open[place], paths[place]) = (file, path)
        return file
    }

    /// Where a complete one is; nil when nothing was kept of it.
    mutating func path(of index: Int, of run: HeldTask.Run) -> String? {
        let place = Place(run: run, index: index)
        if let file = open.removeValue(forKey: place) { close(file) }
        return paths[place]
    }

    /// Removes all of a task.
    mutating func discard(_ run: HeldTask.Run) {
        for (place, path) in paths where place.run == run {
            if let file = open.removeValue(forKey: place) { close(file) }
            unlink(path)
            paths[place] = nil
        }
    }

    /// Removes all there is.
    mutating func discardAll() {
        for run in Set(paths.keys.map(\.run)) { discard(run) }
        folder = nil
    }
}
