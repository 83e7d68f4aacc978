import BatonClient
import Foundation

/// What every page has around it, and what a page is told about the server.
struct Frame: Sendable {
    let gate: Gate
    let isReadOnly: Bool
    let namespace: String
    /// The page shows how something was: nothing on it moves, and there is nothing to be done.
    var isPast = false

    /// Whether a page has forms that change something.
    var hasForms: Bool { !isReadOnly && !isPast }

    enum Place { case runs, agents, start, elsewhere }

    /// - Parameters:
    ///   - events: the path of the stream that says when there is something new.
    ///   - parts: those that may change, as ``Sheet/list(_:)`` has them.
    ///   - overview: for the line that says who is there; nil before somebody has come in.
    func page(
        _ title: String, at place: Place = .elsewhere, events: String? = nil, overview: Overview? = nil,
        parts: String = "", _ body: HTML
    ) -> HTML {
        """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>\(title) · Baton</title>
        <link rel="icon" href="/icon.svg" type="image/svg+xml">
        <link rel="stylesheet" href="/style.css">
        <script src="/app.js" defer></script>
        </head>
        <body data-events="\(events ?? "")" data-now="\(Timestamp.now.milliseconds)" \
        data-parts="\(parts)">
        <a class="skip" href="#main">Skip to the content</a>
        <header class="top">
        <a class="brand" href="/"><svg viewBox="0 0 32 32" aria-hidden="true"><path d="M5 27L27 5"/>\
        <circle cx="8" cy="24" r="4"/></svg>Baton</a>
        <nav aria-label="Pages">\(link("/", "Runs", place == .runs))\(link("/agents", "Agents", place == .agents))\
        \(isReadOnly ? "" : link("/start", "Start a run", place == .start))</nav>
        \(standing(overview))
        </header>
        <main id="main" tabindex="-1">
        \(body)
        </main>
        <p id="news" class="sr" role="status" aria-live="polite"></p>
        </body>
        </html>
        """
    }

    /// A page that moves, whole.
    func page(_ sheet: Sheet) -> HTML {
        page(
            sheet.title, at: sheet.place, events: sheet.events, overview: sheet.overview,
            parts: Sheet.list(sheet.pieces + [standingPiece(sheet)]), sheet.pieces.map(\.html).joined())
    }

    /// What of a page a browser does not have yet.
    func changes(_ sheet: Sheet, since known: [Substring: Substring]) -> HTML {
        let parts = sheet.pieces + [standingPiece(sheet)]
        let new = parts.filter { piece in piece.id.map { known[$0[...]] != piece.digest[...] } ?? false }
        return """
            <!doctype html><html lang="en"><head><title>\(sheet.title)</title></head>\
            <body data-parts="\(Sheet.list(parts))">\(new.map(\.html))</body></html>
            """
    }

    private func standingPiece(_ sheet: Sheet) -> Sheet.Piece { .init(standing(sheet.overview), id: "standing") }

    private func link(_ path: String, _ name: String, _ isCurrent: Bool) -> HTML {
        isCurrent ? "<a href=\"\(path)\" aria-current=\"page\">\(name)</a>" : "<a href=\"\(path)\">\(name)</a>"
    }

    private func standing(_ overview: Overview?) -> HTML {
        guard let overview else { return "" }
        let (word, kind): (String, String) =
            if !overview.isConnected {
                ("no broker", "down")
            } else if overview.orchestrator?.state == .online {
                ("live", "up")
            } else {
                ("no orchestrator", "down")
            }
        return """
            <p id="standing" class="standing" data-part><span class="ns">\(namespace)</span>\
            <span class="dot \(kind)" aria-hidden="true"></span><span id="link">\(word)</span></p>
            """
    }

    /// The field that proves a form to be one of this process.
    var proof: HTML { "<input type=\"hidden\" name=\"\(Gate.formField)\" value=\"\(gate.formKey)\">" }

    /// A part of a page, which the script replaces when it has changed.
    static func part(_ id: StaticString, _ title: String, _ body: HTML, note: HTML = "") -> HTML {
        let id: HTML = "\("\(id)")"
        guard !body.isEmpty else { return "<section id=\"\(id)\" data-part hidden></section>" }
        return """
            <section id="\(id)" data-part aria-labelledby="\(id)-title">
            <h2 id="\(id)-title">\(title)\(note)</h2>
            \(body)
            </section>
            """
    }

    /// How long something has been going on, kept up by the script; how long it had been, on a page that shows that.
    func elapsed(since start: Timestamp, now: Timestamp) -> HTML {
        let time = ElapsedTime.text(milliseconds: now.milliseconds(since: start))
        if isPast { return "<time datetime=\"\(start)\" title=\"since \(start)\">\(time)</time>" }
        return """
            <time datetime="\(start)" title="since \(start)" data-since="\(start.milliseconds)">\
            \(time)</time>
            """
    }

    /// A moment: `2026-01-31 23:59`, in the browser's own time where there is a script.
    static func moment(_ at: Timestamp) -> HTML {
        let text = at.description.prefix(16).replacing("T", with: " ")
        return "<time datetime=\"\(at)\" title=\"\(at)\" data-at=\"\(at.milliseconds)\">\(text) UTC</time>"
    }
}

extension Timestamp {
    func milliseconds(since start: Timestamp) -> Int64 { milliseconds - start.milliseconds }

    static var now: Timestamp { Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)) }
}
