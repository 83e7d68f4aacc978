import BatonClient
import BatonTestKit
import Testing

/// The versions of a run in several answers.
@Suite(.timeLimit(.minutes(1))) struct ArtifactPagesTests {
    private static let entries = (1...1234).map { number in
        Samples.artifact("doc-\(number).md", [1], ordinal: UInt32(number))
    }

    private func listed(_ answer: @escaping @Sendable (ListPage?) -> Reply.Body) async throws -> (
        Result<[ArtifactEntry], ClientError>, [ListPage?]
    ) {
        let broker = try BrokerProcess()
        let orchestrator = try await FakeOrchestrator(broker) { request, _ in
            guard case .get(.artifacts(_, _, let page)) = request.kind else { return nil }
            return answer(page)
        }
        let client = try await Client.connect(ClientConfiguration(broker))
        let result: Result<[ArtifactEntry], ClientError>
        do { result = .success(try await client.artifacts(of: Samples.run)) } catch { result = .failure(error) }
        await client.stop()
        await orchestrator.stop()
        // A client repeats a request whose answer is late: it is still one.
        var seen: Set<String> = []
        let pages = orchestrator.requests.filter { seen.insert($0.id).inserted }.map { request in
            if case .get(.artifacts(_, _, let page)) = request.kind { page } else { ListPage?.none }
        }
        return (result, pages)
    }

    private static func page(_ page: ListPage?) -> [ArtifactEntry] {
        guard let page else { return entries }
        return Array(entries.dropFirst(page.offset).prefix(page.limit))
    }

    @Test("Pages are put together in order, each asked for once")
    func pages() async throws {
        let (result, pages) = try await listed { .artifacts(Self.page($0), total: Self.entries.count) }
        #expect(try result.get() == Self.entries)
        #expect(pages.compactMap { $0?.offset }.sorted() == [0, 500, 1000])
    }

    @Test("An orchestrator that knows no pages is asked once")
    func allAtOnce() async throws {
        let (result, pages) = try await listed { _ in .artifacts(Self.entries) }
        #expect(try result.get() == Self.entries)
        #expect(pages.count == 1)
    }

    @Test("A page with all that follow is cut, and versions that came meanwhile change nothing")
    func longPages() async throws {
        let (result, _) = try await listed { page in
            guard let page, page.offset > 0 else { return .artifacts(Self.page(page), total: 1100) }
            return .artifacts(Array(Self.entries.dropFirst(page.offset)), total: Self.entries.count)
        }
        #expect(try result.get() == Self.entries)
    }

    @Test("A page that is refused is the answer, and one that is too short is an error")
    func failures() async throws {
        let (refused, _) = try await listed { page in
            page?.offset == 500
                ? .failed(ReplyError(.unknownRun, "there is no run")) : .artifacts(Self.page(page), total: 1234)
        }
        #expect(throws: ClientError.self) { try refused.get() }
        if case .failure(let error) = refused { #expect(error.code == .notFound) }
        let (short, _) = try await listed { page in
            .artifacts(page?.offset == 500 ? [] : Self.page(page), total: 1234)
        }
        if case .failure(let error) = short { #expect(error.code == .unreadable) } else { Issue.record("no error") }
    }
}
