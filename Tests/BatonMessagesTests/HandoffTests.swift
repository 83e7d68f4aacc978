import BatonMessages
import Testing

@Suite struct HandoffTests {
    @Test("The example is valid")
    func valid() { #expect(Samples.handoff.validate().isEmpty) }

    @Test("The members have the names of the protocol page")
    func members() throws {
        let members = try JSON.parse(Samples.handoff.encode()).object?.keys.map { $0 }
        #expect(
            members == [
                "handoff_id", "run_id", "project_id", "from_agent", "to_agent", "from_instance", "to_instance", "phase",
                "context_ids", "context_summary", "instructions", "expected_outputs", "acceptance_criteria",
                "dependencies", "priority", "metadata", "created_at",
            ])
    }

    @Test("What an agent says is missing is told once, a line each")
    func feedback() {
        func told(_ reason: String, _ missing: [String]) -> String {
            Decline(task: Samples.task, lease: Samples.lease, reason: reason, missing: missing, accept: false).feedback
        }
        #expect(told("no basis", ["A", "B"]) == "no basis\n- A\n- B")
        #expect(told("A", ["A"]) == "A")
        #expect(told("A", ["A", "B"]) == "- A\n- B")
        #expect(told("", ["A", "B"]) == "- A\n- B")
        #expect(told("no basis", []) == "no basis")
    }

    @Test("Each rule finds its own offence, on the way out and on the way in")
    func offences() {
        let other = Identifier("0197a1b2-c3d4-7e5f-8a9b-990000000000")!
        let table: [(String, (inout Handoff) -> Void)] = [
            ("project_id is empty", { $0.project = "" }),
            ("from_agent is empty", { $0.fromAgent = "" }),
            ("to_agent is empty", { $0.toAgent = "" }),
            ("to_agent is longer than 128 bytes", { $0.toAgent = String(repeating: "a", count: 129) }),
            ("from_agent contains a control character", { $0.fromAgent = "a\u{1B}[2J" }),
            ("handoff_id is not of the run run_id", { $0.id = other.child(1) }),
            ("context_ids[1] is not of the run run_id", { $0.contextIDs[1] = other.child(3) }),
            ("context_ids names a version twice", { $0.contextIDs = [Samples.run.child(3), Samples.run.child(3)] }),
            ("expected_outputs[0] is empty", { $0.expectedOutputs = [""] }),
            ("acceptance_criteria[0] is empty", { $0.acceptanceCriteria = [""] }),
            ("dependencies[1] is empty", { $0.dependencies = ["a", ""] }),
        ]
        for (reason, damage) in table {
            var handoff = Samples.handoff
            damage(&handoff)
            #expect(handoff.validate() == [reason])
            let fault = FaultTests.fault { () throws(WireFault) in _ = try Handoff.decode(handoff.encode()) }
            #expect(fault?.reasons == [reason])
        }
        var handoff = Samples.handoff
        handoff.metadata = "x"
        #expect(handoff.validate() == ["metadata must be an object, not a string"])
    }

    @Test("The faults of a handoff inside a result carry its place")
    func nested() {
        var result = Samples.result
        result.handoff?.toAgent = ""
        let fault = FaultTests.fault { () throws(WireFault) in _ = try TaskResult.decode(result.encode()) }
        #expect(fault?.reasons == ["handoff.to_agent is empty"])
    }

    @Test("A run that was named by its client has handoffs too")
    func foreignRun() {
        var handoff = Samples.handoff
        handoff.run = Identifier("ffffffff-ffff-4fff-8fff-ffffffffffff")!
        handoff.id = handoff.run.child(2)
        handoff.contextIDs = [handoff.run.child(1)]
        #expect(handoff.validate().isEmpty)
    }
}
