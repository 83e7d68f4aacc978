/// Lines of which a part is shown.
struct ScrolledLines: Sendable, Equatable {
    /// The first that is shown, from 0.
    private(set) var top = 0

    /// - Parameters:
    ///   - count: how many lines there are.
    ///   - height: how many are shown.
    /// - Returns: whether the key meant something here.
    mutating func press(_ key: Key, count: Int, height: Int) -> Bool {
        let page = max(1, height - 1)
        switch key {
        case .up, .character("k"): top -= 1
        case .down, .character("j"), .enter: top += 1
        case .pageUp, .character("b"), .control("b"): top -= page
        case .pageDown, .character(" "), .control("f"): top += page
        case .home, .character("g"): top = 0
        case .end, .character("G"): top = count
        default: return false
        }
        top = max(0, min(top, count - height))
        return true
    }

    func shown(_ lines: [String], height: Int) -> ArraySlice<String> {
        lines.dropFirst(max(0, min(top, lines.count - height))).prefix(max(0, height))
    }

    /// Where in it one is: `12 %`, or that all of it is to be seen.
    func place(count: Int, height: Int) -> String {
        guard count > height else { return "all of it" }
        return "\(min(100, 100 * (top + height) / count)) %"
    }
}
