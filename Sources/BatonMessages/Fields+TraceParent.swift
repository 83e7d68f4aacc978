import BatonEngine

extension Fields {
    /// A place in a trace, by W3C Trace Context.
    func optionalTraceParent() -> TraceParent? {
        guard let text = optionalString("traceparent") else { return nil }
        guard let context = TraceParent(text) else {
            fault("traceparent must be \(TraceParent.form)")
            return nil
        }
        return context
    }
}
