import BatonMQTT
import Testing

struct WakeupTests {
    @Test("Any number of signals make one wake-up, and draining takes all of them back")
    func signals() throws {
        let wakeup = try Wakeup()
        let interest = Interest(wakeup.descriptor)
        #expect(try Readiness.wait([interest], timeoutMilliseconds: 0) == [Readiness()])
        for _ in 1...100_000 { wakeup.signal() }
        #expect(try Readiness.wait([interest], timeoutMilliseconds: 0)[0].canRead)
        wakeup.drain()
        #expect(try Readiness.wait([interest], timeoutMilliseconds: 0) == [Readiness()])
        wakeup.signal()
        #expect(try Readiness.wait([interest], timeoutMilliseconds: nil)[0].canRead)
    }

    @Test("A signal from another thread ends a wait")
    func otherThread() async throws {
        let wakeup = try Wakeup()
        try DedicatedThread.run(named: "a name longer than Linux keeps") { wakeup.signal() }
        #expect(try Readiness.wait([Interest(wakeup.descriptor)], timeoutMilliseconds: 20_000)[0].canRead)
    }
}
