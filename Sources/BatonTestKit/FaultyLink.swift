import BatonMQTT
import Foundation
import Synchronization

/// A TCP proxy on loopback that does to its connections what networks do: it drops them, stalls, lets half of a packet
/// through, passes bytes a few at a time, and tells one end that the connection is gone but not the other.
public final class FaultyLink: Sendable {
    /// Where to connect to.
    public let port: Int
    private let target: Int
    private let wakeup: Wakeup
    private let orders = Orders()
    private let ended = DispatchSemaphore(value: 0)

    enum Order: Sendable {
        case drop, halve, halfOpen
        case stall(Bool)
        case crumble(Bool)
        case stop
    }

    /// - Parameter target: the loopback port that connections go on to.
    public init(to target: Int) throws {
        self.target = target
        wakeup = try Wakeup()
        let listener = try LoopbackSocket.listen()
        port = try LoopbackSocket.port(of: listener)
        try DedicatedThread.run(named: "faulty-link") { [wakeup, orders, ended] in
            var relay = Relay(listener: listener, target: target)
            while relay.turn(wakeup: wakeup, orders: orders.take()) {}
            ended.signal()
        }
    }

    deinit {
        order(.stop)
        ended.wait()
    }

    /// Ends every connection, on both sides.
    public func drop() { order(.drop) }

    /// While it lasts nothing passes, in either direction; connections stay, and new ones are taken.
    public func stall(_ isStalling: Bool) { order(.stall(isStalling)) }

    /// The next bytes on each connection: half of them pass, and the connection ends.
    public func halve() { order(.halve) }

    /// While it lasts bytes pass three at a time.
    public func crumble(_ isCrumbling: Bool) { order(.crumble(isCrumbling)) }

    /// The side that connected learns that its connections are gone; the other learns it five seconds later.
    public func halfOpen() { order(.halfOpen) }

    private func order(_ order: Order) {
        orders.add(order)
        wakeup.signal()
    }
}

/// What the owner asks of the thread.
private final class Orders: Sendable {
    private let list = Mutex<[FaultyLink.Order]>([])

    func add(_ order: FaultyLink.Order) { list.withLock { $0.append(order) } }

    func take() -> [FaultyLink.Order] {
        list.withLock { list in
            defer { list = [] }
            return list
        }
    }
}

/// The connections of a link, on its thread.
private struct Relay {
    /// One direction of a connection.
    private struct Lane {
        let source: Int32
        let sink: Int32
        var waiting: [UInt8] = []
        /// The source has ended; the sink is told once everything has passed.
        var isEnding = false
    }

    private struct Pair {
        let near: Int32
        let far: Int32
        var lanes: [Lane]
        /// For a half-open connection: when the far side learns.
        var farEndsAt: ContinuousClock.Instant?
        var isOver = false

        init(near: Int32, far: Int32) {
            self.near = near
            self.far = far
            lanes = [Lane(source: near, sink: far), Lane(source: far, sink: near)]
        }
    }

    /// What waits in one direction; beyond, nothing more is read.
    private static let maxWaitingBytes = 256 << 10
    private let listener: Int32
    private let target: Int
    private var pairs: [Pair] = []
    private var isStalling = false
    private var isCrumbling = false
    private var isHalving = false

    init(listener: Int32, target: Int) {
        self.listener = listener
        self.target = target
    }

    /// Waits for something to do, and does it; false when that was the end.
    mutating func turn(wakeup: Wakeup, orders: [FaultyLink.Order]) -> Bool {
        for order in orders {
            switch order {
            case .drop: for index in pairs.indices { end(index) }
            case .halve: isHalving = true
            case .halfOpen: for index in pairs.indices { halfOpen(index) }
            case .stall(let isStalling): self.isStalling = isStalling
            case .crumble(let isCrumbling): self.isCrumbling = isCrumbling
            case .stop:
                for index in pairs.indices { end(index) }
                close(listener)
                return false
            }
        }
        pairs.removeAll(where: \.isOver)
        var interests = [Interest(wakeup.descriptor), Interest(listener)]
        var places: [(pair: Int, lane: Int, isSource: Bool)] = []
        for (pair, connection) in pairs.enumerated() where connection.farEndsAt == nil && !isStalling {
            for (lane, direction) in connection.lanes.enumerated() {
                if !direction.isEnding, direction.waiting.count < Self.maxWaitingBytes {
                    interests.append(Interest(direction.source))
                    places.append((pair, lane, true))
                }
                if !direction.waiting.isEmpty {
                    interests.append(Interest(direction.sink, read: false, write: true))
                    places.append((pair, lane, false))
                }
            }
        }
        let pause = pairs.contains { $0.farEndsAt != nil } ? 100 : isCrumbling ? 1 : 1000
        guard let ready = try? Readiness.wait(interests, timeoutMilliseconds: pause) else { return true }
        if ready[0].canRead { wakeup.drain() }
        if ready[1].canRead { accept() }
        for (place, readiness) in zip(places, ready[2...]) where !pairs[place.pair].isOver {
            if place.isSource {
                if readiness.canRead { read(place.pair, place.lane) }
            } else if readiness.canWrite {
                write(place.pair, place.lane)
            }
        }
        for (index, pair) in pairs.enumerated() where pair.farEndsAt.map({ $0 <= .now }) == true { end(index) }
        return true
    }

    private mutating func accept() {
        guard let near = LoopbackSocket.accept(on: listener) else { return }
        guard let far = LoopbackSocket.connect(to: target) else {
            close(near)
            return
        }
        pairs.append(Pair(near: near, far: far))
    }

    private mutating func read(_ pair: Int, _ lane: Int) {
        var bytes = [UInt8](repeating: 0, count: 64 << 10)
        let count = Glibc.read(pairs[pair].lanes[lane].source, &bytes, bytes.count)
        guard count > 0 else {
            guard count == 0 || (errno != EAGAIN && errno != EINTR) else { return }
            pairs[pair].lanes[lane].isEnding = true
            if count < 0 || pairs[pair].lanes[lane].waiting.isEmpty { end(pair) }
            return
        }
        if isHalving {
            isHalving = false
            pairs[pair].lanes[lane].waiting += bytes.prefix(max(1, count / 2))
            write(pair, lane)
            return end(pair)
        }
        pairs[pair].lanes[lane].waiting += bytes.prefix(count)
        if !isCrumbling { write(pair, lane) }
    }

    private mutating func write(_ pair: Int, _ lane: Int) {
        let waiting = pairs[pair].lanes[lane].waiting
        let length = isCrumbling ? min(3, waiting.count) : waiting.count
        let count = waiting.withUnsafeBytes { send(pairs[pair].lanes[lane].sink, $0.baseAddress, length, Self.quietly) }
        guard count >= 0 else {
            if errno != EAGAIN && errno != EINTR { end(pair) }
            return
        }
        pairs[pair].lanes[lane].waiting.removeFirst(count)
        if pairs[pair].lanes[lane].isEnding, pairs[pair].lanes[lane].waiting.isEmpty { end(pair) }
    }

    /// A peer that is gone is an error code, not a signal.
    private static let quietly = Int32(MSG_NOSIGNAL)

    private mutating func end(_ pair: Int) {
        guard !pairs[pair].isOver else { return }
        pairs[pair].isOver = true
        if pairs[pair].farEndsAt == nil { close(pairs[pair].near) }
        close(pairs[pair].far)
    }

    private mutating func halfOpen(_ pair: Int) {
        guard !pairs[pair].isOver, pairs[pair].farEndsAt == nil else { return }
        close(pairs[pair].near)
        pairs[pair].farEndsAt = .now + .seconds(5)
    }
}
