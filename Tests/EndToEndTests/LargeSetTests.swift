import BatonTestKit
import Foundation
import Testing

extension EndToEnd {
    /// Large documents through everything that touches them: no process ever has one in its memory.
    @Suite struct LargeSetTests {
        /// More than is inline, and less than what is a file for an agent, in bytes.
        private static let small = 600 << 10
        private static let large = 24 << 20
        /// What a process may have more for the large one, in KiB: less than the document has.
        private static let room = 16 << 10

        /// A run of the film, until it has ended.
        private struct Showing {
            let run: String
            /// The most memory of each command, in KiB.
            var peaks: [String: Int] = [:]
        }

        private let workspace: Workspace

        init() throws { workspace = try Workspace() }

        private func digest(_ path: String) throws -> Substring? {
            let sum = try runToEnd(
                URL(filePath: "/usr/bin/env"), ["sha256sum", path], directory: workspace.directory)
            return sum.output.split(separator: " ").first
        }

        private func contents() -> [String] {
            (try? FileManager.default.contentsOfDirectory(atPath: workspace.database + "-artifacts")) ?? []
        }

        /// Writes a film that is nowhere the same, runs the workflow, and reads the result in every way.
        private func show(_ size: Int, _ name: String) async throws -> Showing {
            let film = workspace.directory.appending(path: "film.bin").path
            let made = try runToEnd(
                URL(filePath: "/usr/bin/env"),
                ["sh", "-c", "head -c \(size) /dev/urandom >'\(film)'"],
                directory: workspace.directory)
            try #require(made.code == 0, "\(made)")
            let started = try await workspace.run(["start", "film"])
            try #require(started.code == 0, "\(started)")
            let run = try #require(
                try workspace.query("SELECT id FROM runs ORDER BY number DESC LIMIT 1").first)
            var showing = Showing(run: run)
            async let live = workspace.measured(
                ["export", run, "--to", "live-\(name)", "--live"], output: "live-\(name).out")
            try await workspace.wait(.seconds(150), for: "the end of \(run)") {
                try workspace.query("SELECT status FROM runs WHERE id = '\(run)'") == ["completed"]
            }
            let kept = try await live
            #expect(kept.code == 0, "\(kept)")
            showing.peaks["export --live"] = kept.peak
            for (command, arguments) in [
                ("export", ["export", run, "--to", "set-\(name)"]), ("verify", ["verify", "set-\(name)"]),
                ("cat", ["cat", run, "film.bin"]),
                ("archive", ["archive", run, "--database", workspace.database, "--out", "archive-\(name)"]),
                ("replay", ["replay", "archive-\(name)"]),
            ] {
                let ended = try await workspace.measured(arguments, output: "\(command).out")
                #expect(ended.code == 0, "\(command): \(ended)")
                showing.peaks[command] = ended.peak
            }
            let original = try digest(film)
            #expect(try digest("cat.out") == original)
            for folder in ["live", "set"] {
                let files = workspace.directory.appending(path: "\(folder)-\(name)")
                let names = try FileManager.default.subpathsOfDirectory(atPath: files.path)
                let copy = try #require(names.first { $0.hasSuffix("film.bin") })
                #expect(try digest("\(folder)-\(name)/\(copy)") == original)
                #expect(try await workspace.run(["verify", "\(folder)-\(name)"]).code == 0)
            }
            return showing
        }

        @Test("24 MiB go through agents and every command, in no process's memory, and go when the run is forgotten")
        func throughAll() async throws {
            let library = try workspace.library(
                id: "film",
                sequence: """
                    - {agent: camera, id: shoot, creates: film.bin}
                    - {agent: cutter, id: cut, requires: film.bin, updates: film.bin, creates: copy.bin}
                    """)
            let film = workspace.directory.appending(path: "film.bin").path
            let orchestrator = try workspace.serve(library: library)
            // One prints the document, the other finds it as a file and leaves one.
            let processes = [
                "orchestrator": orchestrator,
                "camera": try workspace.start(
                    ["agent", "--role", "camera", "--id", "camera", "--exec", "cat '\(film)'"], name: "camera"),
                "cutter": try workspace.start(
                    [
                        "agent", "--role", "cutter", "--id", "cutter", "--workdir", "work", "--exec",
                        "{ cat film.bin; echo cut; } >copy.bin",
                    ], name: "cutter"),
            ]
            var peaks: [String: [Int]] = [:]
            var runs: [String] = []
            for (size, name) in [(Self.small, "small"), (Self.small, "small"), (Self.large, "large")] {
                var showing = try await show(size, runs.count == 1 ? "again" : name)
                for (name, process) in processes {
                    showing.peaks[name] = try Workspace.peak(of: process.identifier)
                }
                for (name, peak) in showing.peaks { peaks[name, default: []].append(peak) }
                runs.append(showing.run)
            }
            for (name, peaks) in peaks {
                #expect(peaks[2] < 100 << 10, "\(name): \(peaks) KiB")
                #expect(peaks[2] - peaks[1] < Self.room, "\(name): \(peaks) KiB")
            }
            // Nothing of it stays with the agent.
            #expect(
                try FileManager.default.contentsOfDirectory(
                    atPath: workspace.directory.appending(path: "work").path
                ).flatMap { name in
                    try FileManager.default.subpathsOfDirectory(
                        atPath: workspace.directory.appending(path: "work/\(name)").path)
                } == [])

            // A film and a copy for each.
            #expect(contents().count == 6, "\(contents())")
            for (run, left) in zip(runs.reversed(), [4, 2, 0]) {
                let forgotten = try await workspace.run(["forget", run])
                #expect(forgotten.code == 0, "\(forgotten)")
                try await workspace.wait(for: "the files to go") { contents().count == left }
            }
            orchestrator.signal(SIGTERM)
            #expect(orchestrator.waitUntilExit() == 0)
        }

        @Test("A content that two runs have stays until the last of them is forgotten")
        func shared() async throws {
            let library = try workspace.library(id: "film", sequence: "- {agent: camera, id: shoot, creates: film.bin}")
            let orchestrator = try workspace.serve(library: library)
            let agent = try workspace.start(
                [
                    "agent", "--role", "camera", "--id", "camera", "--exec",
                    "head -c \(Self.small) /dev/zero | tr '\\0' x",
                ], name: "camera")
            for _ in 1...2 {
                #expect(try await workspace.run(["start", "film", "--wait", "--timeout", "60"]).code == 0)
            }
            let runs = try workspace.query("SELECT id FROM runs ORDER BY number")
            #expect(runs.count == 2 && contents().count == 1)
            #expect(try await workspace.run(["forget", runs[0]]).code == 0)
            let read = try await workspace.measured(["cat", runs[1], "film.bin"], output: "film")
            #expect(read.code == 0 && contents().count == 1, "\(read)")
            #expect(
                try workspace.directory.appending(path: "film").resourceValues(forKeys: [.fileSizeKey]).fileSize
                    == Self.small)
            #expect(try await workspace.run(["forget", runs[1]]).code == 0)
            try await workspace.wait(for: "the file to go") { contents().isEmpty }
            withExtendedLifetime(agent) {}
            orchestrator.signal(SIGTERM)
            #expect(orchestrator.waitUntilExit() == 0)
        }
    }
}
