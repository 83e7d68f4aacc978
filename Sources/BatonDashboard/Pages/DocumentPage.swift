import BatonClient
import BatonDocuments

/// One version of a document, rendered or as it is written.
struct DocumentPage {
    /// Larger documents are not shown.
    static let maxBytes = 4 << 20

    let frame: Frame
    let overview: Overview
    let run: String
    /// All versions of it, in the order of their numbers.
    let versions: [ArtifactEntry]
    let entry: ArtifactEntry
    /// nil: it is too large.
    let content: [UInt8]?
    let isSource: Bool

    var html: HTML {
        frame.page("\(entry.name) version \(entry.version)", overview: overview, "\(head)\(text)")
    }

    private var head: HTML {
        let links = versions.suffix(100).map { version in
            let path = Address.document(run, entry.name, version: version.version)
            let mark: HTML = version.version == entry.version ? " aria-current=\"true\"" : ""
            return HTML("<li><a href=\"\(path)\"\(mark)>\(version.version)</a></li>")
        }
        let before = versions.last { $0.version < entry.version }
        let changes: HTML =
            before.map { before in
                let path = Address.difference(run, entry.name, from: before.version, to: entry.version)
                return "<a href=\"\(path)\">What changed since version \(before.version)</a>"
            } ?? ""
        let other: HTML =
            isSource
            ? "<a href=\"\(Address.document(run, entry.name, version: entry.version))\">Rendered</a>"
            : "<a href=\"\(Address.document(run, entry.name, version: entry.version, view: "source"))\">Source</a>"
        return """
            <div class="headline"><p class="crumbs"><a href="\(Address.run(run))">The run</a></p>
            <h1>\(entry.name)</h1>
            <p class="what">version \(entry.version), by \(entry.role)\(entry.step.map { ", \($0)" } ?? ""), \
            \(Frame.moment(entry.createdAt)), \(RunPage.size(entry.size)) · \
            <code>\(entry.digest.description.prefix(12))</code></p>
            <nav class="versions" aria-label="Versions"><span>Versions</span><ol>\(links)</ol>\
            \(changes)\(other)</nav></div>
            """
    }

    private var text: HTML {
        guard let content else {
            return "<p class=\"empty\">It is too large to be shown here; <code>baton cat</code> writes it.</p>"
        }
        guard !content.contains(0), let text = String(validating: content, as: UTF8.self) else {
            return "<p class=\"empty\">It is not text; <code>baton export</code> writes it to a file.</p>"
        }
        if !isSource, content.count <= Markdown.maxBytes, isMarkdown {
            return "<article class=\"doc paper\">\(Markdown.render(text))</article>"
        }
        return "<pre class=\"source paper\" tabindex=\"0\">\(text)</pre>"
    }

    private var isMarkdown: Bool {
        let name = entry.name.lowercased()
        return name.hasSuffix(".md") || name.hasSuffix(".markdown") || entry.mediaType.hasPrefix("text/markdown")
    }
}

/// What changed between two versions of a document.
struct DifferencePage {
    let frame: Frame
    let overview: Overview
    let run: String
    let name: String
    let old: (version: Int, text: String)
    let new: (version: Int, text: String)

    var html: HTML {
        let diff = LineDiff(from: old.text, to: new.text)
        let lines = diff.unified(old: "version \(old.version)", new: "version \(new.version)")
            .split(separator: "\n", omittingEmptySubsequences: false).dropFirst(2)
        let rows = lines.map { line -> HTML in
            switch line.first {
            case "+": "<ins>\(line)</ins>\n"
            case "-": "<del>\(line)</del>\n"
            case "@": "<b>\(line)</b>\n"
            default: "<span>\(line)</span>\n"
            }
        }
        let body: HTML =
            diff.isEmpty
            ? "<p class=\"empty\">They are the same.</p>"
            : "<pre class=\"diff paper\" tabindex=\"0\">\(rows)</pre>"
        return frame.page(
            "Changes of \(name)", overview: overview,
            """
            <div class="headline"><p class="crumbs"><a href="\(Address.run(run))">The run</a> · \
            <a href="\(Address.document(run, name, version: new.version))">\(name)</a></p>
            <h1>What changed in \(name)</h1>\
            <p class="what">from version \(old.version) to version \(new.version)</p></div>
            \(body)
            """)
    }
}
