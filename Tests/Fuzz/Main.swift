import BatonEngine
import BatonWorkflow
import Foundation

/// `make fuzz`: feeds mutations of real workflow files and expressions to the loader and the expression compiler, for a
/// time, from a seed. A trap ends the process and leaves the input that caused it; so does one that takes too long.
///
///     Fuzz [--seconds N] [--seed N] [--input FILE]
@main struct Fuzz {
    /// Nothing in the language takes longer than that in a debug build either.
    static let limit = Duration.seconds(1)

    static func main() throws {
        var seconds = 600
        var seed = UInt64.random(in: 1...1_000_000_000)
        var arguments = CommandLine.arguments.dropFirst()
        while let name = arguments.popFirst(), let value = arguments.popFirst() {
            switch name {
            case "--seconds": seconds = Int(value) ?? seconds
            case "--seed": seed = UInt64(value) ?? seed
            case "--input": return try once(Array(Data(contentsOf: URL(filePath: value))))
            default: break
            }
        }
        print("seed \(seed), \(seconds) s")
        let corpus = Corpus.load()
        print("\(corpus.workflows.count) workflows, \(corpus.expressions.count) expressions")
        let witness = Witness(path: ".build/fuzz-input")
        var mutator = Mutator(seed: seed, corpus: corpus)
        let end = ContinuousClock.now + .seconds(seconds)
        var count = 0
        var plans = 0
        var slowest = Duration.zero
        while ContinuousClock.now < end {
            let input = mutator.next()
            witness.note(input)
            let began = ContinuousClock.now
            plans += run(input) ? 1 : 0
            let took = ContinuousClock.now - began
            slowest = max(slowest, took)
            count += 1
            guard took < limit else {
                print("an input took \(took): it is in \(witness.path)")
                exit(1)
            }
        }
        witness.remove()
        print("\(count) inputs, \(plans) of them a plan or an expression, the slowest took \(slowest)")
    }

    private static func once(_ bytes: [UInt8]) throws {
        let began = ContinuousClock.now
        _ = run(bytes.first == UInt8(ascii: "=") ? .expression(Array(bytes.dropFirst())) : .workflow(bytes))
        print("took \(ContinuousClock.now - began)")
    }

    /// Whether the input made sense.
    private static func run(_ input: Input) -> Bool {
        switch input {
        case .workflow(let bytes):
            let result = WorkflowCompiler.compile(source: bytes, file: "fuzz.yaml") { _ in "revision" }
            guard let plan = result.plan else {
                precondition(result.diagnostics.contains { $0.severity == .error }, "no plan, and no error")
                return false
            }
            rehearse(plan)
            return true
        case .expression(let bytes):
            let text = String(decoding: bytes, as: UTF8.self)
            let (expression, problems) = ExpressionCompiler.compile(text, variables: ["story"])
            guard let expression else {
                precondition(!problems.isEmpty, "no expression, and no problem")
                return false
            }
            _ = expression.evaluate(in: NothingKnown())
            return true
        }
    }

    /// The first turn of a run: whatever a plan holds, entering it must not trap.
    private static func rehearse(_ plan: Plan) {
        let now = Timestamp(milliseconds: 1_700_000_000_000)
        let seed = Seed(high: 1, low: 2)
        var state = RunState(id: Identifier(run: seed, now: now), plan: plan)
        let options = RunOptions(optional: .all, unanswered: .yes)
        let start = RunStart(project: "p", client: "c", facts: ["stories": [1, ["epic": "a"]]], options: options)
        _ = state.apply(RunInput(now: now, seed: seed, event: .started(start)))
    }
}

/// An expression's world in which nobody has said anything.
private struct NothingKnown: ExpressionScope {
    func fact(_ name: String) -> JSON? { nil }
    var factNames: [String] { [] }
    func artifact(_ name: String) -> JSON? { nil }
    var artifactNames: [String] { [] }
    func input(_ name: String) -> JSON? { nil }
    var inputNames: [String] { [] }
    var item: JSON? { ["id": 1] }
    func variable(_ name: String) -> JSON? { "text" }
}

enum Input {
    case workflow([UInt8])
    case expression([UInt8])
}

/// Keeps the input that is being tried where it survives a trap.
private struct Witness {
    let path: String
    private let handle: FileHandle?

    init(path: String) {
        self.path = path
        _ = FileManager.default.createFile(atPath: path, contents: nil)
        handle = FileHandle(forWritingAtPath: path)
    }

    func note(_ input: Input) {
        var bytes: [UInt8]
        switch input {
        case .workflow(let text): bytes = text
        case .expression(let text): bytes = [UInt8(ascii: "=")] + text
        }
        try? handle?.seek(toOffset: 0)
        handle?.write(Data(bytes))
        try? handle?.truncate(atOffset: UInt64(bytes.count))
    }

    func remove() { try? FileManager.default.removeItem(atPath: path) }
}
