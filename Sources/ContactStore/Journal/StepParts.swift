package import ContactModel

/// Steps that are so large that they are written in several parts.
///
/// Nothing is held but one part: between two parts what was written becomes part of the file.
/// Whoever is killed in between leaves a shorter step, which is taken back like any other.
package struct StepRun: Hashable, Sendable {
    /// The id of the first part.
    fileprivate(set) var whole: String?
    fileprivate var count = 0
    /// The bytes of the journal that it took so far.
    package fileprivate(set) var bytes = 0

    /// A step that nothing was written of yet.
    package init() {}
}

/// Counts the parts of steps that take back others which have parts.
struct PartCounts {
    private var parts: [String: StepPart] = [:]

    /// The place of a step with this id that takes back a part of `target`.
    mutating func next(of target: String, id: String) -> StepPart {
        let part = parts[target].map { StepPart(of: $0.whole, index: $0.index + 1) }
        parts[target] = part ?? StepPart(of: id, index: 0)
        return part ?? StepPart(of: id, index: 0)
    }
}

/// Steps that can be taken back, read a few at a time.
struct FoundSteps {
    private let direction: UndoDirection
    private var search: StepSearch<Step>
    /// Where those that were folded are read from.
    let folded: HistoryLines?
    /// Whether there was any.
    private(set) var isAny = false
    /// Whether all were read.
    private(set) var isAtEnd = false

    init(_ direction: UndoDirection, _ search: StepSearch<Step>, _ folded: HistoryLines?) {
        self.direction = direction
        self.search = search
        self.folded = folded
    }

    /// The next steps, as many as write to so many contacts, and one at least.
    ///
    /// - Throws: `.nothingToUndo` or `.nothingToRedo` where there is none at all.
    mutating func next(writing limit: Int) throws(StoreError) -> [Step] {
        var steps: [Step] = []
        var writes = 0
        while writes < limit {
            guard let step = search.next() else {
                isAtEnd = true
                break
            }
            steps.append(step)
            writes += step.changes.count
        }
        if let failure = folded?.failure { throw failure }
        isAny = isAny || !steps.isEmpty
        guard isAny else { throw direction == .undo ? .nothingToUndo : .nothingToRedo }
        return steps
    }
}

extension Store {
    /// The most changes that are held at once while many are made or taken back.
    package static let partSize = 10_000

    /// The most bytes that the history may grow to, but for the newest step.
    package var historyLimit: Int { looking(\.options.historyLimit) }

    /// Whether a step of several parts can still be taken back: not where others filled the history
    /// while it was written.
    package func holdsAll(of run: StepRun) -> Bool {
        guard let whole = run.whole, run.count > 1 else { return true }
        return looking { $0.holdsFirstPart(of: whole) }
    }

    /// Carries out those of many changes that can be made, as the next part of a step.
    ///
    /// - Parameter progress: as of `apply`.
    /// - Throws: `.readOnly` or `.io`; nothing of this part is written then. `.tooLarge` where
    ///   the file would become so.
    package func apply(
        _ changes: [ContactChange], in run: inout StepRun, progress: (Int) -> Bool
    ) throws(StoreError) -> BulkOutcome {
        try foldIfLayered()
        let before = run
        let done = try besideWriters { state throws(StoreError) in
            var run = before
            let outcome = try state.apply(changes, in: &run, progress: progress)
            return (outcome: outcome, run: run)
        }
        run = done.run
        return done.outcome
    }

    /// Takes back steps, a few at a time.
    func takeBack(
        _ direction: UndoDirection, _ count: Int
    ) throws(StoreError) -> [StepUndone] {
        var found: FoundSteps?
        var parts = PartCounts()
        var told: [(whole: String, undone: StepUndone)] = []
        repeat {
            if found != nil { try foldIfLayered() }
            try exclusively { state throws(StoreError) in
                _ = try state.catchUp()
                var steps: FoundSteps
                if let found { steps = found } else { steps = try state.search(direction, count) }
                defer { try? state.tell(steps.folded) }
                let next = try steps.next(writing: Store.partSize)
                for reversal in try state.takeBack(next, direction, &parts) {
                    told.join(reversal.told, of: reversal.target.wholeID)
                }
                found = steps
            }
        } while found?.isAtEnd == false
        return told.map(\.undone)
    }

    /// The most bytes of journal that stand beside a file, however large that is.
    private static let heaviestLayer = 32 << 20

    /// Folds where so much stands beside the file that it weighs in memory: each contact takes
    /// there several times the room that it takes in the file.
    private func foldIfLayered() throws(StoreError) {
        let isDue = looking { state in
            let size = state.snapshot.base.text.size
            let isHeavy = state.journalEnd >= Store.heaviestLayer
            return isHeavy || state.journalEnd >= max(state.options.layerSize, size / 8)
        }
        if isDue { try fold() }
    }
}

extension StoreState {
    /// Carries out changes as the next part of a step; the lock is held.
    fileprivate mutating func apply(
        _ changes: [ContactChange], in run: inout StepRun, progress: (Int) -> Bool
    ) throws(StoreError) -> BulkOutcome {
        let limit = options.sizeLimit
        _ = try catchUp()
        guard snapshot.base.text.size + journalEnd < limit else {
            throw .tooLarge(path: paths.base, limit: limit)
        }
        let start = journalEnd
        var part: StepPart?
        let outcome = try apply(changes, progress: progress) { step in
            part = StepPart(of: run.whole ?? step.id, index: run.count)
            step.part = part
        }
        guard let part else { return outcome }
        run.whole = part.whole
        run.count += 1
        run.bytes += journalEnd - start
        return outcome
    }
}

extension [(whole: String, undone: StepUndone)] {
    /// Takes what became of a step, or of a further part of the last one.
    fileprivate mutating func join(_ undone: StepUndone, of whole: String) {
        guard let last, last.whole == whole else { return append((whole, undone)) }
        removeLast()
        var what = last.undone.what
        what.add(undone.what)
        append(
            (
                whole,
                StepUndone(
                    what: what, restored: last.undone.restored + undone.restored,
                    skipped: last.undone.skipped + undone.skipped)
            ))
    }
}
