import BatonMQTT
import Testing

struct BackoffTests {
    @Test("Delays double up to the limit, with half of each left to chance")
    func delays() {
        var shortest = Backoff()
        var longest = Backoff()
        let low = (1...9).map { _ in shortest.next(random: 0) }
        let high = (1...9).map { _ in longest.next(random: 1) }
        #expect(low.map { $0 / .milliseconds(1) } == [50, 100, 200, 400, 800, 1600, 3200, 5000, 5000])
        #expect(high.map { $0 / .milliseconds(1) } == [100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000])
    }

    @Test("A thousand failures neither overflow nor exceed the limit")
    func manyFailures() {
        var backoff = Backoff()
        for _ in 1...1000 { #expect(backoff.next() <= .seconds(10)) }
    }

    @Test("Only a connection that lasted starts anew")
    func reset() {
        var backoff = Backoff()
        for _ in 1...5 { _ = backoff.next() }
        backoff.connectionEnded(after: .seconds(1))
        #expect(backoff.failures == 5)
        backoff.connectionEnded(after: .seconds(11))
        #expect(backoff.next(random: 1) == .milliseconds(100))
    }
}
