import BatonMQTT
import BatonMessages
import Logging

/// Does what the ``AgentMachine`` says: sends, starts and cancels handlers, keeps the time.
actor AgentDriver {
    private var machine: AgentMachine
    private let configuration: AgentConfiguration
    private let topics: Topics
    private let connection: Connection
    private let logger: Logger
    private let handler: Agent.Handler
    private let told: Agent.Told
    private let start = ContinuousClock.now
    private var handlers: [HeldTask.Run: Task<Void, Never>] = [:]
    private var kept: KeptContents
    private var timer: (deadline: Int64, task: Task<Void, Never>)?
    private var wasConnected = false
    private var isComplaining = false

    init(
        _ configuration: AgentConfiguration, epoch: Int64, connection: Connection, logger: Logger,
        told: @escaping Agent.Told, handler: @escaping Agent.Handler
    ) {
        machine = AgentMachine(configuration, epoch: epoch)
        self.configuration = configuration
        topics = Topics(namespace: configuration.namespace)
        self.connection = connection
        self.logger = logger
        self.told = told
        self.handler = handler
        kept = KeptContents(below: configuration.contentFolder ?? TemporaryFolder.usual)
    }

    private var now: Int64 { Int64((ContinuousClock.now - start) / .milliseconds(1)) }

    // MARK: Inputs

    /// - Throws: when the broker refuses this agent before it was ever connected, and would again.
    func handle(_ event: Connection.Event) throws(AgentError) {
        switch event {
        case .connected:
            logger.info("connected", metadata: ["broker": "\(configuration.broker)"])
            wasConnected = true
            isComplaining = false
            machine.connected(now: now)
        case .message(let message):
            receive(message)
        case .refused(let topic, let reason):
            logger.error("the broker did not take a message", metadata: ["topic": "\(topic)", "reason": "\(reason)"])
        case .disconnected(let error, let delay):
            machine.disconnected()
            guard wasConnected || error.isRetriable else {
                throw AgentError(.refused, "\(configuration.broker): \(error)")
            }
            logger.log(
                level: isComplaining ? .debug : .warning, "no connection, trying again",
                metadata: ["broker": "\(configuration.broker)", "reason": "\(error)", "in": "\(delay)"])
            isComplaining = true
        }
        perform()
    }

    private func receive(_ message: MQTTMessage) {
        switch topics.parse(message.topic) {
        case .agentState(configuration.id):
            machine.received(ownState: message.payload, now: now)
        case .orchestratorState:
            machine.received(orchestratorState: message.payload, now: now)
        case .task, .control, .artifact:
            // What the broker kept was meant for a former life.
            guard !message.retain else {
                return logger.warning("a retained message is ignored", metadata: ["topic": "\(message.topic)"])
            }
            switch topics.parse(message.topic) {
            case .task(configuration.id): machine.received(command: message.payload, now: now)
            case .control(configuration.id):
                if case .ack(let notice)? = try? Control.decode(message.payload) { told(notice) }
                machine.received(control: message.payload, now: now)
            case .artifact(configuration.id): machine.received(range: message.payload, now: now)
            default: break
            }
        default:
            logger.debug("a message on an unknown topic", metadata: ["topic": "\(message.topic)"])
        }
    }

    /// Begins a graceful stop.
    func drain() {
        logger.info("stopping", metadata: ["open_tasks": "\(handlers.count)"])
        machine.drain(now: now)
        perform()
    }

    private func returned(_ run: HeldTask.Run, _ outcome: TaskOutcome, _ contents: [OutgoingContent]) {
        handlers[run] = nil
        kept.discard(run)
        machine.returned(run, outcome, contents: contents, now: now)
        perform()
    }

    private func report(_ run: HeldTask.Run, _ percent: Double?, _ message: String?) {
        machine.reported(run, percent: percent, message: message)
    }

    // MARK: Actions

    private func perform() {
        // What can't be done is an input of its own.
        while case let actions = machine.takeActions(), !actions.isEmpty {
            for action in actions { perform(action) }
        }
        setTimer()
    }

    private func perform(_ action: AgentMachine.Action) {
        switch action {
        case .publish(let channel, let payload, let trace): send(channel, payload, trace)
        case .put(let run, let put, let file, let count): send(put, of: file, count, for: run)
        case .keep(let run, let index, let bytes):
            do throws(AgentError) { try kept.append(bytes, to: index, of: run) } catch {
                machine.couldNotKeep(run, error, now: now)
            }
        case .discard(let run): kept.discard(run)
        case .run(let run, let command, let contents): startHandler(run, command, contents)
        case .cancel(let run): handlers[run]?.cancel()
        case .reconnect(let epoch):
            do { try connection.reconnect(with: configuration.session(epoch: epoch)) } catch {
                logger.error("cannot reconnect", metadata: ["reason": "\(error)"])
            }
        case .stop: Task { await connection.stop() }
        case .log(let level, let text): logger.log(level: level, "\(text)")
        }
    }

    private func send(_ put: ArtifactPut, of file: ContentFile, _ count: Int, for run: HeldTask.Run) {
        var put = put
        do throws(AgentError) { put.bytes = try file.read(at: put.offset, count: count) } catch {
            return machine.couldNotPut(run, error, now: now)
        }
        send(.put, put.encode(), nil)
    }

    private func send(_ channel: AgentMachine.Channel, _ payload: [UInt8], _ trace: TraceParent?) {
        let id = configuration.id
        let (topic, retain) =
            switch channel {
            case .state: (topics.agentState(id), true)
            case .beat: (topics.beat(id), false)
            case .decline: (topics.decline(id), false)
            case .result: (topics.result(id), false)
            case .get: (topics.get(id), false)
            case .put: (topics.put(id), false)
            }
        do {
            try connection.send(
                topic, payload, retain: retain, userProperties: trace.map { ["traceparent": $0.description] } ?? [:])
        } catch {
            // A connection that broke in this moment; what matters is sent again on the next.
            logger.debug("not sent", metadata: ["topic": "\(topic)", "reason": "\(error)"])
        }
    }

    private func startHandler(_ run: HeldTask.Run, _ command: TaskCommand, _ contents: [[UInt8]?]) {
        let artifacts = zip(command.requires, contents).enumerated().compactMap { index, given in
            given.1.map { TaskArtifact(given.0, content: $0) }
                ?? kept.path(of: index, of: run).map { TaskArtifact(given.0, file: $0) }
        }
        var logger = logger
        logger[metadataKey: "task"] = "\(command.task)"
        logger[metadataKey: "run"] = "\(command.run)"
        logger[metadataKey: "step"] = "\(command.step)"
        logger.info("task", metadata: ["role": "\(command.role)", "attempt": "\(command.attempt)"])
        let context = TaskContext(
            command: command.completed(with: artifacts), artifacts: artifacts, logger: logger
        ) { [weak self] percent, message in await self?.report(run, percent, message) }
        handlers[run] = Task { [handler] in
            let (outcome, contents) = await Self.outcome(of: handler, context)
            self.returned(run, outcome, contents)
        }
    }

    /// Not on the actor: the work, and hashing what came of it, may take long.
    private static func outcome(
        of handler: Agent.Handler, _ context: TaskContext
    ) async -> (TaskOutcome, [OutgoingContent]) {
        do {
            var outcome = try await handler(context)
            let contents = try outcome.takeLargeContents()
            return (outcome, contents)
        } catch is CancellationError {
            return (.failed(code: "cancelled", message: "the work was cancelled"), [])
        } catch {
            return (.failed(code: "handler_error", message: "\(error)"), [])
        }
    }

    private func setTimer() {
        guard let deadline = machine.nextDeadline else { return }
        // One that rings earlier finds out by itself when to ring next.
        if let timer, timer.deadline <= deadline { return }
        timer?.task.cancel()
        let delay = max(1, deadline - now)
        let task = Task { [weak self] in
            guard (try? await Task.sleep(for: .milliseconds(delay))) != nil else { return }
            await self?.ring()
        }
        timer = (deadline, task)
    }

    private func ring() {
        timer = nil
        machine.tick(now: now)
        perform()
    }

    // MARK: The end

    /// Cancels what still runs, says goodbye if that was not done, and waits for handlers to end: a program that a
    /// handler started must not outlive the agent.
    func finish() async {
        machine.abort(now: now)
        perform()
        timer?.task.cancel()
        for handler in handlers.values { handler.cancel() }
        await connection.stop(within: .seconds(2))
        let deadline = ContinuousClock.now + .seconds(15)
        while !handlers.isEmpty, ContinuousClock.now < deadline {
            try? await Task.sleep(for: .milliseconds(10))
        }
        kept.discardAll()
    }
}

extension TaskCommand {
    /// With the texts that came in ranges in their places.
    fileprivate func completed(with artifacts: [TaskArtifact]) -> TaskCommand {
        var command = self
        for (index, artifact) in artifacts.enumerated()
        where artifact.file == nil && command.requires[index].content == nil {
            command.requires[index].content = try? artifact.text
        }
        return command
    }
}
