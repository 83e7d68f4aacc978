import Crypto
import Foundation

/// A password as Mosquitto keeps it: `$7$iterations$salt$hash`, PBKDF2 with HMAC-SHA-512, salt and hash in base64.
///
/// (`mosquitto_passwd` 2.0, `lib/password_mosq.c`; RFC 8018 section 5.2.)
struct PasswordHash {
    /// The broker hashes while it serves everybody, for each attempt to log in: many rounds would let strangers stop
    /// it. Passwords that are made here have 192 random bits, which no number of rounds would make harder to guess.
    static let iterations = 1000

    let text: String

    init(
        of password: String, salt: [UInt8] = (0..<12).map { _ in .random(in: .min ... .max) },
        iterations: Int = iterations
    ) {
        let hash = Self.derive(Array(password.utf8), salt: salt, iterations: iterations)
        text = "$7$\(iterations)$\(Data(salt).base64EncodedString())$\(Data(hash).base64EncodedString())"
    }

    /// The first block of PBKDF2, which is all of a hash of 64 bytes.
    private static func derive(_ password: [UInt8], salt: [UInt8], iterations: Int) -> [UInt8] {
        let key = SymmetricKey(data: password)
        func code(_ bytes: [UInt8]) -> [UInt8] { Array(HMAC<SHA512>.authenticationCode(for: bytes, using: key)) }
        var block = code(salt + [0, 0, 0, 1])
        var sum = block
        for _ in 1..<iterations {
            block = code(block)
            for index in sum.indices { sum[index] ^= block[index] }
        }
        return sum
    }
}
