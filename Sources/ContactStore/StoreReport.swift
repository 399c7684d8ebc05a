package import ContactModel

/// What a look at a store's files found.
package struct StoreReport: Hashable, Sendable {
    /// The file, symbolic links resolved.
    package let path: String
    /// How many contacts the file and its journal hold together, as far as they can be read.
    package internal(set) var contacts = 0
    /// The bytes of the file.
    package internal(set) var size = 0
    /// Why the file cannot be read, which nobody but a person can mend; nil where it can.
    package internal(set) var flaw: StoreError?
    /// The steps that are not part of the file yet; nil where there is no journal.
    package internal(set) var journal: Part?
    /// The steps that are; nil where there is no history.
    package internal(set) var history: Part?
    /// Whether another program changed the file since the journal was begun: its steps go on top
    /// of the file when it is opened the next time.
    package internal(set) var isChangedOutside = false
    /// Whether a folding was cut off, which is finished when the file is opened the next time.
    package internal(set) var isFoldingCutOff = false
    /// The fields that another program overwrote, for somebody to choose.
    package internal(set) var conflicts: [OpenConflict] = []

    /// The ids and numbers that several contacts bear, with how many do.
    package internal(set) var repeated: [ContactKey: Int] = [:]
    /// The same in the order of their texts, an id before a number of the same.
    package var repeatedInOrder: [(key: ContactKey, value: Int)] {
        repeated.sorted { one, other in
            let texts = (one.key.text, other.key.text)
            guard texts.0 == texts.1, case .id = one.key else { return texts.0 < texts.1 }
            return one.key != other.key
        }
    }

    /// Lines of steps, and what is wrong among them.
    package struct Part: Hashable, Sendable {
        /// The file they stand in.
        package let path: String
        /// The bytes of that file.
        package internal(set) var size = 0
        /// The steps that can be read.
        package internal(set) var steps = 0
        /// What cannot, in the order of the file.
        package internal(set) var flaws: [Flaw] = []

        /// Whether an acknowledged step cannot be read.
        package var isDamaged: Bool { flaws.contains { $0.kind == .damaged } }
    }

    /// Bytes that are no entry.
    package struct Flaw: Hashable, Sendable {
        /// What is wrong with bytes.
        package enum Kind: Hashable, Sendable {
            /// The last write was cut off: it was never acknowledged.
            case torn
            /// They are not what was written.
            case damaged
        }

        /// What is wrong.
        package let kind: Kind
        /// Where they begin, in bytes from the start.
        package let offset: Int
        /// How many there are.
        package let size: Int
    }

    /// Whether everything that was ever acknowledged can be read.
    package var isSound: Bool {
        flaw == nil && journal?.isDamaged != true && history?.isDamaged != true
    }
}

/// What mending a store's files came to.
package struct StoreRepair: Hashable, Sendable {
    /// The files that hold what was damaged, whole.
    package internal(set) var setAside: [String] = []
    /// The steps after the damage that could be put on top of those before it.
    package internal(set) var recovered = 0
    /// Fields of steps after the damage that stand otherwise than those steps had found them: they
    /// are left as they are.
    package internal(set) var conflicts: [StoreConflict] = []
}
