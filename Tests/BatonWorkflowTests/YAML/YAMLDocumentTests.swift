import BatonEngine
import Testing

@testable import BatonWorkflow

@Suite struct YAMLDocumentTests {
    private func read(_ text: String) throws -> YAMLNode {
        let document = YAMLDocument(Array(text.utf8))
        #expect(document.problems.isEmpty, "\(document.problems)")
        return try #require(document.root)
    }

    @Test("Keys and values know where they begin")
    func places() throws {
        let root = try read("a:\n  - x\n  - {b: y}\n")
        let a = try #require(root.entry("a"))
        #expect((a.line, a.column) == (1, 1))
        #expect((a.value.line, a.value.column) == (2, 3))
        let mapping = try #require(a.value.sequence?[1])
        let b = try #require(mapping.entry("b"))
        #expect((b.line, b.column) == (3, 6))
        #expect((b.value.line, b.value.column) == (3, 9))
    }

    @Test("Columns count characters, not bytes")
    func columns() throws {
        let root = try read("{ü: 1, b: 2}")
        #expect(root.entry("b")?.column == 8)
    }

    @Test("A leading comment, a document start, a byte order mark and non-ASCII hyphens load")
    func oddities() throws {
        let root = try read("\u{FEFF}# comment\n---\nname: End‑to‑end\nid: a–b\n...\n")
        #expect(root["name"]?.scalar?.text == "End‑to‑end")
        #expect(root["id"]?.scalar?.text == "a–b")
    }

    @Test(
        "Plain scalars mean what the core schema of YAML 1.2 says",
        arguments: [
            ("null", JSON.null), ("~", .null), ("", .null), ("true", true), ("False", false), ("yes", "yes"),
            ("on", "on"), ("12", 12), ("-7", -7), ("+3", 3), ("0o17", 15), ("0xFF", 255), ("012", 12), ("1.5", 1.5),
            (".5", 0.5), ("2.", 2.0), ("1e3", 1000.0), ("-1.5E-1", -0.15), ("2.0", 2.0), ("1.2.3", "1.2.3"),
            ("1_000", "1_000"), ("0x-1", "0x-1"), (".inf", ".inf"), (".nan", ".nan"), ("-", "-"), (".", "."),
            ("1e", "1e"), ("99999999999999999999", 1e20), ("2024-01-01", "2024-01-01"), ("12 monkeys", "12 monkeys"),
        ] as [(String, JSON)])
    func coreSchema(text: String, value: JSON) throws {
        #expect(YAMLScalar(text: text, isPlain: true).value == value)
        #expect(YAMLScalar(text: text, isPlain: false).value == .string(text))
    }

    @Test("A tree becomes JSON, with members in the order of the file")
    func json() throws {
        let root = try read("b: 1\na: [x, 'true', !!str 5, ~]\nc: {}\nd: |\n  one\n  two\n")
        #expect(root.json.text == #"{"b":1,"a":["x","true","5",null],"c":{},"d":"one\ntwo\n"}"#)
    }

    @Test("An alias stands for its anchor's node")
    func aliases() throws {
        let root = try read("a: &x {k: [1, 2]}\nb: *x\n")
        #expect(root["b"]?.json == root["a"]?.json)
        #expect(root["b"]?.line == 1)
    }

    @Test("Every duplicate key is a problem at its place, and the rest is read")
    func duplicates() {
        let document = YAMLDocument(Array("a: 1\nb: {c: 1, c: 2}\na: 3\n".utf8))
        #expect(
            document.problems.map(\.description) == [
                "2:11: the key \"c\" is already in line 2", "3:1: the key \"a\" is already in line 1",
            ])
        #expect(document.root?["a"]?.json == 1)
    }

    @Test("A second document is refused; an empty one is not")
    func documents() throws {
        #expect(try read("a: 1\n---\n")["a"] != nil)
        let document = YAMLDocument(Array("a: 1\n---\nb: 2\n".utf8))
        #expect(document.root == nil)
        #expect(document.problems.map(\.line) == [3])
    }

    @Test(
        "Nothing, and nothing but comments, is no document and no problem", arguments: ["", "# only this\n", "---\n"])
    func empty(text: String) {
        let document = YAMLDocument(Array(text.utf8))
        #expect(document.root == nil)
        #expect(document.problems.isEmpty)
    }

    @Test("Keys that are no text, and tags of other languages, are problems")
    func keysAndTags() {
        #expect(YAMLDocument(Array("? [a]\n: b\n".utf8)).problems.map(\.message) == ["a key must be text, not a list"])
        let tagged = YAMLDocument(Array("a: !!python/object:os.system x\nb: !!int 5\n".utf8))
        #expect(tagged.problems.count == 1)
        #expect(tagged.problems.first?.message.contains("is not supported") == true)
    }
}
