import Foundation

/// TCP on 127.0.0.1.
enum LoopbackSocket {
    /// A loopback address.
    static func address(port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr = in_addr(s_addr: in_addr_t(0x7F00_0001).bigEndian)
        return address
    }

    /// A non-blocking socket that listens on a free port.
    static func listen() throws -> Int32 {
        let descriptor = try open()
        guard bind(descriptor, port: 0), Glibc.listen(descriptor, 64) == 0 else {
            close(descriptor)
            throw POSIXError(.EADDRNOTAVAIL)
        }
        makeNonblocking(descriptor)
        return descriptor
    }

    static func bind(_ descriptor: Int32, port: Int) -> Bool {
        withPointer(port) { Glibc.bind(descriptor, $0, $1) == 0 }
    }

    /// The port that a socket is bound to.
    static func port(of descriptor: Int32) throws -> Int {
        var address = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isKnown = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &size) == 0 }
        }
        guard isKnown else { throw POSIXError(.EADDRNOTAVAIL) }
        return Int(UInt16(bigEndian: address.sin_port))
    }

    /// The next connection, non-blocking; nil if there is none.
    static func accept(on listener: Int32) -> Int32? {
        let descriptor = Glibc.accept(listener, nil, nil)
        guard descriptor >= 0 else { return nil }
        makeNonblocking(descriptor)
        return descriptor
    }

    /// A non-blocking connection; nil if nobody listens.
    static func connect(to port: Int) -> Int32? {
        guard let descriptor = try? open() else { return nil }
        guard withPointer(port, { Glibc.connect(descriptor, $0, $1) == 0 }) else {
            close(descriptor)
            return nil
        }
        makeNonblocking(descriptor)
        return descriptor
    }

    static func open() throws -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw POSIXError(.EMFILE) }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        return descriptor
    }

    private static func withPointer<Value>(
        _ port: Int, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Value
    ) -> Value {
        withUnsafePointer(to: address(port: port)) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }

    private static func makeNonblocking(_ descriptor: Int32) {
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
        var isOn: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &isOn, socklen_t(MemoryLayout<Int32>.size))
    }
}
