import Testing

@testable import BatonDashboard

@Suite struct GateTests {
    private let gate = Gate(token: "0123456789abcdef", names: ["baton.example"])

    @Test("Only this server's own names and addresses are known")
    func hosts() {
        for host in ["127.0.0.1:8080", "localhost:1", "LOCALHOST", "[::1]:80", "192.168.0.7", "baton.example:443"] {
            #expect(gate.knows(host: host), "\(host)")
        }
        for host in ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "", "1.2.3", "a:b", nil] {
            #expect(!gate.knows(host: host), "\(host ?? "none")")
        }
    }

    @Test("A request that changes something comes from a page of the same origin")
    func origins() {
        func isSame(_ origin: String?, _ site: String? = nil) -> Bool {
            gate.isSameOrigin(origin: origin, site: site, host: "127.0.0.1:8080")
        }
        #expect(isSame("http://127.0.0.1:8080"))
        #expect(isSame("http://127.0.0.1:8080", "same-origin"))
        #expect(isSame(nil, "same-origin"))
        #expect(!isSame(nil))
        #expect(!isSame("null"))
        #expect(!isSame("http://127.0.0.1:8081"))
        #expect(!isSame("http://127.0.0.1:8080.evil.example"))
        #expect(!isSame("http://127.0.0.1:8080", "cross-site"))
        #expect(!isSame("http://127.0.0.1:8080", "same-site"))
    }

    @Test("A form counts when this process wrote it")
    func forms() {
        #expect(gate.isOwn(formKey: gate.formKey))
        #expect(!gate.isOwn(formKey: nil))
        #expect(!gate.isOwn(formKey: ""))
        #expect(!gate.isOwn(formKey: Gate(token: nil, names: []).formKey))
    }

    @Test("With a token, only who has shown it comes in")
    func tokens() {
        #expect(gate.takes(token: "0123456789abcdef"))
        #expect(!gate.takes(token: "0123456789abcdeF"))
        #expect(!gate.takes(token: nil))
        #expect(gate.isIn(cookies: "a=b; \(Gate.cookie)=\(gate.session)", authorization: nil))
        #expect(gate.isIn(cookies: nil, authorization: "Bearer 0123456789abcdef"))
        #expect(!gate.isIn(cookies: "\(Gate.cookie)=0123456789abcdef", authorization: nil))
        #expect(!gate.isIn(cookies: nil, authorization: "Bearer x"))
        #expect(!gate.isIn(cookies: nil, authorization: nil))
        #expect(Gate(token: nil, names: []).isIn(cookies: nil, authorization: nil))
    }

    @Test("Others than this machine need a token, and one that cannot be guessed")
    func listening() throws {
        for host in ["127.0.0.1", "127.9.9.9", "localhost", "::1"] { _ = try DashboardConfiguration(host: host) }
        for host in ["0.0.0.0", "::", "192.168.0.1", "127.evil.example", "baton.example"] {
            #expect(throws: DashboardError.self) { try DashboardConfiguration(host: host) }
            _ = try DashboardConfiguration(host: host, token: "0123456789abcdef")
        }
        #expect(throws: DashboardError.self) { try DashboardConfiguration(token: "short") }
    }
}
