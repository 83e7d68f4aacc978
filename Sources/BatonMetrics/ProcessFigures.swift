import Foundation

/// What the process itself takes, under the names that Prometheus' client libraries use.
///
/// Source: https://prometheus.io/docs/instrumenting/writing_clientlibs/#process-metrics
public struct ProcessFigures: Sendable {
    static let help = [
        "process_cpu_seconds_total": "Processor time in seconds.",
        "process_resident_memory_bytes": "Memory in bytes.",
        "process_open_fds": "Open file descriptors.",
        "process_start_time_seconds": "When the process began, in seconds since 1970.",
    ]

    private let begin = Date().timeIntervalSince1970

    /// Made when the process begins.
    public init() {}

    /// As lines of the text format; a figure that the system does not give is left out.
    public func text() -> String {
        var text = MetricsText()
        text.add("process_cpu_seconds_total", .init(kind: .counter, value: Self.processorSeconds), help: Self.help)
        if let memory = Self.residentBytes {
            text.add("process_resident_memory_bytes", .init(kind: .gauge, value: memory), help: Self.help)
        }
        if let files = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count {
            text.add("process_open_fds", .init(kind: .gauge, value: Double(files)), help: Self.help)
        }
        text.add("process_start_time_seconds", .init(kind: .gauge, value: begin), help: Self.help)
        return text.text
    }

    private static var processorSeconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    private static var residentBytes: Double? {
        guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else { return nil }
        let parts = text.split(separator: " ")
        guard parts.count > 1, let pages = Double(parts[1]) else { return nil }
        return pages * Double(sysconf(Int32(_SC_PAGESIZE)))
    }
}

extension MetricsText {
    fileprivate mutating func add(_ name: String, _ family: MetricsRegistry.Family, help: [String: String]) {
        add(name, family, help: help[name])
    }
}

extension MetricsRegistry.Family {
    fileprivate init(kind: MetricsRegistry.Kind, value: Double) {
        let series = GaugeSeries()
        series.set(value)
        self.init(kind: kind, series: [[]: series])
    }
}
