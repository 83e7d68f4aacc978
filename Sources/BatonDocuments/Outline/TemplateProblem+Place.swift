extension TemplateProblem {
    /// The steps of ``path``, from the outside in: `sections.requirements[2]` is `sections`, `requirements`, `2`.
    public var steps: [String] {
        path.split { $0 == "." || $0 == "[" || $0 == "]" }.map(String.init)
    }
}
