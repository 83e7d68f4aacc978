import BatonTestKit
import Foundation

/// What a browser with a page open does: it listens to the page's event stream, and asks for what has changed whenever
/// there is something new, as the page's script does.
struct Browser {
    let port: Int
    let page: String

    /// The script asks not more often.
    private static let pauseMicroseconds: useconds_t = 400_000

    /// Looks on a thread of its own until the process ends.
    func start(whenRead: @escaping @Sendable () -> Void) {
        let thread = Thread {
            do { try look(whenRead) } catch { say("a browser: \(error)") }
        }
        thread.stackSize = 1 << 20
        thread.start()
    }

    private func look(_ whenRead: () -> Void) throws {
        var reader = try Exchange(port: port)
        var parts = ""
        func read() throws {
            let body = try reader.get(page, ["Baton-Parts: \(parts)"])
            if let found = body.firstMatch(of: /data-parts="([^"]*)"/) { parts = String(found.1) }
            whenRead()
        }
        var stream = try Exchange(port: port)
        try stream.ask(page == "/" ? "/events" : "\(page)/events", [])
        try read()
        while let line = try stream.line() {
            guard line.hasPrefix("event: changed") else { continue }
            try read()
            usleep(Self.pauseMicroseconds)
        }
    }
}

/// One connection of HTTP/1.1.
private struct Exchange {
    private let file: FileHandle
    private let port: Int
    private var waiting: [UInt8] = []
    private var place = 0

    init(port: Int) throws {
        self.port = port
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr = in_addr(s_addr: in_addr_t(0x7F00_0001).bigEndian)
        let isConnected = withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        guard isConnected else { throw BenchFailure("no connection to the dashboard") }
        file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    }

    func ask(_ path: String, _ fields: [String]) throws {
        let head = ["GET \(path) HTTP/1.1", "Host: 127.0.0.1:\(port)"] + fields
        try file.write(contentsOf: Data((head.joined(separator: "\r\n") + "\r\n\r\n").utf8))
    }

    /// The body of an answer whose length is told.
    mutating func get(_ path: String, _ fields: [String]) throws -> String {
        try ask(path, fields)
        var length = 0
        while let line = try line(), !line.isEmpty {
            let parts = line.split(separator: ":", maxSplits: 1)
            if parts.count == 2, parts[0].lowercased() == "content-length" {
                length = Int(parts[1].trimmingCharacters(in: .whitespaces)) ?? 0
            }
        }
        while waiting.count - place < length { guard try fill() else { break } }
        let end = min(waiting.count, place + length)
        defer { place = end }
        return String(decoding: waiting[place..<end], as: UTF8.self)
    }

    /// nil: the connection was closed.
    mutating func line() throws -> String? {
        while true {
            if let end = waiting[place...].firstIndex(of: UInt8(ascii: "\n")) {
                let line = String(decoding: waiting[place..<end], as: UTF8.self)
                place = end + 1
                return line.hasSuffix("\r") ? String(line.dropLast()) : line
            }
            guard try fill() else { return nil }
        }
    }

    private mutating func fill() throws -> Bool {
        waiting.removeFirst(place)
        place = 0
        var piece = [UInt8](repeating: 0, count: 64 << 10)
        let count = recv(file.fileDescriptor, &piece, piece.count, 0)
        guard count > 0 else { return false }
        waiting += piece[0..<count]
        return true
    }
}
