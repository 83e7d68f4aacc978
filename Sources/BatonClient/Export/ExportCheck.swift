import BatonMessages

/// Whether a folder holds the set that its manifest names.
public struct ExportCheck: Sendable, Equatable {
    public struct Difference: Sendable, Equatable {
        public enum Kind: String, Sendable {
            case missing, changed
            /// A link, a folder or a device where a document should be, or a path that leads elsewhere.
            case unsafe
            /// It is there as the manifest says, but what the manifest says of its origin can't be.
            case origin
        }

        public var kind: Kind
        /// Below the folder.
        public var path: String
        /// For people.
        public var reason: String
    }

    public var manifest: ExportManifest
    /// Empty: the set is what the manifest says.
    public var differences: [Difference]

    /// Reads the manifest of a folder and everything that it names; writes nothing.
    ///
    /// - Throws: ``ClientError`` `notFound` when there is no manifest, `unreadable` when it is none.
    public init(at path: String) throws(ClientError) {
        let folder = try ExportFolder(existing: path)
        var bytes = try folder.read(ExportManifest.name, maxBytes: ExportManifest.maxBytes)
        // A document may be called so; then the manifest has the other name.
        if let other = try folder.read(ExportManifest.otherName, maxBytes: ExportManifest.maxBytes) { bytes = other }
        guard let bytes else {
            throw ClientError(
                .notFound, "\(TerminalText.line(path)) has no \(ExportManifest.name): `baton export` makes one")
        }
        manifest = try ExportManifest(bytes)
        differences = []
        for entry in manifest.artifacts {
            if let difference = Self.difference(entry, in: folder) { differences.append(difference) }
        }
        differences += Self.origins(in: manifest)
    }

    private static func difference(_ entry: ArtifactEntry, in folder: ExportFolder) -> Difference? {
        guard let path = entry.path else {
            return Difference(kind: .unsafe, path: entry.name, reason: "the manifest gives it no path")
        }
        func say(_ kind: Difference.Kind, _ reason: String) -> Difference {
            Difference(kind: kind, path: path, reason: reason)
        }
        if let fault = ExportFolder.fault(in: path) { return say(.unsafe, "its path \(fault)") }
        do throws(ClientError) {
            guard let found = try folder.digest(of: path) else { return say(.missing, "it is not there") }
            if found.size != entry.size {
                return say(.changed, "it has \(found.size) bytes; version \(entry.version) has \(entry.size)")
            }
            return found.digest == entry.digest ? nil : say(.changed, "it is not version \(entry.version) of the run")
        } catch {
            return say(.unsafe, error.message)
        }
    }

    /// Versions that came from others, and handoffs, name only what the manifest has.
    private static func origins(in manifest: ExportManifest) -> [Difference] {
        let versions = manifest.artifacts + manifest.earlier
        let known = Set(versions.map(\.id))
        var differences: [Difference] = []
        for entry in versions where !known.isSuperset(of: entry.madeFrom) {
            differences.append(
                Difference(
                    kind: .origin, path: entry.path ?? entry.name,
                    reason: "version \(entry.version) was made from a version that the manifest does not have"))
        }
        for handoff in manifest.handoffs where !known.isSuperset(of: handoff.contextIDs) {
            differences.append(
                Difference(
                    kind: .origin, path: "handoff \(handoff.id)",
                    reason: "it hands over a version that the manifest does not have"))
        }
        return differences
    }
}
