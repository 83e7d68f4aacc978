import Foundation
import Testing

@testable import BatonOrchestrator

@Suite struct BrokerLogTests {
    private func notices(_ lines: [String]) -> [String] {
        var log = BrokerLog()
        return lines.compactMap {
            log.read("2026-03-01T10:00:00: " + $0, isAgent: { ["eve", "ann"].contains($0) })?.text
        }
    }

    @Test("Says what was refused: publishes, wills, subscriptions, connections")
    func refusals() {
        #expect(
            notices([
                "Denied PUBLISH from eve (d0, q1, r0, m7, 'baton/v1/default/agent/ann/out/result', ... (22 bytes))",
                "New client connected from 127.0.0.1:5000 as eve (p5, c1, k30, u'eve').",
                "Will message specified (22 bytes) (r1, q1).", "\tbaton/v1/default/agent/ann/state",
                "eve 1 #", "eve 0 baton/v1/default/agent/ann/in/task", "eve 0 baton/v1/default/agent/eve/in/#",
                "Client eve disconnected due to oversize packet.", "Client <unknown> disconnected, not authorised.",
            ]) == [
                "eve published to baton/v1/default/agent/ann/out/result",
                "eve left a will for baton/v1/default/agent/ann/state, which is not published",
                "eve subscribed to #, and gets what is its own alone",
                "eve subscribed to baton/v1/default/agent/ann/in/task, and gets what is its own alone",
                "eve subscribed to baton/v1/default/agent/eve/in/#, and gets what is its own alone",
                "eve was disconnected due to oversize packet", "<unknown> was disconnected, not authorised",
            ])
    }

    @Test("Says nothing of what an agent may, of who is no agent, and of lines that it does not know")
    func nothing() {
        #expect(
            notices([
                "New client connected from 127.0.0.1:5000 as eve (p5, c1, k30, u'eve').",
                "Will message specified (22 bytes) (r1, q1).", "\tbaton/v1/team/agent/eve/state",
                "eve 1 baton/v1/team/agent/eve/in/+", "eve 1 baton/v1/team/agent/eve/state",
                "eve 1 baton/v1/team/orchestrator/state", "baton-default 1 baton/v1/team/req/+",
                "New client connected from 127.0.0.1:5001 as wall (p5, c1, k30, u'wall').",
                "Will message specified (22 bytes) (r1, q1).", "\tanything", "Client eve disconnected.",
                "Client eve has exceeded timeout, disconnecting.",
                "Client eve already connected, closing old connection.",
                "Sending PUBACK to eve (m1, rc135)", "", "mosquitto version 2.0.11 starting",
            ]) == [])
        var log = BrokerLog()
        #expect(log.read("", isAgent: { _ in true }) == nil)
        #expect(log.read("Denied PUBLISH from eve", isAgent: { _ in true }) == nil)
        #expect(log.read("t: Denied PUBLISH from ", isAgent: { _ in true }) == nil)
    }

    @Test("A will is of the connection before it")
    func wills() {
        #expect(
            notices([
                "New client connected from 127.0.0.1:5000 as eve (p5, c1, k30, u'eve').", "No will message specified.",
                "New client connected from 127.0.0.1:5001 as ann (p5, c1, k30, u'ann').",
                "Will message specified (22 bytes) (r1, q1).", "\tbaton/v1/default/agent/eve/state",
            ]) == ["ann left a will for baton/v1/default/agent/eve/state, which is not published"])
    }
}

@Suite struct FileTailTests {
    private let file = FileManager.default.temporaryDirectory.appending(path: "baton-test-tail-\(UUID().uuidString)")

    private func append(_ text: String) throws {
        let handle = try FileHandle(forWritingTo: file)
        try handle.seekToEnd()
        try handle.write(contentsOf: Data(text.utf8))
        try handle.close()
    }

    @Test("Gives whole lines as they come, from the end of what was there, and of a file that is another")
    func lines() throws {
        defer { try? FileManager.default.removeItem(at: file) }
        var absent = FileTail(path: file.path)
        #expect(absent.read(atMost: 100).lines.isEmpty)
        try Data("old\n".utf8).write(to: file)
        #expect(absent.read(atMost: 100).lines == ["old"])
        var tail = FileTail(path: file.path)
        #expect(tail.read(atMost: 100).lines.isEmpty)
        try append("one\ntw")
        #expect(tail.read(atMost: 100).lines == ["one"])
        try append("o\nthree\n")
        #expect(tail.read(atMost: 100).lines == ["two", "three"])
        // Emptied, as a rotation does that copies.
        try Data("4\n".utf8).write(to: file)
        #expect(tail.read(atMost: 100).lines == ["4"])
        // Replaced.
        try FileManager.default.removeItem(at: file)
        #expect(tail.read(atMost: 100).lines.isEmpty)
        try Data("another, and a longer one\n".utf8).write(to: file)
        #expect(tail.read(atMost: 100).lines == ["another, and a longer one"])
    }

    @Test("What is too much at once is passed over, and said")
    func bound() throws {
        defer { try? FileManager.default.removeItem(at: file) }
        try Data().write(to: file)
        var tail = FileTail(path: file.path)
        try append(String(repeating: "0123456789\n", count: 100) + "last\n")
        let (lines, leftOut) = tail.read(atMost: 27)
        #expect(lines.last == "last" && lines.count <= 4)
        #expect(leftOut == 1105 - 27)
        #expect(tail.read(atMost: 27).lines.isEmpty)
    }
}
