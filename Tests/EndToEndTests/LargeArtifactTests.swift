import BatonTestKit
import Foundation
import Testing

extension EndToEnd {
    /// Documents that are too large for a message.
    @Suite struct LargeArtifactTests {
        private static let size = 8 << 20

        /// A workspace with a film, and a workflow that hands it on.
        private func prepared() throws -> (workspace: Workspace, library: URL, film: URL) {
            let workspace = try Workspace(persistentBroker: true)
            let library = try workspace.library(
                id: "film",
                sequence: """
                    - {agent: camera, id: shoot, creates: film.bin}
                    - {agent: cutter, id: cut, requires: film.bin, creates: notes.md}
                    """)
            let film = workspace.directory.appending(path: "film.bin")
            // Not text, and nowhere the same.
            var state: UInt64 = 0x9E37_79B9_7F4A_7C15
            var bytes: [UInt8] = []
            bytes.reserveCapacity(Self.size)
            while bytes.count < Self.size {
                state ^= state << 13
                state ^= state >> 7
                state ^= state << 17
                withUnsafeBytes(of: state) { bytes += $0 }
            }
            try Data(bytes).write(to: film)
            return (workspace, library, film)
        }

        private func files(_ workspace: Workspace) -> [String] {
            (try? FileManager.default.contentsOfDirectory(atPath: workspace.database + "-artifacts")) ?? []
        }

        /// The most memory that the orchestrator had, in MiB.
        private func peak(_ workspace: Workspace) throws -> Int {
            let lock = try String(contentsOfFile: workspace.database + ".lock", encoding: .utf8)
            let process = try #require(lock.split(separator: " ").compactMap { Int($0) }.first)
            let status = try String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
            let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") })
            return try #require(line.split(whereSeparator: { $0 == " " || $0 == "\t" }).compactMap { Int($0) }.first)
                >> 10
        }

        @Test("8 MiB come in ranges through a SIGKILL of the orchestrator, are one file, and go out the same")
        func large() async throws {
            let (workspace, library, film) = try prepared()
            let killed = try workspace.serve(library: library)
            let agents = [
                try workspace.start(
                    ["agent", "--role", "camera", "--id", "camera", "--exec", "cat '\(film.path)'"], name: "camera"),
                try workspace.start(
                    ["agent", "--role", "cutter", "--id", "cutter", "--exec", "wc -c"], name: "cutter"),
            ]
            let started = try await workspace.run(["start", "film", "--timeout", "30"])
            #expect(started.code == 0, "\(started)")
            try await workspace.wait(for: "a part of the film") {
                guard let half = files(workspace).first(where: { $0.hasSuffix(".half") }) else { return false }
                let path = workspace.database + "-artifacts/" + half
                var status = stat()
                return stat(path, &status) == 0 && status.st_size > 2 << 20
            }
            killed.signal(SIGKILL)
            _ = killed.waitUntilExit()
            let left = files(workspace)
            #expect(left.count == 1 && left[0].hasSuffix(".half"), "\(left)")

            let second = try workspace.serve(library: library, name: "second")
            try await workspace.wait(for: "the run's end") {
                try workspace.query("SELECT status FROM runs") == ["completed"]
            }
            let digest = try #require(
                try workspace.query("SELECT lower(hex(sha256)) FROM artifacts WHERE name = 'film.bin'").first)
            #expect(files(workspace) == [digest])
            #expect(
                try workspace.query("SELECT length(content), file_size FROM blobs WHERE file_size > 0") == [
                    "0|\(Self.size)"
                ])
            #expect(try workspace.query("SELECT max(attempt) FROM tasks") == ["1"])
            let memory = try peak(workspace)
            #expect(memory < 100, "\(memory) MiB")

            let run = try #require(try workspace.query("SELECT id FROM runs").first)
            let copy = workspace.directory.appending(path: "out")
            let exported = try await workspace.run(["export", run, "--to", copy.path])
            #expect(exported.code == 0, "\(exported)")
            let names = try FileManager.default.subpathsOfDirectory(atPath: copy.path)
            let name = try #require(names.first { $0.hasSuffix("film.bin") })
            #expect(try Data(contentsOf: copy.appending(path: name)) == Data(contentsOf: film))

            let archived = try await workspace.run(["archive", run, "--database", workspace.database, "--out", "a"])
            #expect(archived.code == 0, "\(archived)")
            // Alone, without the folder of the database.
            let elsewhere = workspace.directory.appending(path: "elsewhere")
            try FileManager.default.createDirectory(at: elsewhere, withIntermediateDirectories: true)
            let archive = elsewhere.appending(path: "a").path
            try FileManager.default.moveItem(atPath: workspace.directory.appending(path: "a").path, toPath: archive)
            for path in [archive, workspace.database] {
                let replayed = try await workspace.run(["replay", path])
                #expect(replayed.code == 0 && replayed.output.contains("the same"), "\(replayed)")
            }
            let changed = try runToEnd(
                URL(filePath: "/usr/bin/env"),
                ["sqlite3", archive, "UPDATE blob_pieces SET content = zeroblob(262144) WHERE at = 262144"],
                directory: workspace.directory)
            #expect(changed.code == 0, "\(changed)")
            let damaged = try await workspace.run(["replay", archive])
            #expect(damaged.code == 1 && damaged.output.contains("not what its hash says"), "\(damaged)")

            let forgotten = try await workspace.run(["forget", run])
            #expect(forgotten.code == 0, "\(forgotten)")
            try await workspace.wait(for: "the file to go") { files(workspace).isEmpty }
            second.signal(SIGTERM)
            #expect(second.waitUntilExit() == 0)
            withExtendedLifetime(agents) {}
        }

        @Test("What is too large is refused with the limit, and nothing of it is stored")
        func tooLarge() async throws {
            let (workspace, library, film) = try prepared()
            let orchestrator = try workspace.serve(
                library: library, environment: ["BATON_MAX_ARTIFACT_BYTES": "1000000"])
            let agent = try workspace.start(
                ["agent", "--role", "camera", "--id", "camera", "--exec", "cat '\(film.path)'"], name: "camera")
            let started = try await workspace.run(["start", "film", "--timeout", "30"])
            #expect(started.code == 0, "\(started)")
            try await workspace.wait(for: "the refusal") {
                try workspace.query("SELECT message FROM attempts").first?
                    .contains("the artifact has \(Self.size) bytes; at most 1000000 are taken") == true
            }
            #expect(files(workspace).isEmpty)
            orchestrator.signal(SIGTERM)
            #expect(orchestrator.waitUntilExit() == 0)
            withExtendedLifetime(agent) {}
        }
    }
}
