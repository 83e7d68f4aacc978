import BatonMessages

/// Writes the documents of a run below a folder, and again what has changed since.
///
/// Every content is checked against its hash before it gets its name. All names are checked before the first file is
/// written. A class, since it remembers what it wrote; one task has it.
final class Exporter {
    private let run: Identifier
    private let path: String
    private let layout: ExportLayout
    private var folder: ExportFolder?
    /// What is there from this exporter, by path.
    private var written: [String: Digest] = [:]
    private var lastManifest: [UInt8] = []

    init(_ run: Identifier, path: String, layout: ExportLayout) {
        self.run = run
        self.path = path
        self.layout = layout
    }

    /// Brings the folder up to what the run has now.
    func update(
        with client: isolated Client, _ progress: (ArtifactEntry, _ path: String) -> Void
    ) async throws(ClientError) -> ExportReport {
        let snapshot = try await client.snapshot(of: run)
        // Before the versions: then there are all that the handoffs name.
        let handoffs = try await client.handoffs(of: run)
        let all = try await client.artifacts(of: run)
        let latest = all.latestVersions
        let places = try layout.places(for: latest)
        let artifacts = zip(latest, places.paths).compactMap { $1 == nil ? nil : $0 }
        let paths = places.paths.compactMap(\.self)
        if self.folder == nil { self.folder = try ExportFolder(path) }
        guard let folder else { preconditionFailure("a folder that was just opened") }
        for (artifact, path) in zip(artifacts, paths) where written[path] != artifact.digest {
            let file = try folder.create(path)
            try await client.read(artifact, of: run) { (piece) throws(ClientError) in try file.write(piece) }
            try file.commit()
            written[path] = artifact.digest
            progress(artifact, path)
        }
        // A document may have got another place, as when its title became known.
        for path in Set(written.keys).subtracting(paths) {
            folder.remove(path)
            written[path] = nil
        }
        let name =
            paths.contains { ArtifactName.folded($0) == ExportManifest.name }
            ? ExportManifest.otherName : ExportManifest.name
        let newest = Set(artifacts.map(\.id))
        let manifest = ExportManifest(
            run: run, workflow: snapshot.workflow, status: snapshot.status,
            artifacts: zip(artifacts, paths).map { artifact, path in
                var artifact = artifact
                artifact.path = path
                return artifact
            }, earlier: all.filter { !newest.contains($0.id) }, handoffs: handoffs)
        let bytes = manifest.bytes
        if bytes != lastManifest {
            let file = try folder.create(name)
            try file.write(bytes)
            try file.commit()
            lastManifest = bytes
        }
        return ExportReport(
            files: zip(artifacts, paths).map { ($0, $1) }, manifest: name, leftOut: places.faults)
    }
}
