import BatonWorkflow

/// Tells when the files of a library have changed and are whole: looking at them twice found the same.
///
/// An editor writes a file in pieces, and a checkout writes many; what lies there in between is nobody's workflow.
struct LibraryChanges {
    /// After so many looks that each found something else, what is there is taken as it is.
    static let patience = 10

    /// What was there when the library was loaded that is in use.
    private var loaded: LibraryLayout
    private var last: LibraryLayout?
    private var restlessLooks = 0

    init(loaded: LibraryLayout) { self.loaded = loaded }

    /// Takes what a look found; true: it is to be loaded.
    mutating func look(_ layout: LibraryLayout) -> Bool {
        guard layout != loaded else {
            last = nil
            restlessLooks = 0
            return false
        }
        defer { last = layout }
        if layout == last { return true }
        restlessLooks += 1
        return restlessLooks > Self.patience
    }

    /// Whether what was loaded may be used: nothing has changed while it was read, or that has gone on for too long.
    mutating func accepts(_ layout: LibraryLayout, nowThere: LibraryLayout) -> Bool {
        guard layout == nowThere || restlessLooks > Self.patience else { return false }
        loaded = layout
        last = nil
        restlessLooks = 0
        return true
    }
}
