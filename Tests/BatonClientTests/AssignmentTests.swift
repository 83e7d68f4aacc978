import BatonClient
import Foundation
import Testing

@Suite struct AssignmentTests {
    @Test(
        "A value is text, or JSON where it is said so",
        arguments: [
            ("idea=A shop", "idea", "A shop"), ("idea=", "idea", ""), ("a=b=c", "a", "b=c"), ("n=7", "n", "7"),
            ("n:=7", "n", 7), ("list:=[1, \"x\"]", "list", [1, "x"]), ("flag:=true", "flag", true),
        ] as [(String, String, JSON)])
    func forms(text: String, name: String, value: JSON) throws {
        let assignment = try Assignment(text)
        #expect(assignment.name == name)
        #expect(assignment.value == value)
    }

    @Test(
        "Facts are read as what they look like",
        arguments: [
            ("a=true", true), ("a=false", false), ("a=7", 7), ("a=1.5", 1.5), ("a=null", "null"), ("a=yes", "yes"),
            ("a=[1]", "[1]"), ("a=", ""),
        ] as [(String, JSON)])
    func words(text: String, value: JSON) throws {
        #expect(try Assignment(text, readsWords: true).value == value)
    }

    @Test("A value can be the text of a file")
    func file() throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "baton-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: file) }
        try "from a file\n".write(to: file, atomically: true, encoding: .utf8)
        #expect(try Assignment("idea=@\(file.path)").value == "from a file\n")
        #expect(#expect(throws: ClientError.self) { try Assignment("idea=@\(file.path)x") }?.code == .file)
    }

    @Test("Where files are none of the writer's business, `@` is a character like any other")
    func noFiles() throws {
        for text in ["@/etc/passwd", "@-", "@"] {
            #expect(try Assignment("idea=\(text)", readsFiles: false).value == .string(text))
            #expect(try Assignment.object(["idea=\(text)"], readsFiles: false) == ["idea": .string(text)])
        }
    }

    @Test("What is no assignment is refused", arguments: ["", "idea", "=x", ":=1", "a:={", "a:="])
    func wrong(text: String) {
        #expect(#expect(throws: ClientError.self) { try Assignment(text) }?.code == .invalidArgument)
    }

    @Test("Several make an object; of two of one name the later counts")
    func object() throws {
        #expect(try Assignment.object(["b=1", "a=2", "b:=[3]"]) == ["b": [3], "a": "2"])
        #expect(try Assignment.object([]) == [:])
    }
}
