/// A step as undo and redo see it.
package protocol LoggedStep {
    /// What other steps name it by.
    var id: String { get }
    /// The step that this one took back; nil for one that did not undo.
    var undoes: String? { get }
    /// The undoing that this one took back in turn; nil for one that did not redo.
    var redoes: String? { get }
    /// Whether this user made it.
    var isMine: Bool { get }
    /// Whether it wrote nothing, as an undoing does that found every field changed since.
    var isEmpty: Bool { get }
    /// Its place in a larger step that was written in several; nil where it is whole.
    var part: StepPart? { get }
}

/// The place of a step among those that are one step to the person: taken back together, told
/// as one.
package struct StepPart: Hashable, Sendable {
    /// The id of the first of them.
    package let whole: String
    /// How many come before it.
    package let index: Int

    /// A place among the parts of a step.
    package init(of whole: String, index: Int) {
        self.whole = whole
        self.index = index
    }
}

extension LoggedStep {
    /// Most steps are written in one.
    package var part: StepPart? { nil }

    /// What all parts of a step have in common.
    package var wholeID: String { part?.whole ?? id }
}

/// A walk through steps, the newest first, that knows which of them no longer stand.
///
/// An undoing is a step like every other, and redoing takes that step back: so what a step did
/// stands unless a later step that itself stands took it back.
package struct StepTrail: Sendable {
    private var takenBack: Set<String> = []
    private var passed: Set<String> = []

    /// A walk that has not begun.
    package init() {}

    /// Whether the step was taken back by one that stands.
    package func isUndone(_ step: some LoggedStep) -> Bool { takenBack.contains(step.id) }

    /// Goes past a step; false where it was passed before.
    @discardableResult
    package mutating func pass(_ step: some LoggedStep) -> Bool {
        guard passed.insert(step.id).inserted else { return false }
        if !isUndone(step), let target = step.undoes ?? step.redoes { takenBack.insert(target) }
        return true
    }

    /// This user's newest steps that can be taken back, the newest first, all parts of each.
    package static func undoable<Step: LoggedStep>(
        _ count: Int, of newestFirst: some Sequence<Step>, passingBy passed: Set<String> = []
    ) -> [Step] {
        Array(StepSearch(.undo, count, newestFirst, passingBy: passed))
    }

    /// This user's newest undoings that can be taken back, all parts of each: none beyond a step
    /// that was made after them.
    package static func redoable<Step: LoggedStep>(
        _ count: Int, of newestFirst: some Sequence<Step>
    ) -> [Step] {
        Array(StepSearch(.redo, count, newestFirst))
    }

    fileprivate func hasPassed(_ step: some LoggedStep) -> Bool { passed.contains(step.id) }

    /// Goes past a step that is taken back now, and takes nothing back any more.
    fileprivate mutating func takeBack(_ step: some LoggedStep) { passed.insert(step.id) }
}

/// Which way steps are taken back.
package enum UndoDirection: Hashable, Sendable {
    /// What was done is undone.
    case undo
    /// What was undone is done again.
    case redo
}

/// Finds the steps that can be taken back, part by part, each when it is asked for.
package struct StepSearch<Step: LoggedStep>: Sequence, IteratorProtocol {
    private let direction: UndoDirection
    private let count: Int
    private var rest: AnyIterator<Step>
    private var trail = StepTrail()
    private var wholes: Set<String> = []
    private let passedBy: Set<String>
    private let isWhole: (Step) -> Bool
    /// Steps of which earlier parts are still to come.
    private var open: Set<String> = []

    /// Begins with the newest step; finds no more than `count`, whatever parts they have.
    ///
    /// - Parameters:
    ///   - passedBy: steps that are not found, though what they took back stays taken back.
    ///   - isWhole: asked of a later part of a step whether the first one is still known; nothing
    ///     is found beyond a step of which it is not.
    package init(
        _ direction: UndoDirection, _ count: Int, _ newestFirst: some Sequence<Step>,
        passingBy passedBy: Set<String> = [], isWhole: @escaping (Step) -> Bool = { _ in true }
    ) {
        self.direction = direction
        self.count = count
        self.passedBy = passedBy
        self.isWhole = isWhole
        rest = AnyIterator(newestFirst.makeIterator())
    }

    /// The next older one; nil where there are no more.
    package mutating func next() -> Step? {
        while wholes.count < count || !open.isEmpty, let step = rest.next() {
            if trail.hasPassed(step) { continue }
            let isOrdinary = step.undoes == nil && step.redoes == nil
            if direction == .redo && step.isMine && isOrdinary { return nil }
            if isWanted(step) {
                if isBeginning(step), !isWhole(step) { return nil }
                trail.takeBack(step)
                note(step)
                return step
            }
            trail.pass(step)
        }
        return nil
    }

    private func isWanted(_ step: Step) -> Bool {
        (step.undoes == nil) == (direction == .undo) && step.isMine && !step.isEmpty
            && !passedBy.contains(step.id) && !trail.isUndone(step)
            && (wholes.count < count || wholes.contains(step.wholeID))
    }

    /// Whether it is the part of a step that is met first, and not the only one.
    private func isBeginning(_ step: Step) -> Bool {
        (step.part?.index ?? 0) > 0 && !wholes.contains(step.wholeID)
    }

    private mutating func note(_ step: Step) {
        wholes.insert(step.wholeID)
        guard let part = step.part else { return }
        if part.index == 0 { open.remove(part.whole) } else { open.insert(part.whole) }
    }
}
