import BatonClient
import BatonWorkflow
import Foundation

/// The bytes of a workflow that a command was given: a file's, or what comes on standard input.
struct WorkflowSource {
    /// What findings call it.
    let name: String
    let bytes: [UInt8]

    var lastComponent: String { name.split(separator: "/").last.map(String.init) ?? name }

    /// - Parameter path: `-` reads standard input, up to a byte more than a workflow may have.
    init(_ path: String) throws(ClientError) {
        name = path == "-" ? "<stdin>" : path
        let limit = YAMLLimits().maxBytes + 1
        guard let handle = path == "-" ? .standardInput : FileHandle(forReadingAtPath: path) else {
            throw ClientError(.file, "the file \(TerminalText.line(path)) can't be read")
        }
        var bytes: [UInt8] = []
        do {
            while bytes.count < limit, let more = try handle.read(upToCount: limit - bytes.count), !more.isEmpty {
                bytes += more
            }
        } catch {
            throw ClientError(.file, "\(TerminalText.line(name)) can't be read")
        }
        self.bytes = bytes
    }
}

/// The texts that findings are about, each read once.
struct SourceTexts {
    private var texts: [String: SourceText?]

    init(_ bytes: [String: [UInt8]] = [:]) { texts = bytes.mapValues { SourceText($0) } }

    /// Nil for what can't be read.
    mutating func text(of file: String) -> SourceText? {
        if let known = texts[file] { return known }
        let text = (try? WorkflowSource(file)).map { SourceText($0.bytes) }
        texts[file] = .some(text)
        return text
    }
}
