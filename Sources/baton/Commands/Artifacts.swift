import ArgumentParser
import BatonClient

struct Artifacts: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List the documents of a run.",
        discussion: """
            A document is stale when a newer version is there of one that it was made from; `baton lineage` says which.

            Examples:
              baton artifacts last
              baton artifacts last --all --json
            """)

    @OptionGroup var target: RunArgument

    @Flag(help: "Every version, not only the latest.")
    var all = false

    @OptionGroup var output: OutputOptions

    @OptionGroup(title: "Connection") var connection: ConnectionOptions

    func run() async throws {
        let artifacts = try await connection.withClient { client in
            try await client.artifacts(of: try await target.resolve(client))
        }
        let shown = all ? artifacts : artifacts.latestVersions
        if output.json { return shown.forEach { printJSON($0) } }
        let stale = Lineage(artifacts).stale
        var table = TextTable("NAME", "VERSION", "BYTES", "ROLE", "SHA-256", "")
        for artifact in shown {
            table.add(
                artifact.name, "\(artifact.version)", "\(artifact.size)", artifact.role,
                String(artifact.digest.description.prefix(16)), stale.contains(artifact.id) ? "stale" : "")
        }
        Terminal.print(table)
    }
}
