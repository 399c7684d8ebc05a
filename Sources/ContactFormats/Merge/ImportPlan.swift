package import ContactModel
import JSONText

/// Whom a record is about.
package enum ImportTarget: Hashable, Sendable {
    /// A contact that is there, and the key it was found by.
    case present(Contact, ContactKey)
    /// Nobody yet: a contact is made under this number.
    case new(PhoneNumber)
}

/// What an import comes to: one change a contact, collected record by record.
///
/// Kept in memory are about 50 bytes a change, and the changes themselves in a spool; records that
/// change nothing leave nothing behind. Records of one contact become one change, the later value
/// counting.
package struct ImportPlan: Sendable {
    /// Records that are not taken.
    package struct Refusal: Hashable, Sendable {
        /// The line it begins at.
        package let line: Int
        /// Why.
        package let flaw: RecordFlaw
    }

    /// The numbers of an import.
    package struct Counts: Hashable, Sendable {
        /// Contacts that are made.
        package var added = 0
        /// Contacts that change.
        package var updated = 0
        /// Records that found everything as they say.
        package var unchanged = 0
        /// Records that are not taken.
        package var refused = 0
        /// Further records of a contact that an earlier one is about.
        package var repeated = 0
        /// Fields that are cleared.
        package var cleared = 0
        /// Fields that are empty in a record and stay as they are.
        package var kept = 0
        /// Values that held line ends or other control characters and are made fit for one line.
        package var madeFit = 0
        /// Tags that held commas and are several.
        package var splitTags = 0
        /// Records of which a number is somebody else's too, or that give somebody another name.
        package var sharers = 0
        /// Contacts that are made with another id than their records say.
        package var otherIDs = 0
    }

    /// How many refusals are kept with their reasons.
    package static let refusalsKept = 1000

    private let rules: ImportRules
    private let source: String
    private var pending: PendingChanges
    /// The first refusals, in order.
    package private(set) var refusals: [Refusal] = []
    /// What it comes to so far.
    package private(set) var counts = Counts()
    /// The lines of the first further records of a contact.
    package private(set) var repeats: [Int] = []
    /// The first records of which a number is somebody else's too.
    package private(set) var sharers: [Sharer] = []

    /// A record of which a number is somebody else's too, or that gives somebody another name.
    package struct Sharer: Hashable, Sendable {
        /// Whom the number is of, and what becomes of the record.
        package enum Kind: Hashable, Sendable {
            /// A further number of a contact of this name, as the record's is: it is taken for
            /// that contact.
            case same(String)
            /// A further number of the person in this line, whose name the record has: it is taken
            /// for the same.
            case sameLine(Int)
            /// A further number of a contact of this name, beside whom another one is made.
            case other(String)
            /// The first number of the person in this line: the record is taken for the contact of
            /// another one of its numbers.
            case line(Int, taken: PhoneNumber)
            /// The number of a contact of this name, which gets that of the record.
            case renames(String, to: String)
        }

        /// The line its record begins at.
        package let line: Int
        /// The number.
        package let number: PhoneNumber
        /// What it is to both.
        package let kind: Kind

        /// One that was found.
        package init(line: Int, number: PhoneNumber, _ kind: Kind) {
            self.line = line
            self.number = number
            self.kind = kind
        }
    }

    /// An empty plan; `source` is where new contacts come from that do not say it themselves.
    package init(rules: ImportRules, source: String, spool: any Spool) {
        self.rules = rules
        self.source = source
        pending = PendingChanges(spool)
    }

    /// Leaves a record out.
    package mutating func refuse(line: Int, _ flaw: RecordFlaw) {
        counts.refused += 1
        if refusals.count < ImportPlan.refusalsKept {
            refusals.append(Refusal(line: line, flaw: flaw))
        }
    }

    /// Notes that a number of a record is somebody else's too, or that a name is another's.
    package mutating func note(_ sharer: Sharer) {
        counts.sharers += 1
        if sharers.count < ImportPlan.recordsKept { sharers.append(sharer) }
    }

    /// How many records are kept of those that a person may want to look at.
    private static let recordsKept = 10

    /// Takes a record that changes nothing.
    package mutating func pass() {
        counts.unchanged += 1
    }

    /// Takes a record for a contact.
    ///
    /// - Parameter isFurther: whether an earlier one was about the same, though it may have changed
    ///   nothing.
    /// - Returns: false where it had to be refused.
    /// - Throws: `.notKept`.
    @discardableResult
    package mutating func take(
        _ record: ImportRecord, for target: ImportTarget, isFurther: Bool = false
    ) throws(FormatError) -> Bool {
        let change = PendingChange(target, source: record.source ?? source)
        if let said = change.source, let known = rules.sources, !known.contains(said) {
            refuse(line: record.line, .source(said, known: known))
            return false
        }
        let before = try pending.find(change)
        let working: Contact
        let merged: MergedRecord
        do throws(RecordFlaw) {
            working =
                try before.map { had throws(RecordFlaw) in
                    try target.contact.after(had.change.patch)
                } ?? target.contact
            merged = try record.merged(into: working, rules)
        } catch {
            refuse(line: record.line, error)
            return false
        }
        counts.kept += merged.kept
        counts.madeFit += merged.madeFit
        counts.splitTags += merged.splitTags
        if isFurther || before != nil { noteFurther(record) }
        if let before {
            try take(merged, after: before, for: target)
        } else {
            let hasID = !record.isBorrowed(.id) && record.id?.isEmpty == false
            try take(merged, as: change, line: record.line, isFurther: isFurther, hasID: hasID)
        }
        return true
    }

    /// Takes what the first record writes that changes anything of its contact.
    private mutating func take(
        _ merged: MergedRecord, as change: PendingChange, line: Int, isFurther: Bool, hasID: Bool
    ) throws(FormatError) {
        var change = change
        counts.cleared += merged.cleared
        change.patch = merged.patch
        change.addedTags = change.isNew ? TagList() : merged.addedTags
        guard change.isNews else { return isFurther ? () : pass() }
        if change.isNew { counts.added += 1 } else { counts.updated += 1 }
        if change.isNew, hasID { counts.otherIDs += 1 }
        // The earlier one found everything as it said.
        if isFurther { counts.unchanged -= 1 }
        try pending.append(change, line: line)
    }

    /// Takes what a further record of a contact writes.
    private mutating func take(
        _ merged: MergedRecord, after before: (index: Int, change: PendingChange),
        for target: ImportTarget
    ) throws(FormatError) {
        guard !merged.patch.isEmpty else { return }
        var change = before.change
        change.overlay(merged)
        if !change.isNew, (try? target.contact.applying(change.patch)) == target.contact {
            change.patch = ContactPatch()
        }
        counts.cleared +=
            change.cleared(of: target.contact) - before.change.cleared(of: target.contact)
        count(change.isNews, instead: before.change.isNews)
        try pending.replace(before.index, by: change)
    }

    private mutating func noteFurther(_ record: ImportRecord) {
        counts.repeated += 1
        if repeats.count < ImportPlan.recordsKept { repeats.append(record.line) }
    }

    private mutating func count(_ isNews: Bool, instead wasNews: Bool) {
        guard isNews != wasNews else { return }
        counts.updated += isNews ? 1 : -1
        counts.unchanged += isNews ? -1 : 1
    }

    /// How many changes there are, those among them that others took back.
    package var size: Int { pending.count }

    /// Some of the changes, those left out that others took back.
    ///
    /// - Throws: `.notKept`.
    package func changes(_ range: Range<Int>) throws(FormatError) -> [PlannedChange] {
        var changes: [PlannedChange] = []
        for index in range.clamped(to: 0..<size) {
            let (change, line) = try pending.read(index)
            if change.isNews {
                changes.append(PlannedChange(key: change.key, changes: change.changes, line: line))
            }
        }
        return changes
    }
}

/// What an import does to one contact.
package struct PlannedChange: Hashable, Sendable {
    /// Which contact.
    package let key: ContactKey
    /// What is done: a second change where single tags are added beside other fields.
    package let changes: [ContactChange]
    /// The line at which its first record begins.
    package let line: Int
}

extension ImportTarget {
    /// The contact as it stands; of a new one nothing but the number.
    fileprivate var contact: Contact {
        switch self {
        case .present(let contact, _): contact
        case .new(let number): Contact(record: [Field.phone.name: .string(number.e164)])
        }
    }
}

extension Contact {
    /// One of whom nothing is known.
    package static let nobody = Contact(record: [:])

    fileprivate func after(_ patch: ContactPatch) throws(RecordFlaw) -> Contact {
        do throws(PatchFlaw) {
            return try applying(patch)
        } catch {
            throw .unusable(error)
        }
    }
}
