import CYAML

/// One thing that libyaml finds in a text.
struct YAMLEvent: Located {
    enum Kind {
        case documentStart, documentEnd, streamEnd, sequenceEnd, mappingEnd
        case sequenceStart(anchor: String?, tag: String?)
        case mappingStart(anchor: String?, tag: String?)
        case scalar(YAMLScalar, anchor: String?, tag: String?)
        case alias(String)
    }

    let kind: Kind
    let line: Int
    let column: Int
}

/// The events of a text, one after the other. Nothing is composed here, so that limits hold before memory is spent.
final class YAMLEvents {
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let source: UnsafeMutableBufferPointer<UInt8>

    /// - Parameter source: UTF-8, checked before.
    init(_ source: [UInt8]) throws(YAMLProblem) {
        parser = .allocate(capacity: 1)
        self.source = .allocate(capacity: max(source.count, 1))
        _ = self.source.update(fromContentsOf: source)
        guard yaml_parser_initialize(parser) == 1 else {
            parser.initialize(to: yaml_parser_t())
            throw YAMLProblem(line: 1, column: 1, message: "no memory for a YAML parser")
        }
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        yaml_parser_set_input_string(parser, self.source.baseAddress, source.count)
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
        source.deallocate()
    }

    func next() throws(YAMLProblem) -> YAMLEvent {
        while true {
            var event = yaml_event_t()
            guard yaml_parser_parse(parser, &event) == 1 else { throw problem }
            defer { yaml_event_delete(&event) }
            guard let kind = kind(of: event) else { continue }
            return YAMLEvent(
                kind: kind, line: Int(event.start_mark.line) + 1, column: Int(event.start_mark.column) + 1)
        }
    }

    /// Nil for the start of the stream, which says nothing.
    private func kind(of event: yaml_event_t) -> YAMLEvent.Kind? {
        switch event.type {
        case YAML_DOCUMENT_START_EVENT: return .documentStart
        case YAML_DOCUMENT_END_EVENT: return .documentEnd
        case YAML_SEQUENCE_END_EVENT: return .sequenceEnd
        case YAML_MAPPING_END_EVENT: return .mappingEnd
        case YAML_SEQUENCE_START_EVENT:
            let start = event.data.sequence_start
            return .sequenceStart(anchor: text(start.anchor), tag: text(start.tag))
        case YAML_MAPPING_START_EVENT:
            let start = event.data.mapping_start
            return .mappingStart(anchor: text(start.anchor), tag: text(start.tag))
        case YAML_ALIAS_EVENT: return .alias(text(event.data.alias.anchor) ?? "")
        case YAML_SCALAR_EVENT:
            let scalar = event.data.scalar
            let bytes = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
            let content = YAMLScalar(
                text: String(decoding: bytes, as: UTF8.self), isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE)
            return .scalar(content, anchor: text(scalar.anchor), tag: text(scalar.tag))
        case YAML_STREAM_START_EVENT: return nil
        default: return .streamEnd
        }
    }

    private func text(_ pointer: UnsafePointer<UInt8>?) -> String? { pointer.map { String(cString: $0) } }

    /// What libyaml has to say about the text.
    private var problem: YAMLProblem {
        let parser = parser.pointee
        let message = parser.problem.map { String(cString: $0) } ?? "not YAML"
        switch parser.error {
        case YAML_MEMORY_ERROR: return YAMLProblem(line: 1, column: 1, message: "no memory to read the file")
        case YAML_READER_ERROR:
            let place = TextPosition(ofByte: parser.problem_offset, in: source)
            return YAMLProblem(line: place.line, column: place.column, message: message)
        default:
            let mark = parser.problem_mark
            let context = parser.context.map { String(cString: $0) + ": " } ?? ""
            return YAMLProblem(
                line: Int(mark.line) + 1, column: Int(mark.column) + 1, message: context + message,
                hint: hint(for: message, line: Int(mark.line)))
        }
    }

    private func hint(for message: String, line: Int) -> String? {
        if message.contains("cannot start any token") {
            let text = source.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).dropFirst(line)
                .first
            let blanks = text?.prefix { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
            return blanks?.contains(UInt8(ascii: "\t")) == true
                ? "indent with spaces: YAML allows no tabs there" : "put the text in quotes"
        }
        if message.contains("mapping values are not allowed") {
            return "put the text in quotes if it contains a colon followed by a space"
        }
        return nil
    }
}
