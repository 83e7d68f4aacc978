/// The path of an item inside nested for-eaches (`epic-1/story-2`); empty outside of all.
enum Scope {
    static func inside(_ scope: String, _ segment: String) -> String {
        if segment.isEmpty { return scope }
        return scope.isEmpty ? segment : "\(scope)/\(segment)"
    }

    /// The scope around this one; nil around the outermost.
    static func around(_ scope: String) -> String? {
        if scope.isEmpty { return nil }
        return scope.lastIndex(of: "/").map { String(scope[..<$0]) } ?? ""
    }

    /// This scope and those around it, from the inside out.
    static func chain(_ scope: String) -> some Sequence<String> {
        sequence(first: scope) { around($0) }
    }

    /// Whether `inner` is an item of `outer`, or of one of its items.
    static func contains(_ outer: String, _ inner: String) -> Bool {
        outer.isEmpty ? !inner.isEmpty : inner.hasPrefix(outer + "/")
    }

    /// The order of items: by the numbers at the ends of the segments.
    static func precedes(_ left: String, _ right: String) -> Bool {
        var lefts = left.split(separator: "/").makeIterator()
        var rights = right.split(separator: "/").makeIterator()
        while true {
            switch (lefts.next(), rights.next()) {
            case (nil, nil), (_?, nil): return false
            case (nil, _?): return true
            case (let left?, let right?):
                if left == right { continue }
                let (a, b) = (number(of: left), number(of: right))
                return a == b ? left < right : a < b
            }
        }
    }

    private static func number(of segment: Substring) -> Int {
        Int(segment[segment.index(after: segment.lastIndex(of: "-") ?? segment.startIndex)...]) ?? 0
    }
}
