import BatonMessages

/// A change of one place in a JSON value, for tests that break one thing at a time.
struct Place: CustomStringConvertible, Hashable {
    enum Part: Hashable {
        case member(String)
        case element(Int)
    }

    var parts: [Part] = []

    /// `artifacts[0].name`, as reasons name it.
    var description: String {
        var text = ""
        for part in parts {
            switch part {
            case .member(let name): text += text.isEmpty ? name : ".\(name)"
            case .element(let index): text += "[\(index)]"
            }
        }
        return text
    }

    func appending(_ part: Part) -> Place { Place(parts: parts + [part]) }

    var isElement: Bool {
        if case .element = parts.last { true } else { false }
    }
}

extension JSON {
    /// Every place in the value, outermost first; `frozen` places are listed, and not entered.
    func places(from place: Place = Place(), frozen: Set<String>) -> [Place] {
        guard !frozen.contains(place.description) else { return [] }
        var places: [Place] = []
        switch self {
        case .object(let members):
            for (name, value) in members {
                let inner = place.appending(.member(name))
                places += [inner] + value.places(from: inner, frozen: frozen)
            }
        case .array(let elements):
            for (index, value) in elements.enumerated() {
                let inner = place.appending(.element(index))
                places += [inner] + value.places(from: inner, frozen: frozen)
            }
        default: break
        }
        return places
    }

    func at(_ place: Place) -> JSON? {
        place.parts.reduce(self as JSON?) { value, part in
            switch part {
            case .member(let name): value?.object?[name]
            case .element(let index): value?.array?[index]
            }
        }
    }

    /// The value with another one at a place; nil removes a member.
    func replacing(_ place: Place, with new: JSON?) -> JSON {
        guard let first = place.parts.first else { return new ?? .null }
        let rest = Place(parts: Array(place.parts.dropFirst()))
        switch (self, first) {
        case (.object(var members), .member(let name)):
            members[name] = rest.parts.isEmpty ? new : members[name]?.replacing(rest, with: new)
            return .object(members)
        case (.array(var elements), .element(let index)):
            elements[index] = elements[index].replacing(rest, with: new)
            return .array(elements)
        default: return self
        }
    }

    /// A value of another kind, that no reader of this one may take.
    var ofAnotherKind: [JSON] {
        switch self {
        case .string: [7, true, [], [:]]
        case .int, .double: ["x", true, [], [:], -1.5]
        case .bool: ["true", 1, [], [:]]
        case .array: ["x", 7, [:]]
        case .object: ["x", 7, []]
        case .null: []
        }
    }
}
