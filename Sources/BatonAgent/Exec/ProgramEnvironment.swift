import Glibc

/// What a program finds in its environment: little, and what it is given by name.
///
/// An agent's own environment may hold its password for the broker or the keys of other services; a program that was
/// written by a model, or asks one, should not find them by chance.
public struct ProgramEnvironment: Sendable, Equatable {
    /// What a program cannot do without: where programs and the home are, the language, the time zone, the terminal.
    public static let always: Set<String> = [
        "PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LANGUAGE", "TZ", "TMPDIR", "TERM",
    ]

    /// Names of variables that are passed on from this process, beside ``always`` and `LC_…`; those that are not there
    /// are left out.
    public var passedOn: Set<String>
    /// Variables with values of their own.
    public var values: [String: String]
    /// Passes everything on.
    public var passesAll: Bool

    public init(passedOn: Set<String> = [], values: [String: String] = [:], passesAll: Bool = false) {
        self.passedOn = passedOn
        self.values = values
        self.passesAll = passesAll
    }

    /// Reads what `--env` was given: `NAME` passes a variable on, `NAME=VALUE` sets one, `*` passes all on.
    public init(parsing words: [String]) throws(AgentError) {
        self.init()
        for word in words {
            if word == "*" {
                passesAll = true
                continue
            }
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = String(parts[0])
            guard Self.isName(name) else {
                throw AgentError(
                    .configuration, "“\(name.prefix(80))” cannot be the name of a variable: A–Z, a–z, 0–9 and _")
            }
            guard !word.utf8.contains(0) else {
                throw AgentError(.configuration, "the value of \(name) contains a NUL")
            }
            if parts.count == 2 { values[name] = String(parts[1]) } else { passedOn.insert(name) }
        }
    }

    /// `NAME=value` each, with what `own` says in place of anything else of that name.
    func entries(own: [String: String]) -> [String] {
        var variables: [String: String] = [:]
        var entry = environ
        while let text = entry.pointee {
            let words = String(cString: text).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if words.count == 2, isPassedOn(String(words[0])) { variables[String(words[0])] = String(words[1]) }
            entry += 1
        }
        variables.merge(values) { $1 }
        variables.merge(own) { $1 }
        // A NUL cannot stand in an environment.
        return variables.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value.prefix { $0 != "\0" })" }
    }

    private func isPassedOn(_ name: String) -> Bool {
        passesAll || passedOn.contains(name) || Self.always.contains(name) || name.hasPrefix("LC_")
    }

    private static func isName(_ text: String) -> Bool {
        guard let first = text.utf8.first, first < UInt8(ascii: "0") || first > UInt8(ascii: "9") else { return false }
        return text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
                true
            default: false
            }
        }
    }
}
