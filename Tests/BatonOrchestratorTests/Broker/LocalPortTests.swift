import BatonOrchestrator
import Foundation
import Testing

@Suite struct LocalPortTests {
    @Test("A free port is free until somebody listens on it, and then it is known who")
    func holder() throws {
        let port = try #require(LocalPort.free())
        #expect((1024...65_535).contains(port))
        #expect(LocalPort.isFree(port))
        #expect(!LocalPort.isAccepting(port))
        #expect(LocalPort.holder(of: port) == nil)

        let listener = try #require(Listener(port: port))
        defer { listener.close() }
        #expect(!LocalPort.isFree(port))
        #expect(LocalPort.isAccepting(port))
        #expect(LocalPort.holder(of: port)?.hasSuffix("(process \(getpid()))") == true)
    }

    @Test("Two calls at once do not give the same port")
    func distinct() throws {
        let first = try #require(LocalPort.free())
        let listener = try #require(Listener(port: first))
        defer { listener.close() }
        #expect(LocalPort.free() != first)
    }
}

/// A socket that listens on 127.0.0.1.
private struct Listener {
    private let socket: Int32

    init?(port: Int) {
        socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr = in_addr(s_addr: UInt32(0x7F00_0001).bigEndian)
        let bound = withUnsafePointer(to: address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard bound == 0, listen(socket, 8) == 0 else { return nil }
    }

    func close() { Glibc.close(socket) }
}
