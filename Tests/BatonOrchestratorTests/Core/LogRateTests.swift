import BatonEngine
import Testing

@testable import BatonOrchestrator

@Suite struct LogRateTests {
    private let now = Timestamp(milliseconds: 1_000_000)

    @Test("So many lines of each kind are let through in a minute, and the next one says how many were left out")
    func lines() {
        var rate = LogRate(linesPerMinute: 3)
        let first = (0..<10).map { rate.admit("a", now: now + $0).isAdmitted }
        #expect(first == [true, true, true] + [Bool](repeating: false, count: 7))
        #expect(rate.admit("b", now: now) == (true, 0))
        #expect(rate.admit("a", now: now + 60_000) == (true, 7))
        #expect(rate.admit("a", now: now + 60_001) == (true, 0))
    }

    @Test("Thousands of senders share what is left, and a clock that is set back does not silence anybody")
    func many() {
        var rate = LogRate(linesPerMinute: 1)
        let admitted = (0..<5000).count { rate.admit("sender-\($0)", now: now).isAdmitted }
        #expect(admitted == 1001)
        #expect(rate.admit("sender-1", now: now + -120_000).isAdmitted)
    }
}
