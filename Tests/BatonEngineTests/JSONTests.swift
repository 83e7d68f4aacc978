import BatonEngine
import Testing

@Suite struct JSONTests {
    @Test("Every kind of value reads back as it was written")
    func roundTrip() throws {
        let value: JSON = [
            "null": nil, "true": true, "int": -42, "big": .int(.max), "double": 1.5e-7,
            "text": "a\"b\\c\n\u{1}\u{1F600}é",
            "list": [1, [], [:], "x"], "object": ["b": 1, "a": 2],
        ]
        #expect(try JSON.parse(value.bytes) == value)
        #expect(try JSON.parse(value.bytes).text == value.text)
    }

    @Test("Objects are equal whatever the order of their members")
    func objectEquality() {
        #expect(["a": 1, "b": 2] as JSON == ["b": 2, "a": 1])
        #expect(["a": 1] as JSON != ["a": 1, "b": 2])
        #expect(JSON.int(1) == .double(1))
    }

    @Test(
        "Text that is not JSON is refused, with the place",
        arguments: [
            ("", 0), ("{", 1), ("[1,]", 3), ("{\"a\":1,}", 7), ("nul", 0), ("01", 1), ("1.", 2), ("1e", 2), ("-", 1),
            ("\"\u{1}\"", 1), ("\"\\x\"", 3), ("\"abc", 4), ("[1 2]", 3), ("{\"a\" 1}", 5), ("true false", 5),
            ("{\"a\":1,\"a\":2}", 12), ("\"\\ud800\"", 7), ("1e999", 5), ("'a'", 0),
        ])
    func refused(text: String, offset: Int) throws {
        let error = #expect(throws: JSONError.self) { try JSON.parse(text) }
        #expect(error?.offset == offset, "\(text): \(error?.message ?? "")")
    }

    @Test("Bytes that are not UTF-8 are refused")
    func invalidUTF8() {
        #expect(throws: JSONError.self) { try JSON.parse([0x22, 0xFF, 0x22]) }
        #expect(throws: JSONError.self) { try JSON.parse([0x22, 0x5C, 0x6E, 0xC3, 0x22]) }
    }

    @Test("Nesting is bounded, so that no input can exhaust the stack")
    func depth() throws {
        let deepest = String(repeating: "[", count: JSON.maxDepth) + String(repeating: "]", count: JSON.maxDepth)
        _ = try JSON.parse(deepest)
        #expect(throws: JSONError.self) { try JSON.parse("[" + deepest + "]") }
        #expect(throws: JSONError.self) { try JSON.parse(String(repeating: "[", count: 1_000_000)) }
    }

    @Test("Escapes of RFC 8259 are read, surrogate pairs among them")
    func escapes() throws {
        #expect(try JSON.parse(#""\u00e9\ud83d\ude00\/\b\f\n\r\t\"\\""#) == .string("é😀/\u{8}\u{C}\n\r\t\"\\"))
    }

    @Test("What has to be escaped is, wherever it stands in a string")
    func escapesAnywhere() throws {
        for scalar in (0..<0x80).compactMap(Unicode.Scalar.init) + ["\u{80}", "é", "€", "😀"] {
            for position in 0..<20 {
                for rest in ["", "0123456789", String(repeating: "y", count: 300)] {
                    let text = String(repeating: "x", count: position) + String(scalar) + rest
                    var writer = JSONWriter()
                    writer.array { writer in
                        writer.object { $0.field(text, text) }
                        writer.value(text)
                    }
                    #expect(!writer.bytes.contains { $0 < 0x20 })
                    #expect(
                        try JSON.parse(writer.bytes) == [.object([text: .string(text)]), .string(text)],
                        "U+\(scalar.value) at \(position)")
                }
            }
        }
    }
}

/// Objects in a list mostly have the same members: what is read is the same when they don't.
@Suite struct JSONListTests {
    private static let names = ["a", "b", "a longer name", "\"quoted\"", "é", "a\n", ""]

    @Test("Lists of objects that are alike, and of others, are read as they were written")
    func lists() throws {
        for seed in 0..<500 {
            var random = SplitMix64(state: UInt64(seed))
            let value = Self.list(depth: 3, &random)
            #expect(try JSON.parse(value.bytes).text == value.text, "seed \(seed)")
        }
    }

    private static func list(depth: Int, _ random: inout some RandomNumberGenerator) -> JSON {
        var shape = names.shuffled(using: &random).prefix(Int.random(in: 0...names.count, using: &random))
        return .array(
            (0..<Int.random(in: 0...6, using: &random)).map { _ in
                // One in four has fewer, one in four others.
                switch Int.random(in: 0..<8, using: &random) {
                case 0, 1: shape = shape.dropLast()
                case 2, 3: shape = names.shuffled(using: &random).prefix(Int.random(in: 0...7, using: &random))
                default: break
                }
                let members = shape.map { name in
                    (name, depth > 0 && Bool.random(using: &random) ? list(depth: depth - 1, &random) : JSON.int(1))
                }
                return .object(.init(uniqueKeysWithValues: members))
            })
    }

    @Test(
        "A member that is written twice is refused in each object of a list",
        arguments: [
            (#"[{"a":1,"b":2},{"a":1,"b":2,"a":3}]"#, 33), (#"[{"a":1,"b":2},{"a":1,"a":2}]"#, 27),
            (#"[{"a":1},{"b":1,"b":2}]"#, 21), (#"[{"a":1},{"a":1,"\u0061":2}]"#, 26),
        ])
    func twice(text: String, offset: Int) {
        let error = #expect(throws: JSONError.self) { try JSON.parse(text) }
        #expect(error?.offset == offset && error?.message.contains("twice") == true, "\(error?.description ?? "")")
    }

    @Test(
        "What is wrong in the second object of a list is refused with its place",
        arguments: [
            (#"[{"a":1},{"a" 1}]"#, 14), (#"[{"a":1},{"a":1,}]"#, 16), (#"[{"a":1},{"a":1"#, 15),
            (#"[{"a":1},{"a"#, 12), (#"[{"a":1},{"a":1 "b":2}]"#, 16), (#"[{"a":1},{a:1}]"#, 10),
        ])
    func refused(text: String, offset: Int) {
        let error = #expect(throws: JSONError.self) { try JSON.parse(text) }
        #expect(error?.offset == offset, "\(text): \(error?.description ?? "")")
    }
}

@Suite struct TimestampTests {
    @Test(
        "Moments are written and read as RFC 3339",
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (951_782_399_999, "2000-02-28T23:59:59.999Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"), (1_767_225_599_000, "2025-12-31T23:59:59.000Z"),
            (-1, "1969-12-31T23:59:59.999Z"), (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
            (-62_167_219_200_000, "0000-01-01T00:00:00.000Z"), (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
        ])
    func text(milliseconds: Int64, text: String) {
        #expect(Timestamp(milliseconds: milliseconds).description == text)
        #expect(Timestamp(text)?.milliseconds == milliseconds)
    }

    @Test(
        "What is not RFC 3339 in UTC is refused",
        arguments: ["", "2026-01-01", "2026-01-01T00:00:00", "x", "2026-13-01T00:00:00Z"])
    func refused(text: String) { #expect(Timestamp(text) == nil) }
}

@Suite struct IdentifierTests {
    private let run = Identifier(run: Seed(high: 7, low: 9), now: Timestamp(milliseconds: 1_700_000_000_000))

    @Test("A run's identifier is a version 7 UUID of its moment")
    func version() throws {
        let text = run.description
        #expect(text.count == 36)
        #expect(Array(text)[14] == "7")
        #expect("89ab".contains(Array(text)[19]))
        #expect(run.high >> 16 == 1_700_000_000_000)
        #expect(Identifier(text) == run)
        #expect(Identifier(text.uppercased()) == run)
    }

    @Test("What a run numbers carries the run's identifier and the number")
    func children() {
        let child = run.child(258)
        #expect(child.run == run)
        #expect(child.ordinal == 258)
        #expect(child.description == run.description.dropLast(8) + "00000102")
    }

    @Test(
        "Text that is no UUID is refused",
        arguments: ["", "abc", "0192f0c1-2b3c-7d4e-8f50-61728394a5bg", "0192f0c12b3c7d4e8f5061728394a5b6"])
    func refused(text: String) { #expect(Identifier(text) == nil) }

    @Test("Every hexadecimal digit is read wherever it stands, and nothing else")
    func digits() {
        let digest = String(repeating: "0123456789abcdef", count: 4)
        for scalar in (0..<0x80).compactMap(Unicode.Scalar.init) {
            let isDigit = scalar.properties.isASCIIHexDigit
            for place in 0..<64 {
                let text = digest.prefix(place) + String(scalar) + digest.dropFirst(place + 1)
                #expect(Digest(String(text))?.description == (isDigit ? text.lowercased() : nil))
            }
            for (place, character) in run.description.enumerated() {
                let text = run.description.prefix(place) + String(scalar) + run.description.dropFirst(place + 1)
                let isRight = character == "-" ? scalar == "-" : isDigit
                #expect(Identifier(String(text))?.description == (isRight ? text.lowercased() : nil))
            }
        }
    }

    @Test("One seed gives many different bits, and always the same ones")
    func seed() {
        let seed = Seed(high: 1, low: 2)
        #expect(Set((0..<1000).map { seed.bits(at: $0).low }).count == 1000)
        #expect(seed.bits(at: 5) == Seed(high: 1, low: 2).bits(at: 5))
        #expect(Seed(seed.description) == seed)
    }
}

@Suite struct ArtifactNameTests {
    @Test("Names compare without extension and with _ as -")
    func keys() {
        #expect(ArtifactName("prd.md") == ArtifactName("prd"))
        #expect(ArtifactName("sharded_docs") == ArtifactName("sharded-docs/"))
        #expect(ArtifactName("stories/1.2.login.md") != ArtifactName("stories/1.3.login.md"))
        #expect(ArtifactName("v1.2") != ArtifactName("v1.3"))
    }

    @Test("A document belongs to the set whose name is its folder")
    func sets() {
        #expect(ArtifactName("sharded-docs/epic-1.md").isInside("sharded_docs"))
        #expect(!ArtifactName("sharded-docs-2/epic-1.md").isInside("sharded_docs"))
    }

    @Test("A set whose name has an extension has its documents in a folder with or without it; they are kept without")
    func setsWithExtension() {
        let set: ArtifactName = "docs/old_system.md"
        #expect(set.folder == "docs/old_system")
        for name in ["docs/old_system.md/a.md", "docs/old-system.md/a.md", "docs/old_system/a.md"] {
            #expect(ArtifactName(name).isInside(set))
            #expect(ArtifactName(name).kept(in: set).key == "docs/old-system/a")
        }
        #expect(ArtifactName("docs/old_system.md/a/b.md").kept(in: set).text == "docs/old_system/a/b.md")
        #expect(ArtifactName("docs/old-system/a.md").kept(in: set).text == "docs/old-system/a.md")
        for name in ["docs/old_system.mdx/a.md", "docs/old_system.md2/a.md", "docs/old_system.md", "old_system.md/a"] {
            #expect(!ArtifactName(name).isInside(set))
            #expect(ArtifactName(name).kept(in: set).text == name)
        }
        #expect(ArtifactName("sharded_docs/").folder == "sharded_docs")
        #expect(!ArtifactName("v1/a").isInside("v1.2"))
    }

    @Test(
        "Names that could leave their folder are refused",
        arguments: [
            "", "/etc/passwd", "../x", "a/../b", "a//b", "./a", "a\\b", "a\u{0}b", "a\u{1B}[0m",
            String(repeating: "x", count: 256),
        ])
    func faults(name: String) { #expect(ArtifactName.fault(in: name) != nil) }

    @Test("Ordinary names are taken", arguments: ["prd.md", "docs/stories/1.1.x.md", "übersicht.md", "a b.txt"])
    func good(name: String) { #expect(ArtifactName.fault(in: name) == nil) }
}
