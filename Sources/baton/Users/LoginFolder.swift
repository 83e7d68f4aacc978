import BatonClient
import BatonOrchestrator
import Foundation

/// The folder of one broker's logins: password files, the rights of clients, the orchestrator's access file, and the
/// passwords that were made here.
struct LoginFolder {
    /// The only login with rights to the whole of Baton, by `admins.acl`.
    static let orchestrator = "baton"
    static let accessName = "access.json"
    private static let rightsName = "clients.acl"

    let path: String

    private func file(_ name: String) -> String { "\(path)/\(name)" }

    // MARK: Reading

    func rules() throws -> AccessRules {
        guard FileManager.default.fileExists(atPath: file(Self.accessName)) else { return AccessRules() }
        return try AccessRules(file: file(Self.accessName))
    }

    /// The lines of a password file, by login.
    private func hashes(_ name: String) throws -> [String: String] {
        guard FileManager.default.fileExists(atPath: file(name)) else { return [:] }
        guard let text = try? String(contentsOfFile: file(name), encoding: .utf8) else {
            throw ClientError(.file, "\(file(name)) can't be read: check its rights")
        }
        let pairs = text.split(separator: "\n").compactMap { line -> (String, String)? in
            let parts = line.split(separator: ":", maxSplits: 1).map(String.init)
            return parts.count == 2 ? (parts[0], parts[1]) : nil
        }
        return Dictionary(pairs) { $1 }
    }

    /// Every login and what it is for.
    func logins() throws -> [(name: String, kind: LoginKind)] {
        let rules = try rules()
        return try LoginKind.passwordFiles.flatMap { file in
            try hashes(file).keys.sorted().map { name in
                let kind: LoginKind =
                    switch file {
                    case LoginKind.agent.passwords: .agent
                    case LoginKind.admin.passwords: name == Self.orchestrator ? .orchestrator : .admin
                    // Who speaks for an agent is no client of its own.
                    default: rules.clients[name].map { $0.kind == .dashboard ? .dashboard : .trigger } ?? .agent
                    }
                return (name, kind)
            }
        }
    }

    // MARK: Writing

    /// Adds a login with its rights; the broker knows it once it has read the files again.
    func add(_ name: String, _ kind: LoginKind, password: String, _ change: (inout AccessRules) -> Void) throws {
        var rules = try rules()
        change(&rules)
        try set(name, PasswordHash(of: password).text, in: kind.passwords)
        try save(rules)
    }

    /// A login beside an agent's own, for a program that publishes on other connections than it reads on.
    func addSpeaker(_ name: String, password: String) throws {
        try set(name, PasswordHash(of: password).text, in: LoginKind.trigger.passwords)
    }

    /// Removes a login, and who speaks for it; false when there is none.
    func remove(_ name: String) throws -> Bool {
        var rules = try rules()
        let names = [name] + [rules.agents[name]?.speaker].compactMap { $0 }
        rules.agents[name] = nil
        rules.clients[name] = nil
        var isKnown = false
        for file in LoginKind.passwordFiles {
            for name in names where try hashes(file)[name] != nil {
                isKnown = true
                try set(name, nil, in: file)
            }
        }
        try save(rules)
        for name in names { try? FileManager.default.removeItem(atPath: file("logins/\(name)")) }
        return isKnown
    }

    /// Keeps a password for whoever is to have it; gives the file's path.
    func keep(_ password: String, of name: String) throws -> String {
        try makeFolder(file("logins"))
        try write(password + "\n", to: "logins/\(name)")
        return file("logins/\(name)")
    }

    private func set(_ name: String, _ hash: String?, in file: String) throws {
        var hashes = try hashes(file)
        hashes[name] = hash
        let lines = hashes.sorted { $0.key < $1.key }.map { "\($0.key):\($0.value)\n" }
        try write(lines.joined(), to: file)
    }

    private func save(_ rules: AccessRules) throws {
        try write(rules.text, to: Self.accessName)
        try write(ClientRights.text(rules), to: Self.rightsName)
    }

    private func makeFolder(_ path: String) throws {
        guard !FileManager.default.fileExists(atPath: path) else { return }
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    /// Replaces a file in one step, for its owner's eyes only. It stays whose it was; what the broker reads becomes
    /// whose the folder is, since the broker may be another user than whoever adds logins.
    private func write(_ text: String, to name: String) throws {
        try makeFolder(path)
        let (target, new) = (file(name), file(name) + ".new")
        let attributes = FileManager.default
        let isForBroker = LoginKind.passwordFiles.contains(name) || name == Self.rightsName
        let owner =
            (try? attributes.attributesOfItem(atPath: target))
            ?? (isForBroker ? try? attributes.attributesOfItem(atPath: path) : nil)
        unlink(new)
        let descriptor = open(new, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw ClientError(.file, "\(new) can't be written: check the folder's rights") }
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        var isWritten = Foundation.write(descriptor, bytes, bytes.count) == bytes.count && fsync(descriptor) == 0
        if let user = owner?[.ownerAccountID] as? UInt32, let group = owner?[.groupOwnerAccountID] as? UInt32,
            user != geteuid()
        {
            isWritten = fchown(descriptor, user, group) == 0 && isWritten
        }
        guard isWritten, rename(new, target) == 0 else {
            throw ClientError(.file, "\(target) can't be written: check its rights, and the room on the disk")
        }
    }

    // MARK: The broker

    /// Has the broker of this folder read its files again; false when none runs that may be told.
    func tellBroker() -> Bool {
        guard let text = try? String(contentsOfFile: file("mosquitto.pid"), encoding: .utf8),
            let process = pid_t(text.trimmingCharacters(in: .whitespacesAndNewlines)), process > 1,
            // The number may be another program's by now.
            let name = try? String(contentsOfFile: "/proc/\(process)/comm", encoding: .utf8),
            name.hasPrefix("mosquitto")
        else { return false }
        return kill(process, SIGHUP) == 0
    }
}
