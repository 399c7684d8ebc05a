import ContactModel
import Glibc
import JSONText

/// The steps that were folded into the file, kept so that they can still be taken back.
struct History {
    let paths: StorePaths
    let limit: Int

    /// Adds steps at the end, durably; drops the oldest where the file grows too large.
    func append(_ steps: [Step]) throws(StoreError) {
        guard !steps.isEmpty else { return }
        var file = try OpenFile(paths.history, O_RDWR | O_CREAT | O_APPEND, mode: 0o600)
        try file.takeMode(of: paths.base)
        if try file.isShown(beyond: paths.base) {
            file = try OpenFile.replace(
                paths.history, with: PiecedText(try file.read(limit: .max)), modeOf: paths.base)
            try paths.syncFolder()
        }
        let size = Int(try file.status.st_size)
        let lines = HistoryLines(file, size: size)
        var whole = try lines.wholeEnd
        let known = History.known(of: steps, in: lines)
        if let failure = lines.failure { throw failure }
        var text = PiecedText()
        if whole < size {
            // A line that was cut off must not pass for the step whose name it begins with; one
            // that lacks nothing but its line feed is whole.
            let tail = try file.bytes(whole..<size)
            let last = JournalText.read(tail)
            if !last.entries.isEmpty { text.tail.append(0x0A) }
            whole += last.end
            if whole < size {
                _ = try file.cut(
                    to: whole, setting: Array(tail[last.end...]), modeOf: paths.base)
            }
        }
        for step in steps where !known.contains(step.id) {
            JournalText.write(.step(step), to: &text)
        }
        try file.write(text)
        try file.syncAll()
        if size == 0 { try paths.syncFolder() }
        // What stands before a later part was looked at when the first one came, and a step that
        // is being taken back part by part is still needed.
        let isOnlyMore = steps.allSatisfy { step in
            step.part.map { $0.index > 0 || step.undoes ?? step.redoes != nil } ?? false
        }
        if whole + text.count > limit && !isOnlyMore { try trim(file) }
    }

    /// Which of some steps are there. They stand together at the end, among those of their journal
    /// that gave way.
    private static func known(of steps: [Step], in lines: HistoryLines) -> Set<String> {
        let wanted = Set(steps.map(\.id))
        var known: Set<String> = []
        var others = 0
        for line in lines where known.count < wanted.count {
            guard let id = HistoryLines.id(of: line), wanted.contains(id) else {
                others += 1
                if others > stepsSince { break }
                continue
            }
            known.insert(id)
            others = 0
        }
        return known
    }

    /// Whether a step is there: it is looked for among the newest, as many as were folded with it
    /// and some that may have come since.
    func holds(_ step: Step, among count: Int) throws(StoreError) -> Bool {
        guard let lines = try newestFirst() else { return false }
        let isThere = lines.prefix(count + History.stepsSince).contains {
            HistoryLines.id(of: $0) == step.id
        }
        if let failure = lines.failure { throw failure }
        return isThere
    }

    private static let stepsSince = 1000

    /// The lines of every step, the newest first, each read when it is asked for.
    func newestFirst() throws(StoreError) -> HistoryLines? {
        do {
            let file = try OpenFile(paths.history, O_RDONLY)
            return HistoryLines(file, size: Int(try file.status.st_size))
        } catch .missing {
            return nil
        }
    }

    /// How many lines cannot be read.
    func damagedLines() throws(StoreError) -> Int {
        let bytes = try OpenFile(paths.history, O_RDONLY).read(limit: .max)
        return JournalText.survey(bytes).flaws.filter { $0.kind == .damaged }.count
    }

    /// Keeps the newest steps: half of what fits, but the last one whatever its size. A step of
    /// several parts is kept whole or not at all.
    private func trim(_ file: OpenFile) throws(StoreError) {
        let size = Int(try file.status.st_size)
        let lines = HistoryLines(file, size: size)
        var (kept, read) = (0, 0)
        var cut: Set<String> = []
        for line in lines {
            guard kept == 0 || read + line.count < limit / 2 else { break }
            read += line.count + 1
            if let part = HistoryLines.part(of: line) {
                if part.index == 0 { cut.remove(part.whole) } else { cut.insert(part.whole) }
            }
            if cut.isEmpty { kept = min(read, size) }
        }
        if let failure = lines.failure { throw failure }
        guard kept < size else { return }
        try replace(with: PiecedText(try file.read(from: size - kept, limit: .max)))
    }

    /// Writes the whole history anew.
    func replace(with text: PiecedText) throws(StoreError) {
        _ = try OpenFile.replace(paths.history, with: text, modeOf: paths.base)
    }
}

/// The lines of a history, the last one first: as much of the file is read as is asked for.
final class HistoryLines: Sequence, IteratorProtocol {
    private let file: OpenFile
    /// Whether the line that was answered last ends with a line feed.
    private var hasMetFeed = false
    /// The end of the file that was read and not answered yet, and where that begins.
    private var bytes: ArraySlice<UInt8> = []
    private var start: Int
    /// What kept lines from being read; nil where they all were.
    private(set) var failure: StoreError?
    /// Whether a whole line was met that is not what was written.
    private(set) var hasMetDamage = false

    private static let pieceSize = 64 << 10

    init(_ file: OpenFile, size: Int) {
        self.file = file
        start = size
    }

    /// Where the last line ends that has its line feed; what follows is passed over.
    var wholeEnd: Int {
        get throws(StoreError) {
            while true {
                if let feed = bytes.lastIndex(of: 0x0A) {
                    bytes = bytes[...feed]
                    return start + bytes.count
                }
                guard start > 0 else {
                    bytes = []
                    return 0
                }
                readMore()
                if let failure { throw failure }
            }
        }
    }

    func next() -> [UInt8]? {
        if bytes.isEmpty { readMore() }
        if bytes.last == 0x0A {
            bytes.removeLast()
            hasMetFeed = true
        }
        while failure == nil {
            if let feed = bytes.lastIndex(of: 0x0A) {
                defer { bytes = bytes[...feed] }
                return Array(bytes[(feed + 1)...])
            }
            guard start > 0 else { break }
            readMore()
        }
        guard failure == nil, !bytes.isEmpty else { return nil }
        defer { bytes = [] }
        return Array(bytes)
    }

    private func readMore() {
        let size = Swift.min(start, Swift.max(HistoryLines.pieceSize, bytes.count))
        guard size > 0 else { return }
        do throws(StoreError) {
            let more = try file.bytes(start - size..<start)
            bytes = (more + bytes)[...]
            start -= size
        } catch {
            failure = error
        }
    }

    /// The step of the next line that can be read.
    func nextStep() -> Step? {
        while let line = next() {
            let reading = JournalText.read(line)
            for case .step(let step) in reading.entries { return step }
            // Only the last line can be one that was cut off.
            hasMetDamage = hasMetDamage || hasMetFeed
        }
        return nil
    }

    /// The id of a step, read from where its line holds it.
    static func id(of line: [UInt8]) -> String? { head(of: line)["step"]?.text }

    /// The place of a step among the parts of a larger one; nil where it is whole.
    static func part(of line: [UInt8]) -> StepPart? { StepPart(head(of: line)) }

    /// The first members of a step, which are text and numbers, without all that follows.
    private static func head(of line: [UInt8]) -> JSONObject {
        let begin = line.dropFirst(12)
        guard begin.first == UInt8(ascii: "{"),
            let time = begin.prefix(400).firstRange(of: Array(",\"at\":\"".utf8))
        else { return [:] }
        let head = Array(line[begin.startIndex..<time.lowerBound]) + "}".utf8
        return (try? JSONValue(parsing: head).object) ?? [:]
    }
}
