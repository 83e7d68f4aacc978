import BatonMessages
import Testing

/// Bytes that a test's log names and does not quote.
struct HostilePayload: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let bytes: [UInt8]

    init(_ name: String, _ bytes: [UInt8]) {
        testDescription = name
        self.bytes = bytes
    }
}

@Suite struct HostilePayloadTests {
    static let payloads: [HostilePayload] = [
        HostilePayload("nothing", []), HostilePayload("a space", [0x20]), HostilePayload("a NUL", [0]),
        HostilePayload("no JSON", Array("hello".utf8)),
        HostilePayload("not UTF-8", Array(#"{"task": ""#.utf8) + [0xFF, 0xFE] + Array(#""}"#.utf8)),
        HostilePayload("a lone surrogate", Array(#"{"task": "\ud800"}"#.utf8)),
        HostilePayload("a byte order mark", [0xEF, 0xBB, 0xBF] + Array("{}".utf8)),
        HostilePayload("an array", Array("[]".utf8)), HostilePayload("a string", Array(#""x""#.utf8)),
        HostilePayload("null", Array("null".utf8)),
        HostilePayload("half an object", Array(#"{"task": "x""#.utf8)),
        HostilePayload("two values", Array("{} {}".utf8)),
        HostilePayload("a member twice", Array(#"{"task": 1, "task": 2}"#.utf8)),
        HostilePayload("deep nesting", Array((String(repeating: "[", count: 100_000)).utf8)),
        HostilePayload("deep objects", Array(String(repeating: #"{"a":"#, count: 100_000).utf8)),
        HostilePayload("an endless number", Array(#"{"epoch": 1e999999}"#.utf8)),
        HostilePayload("a large payload", [UInt8](repeating: UInt8(ascii: " "), count: 2 << 20)),
        HostilePayload("an empty object", Array("{}".utf8)),
    ]

    @Test("What no client of good will sends is refused with a reason, by every reader", arguments: payloads)
    func refused(payload: HostilePayload) {
        let readers: [([UInt8]) throws -> Void] = [
            { _ = try Request.decode($0) }, { _ = try TaskResult.decode($0) }, { _ = try Beat.decode($0) },
            { _ = try Decline.decode($0) }, { _ = try Presence.decode($0) }, { _ = try ArtifactGet.decode($0) },
            { _ = try ArtifactPut.decode($0) },
            { _ = try Mark.decode($0) }, { _ = try OrchestratorState.decode($0) }, { _ = try TaskCommand.decode($0) },
            { _ = try Control.decode($0) }, { _ = try Reply.decode($0) }, { _ = try RunSnapshot.decode($0) },
        ]
        for read in readers {
            let fault = #expect(throws: WireFault.self) { try read(payload.bytes) }
            #expect(fault?.reasons.isEmpty == false)
        }
    }

    @Test("A payload over the limit is not even parsed")
    func tooLarge() {
        let fault = #expect(throws: WireFault.self) {
            try TaskResult.decode([UInt8](repeating: UInt8(ascii: "{"), count: WireLimits.resultBytes + 1))
        }
        #expect(fault?.code == .tooLarge)
        #expect(fault?.reasons == ["the payload has 1048577 bytes; at most 1048576 are taken"])
    }

    @Test(
        "A name of a document that would leave its folder is refused",
        arguments: ["", "/etc/passwd", "../x", "a/../../b", "a//b", "a\\b", "a\u{0}b", "a\nb", "./a", "a/"])
    func names(name: String) {
        let document: JSON = ["name": .string(name), "content": "x"]
        let result: JSON = [
            "task": .string("\(Samples.task)"), "lease": .string("\(Samples.lease)"), "status": "completed",
            "summary": "", "artifacts": [document],
        ]
        let fault = FaultTests.fault { () throws(WireFault) in _ = try TaskResult.decode(result.bytes) }
        #expect(fault?.reasons.count == 1)
        #expect(fault?.reasons.first?.hasPrefix("artifacts[0].name ") == true)
    }

    @Test("Two documents of the same name in one result are refused")
    func twice() {
        let documents: JSON = [["name": "a_b.md", "content": "x"], ["name": "a-b.md", "content": "y"]]
        let result: JSON = [
            "task": .string("\(Samples.task)"), "lease": .string("\(Samples.lease)"), "status": "completed",
            "summary": "", "artifacts": documents,
        ]
        let fault = FaultTests.fault { () throws(WireFault) in _ = try TaskResult.decode(result.bytes) }
        #expect(fault?.reasons == ["artifacts[1].name names the same document as one before it"])
    }

    /// Random damage: whatever it is, a reader returns or throws, and never traps.
    @Test("Damaged messages never trap", arguments: 0..<4)
    func damaged(seed: Int) {
        var random = SplitMix(state: UInt64(seed))
        for message in FaultTests.messages {
            let original = message.json.bytes
            for _ in 0..<100 {
                var bytes = original
                for _ in 0..<Int.random(in: 1...4, using: &random) {
                    let index = Int.random(in: 0..<bytes.count, using: &random)
                    switch Int.random(in: 0..<4, using: &random) {
                    case 0: bytes[index] = UInt8.random(in: 0...255, using: &random)
                    case 1: bytes.remove(at: index)
                    case 2: bytes.insert(UInt8.random(in: 0...127, using: &random), at: index)
                    default: bytes.removeSubrange(index...)
                    }
                    if bytes.isEmpty { bytes = [0x7B] }
                }
                if let fault = message.decode(bytes) { #expect(!fault.reasons.isEmpty) }
            }
        }
    }
}

/// SplitMix64 (Steele, Lea, Flood 2014): the same seed gives the same damage.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
