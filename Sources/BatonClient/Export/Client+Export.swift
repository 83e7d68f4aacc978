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
    /// Writes the latest version of every artifact of a run below a folder, under the artifacts' names, and a
    /// `manifest.json` with names, versions and hashes.
    ///
    /// Every content is checked against its hash before it gets its name. All names are checked before the first file
    /// is written.
    ///
    /// - Parameter progress: called after each file.
    public func export(
        _ run: Identifier, to path: String, progress: (ArtifactEntry) -> Void = { _ in }
    ) async throws(ClientError) -> ExportReport {
        let artifacts = try await artifacts(of: run).latestVersions
        for artifact in artifacts {
            if let fault = ExportFolder.fault(in: artifact.name) {
                throw ClientError(
                    .unsafe,
                    "nothing is exported: the name of “\(TerminalText.line(artifact.name, maxLength: 300))” \(fault)")
            }
        }
        let folder = try ExportFolder(path)
        for artifact in artifacts {
            let file = try folder.create(artifact.name)
            try await read(artifact, of: run) { (piece) throws(ClientError) in try file.write(piece) }
            try file.commit()
            progress(artifact)
        }
        let isTaken = artifacts.contains { $0.name == "manifest.json" }
        let manifest = isTaken ? "baton-manifest.json" : "manifest.json"
        let file = try folder.create(manifest)
        try file.write(Self.manifest(run, artifacts))
        try file.commit()
        return ExportReport(files: artifacts.map { ($0, $0.name) }, manifest: manifest)
    }

    static func manifest(_ run: Identifier, _ artifacts: [ArtifactEntry]) -> [UInt8] {
        // One artifact a line, so that two manifests can be compared by eye.
        var text = "{\"run\":\"\(run)\",\"artifacts\":["
        for (index, artifact) in artifacts.enumerated() {
            text += (index == 0 ? "\n" : ",\n") + String(decoding: artifact.encode(), as: UTF8.self)
        }
        return Array((text + "\n]}\n").utf8)
    }
}
