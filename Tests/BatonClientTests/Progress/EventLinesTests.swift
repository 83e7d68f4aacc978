import BatonClient
import Testing

@Suite struct EventLinesTests {
    static let table: [(LogEvent, [String])] = [
        (
            Samples.event(
                1, "started", then: [["kind": "phase_entered", "phase": "discovery"], ["kind": "step_ready"]]),
            ["0:01  the run begins", "0:01  phase discovery begins"]
        ),
        (
            Samples.event(
                2, "dispatched", step: "pm-prd", agent: "pm-1", attempt: 1, input: ["agent": "pm-1", "role": "pm"]),
            ["0:02  pm-prd: given to pm-1 as pm"]
        ),
        (
            Samples.event(
                3, "reworked", input: ["artifact": "prd.md", "by": "ann"],
                then: [["kind": "step_queued", "step": "arch", "task": 9, "artifacts": ["architecture.md"]]]),
            [
                "0:03  what is stale since prd.md has changed is made again, as ann asks",
                "0:03  arch: will be done again: architecture.md",
            ]
        ),
        (
            Samples.event(3, "dispatched", step: "pm-prd", agent: "pm-1", attempt: 2, input: ["role": "pm"]),
            ["0:03  pm-prd: given to pm-1 as pm, attempt 2"]
        ),
        (
            Samples.event(
                4, "completed", step: "pm-prd", agent: "pm-1",
                input: ["artifacts": [["name": "prd.md"], ["name": "x.md"]]],
                then: [["kind": "unchanged", "name": "x.md"], ["kind": "milestone", "phase": "plan"]]),
            [
                "0:04  pm-prd: completed by pm-1: prd.md, x.md", "0:04  x.md is unchanged",
                "0:04  phase plan is finished",
            ]
        ),
        (
            Samples.event(
                5, "attempt_ended", step: "s", agent: "a", input: ["outcome": "timed_out", "message": "took too long"],
                then: [["kind": "retry_scheduled", "step": "s", "at": "2026-01-31T12:00:07.000Z"]]),
            ["0:05  s: the attempt of a timed out: took too long", "0:05  s: the next attempt is in 2 s"]
        ),
        (
            Samples.event(6, "attempt_ended", step: "s", input: ["outcome": "rejected", "message": ""]),
            ["0:06  s: the attempt was rejected"]
        ),
        (
            Samples.event(
                7, "completed", step: "s", agent: "a",
                then: [
                    ["kind": "branch", "step": "t", "condition": "x", "holds": false, "origin": "start"],
                    ["kind": "step_skipped", "step": "t", "reason": "x does not hold"],
                    ["kind": "guidance", "step": "g", "notes": "Save\nit.\n", "condition": "y"],
                    ["kind": "attention", "step": "u", "reason": "loops come later"],
                ]),
            [
                "0:07  s: completed by a", "0:07  t: x does not hold (start)", "0:07  t: skipped: x does not hold",
                "0:07  g (if y): Save it.", "0:07  u: needs a person: loops come later",
            ]
        ),
        (
            Samples.event(
                8, "cancelled", input: ["by": "ann", "reason": "enough"],
                then: [["kind": "run_ended", "status": "cancelled", "reason": "enough"]]),
            ["0:08  cancelled by ann: enough", "0:08  the run is cancelled: enough"]
        ),
        (
            Samples.event(
                12, "completed", step: "dev-code", item: "epic-1/story-2", agent: "dev-1",
                then: [
                    ["kind": "step_failed", "step": "dev-code", "reason": "no disk"],
                    ["kind": "block_entered", "step": "stories", "item": "epic-1", "items": 3],
                    ["kind": "block_entered", "step": "loop"], ["kind": "round_begun", "step": "loop", "round": 2],
                    ["kind": "routed", "step": "size", "route": "small", "origin": "pm-size reported it"],
                    ["kind": "verdict", "step": "po", "passed": true, "flagged": []],
                    ["kind": "verdict", "step": "po", "passed": false, "flagged": ["prd.md", "x.md"]],
                    ["kind": "asked", "decision": 7, "name": "more", "item": "epic-1", "question": "Is there more?"],
                    ["kind": "child_started", "step": "sub", "run": "0197"],
                ]),
            [
                "0:12  dev-code (epic-1/story-2): completed by dev-1",
                "0:12  dev-code (epic-1/story-2): failed: no disk", "0:12  stories (epic-1): begins: 3 items",
                "0:12  loop: begins", "0:12  loop: round 2 begins",
                "0:12  size: takes the route small (pm-size reported it)", "0:12  po: the review passes",
                "0:12  po: the review does not pass: prd.md, x.md",
                "0:12  needs an answer: more (epic-1): Is there more?",
                "0:12  sub: a run of its own begins: 0197",
            ]
        ),
        (
            Samples.event(
                13, "decided", input: ["decision": 7, "value": true, "by": "ann"],
                then: [["kind": "decided", "decision": 7, "name": "more", "answer": true, "by": "ann"]]),
            ["0:13  ann answers more: true"]
        ),
        (
            Samples.event(14, "child_ended", step: "sub", input: ["run": "0197", "status": "completed"]),
            ["0:14  sub: its run 0197 is completed"]
        ),
        (
            Samples.event(
                15, "attempt_ended", step: "code", agent: "dan",
                input: ["outcome": "refused", "message": "no basis\n- who pays\n- how many orders"],
                then: [
                    [
                        "kind": "handoff_refused", "step": "code", "by": "dan", "to": "prd",
                        "reason": "no basis\n- who pays\n- how many orders",
                    ]
                ]),
            [
                "0:15  code: the attempt of dan was refused: no basis", "        - who pays",
                "        - how many orders",
                "0:15  code: dan refuses the handoff; prd is to add: no basis", "        - who pays",
                "        - how many orders",
            ]
        ),
        (Samples.event(9, "brand_new", step: "s", then: [["kind": "unheard_of"]]), ["0:09  s: brand new"]),
        (Samples.event(10, "completed", step: "s\u{1B}[2J", agent: "a\nb"), ["0:10  s: completed by a b"]),
        (Samples.event(11, "completed", input: "odd", then: "odd"), ["0:11  a step: completed by an agent"]),
    ]

    @Test("Every event is told in plain lines", arguments: table)
    func told(event: LogEvent, lines: [String]) { #expect(EventLines(startedAt: Samples.start).lines(event) == lines) }
}
