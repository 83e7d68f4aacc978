/// Choosing among ways to go on.
extension RunState {
    mutating func begin(_ routes: Routes, _ index: Int, _ turn: inout Turn) {
        let task = tasks[index]
        let step = plan.steps[task.step]
        let names = routes.routes.map(\.name)
        guard let (name, origin) = selected(routes, from: task.scope) else {
            var reporter: UInt32 = 0
            if case .reporter(let step) = routes.selector.source {
                reporter = activations.latest(of: step, from: task.scope) ?? 0
            }
            let question = Question(
                name: routes.selector.symbol, scope: self.task(reporter)?.scope ?? "", text: routes.question,
                answers: .oneOf(names), reporter: reporter)
            return ask(question, .fact, for: index, &turn)
        }
        guard let route = routes.routes.first(where: { $0.means(name) }) else {
            let known = names.joined(separator: ", ")
            return needAttention(
                index, "\(routes.selector.symbol) is \"\(name)\", which is no route: the routes are \(known)", &turn)
        }
        turn.log(.routed(step: step.id, route: route.name, origin: origin))
        for other in routes.routes {
            let isTaken = JSON.bool(other.name == route.name)
            for fact in [other.name, "\(other.name)_path"] {
                keep(
                    Fact(name: fact, scope: task.scope, value: isTaken, origin: "engine", task: task.ordinal), &turn)
            }
        }
        guard let body = route.body else { return finish(task.ordinal, &turn) }
        turn.enter(body, in: task.ordinal, scope: task.scope)
    }

    private func selected(_ routes: Routes, from scope: String) -> (name: String, origin: String)? {
        if let fact = fact(routes.selector.symbol, from: scope), let name = fact.value.string {
            return (name, fact.origin)
        }
        if routes.defaultsToFirst, options.unanswered != .ask, let first = routes.routes.first {
            return (first.name, "options.unanswered")
        }
        return nil
    }

    mutating func advance(_ routes: Routes, _ ordinal: UInt32, after child: TaskState, _ turn: inout Turn) {
        let route = routes.routes.first { $0.body == child.step }
        if child.status != .failed, let route, route.endsRun {
            finish(ordinal, &turn)
            return complete(afterRoute: route.name, &turn)
        }
        pass(on: child, to: ordinal, &turn)
    }

    mutating func begin(_ choice: Switch, _ index: Int, _ turn: inout Turn) {
        let (ordinal, scope) = (tasks[index].ordinal, tasks[index].scope)
        let step = plan.steps[tasks[index].step]
        for (number, option) in choice.cases.enumerated() {
            guard let when = option.when else { return turn.enter(option.body, in: ordinal, scope: scope) }
            switch settled(truth(of: when, from: scope)) {
            case .known(let holds, let origin):
                turn.log(.branch(step: step.id, condition: "case \(number + 1)", holds: holds, origin: origin))
                if holds { return turn.enter(option.body, in: ordinal, scope: scope) }
            case .unknown(let question): return ask(question, .fact, for: index, &turn)
            case .fault(let reason): return needAttention(index, reason, &turn)
            }
        }
        skip(index, "none of its cases holds", &turn)
    }
}

extension Routes.Route {
    /// A path may be called with or without the suffix that it has in its file.
    public func means(_ text: String) -> Bool {
        let (key, own) = (ArtifactName.key(of: text), ArtifactName.key(of: name))
        return key == own || key == own + "-sequence"
    }
}
