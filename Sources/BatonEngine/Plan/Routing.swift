/// A decision among named ways to go on. The way taken becomes a fact under its name and as `<route>_path`.
public struct Routes: Codable, Sendable, Equatable {
    public struct Route: Codable, Sendable, Equatable {
        public let name: String
        /// The element that runs; nil goes on with what follows.
        public let body: Int?
        /// The run is complete after the body: nothing that follows is run.
        public let endsRun: Bool

        public init(name: String, body: Int?, endsRun: Bool = false) {
            self.name = name
            self.body = body
            self.endsRun = endsRun
        }
    }

    /// The fact that holds the name of a route, and where it comes from.
    public let selector: Condition
    public let routes: [Route]
    /// For people who are asked.
    public let question: String
    /// Without an answer, a run that does not ask takes the first route.
    public let defaultsToFirst: Bool

    public init(selector: Condition, routes: [Route], question: String, defaultsToFirst: Bool = false) {
        self.selector = selector
        self.routes = routes
        self.question = question
        self.defaultsToFirst = defaultsToFirst
    }
}

/// `switch`: the first block whose expression holds.
public struct Switch: Codable, Sendable, Equatable {
    public struct Case: Codable, Sendable, Equatable {
        /// Nil: `else`.
        public let when: Expression?
        public let body: Int

        public init(when: Expression?, body: Int) {
            self.when = when
            self.body = body
        }
    }

    public let cases: [Case]

    public init(cases: [Case]) { self.cases = cases }
}

/// A run of another workflow as a step: its artifacts and facts come back when it is completed.
public struct ChildRun: Codable, Sendable, Equatable {
    /// The id of the workflow.
    public let workflow: String
    /// Start inputs beside those of this run, by name.
    public let inputs: [String: Expression]
    /// What it is given; every artifact if it names nothing.
    public let requires: [Requirement]

    public init(workflow: String, inputs: [String: Expression] = [:], requires: [Requirement] = []) {
        self.workflow = workflow
        self.inputs = inputs
        self.requires = requires
    }
}
