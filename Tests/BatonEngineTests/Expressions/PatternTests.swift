import BatonEngine
import Testing

@Suite struct PatternTests {
    @Test(
        "A pattern is looked for anywhere in the text",
        arguments: [
            ("", "", true), ("", "a", true), ("a", "", false), ("abc", "xabcx", true), ("abc", "ab", false),
            ("^abc$", "abc", true), ("^abc$", "abcd", false), ("^", "", true), ("$", "abc", true), ("^$", "", true),
            ("^$", "a", false), ("^a", "aba", true), ("^b", "aba", false), ("a$", "ab", false), ("b^a", "ba", false),
            // Alternatives and groups
            ("a|b", "xb", true), ("^(a|b)$", "c", false), ("^(a|)$", "", true), ("|", "x", true), ("a||b", "x", true),
            ("^(?:ab|cd)+$", "abcdab", true), ("(?P<n>a)(?<m>b)", "ab", true), ("()", "", true), ("^a|b$", "ac", true),
            // Repetition
            ("^a*$", "", true), ("^a*$", "aaa", true), ("^a+$", "", false), ("^a?b$", "b", true),
            ("^a?b$", "aab", false),
            ("^a{3}$", "aaa", true), ("^a{3}$", "aa", false), ("^a{2,}$", "aaaa", true), ("^a{2,}$", "a", false),
            ("^a{1,2}$", "aaa", false), ("^a{0}$", "", true), ("^(ab){2}$", "abab", true), ("^a*?b+?c??$", "aab", true),
            ("^(a*)*$", "aaa", true), ("^(a*)+b$", "aaab", true), ("^(a?){3}$", "aa", true), ("a{,2}", "a{,2}", true),
            ("a{x}", "a{x}", true), ("^{a}$", "{a}", true),
            // Classes
            ("^[abc]+$", "cab", true), ("^[a-c]+$", "abd", false), ("^[^a-c]+$", "xyz", true), ("[^a]", "a", false),
            ("^[]a]+$", "]a", true), ("^[a-]+$", "-a", true), ("^[-a]$", "-", true), (#"^[\]\-]+$"#, "]-", true),
            ("^[[:alpha:]]+$", "abZ", true), ("^[[:^alpha:]]+$", "12", true), ("^[[:digit:]x]+$", "1x", true),
            (#"^\d+$"#, "0123", true), (#"^\d$"#, "x", false), (#"^\D$"#, "x", true), (#"^\w+$"#, "a_1", true),
            (#"^\w$"#, "é", false), (#"^\W$"#, "é", true), (#"^\s$"#, "\t", true), (#"^\S$"#, "\t", false),
            (#"^[\d_]+$"#, "1_", true), (#"^[^\d]$"#, "1", false), (#"^[\W]$"#, "-", true), ("^[é-ü]$", "ö", true),
            (".", "\n", false), ("(?s).", "\n", true), ("^.$", "😀", true), ("^..$", "e\u{301}", true),
            // Escapes
            (#"^\.$"#, "a", false), (#"^\x41\x{1F600}$"#, "A😀", true), (#"^\101\0$"#, "A\0", true),
            (#"^\n\r\t\f\v\a$"#, "\n\r\t\u{C}\u{B}\u{7}", true), (#"^\Qa.b\E+$"#, "a.bb", true),
            (#"^\Qa.b"#, "axb", false), (#"^\_\-\/$"#, "_-/", true),
            // Places
            (#"\bfoo\b"#, "a foo b", true), (#"\bfoo\b"#, "food", false), (#"\Boo"#, "foo", true),
            (#"\Bfoo"#, "foo", false), (#"\b"#, "", false), (#"\B"#, "", true), (#"^\B"#, "", true),
            (#"\Aab\z"#, "ab", true), ("(?m)^b$", "a\nb\nc", true), ("^b$", "a\nb\nc", false),
            (#"(?m)\Ab"#, "a\nb", false), ("a\n", "a\n", true), ("a$", "a\n", false),
            // Flags
            ("(?i)abc", "xABCx", true), ("(?i)[a-c]+$", "ABC", true), ("(?i)[^a]", "A", false),
            ("(?i:a)b", "Ab", true), ("(?i:a)b", "AB", false), ("((?i)a)b", "AB", false), ("(?i)É", "é", true),
            ("(?i)a(?-i)b", "Ab", true), ("(?i)a(?-i)b", "AB", false), ("(?U)a+", "a", true), ("(?is)A.", "a\n", true),
        ] as [(String, String, Bool)])
    func occurs(pattern: String, text: String, expected: Bool) throws {
        #expect(try Pattern(pattern).occurs(in: text) == expected, "\(pattern) in \(text.debugDescription)")
    }

    @Test(
        "What is no pattern, or needs backtracking, is refused with its place",
        arguments: [
            ("(", 0, "'(' without ')'"), ("a(b", 1, "'(' without ')'"), (")", 0, "')' without '('"),
            ("a)", 1, "')' without '('"), ("[a", 0, "'[' without ']'"), ("[]", 0, "'[' without ']'"),
            ("*", 0, "nothing stands before the repetition"), ("a|+", 2, "nothing stands before the repetition"),
            ("{2}", 0, "nothing stands before the repetition"), ("a**", 2, "a repetition of a repetition"),
            ("a{2}{3}", 4, "a repetition of a repetition"), ("a{1001}", 1, "more than 1000 repetitions"),
            ("a{3,2}", 1, "the repetition ends before it begins"), ("[b-a]", 1, "the range ends before it begins"),
            ("[[:nope:]]", 1, "no class [:nope:]"), (#"(a)\1"#, 3, "backreferences are not supported"),
            (#"(?P<a>b)\k<a>"#, 8, "backreferences are not supported"), ("a(?=b)", 1, "lookaround is not supported"),
            ("(?!a)", 0, "lookaround is not supported"), ("(?<=a)", 0, "lookaround is not supported"),
            ("(?<!a)", 0, "lookaround is not supported"), ("(?x)a", 2, "not a flag: only i, m, s and U are"),
            ("(?i", 3, "not a flag: only i, m, s and U are"), ("(?-)a", 3, "a flag is missing behind '-'"),
            (#"\y"#, 0, "no such escape"), (#"a\"#, 1, "the pattern ends in '\\'"),
            (#"\pL"#, 0, "Unicode classes (\\p) are not supported"),
            (#"\x4"#, 0, "write \\xHH or \\x{H…}, at most \\x{10FFFF}"),
            (#"\x{110000}"#, 0, "write \\xHH or \\x{H…}, at most \\x{10FFFF}"),
            ("(?P<1-2>a)", 5, "the name of a group is letters, digits and '_'"),
        ] as [(String, Int, String)])
    func refused(pattern: String, offset: Int, message: String) {
        let error = #expect(throws: PatternError.self) { try Pattern(pattern) }
        #expect(error?.offset == offset, "\(pattern)")
        #expect(error?.message == "\(message) (at \(offset + 1) in the pattern)")
    }

    @Test("Patterns that grow too large or nest too deeply are refused at once")
    func bounds() {
        for pattern in [
            "((a{100}){100}){100}", "((((){1000}){1000}){1000}){1000}", "(a|b|c){1000}", "x{1000}{1000}",
            String(repeating: "(", count: 500) + String(repeating: ")", count: 500),
            String(repeating: "a", count: 1025),
        ] {
            #expect(throws: PatternError.self) { try Pattern(pattern) }
        }
        let nested = String(repeating: "(", count: 64) + "a" + String(repeating: ")", count: 64)
        #expect((try? Pattern(nested))?.occurs(in: "a") == true)
        #expect((try? Pattern("^a{1000}$"))?.occurs(in: String(repeating: "a", count: 1000)) == true)
    }

    @Test("A set of characters is the same however it is written")
    func classes() throws {
        let sets = ["[a-z]", "[m-za-n]", "[a-fg-z]", "[^\\x00-`{-\\x{10FFFF}]", "[[:lower:]]", "[a-jb-zc-d]"]
        let patterns = try sets.map { try Pattern($0) }
        for scalar in (0..<0x200).compactMap(Unicode.Scalar.init) {
            let text = String(Character(scalar))
            let isLower = ("a"..."z").contains(scalar)
            for (set, pattern) in zip(sets, patterns) {
                #expect(pattern.occurs(in: text) == isLower, "\(set) and \(scalar.value)")
            }
        }
    }
}
