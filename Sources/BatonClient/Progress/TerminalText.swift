/// Text from outside on its way to a terminal: control characters and escape sequences do not get through, since they
/// could move the cursor, retitle the window, or make a line say something else than it does.
public enum TerminalText {
    /// One line: line breaks and tabs become spaces; longer text is cut, with an ellipsis.
    public static func line(_ text: String, maxLength: Int = 4096) -> String {
        clean(text, keepsLines: false, maxLength: maxLength)
    }

    /// Any number of lines: line feeds and tabs stay.
    public static func lines(_ text: String) -> String { clean(text, keepsLines: true, maxLength: .max) }

    private static func clean(_ text: String, keepsLines: Bool, maxLength: Int) -> String {
        var result = String.UnicodeScalarView()
        var scalars = text.unicodeScalars[...]
        var count = 0
        while let scalar = scalars.popFirst() {
            switch scalar {
            case "\u{1B}": skipSequence(&scalars)
            // C1 controls that begin a sequence, as ESC [ and ESC ] do (ECMA-48, section 5.3).
            case "\u{9B}": skipParameters(&scalars)
            case "\u{9D}", "\u{90}", "\u{98}", "\u{9E}", "\u{9F}": skipString(&scalars)
            case "\n", "\t":
                result.append(keepsLines ? scalar : " ")
                count += 1
            case "\r":
                // Of CR LF the LF is left; a CR alone would let text overwrite what stands before it.
                break
            default:
                guard isHarmless(scalar) else { continue }
                result.append(scalar)
                count += 1
            }
            if count >= maxLength, !scalars.isEmpty {
                result.append("…")
                break
            }
        }
        return String(result)
    }

    private static func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        // The other C0 and C1 controls, line and paragraph separators, and what reorders text (UAX #9).
        case 0..<0x20, 0x7F..<0xA0, 0x2028...0x202E, 0x2066...0x2069, 0x200E, 0x200F, 0x061C, 0xFEFF: false
        default: true
        }
    }

    /// After an ESC.
    private static func skipSequence(_ scalars: inout Substring.UnicodeScalarView) {
        guard let next = scalars.popFirst() else { return }
        switch next {
        case "[": skipParameters(&scalars)
        case "]", "P", "X", "^", "_": skipString(&scalars)
        case "\u{20}"..."\u{2F}": _ = scalars.popFirst()
        default: break
        }
    }

    /// Up to the final byte of a control sequence (ECMA-48, section 5.4).
    private static func skipParameters(_ scalars: inout Substring.UnicodeScalarView) {
        while let next = scalars.first {
            guard (0x20...0x3F).contains(next.value) else {
                if (0x40...0x7E).contains(next.value) { scalars.removeFirst() }
                return
            }
            scalars.removeFirst()
        }
    }

    /// Up to the terminator of a control string: ST or BEL. A string without one ends with its line.
    private static func skipString(_ scalars: inout Substring.UnicodeScalarView) {
        while let next = scalars.first, next != "\n" {
            scalars.removeFirst()
            if next == "\u{07}" || next == "\u{9C}" { return }
            if next == "\u{1B}" {
                if scalars.first == "\\" { scalars.removeFirst() }
                return
            }
        }
    }

    // MARK: Width

    /// How many columns a terminal needs for a clean line.
    public static func width(_ text: String) -> Int { text.reduce(0) { $0 + width($1) } }

    /// Cuts a clean line to `columns`, with an ellipsis where something is missing.
    public static func fit(_ text: String, _ columns: Int) -> String {
        guard width(text) > columns else { return text }
        var result = ""
        var used = 0
        for character in text {
            used += width(character)
            if used > columns - 1 { break }
            result.append(character)
        }
        return columns > 0 ? result + "…" : ""
    }

    /// Cuts or fills a clean line to exactly `columns`.
    public static func pad(_ text: String, _ columns: Int) -> String {
        let fitted = fit(text, columns)
        return fitted + String(repeating: " ", count: max(0, columns - width(fitted)))
    }

    private static func width(_ character: Character) -> Int {
        guard let first = character.unicodeScalars.first else { return 0 }
        if character.unicodeScalars.contains("\u{FE0F}") { return 2 }
        switch first.value {
        case 0x20..<0x7F: return 1
        // East Asian wide and fullwidth (UAX #11), and emoji.
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF,
            0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1F6FF,
            0x1F900...0x1F9FF, 0x1FA70...0x1FAFF, 0x20000...0x3FFFD:
            return 2
        default: break
        }
        switch first.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: return 0
        default: return 1
        }
    }
}
