/// A value, and where it is written.
struct Written<Value: Sendable>: Located, Sendable {
    let value: Value
    let line: Int
    let column: Int

    init(_ value: Value, at place: some Located) {
        self.value = value
        line = place.line
        column = place.column
    }
}

extension Written: Equatable where Value: Equatable {}
