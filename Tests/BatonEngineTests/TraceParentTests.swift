import BatonEngine
import Testing

@Suite struct TraceParentTests {
    @Test("What the standard takes is taken, and written as it was")
    func taken() throws {
        let text = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
        #expect(try #require(TraceParent(text)).description == text)
        // A later version has more behind it.
        let later = try #require(TraceParent("01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00-more"))
        #expect(later.description == "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00")
    }

    @Test(
        "What is none is not taken",
        arguments: [
            "", "00", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
            "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
            "00-4bf92f3577b34da6a3ce929d0e0e473-00f067aa0ba902b7-01",
        ])
    func refused(text: String) {
        #expect(TraceParent(text) == nil)
    }

    @Test("A run's own trace and the spans in it are derived from ids, and pass for a traceparent")
    func derived() throws {
        let run = Identifier(high: 0x0198_c3a1_7b20_7c4e, low: 0)
        let trace = TraceParent(run: run)
        #expect(trace.description == "00-0198c3a17b207c4e0000000000000000-0198c3a17b207c4e-01")
        let inside = trace.at(Identifier(high: 5, low: 5))
        #expect(inside.trace == trace.trace && inside.span == "0000000000000001")
        #expect(TraceParent(inside.description) == inside)
    }
}
