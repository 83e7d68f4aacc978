/// The text of a heading as it is compared and linked to.
enum HeadingText {
    /// The form in which titles are compared: without emphasis, code marks, links, case, and a colon at the end.
    static func key(_ title: String) -> String {
        var key = plain(title).lowercased().onOneLine
        while key.last == ":" || key.last == " " { key.removeLast() }
        return key
    }

    /// The words alone, without "and": `Goals & Scope` is `goals scope`, as is `Goals, and scope!`. May be empty.
    static func words(_ title: String) -> String {
        let title = plain(title)
        if let words = title.utf8.withContiguousStorageIfAvailable(asciiWords).flatMap(\.self) { return words }
        var words: [String.UnicodeScalarView] = [.init()]
        for scalar in title.lowercased().unicodeScalars {
            // An apostrophe does not end a word, and what follows an emoji is none.
            if scalar == "'" || scalar == "’" || scalar.properties.isVariationSelector { continue }
            if scalar.isWordPart {
                words[words.count - 1].append(scalar)
            } else if words.last?.isEmpty == false {
                words.append(.init())
            }
        }
        return words.map { String($0) }.filter { !$0.isEmpty && $0 != "and" }.joined(separator: " ")
    }

    /// The same, of most titles, and sooner; nil when they are no ASCII.
    private static func asciiWords(_ bytes: UnsafeBufferPointer<UInt8>) -> String? {
        var words: [UInt8] = []
        var start = 0
        func endWord() {
            if words[start...].elementsEqual("and".utf8) { words.removeLast(3) }
            if words.count > start { words.append(.space) }
            start = words.count
        }
        for byte in bytes {
            guard byte < 0x80 else { return nil }
            if byte.isLetter || byte.isDigit {
                words.append(byte.lowercased)
            } else if byte != UInt8(ascii: "'") {
                endWord()
            }
        }
        endWord()
        return String(decoding: words.dropLast(), as: UTF8.self)
    }

    /// The text without inline markup: `**Bold** [link](to)` is `Bold link`.
    static func plain(_ title: String) -> String {
        guard title.utf8.contains(where: { "*_`[\\".utf8.contains($0) }) else { return title }
        let characters = Array(title)
        var plain = ""
        var index = 0
        while index < characters.count {
            let character = characters[index]
            switch character {
            case "\\" where index + 1 < characters.count && characters[index + 1].isPunctuationOrSymbol:
                plain.append(characters[index + 1])
                index += 1
            case "*", "`": break
            case "_" where !isInsideWord(characters, index): break
            case "[",
                "!" where index + 1 < characters.count && characters[index + 1] == "[":
                if character == "!" { index += 1 }
            case "]":
                if index + 1 < characters.count, characters[index + 1] == "(",
                    let end = characters[index...].prefix(2048).firstIndex(of: ")")
                {
                    index = end
                }
            default: plain.append(character)
            }
            index += 1
        }
        return plain
    }

    private static func isInsideWord(_ characters: [Character], _ index: Int) -> Bool {
        guard index > 0, index + 1 < characters.count else { return false }
        let before = characters[index - 1]
        let after = characters[index + 1]
        return (before.isLetter || before.isNumber) && (after.isLetter || after.isNumber)
    }

    /// The anchor that GitHub gives a heading, before doubles are numbered: lower case, blanks as `-`, no punctuation.
    static func anchor(_ title: String) -> String {
        var anchor = String.UnicodeScalarView()
        for scalar in plain(title).trimmed.lowercased().unicodeScalars {
            if scalar == " " || scalar == "-" {
                anchor.append("-")
            } else if scalar == "_" || scalar.isWordPart {
                anchor.append(scalar)
            }
        }
        return String(anchor)
    }

    /// The title as part of a file's name: words of letters and digits with `-` between, at most 80 bytes. May
    /// be empty.
    static func slug(_ title: String) -> String {
        var slug = String.UnicodeScalarView()
        var length = 0
        var needsHyphen = false
        for scalar in plain(title).lowercased().unicodeScalars {
            // An apostrophe does not end a word.
            if scalar == "'" || scalar == "’" { continue }
            guard scalar.isWordPart else {
                needsHyphen = !slug.isEmpty
                continue
            }
            let size = UTF8.width(scalar) + (needsHyphen ? 1 : 0)
            guard length + size <= 80 else { break }
            if needsHyphen { slug.append("-") }
            slug.append(scalar)
            length += size
            needsHyphen = false
        }
        return String(slug)
    }
}

extension Unicode.Scalar {
    fileprivate var isWordPart: Bool {
        if value < 0x80 { return properties.isAlphabetic || ("0"..."9").contains(self) }
        switch properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .nonspacingMark,
            .spacingMark, .decimalNumber, .letterNumber, .otherNumber:
            return true
        default: return false
        }
    }
}

extension Character {
    fileprivate var isPunctuationOrSymbol: Bool { isPunctuation || isSymbol }
}
