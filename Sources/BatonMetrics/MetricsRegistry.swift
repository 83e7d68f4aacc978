import CoreMetrics
import OrderedCollections
import Synchronization

/// A backend of swift-metrics that keeps what is measured, for Prometheus to fetch.
///
/// A label of swift-metrics is a family's name, its dimensions are the labels; what a name may not contain becomes an
/// underscore. Counters are counters, meters and recorders that don't aggregate are gauges, timers (in seconds) and
/// recorders that aggregate are histograms.
///
/// ```swift
/// let registry = MetricsRegistry(help: ["shop_orders_total": "Orders that came in."])
/// Counter(label: "shop_orders_total", factory: registry).increment()
/// print(registry.text())
/// ```
public final class MetricsRegistry: MetricsFactory, Sendable {
    /// What is asked for beyond that is measured, and not shown: dimensions should not come from strangers.
    public static let maxSeries = 2000
    /// The media type of ``text()``.
    public static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    enum Kind: String {
        case counter, gauge, histogram
    }

    struct Family {
        let kind: Kind
        var series: OrderedDictionary<[MetricLabel], any MetricSeries> = [:]
    }

    private struct Content {
        var families: OrderedDictionary<String, Family> = [:]
        var count = 0
    }

    private let help: [String: String]
    private let content = Mutex(Content())

    /// - Parameter help: what a family's name stands for, in a sentence.
    public init(help: [String: String] = [:]) { self.help = help }

    /// All that was measured so far, in version 0.0.4 of Prometheus' text format.
    public func text() -> String {
        let families = content.withLock { $0.families }
        var text = MetricsText()
        for (name, family) in families { text.add(name, family, help: help[name]) }
        return text.text
    }

    /// The series of that name and those labels; a new one if there is none. One whose name stands for another kind is
    /// not shown.
    private func series<Series: MetricSeries>(
        _ label: String, _ dimensions: [(String, String)], _ kind: Kind, _ make: () -> Series
    ) -> Series {
        let name = MetricsText.name(label)
        let labels = dimensions.map { MetricLabel(name: MetricsText.name($0.0), value: $0.1) }
            .sorted { $0.name < $1.name }
        return content.withLock { content in
            if let known = content.families[name]?.series[labels] as? Series { return known }
            let new = make()
            let family = content.families[name, default: Family(kind: kind)]
            guard family.kind == kind, family.series[labels] == nil, content.count < Self.maxSeries else { return new }
            content.families[name, default: family].series[labels] = new
            content.count += 1
            return new
        }
    }

    private func remove(_ handler: AnyObject) {
        content.withLock { content in
            for (name, family) in content.families {
                for (labels, series) in family.series where series === handler {
                    content.families[name]!.series[labels] = nil
                    content.count -= 1
                }
            }
        }
    }

    // MARK: swift-metrics

    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        series(label, dimensions, .counter) { CounterSeries() }
    }

    public func makeFloatingPointCounter(
        label: String, dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        series(label, dimensions, .counter) { CounterSeries() }
    }

    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        series(label, dimensions, .gauge) { GaugeSeries() }
    }

    public func makeRecorder(
        label: String, dimensions: [(String, String)], aggregate: Bool
    ) -> any RecorderHandler {
        guard aggregate else { return series(label, dimensions, .gauge) { GaugeSeries() } }
        return series(label, dimensions, .histogram) { HistogramSeries(bounds: HistogramSeries.counts) }
    }

    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        series(label, dimensions, .histogram) { HistogramSeries(bounds: HistogramSeries.seconds) }
    }

    public func destroyCounter(_ handler: any CounterHandler) { remove(handler) }
    public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) { remove(handler) }
    public func destroyMeter(_ handler: any MeterHandler) { remove(handler) }
    public func destroyRecorder(_ handler: any RecorderHandler) { remove(handler) }
    public func destroyTimer(_ handler: any TimerHandler) { remove(handler) }
}

struct MetricLabel: Hashable {
    let name: String
    let value: String
}
