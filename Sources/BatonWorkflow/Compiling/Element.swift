import BatonEngine

/// An element of a plan before it has a place there: a step of the file, or what its prose implies.
struct Element {
    indirect enum Shape {
        /// An agent's task, or guidance.
        case leaf
        case block([Element], Order)
        case parallel([Element], Join, failsFast: Bool)
        case forEach(Cycle, body: Element)
        case loop(until: Written<String>, body: Element)
        case review(Element, fix: Element)
        case fixFlagged(task: Element)
        case routes([(name: String, body: Element?, endsRun: Bool)], isPaths: Bool)
        case choice([(when: Written<String>?, body: Element)])
        case workflow(Written<String>, inputs: [(name: String, value: Written<String>)])
    }

    /// Over what a body runs.
    struct Cycle {
        enum Source {
            /// `for_each.in`.
            case expression(Written<String>)
            case items(ForEach.Items)
        }

        let source: Source
        let item: String
        /// The list that somebody has to report, and the document whose author that is.
        var asksFor: (fact: String, noun: String, document: ArtifactName?)?
        /// The fact that says, in an open cycle, whether there is another item.
        var more: String?
    }

    var step: StepDefinition
    var shape: Shape
    /// The file does not name it.
    var isImplied = false

    /// An element of its own for what runs as one; several steps become a sequence.
    static func body(_ elements: [Element], of holder: StepDefinition, order: Order = .sequence) -> Element {
        if elements.count == 1 { return elements[0] }
        var step = StepDefinition(at: holder)
        step.name = StepNaming.base(of: holder) + "-body"
        return Element(step: step, shape: .block(elements, order), isImplied: true)
    }

    /// The elements right below.
    var children: [Element] {
        switch shape {
        case .leaf, .workflow: []
        case .block(let elements, _), .parallel(let elements, _, _): elements
        case .forEach(_, let body), .loop(_, let body): [body]
        case .review(let review, let fix): [review, fix]
        case .fixFlagged(let task): [task]
        case .routes(let routes, _): routes.compactMap(\.body)
        case .choice(let cases): cases.map(\.body)
        }
    }
}
