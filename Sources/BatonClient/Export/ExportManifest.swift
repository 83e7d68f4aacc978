import BatonMessages

/// What an exported set is made of, as `manifest.json` beside it says: every document with its path and hash, the
/// versions that it came from, and the handoffs between those who made it.
public struct ExportManifest: Sendable, Equatable {
    public var run: Identifier
    public var workflow: String
    public var status: RunStatus
    /// The newest version of each document, with its path below the folder.
    public var artifacts: [ArtifactEntry]
    /// Those that were replaced since; `made_from` leads through them.
    public var earlier: [ArtifactEntry]
    public var handoffs: [Handoff]

    static let name = "manifest.json"
    /// Where a document is called like the manifest.
    static let otherName = "baton-manifest.json"
    /// What is read of a manifest at most, in bytes.
    static let maxBytes = 256 << 20

    init(
        run: Identifier, workflow: String, status: RunStatus, artifacts: [ArtifactEntry], earlier: [ArtifactEntry] = [],
        handoffs: [Handoff] = []
    ) {
        self.run = run
        self.workflow = workflow
        self.status = status
        self.artifacts = artifacts
        self.earlier = earlier
        self.handoffs = handoffs
    }

    /// One artifact or handoff a line, so that two manifests can be compared by eye.
    var bytes: [UInt8] {
        var head = JSONWriter()
        head.object {
            $0.field("manifest", 1)
            $0.field("run", run.description)
            $0.field("workflow", workflow)
            $0.field("status", status.rawValue)
        }
        var text = String(head.text.dropLast())
        func list(_ name: String, _ lines: [[UInt8]]) {
            text += ",\"\(name)\":["
            for (index, line) in lines.enumerated() {
                text += (index == 0 ? "\n" : ",\n") + String(decoding: line, as: UTF8.self)
            }
            text += "\n]"
        }
        list("artifacts", artifacts.map { $0.encode() })
        list("earlier", earlier.map { $0.encode() })
        list("handoffs", handoffs.map { $0.encode() })
        return Array((text + "}\n").utf8)
    }

    /// Reads a manifest, which may come from anybody.
    ///
    /// - Throws: ``ClientError`` `unreadable`, with what is wrong.
    init(_ bytes: [UInt8]) throws(ClientError) {
        guard let json = try? JSON.parse(bytes), json.object != nil else {
            throw Self.unreadable("it is no JSON object")
        }
        guard json["manifest"]?.int == 1 else { throw Self.unreadable("it is of another version") }
        guard let run = json["run"]?.string.flatMap({ Identifier($0) }) else { throw Self.unreadable("run is missing") }
        self.run = run
        workflow = json["workflow"]?.string ?? ""
        guard let status = json["status"]?.string.flatMap(RunStatus.init) else {
            throw Self.unreadable("status is missing")
        }
        self.status = status
        artifacts = try Self.list("artifacts", of: json)
        earlier = try Self.list("earlier", of: json)
        handoffs = try Self.list("handoffs", of: json)
    }

    private static func list<Entry: WireMessage>(_ name: String, of json: JSON) throws(ClientError) -> [Entry] {
        guard let elements = json[name]?.array else { throw unreadable("\(name) is missing") }
        var entries: [Entry] = []
        for (index, element) in elements.enumerated() {
            do throws(WireFault) {
                entries.append(try Entry.decode(element.bytes))
            } catch {
                throw unreadable("\(name)[\(index)]: \(TerminalText.line(error.reasons.joined(separator: "; ")))")
            }
        }
        return entries
    }

    static func unreadable(_ what: String) -> ClientError {
        ClientError(.unreadable, "the manifest can't be read: \(what)")
    }
}
