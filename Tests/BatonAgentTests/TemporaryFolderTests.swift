import Foundation
import Testing

@testable import BatonAgent

struct TemporaryFolderTests {
    private final class Parent: Sendable {
        let url = FileManager.default.temporaryDirectory.appending(path: "baton-parent-\(UUID().uuidString)")
        init() throws { try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) }
        deinit { try? FileManager.default.removeItem(at: url) }
        var entries: [String] { (try? FileManager.default.contentsOfDirectory(atPath: url.path).sorted()) ?? [] }
    }

    @Test("A folder is for its user alone, and goes with the last reference to it")
    func removed() throws {
        let parent = try Parent()
        var folder: TemporaryFolder? = try TemporaryFolder(below: parent.url.path)
        let path = try #require(folder?.path)
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
        #expect(mode as? Int == 0o700)
        try FileManager.default.createDirectory(atPath: path + "/in", withIntermediateDirectories: true)
        try Data("x".utf8).write(to: URL(filePath: path + "/in/file"))
        folder = nil
        #expect(parent.entries.isEmpty)
    }

    @Test("What a killed process left is removed; what another one has, and what is something else, stays")
    func swept() throws {
        let parent = try Parent()
        let living = try TemporaryFolder(below: parent.url.path)
        try FileManager.default.createDirectory(
            at: parent.url.appending(path: "baton-contents-dead00/deep"), withIntermediateDirectories: true)
        try Data("x".utf8).write(to: parent.url.appending(path: "baton-contents-dead00/deep/film"))
        try FileManager.default.createDirectory(
            at: parent.url.appending(path: "other"), withIntermediateDirectories: true)
        let next = try TemporaryFolder(below: parent.url.path)
        let names = [living.path, next.path].map { URL(filePath: $0).lastPathComponent }
        #expect(parent.entries == (names + ["other"]).sorted())
    }

    @Test("A place where no folder can be made is said with the reason")
    func impossible() throws {
        let parent = try Parent()
        let file = parent.url.appending(path: "file")
        try Data().write(to: file)
        let error = #expect(throws: AgentError.self) { try TemporaryFolder(below: file.path) }
        #expect(error?.cause.contains("file") == true)
    }
}
