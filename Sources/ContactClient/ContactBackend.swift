package import ContactModel
package import ContactStore

/// Where contacts live: the one protocol through which the editor, the commands and the server
/// read and write them, be it a JSON file or a remote workspace.
///
/// Every call may take as long as a disk or a network takes and is made off the main thread. A
/// change that has returned is durable where it was made: on the disk, or acknowledged by the
/// server.
package protocol ContactBackend: Sendable {
    /// What it can do that not every backend can, and what it is called.
    var place: Place { get }

    /// Itself where it is a file.
    var file: LocalClient? { get }

    /// Itself where it is a remote workspace.
    var workspace: WorkspaceClient? { get }

    /// Who the caller is to this backend; the cheapest check that it answers.
    func account() async throws(ClientError) -> Account

    /// The contacts that match, in order; later reads of the listing see one moment.
    ///
    /// - Parameter marks: the numbers of the contacts that `is:marked` means.
    func list(
        _ query: Query, order: SortOrder, marks: RowSet
    ) async throws(ClientError) -> any ContactListing

    /// At most 50 contacts that meet every condition, newest message first.
    func search(_ search: ContactSearch) async throws(ClientError) -> [Contact]

    /// One contact in its widest form.
    ///
    /// - Throws: `.notFound` where there is none, `.ambiguous` where several bear the key.
    func contact(_ lookup: ContactLookup) async throws(ClientError) -> Contact

    /// Writes the fields present in the patch, and takes away metadata keys where
    /// `removingMetadata` names some and the place allows it (`.unsupported` otherwise).
    ///
    /// - Parameter original: the contact that the patch was made against; nil writes whatever
    ///   stands there.
    /// - Throws: `.conflict` where a field to be written stands otherwise than in `original`
    ///   by now, and not already as wanted; nothing is written then.
    func update(
        _ key: ContactKey, _ patch: ContactPatch, removingMetadata keys: [String],
        unlessChangedFrom original: Contact?
    ) async throws(ClientError) -> Receipt

    /// Adds and removes single tags; the answer's contact holds the tags after it.
    func retag(
        _ key: ContactKey, adding: TagList, removing: TagList
    ) async throws(ClientError) -> Receipt

    /// Makes a contact, or updates the one that has the number; the receipt says which.
    ///
    /// - Throws: `.exists` where the number is taken and `onlyNew` is set.
    func create(
        _ phone: PhoneNumber, _ patch: ContactPatch, source: String, onlyNew: Bool
    ) async throws(ClientError) -> Receipt

    /// Every tag in use, by name.
    func tags() async throws(ClientError) -> [TagCount]

    /// Makes many changes as one step, which one undo takes back.
    ///
    /// A change that is refused is left out and reported; the others are made. A workspace is
    /// sent tags as they are asked for, without reading each contact first.
    ///
    /// - Parameters:
    ///   - asWhole: whether all are made or none; `.unsupported(.wholeSteps)` where the place
    ///     cannot promise that.
    ///   - progress: told from time to time how many changes were tried; when it answers false
    ///     the rest is not tried.
    /// - Throws: where nothing could be done at all; a failure in the middle is in the report.
    func apply(
        _ changes: [ContactChange], asWhole: Bool,
        progress: @escaping @Sendable (_ done: Int) -> Bool
    ) async throws(ClientError) -> BulkReport

    /// Makes what was planned as one step; what is refused is left out and reported.
    ///
    /// - Parameter progress: as of `apply` of single changes.
    func apply(
        _ plan: BulkPlan, progress: @escaping @Sendable (_ done: Int) -> Bool
    ) async throws(ClientError) -> BulkReport

    /// Takes back this user's newest steps, `count` of them at most, the newest first.
    ///
    /// - Throws: `.nothingToUndo` where there is none.
    func undo(_ count: Int) async throws(ClientError) -> [UndoReceipt]

    /// Does again what this user's newest undoings took back; a new step ends that.
    ///
    /// - Throws: `.nothingToRedo` where there is none.
    func redo(_ count: Int) async throws(ClientError) -> [UndoReceipt]

    /// The newest steps, the newest first.
    func log(limit: Int) async throws(ClientError) -> [LogEntry]

    /// Finishes what is under way and lets go of files and connections.
    func close() async
}

/// What a backend is called and what sets it apart.
package struct Place: Hashable, Sendable {
    /// How titles name it: a path, or a profile.
    package let title: String
    /// Whether metadata keys can be taken away.
    package let canRemoveMetadata: Bool
    /// Whether contacts that were taken away can be brought back, several changes made all or
    /// none, and contacts merged.
    package let keepsHistory: Bool
    /// Why nothing can be written; nil where writing works.
    package let readOnly: StoreError.ReadOnlyReason?

    /// Describes a place.
    package init(
        title: String, canRemoveMetadata: Bool, keepsHistory: Bool = false,
        readOnly: StoreError.ReadOnlyReason? = nil
    ) {
        self.title = title
        self.canRemoveMetadata = canRemoveMetadata
        self.keepsHistory = keepsHistory
        self.readOnly = readOnly
    }
}

/// A result of `list`: counts at once, rows on demand.
package protocol ContactListing: Sendable {
    /// How many contacts match.
    var count: Int { get }
    /// How many contacts the place is known to hold.
    var total: Int { get }
    /// Whether there may be more that were not fetched.
    var isPartial: Bool { get }
    /// How many contacts the query asks metadata of that is not known; they count as without it.
    var unknown: Int { get }

    /// Which reading of the place the numbers of contacts belong to: in another reading the same
    /// number may mean another contact.
    var reading: Int { get }
    /// The numbers of the contacts that match, in order.
    var numbers: [Int32] { get }

    /// The rows at these positions, those past the end left out.
    func rows(_ range: Range<Int>) -> [ContactRow]

    /// Where the contact with this key stands; nil where it does not match.
    func position(of key: ContactKey) -> Int?

    /// The contact with this number, whether it matches or not; nil where it is gone.
    func row(number: Int32) -> ContactRow?

    /// Whether a contact of this number is there, matching or not.
    func holds(_ number: Int32) -> Bool

    /// The number of the contact with this key, whether it matches or not.
    func number(of key: ContactKey) -> Int32?

    /// The keys in metadata, the commonest first; asked of a listing of everybody.
    var metadataKeys: [String] { get }

    /// The groups of contacts that may be one person; asked of a listing of everybody.
    var duplicates: Duplicates { get }

    /// The numbers here of contacts of another reading, those left out that cannot be told.
    func numbers(of contacts: RowSet, shownIn old: any ContactListing) -> RowSet

    /// What an edit would do to contacts as they stand in this listing.
    ///
    /// - Parameters:
    ///   - numbers: the contacts, matching or not; nil for all that match.
    ///   - limit: how many of those that cannot be written are named.
    ///   - isWanted: asked now and then; where it answers false the plan is nil.
    func plan(
        _ edit: BulkEdit, for numbers: RowSet?, naming limit: Int, while isWanted: () -> Bool
    ) -> BulkPlan?
}

/// What get-contact finds a contact by.
package enum ContactLookup: Hashable, Sendable {
    /// The id or the number.
    case key(ContactKey)
    /// The address, compared exactly.
    case email(String)
}

extension ContactBackend {
    /// The contacts that match, in order, where nothing is marked.
    package func list(
        _ query: Query, order: SortOrder
    ) async throws(ClientError) -> any ContactListing {
        try await list(query, order: order, marks: RowSet())
    }

    /// Writes the fields present in the patch, whatever stands there.
    package func update(
        _ key: ContactKey, _ patch: ContactPatch, removingMetadata keys: [String]
    ) async throws(ClientError) -> Receipt {
        try await update(key, patch, removingMetadata: keys, unlessChangedFrom: nil)
    }

    /// Makes many changes as one step; those that are refused are left out.
    package func apply(
        _ changes: [ContactChange],
        progress: @escaping @Sendable (_ done: Int) -> Bool = { _ in true }
    ) async throws(ClientError) -> BulkReport {
        try await apply(changes, asWhole: false, progress: progress)
    }

    /// Makes each of the planned changes by itself.
    package func apply(
        _ plan: BulkPlan, progress: @escaping @Sendable (_ done: Int) -> Bool
    ) async throws(ClientError) -> BulkReport {
        try await apply(plan.changes, asWhole: false, progress: progress)
    }

    /// Takes back the newest step of this user.
    package func undo() async throws(ClientError) -> UndoReceipt {
        try await undo(1)[0]
    }

    /// Does again what the newest undoing of this user took back.
    package func redo() async throws(ClientError) -> UndoReceipt {
        try await redo(1)[0]
    }

    /// Makes a contact, or updates the one that has the number; the receipt says which.
    package func create(
        _ phone: PhoneNumber, _ patch: ContactPatch, source: String
    ) async throws(ClientError) -> Receipt {
        try await create(phone, patch, source: source, onlyNew: false)
    }
}

extension ContactBackend {
    /// Nil unless it says otherwise.
    package var file: LocalClient? { nil }
    /// Nil unless it says otherwise.
    package var workspace: WorkspaceClient? { nil }
}

extension ContactListing {
    /// Reads contact by contact.
    package var metadataKeys: [String] {
        var counts = MetadataKeyCounts()
        for start in stride(from: 0, to: count, by: 1024) {
            for row in rows(start..<start + 1024) { counts.add(row.contact) }
        }
        return counts.keys
    }

    /// Reads contact by contact.
    package var duplicates: Duplicates { Duplicates(in: rows(0..<count)) }

    /// Everything is known.
    package var unknown: Int { 0 }

    /// Found out by their keys.
    package func numbers(of contacts: RowSet, shownIn old: any ContactListing) -> RowSet {
        RowSet(contacts.compactMap { old.row(number: $0)?.key.flatMap(number) })
    }

    /// Found out by reading the contact.
    package func holds(_ number: Int32) -> Bool { row(number: number) != nil }

    /// Found out by reading one contact after the other.
    package func plan(
        _ edit: BulkEdit, for numbers: RowSet?, naming limit: Int, while isWanted: () -> Bool
    ) -> BulkPlan? {
        planByRows(edit, for: numbers, naming: limit, while: isWanted)
    }
}
