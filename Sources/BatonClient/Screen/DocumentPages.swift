/// One version of a document, to be read page by page.
struct DocumentPages: Sendable, Equatable {
    let name: String
    /// nil: not a document of its own, as the draft of a section is not.
    let version: Int?
    /// The newest version that is known.
    let latest: Int
    /// nil while it is fetched.
    private(set) var text: String?
    private(set) var lines: [String] = []
    private var scrolled = ScrolledLines()

    init(name: String, version: Int, latest: Int) {
        self.name = name
        self.version = version
        self.latest = latest
    }

    /// - Parameter width: in columns.
    init(draft section: ApprovalEntry.Section, width: Int) {
        name = section.title
        version = nil
        latest = 0
        show(section.draft, width: width)
    }

    mutating func show(_ text: String, width: Int) {
        self.text = text
        lines = TextWrap.lines(text, width: width)
        while lines.last?.isEmpty == true { lines.removeLast() }
    }

    /// The terminal has become wider or narrower.
    mutating func fit(width: Int) {
        if let text { show(text, width: width) }
    }

    /// - Returns: whether the key meant something here.
    mutating func press(_ key: Key, height: Int) -> Bool {
        scrolled.press(key, count: lines.count, height: height)
    }

    /// Another version, where there is one.
    func version(_ step: Int) -> DocumentPages? {
        guard let version, (1...max(1, latest)).contains(version + step) else { return nil }
        return DocumentPages(name: name, version: version + step, latest: latest)
    }

    var title: String {
        let version = self.version.map { ", version \($0)" + ($0 < latest ? " of \(latest)" : "") } ?? ""
        return TerminalText.line(name) + version
    }

    func shown(height: Int) -> [String] {
        guard text != nil else { return ["being fetched …"] }
        return lines.isEmpty ? ["it is empty"] : Array(scrolled.shown(lines, height: height))
    }

    func place(height: Int) -> String { scrolled.place(count: lines.count, height: height) }
}
