import Foundation

/// A measured number, with the bound that it must keep.
struct Figure: Codable {
    let name: String
    let value: Double
    let unit: String
    /// `higher` or `lower`.
    let better: String
    /// The least (or most) that is acceptable; nil: told for information.
    let floor: Double?

    init(_ name: String, _ value: Double, _ unit: String, atLeast floor: Double) {
        (self.name, self.value, self.unit, better, self.floor) = (name, value, unit, "higher", floor)
    }

    init(_ name: String, _ value: Double, _ unit: String, atMost floor: Double) {
        (self.name, self.value, self.unit, better, self.floor) = (name, value, unit, "lower", floor)
    }

    /// For information.
    init(_ name: String, _ value: Double, _ unit: String, better: String) {
        (self.name, self.value, self.unit, self.better, floor) = (name, value, unit, better, nil)
    }

    var holds: Bool {
        guard let floor else { return true }
        return better == "higher" ? value >= floor : value <= floor
    }

    static func table(_ figures: [Figure]) -> String {
        func row(_ columns: [String]) -> String { "| " + columns.joined(separator: " | ") + " |" }
        func text(_ value: Double) -> String {
            abs(value) >= 100 ? String(format: "%.0f", value) : String(format: "%.2f", value)
        }
        let rows = figures.map { figure in
            row([
                figure.name, text(figure.value), figure.unit,
                figure.floor.map { (figure.better == "higher" ? "≥ " : "≤ ") + text($0) } ?? "",
                figure.floor == nil ? "" : figure.holds ? "yes" : "NO",
            ])
        }
        return ([row(["figure", "value", "unit", "bound", "holds"]), "|---|---|---|---|---|"] + rows).joined(
            separator: "\n")
    }

    static func write(_ figures: [Figure], to path: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try encoder.encode(figures).write(to: URL(fileURLWithPath: path))
    }
}

extension [Double] {
    func quantile(_ fraction: Double) -> Double {
        guard !isEmpty else { return 0 }
        let sorted = sorted()
        return sorted[Swift.min(sorted.count - 1, Int(fraction * Double(sorted.count)))]
    }

    var median: Double { quantile(0.5) }
}
