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
        guard !steps.isEmpty, journal != nil, readOnly == nil else { return }
        try checkWritable()
        let text = try snapshot.foldedText()
        // Where nobody was taken away, or comes back in between, all keep their numbers, and
        // whoever holds some may go on.
        let keepsNumbers = snapshot.deleted.isEmpty && snapshot.berths.isEmpty
        let reading = keepsNumbers ? snapshot.reading : nil
        let base = try Base(text, path: paths.base, reading: reading)
        let feed: [UInt8] = journalLacksLineFeed ? [0x0A] : []
        let note = JournalEntry.folding(from: snapshot.base.mark, to: base.mark)
        do throws(StoreError) {
            try writeReplacement(text)
            try appendDurably(feed + JournalText.line(note))
        } catch {
            unlink(paths.replacement)
            throw error
        }
        try exchange()
        // Whatever fails from here on is finished by whoever reads the files next.
        stamp = nil
        try finishFolding(steps)
        unlink(paths.replacement)
        try syncFolder()
        snapshot = Snapshot(base: released(base))
        stamp = FileStamp.current(of: paths.base)
        steps = []
    }

    /// The same contacts, those of a large file read from the disk again instead of kept.
    private func released(_ base: Base) -> Base {
        guard base.text.size > options.keptSize,
            let file = try? OpenFile(paths.base, O_RDONLY),
            let read = try? Base(file, options, reading: base.reading), read.mark == base.mark
        else { return base }
        return read
    }

    private func writeReplacement(_ text: [UInt8]) throws(StoreError) {
        unlink(paths.replacement)
        let status = try OpenFile(paths.base, O_RDONLY).status
        let file = try OpenFile(paths.replacement, O_WRONLY | O_CREAT | O_EXCL, mode: 0o600)
        let own = try file.status
        if own.st_uid != status.st_uid || own.st_gid != status.st_gid {
            guard fchown(file.descriptor, status.st_uid, status.st_gid) == 0 else {
                throw file.failure("fchown")
            }
        }
        guard fchmod(file.descriptor, status.st_mode & 0o7777) == 0,
            platform_copy_acl(paths.base, file.descriptor) == 0
        else { throw file.failure("fchmod") }
        try file.write(text)
        try file.syncAll()
    }

    /// Puts the new file in the place of the one that was read, and nothing else in that of it.
    private func exchange() throws(StoreError) {
        guard FileStamp.current(of: paths.base) == stamp else {
            throw withoutReplacement(displaced)
        }
        guard platform_exchange(paths.replacement, paths.base) == 0 else {
            let isUnknown = errno == EINVAL || errno == ENOSYS
            guard isUnknown, rename(paths.replacement, paths.base) == 0 else {
                throw withoutReplacement(.failure("rename", paths.replacement))
            }
            return
        }
        let old = FileStamp.current(of: paths.replacement)
        guard old?.inode == stamp?.inode, old?.size == stamp?.size,
            old?.modified == stamp?.modified
        else {
            // Where theirs cannot be put back it is kept: the next reading gives it a name.
            let isBack = platform_exchange(paths.replacement, paths.base) == 0
            throw isBack ? withoutReplacement(displaced) : displaced
        }
    }

    private func withoutReplacement(_ error: StoreError) -> StoreError {
        unlink(paths.replacement)
        return error
    }

    private var displaced: StoreError { .displaced(path: paths.base, kept: paths.journal) }
}
