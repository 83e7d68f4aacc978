import BatonEngine
import BatonStore
import Foundation
import Logging

/// Writes finished spans to a file, as OTLP in JSON, a line for each batch: what the OpenTelemetry Collector's
/// `otlpjsonfile` receiver reads.
///
/// A span is written after the commit that ended it. A crash between the two loses the line and nothing else; a file
/// that can't be written to is said once, and is none of the runs' business.
/// Source: https://opentelemetry.io/docs/specs/otel/protocol/file-exporter/
package final class TraceFile {
    private let descriptor: Int32
    private let logger: Logger
    private var isBroken = false
    /// Of attempts that end well, for the next commit.
    var pending: [Span] = []

    /// Appends to the file, which is made where there is none.
    ///
    /// - Throws: ``OrchestratorError`` when it can't be opened.
    package init(path: String, logger: Logger) throws {
        descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw OrchestratorError(
                .traceFile,
                "the trace file \(path) can't be written: \(String(cString: strerror(errno))); "
                    + "name another with --trace-file")
        }
        self.logger = logger
    }

    deinit { close(descriptor) }

    /// What ended with the batch that has been committed.
    func committed(_ ended: [Span]) {
        write(pending + ended)
        pending = []
    }

    private func write(_ spans: [Span]) {
        guard !spans.isEmpty, !isBroken else { return }
        var line = JSONWriter()
        line.object {
            $0.array("resourceSpans") {
                $0.object {
                    $0.object("resource") { Self.write(["service.name": "baton"], to: &$0) }
                    $0.array("scopeSpans") {
                        $0.object {
                            $0.object("scope") { $0.field("name", "baton") }
                            $0.array("spans") { list in
                                for span in spans { list.object { span.write(to: &$0) } }
                            }
                        }
                    }
                }
            }
        }
        let bytes = line.bytes + [UInt8(ascii: "\n")]
        // One call a line: whoever reads along never sees half of one, as long as the disk has room.
        let count = bytes.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
        guard count != bytes.count else { return }
        isBroken = true
        logger.error("the trace file can't be written any more: \(String(cString: strerror(errno)))")
    }

    fileprivate static func write(_ attributes: KeyValuePairs<String, String>, to writer: inout JSONWriter) {
        writer.array("attributes") { list in
            for (name, value) in attributes where !value.isEmpty {
                list.object {
                    $0.field("key", name)
                    $0.object("value") { $0.field("stringValue", value) }
                }
            }
        }
    }

    /// A run, or an attempt at one of its tasks.
    struct Span {
        let context: TraceParent
        /// The span id of what it is part of; nil: the whole trace.
        let parent: String?
        let name: String
        let began: Timestamp
        let ended: Timestamp
        /// Nil: it went well.
        let error: String?
        let attributes: KeyValuePairs<String, String>

        fileprivate func write(to writer: inout JSONWriter) {
            writer.field("traceId", context.trace)
            writer.field("spanId", context.span)
            writer.field("parentSpanId", parent)
            writer.field("name", name)
            // SPAN_KIND_INTERNAL; nanoseconds are strings, as 64-bit numbers are in JSON of protocol buffers.
            writer.field("kind", 1)
            writer.field("startTimeUnixNano", "\(began.milliseconds)000000")
            writer.field("endTimeUnixNano", "\(ended.milliseconds)000000")
            TraceFile.write(attributes, to: &writer)
            writer.object("status") {
                $0.field("code", error == nil ? 1 : 2)
                $0.field("message", error)
            }
        }
    }
}
