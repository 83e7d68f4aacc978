import BatonDocuments
import BatonEngine

/// Outlines of the templates that are attached to plans, each read once a revision.
struct OutlineCache {
    /// Beyond that, all are read again: only long-lived orchestrators of many revisions get there.
    private static let capacity = 1000

    private struct Key: Hashable {
        let revision: String
        let template: String
    }

    private var outlines: [Key: Outline] = [:]
    /// What commands carry, by role.
    private var commands: [Key: [String: JSON]] = [:]
    /// By revision.
    private var shared: [String: [SharedDocument]] = [:]

    /// A document whose template gives sections to roles by name.
    struct SharedDocument {
        let product: Product
        let template: String
        /// As they are compared.
        let roles: Set<String>
    }

    /// Nil when the plan has no such template, or none that has a shape.
    mutating func outline(of template: String, in plan: Plan) -> Outline? {
        let key = Key(revision: plan.revision, template: template)
        if let known = outlines[key] { return known }
        guard let structure = plan.attachment(template)?.structure, let outline = Outline.read(structure).outline else {
            return nil
        }
        if outlines.count >= Self.capacity { self = OutlineCache() }
        outlines[key] = outline
        return outline
    }

    /// The documents of the plan that several roles write.
    mutating func sharedDocuments(of plan: Plan) -> [SharedDocument] {
        if let known = shared[plan.revision] { return known }
        let made = plan.steps.flatMap { step -> [Product] in
            if case .agent(let work) = step.kind { work.creates } else { [] }
        }
        var documents: [SharedDocument] = []
        for product in made where !documents.contains(where: { $0.product.name.matches(product.name) }) {
            guard let template = product.template, let outline = outline(of: template, in: plan) else { continue }
            let roles = outline.contributors
            if !roles.isEmpty { documents.append(SharedDocument(product: product, template: template, roles: roles)) }
        }
        if shared.count >= Self.capacity { shared = [:] }
        shared[plan.revision] = documents
        return documents
    }

    /// The same as a command has it, for the role that is asked.
    mutating func json(of template: String, for role: String, in plan: Plan) -> JSON? {
        let key = Key(revision: plan.revision, template: template)
        if let known = commands[key]?[role] { return known }
        guard let json = outline(of: template, in: plan)?.commandJSON(for: role) else { return nil }
        commands[key, default: [:]][role] = json
        return json
    }
}

extension Plan {
    /// The template that gives a product its shape; of one that a task changes, the one that it was made from.
    func template(of product: Product) -> String? {
        product.template ?? templated.first { product.name.isSame(as: $0) }?.template
    }
}

extension ArtifactName {
    /// Whether it is the product's name, perhaps with the scope of an item before it.
    fileprivate func isSame(as product: Product) -> Bool {
        product.covers(self) || key.hasSuffix("/" + product.name.key)
    }
}
