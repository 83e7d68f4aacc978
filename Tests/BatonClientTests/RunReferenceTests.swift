import Testing

@testable import BatonClient

@Suite struct RunReferenceTests {
    static let rows = [
        Samples.row("0197a1b2-c3d4-7e5f-8a9b-112233440000"), Samples.row("0197a1b2-ffff-7e5f-8a9b-112233440000"),
        Samples.row("0197aaaa-c3d4-7e5f-8a9b-112233440000"),
    ]

    @Test("A run is named by its id, the beginning of it, or `last`")
    func forms() throws {
        #expect(try RunReference("last") == .last)
        #expect(try RunReference("0197A1B2-C3D4-7E5F-8A9B-112233440000") == .id(Self.rows[0].run))
        #expect(try RunReference("0197A1B2-C") == .prefix("0197a1b2-c"))
    }

    @Test(
        "What is no run is refused",
        arguments: ["", "abc", "latest", "0197 a1b2", "../etc", "0197a1b2-c3d4-7e5f-8a9b-1122334400001"])
    func wrong(text: String) {
        let error = #expect(throws: ClientError.self) { try RunReference(text) }
        #expect(error?.code == .invalidArgument)
    }

    @Test("A beginning that fits one run finds it, one that fits none or several does not")
    func finding() throws {
        #expect(try RunReference.prefix("0197a1b2-c").find(in: Self.rows) == Self.rows[0].run)
        #expect(try RunReference.prefix("0197aa").find(in: Self.rows) == Self.rows[2].run)
        #expect(try RunReference.last.find(in: Self.rows) == Self.rows[0].run)
        let several = #expect(throws: ClientError.self) { try RunReference.prefix("0197a1b2").find(in: Self.rows) }
        #expect(several?.code == .ambiguous)
        #expect(several?.message.contains("0197a1b2-ffff-7e5f-8a9b-112233440000") == true)
        let none = #expect(throws: ClientError.self) { try RunReference.prefix("ffff").find(in: Self.rows) }
        #expect(none?.code == .notFound)
        #expect(#expect(throws: ClientError.self) { try RunReference.last.find(in: []) }?.code == .notFound)
    }
}
