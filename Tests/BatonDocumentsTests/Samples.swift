import BatonEngine
import BatonWorkflow
import Foundation
import OrderedCollections
import Testing

@testable import BatonDocuments

/// Templates and contents for tests, written as people write them.
enum Sample {
    /// The outline of a template in YAML, which has no problems.
    static func outline(_ yaml: String) throws -> Outline {
        let document = YAMLDocument(Array(yaml.utf8))
        #expect(document.problems.isEmpty, "\(document.problems)")
        let (outline, problems) = Outline.read(try #require(document.root).json)
        #expect(problems.isEmpty, "\(problems)")
        return try #require(outline)
    }

    /// An outline of these sections, with the title `Sample`.
    static func sections(_ yaml: String) throws -> Outline {
        try outline("template: {id: sample, name: Sample}\nsections:\n" + yaml)
    }

    /// A JSON text.
    static func json(_ text: String) throws -> JSON { try JSON.parse(Array(text.utf8)) }
}

extension Outline {
    /// Composes `{"id": content}` as JSON text, with the values beside it.
    func composed(
        _ sections: String, values: String = "{}", facts: OrderedDictionary<String, JSON> = [:], by role: String? = nil
    ) throws -> Composition {
        let (content, reasons) = content(sections: try Sample.json(sections), values: try Sample.json(values))
        #expect(reasons.isEmpty, "\(reasons)")
        return compose(content, facts: facts, by: role)
    }

    /// The text of a result that has nothing wrong, without the document's title.
    func body(_ sections: String, values: String = "{}", facts: OrderedDictionary<String, JSON> = [:]) throws -> String
    {
        let composition = try composed(sections, values: values, facts: facts)
        #expect(composition.reasons.isEmpty, "\(composition.reasons)")
        let title = "# Sample\n\n"
        #expect(composition.text.hasPrefix(title))
        return String(composition.text.dropFirst(title.count))
    }
}

/// A small generator with a seed, so that a failure can be seen again.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed &+ 0x9E37_79B9_7F4A_7C15 }

    mutating func next() -> UInt64 {
        // SplitMix64 (Steele, Lea, Flood 2014).
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
