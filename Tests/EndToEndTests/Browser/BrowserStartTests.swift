import BatonEngine
import BatonTestKit
import Foundation
import Testing

extension EndToEnd {
    /// Starting a run, and going through its history, in a real Chromium.
    @Suite(.enabled(if: WebDriver.isAsked, "make browser installs Chromium and tries it")) struct BrowserStartTests {
        private static let bakery = """
            workflow:
              id: bakery
              name: A bakery
              description: From a crumb to a loaf of any size.
              inputs:
                idea: {type: string, required: true, description: "What should be baked, in a sentence or two."}
                loaves: {type: integer, default: 2, description: How many.}
                rye: {type: boolean}
              sequence:
                - {agent: baker, id: dough, creates: dough.md, phase: plan}
                - {agent: baker, id: bread, creates: bread.md, requires: dough.md, phase: build}
            """

        private func scene() async throws -> BrowserScene {
            try await BrowserScene("- {agent: baker, creates: x.md}") {
                try $0.agents(for: ["baker"])
            } more: { library in
                try Self.bakery.write(to: library.appending(path: "bakery.yaml"), atomically: true, encoding: .utf8)
            }
        }

        /// Keys as WebDriver names them (https://www.w3.org/TR/webdriver2/#keyboard-actions).
        private static let (left, right, home, tab, enter) = (
            "\u{E012}", "\u{E014}", "\u{E011}", "\u{E004}", "\u{E007}"
        )

        @Test("A person starts a run by keyboard, corrects what was wrong, lands on it, and goes back through it")
        func path() async throws {
            let scene = try await scene()
            let driver = scene.driver
            try await driver.open(scene.address + "/start")
            try await scene.see("A bakery")
            try await driver.click("a[href='/start/bakery']")
            try await driver.run("document.getElementById('others').closest('details').open = true")
            try await driver.type("size", into: "#others")
            try await driver.type("Rye bread for a street", into: "#in-0")
            try await driver.type("12" + Self.enter, into: "#in-1")
            try await scene.see("No run was started.")
            #expect(try await driver.run("return document.getElementById('in-0').value") == "Rye bread for a street")
            #expect(try await driver.run("return document.getElementById('in-1').value") == "12")
            let marked = try await driver.run("return document.getElementById('others').ariaInvalid")
            #expect(marked == "true")
            try await driver.run("document.getElementById('others').value = 'size=big'")
            try await driver.type(Self.enter, into: "#in-1")
            try await scene.see("The run has begun.")
            try await scene.see("completed")
            let last = Int(try scene.workspace.query("SELECT max(seq) FROM events")[0]) ?? 0
            let inputs = try scene.workspace.query(
                "SELECT json_extract(inputs, '$.idea', '$.loaves', '$.size') FROM runs")
            #expect(inputs == ["[\"Rye bread for a street\",12,\"big\"]"])
            try await scene.see("\(last) of \(last)")

            try await driver.run("window.isStillHere = true")
            try await driver.type(Self.left, into: "#at")
            try await scene.see("As it was after event \(last - 1) of \(last)")
            try await driver.type(Self.home, into: "#at")
            try await scene.see("As it was after event 1 of \(last)")
            #expect(try await driver.run("return document.activeElement.id") == "at", "the slider keeps the focus")
            let told = try await driver.run("return document.getElementById('at').getAttribute('aria-valuetext')")
            #expect(told == .string("event 1 of \(last)"))
            let news = try await driver.run("return document.getElementById('news').textContent")
            #expect(news.string?.hasPrefix("After event 1 of \(last):") == true, "\(news.text)")
            try await scene.see("0 of 2 steps")
            try await driver.type(Self.right, into: "#at")
            try await scene.see("As it was after event 2 of \(last)")
            #expect(try await driver.run("return location.search") == "?at=2")
            #expect(try await driver.run("return window.isStillHere === true") == true, "the page moved by itself")
            try await driver.click("a[href^='/runs/']:not([data-step])")
            try await scene.see("2 of 2 steps")
            // Chromium tells of every answer that is no success, and 422 is what a form gets that has to be corrected.
            #expect(try await driver.complaints().filter { !$0.contains("422") } == [])
            await driver.quit()
        }

        @Test("The pages of a start and of the past keep axe-core's rules, in every look")
        func views() async throws {
            let scene = try await scene()
            let started = try await scene.workspace.run(["start", "bakery", "--input", "idea=Rye", "--wait"])
            let run = started.output.trimmingCharacters(in: .whitespacesAndNewlines)
            #expect(started.code == 0, "\(started)")
            try await scene.inspect(.workflows, "/start")
            try await scene.inspect(.start, "/start/bakery") {
                try await scene.driver.type("Rye bread for a street", into: "#in-0")
            }
            try await scene.inspect(.past, "/runs/\(run)?at=3")
            try await scene.inspect(.refused, "/start/bakery") {
                try await scene.driver.run(
                    "document.getElementById('in-0').required = false; document.querySelector('form.start').submit()")
                try await scene.see("No run was started.")
            }
            #expect(try await scene.driver.complaints().filter { !$0.contains("422") } == [])
            await scene.driver.quit()
        }
    }
}
