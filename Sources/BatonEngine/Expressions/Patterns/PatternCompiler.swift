/// An instruction of the automaton that a pattern becomes (Thompson, 1968; after Cox, "Regular Expression Matching: the
/// Virtual Machine Approach", 2009). Targets are indices of instructions.
enum PatternInstruction {
    case scalar(UInt32)
    case set(ScalarSet)
    case any(withNewline: Bool)
    case assertion(PatternAssertion)
    case split(Int, Int)
    case jump(Int)
    case match
}

struct PatternCompiler {
    private var instructions: [PatternInstruction] = []
    /// Repetitions of what matches only the empty text emit nothing, so visits are bounded too.
    private var visits = 0

    mutating func compile(_ node: PatternNode) throws(PatternError) -> [PatternInstruction] {
        try emit(node)
        try append(.match)
        return instructions
    }

    private mutating func append(_ instruction: PatternInstruction) throws(PatternError) {
        guard instructions.count < Pattern.maxInstructions else { throw Self.tooLarge }
        instructions.append(instruction)
    }

    private static let tooLarge = PatternError(
        offset: 0, message: "the pattern is too large: written out, it has more than \(Pattern.maxInstructions) parts")

    private mutating func emit(_ node: PatternNode) throws(PatternError) {
        visits += 1
        guard visits <= 4 * Pattern.maxInstructions else { throw Self.tooLarge }
        switch node {
        case .scalar(let scalar): try append(.scalar(scalar))
        case .set(let set): try append(.set(set))
        case .any(let withNewline): try append(.any(withNewline: withNewline))
        case .assertion(let assertion): try append(.assertion(assertion))
        case .sequence(let parts): for part in parts { try emit(part) }
        case .alternatives(let branches): try emit(alternatives: branches)
        case .repeated(let node, let min, let max): try emit(node, min: min, max: max)
        }
    }

    private mutating func emit(alternatives branches: [PatternNode]) throws(PatternError) {
        var ends: [Int] = []
        for branch in branches.dropLast() {
            let split = instructions.count
            try append(.split(split + 1, 0))
            try emit(branch)
            ends.append(instructions.count)
            try append(.jump(0))
            instructions[split] = .split(split + 1, instructions.count)
        }
        if let last = branches.last { try emit(last) }
        for end in ends { instructions[end] = .jump(instructions.count) }
    }

    private mutating func emit(_ node: PatternNode, min: Int, max: Int?) throws(PatternError) {
        for _ in 0..<min { try emit(node) }
        guard let max else {
            let split = instructions.count
            try append(.split(split + 1, 0))
            try emit(node)
            try append(.jump(split))
            instructions[split] = .split(split + 1, instructions.count)
            return
        }
        var splits: [Int] = []
        for _ in min..<max {
            splits.append(instructions.count)
            try append(.split(instructions.count + 1, 0))
            try emit(node)
        }
        for split in splits { instructions[split] = .split(split + 1, instructions.count) }
    }
}
