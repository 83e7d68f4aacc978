import Testing

@testable import BatonClient

@Suite struct TextFieldTests {
    private static func typed(_ keys: [Key]) -> TextField {
        var field = TextField()
        for key in keys {
            let isTaken = field.press(key)
            #expect(isTaken, "\(key)")
        }
        return field
    }

    private static func keys(_ text: String) -> [Key] { text.map { .character($0) } }

    @Test("What is typed stands where the cursor is")
    func typing() {
        let field = Self.typed(
            Self.keys("helo") + [.left, .character("l"), .home, .character(">"), .end, .character("!")])
        #expect(field.text == ">hello!")
        #expect(field.lines(width: 20) == [">hello!▏"])
    }

    @Test("Characters, words and the whole line are deleted")
    func deleting() {
        #expect(Self.typed(Self.keys("abc") + [.backspace, .home, .delete]).text == "b")
        #expect(Self.typed([.backspace, .delete, .left, .control("w"), .control("u"), .control("k")]).text == "")
        #expect(Self.typed(Self.keys("one two  ") + [.control("w")]).text == "one ")
        #expect(Self.typed(Self.keys("one two") + [.left, .left, .left, .control("k")]).text == "one ")
        #expect(Self.typed(Self.keys("one two") + [.left, .left, .left, .control("u")]).text == "two")
    }

    @Test("A letter of several code points is one character")
    func clusters() {
        let field = Self.typed([.character("e"), .character("\u{301}"), .character("x"), .left, .left, .delete])
        #expect(field.text == "x")
    }

    @Test("Pasted text keeps its lines and loses what a terminal would not show")
    func pasting() {
        let field = Self.typed([.paste("one\r\ntwo\t\u{1B}]0;title\u{7}\u{202E}three")])
        #expect(field.text == "one\ntwo three")
        #expect(field.lines(width: 20) == ["one", "two three▏"])
    }

    @Test("More than a comment may have is not taken")
    func bounds() {
        let more = Key.paste(String(repeating: "a", count: TextField.maxBytes))
        var field = Self.typed([more, .character("b")])
        #expect(field.text.utf8.count == TextField.maxBytes)
        let isTaken = field.press(.pageUp)
        #expect(!isTaken)
    }
}
