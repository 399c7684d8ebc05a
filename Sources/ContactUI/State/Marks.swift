package import ContactModel

/// The marked contacts, by their numbers; they survive every filter and order.
package struct Marks: Hashable, Sendable {
    /// Who is marked.
    package private(set) var numbers = RowSet()
    /// Who was marked when the last bulk change was made.
    package private(set) var last = RowSet()
    private var past: [RowSet] = []
    private var future: [RowSet] = []
    private static let depth = 100

    /// How many are marked.
    package var count: Int { numbers.count }

    /// Whether a contact is marked.
    package func contains(_ number: Int32) -> Bool { numbers.contains(number) }

    /// Whether the last thing done was marking, so that undo is about marks.
    var canUndo: Bool { !past.isEmpty }

    /// Whether marking was just undone.
    var canRedo: Bool { !future.isEmpty }

    /// Marks others, as one act that can be undone.
    mutating func change(to new: RowSet) {
        guard new != numbers else { return }
        past.append(numbers)
        if past.count > Marks.depth { past.removeFirst() }
        future = []
        numbers = new
    }

    /// Marks others as a part of the act that has begun, such as a range that grows.
    mutating func amend(to new: RowSet) {
        numbers = new
    }

    /// Takes the last act of marking back.
    mutating func undo() {
        guard let before = past.popLast() else { return }
        future.append(numbers)
        numbers = before
    }

    /// Does again what was taken back.
    mutating func redo() {
        guard let after = future.popLast() else { return }
        past.append(numbers)
        numbers = after
    }

    /// A change of contacts was made: from here on, undo is about that.
    mutating func seal() {
        past = []
        future = []
    }

    /// Remembers the marks that a bulk change was made of.
    mutating func remember() {
        last = numbers
    }

    /// Takes over the numbers of another reading of the place.
    mutating func translate(marked: RowSet, last: RowSet) {
        numbers = marked
        self.last = last
        seal()
    }
}
