import BatonMessages
import Testing

/// What the schemas refuse, the decoders refuse, and the other way round: one thing changed at a time.
@Suite struct MutationTests {
    private struct Mutation {
        let message: Contract.Message
        let example: Int
        let place: Place
        /// nil removes the member.
        let value: JSON?
        let payload: [UInt8]

        var json: JSON {
            let path = place.parts.map { part -> JSON in
                switch part {
                case .member(let name): .string(name)
                case .element(let index): .int(Int64(index))
                }
            }
            let change: [JSON] = [.string(message.schema), .int(Int64(example)), .array(path)]
            return .array(change + (value.map { [$0] } ?? []))
        }
    }

    /// Whether a reader may refuse, for a reason that no schema can state: what two members say together.
    private func isBeyondSchemas(_ reason: String) -> Bool {
        reason.contains("names the same document as one before it") || reason.contains("is not of the run run_id")
    }

    @Test("Every change of one place in an example is taken by both, or refused by both with the place named")
    func mutations() async throws {
        let examples = try Contract.examples()
        let mutations = Contract.messages.flatMap { message in
            (examples[message.schema] ?? []).enumerated().flatMap { index, example in
                example.places(frozen: []).flatMap { place in
                    Self.changes(of: example, at: place).map { value in
                        Mutation(
                            message: message, example: index, place: place, value: value,
                            payload: example.replacing(place, with: value).bytes)
                    }
                }
            }
        }
        let verdicts = try await Contract.check("mutations", .array(mutations.map(\.json))).array ?? []
        #expect(verdicts.count == mutations.count)
        #expect(verdicts.count(where: { !$0.isNull }) > 5000, "the schemas refuse hardly anything")
        for (mutation, verdict) in zip(mutations, verdicts) {
            let fault = mutation.message.fault(in: mutation.payload)
            let change =
                "\(mutation.message.schema)[\(mutation.example)].\(mutation.place) = "
                + String("\(mutation.value.map { String(decoding: $0.bytes, as: UTF8.self) } ?? "nothing")".prefix(80))
            switch (fault, verdict.string) {
            case (nil, nil): break
            case (nil, let why?): Issue.record("\(change): taken, against the schema: \(why)")
            case (let fault?, nil):
                #expect(fault.reasons.allSatisfy(isBeyondSchemas), "\(change): only the decoder refuses: \(fault)")
            case (let fault?, _?):
                #expect(fault.reasons.contains { isNamed(mutation.place, in: $0) }, "\(change): \(fault)")
            }
        }
    }

    /// Of a list's element, it is enough to name the list.
    private func isNamed(_ place: Place, in reason: String) -> Bool {
        FaultTests.reason(reason, names: place)
            || place.isElement && FaultTests.reason(reason, names: Place(parts: place.parts.dropLast()))
    }

    /// Values that somebody might send in place of the one that is there.
    private static func changes(of example: JSON, at place: Place) -> [JSON?] {
        let value = example.at(place) ?? .null
        let others: [JSON] =
            switch value {
            case .string: ["", "no such word", "a\u{1}b", .string(String(repeating: "x", count: 5000))]
            case .int, .double: [-1, 1.5, 1_000_000_000]
            case .array(let elements):
                [[7], [""], [[:]]]
                    + (elements.first?.string.map { [.array(.init(repeating: .string($0), count: 120))] } ?? [])
            case .object: [[:]]
            case .bool, .null: []
            }
        return (place.isElement ? [] : [nil]) + value.ofAnotherKind + others
    }
}
