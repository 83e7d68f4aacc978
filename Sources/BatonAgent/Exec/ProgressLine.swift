import BatonMessages

/// A line by which a program says how far it is: `40 % reading`, `40%`, `{"percent": 40, "message": "reading"}`, or any
/// other text, which is a message without a number.
struct ProgressLine: Sendable, Equatable {
    /// 0…100.
    var percent: Double?
    var message: String?

    init(percent: Double? = nil, message: String? = nil) {
        self.percent = percent
        self.message = message
    }

    init(_ line: String) {
        if let json = try? JSON.parse(Array(line.utf8)), case .object = json {
            self.init(percent: Self.bounded(json["percent"]?.double), message: json["message"]?.string)
            return
        }
        let text = line.drop { $0 == " " || $0 == "\t" }
        let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        let rest = text.dropFirst(digits.count).drop { $0 == " " }
        guard rest.first == "%", let percent = Self.bounded(Double(String(digits))) else {
            self.init(message: line)
            return
        }
        let message = rest.dropFirst().drop { $0 == " " || $0 == ":" }
        self.init(percent: percent, message: message.isEmpty ? nil : String(message))
    }

    private static func bounded(_ percent: Double?) -> Double? {
        guard let percent, percent.isFinite else { return nil }
        return min(max(percent, 0), 100)
    }
}
