import BatonTestKit
import Foundation

/// A file system of its own for the database, which can be made full: a tmpfs whose size is cut down to what is used.
final class SmallDisk {
    let folder: URL
    private var isMounted = true

    /// nil, when this machine lets nobody mount; then the folder is an ordinary one.
    init?(at folder: URL) {
        self.folder = folder
        guard Self.mount("size=8g", at: folder, type: "tmpfs") else { return nil }
    }

    deinit { unmount() }

    private static func mount(_ options: String, at folder: URL, type: String?) -> Bool {
        let source = type.map { ["-t", $0, "tmpfs"] } ?? []
        let result = try? runToEnd(
            URL(filePath: "/usr/bin/env"), ["mount", "-o", options] + source + [folder.path],
            directory: FileManager.default.temporaryDirectory)
        return result?.code == 0
    }

    /// No page more than what is used now; false when the machine would not.
    func fill() -> Bool {
        var numbers = statvfs()
        guard statvfs(folder.path, &numbers) == 0 else { return false }
        let used = (numbers.f_blocks - numbers.f_bfree) * UInt(numbers.f_frsize)
        return Self.mount("remount,size=\(used)", at: folder, type: nil)
    }

    func makeRoom() { _ = Self.mount("remount,size=8g", at: folder, type: nil) }

    func unmount() {
        guard isMounted else { return }
        isMounted = false
        _ = try? runToEnd(
            URL(filePath: "/usr/bin/env"), ["umount", "-l", folder.path],
            directory: FileManager.default.temporaryDirectory)
    }
}
