import BatonClient
import NIOSSL

/// TLS of the dashboard's own: the certificate that it shows, and those that it wants to see.
public struct Encryption: Sendable {
    let configuration: TLSConfiguration
    /// The file of the authority whose certificates let a browser in; nil asks for none.
    let clientAuthorityFile: String?

    /// - Parameters:
    ///   - certificateFile: the server's certificate, and those between it and an authority, in PEM.
    ///   - keyFile: its key, in PEM, without a password.
    ///   - clientAuthorityFile: in PEM; a browser that has a certificate of this authority comes in by it.
    /// - Throws: ``DashboardError`` when a file can't be read, or the key is another certificate's.
    public init(
        certificateFile: String, keyFile: String, clientAuthorityFile: String? = nil
    ) throws(DashboardError) {
        let chain = try Self.read(certificateFile, "certificate") { try NIOSSLCertificate.fromPEMFile($0) }
        let key = try Self.read(keyFile, "key") { try NIOSSLPrivateKey(file: $0, format: .pem) }
        guard !chain.isEmpty else { throw Self.unreadable(certificateFile, "certificate") }
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
        configuration.minimumTLSVersion = .tlsv12
        if let clientAuthorityFile {
            let authorities = try Self.read(clientAuthorityFile, "authority") { try NIOSSLCertificate.fromPEMFile($0) }
            guard !authorities.isEmpty else { throw Self.unreadable(clientAuthorityFile, "authority") }
            configuration.trustRoots = .certificates(authorities)
        }
        do { _ = try NIOSSLContext(configuration: configuration) } catch {
            throw DashboardError(
                "the key \(Self.name(keyFile)) does not fit the certificate \(Self.name(certificateFile))")
        }
        self.configuration = configuration
        self.clientAuthorityFile = clientAuthorityFile
    }

    /// How connections are made: with a token beside it, who has no certificate may come in by that.
    func configuration(hasToken: Bool) -> TLSConfiguration {
        var configuration = configuration
        if clientAuthorityFile != nil {
            // The name in a client's certificate is no host's.
            configuration.certificateVerification = hasToken ? .optionalVerification : .noHostnameVerification
        }
        return configuration
    }

    private static func read<Value>(
        _ file: String, _ what: String, _ read: (String) throws -> Value
    ) throws(DashboardError) -> Value {
        do { return try read(file) } catch { throw unreadable(file, what) }
    }

    private static func unreadable(_ file: String, _ what: String) -> DashboardError {
        DashboardError("\(name(file)) can't be read as the \(what) in PEM, or needs a password; check the file")
    }

    private static func name(_ file: String) -> String { TerminalText.line(file, maxLength: 200) }
}
