extension SettingKey {
    /// The table of `docs/configuration.md`, in Markdown.
    public static var documentation: String {
        let head = [
            "| member | variable | flag of | type | default | what it is |", "|---|---|---|---|---|---|",
        ]
        let rows = allCases.map { key in
            let entry = key.entry
            let words = [
                "`\(key.rawValue)`", "`\(key.variable)`", key.flags, entry.kind.words, entry.otherwise, entry.summary,
            ]
            return "| " + words.joined(separator: " | ") + " |"
        }
        return (head + rows).joined(separator: "\n") + "\n"
    }

    private var flags: String {
        let entry = entry
        let names = Reader.allCases.filter(entry.readers.contains).map { reader in
            entry.flagged.contains(reader) ? reader.rawValue : "(\(reader.rawValue))"
        }
        return "\(names.joined(separator: ", "))" + (entry.flagged.isEmpty ? "" : ": `\(flag)`")
    }
}

extension SettingKey.Kind {
    fileprivate var words: String {
        switch self {
        case .text: "text"
        case .url: "URL"
        case .name: "name"
        case .file: "path of a file"
        case .folder: "path of a folder"
        case .choice(let values): values.map { "`\($0)`" }.joined(separator: " or ")
        case .count(let range): "\(range.lowerBound) to \(range.upperBound)"
        case .milliseconds(let range): "milliseconds, \(range.lowerBound) to \(range.upperBound)"
        case .listener: "a port, or `HOST:PORT`"
        case .duration: "duration: `90m`, `12h`, `30d`, `8w`"
        }
    }
}
