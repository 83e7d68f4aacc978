import BatonMessages

/// How people name a run: its id, the beginning of it, or `last`.
public enum RunReference: Sendable, Equatable {
    case id(Identifier)
    /// Lower-case hexadecimal digits and hyphens.
    case prefix(String)
    case last

    public init(_ text: String) throws(ClientError) {
        if text == "last" {
            self = .last
        } else if let id = Identifier(text) {
            self = .id(id)
        } else if (4..<36).contains(text.utf8.count),
            text.utf8.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit || $0 == UInt8(ascii: "-") })
        {
            self = .prefix(text.lowercased())
        } else {
            throw ClientError(
                .invalidArgument,
                "“\(TerminalText.line(text, maxLength: 64))” is not a run; give its id, at least the first four "
                    + "characters of it, or `last` (`baton list` shows them)")
        }
    }

    /// The run that is meant among those that are known, newest first.
    func find(in rows: [RunRow]) throws(ClientError) -> Identifier {
        switch self {
        case .id(let id): return id
        case .last:
            guard let row = rows.first else { throw ClientError(.notFound, "there is no run yet; `baton start` one") }
            return row.run
        case .prefix(let prefix):
            let matches = rows.map(\.run).filter { $0.description.hasPrefix(prefix) }
            guard let match = matches.first else {
                throw ClientError(
                    .notFound,
                    "none of the last \(WireLimits.runsPerList) runs begins with \(prefix); give the whole id")
            }
            guard matches.count == 1 else {
                let some = matches.prefix(4).map(\.description).joined(separator: ", ")
                throw ClientError(
                    .ambiguous, "\(matches.count) runs begin with \(prefix): \(some)\(matches.count > 4 ? ", …" : "")")
            }
            return match
        }
    }
}

extension Client {
    /// The run that is meant; asks the orchestrator unless the reference is an id.
    public func resolve(_ reference: RunReference) async throws(ClientError) -> Identifier {
        switch reference {
        case .id(let id): id
        case .last: try reference.find(in: try await runs(limit: 1))
        case .prefix: try reference.find(in: try await runs(limit: WireLimits.runsPerList))
        }
    }
}
