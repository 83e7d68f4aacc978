import BatonEngine

/// What agents report, and what a run has used: `{input_tokens?, output_tokens?, tokens?, cost?, seconds?}`.
extension Usage: WireMessage {
    public init(reading fields: Fields) {
        Self.check(fields)
        self.init(fields.json)
    }

    /// Notes what is wrong; members of other names are the agent's own.
    static func check(_ fields: Fields) {
        for name in ["input_tokens", "output_tokens", "tokens"] {
            let _: Int64? = fields.optionalInteger(name, in: 0...Usage.maxCount)
        }
        for name in ["cost", "seconds"] { _ = fields.optionalNumber(name, in: 0...Usage.maxAmount) }
    }

    public func write(members writer: inout JSONWriter) {
        for (name, value) in json.object ?? [:] { writer.field(name, value) }
    }
}

extension Fields {
    /// The limits of a run's budget.
    func optionalBudget(_ name: String) -> RunBudget? {
        guard let value = value(name) else { return nil }
        let (budget, faults) = RunBudget.read(value, path: name)
        for fault in faults { self.fault(fault) }
        return budget
    }
}
