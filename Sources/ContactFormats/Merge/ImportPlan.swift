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
/// Kept are the changes alone, about 200 bytes and their texts each; records that change nothing
/// leave nothing behind. Records of one contact become one change, the later value counting.
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
    }

    /// How many refusals are kept with their reasons.
    package static let refusalsKept = 1000

    fileprivate struct Pending: Sendable {
        let key: ContactKey
        let line: Int
        var patch: ContactPatch
        var addedTags: TagList
        /// Where a new contact comes from; nil for one that is there.
        let source: String?
    }

    private let rules: ImportRules
    private let source: String
    private var pending: [Pending] = []
    private var newOnes: [UInt64: Int32] = [:]
    private var presentOnes: [String: Int32] = [:]
    /// The first refusals, in order.
    package private(set) var refusals: [Refusal] = []
    private var tally = Counts()

    /// An empty plan; `source` is where new contacts come from that do not say it themselves.
    package init(rules: ImportRules, source: String) {
        self.rules = rules
        self.source = source
    }

    /// What it comes to so far.
    package var counts: Counts {
        var counts = tally
        for entry in pending {
            if entry.source != nil {
                counts.added += 1
            } else if entry.patch.isEmpty {
                counts.unchanged += 1
            } else {
                counts.updated += 1
            }
        }
        return counts
    }

    /// Leaves a record out.
    package mutating func refuse(line: Int, _ flaw: RecordFlaw) {
        tally.refused += 1
        if refusals.count < ImportPlan.refusalsKept {
            refusals.append(Refusal(line: line, flaw: flaw))
        }
    }

    /// Takes a record that changes nothing.
    package mutating func pass() {
        tally.unchanged += 1
    }

    /// Takes a record for a contact.
    package mutating func take(_ record: ImportRecord, for target: ImportTarget) {
        do throws(RecordFlaw) {
            switch target {
            case .present(let contact, let key): try take(record, contact, key)
            case .new(let phone): try take(record, phone)
            }
        } catch {
            refuse(line: record.line, error)
        }
    }

    private mutating func take(
        _ record: ImportRecord, _ contact: Contact, _ key: ContactKey
    ) throws(RecordFlaw) {
        let name = contact.key?.text ?? key.text
        guard let index = presentOnes[name] else {
            let merged = try record.merged(into: contact, rules)
            count(merged)
            guard !merged.patch.isEmpty else { return pass() }
            presentOnes[name] = Int32(pending.count)
            pending.append(
                Pending(
                    key: key, line: record.line, patch: merged.patch, addedTags: merged.addedTags,
                    source: nil))
            return
        }
        try overlay(record, on: contact, Int(index))
    }

    private mutating func take(
        _ record: ImportRecord, _ phone: PhoneNumber
    ) throws(RecordFlaw) {
        guard let digits = UInt64(phone.e164.dropFirst()) else { return }
        if let index = newOnes[digits] {
            return try overlay(record, on: Contact(record: [:]), Int(index))
        }
        let merged = try record.merged(into: Contact(record: [:]), rules)
        newOnes[digits] = Int32(pending.count)
        pending.append(
            Pending(
                key: .phone(phone), line: record.line, patch: merged.patch, addedTags: TagList(),
                source: record.source ?? source))
    }

    /// Merges a further record of a contact into what is to be done to it.
    private mutating func overlay(
        _ record: ImportRecord, on base: Contact, _ index: Int
    ) throws(RecordFlaw) {
        let before = pending[index]
        let working = try base.after(before.patch)
        let merged = try record.merged(into: working, rules)
        count(merged)
        tally.repeated += 1
        guard !merged.patch.isEmpty else { return }
        var patch = before.patch
        patch.name = merged.patch.name ?? patch.name
        patch.email = merged.patch.email ?? patch.email
        for member in merged.patch.metadata.members { patch.metadata[member.name] = member.value }
        if let tags = merged.patch.tags {
            let isAddition = before.patch.tags == nil || !before.addedTags.isEmpty
            patch.tags = tags
            pending[index].addedTags =
                isAddition && !merged.addedTags.isEmpty
                ? before.addedTags.appending(merged.addedTags) : TagList()
        }
        if before.source == nil, try base.after(patch) == base { patch = ContactPatch() }
        pending[index].patch = patch
    }

    private mutating func count(_ merged: MergedRecord) {
        tally.cleared += merged.cleared
        tally.kept += merged.kept
    }

    /// The changes, with the line that each began at; the plan is empty afterwards.
    package mutating func takeChanges() -> (changes: [ContactChange], lines: [Int]) {
        presentOnes = [:]
        newOnes = [:]
        let taken = pending.filter { $0.source != nil || !$0.patch.isEmpty }
        pending = []
        return (taken.map(\.change), taken.map(\.line))
    }
}

extension ImportPlan.Pending {
    /// Where tags are only added, single tags, which cannot lose one that is set meanwhile.
    fileprivate var change: ContactChange {
        if let source {
            return ContactChange(key: key, change: .create(patch, source: source))
        }
        var others = patch
        others.tags = nil
        guard others.isEmpty, !addedTags.isEmpty else {
            return ContactChange(key: key, change: .update(patch))
        }
        return ContactChange(key: key, change: .retag(add: addedTags, remove: TagList()))
    }
}

extension Contact {
    fileprivate func after(_ patch: ContactPatch) throws(RecordFlaw) -> Contact {
        do throws(PatchFlaw) {
            return try applying(patch)
        } catch {
            throw .unusable(error)
        }
    }
}
