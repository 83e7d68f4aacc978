import BatonClient

/// Documents in the person's own programs.
extension RunScreen {
    /// Shows a text in the person's pager.
    func page(_ text: String) async {
        guard let pager else { return }
        do throws(ClientError) {
            let file = try ScratchFile(named: "document", text)
            defer { file.remove() }
            try await lend(pager, file)
        } catch {
            say(error.message)
        }
    }

    /// Has the person edit a document, and sends it as amended if it was changed.
    func edit(_ question: DecisionEntry, _ name: String, _ version: Int) async -> WatchScreen.Outcome {
        do throws(ClientError) {
            let text = try await wishes.document(name, version).get()
            let file = try ScratchFile(named: name, text)
            do throws(ClientError) { try await lend(.editor, file) } catch {
                file.remove()
                throw ClientError(error.code, "\(error.message): nothing was sent")
            }
            let bytes = try file.read()
            guard !bytes.isSameText(as: Array(text.utf8)), !bytes.isEmpty else {
                file.remove()
                throw ClientError(.file, "\(TerminalText.line(name)) was not changed: nothing was sent")
            }
            let request = DecideRequest(
                run: question.run, decision: question.id, value: .string("amend"), artifact: ArtifactName(name),
                document: ArtifactDocument(name: ArtifactName(name), body: .init(bytes)))
            let outcome = await wishes.carryOut(.answer(request, question.kind))
            switch outcome {
            case .answer(_, .failure(let error))?:
                throw ClientError(error.code, "\(error.message); your text is in \(file.path)")
            case .late(_, let sentence, _)?:
                return .late(question.id, sentence, kept: "Your \(TerminalText.line(name)) is in \(file.path)")
            default: break
            }
            file.remove()
            return outcome ?? .answer(question.id, .success(""))
        } catch {
            return .answer(question.id, .failure(error))
        }
    }
}

extension ArtifactDocument.Body {
    /// Text where it is text.
    init(_ bytes: [UInt8]) { self = String(validating: bytes, as: UTF8.self).map { .text($0) } ?? .bytes(bytes) }
}

extension [UInt8] {
    /// Editors put a line feed at the end of what has none.
    fileprivate func isSameText(as other: [UInt8]) -> Bool {
        func trimmed(_ bytes: [UInt8]) -> ArraySlice<UInt8> { bytes.last == 0x0A ? bytes.dropLast() : bytes[...] }
        return trimmed(self) == trimmed(other)
    }
}
