import BatonEngine

extension YAMLNode {
    /// The node as JSON, plain scalars by the core schema. Members keep the order of the file.
    public var json: JSON {
        switch content {
        case .scalar(let scalar): scalar.value
        case .sequence(let nodes): .array(nodes.map(\.json))
        case .mapping(let entries):
            .object(.init(uniqueKeysWithValues: entries.map { ($0.key, $0.value.json) }))
        }
    }
}
