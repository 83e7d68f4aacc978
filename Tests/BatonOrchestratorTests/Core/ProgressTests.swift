import BatonEngine
import Testing

@testable import BatonOrchestrator

@Suite struct ProgressTests {
    private let now = Timestamp(milliseconds: 1_000_000)

    @Test("A run's snapshot is published at once, then at most every 250 ms")
    func gap() {
        var progress = Progress(snapshotsPerSecond: 200)
        let run = Identifier(high: 1, low: 1)
        progress.changed(run)
        #expect(progress.takeDue(now) == [run])
        progress.changed(run)
        progress.changed(run)
        #expect(progress.takeDue(now + 249) == [])
        #expect(progress.takeDue(now + 250) == [run])
        #expect(progress.takeDue(now + 1000) == [])
    }

    @Test("All together they are published at most so many times a second")
    func allowance() {
        var progress = Progress(snapshotsPerSecond: 100)
        for number in 0..<1000 { progress.changed(Identifier(high: 1, low: UInt64(number))) }
        let published = (0...40).map { progress.takeDue(now + Int64($0) * 100).count }
        #expect(published.reduce(0, +) <= 25 + 400)
        #expect(published.reduce(0, +) >= 400)
    }

    @Test("Runs that are forgotten before their turn has come leave nothing behind")
    func forgotten() {
        var progress = Progress(snapshotsPerSecond: 100)
        var largest = 0
        for number in 0..<20_000 {
            let run = Identifier(high: 1, low: UInt64(number))
            progress.changed(run)
            // One of 50 is there at a time, and a millisecond goes by for each.
            if number >= 50 { progress.forget(Identifier(high: 1, low: UInt64(number - 50))) }
            _ = progress.takeForgotten()
            _ = progress.takeDue(now + Int64(number))
            largest = max(largest, progress.size)
        }
        #expect(largest < 500)
    }
}
