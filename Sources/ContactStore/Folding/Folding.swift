import CPlatform
import Glibc
import Synchronization

/// Folding: the journal's changes become part of the file, in one step that a crash cannot halve.
///
/// The new file is written beside the old one, while edits go on; the journal notes which file
/// turns into which, and how many of its steps are in it; the two exchange names; these steps go
/// into the history; the journal goes, or begins anew with the steps that came meanwhile. Whoever
/// opens the store after a crash finds out from the journal's note which of the two it holds.
struct Folding: Sendable {
    let paths: StorePaths
    let options: StoreOptions
    let snapshot: Snapshot
    let stamp: FileStamp
    /// The steps that become part of the file.
    let steps: [Step]

    /// A new file that is durable and has not got its name yet.
    struct Made: Sendable {
        let folding: Folding
        let base: Base
    }

    var keepsNumbers: Bool { snapshot.keepsNumbers }

    /// Writes the new file and reads it: what cannot be read takes nothing's place.
    func make() throws(StoreError) -> Made {
        do throws(StoreError) {
            let file = try begin()
            let reading = keepsNumbers ? snapshot.reading : nil
            let isSmall = snapshot.base.text.size <= options.keptSize
            let base = try isSmall ? writeSmall(file, reading) : writeLarge(file, reading)
            options.onMade()
            return Made(folding: self, base: base)
        } catch {
            unlink(paths.replacement)
            throw error
        }
    }

    private func writeSmall(_ file: OpenFile, _ reading: Int?) throws(StoreError) -> Base {
        var text = FoldedBytes(snapshot.base.text)
        try snapshot.fold(into: &text)
        let base = try Base(text.bytes, path: paths.base, reading: reading)
        try file.write(text.bytes)
        try file.syncAll()
        return base
    }

    /// What is known of the contacts is ready when the file is, or while the disk is at work.
    private func writeLarge(_ file: OpenFile, _ reading: Int?) throws(StoreError) -> Base {
        let old = snapshot.base
        var text = FoldedFile(old.text, to: file, carrying: CarriedColumns(snapshot))
        try snapshot.fold(into: &text)
        let (mark, columns) = try text.finish()
        let syncing = SideWork { () throws(StoreError) in try file.syncAll() }
        let base = Result { () throws(StoreError) in
            let read = try OpenFile(paths.replacement, O_RDONLY, as: paths.base)
            let stamp = FileStamp(try read.status)
            guard let columns, stamp.size == mark.size else {
                return try Base(read, options, reading: reading)
            }
            let closing = mark.size - (old.text.size - old.closing)
            let text = BaseText.file(read, TextGuard(stamp))
            return Base(
                text, BaseReader.Reading(columns: columns, closing: closing, mark: mark),
                reading: reading)
        }
        try syncing.wait()
        // What was copied is what had been read of it.
        try old.text.check()
        return try base.get()
    }

    /// Makes the new file, for the same people as the old one.
    private func begin() throws(StoreError) -> OpenFile {
        unlink(paths.replacement)
        let status = try OpenFile(paths.base, O_RDONLY, followsLinks: true).status
        let file = try OpenFile(paths.replacement, O_WRONLY | O_CREAT | O_EXCL, mode: 0o600)
        let own = try file.status
        if own.st_uid != status.st_uid || own.st_gid != status.st_gid {
            guard fchown(file.descriptor, status.st_uid, status.st_gid) == 0 else {
                throw file.failure(own.st_uid == status.st_uid ? "chgrp" : "fchown")
            }
        }
        guard fchmod(file.descriptor, status.st_mode & 0o7777) == 0,
            platform_copy_acl(paths.base, file.descriptor) == 0
        else { throw file.failure("fchmod") }
        guard platform_copy_attributes(paths.base, file.descriptor) == 0 else {
            throw file.failure("setxattr")
        }
        return file
    }
}

extension Snapshot {
    /// Where nobody was taken away, or comes back in between, all keep their numbers in the new
    /// file, and whoever holds some may go on.
    fileprivate var keepsNumbers: Bool { deleted.isEmpty && berths.isEmpty }
}

extension Store {
    /// How often a folding is begun again because another program changed the file meanwhile.
    private static let attempts = 3

    /// Makes the journal's changes part of the file; edits go on meanwhile.
    ///
    /// - Throws: `.notFolded` where a call of the system failed; what keeps the store from being
    ///   read, or written, as it is.
    package func fold() throws(StoreError) {
        let result = folding.withLock { _ in
            Result { () throws(StoreError) in try foldAlone() }
        }
        do throws(StoreError) {
            try result.get()
        } catch .io(let failure) {
            throw .notFolded(failure)
        } catch .notAFile(let path) {
            throw .notFolded(StoreError.IOFailure(operation: "open", path: path, code: ELOOP))
        }
    }

    private func foldAlone() throws(StoreError) {
        try exclusively { _ in }
        // Open by itself, so that the writers' lock can be let go of by closing its own.
        let lock = try OpenFile(paths.lock, O_RDWR)
        noteFolding(true)
        defer { noteFolding(false) }
        // One process at a time: the new file has the same name for all.
        guard platform_lock(lock.descriptor, Store.foldingByte, 1, 1) == 0 else {
            throw lock.failure("lock")
        }
        defer { Store.unlock(lock, Store.foldingByte) }
        for attempt in 1...Store.attempts {
            let begun = try exclusively { state throws(StoreError) in
                try state.beginFolding()
            }
            guard let begun else { return }
            let isLast = attempt == Store.attempts
            if try finish(begun, waits: isLast) { return }
        }
    }

    /// - Parameter waits: whether everybody waits, so that nothing comes in between.
    /// - Returns: false where another program came in between.
    private func finish(_ begun: Folding, waits: Bool) throws(StoreError) -> Bool {
        guard waits else {
            let made = try begun.make()
            return try exclusively { state throws(StoreError) in try state.finish(made) }
        }
        return try exclusively { state throws(StoreError) in
            guard let again = try state.beginFolding() else { return true }
            return try state.finish(try again.make())
        }
    }
}

extension StoreState {
    /// Whether a file as large as this one should be folded as soon as nobody edits.
    var isFoldingDue: Bool {
        let size = snapshot.base.mark.size
        return !steps.isEmpty && readOnly == nil
            && (size <= options.smallSize || journalSize > size / StoreState.bytesToJournal)
    }

    /// Whether contacts that only their place tells would get another one.
    var foldingMovesNameless: Bool {
        !snapshot.keepsNumbers && snapshot.mayHoldNameless
    }

    /// The bytes of a large file for each byte that its journal may have.
    private static let bytesToJournal = 10

    /// What there is to fold; nil where there is nothing. The lock is held.
    mutating func beginFolding() throws(StoreError) -> Folding? {
        _ = try catchUp()
        guard !steps.isEmpty, journal != nil, readOnly == nil, let stamp else { return nil }
        try checkWritable()
        return Folding(
            paths: paths, options: options, snapshot: snapshot, stamp: stamp, steps: steps)
    }

    /// Puts the new file in its place; the lock is held.
    ///
    /// - Returns: false where it is not what the file and the journal come to by now.
    mutating func finish(_ made: Folding.Made) throws(StoreError) -> Bool {
        do throws(StoreError) {
            _ = try catchUp()
            try checkWritable()
        } catch {
            unlink(paths.replacement)
            throw error
        }
        let count = made.folding.steps.count
        let tail = Array(steps.dropFirst(count))
        guard stamp == made.folding.stamp, journal != nil,
            steps.prefix(count).elementsEqual(made.folding.steps, by: { $0.id == $1.id }),
            made.folding.keepsNumbers || !tail.contains(where: \.hasPlaces)
        else {
            unlink(paths.replacement)
            return false
        }
        try note(made, steps: count)
        try exchange()
        // Whatever fails from here on is finished by whoever reads the files next.
        stamp = nil
        try finishFolding(made.folding.steps, tail, of: made.base.mark)
        unlink(paths.replacement)
        try paths.syncFolder()
        let conflicts = snapshot.conflicts
        snapshot = Snapshot(base: made.base)
        snapshot.conflicts = conflicts
        for step in tail { snapshot.apply(step) }
        steps = tail
        stamp = FileStamp.current(of: paths.base)
        return true
    }

    private mutating func note(_ made: Folding.Made, steps count: Int) throws(StoreError) {
        var text = PiecedText(journalLacksLineFeed ? [0x0A] : [])
        let note = JournalEntry.folding(
            from: snapshot.base.mark, to: made.base.mark, steps: count)
        JournalText.write(note, to: &text)
        do throws(StoreError) {
            try appendDurably(text)
        } catch {
            unlink(paths.replacement)
            throw error
        }
    }

    /// Puts the new file in the place of the one that was read, and nothing else in that of it.
    private func exchange() throws(StoreError) {
        guard FileStamp.current(of: paths.base) == stamp else {
            throw withoutReplacement(displaced)
        }
        let made = FileStamp.current(of: paths.replacement)
        guard platform_exchange(paths.replacement, paths.base) == 0 else {
            let isUnknown = errno == EINVAL || errno == ENOSYS
            guard isUnknown, rename(paths.replacement, paths.base) == 0 else {
                throw withoutReplacement(.failure("rename", paths.replacement))
            }
            return
        }
        let old = FileStamp.current(of: paths.replacement)
        guard old?.holdsTheSame(as: stamp) == true else { throw putBack(insteadOf: made) }
    }

    /// Gives its name back to the file of another program; to the newest of several, as that
    /// program may write another one meanwhile.
    ///
    /// - Parameter made: the new file, which bears that name.
    /// - Returns: what to say of it.
    private func putBack(insteadOf made: FileStamp?) -> StoreError {
        var placed = made
        for _ in 0..<StoreState.exchanges {
            let theirs = FileStamp.current(of: paths.replacement)
            guard platform_exchange(paths.replacement, paths.base) == 0 else { break }
            let old = FileStamp.current(of: paths.replacement)
            if old?.holdsTheSame(as: placed) == true { return withoutReplacement(displaced) }
            placed = theirs
        }
        // Where theirs cannot be put back it is kept: the next reading gives it a name.
        return displaced
    }

    /// How often a program is followed that goes on replacing the file.
    private static let exchanges = 100

    private func withoutReplacement(_ error: StoreError) -> StoreError {
        unlink(paths.replacement)
        return error
    }

    private var displaced: StoreError { .displaced(path: paths.base, kept: paths.journal) }
}
