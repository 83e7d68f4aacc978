import Foundation

/// What the command line asks for.
struct ChaosOptions {
    struct Usage: Error, CustomStringConvertible {
        let description: String
    }

    /// For how long faults happen and runs begin.
    var duration = Duration.seconds(300)
    /// How many runs are under way at once.
    var runs = 40
    var seed = UInt64.random(in: 1...1_000_000_000)
    /// The mean time from one fault to the next.
    var pace = Duration.seconds(2)
    var baton: URL
    var folder: URL

    init(_ arguments: [String]) throws {
        let here = URL(filePath: CommandLine.arguments[0]).standardizedFileURL.deletingLastPathComponent()
        baton = here.appending(path: "baton")
        var folder: URL?
        var rest = arguments[...]
        func number(_ name: String, _ text: String) throws -> Double {
            guard let value = Double(text), value > 0 else {
                throw Usage(description: "\(name) takes a number above 0, not \(text)")
            }
            return value
        }
        while let name = rest.popFirst() {
            guard let value = rest.popFirst() else { throw Usage(description: "\(name) takes a value") }
            switch name {
            case "--minutes": duration = .seconds(try number(name, value) * 60)
            case "--seconds": duration = .seconds(try number(name, value))
            case "--runs": runs = max(1, Int(try number(name, value)))
            case "--seed": seed = UInt64(try number(name, value))
            case "--pace": pace = .seconds(try number(name, value))
            case "--baton": baton = URL(filePath: value)
            case "--folder": folder = URL(filePath: value)
            default: throw Usage(description: "\(name) is not known; --minutes --seconds --runs --seed --pace are")
            }
        }
        guard FileManager.default.isExecutableFile(atPath: baton.path) else {
            throw Usage(description: "there is no program \(baton.path): build it first, or name it with --baton")
        }
        let place = folder ?? FileManager.default.temporaryDirectory.appending(path: "baton-chaos-\(seed)")
        // What an earlier round left would be taken for lost by this one.
        let left = (try? FileManager.default.contentsOfDirectory(atPath: place.path)) ?? []
        guard left.isEmpty else {
            throw Usage(description: "\(place.path) has an earlier round in it: remove it, or name another --folder")
        }
        self.folder = place
    }
}
