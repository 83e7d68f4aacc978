import Testing

/// The tests with real processes, one after the other: they measure time by waiting, and each starts a dozen programs.
@Suite(.serialized) enum EndToEnd {}
