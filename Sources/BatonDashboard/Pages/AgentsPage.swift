import BatonClient

/// Who is there, and what each has to do.
struct AgentsPage {
    let frame: Frame
    let overview: Overview
    let agents: [AgentStanding]
    let now: Timestamp

    var html: HTML { frame.page(sheet) }

    var sheet: Sheet {
        let body: HTML =
            agents.isEmpty
            ? """
            <p class="empty">There is none. <code>baton agent --role ROLE --exec PROGRAM</code> makes a program one.</p>
            """
            : """
            <div class="scroll" tabindex="0" role="group" aria-label="Agents"><table>\
            <thead><tr><th scope="col">Agent</th><th scope="col">State</th><th scope="col">Roles</th>\
            <th scope="col">Tasks</th><th scope="col">Last seen</th><th scope="col">Holds</th></tr></thead>\
            <tbody>\(agents.prefix(1000).map(row))</tbody></table></div>
            """
        return Sheet(
            title: "Agents", place: .agents, events: "/events", overview: overview,
            pieces: [
                .init("<div class=\"headline\"><h1>Agents</h1></div>"),
                .init("<section id=\"agents\" data-part aria-label=\"Agents\">\(body)</section>", id: "agents"),
            ])
    }

    private func row(_ agent: AgentStanding) -> HTML {
        let holds = agent.holds.prefix(20).map { held in
            HTML(
                """
                <li><a href="\(Address.run(held.run.description))">\(held.step)</a>\
                \(held.item.map { " (\($0))" } ?? "") \
                \(held.since.map { frame.elapsed(since: $0, now: now) } ?? "")</li>
                """)
        }
        let list: HTML = holds.isEmpty ? "" : "<ul class=\"plain\">\(holds)</ul>"
        let kind =
            switch agent.state {
            case .online: "running"
            case .offline: "failed"
            default: "waiting"
            }
        let unused = agent.isBenched ? "benched" : agent.mutedUntil.map { _ in "muted" }
        let badge: HTML =
            unused.map { "<br><span class=\"badge s-attention\">\($0)</span> \(agent.reason ?? "")" } ?? ""
        let seen: HTML = agent.seenAt.map { "\(frame.elapsed(since: $0, now: now)) ago" } ?? ""
        return """
            <tr><th scope="row">\(agent.id)</th><td><span class="badge s-\(kind)">\(agent.state.rawValue)</span>\
            \(badge)</td><td>\(agent.roles.joined(separator: ", "))</td>\
            <td>\(agent.count)\(agent.slots.map { " of \($0)" } ?? "")</td>\
            <td>\(seen)</td><td>\(list)</td></tr>
            """
    }
}
