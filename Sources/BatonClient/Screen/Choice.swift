/// One of several entries of a list.
package struct Choice: Sendable, Equatable {
    package private(set) var selected = 0
    private(set) var count: Int

    init(of count: Int) { self.count = count }

    /// The list has become another: what is selected stays in it.
    mutating func resize(to count: Int) {
        self.count = count
        selected = max(0, min(selected, count - 1))
    }

    /// - Returns: whether the key moved the selection.
    mutating func press(_ key: Key) -> Bool {
        let place: Int
        switch key {
        case .up, .character("k"): place = selected - 1
        case .down, .character("j"): place = selected + 1
        case .tab: place = selected + 1 < count ? selected + 1 : 0
        case .home, .character("g"): place = 0
        case .end, .character("G"): place = count - 1
        case .pageUp: place = selected - 10
        case .pageDown: place = selected + 10
        case .character(let digit):
            guard let number = digit.wholeNumberValue, digit.isASCII, (1...max(1, count)).contains(number) else {
                return false
            }
            place = number - 1
        default: return false
        }
        selected = max(0, min(place, count - 1))
        return true
    }

    /// The part of a list that is shown in so many lines: the selected entry is in it.
    func window(_ height: Int) -> Range<Int> {
        let first = max(0, min(selected - height / 2, count - height))
        return first..<min(count, first + max(0, height))
    }

    /// The entry's mark; a colour alone would not be seen by everybody.
    func mark(_ index: Int) -> String { index == selected ? "› " : "  " }
}
