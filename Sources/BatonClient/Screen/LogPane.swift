/// The newest of a run's events, a line each: at the end of them, or scrolled back.
struct LogPane: Sendable, Equatable {
    /// Older lines are forgotten; `baton history` has them.
    static let maxLines = 2000

    private(set) var lines: [String] = []
    /// How many lines are below those that are shown.
    private(set) var below = 0

    mutating func append(_ more: [String]) {
        lines += more
        // Who has scrolled back goes on seeing the same.
        if below > 0 { below += more.count }
        if lines.count > Self.maxLines { lines.removeFirst(lines.count - Self.maxLines) }
        below = min(below, lines.count)
    }

    /// - Parameter height: how many lines are shown.
    /// - Returns: whether the key meant something here.
    mutating func press(_ key: Key, height: Int) -> Bool {
        let page = max(1, height - 1)
        switch key {
        case .up, .character("k"): below += 1
        case .down, .character("j"): below -= 1
        case .pageUp, .character("b"): below += page
        case .pageDown, .character(" "): below -= page
        case .home, .character("g"): below = lines.count
        case .end, .character("G"): below = 0
        default: return false
        }
        below = max(0, min(below, lines.count - height))
        return true
    }

    func shown(height: Int) -> ArraySlice<String> {
        lines.dropLast(max(0, min(below, lines.count - height))).suffix(max(0, height))
    }
}
