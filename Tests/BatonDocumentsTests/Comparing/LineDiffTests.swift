import Testing

@testable import BatonDocuments

@Suite struct LineDiffTests {
    @Test("Differences are shown as diff -u shows them")
    func unified() {
        let old = "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\nk\nl\n"
        let new = "a\nB\nc\nd\ne\nf\ng\nh\ni\nj\nl\nm"
        #expect(
            LineDiff(from: old, to: new).unified(old: "prd.md 1", new: "prd.md 2") == """
                --- prd.md 1
                +++ prd.md 2
                @@ -1,5 +1,5 @@
                 a
                -b
                +B
                 c
                 d
                 e
                @@ -8,5 +8,5 @@
                 h
                 i
                 j
                -k
                 l
                +m
                \\ No newline at end of file

                """)
        #expect(
            LineDiff(from: "", to: "x\n").unified(old: "o", new: "n", context: 0)
                == "--- o\n+++ n\n@@ -0,0 +1 @@\n+x\n")
        #expect(LineDiff(from: old, to: old).unified(old: "o", new: "n") == "")
        #expect(LineDiff(from: "é\n", to: "e\u{301}\n").isEmpty == false)
    }

    @Test("The changes lead from the old text to the new one, by as few lines as possible", arguments: 0..<200)
    func property(seed: Int) {
        var generator = SeededGenerator(seed: UInt64(seed))
        func text() -> [String] {
            (0..<Int.random(in: 0..<30, using: &generator)).map { _ in
                "\(Int.random(in: 0..<5, using: &generator))\n"
            }
        }
        let (old, new) = (text(), text())
        let diff = LineDiff(from: old.joined(), to: new.joined())
        #expect(sides(diff) == [old, new], "seed \(seed)")
        #expect(changed(diff) == old.count + new.count - 2 * commonLength(old, new), "seed \(seed)")
        #expect(!diff.isCoarse)
    }

    @Test("Texts that differ too much get a coarse answer, which still leads from one to the other")
    func coarse() {
        let old = ["same\n"] + (0..<50).map { "old \($0)\n" } + ["end\n"]
        let new = ["same\n"] + (0..<50).map { "new \($0)\n" } + ["end\n"]
        for (distance, work) in [(10, 1_000_000), (1000, 20)] {
            let diff = LineDiff(from: old.joined(), to: new.joined(), maxDistance: distance, maxWork: work)
            #expect(diff.isCoarse)
            #expect(sides(diff) == [old, new])
            #expect(changed(diff) == 100)
        }
    }

    @Test("Huge texts are compared in bounded time")
    func huge() {
        let old = (0..<20_000).map { "\($0 % 7)\n" }.joined()
        let new = (0..<20_000).map { "\($0 % 11)\n" }.joined()
        let time = ContinuousClock().measure { _ = LineDiff(from: old, to: new) }
        #expect(time < .seconds(60))
    }

    private func sides(_ diff: LineDiff) -> [[String]] {
        var (old, new): ([String], [String]) = ([], [])
        for change in diff.changes {
            switch change {
            case .same(let line):
                old.append(line)
                new.append(line)
            case .removed(let line): old.append(line)
            case .added(let line): new.append(line)
            }
        }
        return [old, new]
    }

    private func changed(_ diff: LineDiff) -> Int {
        diff.changes.count { if case .same = $0 { false } else { true } }
    }

    /// The longest common subsequence, by the table that everybody knows.
    private func commonLength(_ old: [String], _ new: [String]) -> Int {
        var lengths = Array(repeating: Array(repeating: 0, count: new.count + 1), count: old.count + 1)
        for (i, left) in old.enumerated() {
            for (j, right) in new.enumerated() {
                lengths[i + 1][j + 1] =
                    left == right ? lengths[i][j] + 1 : max(lengths[i][j + 1], lengths[i + 1][j])
            }
        }
        return lengths[old.count][new.count]
    }
}
