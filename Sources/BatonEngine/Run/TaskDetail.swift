import OrderedCollections

/// What an activation was made with, beyond its step. Most have none: what it holds lies beside them.
public indirect enum TaskDetail: Sendable, Equatable {
    /// It runs for this item.
    case item(Item)
    /// A for-each whose items are known.
    case items([Item])
    /// A for-each that learns after each round whether there is another.
    case openCycle
    /// A task that addresses what a review flagged.
    case fix(FixAssignment)
    /// The run that it stands for.
    case childRun(Identifier)
    /// A task that makes documents again; see `RunState+Reworking.swift`.
    case rework(Rework)
    /// A task that makes something as a person wants it; see `RunState+Approving.swift`.
    case amendment(Amendment)
}

/// One element of what a for-each runs over.
public struct Item: Sendable, Equatable {
    /// What it is called (`story`).
    public let name: String
    /// From 1.
    public let index: Int
    public let value: JSON
    /// For a group: its members, when they are known.
    public let members: [JSON]?
    /// A group that is none: what belongs to no group.
    public let isNameless: Bool

    public init(name: String, index: Int, value: JSON, members: [JSON]? = nil, isNameless: Bool = false) {
        self.name = name
        self.index = index
        self.value = value
        self.members = members
        self.isNameless = isNameless
    }

    /// Its part of the names of scopes (`story-2`); empty for a group that is none.
    public var segment: String {
        if isNameless { return "" }
        let plain = name.utf8.map { byte in
            let isLetter = byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z")
            let isDigit = byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
            return isLetter || isDigit ? byte : UInt8(ascii: "-")
        }
        return "\(String(decoding: plain, as: UTF8.self))-\(index)"
    }
}

/// What one owner is asked to fix.
public struct FixAssignment: Sendable, Equatable {
    public let role: String
    /// The names of flagged artifacts, in full.
    public let artifacts: [String]
    /// What the review says of each.
    public let reasons: [String]

    public init(role: String, artifacts: [String], reasons: [String]) {
        self.role = role
        self.artifacts = artifacts
        self.reasons = reasons
    }
}

// MARK: - The form in which the store keeps it

extension TaskDetail {
    public var json: JSON {
        switch self {
        case .item(let item): ["item": item.json]
        case .items(let items): ["items": .array(items.map(\.json))]
        case .openCycle: ["open": true]
        case .fix(let fix):
            [
                "role": .string(fix.role), "artifacts": .array(fix.artifacts.map { .string($0) }),
                "reasons": .array(fix.reasons.map { .string($0) }),
            ]
        case .childRun(let run): ["run": .string(run.description)]
        case .rework(let rework): ["rework": rework.json]
        case .amendment(let amendment): ["amendment": amendment.json]
        }
    }

    /// Reads a detail back; nil when it is none that this engine wrote.
    public init?(_ json: JSON) {
        if let item = json["item"] {
            guard let item = Item(item) else { return nil }
            self = .item(item)
        } else if let items = json["items"]?.array {
            let read = items.compactMap(Item.init)
            guard read.count == items.count else { return nil }
            self = .items(read)
        } else if json["open"]?.bool == true {
            self = .openCycle
        } else if let role = json["role"]?.string {
            self = .fix(
                FixAssignment(
                    role: role, artifacts: (json["artifacts"]?.array ?? []).compactMap(\.string),
                    reasons: (json["reasons"]?.array ?? []).compactMap(\.string)))
        } else if let run = json["run"]?.string.flatMap({ Identifier($0) }) {
            self = .childRun(run)
        } else if let rework = json["rework"].flatMap({ Rework($0) }) {
            self = .rework(rework)
        } else if let amendment = json["amendment"].flatMap({ Amendment($0) }) {
            self = .amendment(amendment)
        } else {
            return nil
        }
    }
}

extension Item {
    fileprivate var json: JSON {
        var fields: OrderedDictionary<String, JSON> = [
            "name": .string(name), "index": .int(Int64(index)), "value": value,
        ]
        if let members { fields["members"] = .array(members) }
        if isNameless { fields["nameless"] = true }
        return .object(fields)
    }

    fileprivate init?(_ json: JSON) {
        guard let name = json["name"]?.string, let index = json["index"]?.int, let value = json["value"] else {
            return nil
        }
        self.init(
            name: name, index: Int(index), value: value, members: json["members"]?.array,
            isNameless: json["nameless"]?.bool ?? false)
    }
}
