/// A body that runs once per item, each time in a scope of its own (`epic-1/story-2`).
public struct ForEach: Codable, Sendable, Equatable {
    /// Where the items come from.
    public enum Items: Codable, Sendable, Equatable {
        /// Numbers from 1.
        case count(Int)
        case list([JSON])
        /// `for_each: {in: EXPR}`.
        case expression(Expression)
        /// The first of these facts that is a list. With none of them the cycle is open: after each round the fact
        /// `more` says whether there is another.
        case facts([String], more: String)
        /// The groups of a cycle that runs once per member: of the members that the fact `members` lists, by what
        /// their field `keys` says; else the elements of the first fact in `groups` that is a list; else a single
        /// group without a scope.
        case groups(keys: [String], groups: [String], members: [String])
        /// Inside a group: its members, or an open cycle as with `facts`.
        case members(field: [String], more: String)
    }

    public let items: Items
    /// What one item is called: it begins the name of its scope, and expressions may read it by this name.
    public let item: String
    /// The element that runs per item.
    public let body: Int
    /// How many items run side by side.
    public let maxParallel: Int
    /// At most so many rounds of an open cycle; then a person decides.
    public let maxItems: Int
    /// The first item that fails ends the others.
    public let failsFast: Bool

    public init(
        items: Items, item: String, body: Int, maxParallel: Int = 1, maxItems: Int = 1000, failsFast: Bool = false
    ) {
        self.items = items
        self.item = item
        self.body = body
        self.maxParallel = maxParallel
        self.maxItems = maxItems
        self.failsFast = failsFast
    }
}

/// A body that runs until an expression holds.
public struct Loop: Codable, Sendable, Equatable {
    public let until: Expression
    public let body: Int
    /// At most so many rounds; then a person decides.
    public let maxRounds: Int

    public init(until: Expression, body: Int, maxRounds: Int = 3) {
        self.until = until
        self.body = body
        self.maxRounds = maxRounds
    }
}

/// A review, and the step that addresses what it found: they alternate until the review is content.
public struct ReviewLoop: Codable, Sendable, Equatable {
    public let review: Int
    /// Its condition says whether anything is left to do.
    public let fix: Int
    /// Counts reviews; at the bound a person decides.
    public let maxRounds: Int

    public init(review: Int, fix: Int, maxRounds: Int = 3) {
        self.review = review
        self.fix = fix
        self.maxRounds = maxRounds
    }
}

/// Tasks to those who own what a review flagged, side by side.
public struct FixFlagged: Codable, Sendable, Equatable {
    /// The step whose verdict flags artifacts.
    public let review: Int
    /// The agent step that is activated once per owner. Its roles are empty when the owners do the work, else one task
    /// goes to its role.
    public let task: Int

    public init(review: Int, task: Int) {
        self.review = review
        self.task = task
    }
}
