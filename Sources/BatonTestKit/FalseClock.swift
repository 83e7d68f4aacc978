import Foundation

/// libfaketime, which gives a program another clock while it runs: Debian's package `faketime`.
public struct FalseClock: Sendable {
    private let library: String
    private let file: URL

    /// - Parameter folder: where the file lies that says which clock it is.
    /// - Returns: nil when libfaketime is not installed.
    public init?(folder: URL) {
        let libraries = (try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib")) ?? []
        let found = libraries.map { "/usr/lib/\($0)/faketime/libfaketimeMT.so.1" }
            .first { FileManager.default.fileExists(atPath: $0) }
        guard let found else { return nil }
        library = found
        file = folder.appending(path: "clock")
        set(offsetSeconds: 0)
    }

    public var environment: [String: String] {
        [
            "LD_PRELOAD": library, "FAKETIME_TIMESTAMP_FILE": file.path, "FAKETIME_CACHE_DURATION": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            // The library sets this when it is loaded. Adding a variable moves the environment, from whose place on the
            // stack Swift finds the arguments: there it only replaces one.
            "FAKETIME_SHARED": "/faketime_sem_0 /faketime_shm_0",
        ]
    }

    /// Within a second the program's clock is so far from the real one.
    public func set(offsetSeconds: Int) {
        let text = offsetSeconds < 0 ? "\(offsetSeconds)" : "+\(offsetSeconds)"
        try? "\(text)\n".write(to: file, atomically: true, encoding: .utf8)
    }
}
