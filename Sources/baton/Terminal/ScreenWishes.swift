import BatonClient

/// Does for a run what a person at its screen wants, by requests like those of any other client.
struct ScreenWishes {
    let client: Client
    let run: Identifier

    /// Longer documents are not read on a screen, in bytes.
    private static let maxDocument = 2 << 20

    /// - Returns: nil for what concerns the screen alone.
    func carryOut(_ wish: WatchScreen.Wish) async -> WatchScreen.Outcome? {
        switch wish {
        case .answer(let request, let kind):
            guard let decision = request.decision else { return nil }
            return await answer(request, decision, kind)
        case .pause:
            return .steered(await result { "the run is \(try await client.pause(run).status.rawValue)" })
        case .resume:
            return .steered(await result { "the run is \(try await client.resume(run).status.rawValue)" })
        case .listDocuments: return .documents(await result { try await client.artifacts(of: run) })
        case .read(let name, let version):
            return .document(name: name, version: version, await result { try await text(of: name, version) })
        case .page, .edit, .leave, .interrupt, .suspend, .redraw: return nil
        }
    }

    private func answer(
        _ request: DecideRequest, _ decision: Identifier, _ kind: Decision.Kind
    ) async -> WatchScreen.Outcome {
        switch await result({ try await client.decide(request) }) {
        case .success(let reply):
            let sentence = kind == .approval ? reply.approvalSentence : reply.sentence
            return reply.hasChanged ? .answer(decision, .success(sentence)) : .late(decision, sentence)
        case .failure(let error): return .answer(decision, .failure(error))
        }
    }

    /// A document's text, for an editor.
    func document(_ name: String, _ version: Int) async -> Result<String, ClientError> {
        await result { try await text(of: name, version) }
    }

    private func text(of name: String, _ version: Int) async throws -> String {
        let artifact = try await client.versions(of: name, in: run).version(version)
        let command = "`baton cat \(run) \(TerminalText.line(name)) --version \(version)`"
        guard artifact.size <= Self.maxDocument else {
            throw ClientError(.file, "\(artifact.size) bytes are too long to be read here; \(command) writes it")
        }
        guard let text = String(validating: try await client.content(of: artifact, in: run), as: UTF8.self) else {
            throw ClientError(.file, "\(TerminalText.line(name)) is no text; \(command) writes it")
        }
        return text
    }

    private func result<Value: Sendable>(
        _ body: () async throws -> Value
    ) async -> Result<Value, ClientError> {
        do { return .success(try await body()) } catch {
            return .failure(error as? ClientError ?? ClientError(.stopped, "\(error)"))
        }
    }
}
