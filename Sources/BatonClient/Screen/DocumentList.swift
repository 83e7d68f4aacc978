/// The documents of a run, or those that a question is about, to choose from.
struct DocumentList: Sendable, Equatable {
    struct Item: Sendable, Equatable {
        let name: String
        let version: Int
        /// Who made it, and how large it is.
        let detail: String
    }

    /// nil while they are fetched.
    private(set) var items: [Item]?
    private(set) var choice = Choice(of: 0)

    init() {}

    init(_ approval: ApprovalEntry) {
        show(approval.documents.map { Item(name: $0.name, version: $0.version, detail: "") })
    }

    mutating func show(_ entries: [ArtifactEntry]) {
        show(
            entries.latestVersions.map { entry in
                let step = entry.step.map { " in \($0)" } ?? ""
                return Item(
                    name: entry.name, version: entry.version,
                    detail: "\(entry.author ?? entry.role)\(step), \(entry.size) bytes")
            })
    }

    private mutating func show(_ items: [Item]) {
        self.items = items
        choice.resize(to: items.count)
    }

    var selected: Item? {
        guard let items, items.indices.contains(choice.selected) else { return nil }
        return items[choice.selected]
    }

    /// - Returns: whether the key moved the selection.
    mutating func press(_ key: Key) -> Bool { choice.press(key) }

    func lines(width: Int, height: Int, style: TerminalStyle) -> [String] {
        guard let items else { return ["being fetched …"] }
        guard !items.isEmpty else { return ["there are none yet"] }
        let names = items.map { TerminalText.line($0.name) }
        let column = min(width / 2, names.map(TerminalText.width).max() ?? 0)
        return choice.window(height).map { index in
            let name = choice.mark(index) + TerminalText.pad(names[index], column)
            let line = "\(name)  version \(items[index].version)  \(TerminalText.line(items[index].detail))"
            let text = TerminalText.fit(line, width)
            return index == choice.selected ? style.bold(text) : text
        }
    }
}
