import BatonClient
import Foundation

/// A copy of a document for a program of the person's own, in a folder that nobody else may look into.
struct ScratchFile: Sendable {
    let path: String
    private let folder: String

    /// - Parameter name: the document's; its last part is the file's name.
    init(named name: String, _ text: String) throws(ClientError) {
        folder = FileManager.default.temporaryDirectory.appending(path: "baton-\(UUID().uuidString)").path
        path = folder + "/" + (name.split(separator: "/").last.map(String.init) ?? "document")
        guard
            (try? FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])) != nil,
            FileManager.default.createFile(
                atPath: path, contents: Data(text.utf8), attributes: [.posixPermissions: 0o600])
        else {
            remove()
            throw ClientError(.file, "\(path) can't be written: is there room, and may you write there?")
        }
    }

    func read() throws(ClientError) -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw ClientError(.file, "\(path) can't be read any more")
        }
        return [UInt8](data)
    }

    func remove() { try? FileManager.default.removeItem(atPath: folder) }
}
