import BatonTestKit
import Foundation
import Testing

extension EndToEnd {
    /// HTTPS of the dashboard's own, as curl sees it.
    @Suite(.enabled(if: Certificates.openssl != nil, "there is no openssl")) struct DashboardHTTPSTests {
        private static let token = "0123456789abcdef"

        private struct Scene {
            let certificates: Certificates
            let workspace: Workspace
            let port: String
            private let page: GuardedProcess

            init(_ arguments: (Certificates) -> [String]) async throws {
                let certificates = try Certificates()
                self.certificates = certificates
                let workspace = try Workspace()
                self.workspace = workspace
                page = try workspace.start(
                    [
                        "dashboard", "--host", "0.0.0.0", "--https-cert", certificates.path("server.crt"),
                        "--https-key", certificates.path("server.key"),
                    ] + arguments(certificates), name: "page")
                port = try await DashboardScene.wait(workspace) {
                    workspace.text(ofLog: "page").firstMatch(of: /https:\/\/0\.0\.0\.0:([0-9]+)\//).map { String($0.1) }
                }
            }

            /// What curl says to a page; `words` come before its address.
            func curl(
                _ words: [String], _ path: String = "/", scheme: String = "https"
            ) throws -> (code: Int32, output: String, error: String) {
                let trust = ["--cacert", certificates.path("authority.crt"), "--max-time", "20"]
                return try runToEnd(
                    URL(filePath: "/usr/bin/env"),
                    ["curl", "-siS"] + trust + words + ["\(scheme)://localhost:\(port)\(path)"],
                    directory: workspace.directory)
            }

            func certificate(_ name: String) -> [String] {
                ["--cert", certificates.path("\(name).crt"), "--key", certificates.path("\(name).key")]
            }
        }

        @Test("With an authority alone, nobody is served without a certificate of it, and who has one is in")
        func certificates() async throws {
            let scene = try await Scene { ["--client-ca", $0.path("authority.crt")] }
            #expect(scene.workspace.text(ofLog: "page").contains("have to show a certificate of"))
            for words in [[], scene.certificate("stranger")] {
                for path in ["/", "/login", "/events", "/style.css"] {
                    let refused = try scene.curl(words, path)
                    #expect(refused.code != 0 && !refused.output.contains("HTTP/1.1"), "\(words) \(path): \(refused)")
                }
            }
            let served = try scene.curl(scene.certificate("ann"))
            #expect(served.code == 0 && served.output.hasPrefix("HTTP/1.1 200"), "\(served)")
            #expect(served.output.contains("<h1>Runs</h1>"))
            #expect(try scene.curl(scene.certificate("ann"), "/login").output.hasPrefix("HTTP/1.1 303"))
        }

        @Test("With a token beside it, either lets in; a stranger's certificate is worse than none")
        func either() async throws {
            let scene = try await Scene { ["--client-ca", $0.path("authority.crt"), "--token", Self.token] }
            #expect(try scene.curl(scene.certificate("ann")).output.hasPrefix("HTTP/1.1 200"))
            #expect(try scene.curl([]).output.hasPrefix("HTTP/1.1 303"))
            #expect(try scene.curl(["-H", "Authorization: Bearer \(Self.token)"]).output.hasPrefix("HTTP/1.1 200"))
            let stranger = try scene.curl(
                scene.certificate("stranger") + ["-H", "Authorization: Bearer \(Self.token)"])
            #expect(stranger.code != 0 && !stranger.output.contains("HTTP/1.1"), "\(stranger)")
        }

        @Test("The token goes over TLS 1.2 or later and nothing else, and its cookie too")
        func token() async throws {
            let scene = try await Scene { _ in ["--token", Self.token] }
            let clear = try scene.curl([], scheme: "http")
            #expect(clear.code != 0 && !clear.output.contains("HTTP/1.1 "), "in the clear: \(clear)")
            let old = try scene.curl(["--tls-max", "1.1", "--ciphers", "DEFAULT@SECLEVEL=0"])
            #expect(old.code == 35 && old.error.contains("protocol version"), "TLS 1.1: \(old)")
            #expect(try scene.curl(["--tls-max", "1.2"]).code == 0)
            let login = try scene.curl([], "/login")
            let key = try #require(login.output.firstMatch(of: /name="key" value="([0-9a-f]{64})"/), "\(login)").1
            let origin = "Origin: https://localhost:\(scene.port)"
            let fields = ["--data-urlencode", "token=\(Self.token)", "--data-urlencode", "key=\(key)"]
            let foreign = try scene.curl(["-H", "Origin: http://localhost:\(scene.port)"] + fields, "/login")
            #expect(foreign.output.hasPrefix("HTTP/1.1 403"), "a page in the clear")
            let entered = try scene.curl(["-H", origin] + fields, "/login")
            let cookie = try #require(
                entered.output.firstMatch(of: /Set-Cookie: ([^;]+); Path=\/; HttpOnly; SameSite=Strict; Secure/),
                "\(entered)")
            #expect(try scene.curl(["-H", "Cookie: \(cookie.1)"]).output.hasPrefix("HTTP/1.1 200"))
        }

        @Test(
            "Files that do not go together are refused with what is wrong",
            arguments: [
                (["--https-cert", "server.crt"], "go together"), (["--client-ca", "authority.crt"], "needs HTTPS"),
                (["--https-cert", "server.crt", "--https-key", "ann.key"], "does not fit"),
                (["--https-cert", "none.crt", "--https-key", "server.key"], "can't be read as the certificate"),
                (["--https-cert", "server.crt", "--https-key", "server.crt"], "can't be read as the key"),
                (
                    ["--https-cert", "server.crt", "--https-key", "server.key", "--client-ca", "ann.key"],
                    "can't be read as the authority"
                ), (["--https-cert", "server.crt", "--https-key", "server.key"], "--client-ca"),
            ])
        func wrong(files: [String], word: String) async throws {
            let certificates = try Certificates()
            let words = files.map { $0.hasPrefix("--") ? $0 : certificates.path($0) }
            let refused = try await Workspace().run(["dashboard", "--host", "0.0.0.0"] + words)
            #expect(refused.code != 0 && refused.error.contains(word), "\(refused)")
        }
    }
}
