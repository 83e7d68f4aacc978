import BatonMetrics
import CoreMetrics
import Testing

@Suite struct MetricsRegistryTests {
    private func lines(_ registry: MetricsRegistry) -> [String] {
        registry.text().split(separator: "\n").map(String.init)
    }

    @Test("Counters, gauges and histograms are written as Prometheus reads them")
    func kinds() {
        let registry = MetricsRegistry(help: ["orders_total": "Orders\nthat \\ came."])
        Counter(label: "orders_total", dimensions: [("kind", "a\"b\\c\nd")], factory: registry).increment(by: 3)
        let gauge = Gauge(label: "open", factory: registry)
        gauge.record(7)
        gauge.record(2.5)
        let timer = Timer(label: "commit_seconds", factory: registry)
        timer.recordMilliseconds(1)
        timer.recordMilliseconds(30)
        timer.recordSeconds(1000)
        let lines = lines(registry)
        #expect(lines[0] == #"# HELP orders_total Orders\nthat \\ came."#)
        #expect(lines[1] == "# TYPE orders_total counter")
        #expect(lines[2] == #"orders_total{kind="a\"b\\c\nd"} 3"#)
        #expect(lines[3] == "# TYPE open gauge")
        #expect(lines[4] == "open 2.5")
        #expect(lines[5] == "# TYPE commit_seconds histogram")
        #expect(lines.contains(#"commit_seconds_bucket{le="0.0005"} 0"#))
        #expect(lines.contains(#"commit_seconds_bucket{le="0.001"} 1"#))
        #expect(lines.contains(#"commit_seconds_bucket{le="0.05"} 2"#))
        #expect(lines.contains(#"commit_seconds_bucket{le="600"} 2"#))
        #expect(lines.contains(#"commit_seconds_bucket{le="+Inf"} 3"#))
        #expect(lines.contains("commit_seconds_sum 1000.031"))
        #expect(lines.last == "commit_seconds_count 3")
    }

    @Test("The same name and labels are the same series, in whatever order the labels come")
    func sameSeries() {
        let registry = MetricsRegistry()
        Counter(label: "a", dimensions: [("x", "1"), ("y", "2")], factory: registry).increment()
        Counter(label: "a", dimensions: [("y", "2"), ("x", "1")], factory: registry).increment()
        Counter(label: "a", dimensions: [("x", "2")], factory: registry).increment()
        #expect(lines(registry) == ["# TYPE a counter", #"a{x="1",y="2"} 2"#, #"a{x="2"} 1"#])
    }

    @Test("What a name may not contain becomes an underscore; a name that means another kind is not shown")
    func names() {
        let registry = MetricsRegistry()
        Counter(label: "http.requests-é", factory: registry).increment()
        Counter(label: "2xx", factory: registry).increment()
        Gauge(label: "2xx", factory: registry).record(5)
        #expect(
            lines(registry) == ["# TYPE http_requests__ counter", "http_requests__ 1", "# TYPE _2xx counter", "_2xx 1"])
    }

    @Test("A stranger who could choose labels does not fill the memory")
    func bounded() {
        let registry = MetricsRegistry()
        for index in 0..<(MetricsRegistry.maxSeries + 100) {
            Counter(label: "a", dimensions: [("x", "\(index)")], factory: registry).increment()
        }
        #expect(lines(registry).count == MetricsRegistry.maxSeries + 1)
    }

    @Test("A series that was destroyed is gone, and begins anew")
    func destroyed() {
        let registry = MetricsRegistry()
        let counter = Counter(label: "a", factory: registry)
        counter.increment(by: 5)
        counter.destroy()
        #expect(!registry.text().contains("a 5"))
        Counter(label: "a", factory: registry).increment()
        #expect(registry.text().contains("a 1"))
    }

    @Test("Threads that count at once lose nothing")
    func concurrent() async {
        let registry = MetricsRegistry()
        await withTaskGroup { group in
            for _ in 0..<8 {
                group.addTask {
                    let counter = Counter(label: "a", factory: registry)
                    let timer = Timer(label: "b", factory: registry)
                    for _ in 0..<5000 {
                        counter.increment()
                        timer.recordNanoseconds(1000)
                    }
                }
            }
        }
        #expect(registry.text().contains("a 40000\n"))
        #expect(registry.text().contains("b_count 40000\n"))
    }
}
