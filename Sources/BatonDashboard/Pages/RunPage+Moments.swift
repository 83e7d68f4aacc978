import BatonClient

/// How a run was after any event of its history: a slider over them, and what stands on the page then.
extension RunPage {
    /// What a screen reader is told when the page has moved.
    var said: String {
        let state = "\(run.title) is \(run.status.rawValue), \(run.percent) percent"
        return frame.isPast ? "After event \(run.sequence) of \(lastSequence): \(state)" : state
    }

    /// Which moment the page shows, in place of what can be done now.
    var past: HTML {
        guard frame.isPast else { return "" }
        let telling = EventLines(startedAt: run.startedAt)
        let lines = record.events.last { $0.sequence == run.sequence }.map { telling.lines($0) } ?? []
        let shown = lines.prefix(20).map { line in
            HTML("<span>\(String(line.drop { $0 != " " }.drop { $0 == " " }))</span>")
        }
        let event: HTML = shown.isEmpty ? "" : "<p class=\"event\">\(shown)</p>"
        return """
            <div class="past"><p><b>As it was</b> after event \(run.sequence) of \(lastSequence), \
            \(Frame.moment(run.updatedAt)). <a href="\(Address.run(id))">As it is now</a></p>\(event)</div>
            """
    }

    /// The slider: a form of one field, so that it works without a script.
    var moments: HTML {
        guard lastSequence > 1 else { return Frame.part("moments", "Through time", "") }
        let at = min(run.sequence, lastSequence)
        let earlier: HTML =
            at > 1 ? "<a id=\"earlier\" data-step=\"-1\" href=\"\(Address.run(id, at: at - 1))\">Earlier</a>" : ""
        let later: HTML =
            at < lastSequence
            ? "<a id=\"later\" data-step=\"1\" href=\"\(Address.run(id, at: at + 1))\">Later</a>" : ""
        let now: HTML = frame.isPast ? "<a href=\"\(Address.run(id))\">Now</a>" : ""
        return Frame.part(
            "moments", "Through time",
            """
            <form method="get" action="\(Address.run(id))" class="moments"><label for="at">Event</label>\
            <input type="range" id="at" name="at" min="1" max="\(lastSequence)" value="\(at)" step="1" \
            aria-valuetext="event \(at) of \(lastSequence)">\
            <output for="at" id="at-text">\(at) of \(lastSequence)</output>\
            <button type="submit">Show it</button>\(earlier)\(later)\(now)</form>
            """)
    }

    /// Where a document is: as it was then, when the page shows that.
    func address(of name: String) -> String {
        let version = frame.isPast ? record.artifacts.last { $0.name == name }?.version : nil
        return Address.document(id, name, version: version)
    }
}
