/// Whether documents can be files on every system that a set of them may be carried to.
extension ArtifactName {
    /// Why a document of this name can't be written as a file; nil if it can.
    public static func fileFault(in text: String) -> String? {
        if let fault = fault(in: text) { return fault }
        for part in text.split(separator: "/") {
            // Whoever writes there decides what git runs.
            if part.lowercased() == ".git" { return "is inside of .git" }
            if let fault = FileName.fault(in: part) { return fault }
        }
        return nil
    }

    /// What file systems that know no cases, or only composed letters, make of a name. Texts that are canonically
    /// equivalent are equal as Swift compares them.
    public static func folded(_ text: String) -> String { text.lowercased() }
}

private enum FileName {
    /// Names that mean devices on Windows, whatever their extension is (learn.microsoft.com, "Naming Files").
    private static let devices: Set<String> = {
        let ports = (0...9).flatMap { ["com\($0)", "lpt\($0)"] } + ["com¹", "com²", "com³", "lpt¹", "lpt²", "lpt³"]
        return Set(["con", "prn", "aux", "nul", "conin$", "conout$"] + ports)
    }()

    /// Why one part of a path can't be a file's name; nil if it can.
    static func fault(in part: Substring) -> String? {
        let stem = part.prefix { $0 != "." }.lowercased()
        let trimmed = stem.reversed().drop { $0 == " " }.reversed()
        if devices.contains(String(trimmed)) { return "has the part “\(part)”, which is a device's name" }
        if part.hasSuffix(".") || part.hasSuffix(" ") { return "has a part that ends in a dot or a space" }
        if let other = part.unicodeScalars.first(where: { "<>:\"|?*".unicodeScalars.contains($0) }) {
            return "contains “\(other)”, which not every file system takes"
        }
        return nil
    }
}
