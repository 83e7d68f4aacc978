import BatonEngine
import Testing

@testable import BatonDocuments

@Suite struct EpicsTests {
    @Test("Epics and stories are found in the headings that a PRD has")
    func published() {
        let epics = Epics.find(
            in: """
                # Shop PRD

                ## Epic List

                - Epic 1: Foundation: set up
                - Epic 2: Catalogue: show things

                ## Epic 1 Foundation

                Goal.

                ### Story 1.1 Set up the project

                #### Acceptance Criteria

                ### Story 1.2: Health check

                ## Epic 2: Catalogue

                ### Story 2.1 - List

                ```
                ### Story 2.9 in code
                ```

                ## Next Steps

                ### Story telling
                """)
        #expect(
            epics == [
                Epic(
                    id: "1", title: "Foundation",
                    stories: [.init(id: "1.1", title: "Set up the project"), .init(id: "1.2", title: "Health check")]),
                Epic(id: "2", title: "Catalogue", stories: [.init(id: "2.1", title: "List")]),
            ])
        #expect(
            epics.last?.json
                == ["id": "2", "title": "Catalogue", "stories": [["id": "2.1", "title": "List"]]])
    }

    @Test(
        "Headings are read in the ways that people write them",
        arguments: [
            ("# Epic 1\n## Story 1.1", "1:|1.1:"),
            ("### **Epic 01** – *Data*\n#### Story 1.01 — Rows", "1:Data|1.1:Rows"),
            ("## EPIC 3. Third\n### story 2) Second", "3:Third|3.2:Second"),
            ("## 2.1 Epic 1: A\n### 2.1.1 Story 1.1: B", "1:A|1.1:B"),
            ("## Epic: Checkout\n### Story: Pay\n### Story - Refund", "1:Checkout|1.1:Pay|1.2:Refund"),
            ("## Epic #4: Tags\n### Story #4.1: Add", "4:Tags|4.1:Add"),
            ("## Story 2.1 Alone", "2:|2.1:Alone"),
            ("## Epic Details\n### Epic 1: A\n#### Story 1.1 B\n## Epic 1 Again\n### Story 1.1 C", "1:A|1.1:B"),
            ("## Epic 1 A\n## Other\n### Story 3: Not of 1", "1:A|1.3:Not of 1"),
            ("Epic 1 A\n---\nStory 1.1 B\n---", "1:A|1.1:B"),
            ("## Epics\n## Epic List\n### Storytelling\n## Stories", ""),
            ("## Epic 1.2 Odd\n### Story 1.2.3 Part", "1:Odd|1.2.3:Part"),
        ])
    func variants(text: String, expected: String) {
        let found = Epics.find(in: text).map { epic in
            (["\(epic.id):\(epic.title)"] + epic.stories.map { "\($0.id):\($0.title)" }).joined(separator: "|")
        }
        #expect(found.joined(separator: "||") == expected)
    }

    @Test("Where no heading names an epic, the list of epics counts")
    func list() {
        let text = "## Epic List\n\n1. **Epic 1: Base**: Set up\n2. Epic 2 - Rest: the rest\n\nEpic 9 is a sentence.\n"
        #expect(Epics.find(in: text) == [Epic(id: "1", title: "Base"), Epic(id: "2", title: "Rest")])
        #expect(Epics.find(in: "nothing") == [])
    }
}
