/// The form in which inputs stand in history: what replay reads.
extension RunEvent {
    public func write(to writer: inout JSONWriter) {
        writer.object { object in
            switch self {
            case .started(let start):
                object.field("project", start.project)
                object.field("client", start.client)
                object.field("inputs", start.inputs)
                object.field("facts", start.facts)
                object.field("options", start.options.json)
                object.artifacts(start.artifacts)
                if let parent = start.parent { object.field("parent", parent.description) }
            case .dispatched(let task, let agent, let role, let lease):
                object.field("task", task)
                object.field("agent", agent)
                object.field("role", role)
                object.field("lease", lease.description)
            case .completed(let report):
                object.field("task", report.task)
                object.field("lease", report.lease.description)
                object.artifacts(report.artifacts)
                if report.facts != [:] { object.field("facts", report.facts) }
                if let verdict = report.verdict { object.field("verdict", verdict) }
                object.field("summary", report.summary)
                object.field("usage", report.usage)
                if !report.choices.isEmpty { object.field("choices", .array(report.choices)) }
                if !report.elicited.isEmpty { object.field("elicited", .array(report.elicited.map(\.json))) }
            case .attemptEnded(let task, let lease, let outcome, let message, let mayRetry, let usage):
                object.field("task", task)
                object.field("lease", lease.description)
                object.field("outcome", outcome.rawValue)
                object.field("message", message)
                object.field("may_retry", mayRetry)
                object.field("usage", usage)
            case .retryDue(let task):
                object.field("task", task)
            case .cancelled(let client, let reason):
                object.field("by", client)
                object.field("reason", reason)
            case .answerDue(let decision): object.field("decision", decision)
            case .decided(let decision, let value, let client, let words):
                object.field("decision", decision)
                object.field("value", value)
                object.field("by", client)
                if !words.comment.isEmpty { object.field("comment", words.comment) }
                if let artifact = words.artifact { object.field("artifact", artifact.text) }
                if let document = words.document { object.artifacts([document]) }
            case .childEnded(let report):
                object.field("task", report.task)
                object.field("run", report.run.description)
                object.field("status", report.status.rawValue)
                object.field("reason", report.reason)
                object.artifacts(report.artifacts)
                object.field("facts", report.facts)
                object.field("usage", report.usage)
            case .paused(let client, let reason):
                object.field("by", client)
                object.field("reason", reason)
            case .resumed(let client):
                object.field("by", client)
            case .retried(let tasks, let client):
                object.array("tasks") { list in for task in tasks { list.value(Int64(task)) } }
                object.field("by", client)
            case .reworked(let artifact, let client):
                object.field("artifact", artifact)
                object.field("by", client)
            case .skipped(let task, let client, let reason):
                object.field("task", task)
                object.field("by", client)
                object.field("reason", reason)
            case .failed(let task, let client, let reason):
                if let task { object.field("task", task) }
                object.field("by", client)
                object.field("reason", reason)
            case .budgeted(let budget, let client):
                object.field("budget", budget.json)
                object.field("by", client)
            case .timeDue: break
            case .forked(let fork):
                for (name, value) in fork.json.object ?? [:] { object.field(name, value) }
            }
        }
    }

    /// Reads an event back; nil when it is none that this engine wrote.
    public init?(kind: String, json: JSON) {
        func ordinal() -> UInt32? { json["task"]?.int.flatMap { UInt32(exactly: $0) } }
        func lease() -> Identifier? { json["lease"]?.string.flatMap { Identifier($0) } }
        /// Who asked, and why.
        func request() -> (client: String, reason: String)? {
            guard let client = json["by"]?.string, let reason = json["reason"]?.string else { return nil }
            return (client, reason)
        }

        switch kind {
        case "started":
            guard let project = json["project"]?.string, let client = json["client"]?.string,
                let inputs = json["inputs"], let facts = json["facts"],
                let artifacts = ArtifactContent.list(json["artifacts"])
            else { return nil }
            self = .started(
                RunStart(
                    project: project, client: client, inputs: inputs, facts: facts, artifacts: artifacts,
                    options: RunOptions.read(json["options"]).options,
                    parent: json["parent"]?.string.flatMap { Identifier($0) }))
        case "dispatched":
            guard let task = ordinal(), let lease = lease(), let agent = json["agent"]?.string,
                let role = json["role"]?.string
            else { return nil }
            self = .dispatched(task: task, agent: agent, role: role, lease: lease)
        case "completed":
            guard let task = ordinal(), let lease = lease(), let summary = json["summary"]?.string,
                let artifacts = ArtifactContent.list(json["artifacts"])
            else { return nil }
            self = .completed(
                TaskReport(
                    task: task, lease: lease, artifacts: artifacts, facts: json["facts"] ?? [:],
                    verdict: json["verdict"], summary: summary, usage: json["usage"],
                    choices: json["choices"]?.array ?? [], elicited: ElicitedSection.list(json["elicited"])))
        case "attempt_ended":
            guard let task = ordinal(), let lease = lease(), let message = json["message"]?.string,
                let outcome = json["outcome"]?.string.flatMap(AttemptOutcome.init),
                let mayRetry = json["may_retry"]?.bool
            else { return nil }
            self = .attemptEnded(
                task: task, lease: lease, outcome: outcome, message: message, mayRetry: mayRetry, usage: json["usage"])
        case "retry_due":
            guard let task = ordinal() else { return nil }
            self = .retryDue(task: task)
        case "cancelled":
            guard let (client, reason) = request() else { return nil }
            self = .cancelled(by: client, reason: reason)
        case "paused":
            guard let (client, reason) = request() else { return nil }
            self = .paused(by: client, reason: reason)
        case "resumed":
            guard let client = json["by"]?.string else { return nil }
            self = .resumed(by: client)
        case "retried":
            guard let client = json["by"]?.string, let listed = json["tasks"]?.array else { return nil }
            let tasks = listed.compactMap { $0.int.flatMap { UInt32(exactly: $0) } }
            guard tasks.count == listed.count else { return nil }
            self = .retried(tasks: tasks, by: client)
        case "reworked":
            guard let client = json["by"]?.string, let artifact = json["artifact"]?.string else { return nil }
            self = .reworked(artifact: artifact, by: client)
        case "skipped":
            guard let task = ordinal(), let (client, reason) = request() else { return nil }
            self = .skipped(task: task, by: client, reason: reason)
        case "failed":
            guard let (client, reason) = request() else { return nil }
            self = .failed(task: ordinal(), by: client, reason: reason)
        case "budgeted":
            guard let client = json["by"]?.string else { return nil }
            let (budget, faults) = RunBudget.read(json["budget"], path: "budget")
            guard faults.isEmpty else { return nil }
            self = .budgeted(budget, by: client)
        case "time_due": self = .timeDue
        case "forked":
            guard let fork = RunFork(json) else { return nil }
            self = .forked(fork)
        case "decided":
            guard let decision = json["decision"]?.int.flatMap({ UInt32(exactly: $0) }), let value = json["value"],
                let client = json["by"]?.string
            else { return nil }
            self = .decided(
                decision: decision, value: value, by: client,
                words: AnswerWords(
                    comment: json["comment"]?.string ?? "",
                    artifact: json["artifact"]?.string.map { ArtifactName($0) },
                    document: ArtifactContent.list(json["artifacts"])?.first))
        case "answer_due":
            guard let decision = json["decision"]?.int.flatMap({ UInt32(exactly: $0) }) else { return nil }
            self = .answerDue(decision: decision)
        case "child_ended":
            guard let task = ordinal(), let run = json["run"]?.string.flatMap({ Identifier($0) }),
                let status = json["status"]?.string.flatMap(RunStatus.init),
                let artifacts = ArtifactContent.list(json["artifacts"]), let facts = json["facts"]
            else { return nil }
            self = .childEnded(
                ChildReport(
                    task: task, run: run, status: status, reason: json["reason"]?.string, artifacts: artifacts,
                    facts: facts, usage: json["usage"]))
        default:
            return nil
        }
    }
}

extension JSONWriter {
    fileprivate mutating func artifacts(_ artifacts: [ArtifactContent]) {
        array("artifacts") { list in
            for artifact in artifacts {
                list.object {
                    $0.field("name", artifact.name.text)
                    $0.field("sha256", artifact.digest.description)
                    $0.field("size", artifact.size)
                    $0.field("media_type", artifact.mediaType)
                    if artifact.isContribution { $0.field("contribution", true) }
                }
            }
        }
    }
}

extension ArtifactContent {
    fileprivate static func list(_ json: JSON?) -> [ArtifactContent]? {
        var contents: [ArtifactContent] = []
        for element in json?.array ?? [] {
            guard let name = element["name"]?.string, let digest = element["sha256"]?.string.flatMap({ Digest($0) }),
                let size = element["size"]?.int, let mediaType = element["media_type"]?.string
            else { return nil }
            var content = ArtifactContent(
                name: ArtifactName(name), digest: digest, size: Int(size), mediaType: mediaType)
            content.isContribution = element["contribution"]?.bool ?? false
            contents.append(content)
        }
        return contents
    }
}
