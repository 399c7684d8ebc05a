package import ContactModel

extension AppState {
    /// Leaves this place for another one.
    mutating func open(_ command: Command, _ argument: String) throws(Problem) -> [Effect] {
        guard failures.allSatisfy({ $0.change == nil }) else {
            throw Problem("changes that failed would be forgotten: look at :failures first")
        }
        switch command {
        case .openDemo: return [.follow(.demo)]
        case .openProfile: return [.follow(.profile(try name(argument, "a profile")))]
        default: return [.follow(.file(try name(argument, "a file")))]
        }
    }

    private func name(_ argument: String, _ what: String) throws(Problem) -> String {
        guard !argument.isEmpty else { throw Problem("the name of \(what) belongs behind it") }
        return argument
    }

    /// Has a file read and shows what it would change before anything is written.
    mutating func importFile(_ argument: String) throws(Problem) -> [Effect] {
        let path = try name(argument, "a file")
        if let reason = place?.readOnly { throw Problem(reason) }
        news = News("reading \(path) …")
        return [.importFile(request: request(.importing), path: path)]
    }

    /// Has the contacts that the filter shows written to a file.
    func exportFile(_ argument: String) throws(Problem) -> [Effect] {
        let path = try name(argument, "a file")
        guard let listing = list.listing, listing.count > 0 else {
            throw Problem("nobody is shown")
        }
        return [.exportFile(path: path, listing: listing.number)]
    }

    mutating func imported(
        _ request: Int, _ result: Result<ImportPreview, Failure>
    ) -> [Effect] {
        guard isAwaited(request, .importing) else { return [] }
        switch result {
        case .failure(let failure): return show(News(failure.line, .bad))
        case .success(let preview):
            guard isListInFront else { return show(News("not imported: something was opened")) }
            news = nil
            guard !preview.changes.isEmpty else {
                failures = preview.refusals
                if !failures.isEmpty { open(.failures(failures)) }
                return show(News("nothing to import: \(preview.summary)"))
            }
            let effects = prepare("Import", .changes(preview.changes))
            bulk?.remark = preview.summary
            bulk?.leftOut = preview.refusals
            return effects
        }
    }
}

/// What a file comes to, before anything of it is written.
package struct ImportPreview: Hashable, Sendable {
    /// What would be written.
    package let changes: [ContactChange]
    /// Records that cannot be taken, by their lines.
    package let refusals: [BulkFailure]
    /// The numbers on one line.
    package let summary: String

    /// A file that was read.
    package init(changes: [ContactChange], refusals: [BulkFailure], summary: String) {
        self.changes = changes
        self.refusals = refusals
        self.summary = summary
    }
}
