package import ContactModel
package import ContactStore

/// Contacts in a JSON file on this machine.
package final class LocalClient: ContactBackend {
    /// The store beneath, for commands that are about the file itself.
    package let store: Store
    package var file: LocalClient? { self }
    private let title: String
    let commits: CommitQueue<CommitRequest, Result<[Receipt], StoreError>>

    /// Opens a file; `title` is how titles name it.
    ///
    /// - Throws: `.store` with what the store says.
    package init(
        opening path: String, title: String, options: StoreOptions = StoreOptions()
    ) throws(ClientError) {
        self.title = title
        do {
            store = try Store(opening: path, options: options)
        } catch {
            throw .store(error)
        }
        commits = CommitQueue { [store] requests in
            do throws(StoreError) {
                return try store.commit(requests)
            } catch {
                return requests.map { _ in .failure(error) }
            }
        }
    }

    package var place: Place {
        Place(
            title: title, canRemoveMetadata: true, keepsHistory: true,
            readOnly: store.readOnly)
    }

    package func account() async throws(ClientError) -> Account {
        Account(
            id: "local", email: nil, name: "local",
            workspace: Account.Workspace(id: LocalClient.workspaceID(store.path), name: title))
    }

    /// The same for the same path, without telling it to those who are served.
    private static func workspaceID(_ path: String) -> String {
        let digits = String(path.utf8.stableHash, radix: 16)
        return "file-" + String(repeating: "0", count: 16 - digits.count) + digits
    }

    package func list(
        _ query: Query, order: SortOrder, marks: RowSet
    ) async throws(ClientError) -> any ContactListing {
        let snapshot = try latest()
        let conflicts = RowSet(snapshot.openConflicts.compactMap(\.number))
        return LocalListing(
            snapshot: snapshot, conflicts: conflicts,
            numbers: snapshot.select(
                query, order: order, marks: marks, given: [.conflict: conflicts]))
    }

    package func search(_ search: ContactSearch) async throws(ClientError) -> [Contact] {
        let snapshot = try latest()
        let query = Query(
            phrases: [search.text, search.email].compactMap(\.self),
            tags: search.tag.map { TagList(stored: $0).texts } ?? [])
        var found: [Contact] = []
        let newest = SortOrder([SortOrder.Key(.lastMessageAt, descending: true)])
        for number in snapshot.select(query, order: newest) {
            let contact = snapshot.contact(number)
            if let email = search.email, contact.email != email { continue }
            found.append(contact)
            if found.count == ContactSearch.maximumRows { break }
        }
        return found
    }

    package func contact(_ lookup: ContactLookup) async throws(ClientError) -> Contact {
        switch lookup {
        case .key(let key):
            return try translated { () throws(StoreError) in
                let snapshot = try store.latest(about: [key])
                return snapshot.contact(try snapshot.number(of: key))
            }
        case .email(let email):
            let snapshot = try latest()
            let query = Query(phrase: email)
            let match = snapshot.select(query, order: SortOrder()).lazy
                .map(snapshot.contact).first { $0.email == email }
            guard let match else { throw .notFound(lookup) }
            return match
        }
    }

    package func tags() async throws(ClientError) -> [TagCount] {
        try latest().tagCounts
    }

    package func close() async {
        try? store.close()
    }

    /// The contacts as they stand on the disk.
    private func latest() throws(ClientError) -> Snapshot {
        try translated { () throws(StoreError) in try store.latest() }
    }
}

/// The matches of a query at one moment.
private struct LocalListing: ContactListing {
    let snapshot: Snapshot
    let conflicts: RowSet
    let numbers: [Int32]

    var count: Int { numbers.count }
    var total: Int { snapshot.count }
    var isPartial: Bool { false }
    var reading: Int { snapshot.reading }

    func rows(_ range: Range<Int>) -> [ContactRow] {
        range.clamped(to: 0..<numbers.count).map { signed(numbers[$0]) }
    }

    private func signed(_ number: Int32) -> ContactRow {
        var row = snapshot.row(number)
        if conflicts.contains(number) { row.unsent = .conflict }
        return row
    }

    func position(of key: ContactKey) -> Int? {
        guard let number = try? snapshot.number(of: key) else { return nil }
        return numbers.firstIndex(of: number)
    }

    var metadataKeys: [String] { snapshot.metadataKeys }
    var duplicates: Duplicates { snapshot.duplicates }

    /// An edit of tags is planned for all that bear the same at once.
    func plan(
        _ edit: BulkEdit, for wanted: RowSet?, naming limit: Int, while isWanted: () -> Bool
    ) -> BulkPlan? {
        guard edit.isOnlyAboutTags else {
            return planByRows(edit, for: wanted, naming: limit, while: isWanted)
        }
        var effect = BulkEffect(of: edit, naming: limit)
        let all = wanted.map { Array($0) } ?? numbers
        let found = snapshot.survey(all, by: edit, in: &effect, while: isWanted)
        return found.map { BulkPlan(effect, .alike(edit, $0, of: snapshot)) }
    }

    func holds(_ number: Int32) -> Bool { snapshot.holds(number) }

    func row(number: Int32) -> ContactRow? {
        snapshot.holds(number) ? signed(number) : nil
    }

    func number(of key: ContactKey) -> Int32? {
        try? snapshot.number(of: key)
    }

    func numbers(of contacts: RowSet, shownIn old: any ContactListing) -> RowSet {
        guard let old = old as? LocalListing else { return RowSet() }
        return snapshot.likelyNumbers(of: contacts, in: old.snapshot)
    }
}
