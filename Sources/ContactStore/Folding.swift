import CPlatform
import Glibc

/// Folding: the journal's changes become part of the file, in one step that a crash cannot halve.
///
/// The new file is written beside the old one; the journal notes which file turns into which;
/// the two exchange names; the steps go into the history; the journal goes. Whoever opens the
/// store after a crash finds out from the journal's note which of the two it holds.
extension StoreState {
    /// Folds; the lock is held, and everything others wrote has been read.
    mutating func fold() throws(StoreError) {
        guard !steps.isEmpty, let journal, readOnly == nil else { return }
        let text = snapshot.foldedText
        // Where nobody was taken away all keep their numbers, and whoever holds some may go on.
        let reading = snapshot.deleted.isEmpty ? snapshot.reading : nil
        let base = try Base(text, path: paths.base, reading: reading)
        let file = try writeReplacement(text)
        let note = JournalEntry.folding(from: snapshot.base.mark, to: base.mark)
        try journal.write(JournalText.line(note))
        try journal.syncData()
        try exchange(file)
        try syncFolder()
        try history.append(steps)
        unlink(paths.journal)
        unlink(paths.replacement)
        try syncFolder()
        snapshot = Snapshot(base: base)
        stamp = FileStamp.current(of: paths.base)
        steps = []
        self.journal = nil
        journalStamp = nil
        journalEnd = 0
        journalSize = 0
        journalLacksLineFeed = false
    }

    private func writeReplacement(_ text: [UInt8]) throws(StoreError) -> OpenFile {
        unlink(paths.replacement)
        let old = try OpenFile(paths.base, O_RDONLY)
        let status = try old.status
        let file = try OpenFile(paths.replacement, O_WRONLY | O_CREAT | O_EXCL, mode: 0o600)
        let own = try file.status
        if own.st_uid != status.st_uid || own.st_gid != status.st_gid {
            guard fchown(file.descriptor, status.st_uid, status.st_gid) == 0 else {
                let failure = file.failure("fchown")
                unlink(paths.replacement)
                throw failure
            }
        }
        guard fchmod(file.descriptor, status.st_mode & 0o7777) == 0,
            platform_copy_acl(old.descriptor, file.descriptor) == 0
        else {
            let failure = file.failure("fchmod")
            unlink(paths.replacement)
            throw failure
        }
        try file.write(text)
        try file.syncAll()
        return file
    }

    /// Puts the new file in the place of the one that was read, and nothing else in that of it.
    private func exchange(_ file: OpenFile) throws(StoreError) {
        guard FileStamp.current(of: paths.base) == stamp else { throw displaced() }
        guard platform_exchange(paths.replacement, paths.base) == 0 else {
            guard errno == EINVAL || errno == ENOSYS else { throw file.failure("renameat2") }
            guard rename(paths.replacement, paths.base) == 0 else { throw file.failure("rename") }
            return
        }
        let old = FileStamp.current(of: paths.replacement)
        guard old?.inode == stamp?.inode, old?.size == stamp?.size,
            old?.modified == stamp?.modified
        else {
            _ = platform_exchange(paths.replacement, paths.base)
            throw displaced()
        }
    }

    private func displaced() -> StoreError {
        unlink(paths.replacement)
        return .displaced(path: paths.base, kept: paths.journal)
    }

    /// Removes what a folding that was cut off left beside the file, unless it is a stranger's.
    mutating func clearReplacement() throws(StoreError) {
        guard readOnly == nil else { return }
        let file: OpenFile
        do {
            file = try OpenFile(paths.replacement, O_RDONLY)
        } catch .missing {
            return
        }
        let entries =
            try openJournal(creating: false).map { journal throws(StoreError) in
                JournalText.read(try journal.read(limit: options.sizeLimit)).entries
            } ?? []
        let left = ContentMark(of: try file.read(limit: options.sizeLimit))
        for case .folding(let from, let to) in entries where to == snapshot.base.mark {
            guard left != from && left != to else { continue }
            let kept = paths.base + ".kept-" + (try Signature.randomHex(4))
            guard rename(paths.replacement, kept) == 0 else { throw file.failure("rename") }
            notices.append(.kept(path: kept))
            return
        }
        unlink(paths.replacement)
    }
}
