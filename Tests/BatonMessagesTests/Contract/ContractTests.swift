import BatonMessages
import Foundation
import Testing

/// The Swift types and the schemas say the same.
@Suite struct ContractTests {
    @Test("The schemas are schemas, their examples hold, and every reference leads somewhere")
    func whole() async throws {
        let answer = try await Contract.check("contract", .null)
        #expect(answer["faults"] == [])
    }

    @Test("Every schema has a type, and examples that the type reads")
    func examples() throws {
        let examples = try Contract.examples()
        #expect(Set(examples.keys) == Set(Contract.messages.map(\.schema)))
        for message in Contract.messages {
            for example in examples[message.schema] ?? [] {
                #expect(message.fault(in: example.bytes) == nil, "\(message.schema): \(example)")
            }
        }
    }

    @Test("What the types write is valid by an independent validator: the samples, and every example written again")
    func encoding() async throws {
        var written: [(schema: String, payload: [UInt8])] = Samples.bySchema
        let examples = try Contract.examples()
        for message in Contract.messages {
            for example in examples[message.schema] ?? [] {
                written.append((message.schema, try message.again(example.bytes)))
            }
        }
        let input = JSON.array(try written.map { [.string($0.schema), try JSON.parse($0.payload)] })
        let faults = try await Contract.check("messages", input).array ?? []
        #expect(faults.count == written.count)
        for (message, fault) in zip(written, faults) where !fault.isNull {
            Issue.record(
                "\(message.schema): \(fault.string ?? "") in \(String(decoding: message.payload, as: UTF8.self))")
        }
    }

    @Test("The protocol page names every kind of event, and of what follows from one")
    func kinds() throws {
        let page = try String(contentsOf: Contract.docs.appending(path: "protocol.md"), encoding: .utf8)
        #expect(LogEvent.kinds.count > 35)
        for kind in LogEvent.kinds { #expect(page.contains("`\(kind)`"), "\(kind)") }
    }

    @Test("Every topic is a channel, with the publisher, the QoS and the retention that the protocol page says")
    func channels() async throws {
        let channels = try await Contract.check("contract", .null)["channels"]?.object ?? [:]
        let page = try String(contentsOf: Contract.docs.appending(path: "protocol.md"), encoding: .utf8)
        let table = page.split(separator: "\n## ").first { $0.hasPrefix("Topics") } ?? ""
        let rows = table.split(separator: "\n").filter { $0.hasPrefix("| `") }.map { row in
            row.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
        }
        #expect(rows.count == channels.count)
        for row in rows {
            let topic = row[0].trimmingCharacters(in: ["`"]).replacing("agent/{id}", with: "agent/{agent}")
                .replacing("{run}/{id}", with: "{run}/{decision}")
            let channel = try #require(channels["baton/v1/{namespace}/\(topic)"], "no channel for \(topic)")
            #expect(channel["action"] == .string(row[1].hasPrefix("orchestrator") ? "send" : "receive"), "\(topic)")
            #expect(channel["qos"] == .int(row[1].contains("QoS 0") ? 0 : 1), "\(topic)")
            #expect(channel["retain"] == .bool(row[2].hasPrefix("yes")), "\(topic)")
        }
        let topics = Topics(namespace: "default")
        for address in channels.keys {
            let names = ["{namespace}": "default", "{run}": "\(Samples.run)", "{decision}": "\(Samples.task)"]
            let topic = names.reduce(address) { $0.replacing($1.key, with: $1.value) }
            #expect(topics.parse(topic.filter { $0 != "{" && $0 != "}" }) != nil, "\(topic) is no topic")
        }
    }
}
