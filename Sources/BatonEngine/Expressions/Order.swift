/// How two values stand to each other.
enum Order {
    case less, equal, greater

    /// Exact, where a conversion to double would round; nil if one of them is NaN or no number.
    init?(numbers left: JSON, _ right: JSON) {
        switch (left, right) {
        case (.int(let a), .int(let b)): self = a < b ? .less : a == b ? .equal : .greater
        case (.double(let a), .double(let b)): self.init(a, b)
        case (.int(let a), .double(let b)): self.init(a, b)
        case (.double(let a), .int(let b)):
            guard let order = Order(b, a) else { return nil }
            self = order.reversed
        default: return nil
        }
    }

    private init?(_ a: Double, _ b: Double) {
        guard !a.isNaN, !b.isNaN else { return nil }
        self = a < b ? .less : a == b ? .equal : .greater
    }

    private init?(_ a: Int64, _ b: Double) {
        guard !b.isNaN else { return nil }
        guard b >= -0x1p63 else {
            self = .greater
            return
        }
        guard b < 0x1p63 else {
            self = .less
            return
        }
        let whole = b.rounded(.down)
        let floor = Int64(whole)
        self = a > floor ? .greater : a < floor || whole < b ? .less : .equal
    }

    private var reversed: Order {
        switch self {
        case .less: .greater
        case .equal: .equal
        case .greater: .less
        }
    }
}
