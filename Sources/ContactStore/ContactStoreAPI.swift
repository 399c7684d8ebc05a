package import ContactModel

/// How a store is opened.
package struct StoreOptions: Sendable {
    /// Whether a missing file is made, with nothing in it.
    package var creates: Bool
    /// The most bytes a file may have.
    package var sizeLimit: Int
    /// The most bytes the history of folded steps may grow to before the oldest are dropped.
    package var historyLimit: Int
    /// Whether the store is only read: nothing is made, locked or mended then.
    package var readsOnly: Bool
    /// Files up to this many bytes are kept in memory; of a larger one records are read when they
    /// are asked for.
    package var keptSize = 16 << 20
    /// The contacts that are asked for: of a file that is neither kept in memory nor small only
    /// these are read where an index beside it tells where they stand. Whatever else is asked for
    /// reads all of it. A store that writes leaves such an index behind, where it had to read the
    /// whole file.
    package var wanted: [ContactKey]?
    /// The seconds that a file must have been left alone for an index of it to be made: somebody
    /// who writes once more within a tick of the clock would leave the same times.
    package var restBeforeIndex = 2
    /// Files up to this many bytes are folded whenever nobody edits them.
    package var smallSize = 50_000_000
    /// Whether a larger one is folded too when its last process, this one, lets go of it.
    package var foldsLarge: Bool
    /// While many changes are made or taken back, the most bytes that the journal grows to before
    /// it is folded, where the file is not much larger.
    package var layerSize = 16 << 20
    /// Whether what is committed is asked for by others, over the network: this user's undo does
    /// not take it back.
    package var servesOthers = false
    /// Told before each wait for the disk that makes commits durable.
    package var onSync: @Sendable () -> Void = {}
    /// Told, on another thread, where others have kept the writers' lock for a second.
    package var onWait: @Sendable () -> Void = {}
    /// Told when a folding has made a new file that has nothing's place yet.
    package var onMade: @Sendable () -> Void = {}

    /// Options; by default a missing file is an error and a file may have 2 GB.
    package init(
        creates: Bool = false, sizeLimit: Int = 2_000_000_000, historyLimit: Int = 64_000_000,
        readsOnly: Bool = false, foldsLarge: Bool = false
    ) {
        self.creates = creates
        self.foldsLarge = foldsLarge
        self.readsOnly = readsOnly
        self.sizeLimit = sizeLimit
        self.historyLimit = historyLimit
    }
}

/// What a store found and did when it read its files, for the person to know.
package enum StoreNotice: Hashable, Sendable {
    /// The last write had been cut off; these bytes were never acknowledged, are left out, and
    /// are kept under this name where there was anything in them and a file could be made.
    case tornTail(bytes: Int, kept: String?)
    /// The journal is damaged at this offset; what follows is not shown and nothing is written.
    case damagedJournal(offset: Int)
    /// Another program changed the file; changes of the journal were put on top of it again, but
    /// for these fields, where the file's value stands.
    case changedOutside(reapplied: Int, conflicts: [StoreConflict])
    /// Another program took the journal away: its changes were written there once more, but for
    /// these fields, where the file's value stands.
    case journalGone(restored: Int, conflicts: [StoreConflict])
    /// So many lines of the history are not what was written: the steps in them are passed over.
    case damagedHistory(lines: Int)
    /// A file that took the place of ours during a folding is kept under this name.
    case kept(path: String)
    /// The changes of the journal could not be made part of the file when it was closed.
    case notFolded(StoreError.IOFailure)
    /// The file was opened by a symbolic link, beside which a journal stands that nothing reads:
    /// that of a file that stood there before; and where it would be read.
    case strayJournal(path: String, belongs: String)
}

/// A field that a journal and another program both changed.
package struct StoreConflict: Hashable, Sendable {
    /// Which contact.
    package let key: ContactKey
    /// The field, or the metadata key.
    package let field: String
    /// Whether both values are kept for somebody to choose.
    package let isOpen: Bool
    /// Whether the file has no contact, or several, to whom the key could belong.
    package let isMissing: Bool
    /// Whether it has several.
    package let isRepeated: Bool

    /// Names a field of a contact.
    package init(
        key: ContactKey, field: String, isOpen: Bool = false, isMissing: Bool = false,
        isRepeated: Bool = false
    ) {
        self.key = key
        self.field = field
        self.isOpen = isOpen
        self.isMissing = isMissing
        self.isRepeated = isRepeated
    }
}

/// What taking back a step did.
package struct StepUndone: Hashable, Sendable {
    /// What the step that was taken back had written, or what was written again.
    package let what: StepSummary
    /// The contacts that stand as before.
    package let restored: [ContactKey]
    /// The contacts whose fields had been changed since, left alone.
    package let skipped: [ContactKey]
}

/// What became of many changes that were made as one step.
package struct BulkOutcome: Hashable, Sendable {
    /// A change that could not be made.
    package struct Failure: Hashable, Sendable {
        /// Its place among the changes, from 0.
        package let index: Int
        /// Why.
        package let error: StoreError
    }

    /// How many changes wrote something new.
    package internal(set) var changed = 0
    /// How many found everything as they wanted it.
    package internal(set) var unchanged = 0
    /// The changes that were left out.
    package internal(set) var failures: [Failure] = []
    /// The creations that met a contact and changed that, by their places among the changes.
    package internal(set) var met: [Int] = []
    /// How many changes were tried before it was stopped.
    package internal(set) var reached = 0
}

/// Changes that are one step: all are made, or none.
package struct CommitRequest: Sendable {
    /// What is done, in order.
    package let changes: [ContactChange]
    /// Whether nobody may bear the keys yet.
    package let onlyNew: Bool

    /// Changes that belong together.
    package init(_ changes: [ContactChange], onlyNew: Bool = false) {
        self.changes = changes
        self.onlyNew = onlyNew
    }
}
