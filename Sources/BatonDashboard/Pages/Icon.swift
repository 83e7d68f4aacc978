import BatonClient

/// A state as a shape and a word: neither says it by its colour alone.
enum Icon {
    static func badge(_ state: StepStatus) -> HTML { badge(state.rawValue, shape(state)) }

    static func badge(_ status: RunStatus) -> HTML { badge(status.rawValue, shape(status)) }

    private static func badge(_ word: String, _ shape: HTML) -> HTML {
        "<span class=\"badge s-\(word)\">\(shape)\(word == "attention" ? "needs a person" : word)</span>"
    }

    /// The shape alone; the word is for who does not see it.
    static func mark(_ state: StepStatus) -> HTML {
        "<span class=\"mark s-\(state.rawValue)\">\(shape(state))<span class=\"sr\">\(state.rawValue):</span></span>"
    }

    private static func svg(_ inner: HTML) -> HTML {
        "<svg class=\"icon\" viewBox=\"0 0 16 16\" aria-hidden=\"true\" focusable=\"false\">\(inner)</svg>"
    }

    private static let check = svg("<path d=\"M2.5 8.5l3.5 3.5 7.5-8\"/>")
    private static let play = svg("<path class=\"fill\" d=\"M4 2.5l9 5.5-9 5.5z\"/>")
    private static let clock = svg("<circle cx=\"8\" cy=\"8\" r=\"6\"/><path d=\"M8 4.5v4l2.5 1.5\"/>")
    private static let ring = svg("<circle cx=\"8\" cy=\"8\" r=\"4.5\"/>")
    private static let alert = svg("<path d=\"M8 1.8l6.6 12H1.4z\"/><path d=\"M8 6v3.6M8 11.6v.6\"/>")
    private static let cross = svg("<path d=\"M3.5 3.5l9 9M12.5 3.5l-9 9\"/>")
    private static let bars = svg("<path class=\"thick\" d=\"M5 3v10M11 3v10\"/>")
    private static let skip = svg("<path d=\"M2.5 8h8M7.5 4.5L11 8l-3.5 3.5M13.5 4v8\"/>")
    private static let stop = svg("<circle cx=\"8\" cy=\"8\" r=\"6\"/><path d=\"M4 12l8-8\"/>")
    private static let diamond = svg("<path class=\"fill\" d=\"M8 2l6 6-6 6-6-6z\"/>")

    private static func shape(_ state: StepStatus) -> HTML {
        switch state {
        case .pending: ring
        case .waiting: clock
        case .running: play
        case .completed: check
        case .provided: diamond
        case .skipped: skip
        case .attention: alert
        case .failed: cross
        case .cancelled: stop
        }
    }

    private static func shape(_ status: RunStatus) -> HTML {
        switch status {
        case .running: play
        case .paused: bars
        case .attention: alert
        case .completed: check
        case .failed: cross
        case .cancelled: stop
        }
    }
}
