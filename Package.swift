// swift-tools-version: 6.2

import PackageDescription

/// Every target is compiled in the Swift 6 language mode and without a warning.
let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]

let package = Package(
    name: "baton",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "baton", targets: ["baton"]),
        .library(name: "BatonAgent", targets: ["BatonAgent"]),
        .library(name: "BatonClient", targets: ["BatonClient"]),
    ],
    dependencies: [
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    ],
    targets: [
        // The C libraries; SQLite comes through GRDB.
        .systemLibrary(name: "CMosquitto", pkgConfig: "libmosquitto", providers: [.apt(["libmosquitto-dev"])]),
        .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),

        // The pure core.
        .target(
            name: "BatonEngine",
            dependencies: [.product(name: "Collections", package: "swift-collections")],
            swiftSettings: strict),
        .target(name: "BatonWorkflow", dependencies: ["BatonEngine", "CYAML"], swiftSettings: strict),
        .target(name: "BatonDocuments", dependencies: ["BatonEngine"], swiftSettings: strict),
        .target(
            name: "BatonMessages",
            dependencies: ["BatonEngine", .product(name: "Crypto", package: "swift-crypto")],
            swiftSettings: strict),

        // Disk and wire.
        .target(
            name: "BatonStore",
            dependencies: [
                "BatonEngine",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
                .product(name: "Crypto", package: "swift-crypto"),
            ],
            swiftSettings: strict),
        .target(name: "BatonMQTT", dependencies: ["CMosquitto"], swiftSettings: strict),

        // The shells.
        .target(
            name: "BatonOrchestrator",
            dependencies: [
                "BatonStore", "BatonMQTT", "BatonMessages", "BatonWorkflow", "BatonDocuments", "BatonEngine",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "Configuration", package: "swift-configuration"),
                .product(name: "Collections", package: "swift-collections"),
            ],
            swiftSettings: strict),
        .target(
            name: "BatonAgent",
            dependencies: [
                "BatonMQTT", "BatonMessages",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict),
        .target(
            name: "BatonModel",
            dependencies: [
                "BatonAgent", "BatonMessages",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict),
        .target(
            name: "BatonClient",
            dependencies: [
                "BatonMQTT", "BatonMessages",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict),
        .target(
            name: "BatonDashboard",
            dependencies: [
                "BatonClient", "BatonDocuments", "BatonMetrics",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HummingbirdTLS", package: "hummingbird"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict),
        .target(
            name: "BatonMetrics",
            dependencies: [
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "Collections", package: "swift-collections"),
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "baton",
            dependencies: [
                "BatonOrchestrator", "BatonAgent", "BatonModel", "BatonClient", "BatonDashboard", "BatonMetrics",
                "BatonMQTT", "BatonWorkflow", "BatonDocuments", "BatonStore",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "Configuration", package: "swift-configuration"),
            ],
            swiftSettings: strict),

        // What the tests stand on: simulated and real surroundings.
        .target(
            name: "BatonTestKit",
            dependencies: [
                "BatonOrchestrator", "BatonAgent", "BatonClient", "BatonStore", "BatonMQTT", "BatonMessages",
                "BatonWorkflow", "BatonDocuments", "BatonEngine",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Collections", package: "swift-collections"),
                .product(name: "HeapModule", package: "swift-collections"),
            ],
            swiftSettings: strict),

        .testTarget(name: "BatonEngineTests", dependencies: ["BatonEngine", "BatonTestKit"], swiftSettings: strict),
        .testTarget(name: "BatonWorkflowTests", dependencies: ["BatonWorkflow"], swiftSettings: strict),
        .testTarget(
            name: "BatonDocumentsTests",
            dependencies: ["BatonDocuments", "BatonMessages", "BatonTestKit", "BatonWorkflow"], exclude: ["Golden"],
            swiftSettings: strict),
        .testTarget(
            name: "BatonMessagesTests", dependencies: ["BatonMessages", "BatonTestKit"], swiftSettings: strict),
        .testTarget(name: "BatonStoreTests", dependencies: ["BatonStore", "BatonTestKit"], swiftSettings: strict),
        .testTarget(name: "BatonMQTTTests", dependencies: ["BatonMQTT", "BatonTestKit"], swiftSettings: strict),
        .testTarget(
            name: "BatonOrchestratorTests", dependencies: ["BatonOrchestrator", "BatonTestKit"],
            swiftSettings: strict),
        .testTarget(name: "BatonAgentTests", dependencies: ["BatonAgent", "BatonTestKit"], swiftSettings: strict),
        .testTarget(name: "BatonModelTests", dependencies: ["BatonModel", "BatonTestKit"], swiftSettings: strict),
        .testTarget(name: "BatonClientTests", dependencies: ["BatonClient", "BatonTestKit"], swiftSettings: strict),
        .testTarget(
            name: "BatonDashboardTests", dependencies: ["BatonDashboard", "BatonTestKit"], swiftSettings: strict),
        .testTarget(name: "BatonMetricsTests", dependencies: ["BatonMetrics"], swiftSettings: strict),
        .testTarget(name: "EndToEndTests", dependencies: ["baton", "Chaos", "BatonTestKit"], swiftSettings: strict),
        .testTarget(name: "TidyTests", swiftSettings: strict),
        .executableTarget(
            name: "Benchmarks", dependencies: ["BatonDashboard", "BatonClient", "BatonTestKit"],
            path: "Tests/Benchmarks", swiftSettings: strict),
        .executableTarget(name: "Chaos", dependencies: ["BatonTestKit"], path: "Tests/Chaos", swiftSettings: strict),
        .executableTarget(
            name: "Simulate", dependencies: ["BatonTestKit"], path: "Tests/Simulate", swiftSettings: strict),
        .executableTarget(name: "Fuzz", dependencies: ["BatonWorkflow"], path: "Tests/Fuzz", swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6]
)
