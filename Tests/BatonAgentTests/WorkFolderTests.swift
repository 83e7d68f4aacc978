import BatonMessages
import Foundation
import Testing

@testable import BatonAgent

struct WorkFolderTests {
    private final class Folder: Sendable {
        let url = FileManager.default.temporaryDirectory.appending(path: "baton-work-\(UUID().uuidString)")
        deinit { try? FileManager.default.removeItem(at: url) }
        var entries: [String] { (try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? [] }
    }

    private func outcome(
        _ script: String, _ command: TaskCommand = Samples.command(lease: 1), artifacts: [TaskArtifact] = [],
        in folder: Folder, keep: Bool = false
    ) async throws -> TaskOutcome {
        var handler = ExecHandler(command: script, timeout: .seconds(30))
        handler.workFolder = folder.url.path
        handler.keepsWorkFolders = keep
        return try await handler.handle(
            TaskContext(command: command, artifacts: artifacts, logger: CollectingLog().logger))
    }

    private func artifact(_ name: String, _ text: String) -> TaskArtifact {
        TaskArtifact(
            id: Samples.run.child(7), name: name, version: 1, mediaType: "text/markdown", content: Array(text.utf8))
    }

    @Test("The documents lie in the task's own folder, and the files that the step asks for are taken")
    func files() async throws {
        let folder = Folder()
        let command = Samples.command(
            lease: 1,
            creates: [CommandProduct(name: "prd.md"), CommandProduct(name: "stories/", isSet: true)],
            updates: [CommandProduct(name: "docs/brief.md"), CommandProduct(name: "kept.md")])
        let outcome = try await outcome(
            """
            test "$PWD" = "$BATON_WORKDIR" || exit 9
            grep -q '"step":"analyst-brief"' .baton/task.json || exit 8
            mkdir stories stories/deep
            cat docs/brief.md >prd.md
            echo more >>docs/brief.md
            echo one >stories/1.md; echo two >stories/deep/2.md
            echo scratch >notes.txt
            echo 'Wrote it all.'
            """, command, artifacts: [artifact("docs/brief.md", "# Brief\n"), artifact("kept.md", "same")], in: folder)
        #expect(outcome.error == nil, "\(outcome)")
        #expect(
            outcome.artifacts == [
                ArtifactDocument(name: "prd.md", body: .text("# Brief\n")),
                ArtifactDocument(name: "stories/1.md", body: .text("one\n")),
                ArtifactDocument(name: "stories/deep/2.md", body: .text("two\n")),
                ArtifactDocument(name: "docs/brief.md", body: .text("# Brief\nmore\n")),
            ])
        #expect(outcome.summary == "Wrote it all.")
        #expect(folder.entries.isEmpty)
    }

    @Test("The files of a set whose name has an extension are taken from either folder, once")
    func setsWithExtension() async throws {
        let folder = Folder()
        let command = Samples.command(
            lease: 1, creates: [CommandProduct(name: "new.md", isSet: true)],
            updates: [CommandProduct(name: "old.md", isSet: true)])
        let outcome = try await outcome(
            """
            mkdir new.md new old.md
            cat old/1.md >old.md/1.md; echo two >old/2.md
            echo one >new.md/1.md; echo two >new/2.md; echo three >new.md/3.md; echo three >new/3.md
            """, command, artifacts: [artifact("old/1.md", "first\n"), artifact("old/2.md", "second\n")], in: folder)
        #expect(outcome.error == nil, "\(outcome)")
        #expect(
            outcome.artifacts == [
                ArtifactDocument(name: "new/2.md", body: .text("two\n")),
                ArtifactDocument(name: "new/3.md", body: .text("three\n")),
                ArtifactDocument(name: "new/1.md", body: .text("one\n")),
                ArtifactDocument(name: "old/2.md", body: .text("two\n")),
            ])
    }

    @Test("A printed result counts, with the files that it does not have; text without files is the document")
    func both() async throws {
        let folder = Folder()
        let command = Samples.command(
            lease: 1, creates: [CommandProduct(name: "a.md"), CommandProduct(name: "b.md")])
        let printed = try await outcome(
            #"echo A >a.md; echo B >b.md; echo '{"artifacts":[{"name":"a.md","content":"mine"}],"facts":{"x":1}}'"#,
            command, in: folder)
        #expect(printed.artifacts.map(\.name.text) == ["a.md", "b.md"] && printed.facts == ["x": 1])
        #expect(printed.artifacts.first?.body == .text("mine") && printed.summary == "a.md, b.md")
        let plain = try await outcome("echo '# Brief'", in: folder)
        #expect(plain.artifacts == [ArtifactDocument(name: "brief.md", body: .text("# Brief\n"))])
    }

    @Test("Two attempts at the same task do not share a folder, and folders can be kept")
    func separate() async throws {
        let folder = Folder()
        for lease in [1, 1 << 60] as [UInt64] {
            var command = Samples.command(lease: lease)
            command.attempt = lease == 1 ? 1 : 2
            _ = try await outcome("ls >brief.md; cat brief.md", command, in: folder, keep: true)
        }
        #expect(folder.entries.count == 2)
        for entry in folder.entries {
            let brief = folder.url.appending(path: "\(entry)/brief.md")
            #expect(try String(contentsOf: brief, encoding: .utf8) == "brief.md\n")
            let mode = try FileManager.default.attributesOfItem(atPath: folder.url.appending(path: entry).path)
            #expect(mode[.posixPermissions] as? Int == 0o700)
        }
    }

    @Test("Links that lead out are not followed, neither as a file nor as a folder")
    func links() async throws {
        let folder = Folder()
        let secret = FileManager.default.temporaryDirectory.appending(path: "baton-secret-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: secret, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: secret) }
        try "secret".write(to: secret.appending(path: "key.md"), atomically: true, encoding: .utf8)
        let command = Samples.command(
            lease: 1,
            creates: [
                CommandProduct(name: "key.md", isOptional: true),
                CommandProduct(name: "in/key.md", isOptional: true),
                CommandProduct(name: "set/", isOptional: true, isSet: true),
                CommandProduct(name: "pipe.md", isOptional: true), CommandProduct(name: "ok.md"),
            ])
        let path = secret.path
        let outcome = try await outcome(
            """
            ln -s '\(path)/key.md' key.md; ln -s '\(path)' in; mkdir set; ln -s '\(path)' set/in
            ln -s '\(path)/key.md' set/key.md; mkfifo pipe.md; echo fine >ok.md
            """, command, in: folder)
        #expect(outcome.artifacts.map(\.name.text) == ["ok.md"], "\(outcome)")
        // What the links lead to is still there, and the folder is not.
        #expect(FileManager.default.fileExists(atPath: secret.appending(path: "key.md").path))
        #expect(folder.entries.isEmpty)
    }

    @Test("Documents whose names would leave the folder are refused before the program runs")
    func escapes() async throws {
        let folder = Folder()
        for name in ["../x.md", "/etc/x", "a/../../x", ".baton/task.json", ""] {
            let outcome = try await outcome("echo ran >&2; echo x", artifacts: [artifact(name, "x")], in: folder)
            #expect(outcome.error?.code == "workdir", "\(name)")
            #expect(outcome.error?.isRetryable == false)
        }
        let clash = try await outcome("echo x", artifacts: [artifact("a", "x"), artifact("a/b", "y")], in: folder)
        #expect(clash.error?.code == "workdir")
        #expect(folder.entries.isEmpty)
    }

    @Test("More than a result may have is not read to its end")
    func tooLarge() async throws {
        let outcome = try await outcome("truncate -s 20G brief.md", in: Folder())
        #expect(outcome.error?.code == "result_too_large" && outcome.error?.isRetryable == false)
    }

    @Test("A large document is laid out from its file, is taken when it was changed, and outlives the folder")
    func large() async throws {
        let folder = Folder()
        let elsewhere = Folder()
        try FileManager.default.createDirectory(at: elsewhere.url, withIntermediateDirectories: true)
        let content = (0..<(2 << 20)).map { UInt8(truncatingIfNeeded: $0 / 256 &* 7) }
        var given: [TaskArtifact] = []
        for name in ["same.bin", "cut.bin"] {
            let path = elsewhere.url.appending(path: name)
            try Data(content).write(to: path)
            given.append(TaskArtifact(Samples.artifact(name, content, isInline: false), file: path.path))
        }
        let command = Samples.command(
            lease: 1, creates: [CommandProduct(name: "copy.bin")],
            updates: [CommandProduct(name: "same.bin"), CommandProduct(name: "cut.bin")])
        let outcome = try await outcome(
            """
            cat same.bin >copy.bin
            printf changed | dd of=cut.bin conv=notrunc 2>/dev/null
            """, command, artifacts: given, in: folder)
        #expect(outcome.error == nil && outcome.artifacts.isEmpty, "\(outcome)")
        #expect(outcome.files.map(\.name.text) == ["copy.bin", "cut.bin"] && folder.entries.isEmpty)
        #expect(try outcome.files[0].content.digest() == ContentHash.of(content))
        #expect(try outcome.files[1].content.digest() == ContentHash.of(Array("changed".utf8) + content.dropFirst(7)))
        #expect(try given[1].content == content, "what the agent was given is not the program's")
    }

    @Test("A document of 200 MB is refused by its name, and not read")
    func hugeDocument() async throws {
        let command = Samples.command(
            lease: 1, creates: [CommandProduct(name: "small.md"), CommandProduct(name: "film.bin")])
        let outcome = try await outcome("echo x >small.md; truncate -s 200M film.bin", command, in: Folder())
        #expect(
            outcome.error
                == TaskError(
                    code: "result_too_large",
                    message: "the document “film.bin” has 209715200 bytes; at most 134217728 are taken",
                    isRetryable: false))
        #expect(outcome.artifacts.isEmpty && outcome.files.isEmpty)
    }

    @Test("A cancelled task leaves no folder")
    func cancel() async throws {
        let folder = Folder()
        let task = Task { try await outcome("echo begun >begun; sleep 600", in: folder) }
        while folder.entries.isEmpty { await Task.yield() }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(folder.entries.isEmpty)
    }
}
