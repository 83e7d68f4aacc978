import BatonClient

/// The workflows that can be started.
struct StartPage {
    let frame: Frame
    let overview: Overview
    let workflows: [WorkflowEntry]

    /// More have to be started from a shell.
    private static let maxShown = 500

    var html: HTML {
        let list: HTML =
            workflows.isEmpty
            ? """
            <p class="empty">The orchestrator has none. <code>baton serve --library FOLDER</code> gives it some.</p>
            """
            : "<ul class=\"runs\">\(workflows.prefix(Self.maxShown).map(row))</ul>"
        return frame.page(
            "Start a run", at: .start, overview: overview,
            """
            <div class="headline"><h1>Start a run</h1></div>
            <p class="filter"><label for="filter">Filter</label> <input id="filter" type="search" \
            autocomplete="off" placeholder="title, workflow, role" data-filter="runs"></p>
            <section id="workflows" aria-label="Workflows">\(list)</section>
            """)
    }

    private func row(_ workflow: WorkflowEntry) -> HTML {
        let name = workflow.title.isEmpty ? workflow.id : workflow.title
        let title: HTML =
            workflow.state == .broken
            ? "<b>\(name)</b>" : "<a href=\"\(Address.start(workflow.id))\"><b>\(name)</b></a>"
        let state: HTML =
            switch workflow.state {
            case .ready: ""
            case .stale: "<span class=\"badge s-waiting\">its file is broken; the last good one is started</span>"
            case .broken: "<span class=\"badge s-failed\">broken</span>"
            }
        let file = workflow.origin == .defined ? "defined by a request" : workflow.file
        let roles: HTML =
            workflow.roles.isEmpty ? "" : "<p class=\"what\">\(workflow.roles.joined(separator: ", "))</p>"
        let about: HTML = workflow.summary.isEmpty ? "" : "<p class=\"about\">\(Self.clip(workflow.summary))</p>"
        let problems = workflow.problems.prefix(5).map { HTML("<p class=\"reason\">\($0)</p>") }
        return """
            <li class="run">\(title)<p class="what"><code>\(workflow.id)</code> · \(file)</p>\(about)\(roles)\
            \(state)\(problems)</li>
            """
    }

    /// The beginning of a long text.
    static func clip(_ text: String) -> String { text.count > 400 ? "\(text.prefix(400))…" : text }
}
