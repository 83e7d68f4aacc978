import BatonMessages

/// What an export wrote.
public struct ExportReport: Sendable, Equatable {
    /// The artifacts, each with its path below the folder.
    public var files: [(artifact: ArtifactEntry, path: String)]
    /// The path of the list of all of them.
    public var manifest: String
    /// Why others are left out, a sentence each: no file may have their names, or the same name is there already.
    public var leftOut: [String] = []

    public static func == (left: ExportReport, right: ExportReport) -> Bool {
        left.manifest == right.manifest && left.leftOut == right.leftOut && left.files.count == right.files.count
            && zip(left.files, right.files).allSatisfy { $0 == $1 }
    }
}

extension Client {
    /// Writes the latest version of every artifact of a run below a folder, and a `manifest.json` with paths, versions,
    /// hashes, lineage and handoffs (``ExportCheck`` reads it).
    ///
    /// Every content is checked against its hash before it gets its name. All names are checked before the first file
    /// is written: one that leads elsewhere ends it, and what can't be a file is left out.
    ///
    /// - Parameters:
    ///   - layout: which path each document gets.
    ///   - progress: called after each file.
    public func export(
        _ run: Identifier, to path: String, layout: ExportLayout = .project,
        progress: (ArtifactEntry, _ path: String) -> Void = { _, _ in }
    ) async throws(ClientError) -> ExportReport {
        try await Exporter(run, path: path, layout: layout).update(with: self, progress)
    }

    /// The same, and keeps it so until the run has ended: a document that changes is written again, and so is the
    /// manifest. Losing the broker or the orchestrator ends nothing.
    ///
    /// - Returns: what was written, and how the run ended.
    public func exportLive(
        _ run: Identifier, to path: String, layout: ExportLayout = .project,
        progress: (ArtifactEntry, _ path: String) -> Void = { _, _ in }
    ) async throws(ClientError) -> (report: ExportReport, status: RunStatus) {
        let exporter = Exporter(run, path: path, layout: layout)
        var report = try await exporter.update(with: self, progress)
        var last: RunSnapshot?
        for await update in try await watch(run) {
            guard case .snapshot(let snapshot) = update, snapshot.sequence != last?.sequence else { continue }
            do throws(ClientError) {
                report = try await exporter.update(with: self, progress)
                last = snapshot
            } catch {
                guard error.isRetriable else { throw error }
            }
        }
        guard let last, last.status.isFinal else {
            throw ClientError(.stopped, "the run \(run) was no longer followed before it ended")
        }
        // What came between the last two looks.
        report = try await exporter.update(with: self, progress)
        return (report, last.status)
    }
}
