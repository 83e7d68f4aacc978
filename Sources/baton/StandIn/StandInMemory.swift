import BatonClient
import Foundation

/// What stand-ins remember of a run: which activation of its step a task is.
///
/// A stand-in is a process that ends with its task, so this is a folder: a file for each step of each run, with a line
/// for each task. The same task (another attempt) keeps its place.
struct StandInMemory {
    struct Place: Equatable {
        /// Among all activations of the step, from 0.
        let inStep: Int
        /// Among those for the same item, from 0.
        let inItem: Int
    }

    let folder: String

    /// One for all who do not say which.
    static var common: String {
        FileManager.default.temporaryDirectory.appending(path: "baton-stand-in-\(getuid())").path
    }

    func place(of task: TaskCommand) throws -> Place {
        let run = folder + "/\(task.run)"
        try FileManager.default.createDirectory(atPath: run, withIntermediateDirectories: true)
        // A step's id may hold anything; its hash can be a file's name.
        let path = run + "/" + ContentHash.of(Array(task.step.utf8)).description.prefix(32)
        let descriptor = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Failure(path: path) }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        // Agents beside each other do tasks of the same step; the lock ends with the file.
        guard flock(descriptor, LOCK_EX) == 0 else { throw Failure(path: path) }
        let data = try file.readToEnd() ?? Data()
        let scope = task.item?["scope"]?.string ?? ""
        let own = "\(task.task) \(scope)"
        var lines = String(decoding: data, as: UTF8.self).split(separator: "\n").map(String.init)
        if !lines.contains(own) {
            try file.write(contentsOf: Data("\(own)\n".utf8))
            lines.append(own)
        }
        let position = lines.firstIndex(of: own) ?? 0
        let earlier = lines[..<position].count {
            $0.split(separator: " ", maxSplits: 1).dropFirst().first ?? "" == scope
        }
        return Place(inStep: position, inItem: earlier)
    }

    private struct Failure: Error, CustomStringConvertible {
        let path: String
        var description: String { "the stand-in's memory \(path) can't be read and written" }
    }
}
