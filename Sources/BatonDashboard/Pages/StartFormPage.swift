import BatonClient

/// What a run of a workflow is to begin with: a field for each input that it declares, and the options of a start.
struct StartFormPage {
    let frame: Frame
    let overview: Overview
    let form: StartForm
    /// Of the request that the form will be.
    let requestID: String
    /// Why the last try did not start a run.
    var faults = StartForm.Faults()

    private var workflow: WorkflowEntry { form.workflow }
    private var title: String { workflow.title.isEmpty ? workflow.id : workflow.title }

    var html: HTML {
        let problems = workflow.problems.prefix(5).map { HTML("<p class=\"reason\">\($0)</p>") }
        let about: HTML =
            workflow.summary.isEmpty ? "" : "<p class=\"about\">\(StartPage.clip(workflow.summary))</p>"
        return frame.page(
            faults.isEmpty ? "Start \(title)" : "Not started: \(title)", at: .start, overview: overview,
            """
            <div class="headline"><p class="crumbs"><a href="/start">All workflows</a></p><h1>\(title)</h1>
            <p class="what"><code>\(workflow.id)</code> · \(workflow.roles.joined(separator: ", "))</p>\
            \(about)\(problems)</div>
            \(failure)<form method="post" action="\(Address.start(workflow.id))" class="start">\(frame.proof)\
            <input type="hidden" name="\(StartForm.requestField)" value="\(requestID)">
            \(inputs)\(options)
            <p class="submit"><button type="submit">Start the run</button></p></form>
            """)
    }

    private var failure: HTML {
        guard !faults.isEmpty else { return "" }
        let fields = faults.fields.keys.sorted().map { name -> HTML in
            let label = name.hasPrefix(StartForm.inputPrefix) ? name.dropFirst(StartForm.inputPrefix.count) : name[...]
            return "<li><b>\(label)</b> \(faults.fields[name])</li>"
        }
        let others = faults.others.prefix(20).map { HTML("<li>\($0)</li>") }
        return """
            <div class="failure" role="alert" id="failure"><p>No run was started.</p>\
            <ul>\(others)\(fields)</ul></div>
            """
    }

    // MARK: What it works on

    private var inputs: HTML {
        var fields = form.inputs.enumerated().map { index, input in
            field(StartForm.inputPrefix + input.name, "in-\(index)", input.name, hint(input)) { attributes in
                control(input, attributes)
            }
        }
        if !workflow.paths.isEmpty {
            let paths = workflow.paths.map { ($0, $0) }
            let hint = "Which of the ways through it is taken."
            fields.append(choice("path", "Path", hint, [("", "not chosen")] + paths))
        }
        fields.append(
            field("project", "project", "Project", "What the run belongs to. Left empty: it is one of its own.") {
                "<input type=\"text\" \($0) maxlength=\"128\" value=\"\(form.texts["project"])\">"
            })
        let isOpen = ["others", "facts"].contains { !(form.texts[$0] ?? "").isEmpty }
        return """
            <fieldset><legend>What it works on</legend>\(fields)
            <details\(isOpen ? " open" : "")><summary>More</summary>\
            \(lines("others", "Other inputs", "In each line name=text, or name:=JSON."))\
            \(lines("facts", "Facts that are known already", "In each line name=value: user_approved=true."))\
            </details></fieldset>
            """
    }

    private func hint(_ input: WorkflowInput) -> String {
        let left = input.defaultValue.map { "Left empty: \($0.string ?? $0.text)" }
        let type = input.type.map { $0 == "string" ? nil : StartForm.phrase($0) } ?? nil
        let needed = input.isRequired && input.defaultValue == nil ? "Required" : nil
        let words = [needed, input.summary, type.map { "\($0.prefix(1).uppercased())\($0.dropFirst())" }, left]
        return words.compactMap { $0 }.map { $0.hasSuffix(".") ? $0 : "\($0)." }.joined(separator: " ")
    }

    private func control(_ input: WorkflowInput, _ attributes: HTML) -> HTML {
        let text = form.texts[StartForm.inputPrefix + input.name]
        let isNeeded = input.isRequired && input.defaultValue == nil
        let required: HTML = isNeeded ? " required" : ""
        switch input.type {
        case "boolean":
            let values = [("", "not said"), ("true", "yes"), ("false", "no")]
            return "<select \(attributes)\(required)>\(options(values, text))</select>"
        case "integer", "number":
            let step: HTML = input.type == "integer" ? "1" : "any"
            return "<input type=\"number\" step=\"\(step)\" \(attributes)\(required) value=\"\(text)\">"
        default:
            // The line end after the tag is the parser's; the text keeps its own.
            return "<textarea rows=\"3\" \(attributes)\(required)>\n\(text)</textarea>"
        }
    }

    // MARK: How it runs

    private var options: HTML {
        let checked: HTML = form.texts["interactive"] == nil ? "" : " checked"
        return """
            <fieldset><legend>How it runs</legend>
            \(choice("checkpoints", "People approve", "Where the run waits for them, whatever its steps say.", [
                ("none", "nowhere, unless a step says so"), ("marked", "where its steps offer it"),
                ("phases", "before each phase"), ("documents", "every document"), ("all", "phases and every step"),
            ]))
            \(choice("unanswered", "Open conditions", "When nobody knows whether a condition holds.", [
                ("ask", "people are asked"), ("no", "it does not hold"), ("yes", "it holds"),
            ]))
            \(choice("optional", "Optional steps", "", [
                ("none", "none of them"), ("all", "all of them"), ("ask", "people are asked"),
            ]))
            \(choice("optional_steps", "Optional activities inside steps", "", [("none", "none"), ("all", "all")]))
            <p class="check"><label><input type="checkbox" name="interactive" value="yes"\(checked)> \
            Talk over the sections that templates mark with <code>elicit</code> while they are written</label></p>
            <details\(hasBudget ? " open" : "")><summary>Budget</summary>\(budget)</details></fieldset>
            """
    }

    private var hasBudget: Bool { ["tokens", "cost", "hours"].contains { !(form.texts[$0] ?? "").isEmpty } }

    private var budget: HTML {
        let limits: [(String, String, HTML)] = [
            ("tokens", "Tokens, at most", "1"), ("cost", "Cost, at most", "any"), ("hours", "Hours, at most", "any"),
        ]
        return limits.map { name, label, step in
            field(name, name, label, "") {
                "<input type=\"number\" min=\"0\" step=\"\(step)\" \($0) value=\"\(form.texts[name])\">"
            }
        }.joined()
    }

    // MARK: Fields

    /// A control with its label, what it is for, and what was wrong with it.
    private func field(
        _ name: String, _ id: String, _ label: String, _ hint: String, _ control: (HTML) -> HTML
    ) -> HTML {
        let fault = faults.fields[name]
        let about: HTML = hint.isEmpty ? "" : "<span class=\"hint\" id=\"\(id)-hint\">\(hint)</span>"
        let wrong: HTML = fault.map { "<span class=\"wrong\" id=\"\(id)-wrong\">\($0)</span>" } ?? ""
        let places = (hint.isEmpty ? [] : ["\(id)-hint"]) + (fault == nil ? [] : ["\(id)-wrong"])
        let described: HTML = places.isEmpty ? "" : " aria-describedby=\"\(places.joined(separator: " "))\""
        let invalid: HTML = fault == nil ? "" : " aria-invalid=\"true\""
        return """
            <p class="field"><label for="\(id)">\(label)</label>\(about)\(wrong)\
            \(control("id=\"\(id)\" name=\"\(name)\"\(described)\(invalid)"))</p>
            """
    }

    private func choice(_ name: String, _ label: String, _ hint: String, _ values: [(String, String)]) -> HTML {
        field(name, name, label, hint) { "<select \($0)>\(options(values, form.texts[name]))</select>" }
    }

    private func options(_ values: [(String, String)], _ chosen: String?) -> HTML {
        values.map { value, words in
            let mark: HTML = value == chosen ? " selected" : ""
            return HTML("<option value=\"\(value)\"\(mark)>\(words)</option>")
        }.joined()
    }

    private func lines(_ name: String, _ label: String, _ hint: String) -> HTML {
        field(name, name, label, hint) { "<textarea rows=\"3\" \($0)>\n\(form.texts[name])</textarea>" }
    }
}
