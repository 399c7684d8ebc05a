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

    /// This user's newest steps that can be taken back, the newest first.
    package static func undoable<Step: LoggedStep>(
        _ count: Int, of newestFirst: some Sequence<Step>
    ) -> [Step] {
        var trail = StepTrail()
        var found: [Step] = []
        for step in newestFirst where !trail.passed.contains(step.id) {
            if found.count >= count { break }
            if step.isMine && step.undoes == nil && !step.isEmpty && !trail.isUndone(step) {
                // Taken back, it takes nothing back any more.
                trail.passed.insert(step.id)
                found.append(step)
            } else {
                trail.pass(step)
            }
        }
        return found
    }

    /// This user's newest undoings that can be taken back: none beyond a step that was made
    /// after them.
    package static func redoable<Step: LoggedStep>(
        _ count: Int, of newestFirst: some Sequence<Step>
    ) -> [Step] {
        var trail = StepTrail()
        var found: [Step] = []
        for step in newestFirst where !trail.passed.contains(step.id) {
            let isOrdinary = step.undoes == nil && step.redoes == nil
            if found.count >= count || step.isMine && isOrdinary { break }
            if step.isMine && step.undoes != nil && !step.isEmpty && !trail.isUndone(step) {
                trail.passed.insert(step.id)
                found.append(step)
            } else {
                trail.pass(step)
            }
        }
        return found
    }
}
