import Testing

@testable import BatonClient

@Suite struct EventSequenceTests {
    @Test("Events come out once and in order, whatever order they came in and however often")
    func anyOrder() {
        var random = SplitMix(state: 1)
        for _ in 0..<200 {
            let first = random.number(in: 0...5)
            let numbers = Array(1...30)
            let arrivals = (numbers + numbers.filter { $0 % 3 == 0 }).shuffled(using: &random)
            var sequence = EventSequence(after: first)
            let given = arrivals.flatMap { sequence.take(Samples.event($0)) }.map(\.sequence)
            #expect(given == Array((first + 1)...30), "arrived as \(arrivals)")
            #expect(!sequence.hasGap)
            #expect(sequence.last == 30)
        }
    }

    @Test("What comes early waits for what is missing")
    func gap() {
        var sequence = EventSequence(after: 4)
        #expect(sequence.take(Samples.event(7)).isEmpty)
        #expect(sequence.take(Samples.event(8)).isEmpty)
        #expect(sequence.hasGap)
        #expect(sequence.take(Samples.event(5)).map(\.sequence) == [5])
        #expect(sequence.take(Samples.event(6)).map(\.sequence) == [6, 7, 8])
        #expect(!sequence.hasGap)
        #expect(sequence.take(Samples.event(6)).isEmpty, "an old one again")
    }

    @Test("What waits is bounded, and comes again with the hole")
    func bounded() {
        var sequence = EventSequence(after: 0)
        let count = EventSequence.maxWaiting + 100
        for number in 2...count { _ = sequence.take(Samples.event(number)) }
        #expect(sequence.take(Samples.event(1)).count == EventSequence.maxWaiting + 1)
        #expect(sequence.last < count)
        let next = sequence.last + 1
        #expect(sequence.take(Samples.event(next)).map(\.sequence) == [next])
    }

    @Test("An event for which the reader had no room is taken again")
    func rewind() {
        var sequence = EventSequence(after: 0)
        for number in 1...3 { _ = sequence.take(Samples.event(number)) }
        sequence.rewind(to: 1)
        #expect(sequence.take(Samples.event(2)).map(\.sequence) == [2])
        sequence.rewind(to: 9)
        #expect(sequence.last == 2, "there is no going forward")
    }
}
