/// A word of an expression.
struct ExpressionToken {
    enum Kind: Equatable {
        case name(String)
        /// Between backquotes: the name of a member that is no identifier.
        case quotedName(String)
        /// Without its sign: 2^63 is read, so that -2^63 can be.
        case int(UInt64)
        case double(Double)
        case string(String)
        /// An operator, a bracket, a comma and the like.
        case symbol(String)
        case end
    }

    let kind: Kind
    /// In UTF-8 bytes from the start of the expression.
    let offset: Int
    /// Behind its last byte.
    let end: Int

    func isSymbol(_ symbol: String) -> Bool { kind == .symbol(symbol) }
}

extension ExpressionToken: CustomStringConvertible {
    /// As messages name it.
    var description: String {
        switch kind {
        case .name(let name): "'\(name.clipped)'"
        case .quotedName(let name): "'`\(name.clipped)`'"
        case .int, .double: "a number"
        case .string: "a string"
        case .symbol(let symbol): "'\(symbol)'"
        case .end: "the end"
        }
    }
}
