import BatonMQTT
import BatonTestKit
import Glibc
import Testing

/// A TCP port that accepts nobody, or one client to tell it what the test wants.
final class Listener {
    let descriptor: Int32
    let port: Int

    init(backlog: Int32) throws {
        port = try freePort()
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        try #require(descriptor >= 0)
        var address = self.address
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, size) == 0 }
        }
        try #require(isBound && listen(descriptor, backlog) == 0)
    }

    deinit { close(descriptor) }

    private var address: sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr = in_addr(s_addr: in_addr_t(0x7F00_0001).bigEndian)
        return address
    }

    /// Waits, on a thread of its own, for a client's first bytes and answers them.
    func answer(with bytes: [UInt8]) throws {
        let descriptor = descriptor
        try DedicatedThread.run(named: "fake broker") {
            let client = accept(descriptor, nil, nil)
            var buffer = [UInt8](repeating: 0, count: 1000)
            guard client >= 0, read(client, &buffer, buffer.count) > 0 else { return }
            _ = write(client, bytes, bytes.count)
            // Until the client goes.
            _ = read(client, &buffer, buffer.count)
            close(client)
        }
    }

    /// Sends the first packet of a handshake and does not wait for the second.
    func startConnecting() throws -> Int32 {
        let client = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        try #require(client >= 0)
        _ = fcntl(client, F_SETFL, O_NONBLOCK)
        var address = self.address
        _ = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(client, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        return client
    }
}
