import BatonDocuments
import BatonEngine
import BatonMessages
import BatonStore
import OrderedCollections

/// The documents of a result: rendered from sections, or read against their templates.
extension Coordinator {
    /// What a result brings, under the hashes that are computed here.
    struct Documents {
        var contents: [ArtifactContent] = []
        var blobs: [Digest: [UInt8]] = [:]
        /// What is wrong, one reason a line.
        var faults: [String] = []
        /// What authors decided about sections with a condition.
        var choices: [JSON] = []
        /// The sections that a person is to be asked about.
        var elicited: [ElicitedSection] = []

        fileprivate mutating func add(_ name: ArtifactName, _ choices: [ConditionChoice]) {
            for choice in choices {
                var members = choice.json.object ?? [:]
                members.updateValue(.string(name.text), forKey: "artifact", insertingAt: 0)
                self.choices.append(.object(members))
            }
        }

        /// The same is said once, also when two checks find it.
        fileprivate mutating func add(_ name: ArtifactName, _ reasons: [Reason]) {
            for reason in reasons.map({ "\(name): \($0)" }) where !faults.contains(reason) { faults.append(reason) }
        }

        fileprivate mutating func add(_ content: ArtifactContent, _ slot: DocumentSlot) {
            var content = content
            content.isContribution = slot.isContribution
            contents.append(content)
        }
    }

    /// Not part of the caller, so that nothing shares the run's storage when it is changed.
    func documents(of result: TaskResult, for key: TaskKey, now: Timestamp) -> Documents {
        guard let run = runs[key.run]?.state, let task = run.task(key.task), let work = run.work(of: task) else {
            preconditionFailure("a dispatch of a run that is not open")
        }
        var documents = Documents()
        let contributions = task.dispatch.map { self.contributions(of: task, work, as: $0.role, in: run) } ?? []
        for document in result.artifacts {
            let (name, product) = run.resolve(document.name, work, scope: task.scope)
            let contribution = product == nil ? contributions.first { $0.version.name.key == name.key } : nil
            let template = product.flatMap(run.plan.template)
            let section = task.amendment?.section.flatMap { $0.document.key == name.key ? $0.section : nil }
            var slot = DocumentSlot(
                name: name, role: task.dispatch?.role,
                isUpdate: section != nil || contribution != nil || work.updates.contains { $0 == product },
                isContribution: contribution != nil, section: section,
                maker: nil,
                outline: contribution?.outline ?? template.flatMap { outlines.outline(of: $0, in: run.plan) },
                old: nil)
            if slot.outline != nil, slot.isUpdate, !slot.isContribution { slot.maker = run.maker(of: name) }
            do {
                if slot.outline != nil, let version = run.artifact(name) { slot.old = try text(of: version.digest) }
            } catch {
                // Nothing can be said against what can't be compared; the commit meets the same error.
                logger.warning("a version can't be read", metadata: ["artifact": "\(name)", "error": "\(error)"])
            }
            if case .reference(let digest) = document.body {
                guard let size = size(of: digest, for: slot, in: run, &documents) else { continue }
                documents.add(ArtifactContent(document, digest, size: size), slot)
                // A large one without a template is never read here.
                if mayElicit(slot, in: run), let text = try? text(of: digest) {
                    elicit(text, slot, in: run, &documents)
                }
                continue
            }
            guard
                let bytes = bytes(
                    of: document, slot, values: { run.knownValues(for: task, now: now) }, &documents)
            else { continue }
            guard bytes.count <= settings.limits.artifactBytes else {
                documents.faults.append(tooLarge(document, bytes.count))
                continue
            }
            let content = ArtifactContent(document, bytes)
            documents.add(content, slot)
            documents.blobs[content.digest] = bytes
            elicit(String(decoding: bytes, as: UTF8.self), slot, in: run, &documents)
        }
        return documents
    }

    /// The place in the run that a document is for.
    fileprivate struct DocumentSlot {
        /// In full.
        let name: ArtifactName
        /// Who writes.
        let role: String?
        /// Whether it changes a document that is there, and does not write it anew.
        let isUpdate: Bool
        /// Whether nobody asked for it, and only sections of who writes may change.
        let isContribution: Bool
        /// The only section that may change; nil: all may.
        let section: String?
        /// The role that makes the document, where another one changes it; nil when nobody knows.
        var maker: String?
        /// Nil: the document has no template.
        let outline: Outline?
        /// The version in force; nil when there is none, or none that is text.
        var old: String?
    }

    /// The document, if nothing keeps it from being one.
    private func bytes(
        of document: ArtifactDocument, _ slot: DocumentSlot,
        values: () -> OrderedDictionary<String, JSON>, _ documents: inout Documents
    ) -> [UInt8]? {
        switch document.body {
        case .text(let text):
            check(text, slot, &documents)
            return Array(text.utf8)
        case .bytes(let bytes):
            return slot.outline == nil || checkText(bytes, slot, &documents) ? bytes : nil
        case .sections(let sections, let own):
            guard let outline = slot.outline else {
                documents.faults.append(
                    "\(slot.name): no template gives this document sections; return it as content")
                return nil
            }
            return compose(outline, sections, own, slot, values: values(), &documents).map { Array($0.utf8) }
        case .reference:
            preconditionFailure("a reference has no bytes")
        }
    }

    /// Documents that are read here have at most so many bytes.
    static let readableBytes = 4 << 20

    /// Bytes of content that is here: put in ranges by the run, or that of an artifact of it.
    private func size(
        of digest: Digest, for slot: DocumentSlot, in run: RunState, _ documents: inout Documents
    ) -> Int? {
        do {
            guard
                let size = try putSize(of: digest, in: run.id)
                    ?? run.artifacts.first(where: { $0.digest == digest })?.size
            else {
                documents.faults.append("\(slot.name): the run has no content with the sha256 \(digest); put it first")
                return nil
            }
            guard slot.outline != nil else { return size }
            guard size <= Self.readableBytes else {
                documents.faults.append(
                    "\(slot.name): it has a template and \(size) bytes; at most \(Self.readableBytes) are read"
                )
                return nil
            }
            let bytes = try range(of: digest, offset: 0, length: size) ?? []
            return checkText(bytes, slot, &documents) ? size : nil
        } catch {
            documents.faults.append("\(slot.name): the content can't be read now: \(error)")
            return nil
        }
    }

    /// Checks a document with a template; false if it is no text.
    private func checkText(_ bytes: [UInt8], _ slot: DocumentSlot, _ documents: inout Documents) -> Bool {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            documents.faults.append("\(slot.name): the document has a template and must be UTF-8 text")
            return false
        }
        check(text, slot, &documents)
        return true
    }

    private func check(_ text: String, _ slot: DocumentSlot, _ documents: inout Documents) {
        let check = slot.outline?.check(
            finished: text, replacing: slot.old, by: slot.role, isUpdate: slot.isUpdate, maker: slot.maker)
        guard let check else { return }
        documents.add(slot.name, check.reasons)
        documents.add(slot.name, check.choices)
        documents.add(slot.name, changesBeyond(slot, text))
    }

    /// What a person did not want changed.
    private func changesBeyond(_ slot: DocumentSlot, _ text: String) -> [Reason] {
        guard let old = slot.old else { return [] }
        if slot.isContribution, let role = slot.role, let outline = slot.outline {
            return outline.foreignChanges(contributedTo: old, text, by: role)
        }
        guard let section = slot.section else { return [] }
        return slot.outline?.changes(from: old, to: text, outside: section) ?? []
    }

    private func mayElicit(_ slot: DocumentSlot, in run: RunState) -> Bool {
        run.options.elicitation == .interactive && !slot.isContribution && slot.outline != nil
    }

    private func elicit(_ text: String, _ slot: DocumentSlot, in run: RunState, _ documents: inout Documents) {
        guard mayElicit(slot, in: run), let outline = slot.outline else { return }
        documents.elicited += outline.elicitedDrafts(in: text).map { draft in
            let isLong = draft.text.utf8.count > ElicitedSection.maxDraftBytes
            let text =
                isLong
                ? String(decoding: draft.text.utf8.prefix(ElicitedSection.maxDraftBytes - 8), as: UTF8.self) + " …"
                : draft.text
            return ElicitedSection(document: slot.name, section: draft.section, title: draft.title, draft: text)
        }
    }

    /// The document made of sections; nil when it can't be.
    private func compose(
        _ outline: Outline, _ sections: JSON, _ own: JSON, _ slot: DocumentSlot,
        values: OrderedDictionary<String, JSON>, _ documents: inout Documents
    ) -> String? {
        let (content, shapeReasons) = outline.content(sections: sections, values: own)
        guard shapeReasons.isEmpty else {
            documents.add(slot.name, shapeReasons)
            return nil
        }
        let composition: Composition
        if slot.isUpdate, outline.format == .markdown, let old = slot.old {
            composition = outline.merge(content, into: old, facts: values, by: slot.role)
        } else {
            composition = outline.compose(content, facts: values, by: slot.role)
        }
        var reasons = composition.reasons
        if reasons.isEmpty {
            reasons = outline.foreignChanges(
                from: slot.old, to: composition.text, by: slot.role, maker: slot.maker)
        }
        if reasons.isEmpty { reasons = changesBeyond(slot, composition.text) }
        documents.add(slot.name, reasons)
        documents.add(slot.name, composition.choices)
        return composition.text
    }
}
