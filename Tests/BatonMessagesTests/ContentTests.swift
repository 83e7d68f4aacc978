import BatonMessages
import Testing

@Suite struct ContentTests {
    /// RFC 4648, section 10.
    static let vectors = [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
    ]

    @Test("Base64 gives the vectors of RFC 4648", arguments: vectors)
    func base64(text: String, encoded: String) {
        #expect(Base64.encode(Array(text.utf8)) == encoded)
        #expect(Base64.decode(encoded) == Array(text.utf8))
    }

    @Test("Base64 gives every byte back")
    func everyByte() {
        let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 2) } + Array(0...255)
        for start in 0..<3 {
            #expect(Base64.decode(Base64.encode(bytes[start...])) == Array(bytes[start...]))
        }
    }

    @Test(
        "What is not canonical base64 is refused",
        arguments: [
            "Z", "Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "=Zg=", "Zg==Zg==", "Zm9v\n", "Zm 9", "Zm-_", "Zmé=", "====",
        ])
    func notBase64(text: String) { #expect(Base64.decode(text) == nil) }

    @Test(
        "The hash is SHA-256",
        arguments: [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        ])
    func hash(text: String, digest: String) { #expect("\(ContentHash.of(text))" == digest) }

    @Test("A fragment of stored JSON is written as it stands")
    func fragment() {
        var event = Samples.event
        event.input = .text(#"{"a":  1}"#)
        #expect(String(decoding: event.encode(), as: UTF8.self).contains(#""input":{"a":  1}"#))
        #expect(JSONFragment.text("{").json == .null)
    }
}
