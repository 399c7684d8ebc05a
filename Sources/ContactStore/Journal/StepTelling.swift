import ContactModel
import JSONText

extension StoreState {
    /// The newest steps, told.
    mutating func log(limit: Int) throws(StoreError) -> [LogEntry] {
        var trail = StepTrail()
        var entries: [LogEntry] = []
        // Where the entry of a step of several parts stands: others may have written between them.
        var places: [String: Int] = [:]
        var open: Set<String> = []
        let folded = try history.newestFirst()
        for step in newestFirst(folded) {
            let place = step.part.flatMap { places[$0.whole] }
            if entries.count >= limit && open.isEmpty { break }
            let isUndone = trail.isUndone(step)
            guard trail.pass(step) else { continue }
            let entry = LogEntry(
                id: step.id, time: step.time, author: step.author, isMine: step.isMine,
                what: step.summary, undoes: step.undoes, redoes: step.redoes,
                isUndone: isUndone, lines: step.planLines)
            if let place {
                entries[place] = entries[place].joined(to: entry)
            } else if entries.count < limit {
                if let part = step.part {
                    places[part.whole] = entries.count
                    open.insert(part.whole)
                }
                entries.append(entry)
            }
            if let part = step.part, part.index == 0 { open.remove(part.whole) }
        }
        if let failure = folded?.failure { throw failure }
        try tell(folded)
        return entries
    }
}

extension Step {
    /// What the step wrote, counted.
    var summary: StepSummary {
        var summary = StepSummary()
        var before: ContactKey?
        for change in changes {
            if change.key != before { summary.addContact() }
            before = change.key
            for write in change.writes { write.count(in: &summary) }
        }
        for change in shared {
            summary.addContacts(change.names.count)
            for write in change.writes { write.count(in: &summary, times: change.names.count) }
        }
        return summary
    }

    /// What the step wrote to each contact, those of whom it wrote the same among them.
    var eachChange: some Sequence<RecordChange> {
        let alike = shared.lazy.flatMap { change in
            (0..<change.names.count).lazy.compactMap(change.change)
        }
        return [AnySequence(changes), AnySequence(alike)].lazy.joined()
    }

    /// What the step wrote as the lines of a plan that would write it again; what was written to a
    /// contact that only its place names is told without a key, and nobody can write it again.
    var planLines: some Sequence<JSONObject> {
        eachChange.lazy.flatMap(\.planChanges).map { PlanLine($0).object }
    }
}

extension RecordChange.Write {
    fileprivate func count(in summary: inout StepSummary, times: Int = 1) {
        switch self {
        case .stamp: break
        case .create: summary.addCreated()
        case .delete: summary.addDeleted()
        case .member(Field.updatedAt.name, _, _): break
        case .member(let name, _, _): summary.add(field: name)
        case .metadata(let name, _, _, _): summary.add(field: "meta." + name)
        case .tags(let retagging):
            for tag in retagging.added { summary.add(tag: tag, times: times) }
            for tag in retagging.removed { summary.remove(tag: tag, times: times) }
        }
    }
}

extension RecordChange {
    /// The changes that would write the same; what no change can say is left out.
    var planChanges: [ContactChange] {
        var patch = ContactPatch()
        var removed: [String] = []
        var others: [Change] = []
        var key = key
        for write in writes {
            switch write {
            case .member(let name, let new, let old):
                patch.take(name, new?.value ?? .null)
                guard name == Field.metadata.name else { break }
                let left = new?.value.object ?? [:]
                removed += (old?.value.object ?? [:]).names.filter { left[$0] == nil }
            case .metadata(let name, let new?, _, _): patch.metadata[name] = new.value
            case .metadata(let name, nil, _, _): removed.append(name)
            case .tags(let retagging):
                others.append(
                    .retag(
                        add: TagList(stored: retagging.added),
                        remove: TagList(stored: retagging.removed)))
            case .delete: others.append(.delete)
            case .stamp: break
            case .create(let text, _):
                let contact = RecordText(Array(text.utf8)).contact
                key = contact.phoneNumber.map(ContactKey.phone) ?? key
                others.append(.create(contact.patch, source: contact.source ?? "manual"))
            }
        }
        if !patch.isEmpty { others.append(.update(patch)) }
        if !removed.isEmpty { others.append(.removeMetadata(removed)) }
        return others.map { ContactChange(key: key, change: $0) }
    }
}

extension ContactPatch {
    /// Takes in a member as it was written, where update-contact can write it.
    fileprivate mutating func take(_ name: String, _ value: JSONValue) {
        switch Field(rawValue: name) {
        case .name: self.name = FieldEdit(value.text ?? "")
        case .email:
            let text = value.text ?? ""
            email = text.isEmpty ? .clear : EmailAddress(text).map(FieldEdit.set)
        case .tags: tags = TagList(stored: (value.array ?? []).compactMap(\.text))
        case .metadata: metadata = value.object ?? [:]
        default: break
        }
    }
}

extension Contact {
    /// What makes a new contact like this one.
    fileprivate var patch: ContactPatch {
        ContactPatch(
            name: name.map(FieldEdit.set),
            email: email.flatMap { EmailAddress($0) }.map(FieldEdit.set),
            tags: tags.isEmpty ? nil : tags, metadata: metadata ?? [:])
    }
}
