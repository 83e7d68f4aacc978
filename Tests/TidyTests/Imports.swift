/// The table of docs/architecture.md: which module may import what.
enum Imports {
    /// The arrows between the project's own modules, and the packages that a module may use.
    static let allowed: [String: Set<String>] = [
        "BatonEngine": [],
        "BatonWorkflow": ["BatonEngine", "CYAML"],
        "BatonDocuments": ["BatonEngine"],
        "BatonMessages": ["BatonEngine", "Crypto"],
        "BatonStore": ["BatonEngine", "GRDB", "GRDBSQLite", "Crypto"],
        "BatonMQTT": ["CMosquitto"],
        "BatonOrchestrator": withService([
            "BatonStore", "BatonMQTT", "BatonMessages", "BatonWorkflow", "BatonDocuments", "BatonEngine",
        ]),
        "BatonAgent": withService(["BatonMQTT", "BatonMessages"]),
        "BatonModel": [
            "BatonAgent", "BatonMessages", "Logging", "AsyncHTTPClient", "NIOCore", "NIOPosix", "NIOSSL",
        ],
        "BatonClient": withService(["BatonMQTT", "BatonMessages"]),
        "BatonDashboard": withService([
            "BatonClient", "BatonDocuments", "BatonMetrics", "Hummingbird", "HummingbirdCore", "HummingbirdTLS",
            "NIOCore", "NIOSSL",
        ]),
        "BatonMetrics": ["CoreMetrics"],
        "baton": withService([
            "BatonOrchestrator", "BatonAgent", "BatonModel", "BatonClient", "BatonDashboard", "BatonMetrics",
            "BatonMQTT", "BatonWorkflow", "BatonDocuments", "BatonStore", "ArgumentParser", "Crypto",
        ]),
        "BatonTestKit": withService([
            "BatonOrchestrator", "BatonAgent", "BatonClient", "BatonStore", "BatonMQTT", "BatonMessages",
            "BatonWorkflow", "BatonDocuments", "BatonEngine",
        ]),
    ]

    /// Adds what a part of a long-running service may use.
    private static func withService(_ modules: Set<String>) -> Set<String> {
        modules.union(["Logging", "Metrics", "ServiceLifecycle", "UnixSignals", "Configuration"])
    }

    /// The modules of swift-collections: anywhere.
    static let collections: Set<String> = [
        "Collections", "OrderedCollections", "DequeModule", "HeapModule", "BitCollections", "HashTreeCollections",
    ]

    /// What comes with Swift: anywhere but in the engine.
    static let standard: Set<String> = [
        "Foundation", "FoundationEssentials", "Dispatch", "Synchronization", "Glibc", "Musl", "Darwin",
    ]

    /// The module of an import declaration; nil if the line is none.
    ///
    /// Knows attributes and access (`@preconcurrency public import struct A.B` → `A`).
    static func module(importedBy line: Substring) -> String? {
        var words = line.split(separator: " ")[...]
        while let word = words.first,
            word.hasPrefix("@") || ["public", "package", "internal", "fileprivate", "private"].contains(word)
        {
            words = words.dropFirst()
        }
        guard words.first == "import" else { return nil }
        words = words.dropFirst()
        if let kind = words.first,
            ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias"].contains(kind)
        {
            words = words.dropFirst()
        }
        return words.first?.split(separator: ".").first.map(String.init)
    }

    /// The imports of a source file that its module may not have.
    static func check(_ file: Repository.File) -> [Finding] {
        guard let module = file.module else { return [] }
        guard let allowed = allowed[module] else {
            return [Finding(path: file.path, line: 0, message: "the module \(module) is not in the table")]
        }
        return file.lines.enumerated().compactMap { index, line in
            guard let imported = Self.module(importedBy: line) else { return nil }
            if allowed.contains(imported) || collections.contains(imported) { return nil }
            if module != "BatonEngine", standard.contains(imported) { return nil }
            return Finding(path: file.path, line: index + 1, message: "\(module) may not import \(imported)")
        }
    }
}
