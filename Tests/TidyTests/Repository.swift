import Foundation

/// The files that the tests in this target look at: what git tracks, and what it would track.
struct Repository {
    struct File {
        /// Relative to the root.
        let path: String
        let text: String

        /// The lines without their ends; what follows the last newline is not a line.
        var lines: [Substring] {
            var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            if lines.last?.isEmpty == true { lines.removeLast() }
            return lines
        }

        /// `Sources/BatonStore/Store.swift` → `BatonStore`; nil for a file that is in no module.
        var module: String? {
            let parts = path.split(separator: "/")
            return parts.count > 2 && parts[0] == "Sources" ? String(parts[1]) : nil
        }
    }

    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// Every path in the repository; an unpacked archive has no index, so there the folders are walked.
    static let paths: [String] = {
        guard FileManager.default.fileExists(atPath: root.appending(path: ".git").path),
            let listing = try? git("ls-files", "--deduplicate", "-z", "--cached", "--others", "--exclude-standard")
        else { return walk() }
        return listing.split(separator: "\0").map(String.init).filter(exists)
    }()

    /// The Swift files of `Sources` and `Tests`, and the manifest.
    static let swift: [File] = paths.filter {
        $0.hasSuffix(".swift") && ($0.hasPrefix("Sources/") || $0.hasPrefix("Tests/") || $0 == "Package.swift")
    }.compactMap(read)

    /// Everything that is text.
    static let texts: [File] = paths.compactMap(read)

    static func exists(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: root.appending(path: path).path)
    }

    private static func read(_ path: String) -> File? {
        guard let data = try? Data(contentsOf: root.appending(path: path)), !data.contains(0),
            let text = String(data: data, encoding: .utf8)
        else { return nil }
        return File(path: path, text: text)
    }

    private static func walk() -> [String] {
        guard let below = FileManager.default.enumerator(atPath: root.path) else { return [] }
        var paths: [String] = []
        for case let path as String in below {
            if [".build", ".git", ".swiftpm"].contains(path) { below.skipDescendants() }
            var isFolder: ObjCBool = false
            if FileManager.default.fileExists(atPath: root.appending(path: path).path, isDirectory: &isFolder),
                !isFolder.boolValue
            {
                paths.append(path)
            }
        }
        return paths
    }

    private static func git(_ arguments: String...) throws -> String {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["git", "-C", root.path] + arguments
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw CocoaError(.fileReadUnknown) }
        return String(decoding: data, as: UTF8.self)
    }
}

/// What a rule finds wrong.
struct Finding: CustomStringConvertible, Equatable {
    let path: String
    /// From 1; 0: the file as a whole.
    let line: Int
    let message: String

    var description: String { line == 0 ? "\(path): \(message)" : "\(path):\(line): \(message)" }
}

extension [Finding] {
    /// One finding a line, for the message of an expectation.
    var report: String { map(\.description).joined(separator: "\n") }
}
