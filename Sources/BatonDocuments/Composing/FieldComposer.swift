import BatonEngine
import OrderedCollections

/// Writes documents in YAML: the keys of the template, with values in the place of variables or given as a whole.
enum FieldComposer {
    static func compose(
        _ outline: Outline, _ content: DocumentContent, facts: OrderedDictionary<String, JSON>
    ) -> Composition {
        let scope = ComposingScope(content: content, facts: facts)
        let given = Dictionary(
            content.fields.map { (NameKey.of($0.key), $0.value) }, uniquingKeysWith: { first, _ in first })
        var reasons: [Reason] = []
        var document: OrderedDictionary<String, JSON> = [:]
        for (name, template) in outline.fields {
            if let value = given[NameKey.of(name)] {
                document[name] = value
                continue
            }
            var filler = Filler(scope: scope)
            document[name] = fill(template, &filler)
            if !filler.missing.isEmpty {
                let names = Reason.list(filler.missing.map { "{{\($0)}}" })
                reasons.append(
                    Reason(place: name, text: "no value for \(names); give the key under sections, or the values"))
            }
            reasons += filler.faults.map { Reason(place: name, text: $0) }
        }
        let known = Set(outline.fields.keys.map(NameKey.of))
        let optional = outline.optionalFields
        for (name, value) in content.fields where !known.contains(NameKey.of(name)) {
            if optional.contains(NameKey.of(name)) {
                document[name] = value
            } else {
                let all = outline.fields.keys.elements + optional.sorted()
                reasons.append(Reason(place: name, text: "the template has no such key; it has \(Reason.list(all))"))
            }
        }
        return Composition(
            text: YAMLText.of(document), reasons: Array(reasons.prefix(Reason.limit)), choices: [])
    }

    private static func fill(_ template: JSON, _ filler: inout Filler) -> JSON {
        switch template {
        case .string(let text):
            let pieces = TemplateText(text).pieces
            // A variable alone keeps the type of its value.
            if pieces.count == 1, let name = pieces.first?.name, let value = filler.scope.value(of: name) {
                return value
            }
            return .string(filler.block(text, level: 6, isCode: true))
        case .array(let elements): return .array(elements.map { fill($0, &filler) })
        case .object(let members): return .object(members.mapValues { fill($0, &filler) })
        default: return template
        }
    }
}

extension Outline {
    /// The keys that the guides of a template in YAML show beside its own.
    var optionalFields: Set<String> {
        var names: Set<String> = []
        func collect(_ value: JSON) {
            switch value {
            case .string(let text):
                for line in text.split(separator: "\n") {
                    let name = line.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" }
                    if !name.isEmpty, line.dropFirst(name.count).first == ":" { names.insert(NameKey.of(String(name))) }
                }
            case .array(let elements): elements.forEach(collect)
            case .object(let members): members.values.forEach(collect)
            default: break
            }
        }
        guides.values.forEach(collect)
        return names
    }
}

/// Writes values as YAML 1.2 in block style.
enum YAMLText {
    static func of(_ members: OrderedDictionary<String, JSON>) -> String {
        var lines: [String] = []
        for (name, value) in members { lines += member(name, value, indent: "") }
        return lines.isEmpty ? "{}\n" : lines.joined(separator: "\n") + "\n"
    }

    private static func member(_ name: String, _ value: JSON, indent: String) -> [String] {
        let key = indent + scalar(name) + ":"
        if let flow = flow(value) { return [key + " " + flow] }
        return [key] + block(value, indent: indent + "  ")
    }

    private static func block(_ value: JSON, indent: String) -> [String] {
        if let members = value.object { return members.flatMap { member($0.key, $0.value, indent: indent) } }
        return (value.array ?? []).flatMap { element -> [String] in
            if let flow = flow(element) { return [indent + "- " + flow] }
            // The first line of what is in the element stands behind its dash.
            var lines = block(element, indent: indent + "  ")
            lines[0] = indent + "- " + lines[0].dropFirst(indent.count + 2)
            return lines
        }
    }

    /// What stands on the line of its key.
    private static func flow(_ value: JSON) -> String? {
        switch value {
        case .string(let text): scalar(text)
        case .array(let elements): elements.isEmpty ? "[]" : nil
        case .object(let members): members.isEmpty ? "{}" : nil
        default: value.text
        }
    }

    /// A text, quoted unless it is plainly one.
    private static func scalar(_ text: String) -> String {
        let words: Set = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"]
        let isPlain =
            text.first.map { $0.isASCII && $0.isLetter } == true && text.last != " "
            && !words.contains(text.lowercased())
            && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || " _-./()".contains($0)) }
        // A JSON string is a double-quoted scalar of YAML.
        return isPlain ? text : JSON.string(InertText.clean(text, keepsNotes: true)).text
    }
}
