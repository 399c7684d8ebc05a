import ContactModel
import Glibc
import JSONText

/// What a store knows of its files; guarded by the store.
struct StoreState {
    let paths: StorePaths
    let options: StoreOptions
    var stamp: FileStamp?
    var snapshot: Snapshot
    /// The journal, open for appending; nil until the first commit.
    var journal: OpenFile?
    var journalStamp: FileStamp?
    var journalEnd = 0
    var journalLacksLineFeed = false
    /// The steps of the journal, the oldest first.
    var steps: [Step] = []
    var notices: [StoreNotice] = []
    var readOnly: StoreError.ReadOnlyReason?

    init(
        paths: StorePaths, options: StoreOptions, readOnly: StoreError.ReadOnlyReason?
    ) throws(StoreError) {
        self.paths = paths
        self.options = options
        self.readOnly = readOnly
        snapshot = Snapshot(base: try Base(Base.emptyText, path: paths.base))
        try load()
    }

    /// Reads everything from the disk; the lock is held where there is one.
    mutating func load() throws(StoreError) {
        let file = try OpenFile(paths.base, O_RDONLY | O_NONBLOCK)
        let status = try file.status
        guard status.st_mode & S_IFMT == S_IFREG else { throw .notAFile(path: paths.base) }
        let bytes = try file.read(limit: options.sizeLimit)
        snapshot = Snapshot(base: try Base(bytes, path: paths.base))
        stamp = FileStamp(status)
        steps = []
        journal = nil
        journalStamp = nil
        journalEnd = 0
        journalLacksLineFeed = false
        try clearReplacement()
        try loadJournal()
    }

    private mutating func loadJournal() throws(StoreError) {
        guard let file = try openJournal(creating: false) else { return }
        let bytes = try file.read(limit: options.sizeLimit)
        var reading = JournalText.read(bytes)
        try settle(&reading, of: bytes, in: file)
        guard case .header(let mark)? = reading.entries.first else {
            if readOnly == nil { unlink(paths.journal) }
            return
        }
        let found = reading.entries.compactMap(\.step)
        if mark == snapshot.base.mark {
            adopt(found, file, reading)
        } else if reading.entries.contains(where: { $0.folded == snapshot.base.mark }) {
            try finishFolding(found)
        } else {
            try rebase(found)
        }
    }

    /// Cuts a torn tail; goes read-only before a damaged entry.
    private mutating func settle(
        _ reading: inout JournalText.Reading, of bytes: [UInt8], in file: OpenFile
    ) throws(StoreError) {
        switch reading.flaw {
        case nil: break
        case .damaged:
            readOnly = .damage
            notices.append(.damagedJournal(offset: reading.end))
        case .torn:
            notices.append(.tornTail(bytes: bytes.count - reading.end))
            guard readOnly == nil else { return }
            try file.truncate(to: reading.end)
            try file.syncData()
        }
    }

    private mutating func adopt(_ found: [Step], _ file: OpenFile, _ reading: JournalText.Reading) {
        journal = file
        journalStamp = FileStamp.current(of: paths.journal)
        journalEnd = reading.end
        journalLacksLineFeed = reading.lacksLineFeed
        take(found)
    }

    mutating func take(_ found: [Step]) {
        for step in found { snapshot.apply(step.changes) }
        steps += found
    }

    func openJournal(creating: Bool) throws(StoreError) -> OpenFile? {
        let flags = readOnly == nil ? O_RDWR | O_APPEND : O_RDONLY
        do {
            return try OpenFile(paths.journal, flags | (creating ? O_CREAT : 0), mode: 0o600)
        } catch .missing where !creating {
            return nil
        }
    }

    /// A new base is in place and its journal was not dropped yet: do what the crash left out.
    private mutating func finishFolding(_ found: [Step]) throws(StoreError) {
        guard readOnly == nil else { return }
        try History(paths: paths, limit: options.historyLimit).append(found)
        unlink(paths.journal)
    }

    /// Another program changed the file: puts the journal's steps on top of what it wrote.
    private mutating func rebase(_ found: [Step]) throws(StoreError) {
        var conflicts: [StoreConflict] = []
        var kept: [Step] = []
        for step in found {
            let changes = step.changes.compactMap { snapshot.rebased($0, &conflicts) }
            guard !changes.isEmpty else { continue }
            snapshot.apply(changes)
            kept.append(
                Step(
                    id: step.id, time: step.time, author: step.author, undoes: step.undoes,
                    changes: changes))
        }
        notices.append(.changedOutside(reapplied: kept.count, conflicts: conflicts))
        steps = kept
        guard readOnly == nil else { return }
        if !conflicts.isEmpty {
            try History(paths: paths, limit: options.historyLimit).append(found)
        }
        try replaceJournal(kept)
    }

    /// Writes a whole new journal in the place of the old one.
    private mutating func replaceJournal(_ kept: [Step]) throws(StoreError) {
        let path = paths.journal + ".new"
        unlink(path)
        let file = try OpenFile(path, O_WRONLY | O_CREAT | O_EXCL, mode: 0o600)
        try copyMode(to: file)
        let lines = [JournalEntry.header(snapshot.base.mark)] + kept.map(JournalEntry.step)
        try file.write(lines.flatMap(JournalText.line))
        try file.syncAll()
        guard rename(path, paths.journal) == 0 else { throw file.failure("rename") }
        try syncFolder()
        journal = try openJournal(creating: false)
        journalStamp = FileStamp.current(of: paths.journal)
        journalEnd = journalStamp?.size ?? 0
        journalLacksLineFeed = false
    }

    func syncFolder() throws(StoreError) {
        try OpenFile(paths.folder, O_RDONLY | O_DIRECTORY).syncAll()
    }

    /// Gives a file of ours the mode and the group of the base, so that a team can share it.
    func copyMode(to file: OpenFile) throws(StoreError) {
        var status = stat()
        guard stat(paths.base, &status) == 0 else { return }
        let own = try file.status
        if own.st_gid != status.st_gid, fchown(file.descriptor, uid_t.max, status.st_gid) != 0 {
            return
        }
        guard fchmod(file.descriptor, status.st_mode & 0o666) == 0 else {
            throw file.failure("fchmod")
        }
    }
}

extension JournalEntry {
    fileprivate var step: Step? {
        if case .step(let step) = self { step } else { nil }
    }

    /// The base that a folding was about to put in place.
    fileprivate var folded: ContentMark? {
        if case .folding(_, let to) = self { to } else { nil }
    }
}

extension Snapshot {
    /// A change with the writes that another program's values do not contradict.
    fileprivate func rebased(
        _ change: RecordChange, _ conflicts: inout [StoreConflict]
    ) -> RecordChange? {
        let present = try? contact(number(of: change.key))
        var result = change
        result.writes = change.writes.filter { write in
            switch write {
            case .create: return present == nil
            case .delete, .tags: return present != nil
            case .member(let name, let new, let old):
                guard let present else { return false }
                let now = present.record[name]
                if now == old || now == new || name == Field.updatedAt.name { return true }
                conflicts.append(StoreConflict(key: change.key, field: name))
                return false
            case .metadata(let name, let new, let old):
                guard let present else { return false }
                let now = present.metadata?[name]
                if now == old || now == new { return true }
                conflicts.append(StoreConflict(key: change.key, field: "metadata.\(name)"))
                return false
            }
        }
        return result.writes.isEmpty ? nil : result
    }
}
