import CPlatform
package import ContactModel
import Glibc
import Synchronization

/// Contacts in a JSON file, with a journal of changes beside it.
///
/// Opening reads both. A commit is one write to the journal and one `fdatasync`; when it returns
/// the change is on the disk. Folding makes the changes part of the file. Any number of
/// processes may have the same file open: each commit first reads what the others wrote.
///
/// Every call blocks until the disk has done its work; call it off the main thread.
package final class Store: Sendable {
    let paths: StorePaths
    /// The name it was opened by.
    private let given: String
    private let state: Mutex<StoreState>
    /// The contacts before a commit that waits for the disk: what is read until it is durable.
    private let standing = Mutex<Snapshot?>(nil)
    /// Why nothing could be written when that was last looked at.
    private let obstacle: Mutex<StoreError.ReadOnlyReason?>
    /// Taken while a new file is written, by one after the other.
    let folding = Mutex(())

    /// Opens a file.
    ///
    /// - Throws: `StoreError`; the file is left exactly as it was.
    package init(opening path: String, options: StoreOptions = StoreOptions()) throws(StoreError) {
        given = path
        paths = StorePaths(path)
        if options.creates { try Store.create(paths) }
        var status = stat()
        guard stat(paths.base, &status) == 0 else {
            if errno == ENOENT { throw .missing(path: path) }
            throw .io(StoreError.IOFailure(operation: "stat", path: path, code: errno))
        }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .notAFile(path: paths.base) }
        let access =
            options.readsOnly ? Store.openSharedLock(paths) : Store.openLock(paths, options)
        var isLockKept = false
        defer { if !isLockKept { Store.unlock(access.lock) } }
        var opened = try StoreState(paths: paths, options: options, access: access)
        opened.noticeStray(beside: path)
        obstacle = Mutex(opened.readOnly)
        state = Mutex(opened)
        isLockKept = true
        if !Store.unlock(access.lock) { state.withLock { $0.lock = nil } }
    }

    /// The contacts as they stand now.
    package var snapshot: Snapshot { state.withLock { $0.snapshot } }

    /// Why nothing can be written; nil where writing works.
    ///
    /// Never waits: while a call is at work it is what was so before.
    package var readOnly: StoreError.ReadOnlyReason? {
        state.withLockIfAvailable { state in obstacle.withLock { $0 = state.readOnly } }
        return obstacle.withLock(\.self)
    }

    /// The file, symbolic links resolved.
    package var path: String { paths.base }

    /// The file that the name leads to by now, where a symbolic link was turned to another one.
    package var otherPath: String? {
        let now = StorePaths(given).base
        return now == paths.base ? nil : now
    }

    /// Whether the name leads on to another one, so that a link on the way may be turned, which
    /// nothing in the file's own folder shows.
    package var isLinked: Bool {
        guard !given.hasPrefix("/"), let folder = getcwd(nil, 0) else { return given != path }
        defer { free(folder) }
        return String(cString: folder) + "/" + given != path
    }

    /// What was found and done since this was last asked.
    package func takeNotices() -> [StoreNotice] {
        state.withLock { state in
            defer { state.notices = [] }
            return state.notices
        }
    }

    /// Carries out changes as one step: all of them, or none.
    ///
    /// - Parameter onlyNew: whether nobody may bear the keys yet.
    /// - Returns: a receipt for each change, in order.
    /// - Throws: `.unexpected` where a contact stands otherwise than expected; `.unknown`,
    ///   `.ambiguous`, `.unusable` for a change that cannot be made, `.readOnly`, or `.io`;
    ///   nothing is written then.
    package func commit(
        _ changes: [ContactChange], onlyNew: Bool = false
    ) throws(StoreError) -> [Receipt] {
        try commit([CommitRequest(changes, onlyNew: onlyNew)])[0].get()
    }

    /// Carries out several commits with one write and one wait for the disk; each stays a step of
    /// its own and is made or refused by itself, after those before it.
    ///
    /// - Returns: the receipts or the refusal of each, in order.
    /// - Throws: `.readOnly` or `.io`; nothing of any of them is written then.
    package func commit(
        _ requests: [CommitRequest]
    ) throws(StoreError) -> [Result<[Receipt], StoreError>] {
        try exclusively(about: requests.subjects) { state throws(StoreError) in
            let prepared = try state.prepare(requests)
            standing.withLock { $0 = state.snapshot }
            defer { standing.withLock { $0 = nil } }
            return try state.finish(prepared)
        }
    }

    /// Carries out those of many changes that can be made, as one step: one write, whatever
    /// their number.
    ///
    /// - Parameter progress: told now and then how many changes were tried; when it answers
    ///   false, those that follow are not tried.
    /// - Throws: `.readOnly` or `.io`; nothing is written then.
    package func apply(
        _ changes: [ContactChange], progress: (Int) -> Bool = { _ in true }
    ) throws(StoreError) -> BulkOutcome {
        try besideWriters { state throws(StoreError) in
            try state.apply(changes, progress: progress)
        }
    }

    /// Adds and removes the same tags on many contacts, as one step that is said once, whatever
    /// their number.
    ///
    /// - Parameters:
    ///   - numbers: the contacts, by their numbers in `seen`.
    ///   - progress: told now and then how many contacts were tried; when it answers false, those
    ///     that follow are not tried.
    /// - Throws: `.readOnly` or `.io`; nothing is written then.
    package func retag(
        _ numbers: [Int32], of seen: Snapshot, add: TagList, remove: TagList,
        progress: (Int) -> Bool = { _ in true }
    ) throws(StoreError) -> BulkOutcome {
        try besideWriters { state throws(StoreError) in
            try state.retag(
                numbers, of: seen, .retag(add: add, remove: remove), progress: progress)
        }
    }

    /// Leaves fields as another program wrote them: these conflicts are over.
    ///
    /// - Throws: `.readOnly` or `.io`; they stay open then.
    package func keepTheirs(_ conflicts: Set<Int>) throws(StoreError) {
        try exclusively { state throws(StoreError) in try state.keepTheirs(conflicts) }
    }

    /// Writes once more, as one step, what another program wrote otherwise; conflicts that are
    /// over by then are passed over.
    ///
    /// - Throws: `.readOnly` or `.io`; nothing is written then.
    package func keepMine(_ conflicts: Set<Int>) throws(StoreError) -> BulkOutcome {
        try exclusively { state throws(StoreError) in try state.keepMine(conflicts) }
    }

    /// Whether a path, also of a file that is not there, names the file of the contacts or one
    /// that is kept beside it: who writes there destroys what was saved.
    package func owns(_ path: String) -> Bool {
        paths.owns(path)
    }

    /// Takes back this user's newest steps that still stand, also those of earlier runs of the
    /// program.
    ///
    /// A step of which everything was changed since is passed over from the second time on.
    ///
    /// - Returns: what became of each, the newest first, then those that were passed over; fewer
    ///   than `count` where there are no more.
    /// - Throws: `.nothingToUndo` where there is none at all.
    package func undo(_ count: Int = 1) throws(StoreError) -> [StepUndone] {
        try takeBack(.undo, count)
    }

    /// Does again what this user's newest undoings took back; a new step of this user ends that.
    ///
    /// - Throws: `.nothingToRedo` where there is none at all.
    package func redo(_ count: Int = 1) throws(StoreError) -> [StepUndone] {
        try takeBack(.redo, count)
    }

    /// What `undo` or `redo` would write, as the lines of a plan.
    ///
    /// - Throws: `.nothingToUndo` or `.nothingToRedo`.
    package func plan(
        _ direction: UndoDirection, _ count: Int
    ) throws(StoreError) -> UndoPlan {
        _ = try latest()
        return try held { state throws(StoreError) in
            var working = state.snapshot
            var found = try state.search(direction, count)
            defer { try? state.tell(found.folded) }
            let reversals = try state.reversals(
                direction, of: found.next(writing: .max), on: &working)
            return UndoPlan(reversals, on: state.snapshot)
        }
    }

    /// The newest steps, of all users.
    package func log(limit: Int) throws(StoreError) -> [LogEntry] {
        _ = try latest()
        return try held { state throws(StoreError) in try state.log(limit: limit) }
    }

    /// The contacts as they stand on the disk: what other processes wrote is read first, where
    /// two calls of `stat` tell that there is anything.
    ///
    /// Never waits for the disk that a commit of this process waits for.
    ///
    /// - Parameter keys: the only contacts that it must hold; nil for all.
    package func latest(about keys: [ContactKey]? = nil) throws(StoreError) -> Snapshot {
        if let standing = standing.withLock(\.self), standing.base.known == nil { return standing }
        return try held(about: keys) { state throws(StoreError) in
            if state.readOnly != nil || !state.isCurrent { _ = try caughtUp(&state) }
            return state.snapshot
        }
    }

    /// Reads what others wrote.
    ///
    /// - Returns: whether anything changed.
    package func refresh() throws(StoreError) -> Bool { try refresh(about: nil) }

    private func refresh(about keys: [ContactKey]?) throws(StoreError) -> Bool {
        try held(about: keys) { state throws(StoreError) in try caughtUp(&state) }
    }

    /// Reads what others wrote, with the lock where there is one.
    private func caughtUp(_ state: inout StoreState) throws(StoreError) -> Bool {
        if try state.regainWriting() { return true }
        guard state.readOnly == nil else { return try state.reloadIfChanged() }
        return try locked(&state) { state throws(StoreError) in try state.catchUp() }
    }

    /// Notes whether a new file is being written.
    func noteFolding(_ isFolding: Bool) { state.withLock { $0.isFolding = isFolding } }

    /// How often something was read that this process had not written: a number that has grown
    /// tells that there is something new to see.
    package var readingsOfOthers: Int { state.withLock(\.readingsOfOthers) }

    /// How many steps are in the journal and not in the file.
    package var unfoldedSteps: Int { looking(\.steps.count) }

    /// What the state tells.
    func looking<T: Sendable>(_ body: (StoreState) -> T) -> T { state.withLock { body($0) } }

    /// Folds where the file is so small that nobody notices, or the journal has grown large
    /// beside it.
    ///
    /// - Parameter keepsPlaces: whether somebody looks at contacts that only their place tells:
    ///   then it waits where others before them were deleted.
    package func foldIfDue(keepsPlaces: Bool = false) throws(StoreError) {
        let isDue = state.withLock { $0.isFoldingDue && !(keepsPlaces && $0.foldingMovesNameless) }
        if isDue { try fold() }
    }

    /// Gives the memory of what was folded back to the system: it lies between other things, and
    /// a program that lives on would keep it.
    package static func giveMemoryBack() { platform_give_memory_back() }

    /// Lets large blocks of memory go back to the system as soon as they are freed, for a program
    /// that runs for months: each folding makes some anew, and in between small ones would settle.
    package static func keepLargeBlocksApart() { platform_keep_large_blocks_apart() }

    /// Folds where this is the last process that has the file open: one that is not small only
    /// where that is due or the options say so.
    package func close() throws(StoreError) {
        state.withLock { $0.leaveIndex() }
        guard readOnly == nil, lockPresence(isAlone: true) else { return }
        defer { _ = lockPresence(isAlone: false) }
        // What others left in the journal when they went counts as well.
        if FileStamp.current(of: paths.journal) != nil { _ = try refresh(about: []) }
        do throws(StoreError) {
            if state.withLock({ $0.options.foldsLarge && !$0.steps.isEmpty }) { try fold() }
            try foldIfDue()
        } catch .notFolded(let cause) where cause.operation == "fchown" {
            // The file is another person's, whose program does it.
        } catch .notFolded(let cause) {
            state.withLock { $0.notices.append(.notFolded(cause)) }
        }
    }

    /// - Returns: false where the lock cannot be had, since others have the file open.
    private func lockPresence(isAlone: Bool) -> Bool {
        state.withLock { state in
            guard let lock = state.lock else { return false }
            return platform_lock(
                lock.descriptor, Store.presenceByte, isAlone ? 1 : 0, 0) == 0
        }
    }

    /// - Parameter keys: the only contacts that it is about; nil for all.
    private func held<T: Sendable>(
        about keys: [ContactKey]? = nil, _ body: (inout StoreState) throws(StoreError) -> T
    ) throws(StoreError) -> T {
        let result = state.withLock { state in
            Result { () throws(StoreError) in
                if !state.holdsWhatIsKnown(of: keys) { try state.readWhole() }
                return try body(&state)
            }
        }
        return try result.get()
    }

    /// Runs with the writers' lock.
    ///
    /// - Parameter keys: the only contacts that it is about; nil for all.
    func exclusively<T: Sendable>(
        about keys: [ContactKey]? = nil, _ body: (inout StoreState) throws(StoreError) -> T
    ) throws(StoreError) -> T {
        try held(about: keys) { state throws(StoreError) in try locked(&state, body) }
    }

    /// The same, done anew where another program came between that wrote into the very file.
    func besideWriters<T: Sendable>(
        _ body: (inout StoreState) throws(StoreError) -> T
    ) throws(StoreError) -> T {
        try exclusively { state throws(StoreError) in
            for _ in 1..<Store.triesBesideWriters {
                do throws(StoreError) {
                    return try body(&state)
                } catch .overwritten {
                    continue
                }
            }
            return try body(&state)
        }
    }

    private static let triesBesideWriters = 5

    private func locked<T: Sendable>(
        _ state: inout StoreState, _ body: (inout StoreState) throws(StoreError) -> T
    ) throws(StoreError) -> T {
        _ = try state.regainWriting()
        if let reason = state.readOnly { throw .readOnly(path: paths.base, reason) }
        return try state.locked(body)
    }
}
