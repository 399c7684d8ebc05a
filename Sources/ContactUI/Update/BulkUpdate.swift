import ContactModel
import JSONText
import Screen

extension AppState {
    /// The scopes that make sense now: the marked first, where somebody is.
    private var scopes: [BulkScope] {
        var scopes: [BulkScope] = marks.count > 0 ? [.marked] : []
        if list.selectedNumber != nil { scopes.append(.selected) }
        if list.size > 0 { scopes.append(.filtered) }
        return scopes
    }

    /// Opens a bulk change; nothing is changed before it is accepted.
    mutating func prepare(
        _ title: String, _ subject: BulkPanel.Subject, scopes: [BulkScope] = []
    ) -> [Effect] {
        if let reason = place?.readOnly { return show(News(reason, .bad)) }
        bulk = BulkPanel(title, subject, scopes: scopes)
        bulk?.selected = list.selectedNumber
        return preview()
    }

    mutating func tag(_ text: String) -> [Effect] {
        guard !scopes.isEmpty else { return show(News("there is nobody to tag")) }
        return prepare("Tag contacts", .tags(TextField(text)), scopes: scopes)
    }

    mutating func deleteContacts() -> [Effect] {
        guard !scopes.isEmpty else { return show(News("there is nobody to delete")) }
        return prepare("Delete contacts", .edit(.delete), scopes: scopes)
    }

    /// `KEY VALUE`: a value that reads as JSON is taken as that, anything else as text.
    mutating func setMetadata(_ argument: String) throws(Problem) -> [Effect] {
        let parts = argument.split(separator: " ", maxSplits: 1).map(String.init)
        guard parts.count == 2 else { throw Problem("write the key and its value: plan gold") }
        let value = (try? JSONValue(parsing: parts[1])) ?? .string(parts[1])
        return prepare(
            "Set metadata \(parts[0]) to \(value.jsonText)",
            .edit(.setMetadata(key: parts[0], value: value)), scopes: scopes)
    }

    mutating func removeMetadata(_ argument: String) throws(Problem) -> [Effect] {
        guard !argument.isEmpty else { throw Problem("write the key that goes") }
        guard place?.canRemoveMetadata == true else {
            throw Problem("the API cannot remove a key; set it to null")
        }
        return prepare(
            "Remove metadata \(argument)", .edit(.removeMetadata(key: argument)), scopes: scopes)
    }

    mutating func clearField(_ argument: String) throws(Problem) -> [Effect] {
        guard let field = Field(rawValue: argument), [.name, .email, .tags].contains(field) else {
            throw Problem("write name, email or tags")
        }
        return prepare("Clear \(field.name)", .edit(.clear(field)), scopes: scopes)
    }

    /// What the panel stands for now; nil where nothing can be done.
    private func work(of panel: BulkPanel) -> BulkWork? {
        if case .changes(let changes) = panel.subject { return .changes(changes) }
        guard let edit = try? panel.edit() else { return nil }
        if panel.scope == .everybody { return .edit(edit, .everybody) }
        guard let listing = list.listing else { return nil }
        let numbers: RowSet? =
            switch panel.scope {
            case .marked: marks.numbers
            case .filtered: listing.members
            case .selected: panel.selected.map { RowSet([$0]) }
            case .everybody, nil: nil
            }
        return numbers.map { .edit(edit, .contacts($0, listing: listing.number)) }
    }

    /// Another listing is shown: what is being prepared goes on for the same contacts, whose
    /// numbers and values may be others by now.
    ///
    /// - Parameter old: the one that was shown before, with the cursor's place in it.
    mutating func preparedBefore(_ old: ListState.Listing?, cursor: Int32?) -> [Effect] {
        guard let panel = bulk, let listing = list.listing else { return [] }
        if listing.reading != old?.reading {
            let kept = panel.selected == cursor ? listing.keptPosition : nil
            bulk?.selected = kept.map { listing.numbers[$0] }
        }
        return preview()
    }

    /// Has the effect counted anew.
    mutating func preview() -> [Effect] {
        guard var panel = bulk else { return [] }
        panel.effect = nil
        panel.problem = nil
        do throws(Problem) {
            if try panel.edit() != nil, panel.scope == .selected, panel.selected == nil {
                throw Problem("this contact is not there any more")
            }
        } catch {
            panel.problem = error.message
        }
        bulk = panel
        guard let work = work(of: panel) else {
            awaited[.preview] = nil
            return []
        }
        return [.preview(request: request(.preview), work)]
    }

    mutating func previewed(
        _ request: Int, _ effect: BulkEffect, _ quota: QuotaFacts?
    ) -> [Effect] {
        guard isAwaited(request, .preview) else { return [] }
        bulk?.effect = effect
        bulk?.quota = quota
        if dialog?.subject == .deleteContacts {
            dialog = effect.changing > 0 ? DialogWording.delete(effect) : nil
        }
        return []
    }

    mutating func pressInBulk(_ key: Key) -> [Effect] {
        if let command = command(for: key, in: [.bulk]) { return performInBulk(command) }
        guard var panel = bulk, case .tags(var field) = panel.subject else { return [] }
        let before = field.revision
        _ = field.edit(key, in: keymap, killed: &panel.killed)
        panel.subject = .tags(field)
        bulk = panel
        return field.revision == before ? [] : preview()
    }

    private mutating func performInBulk(_ command: Command) -> [Effect] {
        switch command {
        case .accept: return acceptBulk()
        case .close:
            bulk = nil
            return []
        case .complete: return completeTag()
        case .nextScope: return changeScope(by: 1)
        case .previousScope: return changeScope(by: -1)
        case .writePlan:
            guard bulk?.effect?.changing ?? 0 > 0 else { return [] }
            prompt = PromptState(.planFile, "plan.jsonl")
            return []
        case .help:
            help = HelpState(context: .bulk)
            return []
        case .redraw: return [.redraw]
        default: return []
        }
    }

    private mutating func changeScope(by step: Int) -> [Effect] {
        guard var panel = bulk, panel.scopes.count > 1 else { return [] }
        panel.choice = (panel.choice + step + panel.scopes.count) % panel.scopes.count
        bulk = panel
        return preview()
    }

    private mutating func completeTag() -> [Effect] {
        guard var panel = bulk, case .tags(var field) = panel.subject,
            let prefix = TagEditText.prefix(in: field), let best = tagCandidates(prefix.typed).first
        else { return [] }
        field.replaceBeforeCursor(prefix.count, with: TagEditText.written(prefix.sign, best.tag))
        panel.subject = .tags(field)
        bulk = panel
        return preview()
    }

    /// The tags that begin with what is typed, the commonest first.
    func tagCandidates(_ typed: String) -> [TagCount] {
        let folded = SearchText.folded(typed)
        return AppState.byCount(
            knownTags.filter { SearchText.folded($0.tag.text).hasPrefix(folded) })
    }

    /// Begins the change, or asks once more where it destroys.
    private mutating func acceptBulk() -> [Effect] {
        guard let panel = bulk else { return [] }
        if let problem = panel.problem { return show(News(problem, .bad)) }
        guard let work = work(of: panel) else { return [] }
        if let effect = panel.effect, effect.changing == 0 {
            return show(News("nothing would change"))
        }
        if case .edit(.delete) = panel.subject {
            guard let effect = panel.effect else { return [] }
            if place?.isRemote == true {
                prompt = PromptState(.deleteForGood)
            } else {
                dialog = DialogWording.delete(effect)
            }
            return []
        }
        return start(work, panel)
    }

    /// Takes contacts away at a server where the word for it was typed.
    mutating func deleteForGood(_ typed: String) -> [Effect] {
        guard typed.trimmingWhitespace() == PromptState.deletionWord else {
            prompt?.problem = "type \(PromptState.deletionWord), or Esc keeps them"
            return []
        }
        prompt = nil
        return startDeleting()
    }

    mutating func startDeleting() -> [Effect] {
        guard let panel = bulk, let work = work(of: panel) else { return [] }
        return start(work, panel)
    }

    private mutating func start(_ work: BulkWork, _ panel: BulkPanel) -> [Effect] {
        let number = request(.apply)
        running = RunningState(
            request: number, title: summary(of: work) ?? panel.title, panel: panel)
        if panel.scope == .filtered, let command = filterCommand(of: work) {
            running?.change = .command(command)
        }
        if case .edit(_, .contacts) = work { marks.remember() }
        bulk = nil
        panels = []
        news = nil
        return [.apply(request: number, work)]
    }

    /// The command that tags whom the filter shows; nil for what no such command says.
    private func filterCommand(of work: BulkWork) -> String? {
        guard case .edit(.retag(let add, let remove), _) = work, !list.filter.isEmpty,
            !list.showsOnlyMarked, list.filterFlaw == nil, !list.filter.contains("is:marked"),
            !(add.texts + remove.texts).contains(where: { $0.hasPrefix("-") })
        else { return nil }
        return CommandText.tagging(
            list.filter, add: add.texts, remove: remove.texts, option: place?.option ?? "")
    }

    /// What a change of tags says in the news: the tags themselves.
    private func summary(of work: BulkWork) -> String? {
        guard case .edit(.retag(let add, let remove), _) = work else { return nil }
        return
            (add.tags.map { TagEditText.written("+", $0) }
            + remove.tags.map { TagEditText.written("-", $0) }).joined(separator: " ")
    }

    mutating func pressWhileRunning(_ key: Key) -> [Effect] {
        switch command(for: key, in: [.running]) {
        case .stop:
            guard let running, !running.isStopping else { return [] }
            self.running?.isStopping = true
            return [.stop(request: running.request)]
        case .redraw: return [.redraw]
        default: return []
        }
    }

    mutating func progressed(_ request: Int, done: Int, total: Int) -> [Effect] {
        guard running?.request == request else { return [] }
        running?.done = done
        running?.total = total
        return []
    }

    mutating func applied(_ request: Int, _ result: Result<BulkOutcome, Failure>) -> [Effect] {
        guard isAwaited(request, .apply) else { return [] }
        guard let run = running.take() else { return [] }
        switch result {
        case .failure(let failure):
            bulk = run.panel
            news = News(failure.line, .bad)
        case .success(let outcome):
            if outcome.changed + outcome.queued > 0 {
                marks.seal()
                lastChange = run.change
            }
            failures =
                outcome.failures + outcome.notReached + outcome.obstacles.map(BulkFailure.init)
                + run.leftOut
            news = NewsWording.applied(
                outcome, title: run.title, isDeletion: run.isDeletion,
                isForGood: run.isDeletion && place?.isRemote == true)
            if !failures.isEmpty { open(.failures(failures)) }
        }
        return relist() + countTags()
    }

    mutating func writePlan(to path: String) -> [Effect] {
        guard let panel = bulk, let work = work(of: panel) else { return [] }
        return [.writePlan(path: path, work)]
    }

    /// Opens the marked contacts, or the one under the cursor, in the person's own editor.
    mutating func editMarked() -> [Effect] {
        if let reason = place?.readOnly { return show(News(reason, .bad)) }
        let numbers =
            marks.count > 0 ? marks.numbers : RowSet(list.selectedNumber.map { [$0] } ?? [])
        guard !numbers.isEmpty, let listing = list.listing else {
            return show(News("there is nobody to edit"))
        }
        return [.editContacts(numbers, listing: listing.number)]
    }

    mutating func received(_ edited: EditedContacts) -> [Effect] {
        switch edited {
        case .unchanged: return show(News("the contacts are left as they were"))
        case .failed(let failure): return show(News(failure.line, .bad))
        case .changes(let changes):
            return prepare("Changes from your editor", .changes(changes))
        }
    }
}

extension AppState {
    /// Puts pasted text in where tags are typed.
    mutating func pasteInBulk(_ text: String) -> [Effect] {
        guard var panel = bulk, case .tags(var field) = panel.subject else { return [] }
        field.insert(text)
        panel.subject = .tags(field)
        bulk = panel
        return preview()
    }
}
