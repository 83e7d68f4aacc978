import Glibc

/// A thread of its own for a loop that blocks, so that it never holds a thread of Swift's cooperative pool.
public enum DedicatedThread {
    /// Runs `body` on a new, detached thread.
    ///
    /// - Parameter name: shown by `top -H` and debuggers; Linux keeps the first 15 bytes.
    public static func run(named name: String, _ body: @escaping @Sendable () -> Void) throws(MQTTError) {
        let start = Unmanaged.passRetained(Start(name: name, body: body))
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        var thread = pthread_t()
        let code = pthread_create(&thread, &attributes, threadMain, start.toOpaque())
        guard code == 0 else {
            start.release()
            throw .system("starting a thread", errno: code)
        }
    }
}

private final class Start: Sendable {
    let name: String
    let body: @Sendable () -> Void

    init(name: String, body: @escaping @Sendable () -> Void) {
        self.name = name
        self.body = body
    }
}

private func threadMain(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let argument else { return nil }
    let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
    setName(start.name)
    start.body()
    return nil
}

/// The call for it is a GNU extension that Swift does not see; the file says the same.
private func setName(_ name: String) {
    let file = open("/proc/thread-self/comm", O_WRONLY | O_CLOEXEC)
    guard file >= 0 else { return }
    let bytes = Array(name.utf8.prefix(15))
    _ = write(file, bytes, bytes.count)
    close(file)
}
