import BatonMessages

/// What an export wrote.
public struct ExportReport: Sendable, Equatable {
    /// The artifacts, each with its path below the folder.
    public var files: [(artifact: ArtifactEntry, path: String)]
    /// The path of the list of all of them.
    public var manifest: String

    public static func == (left: ExportReport, right: ExportReport) -> Bool {
        left.manifest == right.manifest && left.files.count == right.files.count
            && zip(left.files, right.files).allSatisfy { $0 == $1 }
    }
}

extension Client {
    /// Writes the latest version of every artifact of a run below a folder, and a `manifest.json` with names, versions
    /// and hashes.
    ///
    /// Every content is checked against its hash before it gets its name. All names are checked before the first file
    /// is written.
    ///
    /// - Parameters:
    ///   - layout: which path each document gets.
    ///   - progress: called after each file.
    public func export(
        _ run: Identifier, to path: String, layout: ExportLayout = .names,
        progress: (ArtifactEntry, _ path: String) -> Void = { _, _ in }
    ) async throws(ClientError) -> ExportReport {
        let artifacts = try await artifacts(of: run).latestVersions
        let paths = layout.paths(for: artifacts)
        for (artifact, path) in zip(artifacts, paths) {
            if let fault = ExportFolder.fault(in: artifact.name) ?? ExportFolder.fault(in: path) {
                throw ClientError(
                    .unsafe,
                    "nothing is exported: the name of “\(TerminalText.line(artifact.name, maxLength: 300))” \(fault)")
            }
        }
        let folder = try ExportFolder(path)
        for (artifact, path) in zip(artifacts, paths) {
            let file = try folder.create(path)
            try await read(artifact, of: run) { (piece) throws(ClientError) in try file.write(piece) }
            try file.commit()
            progress(artifact, path)
        }
        let isTaken = paths.contains("manifest.json")
        let manifest = isTaken ? "baton-manifest.json" : "manifest.json"
        let file = try folder.create(manifest)
        try file.write(Self.manifest(run, Array(zip(artifacts, paths))))
        try file.commit()
        return ExportReport(files: zip(artifacts, paths).map { ($0, $1) }, manifest: manifest)
    }

    /// - Parameter files: the artifacts with their paths below the folder.
    static func manifest(_ run: Identifier, _ files: [(ArtifactEntry, String)]) -> [UInt8] {
        // One artifact a line, so that two manifests can be compared by eye.
        var text = "{\"run\":\"\(run)\",\"artifacts\":["
        for (index, file) in files.enumerated() {
            var artifact = file.0
            artifact.path = file.1
            text += (index == 0 ? "\n" : ",\n") + String(decoding: artifact.encode(), as: UTF8.self)
        }
        return Array((text + "\n]}\n").utf8)
    }
}
