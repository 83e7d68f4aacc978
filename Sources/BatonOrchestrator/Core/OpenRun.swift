import BatonEngine

/// A run in memory. Looking it up hands out a reference: a state has two dozen parts, each of which would be counted
/// for every copy.
package final class OpenRun {
    package var state: RunState

    init(_ state: RunState) { self.state = state }
}
