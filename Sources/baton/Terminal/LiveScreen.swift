import BatonClient
import Foundation

/// A drawing at the bottom of the terminal that is made again when something changes, and as time passes.
actor LiveScreen {
    private let questions: QuestionText
    private var snapshot: RunSnapshot?
    private var note: String?
    /// How many lines the last drawing had.
    private var height = 0
    /// How wide the terminal was then.
    private var columns = 0
    private var last: [String] = []

    init(questions: QuestionText) { self.questions = questions }

    func show(_ snapshot: RunSnapshot) {
        self.snapshot = snapshot
        draw()
    }

    func say(_ note: String?) {
        self.note = note
        draw()
    }

    /// Draws again every so often, so that times go on, until the task is cancelled.
    func keepTime() async {
        while !Task.isCancelled {
            do { try await Task.sleep(for: .milliseconds(500)) } catch { return }
            draw()
        }
    }

    /// Draws the end, at full length.
    func finish(_ snapshot: RunSnapshot) {
        self.snapshot = snapshot
        note = nil
        draw(whole: true)
    }

    private func draw(whole: Bool = false) {
        guard let snapshot else { return }
        let size = Terminal.size
        // The last column and line stay free: writing there makes some terminals scroll.
        let view = ProgressView(
            width: size.columns - 1, height: whole ? nil : max(1, size.lines - 1), style: Terminal.style,
            questions: questions)
        let lines = view.lines(snapshot, now: .now, note: note)
        guard whole || lines != last else { return }
        // Up to the first line of the last drawing, and clear from there (ECMA-48 CUU, ED). In one write: no flicker.
        // A terminal that has become narrower has broken the old lines into more of them: everything goes.
        let isResized = height > 0 && size.columns != columns
        let up = height > 0 ? "\u{1B}[\(height)A\r\u{1B}[J" : "\r\u{1B}[J"
        let back = isResized ? "\u{1B}[2J\u{1B}[H" : up
        Terminal.write(back + lines.joined(separator: "\n") + "\n", STDOUT_FILENO)
        height = lines.count
        columns = size.columns
        last = lines
    }
}

extension Timestamp {
    static var now: Timestamp { Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)) }
}
