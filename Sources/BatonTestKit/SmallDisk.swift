import Foundation

/// A file system of its own for a database, which can be made full: a tmpfs whose size is cut down to what is used.
public final class SmallDisk {
    public let folder: URL
    private var isMounted = true

    private static let room = "size=8g"

    /// - Parameter folder: exists; it is covered until ``unmount()``.
    /// - Returns: nil when this machine does not let us mount.
    public init?(at folder: URL) {
        self.folder = folder
        guard Self.mount(at: folder, Self.room) else { return nil }
    }

    deinit { unmount() }

    /// By a call and not by a program: while one is started, its copy of this process has all our locks.
    private static func mount(at folder: URL, _ size: String, isAgain: Bool = false) -> Bool {
        // MS_REMOUNT of mount(2).
        Glibc.mount("tmpfs", folder.path, "tmpfs", isAgain ? 32 : 0, size) == 0
    }

    /// No page more than what is used now; false when the machine would not.
    public func fill() -> Bool {
        var numbers = statvfs()
        guard statvfs(folder.path, &numbers) == 0 else { return false }
        let used = (numbers.f_blocks - numbers.f_bfree) * UInt(numbers.f_frsize)
        return Self.mount(at: folder, "size=\(used)", isAgain: true)
    }

    public func makeRoom() { _ = Self.mount(at: folder, Self.room, isAgain: true) }

    public func unmount() {
        guard isMounted else { return }
        isMounted = false
        // MNT_DETACH of umount2(2): also while somebody has files open there.
        umount2(folder.path, 2)
    }
}
