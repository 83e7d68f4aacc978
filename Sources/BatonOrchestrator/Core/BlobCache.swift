import BatonEngine
import DequeModule

/// The contents that were used last, so that a command can be made without reading them from disk again.
struct BlobCache {
    /// In bytes.
    let capacity: Int
    private var contents: [Digest: [UInt8]] = [:]
    private var order: Deque<Digest> = []
    private var size = 0

    init(capacity: Int) { self.capacity = capacity }

    subscript(digest: Digest) -> [UInt8]? { contents[digest] }

    mutating func insert(_ content: [UInt8], for digest: Digest) {
        guard content.count <= capacity / 4, contents.updateValue(content, forKey: digest) == nil else { return }
        order.append(digest)
        size += content.count
        while size > capacity, let oldest = order.popFirst() {
            size -= contents.removeValue(forKey: oldest)?.count ?? 0
        }
    }
}
