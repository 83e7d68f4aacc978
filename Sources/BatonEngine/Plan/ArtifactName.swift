/// The name of an artifact: a relative path, such as `prd.md` or `stories/1.1.login.md`.
///
/// Two names mean the same artifact when they are equal without the extension and with `_` read as `-`.
public struct ArtifactName: Sendable {
    /// As it was first written.
    public let text: String
    /// What is compared.
    public let key: String

    public init(_ text: String) {
        self.text = text
        key = Self.key(of: text)
    }

    /// The form in which names of artifacts, facts and files are compared.
    public static func key(of text: String) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        var dot: Int?
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "_"): bytes.append(UInt8(ascii: "-"))
            case UInt8(ascii: "/"):
                dot = nil
                bytes.append(byte)
            case UInt8(ascii: "."):
                dot = bytes.count
                bytes.append(byte)
            default: bytes.append(byte)
            }
        }
        // `stories/1.2.login.md` loses `.md` only; `v1.2` (digits behind the dot) loses nothing.
        if let dot, dot > 0, dot < bytes.count - 1, bytes.count - dot <= 6,
            bytes[(dot + 1)...].contains(where: { $0 | 0x20 >= UInt8(ascii: "a") && $0 | 0x20 <= UInt8(ascii: "z") })
        {
            bytes.removeSubrange(dot...)
        }
        if bytes.last == UInt8(ascii: "/") { bytes.removeLast() }
        return String(decoding: bytes, as: UTF8.self)
    }

    public func matches(_ other: ArtifactName) -> Bool { key == other.key }

    /// The folder of the documents of a set of this name: `prd` for `prd.md`.
    public var folder: String { String(decoding: text.utf8.prefix(key.utf8.count), as: UTF8.self) }

    /// Whether this is a document of the set `set`: of `prd.md` are `prd/goals.md` and `prd.md/goals.md`.
    public func isInside(_ set: ArtifactName) -> Bool { key.hasPrefix(set.key + "/") || isBelowFullName(of: set) }

    /// The name under which a document of the set is kept: the set's folder has no extension, so that a document with
    /// the set's own name can be a file beside it.
    public func kept(in set: ArtifactName) -> ArtifactName {
        guard isBelowFullName(of: set) else { return self }
        return ArtifactName(set.folder + String(decoding: text.utf8.dropFirst(set.text.utf8.count), as: UTF8.self))
    }

    /// Whether this is below the set's name with its extension.
    private func isBelowFullName(of set: ArtifactName) -> Bool {
        guard !set.text.hasSuffix("/"), set.key.utf8.count < set.text.utf8.count else { return false }
        let fileExtension = set.text.utf8.dropFirst(set.key.utf8.count)
        return key.hasPrefix(set.key + String(decoding: fileExtension, as: UTF8.self).replacing("_", with: "-") + "/")
    }

    /// Why the name can't be used for a document; nil if it can.
    ///
    /// Names come from agents and become file names on export: only relative paths that stay below their folder.
    public static func fault(in text: String) -> String? {
        if text.isEmpty { return "is empty" }
        if text.utf8.count > 255 { return "is longer than 255 bytes" }
        if text.hasPrefix("/") { return "is an absolute path" }
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case UInt32(UInt8(ascii: "\\")): return "contains a backslash"
            case 0..<0x20, 0x7F..<0xA0: return "contains a control character"
            default: continue
            }
        }
        for part in text.split(separator: "/", omittingEmptySubsequences: false) {
            if part.isEmpty { return "has an empty path component" }
            if part == "." || part == ".." { return "has the path component '\(part)'" }
        }
        return nil
    }
}

extension ArtifactName: Hashable, ExpressibleByStringLiteral, CustomStringConvertible {
    public init(stringLiteral value: String) { self.init(value) }

    public var description: String { text }

    public static func == (left: ArtifactName, right: ArtifactName) -> Bool { left.key == right.key }

    public func hash(into hasher: inout Hasher) { hasher.combine(key) }
}

extension ArtifactName: Codable {
    public init(from decoder: any Decoder) throws { self.init(try decoder.singleValueContainer().decode(String.self)) }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
