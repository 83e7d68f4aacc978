import BatonMessages

@testable import BatonAgent

/// A machine with a clock in the test's hand.
struct Scene {
    var machine: AgentMachine
    /// In milliseconds.
    private(set) var now: Int64 = 0
    private(set) var actions: [AgentMachine.Action] = []

    /// Connected, with what it did for that already taken.
    init(slots: Int = 2, beats: Bool = true, isConnected: Bool = true) {
        var configuration = AgentConfiguration(id: "ann", roles: ["analyst"])
        configuration.slots = slots
        configuration.beats = beats
        machine = AgentMachine(configuration, epoch: 100)
        guard isConnected else { return }
        machine.connected(now: 0)
        _ = machine.takeActions()
    }

    /// Gives the machine an input; ``actions`` is what it answers.
    mutating func does(_ input: (inout AgentMachine, Int64) -> Void) {
        input(&machine, now)
        actions = machine.takeActions()
    }

    mutating func receives(_ command: TaskCommand) { does { $0.received(command: command.encode(), now: $1) } }
    mutating func receives(control: [UInt8]) { does { $0.received(control: control, now: $1) } }

    mutating func returns(_ run: UInt64, _ outcome: TaskOutcome = .completed(summary: "done")) {
        var outcome = outcome
        let contents = (try? outcome.takeLargeContents()) ?? []
        does { $0.returned(HeldTask.Run(number: run), outcome, contents: contents, now: $1) }
    }

    /// Lets time pass as the driver does, tick by tick; ``actions`` is what happened meanwhile.
    mutating func passes(_ milliseconds: Int64) {
        let end = now + milliseconds
        actions = []
        while let deadline = machine.nextDeadline, deadline <= end {
            now = max(now, deadline)
            machine.tick(now: now)
            actions += machine.takeActions()
        }
        now = end
    }

    // MARK: What came out

    private func payloads(_ channel: AgentMachine.Channel) -> [[UInt8]] {
        actions.compactMap { if case .publish(channel, let payload, _) = $0 { payload } else { nil } }
    }

    var beats: [Beat] { payloads(.beat).compactMap { try? Beat.decode($0) } }
    var results: [TaskResult] { payloads(.result).compactMap { try? TaskResult.decode($0) } }
    var declines: [Decline] { payloads(.decline).compactMap { try? Decline.decode($0) } }
    var presences: [Presence] { payloads(.state).compactMap { try? Presence.decode($0) } }
    var gets: [ArtifactGet] { payloads(.get).compactMap { try? ArtifactGet.decode($0) } }
    var puts: [ArtifactPut] { payloads(.put).compactMap { try? ArtifactPut.decode($0) } }
    /// The ranges that are to be kept: the document's place in `requires`, and the bytes.
    var kept: [(index: Int, bytes: [UInt8])] {
        actions.compactMap { if case .keep(_, let index, let bytes) = $0 { (index, bytes) } else { nil } }
    }
    var discarded: [UInt64] { actions.compactMap { if case .discard(let run) = $0 { run.number } else { nil } } }
    /// The contents that the handler last started was given.
    var contents: [[UInt8]?]? {
        actions.compactMap { if case .run(_, _, let contents) = $0 { contents } else { nil } }.last
    }
    /// The ranges of files that are to be put.
    var filePuts: [(put: ArtifactPut, file: ContentFile, count: Int)] {
        actions.compactMap { if case .put(_, let put, let file, let count) = $0 { (put, file, count) } else { nil } }
    }
    /// The numbers of the handlers started, and of those cancelled.
    var started: [UInt64] { actions.compactMap { if case .run(let run, _, _) = $0 { run.number } else { nil } } }
    var cancelled: [UInt64] { actions.compactMap { if case .cancel(let run) = $0 { run.number } else { nil } } }
    /// Whether anything but a line in the log came out.
    var isSilent: Bool { actions.allSatisfy { if case .log = $0 { true } else { false } } }
}
