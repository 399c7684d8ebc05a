import ContactClient
import ContactModel

/// A place where nothing works, always for the same reason.
struct BrokenBackend: ContactBackend {
    let cause: ClientError
    /// What asking for the account waits for, and is answered with; nil fails like the rest.
    var account: (@Sendable () async -> Account)?

    var place: Place { Place(title: "broken", canRemoveMetadata: false) }

    func account() async throws(ClientError) -> Account {
        guard let account else { throw cause }
        return await account()
    }

    func list(
        _ query: Query, order: SortOrder, marks: RowSet
    ) async throws(ClientError) -> any ContactListing { throw cause }

    func search(_ search: ContactSearch) async throws(ClientError) -> [Contact] { throw cause }

    func contact(_ lookup: ContactLookup) async throws(ClientError) -> Contact { throw cause }

    func update(
        _ key: ContactKey, _ patch: ContactPatch, removingMetadata keys: [String],
        unlessChangedFrom original: Contact?
    ) async throws(ClientError) -> Receipt { throw cause }

    func retag(
        _ key: ContactKey, adding: TagList, removing: TagList
    ) async throws(ClientError) -> Receipt { throw cause }

    func create(
        _ phone: PhoneNumber, _ patch: ContactPatch, source: String, onlyNew: Bool
    ) async throws(ClientError) -> Receipt { throw cause }

    func tags() async throws(ClientError) -> [TagCount] { throw cause }

    func apply(
        _ changes: [ContactChange], asWhole: Bool,
        progress: @escaping @Sendable (_ done: Int) -> Bool
    ) async throws(ClientError) -> BulkReport { throw cause }

    func undo(_ count: Int) async throws(ClientError) -> [UndoReceipt] { throw cause }

    func redo(_ count: Int) async throws(ClientError) -> [UndoReceipt] { throw cause }

    func log(limit: Int) async throws(ClientError) -> [LogEntry] { throw cause }

    func close() async {}
}
