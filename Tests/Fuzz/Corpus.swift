import Foundation

/// What mutations begin with: the shipped workflows, the reference's examples, and the published files when they are
/// there (`BMAD_CORE`).
struct Corpus {
    var workflows: [[UInt8]] = []
    var expressions: [[UInt8]] = []

    static func load() -> Corpus {
        var corpus = Corpus()
        let published = ProcessInfo.processInfo.environment["BMAD_CORE"] ?? "../shared/bmad-core"
        for folder in ["workflows", published + "/workflows", published + "/expansion/workflows"] {
            let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
            for name in names.sorted() where name.hasSuffix(".yaml") {
                if let data = FileManager.default.contents(atPath: "\(folder)/\(name)") {
                    corpus.workflows.append(Array(data))
                }
            }
        }
        let reference = (try? String(contentsOfFile: "docs/workflow-language.md", encoding: .utf8)) ?? ""
        for part in reference.components(separatedBy: "```yaml\n").dropFirst() {
            corpus.workflows.append(Array(part.components(separatedBy: "\n```")[0].utf8))
        }
        corpus.expressions = [
            "facts.x && !facts.y || inputs.limit > 3", "size(facts.stories) > 0 ? 'a' : \"b\"",
            "artifacts.prd.version >= 2 && 'prd.md' in artifacts", "[1, 2, 3].exists(x, x % 2 == 0)",
            "facts.name.matches('^(a+)+$') || has(facts.z)", "story.title.startsWith('x') && item.id == 1",
            "{'a': [1, 2.5e3, -0x1F, null, true]}.a[0] + 7 / 2 - 3 * 4", "r'\\d' + '''multi\nline''' + \"\\u00e4\"",
        ].map { Array($0.utf8) }
        return corpus
    }
}
