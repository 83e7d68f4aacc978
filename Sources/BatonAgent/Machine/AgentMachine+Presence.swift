import BatonMessages

/// Coming, and going.
extension AgentMachine {
    var presence: Presence {
        let state: Presence.State =
            switch stage {
            case .serving: .online
            case .draining, .leaving: .draining
            case .stopped: .offline
            }
        return configuration.presence(state, epoch: epoch)
    }

    mutating func publishPresence(now: Int64) {
        wantsPresence = false
        nextPresence = now + Self.presencePauseMilliseconds
        publish(.state, presence.encode())
    }

    /// What the broker keeps about this agent. A late will of its former self is corrected, at most once a second: two
    /// agents under one name must not answer each other without end.
    package mutating func received(ownState payload: [UInt8], now: Int64) {
        let kept = try? Presence.decode(payload)
        if let kept {
            if kept == presence { return }
            // An echo: sent before the state changed.
            if kept.epoch == epoch, kept.state != .offline { return }
            if kept.epoch > epoch {
                // The clock stood later at the last start, and the orchestrator heeds the higher epoch only.
                epoch = kept.epoch + 1
                log(.notice, "this agent's epoch is raised to \(epoch), above that of its former self")
                actions.append(.reconnect(epoch: epoch))
                return
            }
        }
        guard stage != .stopped else { return }
        if nextPresence <= now {
            publishPresence(now: now)
        } else {
            wantsPresence = true
            schedule(nextPresence)
        }
    }

    /// Takes nothing new, and stops once everything is handed over.
    package mutating func drain(now: Int64) {
        guard stage == .serving else { return }
        let limit = Int64(configuration.drainTimeout / .milliseconds(1))
        stage = .draining(deadline: now + limit)
        schedule(now + limit)
        publishPresence(now: now)
        advanceStage(now: now)
    }

    /// Moves from draining to leaving to stopped, as far as the work allows.
    mutating func advanceStage(now: Int64) {
        if case .draining(let deadline) = stage {
            let open = held.values.filter { !$0.isFinished }.sorted { $0.run < $1.run }
            guard open.isEmpty || deadline <= now else { return }
            for task in open {
                if case .running = task.work { actions.append(.cancel(task.run)) }
                decline(task.command.task, task.lease, reason: "the agent is stopping")
                drop(task.run, now: now)
            }
            stage = .leaving(deadline: now + Self.lastAcksMilliseconds)
            schedule(now + Self.lastAcksMilliseconds)
        }
        if case .leaving(let deadline) = stage, held.isEmpty || deadline <= now || !isConnected {
            stage = .stopped
            publish(.state, presence.encode())
            actions.append(.stop)
        }
    }

    /// Stops at once, for a caller that does not wait: what runs is handed back.
    mutating func abort(now: Int64) {
        guard stage != .stopped else { return }
        stage = .draining(deadline: now)
        advanceStage(now: now)
        guard case .leaving = stage else { return }
        stage = .leaving(deadline: now)
        advanceStage(now: now)
    }
}
