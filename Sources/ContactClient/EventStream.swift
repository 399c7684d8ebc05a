/// Takes an event stream (HTML Living Standard, server-sent events) apart as it comes; comments
/// and all fields but `data` are passed over.
struct EventStream {
    private var line: [UInt8] = []
    private var event: [UInt8]?
    private var endsWithReturn = false

    /// Whether a content type is that of a stream.
    static func isNamed(by contentType: String?) -> Bool {
        contentType?.lowercased().hasPrefix("text/event-stream") ?? false
    }

    /// Takes the next bytes.
    ///
    /// - Returns: the data of the events that they end.
    mutating func feed(_ bytes: some Sequence<UInt8>) -> [[UInt8]] {
        var events: [[UInt8]] = []
        for byte in bytes {
            defer { endsWithReturn = byte == 0x0D }
            if byte == 0x0A && endsWithReturn { continue }
            guard byte == 0x0A || byte == 0x0D else {
                line.append(byte)
                continue
            }
            if let ended = endLine() { events.append(ended) }
        }
        return events
    }

    private mutating func endLine() -> [UInt8]? {
        defer { line.removeAll(keepingCapacity: true) }
        guard !line.isEmpty else {
            defer { event = nil }
            return event
        }
        let field = Array("data:".utf8)
        guard line.starts(with: field) else { return nil }
        let value = line.dropFirst(line.dropFirst(field.count).first == 0x20 ? 6 : 5)
        event = event.map { $0 + [0x0A] + value } ?? Array(value)
        return nil
    }
}
