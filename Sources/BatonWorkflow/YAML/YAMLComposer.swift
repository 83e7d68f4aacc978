/// Makes nodes of events, within limits.
///
/// An alias shares the node of its anchor, so it costs no memory here; but what walks the tree later pays for each use.
/// So nodes and bytes are counted with aliases followed: ten nested anchors of ten uses each are 10^10 nodes, and
/// refused.
struct YAMLComposer {
    /// A node and what it costs to walk it.
    private struct Weighed {
        let node: YAMLNode
        let nodes: Int
        let bytes: Int
        /// Levels of sequences and mappings, itself included.
        let height: Int
    }

    private enum Anchor {
        /// Still being read: an alias to it would make it contain itself.
        case open
        case closed(Weighed)
    }

    private let limits: YAMLLimits
    private var anchors: [String: Anchor] = [:]
    private var aliases = 0
    private var nodes = 0
    private var bytes = 0
    /// Findings that do not end the reading; bounded.
    private(set) var problems: [YAMLProblem] = []

    init(limits: YAMLLimits) { self.limits = limits }

    /// - Returns: nil for a text without a document.
    mutating func compose(_ source: [UInt8]) throws(YAMLProblem) -> YAMLNode? {
        let events = try YAMLEvents(source)
        var root: YAMLNode?
        while true {
            let event = try events.next()
            switch event.kind {
            case .streamEnd: return root
            case .documentStart, .documentEnd: continue
            default:
                let node = try compose(event, from: events, depth: 0).node
                // `---` at the end of a file begins a document of nothing.
                if node.isNull { continue }
                if root != nil {
                    throw Self.problem(event, "a second document", hint: "one file holds one document")
                }
                root = node
            }
        }
    }

    private mutating func compose(
        _ event: YAMLEvent, from events: YAMLEvents, depth: Int
    ) throws(YAMLProblem) -> Weighed {
        switch event.kind {
        case .alias(let name): return try resolve(name, at: event, depth: depth)
        case .scalar(let scalar, let anchor, let tag):
            let content = YAMLScalar(text: scalar.text, isPlain: scalar.isPlain && !isText(tag))
            try count(nodes: 1, bytes: scalar.text.utf8.count, at: event)
            check(tag, at: event)
            let node = YAMLNode(.scalar(content), line: event.line, column: event.column)
            return keep(Weighed(node: node, nodes: 1, bytes: scalar.text.utf8.count, height: 0), anchor)
        case .sequenceStart(let anchor, let tag):
            check(tag, at: event)
            if let anchor { anchors[anchor] = .open }
            return keep(try sequence(event, from: events, depth: depth + 1), anchor)
        case .mappingStart(let anchor, let tag):
            check(tag, at: event)
            if let anchor { anchors[anchor] = .open }
            return keep(try mapping(event, from: events, depth: depth + 1), anchor)
        case .documentStart, .documentEnd, .streamEnd, .sequenceEnd, .mappingEnd:
            throw Self.problem(event, "the text ends where a value should be")
        }
    }

    private mutating func sequence(
        _ start: YAMLEvent, from events: YAMLEvents, depth: Int
    ) throws(YAMLProblem) -> Weighed {
        try checkDepth(depth, at: start)
        try count(nodes: 1, bytes: 0, at: start)
        var elements: [YAMLNode] = []
        var weight = (nodes: 1, bytes: 0, height: 0)
        while true {
            let event = try events.next()
            if case .sequenceEnd = event.kind { break }
            let element = try compose(event, from: events, depth: depth)
            weight = (weight.nodes + element.nodes, weight.bytes + element.bytes, max(weight.height, element.height))
            elements.append(element.node)
        }
        let node = YAMLNode(.sequence(elements), line: start.line, column: start.column)
        return Weighed(node: node, nodes: weight.nodes, bytes: weight.bytes, height: weight.height + 1)
    }

    private mutating func mapping(
        _ start: YAMLEvent, from events: YAMLEvents, depth: Int
    ) throws(YAMLProblem) -> Weighed {
        try checkDepth(depth, at: start)
        try count(nodes: 1, bytes: 0, at: start)
        var entries: [YAMLEntry] = []
        var lines: [String: Int] = [:]
        var weight = (nodes: 1, bytes: 0, height: 0)
        while true {
            let event = try events.next()
            if case .mappingEnd = event.kind { break }
            let key = try compose(event, from: events, depth: depth)
            let value = try compose(try events.next(), from: events, depth: depth)
            weight.nodes += key.nodes + value.nodes
            weight.bytes += key.bytes + value.bytes
            weight.height = max(weight.height, value.height)
            guard let name = key.node.scalar?.text else {
                note(Self.problem(event, "a key must be text, not \(key.node.kind)"))
                continue
            }
            if let line = lines[name] {
                note(Self.problem(event, "the key \"\(name.clipped)\" is already in line \(line)"))
                continue
            }
            lines[name] = event.line
            entries.append(YAMLEntry(key: name, value: value.node, line: event.line, column: event.column))
        }
        let node = YAMLNode(.mapping(entries), line: start.line, column: start.column)
        return Weighed(node: node, nodes: weight.nodes, bytes: weight.bytes, height: weight.height + 1)
    }

    // MARK: Anchors

    private mutating func keep(_ weighed: Weighed, _ anchor: String?) -> Weighed {
        if let anchor { anchors[anchor] = .closed(weighed) }
        return weighed
    }

    private mutating func resolve(_ name: String, at event: YAMLEvent, depth: Int) throws(YAMLProblem) -> Weighed {
        aliases += 1
        guard aliases <= limits.maxAliases else {
            throw Self.problem(event, "more than \(limits.maxAliases) aliases")
        }
        switch anchors[name] {
        case nil: throw Self.problem(event, "no anchor &\(name.clipped) stands before this alias")
        case .open: throw Self.problem(event, "the anchor &\(name.clipped) contains itself")
        case .closed(let weighed):
            try count(nodes: weighed.nodes, bytes: weighed.bytes, at: event)
            try checkDepth(depth + weighed.height, at: event)
            return weighed
        }
    }

    // MARK: Limits

    private func checkDepth(_ depth: Int, at event: YAMLEvent) throws(YAMLProblem) {
        guard depth <= limits.maxDepth else {
            throw Self.problem(event, "nested deeper than \(limits.maxDepth) levels")
        }
    }

    private mutating func count(nodes: Int, bytes: Int, at event: YAMLEvent) throws(YAMLProblem) {
        self.nodes += nodes
        self.bytes += bytes
        guard self.nodes <= limits.maxNodes else {
            throw Self.problem(event, "more than \(limits.maxNodes) keys and values, aliases followed")
        }
        guard self.bytes <= limits.maxTextBytes else {
            throw Self.problem(event, "more than \(limits.maxTextBytes) bytes of text, aliases followed")
        }
    }

    // MARK: Tags

    private static let core = "tag:yaml.org,2002:"

    private func isText(_ tag: String?) -> Bool { tag == "!" || tag == Self.core + "str" }

    /// Tags of the core schema say what is read anyway; any other asks for what is not here.
    private mutating func check(_ tag: String?, at event: YAMLEvent) {
        guard let tag, tag != "!" else { return }
        let known = ["str", "null", "bool", "int", "float", "seq", "map"].contains { tag == Self.core + $0 }
        if !known { note(Self.problem(event, "the tag \(tag.clipped) is not supported")) }
    }

    private mutating func note(_ problem: YAMLProblem) {
        if problems.count < Findings.maxCount { problems.append(problem) }
    }

    private static func problem(_ event: YAMLEvent, _ message: String, hint: String? = nil) -> YAMLProblem {
        YAMLProblem(line: event.line, column: event.column, message: message, hint: hint)
    }
}

extension StringProtocol {
    /// The beginning, for a message: what is quoted in one must not be longer than the message.
    var clipped: String {
        let start = prefix(80)
        return start.endIndex == endIndex ? String(start) : start + "…"
    }
}
