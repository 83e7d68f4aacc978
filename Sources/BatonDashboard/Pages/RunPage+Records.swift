import BatonClient

/// What a run has made and said.
extension RunPage {
    /// Of each list; a browser has to lay all of it out, and long runs move all the time.
    private static let maxShown = 200

    private static func left(_ count: Int, _ what: String, _ command: String) -> HTML {
        guard count > maxShown else { return "" }
        return "<p class=\"what\">The last \(maxShown) of \(count) \(what); <code>\(command)</code> has all.</p>"
    }

    var documents: HTML {
        guard !record.artifacts.isEmpty else { return "<p class=\"empty\">There is none yet.</p>" }
        let stale = Dictionary(
            Lineage(record.artifacts).nodes.filter(\.isStale).map { ($0.entry.id, $0.staleFrom) }
        ) { $1 }
        let latest = record.artifacts.latestVersions
        let rows = latest.suffix(Self.maxShown).map { entry in
            let behind: HTML =
                stale[entry.id].map { from in
                    "<span class=\"badge s-waiting\">stale: \(from.joined(separator: ", ")) is newer</span>"
                } ?? ""
            let old = entry.version - 1
            let diff: HTML =
                entry.version > 1
                ? "<a href=\"\(Address.difference(id, entry.name, from: old, to: entry.version))\">changes</a>"
                : ""
            return HTML(
                """
                <tr><th scope="row"><a href="\(address(of: entry.name))">\(entry.name)</a> \(behind)</th>\
                <td>\(entry.version) \(diff)</td><td>\(entry.role)\(entry.step.map { ", \($0)" } ?? "")</td>\
                <td>\(Self.size(entry.size))</td><td>\(Frame.moment(entry.createdAt))</td></tr>
                """)
        }
        return """
            \(Self.left(latest.count, "documents", "baton artifacts"))\
            <div class="scroll" tabindex="0" role="group" aria-label="Documents"><table>\
            <thead><tr><th scope="col">Document</th><th scope="col">Version</th><th scope="col">By</th>\
            <th scope="col">Size</th><th scope="col">When</th></tr></thead><tbody>\(rows)</tbody></table></div>
            """
    }

    static func size(_ bytes: Int) -> String {
        bytes < 10_000 ? "\(bytes) B" : bytes < 10_000_000 ? "\(bytes / 1000) kB" : "\(bytes / 1_000_000) MB"
    }

    var handoffs: HTML {
        guard !record.handoffs.isEmpty else { return "<p class=\"empty\">There is none yet.</p>" }
        let names = Dictionary(record.artifacts.map { ($0.id, $0) }) { $1 }
        let items = record.handoffs.suffix(Self.maxShown).reversed().map { handoff in
            let papers = handoff.contextIDs.compactMap { names[$0] }.map { entry in
                let path = Address.document(id, entry.name, version: entry.version)
                return HTML("<li><a href=\"\(path)\">\(entry.name)</a> version \(entry.version)</li>")
            }
            let from = handoff.fromInstance.map { " (\($0))" } ?? ""
            let to = handoff.toInstance.map { " (\($0))" } ?? ""
            let outputs: HTML =
                handoff.expectedOutputs.isEmpty
                ? "" : "<p><b>Expected</b> \(handoff.expectedOutputs.joined(separator: ", "))</p>"
            let criteria = handoff.acceptanceCriteria.map { HTML("<li>\($0)</li>") }
            let wanted: HTML = criteria.isEmpty ? "" : "<ul>\(criteria)</ul>"
            let list: HTML = papers.isEmpty ? "" : "<ul>\(papers)</ul>"
            return HTML(
                """
                <li><details data-key="\(handoff.id)"><summary><b>\(handoff.fromAgent)</b>\(from) → \
                <b>\(handoff.toAgent)</b>\(to) <span class="what">\(handoff.phase.rawValue) · \
                \(Frame.moment(handoff.createdAt))</span></summary>\
                <div class="doc">\(Markdown.render(handoff.contextSummary))\
                \(handoff.instructions.isEmpty ? "" : Markdown.render(handoff.instructions))</div>\(outputs)\
                \(wanted)\(list)\
                </details></li>
                """)
        }
        let left = Self.left(record.handoffs.count, "handoffs", "baton handoffs")
        return "\(left)<ul class=\"handoffs\">\(items)</ul>"
    }

    var history: HTML {
        let telling = EventLines(startedAt: run.startedAt)
        let shown = record.events.suffix(Self.maxShown)
        let lines = shown.reversed().compactMap { event -> HTML? in
            let lines = telling.lines(event)
            guard !lines.isEmpty else { return nil }
            let parts = lines.map { line -> HTML in
                // The time is a column of its own.
                let text = line.drop { $0 != " " }.drop { $0 == " " }
                return "<span>\(String(text))</span>"
            }
            let time = ElapsedTime.text(milliseconds: event.at.milliseconds(since: run.startedAt))
            return """
                <li><time datetime="\(event.at)" title="\(event.at)">\(time)</time><div>\(parts)</div></li>
                """
        }
        guard !lines.isEmpty else { return "<p class=\"empty\">Nothing was told yet.</p>" }
        let more: HTML =
            run.sequence > shown.count
            ? """
            <p class="what">The last \(shown.count) of \(run.sequence) events; <code>baton history</code> has all.</p>
            """ : ""
        return "\(more)<ol class=\"log\">\(lines)</ol>"
    }
}
