import Testing

@testable import BatonClient

@Suite struct KeyReaderTests {
    private static func keys(_ text: String) -> [Key] {
        var reader = KeyReader()
        return reader.read(Array(text.utf8)) + reader.rest()
    }

    @Test(
        "The bytes of a key are that key",
        arguments: [
            ("a", .character("a")), ("é", .character("é")), ("日", .character("日")), ("🎻", .character("🎻")),
            ("\r", .enter), ("\n", .enter), ("\t", .tab), ("\u{7F}", .backspace), ("\u{8}", .backspace),
            ("\u{3}", .control("c")), ("\u{1A}", .control("z")), ("\u{1B}", .escape),
            ("\u{1B}[A", .up), ("\u{1B}OB", .down), ("\u{1B}[C", .right), ("\u{1B}[1;5D", .left),
            ("\u{1B}[H", .home), ("\u{1B}[4~", .end), ("\u{1B}[5~", .pageUp), ("\u{1B}[6~", .pageDown),
            ("\u{1B}[3~", .delete),
        ] as [(String, Key)])
    func each(bytes: String, key: Key) {
        #expect(Self.keys(bytes) == [key])
    }

    @Test(
        "What is no key is left out, and what follows is read", arguments: ["\u{1B}[[A", "\u{1B}[15~", "\u{1B}[?1;2c"])
    func unknown(bytes: String) {
        #expect(Self.keys(bytes + "x") == [.character("x")])
    }

    @Test("A key may come in pieces; Esc alone is told once nothing follows")
    func pieces() {
        var reader = KeyReader()
        #expect(reader.read([0x1B]) == [])
        #expect(reader.isWaiting)
        #expect(reader.read(Array("[".utf8)) == [])
        #expect(reader.read(Array("5~".utf8)) == [.pageUp])
        #expect(reader.read([0xC3]) == [])
        #expect(reader.read([0xA9]) == [.character("é")])
        #expect(reader.read([0x1B]) == [])
        #expect(reader.rest() == [.escape])
        #expect(reader.rest() == [])
    }

    @Test("Bytes that are no UTF-8 are left out")
    func damaged() {
        var reader = KeyReader()
        #expect(
            reader.read([0xFF, 0x61, 0xC3, 0x28, 0x80, 0x62]) == [.character("a"), .character("("), .character("b")])
    }

    @Test("What is pasted is one key, line breaks and all, however it comes")
    func paste() {
        let bytes = Array("x\u{1B}[200~one\rtwo\u{1B}[31m\u{1B}[201~y".utf8)
        let expected: [Key] = [.character("x"), .paste("one\rtwo\u{1B}[31m"), .character("y")]
        for cut in 0...bytes.count {
            var reader = KeyReader()
            #expect(reader.read(bytes[..<cut]) + reader.read(bytes[cut...]) == expected, "cut at \(cut)")
        }
        var reader = KeyReader()
        let long = reader.read(Array("\u{1B}[200~".utf8) + Array(repeating: 0x61, count: 1 << 20))
        #expect(long == [])
        #expect(reader.rest() == [])
        guard case .paste(let text) = reader.read(Array("\u{1B}[201~".utf8)).first else {
            Issue.record("no paste")
            return
        }
        #expect(text.count == KeyReader.maxPaste)
    }

    @Test("Whatever comes, bytes are read once and in bounded memory")
    func random() {
        var generator = SplitMix(state: 7)
        for _ in 1...200 {
            var reader = KeyReader()
            var characters = 0
            let bytes = (0..<200).map { _ in
                generator.pick([
                    0x1B, 0x5B, 0x4F, 0x7E, 0x30, 0x3B, 0x61, 0xC3, 0xFF, 0x0D,
                    UInt8.random(in: 0...255, using: &generator),
                ])
            }
            for byte in bytes { characters += reader.read([byte]).count }
            characters += reader.rest().count
            #expect(characters <= bytes.count)
        }
    }
}
