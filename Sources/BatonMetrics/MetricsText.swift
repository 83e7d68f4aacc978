/// Prometheus' text format, version 0.0.4.
///
/// Source: https://prometheus.io/docs/instrumenting/exposition_formats/
struct MetricsText {
    private(set) var text = ""

    mutating func add(_ name: String, _ family: MetricsRegistry.Family, help: String?) {
        if let help { text += "# HELP \(name) \(Self.escaped(help, quotes: false))\n" }
        text += "# TYPE \(name) \(family.kind.rawValue)\n"
        for (labels, series) in family.series {
            for sample in series.samples {
                var all = labels.map { "\($0.name)=\"\(Self.escaped($0.value, quotes: true))\"" }
                if let label = sample.label { all.append("\(label.name)=\"\(label.value)\"") }
                let set = all.isEmpty ? "" : "{\(all.joined(separator: ","))}"
                text += "\(name)\(sample.suffix)\(set) \(Self.number(sample.value))\n"
            }
        }
    }

    /// Letters, digits and underscores, not beginning with a digit.
    static func name(_ label: String) -> String {
        let allowed = label.unicodeScalars.map { scalar -> Character in
            switch scalar {
            case "a"..."z", "A"..."Z", "0"..."9", "_": Character(scalar)
            default: "_"
            }
        }
        guard let first = allowed.first else { return "_" }
        return (first.isNumber ? "_" : "") + String(allowed)
    }

    /// Without a fraction where there is none.
    static func number(_ value: Double) -> String {
        guard value.isFinite else { return value.isNaN ? "NaN" : value < 0 ? "-Inf" : "+Inf" }
        return Int64(exactly: value).map(String.init) ?? "\(value)"
    }

    private static func escaped(_ text: String, quotes: Bool) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\n": escaped += "\\n"
            case "\"" where quotes: escaped += "\\\""
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
