/// The sections that the headings of a markdown text make.
struct HeadingTree {
    struct Node {
        let heading: MarkdownScanner.Heading
        /// From the heading to the next one that is not below it.
        var region: Range<Int>
        var children: [Int] = []
    }

    let bytes: [UInt8]
    private(set) var nodes: [Node] = []
    private(set) var roots: [Int] = []

    init(_ text: String) { self.init(MarkdownScanner(Array(text.utf8))) }

    init(_ scanner: MarkdownScanner) {
        bytes = scanner.bytes
        var open: [Int] = []
        func close(_ index: Int, at end: Int) { nodes[index].region = nodes[index].region.lowerBound..<end }
        for heading in scanner.headings {
            let start = heading.range.lowerBound
            while let last = open.last, nodes[last].heading.level >= heading.level {
                close(last, at: start)
                open.removeLast()
            }
            nodes.append(Node(heading: heading, region: start..<start))
            let index = nodes.count - 1
            if let parent = open.last { nodes[parent].children.append(index) } else { roots.append(index) }
            open.append(index)
        }
        for index in open { close(index, at: bytes.count) }
    }

    /// What a heading says, on one line, with its inline markup.
    func title(_ index: Int) -> String {
        bytes.text(nodes[index].heading.title).split(whereSeparator: \.isNewline).map { $0.trimmed }
            .joined(separator: " ")
    }
}
