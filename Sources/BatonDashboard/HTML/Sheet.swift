import BatonClient

/// A page that moves: parts that are sent again when they have changed, among pieces that stay as they are.
struct Sheet: Sendable {
    struct Piece: Sendable {
        /// Of the element that the piece is; nil: it stays.
        let id: String?
        let html: HTML
        /// Of what stands in it.
        let digest: String

        init(_ html: HTML, id: String? = nil) {
            self.html = html
            self.id = id
            digest = id == nil ? "" : html.digest
        }
    }

    let title: String
    var place = Frame.Place.elsewhere
    /// The path of the stream that says when there is something new.
    let events: String
    let overview: Overview
    let pieces: [Piece]

    /// `id:digest` of each part, as a page and a browser tell them to each other.
    static func list(_ pieces: [Piece]) -> String {
        pieces.compactMap { piece in piece.id.map { "\($0):\(piece.digest)" } }.joined(separator: " ")
    }

    /// What a browser says that it has; damage counts as nothing.
    static func known(_ text: String) -> [Substring: Substring] {
        var known: [Substring: Substring] = [:]
        for word in text.split(separator: " ").prefix(100) {
            let parts = word.split(separator: ":", maxSplits: 1)
            if parts.count == 2 { known[parts[0]] = parts[1] }
        }
        return known
    }
}

extension HTML {
    /// Tells two markups apart, but for times that go on by themselves, which a browser keeps up (FNV-1a, 64 bits: what
    /// is told apart is this server's own).
    var digest: String {
        let mark = Array("data-since=".utf8)
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        var matched = 0
        var skips = false
        for byte in markup.utf8 {
            if skips {
                // The text of the element ends with its tag.
                guard byte == UInt8(ascii: "<") else { continue }
                skips = false
            }
            hash = (hash ^ UInt64(byte)) &* 0x0100_0000_01B3
            if matched == mark.count {
                if byte == UInt8(ascii: ">") {
                    matched = 0
                    skips = true
                }
            } else if byte == mark[matched] {
                matched += 1
            } else {
                matched = byte == mark[0] ? 1 : 0
            }
        }
        return String(hash, radix: 16)
    }
}
