import BatonAgent
import BatonMessages
import Testing

@testable import BatonModel

struct AnswerReaderTests {
    private func read(_ answer: String, _ command: TaskCommand = Samples.command()) -> AnswerReader.Reading {
        AnswerReader(command).read(answer)
    }

    private func outcome(_ answer: String, _ command: TaskCommand = Samples.command()) throws -> TaskOutcome {
        guard case .outcome(let outcome) = read(answer, command) else {
            Issue.record("\(read(answer, command))")
            return .completed(summary: "")
        }
        return outcome
    }

    private let full = Samples.command(
        creates: [CommandProduct(name: "a.md"), CommandProduct(name: "stories", isSet: true)],
        reports: [Report(name: "size", kind: .enum, question: "How large?", options: ["small", "large"])],
        validates: ["prd.md"])

    @Test("The documents of a set whose name has an extension may be below it or in the folder that is asked for")
    func setsWithExtension() throws {
        let command = Samples.command(creates: [CommandProduct(name: "system.md", isSet: true)])
        #expect(
            Instructions(command).lines.contains { $0.contains("<document name=\"system/<a name for each>.md\">") })
        for name in ["system/1.md", "system.md/1.md", "system.md"] {
            let outcome = try outcome("<document name=\"\(name)\">\n# One\n</document>", command)
            #expect(outcome.artifacts.map(\.name.text) == [name])
        }
    }

    @Test("Documents, facts, verdict and summary are taken from their parts")
    func parts() throws {
        let outcome = try outcome(
            """
            Here you are.

            <document name="a.md">
            # A

            text
            </document>
            <document name="stories/1.md">
            # One
            </document>
            <facts>
            {"size": "small"}
            </facts>
            <verdict>
            ```json
            {"passed": true}
            ```
            </verdict>
            <summary>
            Wrote two.
            </summary>
            """, full)
        #expect(outcome.artifacts.map(\.name.text) == ["a.md", "stories/1.md"])
        #expect(outcome.artifacts[0].body == .text("# A\n\ntext\n"))
        #expect(outcome.facts == ["size": "small"] && outcome.verdict == ["passed": true])
        #expect(outcome.summary == "Wrote two.")
    }

    @Test("Plain text is the one document that is asked for, without the fence around it")
    func plain() throws {
        #expect(try outcome("# Brief\n\nText.").artifacts.first?.body == .text("# Brief\n\nText.\n"))
        #expect(try outcome("```markdown\n# Brief\n```").artifacts.first?.body == .text("# Brief\n"))
        let inner = "```\ncode\n```\n\nand\n\n```\nmore\n```"
        #expect(try outcome(inner).artifacts.first?.body == .text(inner + "\n"))
        let drawn = "# Brief\n\n```mermaid\ngraph TD\n```\n\nText."
        #expect(try outcome("```markdown\n\(drawn)\n```").artifacts.first?.body == .text(drawn + "\n"))
        let listed = "```md\na\n```\n\nand\n\n```swift\nb\n```"
        #expect(try outcome(listed).artifacts.first?.body == .text(listed + "\n"))
        #expect(try outcome("All is well.", Samples.command(creates: [])).summary == "All is well.")
    }

    private let report = "<document name=\"report.md\">\nGood.\n</document>\n"

    @Test("Sections of a document of others are sections of the result, and none has to be there")
    func contributions() throws {
        let full = try outcome(
            report + """
                <section document="epic-1/story.md" id="record">
                Built.

                - a `</section>` in a line ends nothing
                </section>
                <section id="files" document="epic-1/story">
                - a.swift
                </section>
                <section document="epic-1/story.md" id="status">
                </section>
                """, Samples.contributing)
        let sections: JSON = ["record": "Built.\n\n- a `</section>` in a line ends nothing", "files": "- a.swift"]
        #expect(full.artifacts.map(\.name.text) == ["report.md", "epic-1/story.md"])
        #expect(full.artifacts.last?.body == .sections(sections))
        #expect(full.summary == "wrote report.md, sections of epic-1/story.md")
        #expect(try outcome(report, Samples.contributing).artifacts.map(\.name.text) == ["report.md"])
    }

    @Test("A section that is not the role's, of another document, and the whole document are refused")
    func foreignSections() {
        let answer = { (document: String, id: String) in
            "\(self.report)<section document=\"\(document)\" id=\"\(id)\">\nx\n</section>"
        }
        for id in ["plan", "log", "nothing", ""] {
            let mark = "<section document=\"epic-1/story.md\" id=\"\(id)\">"
            let these = "of epic-1/story.md these are: record, files, status"
            #expect(
                read(answer("epic-1/story.md", id), Samples.contributing)
                    == .faults(["\(mark) is no section that you may fill; \(these)"]))
        }
        guard
            case .faults(let none) = read(
                "\(report)<section document=\"epic-1/story.md\">\nx\n</section>", Samples.contributing)
        else {
            Issue.record("a section without an id was taken")
            return
        }
        #expect(none.count == 1 && none[0].contains("is no section that you may fill"))
        #expect(
            read(answer("prd.md", "record"), Samples.contributing)
                == .faults([
                    "<section document=\"prd.md\" id=\"record\"> is for none of the documents of which you may fill "
                        + "sections: epic-1/story.md"
                ]))
        guard
            case .faults(let whole) = read(
                report + "<document name=\"epic-1/story.md\">\n# Mine\n</document>", Samples.contributing)
        else {
            Issue.record("the whole document was taken")
            return
        }
        #expect(whole.count == 1 && whole[0].hasPrefix("epic-1/story.md is written by others"))
        let cut = "\(report)<section document=\"epic-1/story.md\" id=\"record\">\nhalf"
        #expect(
            read(cut, Samples.contributing)
                == .faults(["<section document=\"epic-1/story.md\" id=\"record\"> is not closed"]))
    }

    @Test("Where no section may be filled, its mark is a line of the document")
    func sectionsInHTML() throws {
        let text = "<section document=\"a\" id=\"b\">\nx\n</section>"
        let outcome = try outcome("<document name=\"brief.md\">\n\(text)\n</document>")
        #expect(outcome.artifacts.first?.body == .text(text + "\n"))
    }

    @Test("What is missing is said, each by itself")
    func missing() {
        #expect(
            read("<summary>\nnothing\n</summary>", full)
                == .faults([
                    "<document name=\"a.md\"> is missing", "<document name=\"stories\"> is missing",
                    "<facts> lacks size", "<verdict> with “passed” is missing",
                ]))
        #expect(
            read("")
                == .faults([
                    "the answer has none of the parts that were asked for", "<document name=\"brief.md\"> is missing",
                ]))
    }

    @Test("A part that is cut, or no JSON, is a fault and no result")
    func broken() {
        #expect(
            read("<document name=\"brief.md\">\n# half")
                == .faults(["<document name=\"brief.md\"> is not closed", "<document name=\"brief.md\"> is missing"]))
        guard case .faults(let faults) = read("<facts>\n{size: small}\n</facts>", full) else {
            Issue.record("it was taken")
            return
        }
        #expect(faults.contains { $0.hasPrefix("<facts> is not JSON") })
    }

    @Test("Names that leave the folder are refused, whatever the model was told")
    func escapes() {
        for name in ["../etc/passwd", "/etc/passwd", "a/../../b", "a\\b", ""] {
            guard case .faults(let faults) = read("<document name=\"\(name)\">\nx\n</document>") else {
                Issue.record("\(name) was taken")
                continue
            }
            #expect(faults.contains { $0.contains("the name of the document") })
        }
    }

    @Test("A document may speak of the marks")
    func marksInside() throws {
        let outcome = try outcome(
            "<document name=\"brief.md\">\nEnd a part with\n</document>\nas here:\n</document>\n"
                + "<summary>\nx\n</summary>"
        )
        #expect(outcome.artifacts.first?.body == .text("End a part with\n</document>\nas here:\n"))
    }

    @Test("No answer makes the reader trap", arguments: 1...200)
    func random(seed: UInt64) {
        var state = seed &* 0x9E37_79B9_7F4A_7C15
        let pieces = [
            "<document name=\"a.md\">", "</document>", "<facts>", "</facts>", "{", "}", "\"x\":1", "\n", "\n", "```",
            "é",
            "<verdict>", "</verdict>", "<summary>", "</summary>", "<document name=\"\">", "\u{0}", "text ",
        ]
        var answer = ""
        for _ in 0..<60 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            answer += pieces[Int(state >> 33) % pieces.count]
        }
        if case .outcome(let outcome) = read(answer, full) {
            #expect(outcome.artifacts.allSatisfy { ArtifactName.fault(in: $0.name.text) == nil })
        }
    }
}
