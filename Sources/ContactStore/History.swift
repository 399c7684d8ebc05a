import Glibc

/// The steps that were folded into the file, kept so that they can still be taken back.
struct History {
    let paths: StorePaths
    let limit: Int

    /// Adds steps at the end, durably; drops the oldest where the file grows too large.
    func append(_ steps: [Step]) throws(StoreError) {
        guard !steps.isEmpty else { return }
        let file = try OpenFile(paths.history, O_RDWR | O_CREAT | O_APPEND, mode: 0o600)
        try file.takeMode(of: paths.base)
        var bytes = try file.read(limit: .max)
        let isNew = bytes.isEmpty
        // A line that was cut off must not pass for the step whose name it begins with.
        let whole = bytes.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        if whole < bytes.count {
            try file.truncate(to: whole)
            bytes.removeSubrange(whole...)
        }
        let known = Set(HistoryLines(bytes).prefix(steps.count).compactMap(HistoryLines.id))
        var text: [UInt8] = []
        for step in steps where !known.contains(step.id) {
            JournalText.write(.step(step), to: &text)
        }
        try file.write(text)
        try file.syncAll()
        if isNew { try OpenFile(paths.folder, O_RDONLY | O_DIRECTORY).syncAll() }
        if bytes.count + text.count > limit { try trim(bytes + text) }
    }

    /// Every step, the newest first, each read when it is asked for; what cannot be read is left
    /// out.
    func newestFirst() throws(StoreError) -> some Sequence<Step> {
        let bytes: [UInt8]
        do {
            bytes = try OpenFile(paths.history, O_RDONLY).read(limit: .max)
        } catch .missing {
            bytes = []
        }
        return HistoryLines(bytes).lazy.compactMap { line -> Step? in
            for case .step(let step) in JournalText.read(Array(line)).entries { return step }
            return nil
        }
    }

    /// Keeps the newest steps: half of what fits, but the last one whatever its size.
    private func trim(_ bytes: [UInt8]) throws(StoreError) {
        var start = bytes.endIndex
        for line in HistoryLines(bytes) {
            guard start == bytes.endIndex || bytes.endIndex - line.startIndex <= limit / 2 else {
                break
            }
            start = line.startIndex
        }
        try replace(with: Array(bytes[start...]))
    }

    /// Writes the whole history anew.
    func replace(with bytes: [UInt8]) throws(StoreError) {
        _ = try OpenFile.replace(paths.history, with: bytes, modeOf: paths.base)
    }
}

/// The lines of a history, the last one first.
private struct HistoryLines: Sequence, IteratorProtocol {
    private let bytes: [UInt8]
    private var end: Int

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        end = bytes.last == 0x0A ? bytes.count - 1 : bytes.count
    }

    mutating func next() -> ArraySlice<UInt8>? {
        guard end > 0 else { return nil }
        let start = bytes[..<end].lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        defer { end = start - 1 }
        return bytes[start..<end]
    }

    /// The id of a step, read from where its line holds it.
    static func id(of line: ArraySlice<UInt8>) -> String? {
        let head = Array("[\"00000000\",{\"step\":\"".utf8)
        let rest = line.dropFirst(head.count)
        guard line.dropFirst(10).prefix(head.count - 10).elementsEqual(head[10...]),
            let end = rest.firstIndex(of: UInt8(ascii: "\""))
        else { return nil }
        return String(decoding: rest[..<end], as: UTF8.self)
    }
}
