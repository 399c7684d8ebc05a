package import ContactStore

extension LocalClient {
    /// The fields that another program wrote otherwise than somebody here, which wait for a choice.
    package func conflicts() throws(ClientError) -> [OpenConflict] {
        try translated { () throws(StoreError) in try store.latest() }.openConflicts
    }

    /// Writes once more, as one step, what was written here, unless the other program's value was
    /// changed meanwhile.
    ///
    /// - Throws: the first refusal, after all were tried.
    package func keepMine(_ ids: Set<Int>) throws(ClientError) {
        try translated { () throws(StoreError) in
            if let failure = try store.keepMine(ids).failures.first { throw failure.error }
        }
    }

    /// Leaves it at what the other program wrote.
    package func keepTheirs(_ ids: Set<Int>) throws(ClientError) {
        let open = Set(try conflicts().map(\.id)).intersection(ids)
        guard !open.isEmpty else { return }
        try translated { () throws(StoreError) in try store.keepTheirs(open) }
    }
}
