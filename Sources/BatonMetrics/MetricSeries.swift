import CoreMetrics
import Synchronization

/// What is measured under one name and one set of labels.
protocol MetricSeries: AnyObject, Sendable {
    /// The samples, each as what stands behind the family's name, further labels, and the value.
    var samples: [MetricSample] { get }
}

struct MetricSample {
    var suffix = ""
    var label: (name: String, value: String)?
    let value: Double
}

/// A number that only grows.
final class CounterSeries: MetricSeries, CounterHandler, FloatingPointCounterHandler {
    private let total = Mutex(0.0)

    func increment(by amount: Int64) { increment(by: Double(amount)) }

    func increment(by amount: Double) {
        guard amount > 0 else { return }
        total.withLock { $0 += amount }
    }

    func reset() { total.withLock { $0 = 0 } }

    var samples: [MetricSample] { [MetricSample(value: total.withLock { $0 })] }
}

/// A number that goes up and down.
final class GaugeSeries: MetricSeries, MeterHandler, RecorderHandler {
    private let current = Mutex(0.0)

    func set(_ value: Int64) { set(Double(value)) }
    func set(_ value: Double) { current.withLock { $0 = value } }
    func increment(by amount: Double) { current.withLock { $0 += amount } }
    func decrement(by amount: Double) { increment(by: -amount) }
    func record(_ value: Int64) { set(Double(value)) }
    func record(_ value: Double) { set(value) }

    var samples: [MetricSample] { [MetricSample(value: current.withLock { $0 })] }
}

/// How many values there were up to each of some bounds.
final class HistogramSeries: MetricSeries, RecorderHandler, TimerHandler {
    /// Seconds: from what a disk needs for a commit to what nobody should wait for.
    static let seconds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60, 600]
    /// Things in a batch.
    static let counts = [1.0, 2, 4, 8, 16, 32, 64, 128, 256, 512]

    private struct Content {
        var buckets: [Int]
        var count = 0
        var sum = 0.0
    }

    private let bounds: [Double]
    private let content: Mutex<Content>

    init(bounds: [Double]) {
        self.bounds = bounds
        content = Mutex(Content(buckets: [Int](repeating: 0, count: bounds.count)))
    }

    func record(_ value: Int64) { record(Double(value)) }
    func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }

    func record(_ value: Double) {
        guard value.isFinite else { return }
        let index = bounds.firstIndex { value <= $0 }
        content.withLock {
            if let index { $0.buckets[index] += 1 }
            $0.count += 1
            $0.sum += value
        }
    }

    var samples: [MetricSample] {
        let content = content.withLock { $0 }
        var below = 0
        var samples = zip(bounds, content.buckets).map { bound, count in
            below += count
            return MetricSample(suffix: "_bucket", label: ("le", MetricsText.number(bound)), value: Double(below))
        }
        samples.append(MetricSample(suffix: "_bucket", label: ("le", "+Inf"), value: Double(content.count)))
        samples.append(MetricSample(suffix: "_sum", value: content.sum))
        samples.append(MetricSample(suffix: "_count", value: Double(content.count)))
        return samples
    }
}
