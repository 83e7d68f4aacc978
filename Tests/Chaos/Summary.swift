import BatonTestKit
import Foundation

/// The table at the end.
struct Summary {
    let options: ChaosOptions
    let report: AuditReport
    let faults: [Fault: Int]
    let starts: [(name: String, count: Int)]
    let seconds: Double

    func print() {
        Console.line("")
        for violation in report.violations.prefix(50) { row("VIOLATION", "\(violation)") }
        if report.violations.count > 50 { row("VIOLATION", "and \(report.violations.count - 50) more") }
        row("seed", "\(options.seed)")
        row("wall time", String(format: "%.0f s", seconds))
        row("faults", "\(faults.values.reduce(0, +))")
        for fault in Fault.allCases { row("  \(fault.rawValue)", "\(faults[fault] ?? 0)") }
        row("starts", starts.map { "\($0.name) \($0.count)" }.joined(separator: ", "))
        for (name, count) in report.counts.sorted(by: { $0.key < $1.key }) { row(name, "\(count)") }
        row("lost", "\(report.number(of: .lost))")
        row("doubled", "\(report.number(of: .doubled))")
        row("otherwise wrong", "\(report.number(of: .wrong))")
    }

    private func row(_ name: String, _ value: String) {
        Console.line(name.padding(toLength: max(44, name.count + 1), withPad: " ", startingAt: 0) + value)
    }
}
