/// How the vocabulary is written.
extension JSONWriter {
    mutating func value(_ value: Identifier) { self.value(plain: Identifier.textBytes, value.write(to:)) }

    mutating func field(_ name: String, _ value: Identifier) { self.name(name); self.value(value) }
    mutating func field(_ name: String, _ value: Digest) {
        self.name(name)
        self.value(plain: Digest.textBytes, value.write(to:))
    }
    mutating func field(_ name: String, _ value: Timestamp) {
        self.name(name)
        guard value.hasUsualYear else { return self.value(value.description) }
        self.value(plain: Timestamp.textBytes, value.write(to:))
    }
    mutating func field(_ name: String, _ value: some RawRepresentable<String>) { field(name, value.rawValue) }

    // A member whose value is nil is left out.
    mutating func field(_ name: String, _ value: Identifier?) { if let value { field(name, value) } }
    mutating func field(_ name: String, _ value: Timestamp?) { if let value { field(name, value) } }
    mutating func field(_ name: String, _ value: (some RawRepresentable<String>)?) {
        if let value { field(name, value) }
    }
    mutating func field(_ name: String, _ value: Double?) { if let value { field(name, value) } }

    mutating func field(_ name: String, _ value: [Identifier]) {
        array(name) { writer in for element in value { writer.value(element) } }
    }

    mutating func field(_ name: String, _ value: some WireMessage) {
        self.name(name)
        value.write(to: &self)
    }

    mutating func field(_ name: String, _ values: [some WireMessage]) {
        array(name) { writer in
            for index in values.indices {
                let start = writer.bytes.count
                values[index].write(to: &writer)
                // The others of the list will be about as long.
                if index == 0, values.count > 1 { writer.reserve((writer.bytes.count - start + 16) * values.count) }
            }
        }
    }

    /// Leaves an empty list out.
    mutating func field(nonEmpty name: String, _ values: [String]) { if !values.isEmpty { field(name, values) } }
    mutating func field(nonEmpty name: String, _ values: [some WireMessage]) {
        if !values.isEmpty { field(name, values) }
    }

    mutating func field(_ name: String, _ value: JSONFragment) {
        self.name(name)
        switch value {
        case .value(let json): self.value(json)
        case .text(let text): self.value(json: text)
        }
    }
}

/// JSON that goes into a message as it is: a value, or text that was JSON when it was stored, and is not parsed again
/// to be sent.
public enum JSONFragment: Sendable {
    case value(JSON)
    case text(String)

    /// The value; `null` for a text that is no JSON.
    public var json: JSON {
        switch self {
        case .value(let json): json
        case .text(let text): (try? JSON.parse(text)) ?? .null
        }
    }
}

extension JSONFragment: Equatable {
    public static func == (left: JSONFragment, right: JSONFragment) -> Bool { left.json == right.json }
}
