import Glibc
import Synchronization

/// Starts a program that inherits nothing but what it is given.
///
/// `posix_spawn` directly, since Foundation's `Process` passes on the signal mask of the calling thread (Dispatch's and
/// Swift's threads block nearly all signals, so that the program could not be ended by SIGTERM), and open descriptors.
package struct Spawn {
    /// The first is the path of the program.
    package var arguments: [String]
    /// `NAME=value`; nil gives this process's own.
    package var environment: [String]?
    /// What the program finds as its descriptors 0, 1 and 2; nil is `/dev/null`.
    package var input: Int32?
    package var output: Int32?
    package var error: Int32?
    /// Whether the program leads a process group of its own, which can be signalled as a whole.
    package var leadsGroup: Bool
    /// A fourth descriptor: `number` is what the program calls it (above 2), `source` what it is here.
    package var extra: (number: Int32, source: Int32)?

    package init(
        _ arguments: [String], environment: [String]? = nil, input: Int32? = nil, output: Int32? = nil,
        error: Int32? = nil, leadsGroup: Bool = true
    ) {
        self.arguments = arguments
        self.environment = environment
        self.input = input
        self.output = output
        self.error = error
        self.leadsGroup = leadsGroup
    }

    /// - Returns: the process, which the caller must wait for.
    package func start() throws(AgentError) -> pid_t {
        guard let path = arguments.first, !arguments.contains(where: { $0.utf8.contains(0) }) else {
            throw AgentError(.program, "a program needs a path, and no argument may contain a NUL")
        }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        setAttributes(&attributes)
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        addActions(&actions)

        var words = arguments.map { strdup($0) } + [nil]
        var variables = environment.map { $0.map { strdup($0) } + [nil] }
        defer { for word in words + (variables ?? []) { free(word) } }
        var process: pid_t = 0
        let code = Self.descriptors.withLock { _ in
            addCloses(&actions)
            guard variables != nil else {
                return posix_spawn(&process, path, &actions, &attributes, &words, environ)
            }
            return posix_spawn(&process, path, &actions, &attributes, &words, &variables!)
        }
        guard code == 0 else {
            throw AgentError(.program, "\(path) could not be started: \(String(cString: strerror(code)))")
        }
        return process
    }

    private func setAttributes(_ attributes: inout posix_spawnattr_t) {
        var flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        // libmosquitto ignores SIGPIPE for the whole process; a program wants the default back.
        var all = sigset_t()
        sigfillset(&all)
        posix_spawnattr_setsigdefault(&attributes, &all)
        if leadsGroup {
            flags |= POSIX_SPAWN_SETPGROUP
            posix_spawnattr_setpgroup(&attributes, 0)
        }
        posix_spawnattr_setflags(&attributes, Int16(flags))
    }

    private func addActions(_ actions: inout posix_spawn_file_actions_t) {
        for (target, source) in [input, output, error].enumerated() {
            if let source {
                posix_spawn_file_actions_adddup2(&actions, source, Int32(target))
            } else {
                posix_spawn_file_actions_addopen(&actions, Int32(target), "/dev/null", O_RDWR, 0)
            }
        }
        if let extra { posix_spawn_file_actions_adddup2(&actions, extra.source, extra.number) }
    }

    private func addCloses(_ actions: inout posix_spawn_file_actions_t) {
        // Not every library marks its descriptors as private; closing one that is closed meanwhile does no harm.
        for descriptor in Self.openDescriptors where descriptor > 2 && descriptor != extra?.number {
            posix_spawn_file_actions_addclose(&actions, descriptor)
        }
    }

    private static var openDescriptors: [Int32] {
        guard let directory = opendir("/proc/self/fd") else { return [] }
        defer { closedir(directory) }
        var descriptors: [Int32] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if let descriptor = Int32(name) { descriptors.append(descriptor) }
        }
        return descriptors
    }

    /// Between the making of a pipe and its marking as private, no program may start.
    private static let descriptors = Mutex(())

    /// A pipe whose ends no other program inherits.
    package static func pipe() throws(AgentError) -> (reader: Int32, writer: Int32) {
        let ends = descriptors.withLock { _ -> [Int32]? in
            var ends: [Int32] = [-1, -1]
            guard Glibc.pipe(&ends) == 0 else { return nil }
            for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
            return ends
        }
        guard let ends else {
            throw AgentError(.program, "no pipe: \(String(cString: strerror(errno)))", isRetriable: true)
        }
        return (ends[0], ends[1])
    }
}
