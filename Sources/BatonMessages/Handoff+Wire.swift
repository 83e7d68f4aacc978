import BatonEngine

extension Handoff: WireMessage {
    /// Takes the members apart, and notes what ``validate()`` finds.
    public init(reading fields: Fields) {
        let before = fields.faults.count
        self.init(
            id: fields.identifier("handoff_id"), run: fields.identifier("run_id"),
            project: fields.string("project_id"), fromAgent: fields.string("from_agent"),
            toAgent: fields.string("to_agent"), fromInstance: fields.optionalName("from_instance"),
            toInstance: fields.optionalName("to_instance"), phase: fields.word("phase", else: .discovery),
            contextIDs: fields.identifiers("context_ids"), contextSummary: fields.string("context_summary"),
            instructions: fields.string("instructions"), expectedOutputs: fields.strings("expected_outputs"),
            acceptanceCriteria: fields.optionalStrings("acceptance_criteria"),
            dependencies: fields.optionalStrings("dependencies"),
            priority: fields.optionalWord("priority") ?? .medium, metadata: fields.optionalObject("metadata") ?? [:],
            createdAt: fields.time("created_at"))
        // A member that could not be read would be blamed twice.
        guard fields.faults.count == before else { return }
        for fault in validate() { fields.fault(fault) }
    }

    public func write(members writer: inout JSONWriter) {
        writer.field("handoff_id", id)
        writer.field("run_id", run)
        writer.field("project_id", project)
        writer.field("from_agent", fromAgent)
        writer.field("to_agent", toAgent)
        writer.field("from_instance", fromInstance)
        writer.field("to_instance", toInstance)
        writer.field("phase", phase)
        writer.field("context_ids", contextIDs)
        writer.field("context_summary", contextSummary)
        writer.field("instructions", instructions)
        writer.field("expected_outputs", expectedOutputs)
        writer.field("acceptance_criteria", acceptanceCriteria)
        writer.field("dependencies", dependencies)
        writer.field("priority", priority)
        writer.field("metadata", metadata)
        writer.field("created_at", createdAt)
    }

    /// What is wrong with the handoff by itself, one clause per fault; empty when it is valid.
    ///
    /// That each context id exists and that the expected outputs are the step's can only be told with the run at hand.
    public func validate() -> [String] {
        var faults: [String] = []
        func check(_ name: String, _ text: String) {
            if text.isEmpty { faults.append("\(name) is empty") }
            if text.utf8.count > WireLimits.nameBytes {
                faults.append("\(name) is longer than \(WireLimits.nameBytes) bytes")
            }
            if text.hasControlCharacters { faults.append("\(name) contains a control character") }
        }
        check("project_id", project)
        check("from_agent", fromAgent)
        check("to_agent", toAgent)
        if id.run != run.run { faults.append("handoff_id is not of the run run_id") }
        for (index, context) in contextIDs.enumerated() where context.run != run.run {
            faults.append("context_ids[\(index)] is not of the run run_id")
        }
        if Set(contextIDs).count < contextIDs.count { faults.append("context_ids names a version twice") }
        let lists = [
            ("expected_outputs", expectedOutputs), ("acceptance_criteria", acceptanceCriteria),
            ("dependencies", dependencies),
        ]
        for (name, list) in lists {
            for (index, text) in list.enumerated() where text.isEmpty { faults.append("\(name)[\(index)] is empty") }
        }
        if metadata.object == nil { faults.append("metadata must be an object, not \(metadata.kind)") }
        return faults
    }
}
