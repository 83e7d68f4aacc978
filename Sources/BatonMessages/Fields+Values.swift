/// The values that stand in messages: each required, or optional with a nil.
extension Fields {
    // MARK: Text

    /// A text of at most `maxBytes`; `nonEmpty` refuses the empty one.
    func optionalString(_ name: String, maxBytes: Int = .max, nonEmpty: Bool = false) -> String? {
        guard let value = value(name) else { return nil }
        return text(value, name, maxBytes: maxBytes, nonEmpty: nonEmpty)
    }

    private func text(_ value: JSON, _ name: String, maxBytes: Int, nonEmpty: Bool) -> String? {
        guard case .string(let text) = value else {
            wrong(name, "a string", value)
            return nil
        }
        if nonEmpty && text.isEmpty {
            fault("\(name) is empty")
            return nil
        }
        if text.utf8.count > maxBytes {
            fault("\(name) is longer than \(maxBytes) bytes")
            return nil
        }
        return text
    }

    func string(_ name: String, maxBytes: Int = .max, nonEmpty: Bool = false) -> String {
        guard let value = value(name) else {
            missing(name)
            return ""
        }
        return text(value, name, maxBytes: maxBytes, nonEmpty: nonEmpty) ?? ""
    }

    /// A name: not empty, at most ``WireLimits/nameBytes`` long, without control characters.
    func optionalName(_ name: String) -> String? {
        guard let text = optionalString(name, maxBytes: WireLimits.nameBytes, nonEmpty: true) else { return nil }
        guard !text.hasControlCharacters else {
            fault("\(name) contains a control character")
            return nil
        }
        return text
    }

    func name(_ name: String) -> String {
        guard value(name) != nil else {
            missing(name)
            return ""
        }
        return optionalName(name) ?? ""
    }

    /// A value of a closed set of words.
    func optionalWord<Word>(_ name: String, _ type: Word.Type = Word.self) -> Word?
    where Word: RawRepresentable & CaseIterable, Word.RawValue == String {
        guard let value = value(name) else { return nil }
        guard case .string(let text) = value, let word = Word(rawValue: text) else {
            fault("\(name) must be one of \(Word.allCases.map(\.rawValue).joined(separator: ", "))")
            return nil
        }
        return word
    }

    func word<Word>(_ name: String, _ type: Word.Type = Word.self, else standIn: Word) -> Word
    where Word: RawRepresentable & CaseIterable, Word.RawValue == String {
        guard value(name) != nil else {
            missing(name)
            return standIn
        }
        return optionalWord(name) ?? standIn
    }

    // MARK: Numbers and flags

    func optionalInteger<Number: FixedWidthInteger & SignedInteger>(
        _ name: String, in range: ClosedRange<Number>
    ) -> Number? {
        guard let value = value(name) else { return nil }
        return number(value, name, in: range)
    }

    private func number<Number: FixedWidthInteger & SignedInteger>(
        _ value: JSON, _ name: String, in range: ClosedRange<Number>
    ) -> Number? {
        guard let number = value.int, let number = Number(exactly: number), range.contains(number) else {
            let expected =
                range.upperBound == .max
                ? "an integer of at least \(range.lowerBound)"
                : "an integer from \(range.lowerBound) to \(range.upperBound)"
            fault("\(name) must be \(expected)")
            return nil
        }
        return number
    }

    func integer<Number: FixedWidthInteger & SignedInteger>(
        _ name: String, in range: ClosedRange<Number> = 0...Number.max
    ) -> Number {
        guard let value = value(name) else {
            missing(name)
            return range.lowerBound
        }
        return number(value, name, in: range) ?? range.lowerBound
    }

    func optionalNumber(_ name: String, in range: ClosedRange<Double>) -> Double? {
        guard let value = value(name) else { return nil }
        guard let number = value.double, range.contains(number) else {
            fault("\(name) must be a number from \(range.lowerBound) to \(range.upperBound)")
            return nil
        }
        return number
    }

    func optionalFlag(_ name: String) -> Bool? {
        guard let value = value(name) else { return nil }
        guard case .bool(let flag) = value else {
            wrong(name, "true or false", value)
            return nil
        }
        return flag
    }

    // MARK: Identifiers, hashes, times

    func optionalIdentifier(_ name: String) -> Identifier? {
        guard let value = value(name) else { return nil }
        return identifier(value, name)
    }

    private func identifier(_ value: JSON, _ name: String) -> Identifier? {
        guard case .string(let text) = value, let identifier = Identifier(text) else {
            fault("\(name) must be a UUID")
            return nil
        }
        return identifier
    }

    func identifier(_ name: String) -> Identifier {
        guard let value = value(name) else {
            missing(name)
            return .standIn
        }
        return identifier(value, name) ?? .standIn
    }

    func digest(_ name: String) -> Digest {
        guard let value = value(name) else {
            missing(name)
            return .standIn
        }
        guard case .string(let text) = value, let digest = Digest(text) else {
            fault("\(name) must be a SHA-256 in 64 hexadecimal digits")
            return .standIn
        }
        return digest
    }

    func optionalTime(_ name: String) -> Timestamp? {
        guard let value = value(name) else { return nil }
        return time(value, name)
    }

    private func time(_ value: JSON, _ name: String) -> Timestamp? {
        guard case .string(let text) = value, let time = Timestamp(text) else {
            fault("\(name) must be a time in UTC as in RFC 3339")
            return nil
        }
        return time
    }

    func time(_ name: String) -> Timestamp {
        guard let value = value(name) else {
            missing(name)
            return .standIn
        }
        return time(value, name) ?? .standIn
    }

    func bytes(_ name: String, max: Int = .max) -> [UInt8] {
        guard let value = value(name) else {
            missing(name)
            return []
        }
        guard case .string(let text) = value, let bytes = Base64.decode(text) else {
            fault("\(name) must be base64 as in RFC 4648, section 4")
            return []
        }
        if bytes.count > max { fault("\(name) has more than \(max) bytes") }
        return bytes
    }
}

extension Identifier {
    /// Stands where a fault was noted.
    static let standIn = Identifier(high: 0, low: 0)
}

extension Digest {
    static let standIn = Digest(bytes: [UInt8](repeating: 0, count: 32))!
}

extension Timestamp {
    static let standIn = Timestamp(milliseconds: 0)
}

extension String {
    var hasControlCharacters: Bool {
        utf8.contains { $0 < 0x20 || $0 == 0x7F }
            || unicodeScalars.contains { $0.properties.generalCategory == .control }
    }
}
