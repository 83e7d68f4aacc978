import BatonMessages
import Testing

@testable import BatonAgent

struct AgentConfigurationTests {
    @Test("The connection is the agent's own: clean start, its name, and a will that takes it offline")
    func session() throws {
        var configuration = AgentConfiguration(id: "ann", roles: ["analyst"])
        configuration.broker = try BrokerAddress(parsing: "mqtt://somebody:secret@broker")
        let session = configuration.session(epoch: 7)
        #expect(session.clientID == "ann" && session.cleanStart)
        #expect(session.username == "somebody" && session.password == "secret")
        let will = try #require(session.will)
        #expect(will.topic == "baton/v1/default/agent/ann/state" && will.retain && will.qos == 1)
        let presence = try Presence.decode(will.payload)
        #expect(presence.state == .offline && presence.epoch == 7)
    }

    @Test("What cannot work is said in one clause")
    func refusals() {
        func change(_ body: (inout AgentConfiguration) -> Void) -> AgentConfiguration {
            var configuration = AgentConfiguration(id: "ann", roles: ["analyst"])
            body(&configuration)
            return configuration
        }
        let wrong = [
            change { $0.id = "" }, change { $0.id = "ann/+" }, change { $0.id = String(repeating: "a", count: 129) },
            change { $0.namespace = "a b" }, change { $0.roles = [] }, change { $0.roles = [""] },
            change { $0.slots = 0 }, change { $0.slots = 1_000_000 },
        ]
        for configuration in wrong {
            let error = #expect(throws: AgentError.self) {
                _ = try Agent(configuration) { _ in .completed(summary: "") }
            }
            #expect(error?.code == .configuration)
        }
    }
}
