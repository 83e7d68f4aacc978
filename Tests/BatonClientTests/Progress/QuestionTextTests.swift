import BatonClient
import Testing

@Suite struct QuestionTextTests {
    static let run = "0197a1b2-c3d4-7e5f-8a9b-112233440000"

    @Test("A question is told with where it is asked, what an answer is, and the command that gives one")
    func told() {
        let question = Samples.question("qa_left_items", item: "epic-1/story-2", .oneOf(["accept", "cancel"]))
        #expect(
            QuestionText(connection: ["--broker", "mqtt://h:1"]).lines(question) == [
                "needs an answer: qa_left_items  epic-1/story-2  at designer-logo",
                "  Is a logo wanted?  (accept, cancel)",
                "  baton decide \(Self.run) --item epic-1/story-2 qa_left_items=accept --broker mqtt://h:1",
            ])
    }

    @Test(
        "A command has the first answer that is possible",
        arguments: [
            (Decision.Answers.boolean, "a=true"), (.oneOf(["it's", "b"]), #"a='it'\''s'"#), (.anything, "a=VALUE"),
        ])
    func answers(kind: Decision.Answers, word: String) {
        #expect(
            QuestionText().command(for: Samples.question("a", kind)) == ["  baton decide \(Self.run) \(word)"])
    }

    @Test(
        "A name that a shell would read as something else is not put into a command",
        arguments: ["a; rm -rf ~", "$(reboot)", "--all", "a b", "a\u{1B}[2J", "`x`", "naïve"])
    func hostileNames(name: String) {
        for question in [Samples.question(name), Samples.question("a", item: name)] {
            let command = QuestionText().command(for: question)
            #expect(command == ["  baton decide \(Self.run) --id \(Samples.run.child(7)) true"])
        }
    }

    @Test("A command that is too wide goes on behind a backslash, and stays the same command")
    func wrapped() {
        let question = Samples.question("user_wants_ai_generation", item: "epic-1/story-2")
        for width in [45, 60, 80, 120] {
            let lines = QuestionText().command(for: question, width: width)
            #expect(lines.allSatisfy { $0.count <= width || width < 50 })
            let words = lines.joined(separator: "\n").replacing("\\\n", with: "").split(separator: " ")
            #expect(
                words == [
                    "baton", "decide", "\(Self.run)", "--item", "epic-1/story-2", "user_wants_ai_generation=true",
                ])
        }
    }
}
