/// The one document of a YAML file.
public struct YAMLDocument: Sendable {
    /// Nil when the text cannot be read, or holds nothing.
    public let root: YAMLNode?
    /// All that is wrong. Duplicate keys do not keep the rest from being read; a syntax error does.
    public let problems: [YAMLProblem]

    /// Reads a text in bounded time and memory, whoever wrote it.
    public init(_ source: [UInt8], limits: YAMLLimits = YAMLLimits()) {
        if let problem = Self.fault(in: source, limits: limits) {
            root = nil
            problems = [problem]
            return
        }
        var composer = YAMLComposer(limits: limits)
        do throws(YAMLProblem) {
            root = try composer.compose(source)
            problems = composer.problems
        } catch {
            root = nil
            problems = composer.problems + [error]
        }
    }

    /// What can be said about the bytes before they are parsed.
    private static func fault(in source: [UInt8], limits: YAMLLimits) -> YAMLProblem? {
        guard source.count <= limits.maxBytes else {
            return YAMLProblem(
                line: 1, column: 1, message: "the file has \(source.count) bytes; more than \(limits.maxBytes)")
        }
        if let offset = source.firstIndex(of: 0) {
            let place = TextPosition(ofByte: offset, in: source)
            return YAMLProblem(line: place.line, column: place.column, message: "a NUL character")
        }
        if let offset = offsetOfInvalidUTF8(in: source) {
            let place = TextPosition(ofByte: offset, in: source)
            return YAMLProblem(
                line: place.line, column: place.column, message: "not UTF-8", hint: "save the file as UTF-8")
        }
        return nil
    }

    private static func offsetOfInvalidUTF8(in source: [UInt8]) -> Int? {
        if String(validating: source, as: UTF8.self) != nil { return nil }
        var decoder = UTF8()
        var offset = 0
        var bytes = source.makeIterator()
        while case .scalarValue(let scalar) = decoder.decode(&bytes) { offset += UTF8.width(scalar) }
        return offset
    }
}
