import ContactModel
package import ContactStore

extension LocalClient {
    /// The fields that another program wrote otherwise than somebody here, which wait for a choice.
    package func conflicts() throws(ClientError) -> [OpenConflict] {
        try translated { () throws(StoreError) in try store.latest() }.openConflicts
    }

    /// Writes once more what was written here, each field as a step of its own, unless the other
    /// program's value was changed meanwhile.
    ///
    /// - Returns: how many were written.
    /// - Throws: the first refusal, after all were tried.
    package func keepMine(_ ids: Set<Int>) throws(ClientError) -> Int {
        let chosen = try conflicts().filter { ids.contains($0.id) }
        return try translated { () throws(StoreError) in
            let results = try store.commit(
                chosen.map { CommitRequest([$0.change], expecting: .unchanged(since: $0.theirs)) })
            var written = 0
            for result in results { written += try result.get().count { $0.outcome == .changed } }
            return written
        }
    }

    /// Leaves it at what the other program wrote.
    package func keepTheirs(_ ids: Set<Int>) throws(ClientError) {
        let open = try conflicts().map(\.id).filter(ids.contains)
        guard !open.isEmpty else { return }
        try translated { () throws(StoreError) in try store.settle(open) }
    }
}
