import BatonClient
import Testing

@Suite struct RunListingTests {
    private static func row(_ number: Int, _ workflow: String, _ status: RunStatus, _ percent: Int) -> RunRow {
        RunRow(
            run: Samples.run.child(UInt32(number)), workflow: workflow, title: "", project: "p\(number % 2)",
            status: status, phase: nil, percent: percent, startedAt: Samples.time(Int64(-number)))
    }

    private let rows = [
        row(1, "b", .running, 50), row(2, "a", .completed, 100), row(3, "b", .attention, 10),
        row(4, "a", .running, 10), row(5, "c", .failed, 70), row(6, "c", .paused, 0), row(7, "c", .cancelled, 0),
    ]

    private func numbers(_ listing: RunListing) -> [Int] {
        listing.rows(rows).map { row in rows.firstIndex(of: row)! + 1 }
    }

    @Test("Runs come newest first, at most so many")
    func newest() {
        #expect(numbers(RunListing()) == [1, 2, 3, 4, 5, 6, 7])
        #expect(numbers(RunListing(limit: 2)) == [1, 2])
        #expect(numbers(RunListing(isReversed: true, limit: 2)) == [7, 6])
    }

    @Test("Sorted by status, what needs a person comes first")
    func status() { #expect(numbers(RunListing(order: .status)) == [3, 6, 1, 4, 5, 7, 2]) }

    @Test("A run that goes on and asks something waits for a person, and comes with those at attention")
    func waiting() {
        var rows = rows
        rows[3].questions = 2
        func numbers(_ listing: RunListing) -> [Int] {
            listing.rows(rows).map { row in rows.firstIndex(of: row)! + 1 }
        }
        #expect(numbers(RunListing(isWaiting: true)) == [3, 4])
        #expect(numbers(RunListing(workflow: "a", isWaiting: true)) == [4])
        #expect(numbers(RunListing(order: .status)) == [3, 4, 6, 1, 5, 7, 2])
        #expect(RunListing(isWaiting: true).needsEveryRow)
    }

    @Test("What is equal in the order stays newest first")
    func stable() {
        #expect(numbers(RunListing(order: .workflow)) == [2, 4, 1, 3, 5, 6, 7])
        #expect(numbers(RunListing(order: .progress)) == [6, 7, 3, 4, 1, 5, 2])
    }

    @Test("Filters hold together, and the limit counts what they let through")
    func filters() {
        #expect(numbers(RunListing(workflow: "c")) == [5, 6, 7])
        #expect(numbers(RunListing(workflow: "c", project: "p1", limit: 2)) == [5, 7])
        #expect(numbers(RunListing(workflow: "d")).isEmpty)
        #expect(RunListing(workflow: "c").needsEveryRow && !RunListing(limit: 3).needsEveryRow)
    }
}
