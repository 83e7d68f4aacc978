extension LineDiff {
    /// The differences as unified text, as `diff -u` writes it; empty when there are none.
    ///
    /// - Parameters:
    ///   - old: the name of the old text, for the first line.
    ///   - context: how many lines that are the same stand around each difference.
    public func unified(old: String, new: String, context: Int = 3) -> String {
        let hunks = hunks(context: max(0, context))
        guard !hunks.isEmpty else { return "" }
        var text = "--- \(InertText.line(old))\n+++ \(InertText.line(new))\n"
        var (oldLine, newLine) = (0, 0)
        var index = 0
        for hunk in hunks {
            for change in changes[index..<hunk.lowerBound] { Self.count(change, &oldLine, &newLine) }
            let (oldStart, newStart) = (oldLine, newLine)
            for change in changes[hunk] { Self.count(change, &oldLine, &newLine) }
            text += "@@ -\(Self.range(oldStart, oldLine)) +\(Self.range(newStart, newLine)) @@\n"
            for change in changes[hunk] { text += Self.line(change) }
            index = hunk.upperBound
        }
        return text
    }

    /// The parts of `changes` that are shown.
    private func hunks(context: Int) -> [Range<Int>] {
        var hunks: [Range<Int>] = []
        for (index, change) in changes.enumerated() {
            if case .same = change { continue }
            let start = max(0, index - context)
            let end = min(changes.count, index + context + 1)
            if let last = hunks.last, start <= last.upperBound {
                hunks[hunks.count - 1] = last.lowerBound..<end
            } else {
                hunks.append(start..<end)
            }
        }
        return hunks
    }

    private static func count(_ change: Change, _ old: inout Int, _ new: inout Int) {
        switch change {
        case .same:
            old += 1
            new += 1
        case .removed: old += 1
        case .added: new += 1
        }
    }

    /// An empty range names the line before it.
    private static func range(_ start: Int, _ end: Int) -> String {
        let count = end - start
        return count == 1 ? "\(start + 1)" : "\(count == 0 ? start : start + 1),\(count)"
    }

    private static func line(_ change: Change) -> String {
        let (mark, text) =
            switch change {
            case .same(let text): (" ", text)
            case .removed(let text): ("-", text)
            case .added(let text): ("+", text)
            }
        return mark + text + (text.utf8.last == .newline ? "" : "\n\\ No newline at end of file\n")
    }
}
