import BatonMessages

/// All versions of one document of a run.
public struct ArtifactVersions: Sendable {
    /// What was asked for.
    let name: String
    /// At least one, in the order of their numbers.
    public let entries: [ArtifactEntry]

    public var latest: ArtifactEntry { entries[entries.count - 1] }

    /// - Throws: ``ClientError`` `notFound` when there is none of that number.
    public func version(_ number: Int) throws(ClientError) -> ArtifactEntry {
        guard let entry = entries.first(where: { $0.version == number }) else {
            throw ClientError(
                .notFound, "\(TerminalText.line(name)) has no version \(number); the latest is \(latest.version)")
        }
        return entry
    }

    /// The number of the version before.
    ///
    /// - Throws: ``ClientError`` `notFound` when it is the first.
    public func before(_ entry: ArtifactEntry) throws(ClientError) -> Int {
        guard let number = entries.last(where: { $0.version < entry.version })?.version else {
            throw ClientError(.notFound, "\(TerminalText.line(name)) has only this version, \(entry.version)")
        }
        return number
    }
}

extension Client {
    /// - Parameter name: the extension may be left out.
    /// - Throws: ``ClientError`` `notFound` when the run has no such document.
    public func versions(of name: String, in run: Identifier) async throws(ClientError) -> ArtifactVersions {
        let wanted = ArtifactName(name)
        let entries = try await artifacts(of: run).filter { ArtifactName($0.name) == wanted }
        guard !entries.isEmpty else {
            throw ClientError(
                .notFound,
                "the run has no document \(TerminalText.line(name)); `baton artifacts \(run)` lists what it has")
        }
        return ArtifactVersions(name: name, entries: entries.sorted { $0.version < $1.version })
    }

    /// The whole content, checked against its hash.
    public func content(of artifact: ArtifactEntry, in run: Identifier) async throws(ClientError) -> [UInt8] {
        var content: [UInt8] = []
        content.reserveCapacity(artifact.size)
        try await read(artifact, of: run) { content += $0 }
        return content
    }
}
