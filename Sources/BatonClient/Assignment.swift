import BatonMessages
import Foundation

/// A named value as it is given on a command line.
///
/// | written | value |
/// |---|---|
/// | `name=text` | the text |
/// | `name=@file` | the text of a file |
/// | `name=@-` | the text of standard input, which all of them share |
/// | `name:=JSON` | any JSON value |
public struct Assignment: Sendable, Equatable {
    public let name: String
    public let value: JSON

    /// - Parameters:
    ///   - readsWords: takes `true`, `false` and numbers for what they are, and not for text.
    ///   - readsFiles: false takes `@` for what it is: whoever wrote the text has no business with files here.
    public init(_ text: String, readsWords: Bool = false, readsFiles: Bool = true) throws(ClientError) {
        guard let equals = text.firstIndex(of: "="), equals > text.startIndex else {
            throw ClientError(.invalidArgument, "“\(TerminalText.line(text, maxLength: 80))” is not name=value")
        }
        var name = text[..<equals]
        let rest = String(text[text.index(after: equals)...])
        if name.last == ":" {
            name.removeLast()
            do { value = try JSON.parse(rest) } catch {
                throw ClientError(
                    .invalidArgument, "the value of \(TerminalText.line(String(name))) is not JSON: \(error)")
            }
        } else if readsFiles, rest.hasPrefix("@") {
            value = .string(rest == "@-" ? try Self.input() : try Self.text(ofFile: String(rest.dropFirst())))
        } else {
            value = readsWords ? Self.word(rest) : .string(rest)
        }
        guard !name.isEmpty else {
            throw ClientError(.invalidArgument, "“\(TerminalText.line(text, maxLength: 80))” is not name=value")
        }
        self.name = String(name)
    }

    private static func word(_ text: String) -> JSON {
        switch try? JSON.parse(text) {
        case .bool(let flag): .bool(flag)
        case .int(let number): .int(number)
        case .double(let number): .double(number)
        default: .string(text)
        }
    }

    private static func text(ofFile path: String) throws(ClientError) -> String {
        do { return try String(contentsOfFile: path, encoding: .utf8) } catch {
            throw ClientError(.file, "the file \(TerminalText.line(path)) can't be read as text")
        }
    }

    private static func input() throws(ClientError) -> String {
        guard let text = standardInput else { throw ClientError(.file, "standard input can't be read as text") }
        return text
    }

    /// Read once: arguments are looked at more often.
    private static let standardInput = (try? FileHandle.standardInput.readToEnd() ?? Data()).flatMap {
        String(data: $0, encoding: .utf8)
    }

    /// All of them as an object; of two of one name the later counts.
    public static func object(
        _ texts: [String], readsWords: Bool = false, readsFiles: Bool = true
    ) throws(ClientError) -> JSON {
        var writer = JSONWriter()
        var order: [String] = []
        var values: [String: JSON] = [:]
        for text in texts {
            let assignment = try Assignment(text, readsWords: readsWords, readsFiles: readsFiles)
            if values.updateValue(assignment.value, forKey: assignment.name) == nil { order.append(assignment.name) }
        }
        writer.object { object in for name in order { object.field(name, values[name]) } }
        return (try? JSON.parse(writer.bytes)) ?? [:]
    }
}
