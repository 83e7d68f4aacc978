import BatonClient
import Testing

@testable import BatonDashboard

@Suite struct SheetTests {
    private func page(_ seconds: Int64, percent: String = "40 percent", isConnected: Bool = true) -> Sheet {
        var run = Samples.snapshot([Samples.step("pm-prd", .running, agent: "pm-1")], reason: percent)
        run.sequence = 9
        var overview = Overview()
        overview.isConnected = isConnected
        let record = RunRecord(sequence: 9)
        return RunPage(
            frame: Samples.frame, overview: overview, run: run, record: record, lastSequence: 9,
            now: Samples.time(seconds)
        ).sheet
    }

    /// What a browser says that it has after a page.
    private func known(_ html: String) throws -> [Substring: Substring] {
        let list = try #require(html.firstMatch(of: /data-parts="([^"]*)"/)).1
        return Sheet.known(String(list))
    }

    private func ids(_ html: String) -> [String] {
        html.matches(of: /<[a-z]+ id="([a-z]+)"[^>]* data-part/).map { String($0.1) }
    }

    @Test("A browser that has the page is sent nothing as long as only the time goes on")
    func time() throws {
        let whole = Samples.frame.page(page(75)).markup
        let parts = ["standing", "head", "moments", "why", "questions", "plan", "documents", "handoffs", "history"]
        #expect(Set(ids(whole)).isSuperset(of: parts))
        let changes = Samples.frame.changes(page(80), since: try known(whole)).markup
        #expect(ids(changes) == [])
        #expect(try known(changes) == known(whole))
    }

    @Test("It is sent the parts that have changed, and what the others are, so that it goes on from there")
    func changes() throws {
        let whole = Samples.frame.page(page(75)).markup
        let moved = page(80, percent: "41 percent", isConnected: false)
        let changes = Samples.frame.changes(moved, since: try known(whole)).markup
        #expect(ids(changes) == ["head", "standing"])
        #expect(changes.contains("41 percent") && changes.contains("no broker"))
        let again = Samples.frame.changes(
            page(90, percent: "41 percent", isConnected: false), since: try known(changes)
        ).markup
        #expect(ids(again) == [])
    }

    @Test(
        "What a browser says that makes no sense counts as nothing",
        arguments: ["", "head", ":::", "head:", "\"><script>:1", String(repeating: "head:0 ", count: 5000)])
    func damage(text: String) {
        let changes = Samples.frame.changes(page(75), since: Sheet.known(text)).markup
        #expect(ids(changes).contains("head"))
        #expect(!changes.contains("<script"))
    }

    @Test("Two markups have one digest only if they differ in nothing but times that go on")
    func digests() {
        let start = Samples.start
        let one: HTML = "<p>\(Samples.frame.elapsed(since: start, now: Samples.time(1))) a</p>"
        let two: HTML = "<p>\(Samples.frame.elapsed(since: start, now: Samples.time(9))) a</p>"
        let three: HTML = "<p>\(Samples.frame.elapsed(since: start, now: Samples.time(9))) b</p>"
        let four: HTML = "<p>\(Samples.frame.elapsed(since: Samples.time(2), now: Samples.time(9))) a</p>"
        #expect(one != two && one.digest == two.digest)
        #expect(Set([one, three, four, ""].map(\.digest)).count == 4)
    }

    @Test("What many ask for at once is put together once, and anew when there is something new")
    func cache() async throws {
        // A moment that does not pass: the test may take longer than a page lasts.
        let moment = ContinuousClock.now
        let cache = SheetCache { moment }
        let made = Counter()
        func ask(_ version: Int, _ path: String = "/") async throws -> Sheet {
            try await cache.sheet(path, version: version) { () async throws(ClientError) in
                await made.add()
                return Sheet(title: "", events: "", overview: Overview(), pieces: [])
            }
        }
        try await withThrowingTaskGroup { group in
            for _ in 1...20 { group.addTask { _ = try await ask(1) } }
            try await group.waitForAll()
        }
        #expect(await made.count == 1)
        _ = try await ask(2)
        _ = try await ask(2, "/agents")
        #expect(await made.count == 3)
    }

    private actor Counter {
        private(set) var count = 0

        func add() { count += 1 }
    }
}
