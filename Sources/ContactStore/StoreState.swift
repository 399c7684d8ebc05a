import ContactModel
import Glibc
import JSONText

/// What a store knows of its files; guarded by the store.
struct StoreState {
    let paths: StorePaths
    let options: StoreOptions
    var stamp: FileStamp?
    var snapshot: Snapshot
    /// The contacts that are asked for, where nothing else was yet.
    var wanted: [ContactKey]?
    /// The journal, open for appending; nil until the first commit.
    var journal: OpenFile?
    var journalStamp: FileStamp?
    /// The bytes of the journal that hold whole entries.
    var journalEnd = 0
    /// The bytes of the journal when it was last read or written.
    var journalSize = 0
    var journalLacksLineFeed = false
    /// The steps of the journal, the oldest first.
    var steps: [Step] = []
    var notices: [StoreNotice] = []
    /// The lock that writers take in turn; nil where this process may not write.
    var lock: OpenFile?
    /// What keeps this process from writing, whatever the files hold.
    var obstacle: StoreError.ReadOnlyReason?
    /// Whether the journal holds what was not written there.
    var isDamaged = false
    /// What kept the last reading from putting in order what a crash had left: everything can be
    /// read, and nothing is written before that is done.
    var unmended: StoreError?
    /// Whether a wait for the disk failed: what the system holds of that journal may never have
    /// come there, and another one must take its place.
    var distrustsJournal = false
    /// The steps that were refused because the disk failed: they count for nothing, though they may
    /// stand in a journal that could not be cut.
    var refused: Set<String> = []
    /// The steps of every user of which an undoing found everything changed since: the next one
    /// goes by them.
    var passes: [StepPass] = []
    /// Whether lines of the history that cannot be read were told.
    var hasToldHistory = false
    /// Whether a new file is being written here, which nobody may take for a leftover.
    var isFolding = false
    /// How often something was read that this process had not written.
    var readingsOfOthers = 0
    /// Steps that are in the journal no more, or not as a whole, and that the history may not hold
    /// yet.
    var leaving: [Step] = []
    /// What a folding that was cut off had left in the place of its new file.
    var leftover: ContentMark?

    init(
        paths: StorePaths, options: StoreOptions,
        access: (lock: OpenFile?, reason: StoreError.ReadOnlyReason?)
    ) throws(StoreError) {
        self.paths = paths
        self.options = options
        lock = access.lock
        obstacle = access.reason
        wanted = options.wanted
        snapshot = Snapshot(base: try Base(Base.emptyText, path: paths.base))
        try load()
    }

    /// Why nothing can be written; nil where writing works.
    var readOnly: StoreError.ReadOnlyReason? { isDamaged ? .damage : obstacle }

    /// Reads everything from the disk; the lock is held where there is one.
    mutating func load() throws(StoreError) {
        readingsOfOthers += 1
        let known = steps
        try loadOnce()
        // Without the lock a folding may have come between the two files.
        for _ in 0..<StoreState.rereads where readOnly != nil && !isCurrent { try loadOnce() }
        if snapshot.base.known != nil, !Set(steps.map(\.id)).isSuperset(of: known.map(\.id)) {
            try loadWhole()
        }
        restore(known)
    }

    /// Reads everything, also where only some contacts would do.
    private mutating func loadWhole() throws(StoreError) {
        wanted = nil
        try loadOnce()
    }

    private static let rereads = 5

    /// Whether both files are still the ones that were read: two calls of `stat`.
    var isCurrent: Bool {
        let log = FileStamp.current(of: paths.journal)
        return FileStamp.current(of: paths.base) == stamp && log?.size ?? 0 == journalSize
            && (journalStamp == nil || log?.inode == journalStamp?.inode)
    }

    private mutating func loadOnce() throws(StoreError) {
        let file = try OpenFile(paths.base, O_RDONLY, followsLinks: true)
        let status = try file.status
        let excerpt = excerpt(of: file, FileStamp(status))
        if let excerpt {
            snapshot = Snapshot(base: excerpt.base)
        } else {
            snapshot = Snapshot(base: try Base(file, options))
        }
        stamp = FileStamp(status)
        leftover = nil
        leaving = []
        unmended = nil
        isDamaged = false
        steps = []
        passes = []
        forgetJournal()
        mend { state throws(StoreError) in try state.clearReplacement() }
        if !options.readsOnly { alignCompanions() }
        try loadJournal(readWith: excerpt)
    }

    /// Lets what is kept beside the file be for the same people as the file, whose rights may have
    /// changed; whoever may not do that leaves it.
    private func alignCompanions() {
        for path in [paths.history, paths.journal, paths.lock] {
            try? (try? OpenFile(path, O_RDONLY))?.takeMode(of: paths.base)
        }
        try? SideIndex.open(paths)?.takeMode(of: paths.base)
    }

    /// Tells of the journal of a file that was moved away and left a link in its place.
    mutating func noticeStray(beside given: String) {
        let journal = Companion.journal.path(beside: given)
        var status = stat()
        guard lstat(given, &status) == 0, status.st_mode & S_IFMT == S_IFLNK,
            let stray = FileStamp.current(of: journal), stray.size > 0,
            FileStamp.current(of: paths.journal)?.inode != stray.inode
        else { return }
        notices.append(.strayJournal(path: journal, belongs: paths.journal))
    }

    /// The journal is gone, or is not ours any more.
    mutating func forgetJournal() {
        journal = nil
        journalStamp = nil
        journalEnd = 0
        journalSize = 0
        journalLacksLineFeed = false
    }

    private mutating func loadJournal(readWith excerpt: Excerpt?) throws(StoreError) {
        guard let file = try openJournal() else {
            distrustsJournal = false
            return
        }
        let bytes = try file.read(limit: options.sizeLimit)
        // Whom it names by now the excerpt may not hold.
        if let excerpt, excerpt.journal != bytes { return try loadWhole() }
        journalSize = bytes.count
        let reading = excerpt?.reading ?? JournalText.read(bytes)
        settle(reading, of: bytes, in: file)
        guard case .header(let mark)? = reading.entries.first else {
            guard reading.entries.isEmpty else {
                isDamaged = true
                notices.append(.damagedJournal(offset: 0))
                return
            }
            mend { state throws(StoreError) in try state.dropJournal() }
            return
        }
        let all = reading.entries.compactMap(\.step)
        let found = all.filter { !refused.contains($0.id) }
        for case .conflict(let conflict) in reading.entries { snapshot.conflicts.add(conflict) }
        snapshot.dropConflicts(closedBy: found)
        notePasses(reading.entries)
        let note = exchangedNote(reading.entries)
        if mark == snapshot.base.mark, note == nil {
            adopt(found, file, reading)
            if distrustsJournal {
                mend { state throws(StoreError) in try state.replaceJournal(state.steps) }
            }
        } else if let note = reading.entries.last(where: { $0.folded == snapshot.base.mark }) {
            let count = note.foldedSteps ?? all.count
            let (folded, tail) = (Array(all.prefix(count)), Array(all.dropFirst(count)))
            leaving = folded
            mend { state throws(StoreError) in
                try state.finishFolding(folded, tail, of: state.snapshot.base.mark)
                state.leaving = []
            }
            take(tail)
        } else if let note {
            let count = note.foldedSteps ?? all.count
            rebase(Array(all.dropFirst(count)), folded: Array(all.prefix(count)))
        } else {
            rebase(found)
        }
    }

    /// The note of a folding whose new file had got its name, also where another program has
    /// written the file anew since, be it as it was before: the steps in it are no news to that
    /// program. It says so itself once what the exchange displaced is gone, which tells it as long
    /// as it stands.
    private func exchangedNote(_ entries: [JournalEntry]) -> JournalEntry? {
        guard case .header(let mark)? = entries.first,
            let note = entries.last(where: { $0.folded != nil }),
            case .folding(let from, let to, _) = note
        else { return nil }
        if from == to { return note }
        return from == mark && left == from ? note : nil
    }

    /// What stands in the place of a new file, or stood there when the reading began.
    private var left: ContentMark? {
        if let leftover { return leftover }
        let file = try? OpenFile(paths.replacement, O_RDONLY)
        return (try? file?.read(limit: options.sizeLimit)).flatMap { $0 }.map(ContentMark.init(of:))
    }

    /// Cuts a torn tail and sets it aside; goes read-only before a damaged entry.
    private mutating func settle(
        _ reading: JournalText.Reading, of bytes: [UInt8], in file: OpenFile
    ) {
        switch reading.flaw {
        case nil: break
        case .damaged:
            isDamaged = true
            notices.append(.damagedJournal(offset: reading.end))
        case .torn:
            let tail = Array(bytes[reading.end...])
            var kept: String?
            mend { state throws(StoreError) in
                kept = try file.cut(
                    to: reading.end, setting: tail, modeOf: state.paths.base)
                state.journalSize = reading.end
            }
            notices.append(.tornTail(bytes: tail.count, kept: kept))
        }
    }

    /// Notes which steps an undo goes by, and after which steps it does not any more.
    mutating func notePasses(_ entries: [JournalEntry]) {
        for entry in entries {
            switch entry {
            case .pass(let pass): passes.append(pass)
            case .step(let step) where step.undoes == nil && step.redoes == nil:
                passes.removeAll { $0.author == step.author }
            default: break
            }
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
        for step in found {
            let placed = step.placed(in: snapshot.reading)
            snapshot.apply(placed)
            snapshot.dropConflicts(closedBy: [placed])
            steps.append(placed)
        }
    }

    /// The journal; nil where there is none.
    mutating func openJournal() throws(StoreError) -> OpenFile? {
        do {
            let file = try OpenFile(
                paths.journal, readOnly == nil ? O_RDWR | O_APPEND : O_RDONLY)
            if readOnly == nil {
                try? file.takeMode(of: paths.base)
                // Before anything more is written another file takes its place.
                if (try? file.isShown(beyond: paths.base)) == true { distrustsJournal = true }
            }
            return file
        } catch .missing {
            return nil
        } catch .notAFile(let path) {
            obstacle = .companion(path: path)
            return nil
        } catch .io(let failure) where [EACCES, EPERM, EROFS].contains(failure.code) {
            guard readOnly == nil else { throw .io(failure) }
            obstacle = .companion(path: paths.journal)
            return try OpenFile(paths.journal, O_RDONLY)
        }
    }

    var history: History { History(paths: paths, limit: options.historyLimit) }
}

extension JournalEntry {
    var step: Step? {
        if case .step(let step) = self { step } else { nil }
    }

    /// The base that a folding was about to put in place.
    var folded: ContentMark? {
        if case .folding(_, let to, _) = self { to } else { nil }
    }

    /// How many of the journal's steps are in that base; nil for all of them.
    var foldedSteps: Int? {
        if case .folding(_, _, let steps) = self { steps } else { nil }
    }
}
