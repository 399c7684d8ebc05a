package import ContactModel
import Glibc

/// The first contacts of a large file, read while the rest of it is not: shown within
/// milliseconds, whatever the size of the file.
///
/// Nothing can be written by it. Changes of a journal that are about these contacts are in it,
/// unless the journal is so long that reading it would take time of its own.
package enum FileBeginning {
    /// Files up to so many bytes are read as a whole before anybody notices.
    private static let worthwhile = 4 << 20
    private static let piece = 256 << 10
    private static let longestJournal = 1 << 20
    /// As many rows as screens have, and how many bytes those are made of that come behind them.
    private static let (screenful, mostBytes) = (80, 64 << 10)

    /// At most so many rows, in the order of the file, and of large contacts only as many as
    /// screens have; none where it is small, or anything else than a list with a journal of its
    /// own.
    package static func rows(of path: String, limit: Int) -> [ContactRow] {
        guard let snapshot = try? snapshot(of: StorePaths(path)) else { return [] }
        let spans = snapshot.base.spans
        let few = spans.prefix(limit).prefix { $0.upperBound <= mostBytes }.count
        let records = Int32(spans.count)
        return (0..<records).lazy.filter(snapshot.holds)
            .prefix(min(limit, max(few, screenful))).map(snapshot.row)
    }

    private static func snapshot(of paths: StorePaths) throws(StoreError) -> Snapshot? {
        let file = try OpenFile(paths.base, O_RDONLY, followsLinks: true)
        let size = Int(try file.status.st_size)
        guard size > worthwhile,
            let base = try Base(beginning: file.bytes(0..<piece), path: paths.base)
        else { return nil }
        var snapshot = Snapshot(base: base)
        guard let journal = try? OpenFile(paths.journal, O_RDONLY) else { return snapshot }
        let entries = JournalText.read(try journal.read(limit: longestJournal)).entries
        guard case .header(let mark)? = entries.first, mark.size == size else { return nil }
        for step in entries.compactMap(\.step) {
            snapshot.apply(step.placed(in: snapshot.reading))
        }
        return snapshot
    }
}
