import BatonMessages
import Foundation
import Synchronization

/// A small server that speaks OpenAI's chat API over HTTP, on a real socket: what it does with each request is told
/// beforehand, also what no server should do.
public final class ChatServer: Sendable {
    public enum Behaviour: Sendable {
        /// A proper answer.
        case answer(String, inputTokens: Int = 100, outputTokens: Int = 10, finish: String = "stop")
        /// A proper answer that takes its time.
        case late(String, after: Duration)
        /// Another status, with headers and a body.
        case status(Int, headers: [String: String] = [:], body: String = "")
        /// A `200` with a body that is something else.
        case body(String)
        /// The connection breaks in the middle of the answer.
        case cut
        /// Never answers; the connection stays open until the client leaves.
        case silence
        /// A body that never ends, begun after a while.
        case endless(after: Duration = .zero)
    }

    /// What a request was.
    public struct Request: Sendable {
        public var path: String
        /// Names in lower case.
        public var headers: [String: String]
        public var body: JSON

        /// The texts of the conversation, by turn.
        public var turns: [String] { (body["messages"]?.array ?? []).compactMap { $0["content"]?.string } }
    }

    private struct State {
        var behaviours: [Behaviour]
        var requests: [Request] = []
        var connections: Set<Int32> = []
        /// How often a client left before it had an answer.
        var abandoned = 0
        /// What clients took of bodies that never end.
        var pouredBytes = 0
        var isClosed = false
    }

    public let port: Int
    private let listener: Int32
    private let state: Mutex<State>

    /// - Parameter behaviours: one for each request; the last one for all further.
    public init(_ behaviours: Behaviour...) throws {
        listener = try LoopbackSocket.listen()
        port = try LoopbackSocket.port(of: listener)
        state = Mutex(State(behaviours: behaviours))
        let thread = Thread { [listener, state = Shared(self)] in
            defer { Glibc.close(listener) }
            while Self.wait(for: listener, POLLIN) {
                guard let server = state.server, !server.isClosed else { return }
                guard let connection = LoopbackSocket.accept(on: listener) else { continue }
                server.serve(connection)
            }
        }
        thread.start()
    }

    deinit { close() }

    /// The base URL, for `--openai`.
    public var url: String { "http://127.0.0.1:\(port)/v1" }
    public var requests: [Request] { state.withLock { $0.requests } }
    private var isClosed: Bool { state.withLock { $0.isClosed } }
    public var abandoned: Int { state.withLock { $0.abandoned } }
    /// How many bytes clients took of bodies that never end.
    public var pouredBytes: Int { state.withLock { $0.pouredBytes } }

    /// Takes no more connections, and breaks those that are open.
    public func close() {
        state.withLock { state in
            guard !state.isClosed else { return }
            state.isClosed = true
            shutdown(listener, Int32(SHUT_RDWR))
            for connection in state.connections { shutdown(connection, Int32(SHUT_RDWR)) }
        }
    }

    /// What a thread holds of its server: the server may go.
    private final class Shared: @unchecked Sendable {
        // Written once, before the thread starts; a weak reference is read atomically.
        private(set) weak var server: ChatServer?
        init(_ server: ChatServer) { self.server = server }
    }

    // MARK: One connection

    private func serve(_ connection: Int32) {
        let isOpen = state.withLock { state in
            if !state.isClosed { state.connections.insert(connection) }
            return !state.isClosed
        }
        guard isOpen else {
            _ = Glibc.close(connection)
            return
        }
        Thread { [self] in
            if let request = Self.read(connection) {
                let behaviour = state.withLock { state in
                    state.requests.append(request)
                    return state.behaviours.count > 1 ? state.behaviours.removeFirst() : state.behaviours[0]
                }
                behave(behaviour, connection)
            }
            state.withLock { _ = $0.connections.remove(connection) }
            Glibc.close(connection)
        }.start()
    }

    private func behave(_ behaviour: Behaviour, _ connection: Int32) {
        switch behaviour {
        case .late(let text, let delay):
            Thread.sleep(forTimeInterval: delay / .seconds(1))
            behave(.answer(text), connection)
        case .answer(let text, let input, let output, let finish):
            var writer = JSONWriter()
            writer.object { writer in
                writer.field("id", "chatcmpl-1")
                writer.array("choices") { writer in
                    writer.object { writer in
                        writer.object("message") {
                            $0.field("role", "assistant")
                            $0.field("content", text)
                        }
                        writer.field("finish_reason", finish)
                    }
                }
                writer.object("usage") {
                    $0.field("prompt_tokens", input)
                    $0.field("completion_tokens", output)
                    $0.field("total_tokens", input + output)
                }
            }
            Self.respond(200, [:], writer.text, connection)
        case .status(let status, let headers, let body): Self.respond(status, headers, body, connection)
        case .body(let body): Self.respond(200, [:], body, connection)
        case .cut:
            _ = Self.write(Self.head + "Content-Length: 5000\r\n\r\n{\"choices\": [", connection)
        case .silence:
            _ = Self.wait(for: connection, POLLIN)
            state.withLock { $0.abandoned += 1 }
        case .endless(let delay):
            Thread.sleep(forTimeInterval: delay / .seconds(1))
            var isThere = Self.write(Self.head + "\r\n{\"choices\": \"", connection)
            let piece = String(repeating: "x", count: 64 << 10)
            while isThere {
                isThere = Self.write(piece, connection)
                state.withLock { $0.pouredBytes += piece.utf8.count }
            }
            state.withLock { $0.abandoned += 1 }
        }
    }

    private static let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"

    private static func respond(_ status: Int, _ headers: [String: String], _ body: String, _ connection: Int32) {
        var lines = ["HTTP/1.1 \(status) Said", "Content-Type: application/json", "Connection: close"]
        lines += headers.map { "\($0.key): \($0.value)" } + ["Content-Length: \(body.utf8.count)", "", ""]
        _ = write(lines.joined(separator: "\r\n") + body, connection)
        // Whoever closes with bytes unread resets the connection.
        shutdown(connection, Int32(SHUT_WR))
    }

    /// A whole request; nil when the client leaves before.
    private static func read(_ connection: Int32) -> Request? {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        var head: (lines: [String], bodyStart: Int)?
        while true {
            if head == nil, let end = bytes.indices.first(where: { bytes[$0...].starts(with: "\r\n\r\n".utf8) }) {
                let lines = String(decoding: bytes[..<end], as: UTF8.self).components(separatedBy: "\r\n")
                head = (lines, end + 4)
                // Who sends much asks first.
                if lines.contains(where: { $0.lowercased() == "expect: 100-continue" }) {
                    _ = write("HTTP/1.1 100 Continue\r\n\r\n", connection)
                }
            }
            if let head {
                var headers: [String: String] = [:]
                for line in head.lines.dropFirst() {
                    let parts = line.split(separator: ":", maxSplits: 1)
                    if parts.count == 2 {
                        headers[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces)
                    }
                }
                let length = headers["content-length"].flatMap { Int($0) } ?? 0
                if bytes.count >= head.bodyStart + length {
                    let body = Array(bytes[head.bodyStart..<(head.bodyStart + length)])
                    let words = head.lines[0].split(separator: " ").map(String.init)
                    return Request(
                        path: words.count > 1 ? words[1] : "", headers: headers,
                        body: (try? JSON.parse(body)) ?? .null)
                }
            }
            guard wait(for: connection, POLLIN) else { return nil }
            let count = recv(connection, &buffer, buffer.count, 0)
            guard count > 0 else { return nil }
            bytes += buffer[..<count]
        }
    }

    /// Whether the socket is ready, and not broken.
    private static func wait(for descriptor: Int32, _ event: Int32) -> Bool {
        var watched = pollfd(fd: descriptor, events: Int16(event), revents: 0)
        while poll(&watched, 1, -1) < 0 { if errno != EINTR { return false } }
        return watched.revents & Int16(POLLERR | POLLNVAL) == 0
            && !(event == POLLIN && watched.revents & Int16(POLLHUP) != 0 && watched.revents & Int16(POLLIN) == 0)
    }

    private static func write(_ text: String, _ connection: Int32) -> Bool {
        let bytes = Array(text.utf8)
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes {
                send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count > 0 {
                written += count
            } else if errno == EAGAIN {
                guard wait(for: connection, POLLOUT) else { return false }
            } else if errno != EINTR {
                return false
            }
        }
        return true
    }
}
