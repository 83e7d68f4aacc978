import Foundation

/// TCP ports on 127.0.0.1.
package enum LocalPort {
    /// A port that nobody listens on; the kernel picks it.
    package static func free() -> Int? {
        withSocket { socket in
            guard bind(socket, to: 0) else { return nil }
            var address = sockaddr_in()
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let named = withUnsafeMutablePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(socket, $0, &length) }
            }
            return named == 0 ? Int(UInt16(bigEndian: address.sin_port)) : nil
        }
    }

    /// Whether a program started now could listen on the port.
    package static func isFree(_ port: Int) -> Bool {
        withSocket { bind($0, to: port) && listen($0, 1) == 0 ? true : nil } ?? false
    }

    /// Whether somebody accepts connections on the port.
    package static func isAccepting(_ port: Int) -> Bool {
        withSocket { socket in withAddress(of: port) { connect(socket, $0, $1) == 0 ? true : nil } } ?? false
    }

    private static func bind(_ socket: Int32, to port: Int) -> Bool {
        // As a server does: connections of a former one that are still closing don't count.
        var on: Int32 = 1
        setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
        return withAddress(of: port) { Glibc.bind(socket, $0, $1) == 0 }
    }

    private static func withAddress<Value>(
        of port: Int, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Value
    ) -> Value {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(truncatingIfNeeded: port).bigEndian
        address.sin_addr = in_addr(s_addr: UInt32(0x7F00_0001).bigEndian)
        return withUnsafePointer(to: address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }

    private static func withSocket<Value>(_ body: (Int32) -> Value?) -> Value? {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        return body(descriptor)
    }
}

extension LocalPort {
    /// Who listens on the port, as far as this user may know: `mosquitto (process 1234)`.
    package static func holder(of port: Int) -> String? {
        let sockets = Set(["/proc/net/tcp", "/proc/net/tcp6"].flatMap { listeners(on: port, in: $0) })
        guard !sockets.isEmpty else { return nil }
        let files = FileManager.default
        for process in (try? files.contentsOfDirectory(atPath: "/proc")) ?? [] where Int(process) != nil {
            let folder = "/proc/\(process)/fd"
            for descriptor in (try? files.contentsOfDirectory(atPath: folder)) ?? [] {
                guard let target = try? files.destinationOfSymbolicLink(atPath: "\(folder)/\(descriptor)"),
                    sockets.contains(target)
                else { continue }
                let name = (try? String(contentsOfFile: "/proc/\(process)/comm", encoding: .utf8)) ?? ""
                return "\(name.trimmingCharacters(in: .whitespacesAndNewlines)) (process \(process))"
            }
        }
        return nil
    }

    /// The names, as in `/proc/PID/fd`, of the sockets that listen on the port, in a table as `/proc/net/tcp` is
    /// (proc_pid_net(5): the local address and the state are the second and fourth column, the inode the tenth).
    private static func listeners(on port: Int, in table: String) -> [String] {
        guard let text = try? String(contentsOfFile: table, encoding: .utf8) else { return [] }
        let suffix = ":" + String(format: "%04X", port)
        let listening = "0A"
        return text.split(separator: "\n").compactMap { line in
            let columns = line.split(separator: " ")
            guard columns.count > 9, columns[1].hasSuffix(suffix), columns[3] == listening else { return nil }
            return "socket:[\(columns[9])]"
        }
    }
}
