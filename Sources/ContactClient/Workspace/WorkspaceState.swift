import ContactModel
import ContactStore
import JSONText

/// A workspace as it is known here: what the server said, and on top of it what is not sent yet.
struct WorkspaceState: Sendable {
    var confirmed: Snapshot
    var shown: Snapshot
    private(set) var outbox = Outbox()
    /// The contacts with something unsent, by their numbers in `shown`.
    var signs = UnsentSigns()
    private(set) var notes = ServerNotes()
    /// When the reading began that the confirmed contacts come from.
    private(set) var readAt: Int
    var confirmedLayer: TagLayer
    var shownLayer: TagLayer
    /// The numbers of the contacts that the entries of open sets are about, by the number of the
    /// first entry; -1 for those that are not known.
    var places: [Int: [Int32]] = [:]
    /// The contacts that an entry which stands alone is about, by their numbers in `shown`.
    private(set) var singles = RowSet()

    init(mirror: Snapshot, readAt: Int) {
        confirmed = mirror
        shown = mirror
        confirmedLayer = TagLayer(over: mirror)
        shownLayer = confirmedLayer
        self.readAt = readAt
    }

    /// Takes over what a reading of the workspace brought that began at a time.
    mutating func replaceMirror(_ mirror: Snapshot, readAt: Int) {
        confirmed = mirror
        confirmedLayer = TagLayer(over: mirror)
        self.readAt = readAt
        places = [:]
        notes.forget(before: readAt)
        for note in notes.inOrder { confirm(note.contact, as: note.key) }
        confirmSets()
        rebuild()
    }

    /// Takes in lines that others appended.
    ///
    /// - Returns: whether there were any.
    mutating func take(_ news: LineLog.News) -> Bool {
        guard news.isAnew || !news.lines.isEmpty else { return false }
        if news.isAnew {
            outbox = Outbox()
            places = [:]
        }
        let isMuch = news.isAnew || news.lines.count > WorkspaceState.fewLines
        for line in news.lines { settle(outbox.take(line), redraws: !isMuch) }
        if isMuch {
            confirmSets()
            rebuild()
        }
        return true
    }

    /// As many are cheaper taken in one by one than all at once.
    private static let fewLines = 1000

    mutating func nextID(_ count: Int = 1) -> Int { outbox.nextID(count) }

    /// Takes in a line that is in the log.
    mutating func take(_ line: OutboxLine) {
        settle(outbox.take(line), redraws: true)
    }

    /// The entry that may be sent next, as `Outbox.next` says.
    mutating func nextToSend(
        runs: Bool, isUnderWay: (Int) -> Bool, _ mayGo: (OutboxEntry) -> Bool
    ) -> OutboxEntry? {
        outbox.next(runs: runs, isUnderWay: isUnderWay, mayGo)
    }

    private mutating func settle(_ happenings: [Outbox.Happening], redraws: Bool) {
        var settled: Set<Int> = []
        for happening in happenings {
            switch happening {
            case .overlay(let key):
                if redraws { redraw(key) }
            case .confirmed(let key, let contact, let time):
                if let contact, time >= readAt {
                    confirm(contact, as: key)
                    notes.add(contact, as: key, at: time)
                }
                if redraws { redraw(key) }
            case .gone(let key, let time):
                if time >= readAt {
                    confirm(nil, as: key)
                    notes.add(nil, as: key, at: time)
                }
                if redraws { redraw(key) }
            case .shared(let first):
                if redraws { lay(first) }
            case .fate(let id):
                guard redraws, let place = outbox.set(of: id) else { continue }
                let set = outbox.sets[place]
                if set.fate(id).isDone, set.time(id) >= readAt { confirm(id, of: set) }
                redraw(id, of: set)
                if set.openCount == 0 { settled.insert(set.first) }
            }
        }
        for first in settled { places[first] = nil }
    }

    /// The server told how a contact stands, or that there is none.
    mutating func note(_ contact: Contact?, as key: ContactKey, at time: Int) {
        notes.add(contact, as: key, at: time)
        confirm(contact, as: key)
        redraw(key)
    }

    mutating func confirm(_ contact: Contact?, as key: ContactKey) {
        let number = confirmed.soleNumber(of: key)
        guard let contact else {
            if let number { confirmed.take(away: number) }
            return
        }
        guard let number else {
            confirmed.put(contact)
            return
        }
        let known = confirmed.known(number)
        let newer = contact.isComplete ? contact : known.overlaid(by: contact)
        if newer != known { confirmed.put(newer, at: number) }
    }

    private mutating func rebuild() {
        shown = confirmed
        shownLayer = confirmedLayer
        signs = UnsentSigns()
        singles = RowSet()
        for place in outbox.openSets { lay(outbox.sets[place].first) }
        for key in outbox.keys { redraw(key) }
    }

    /// Puts what is queued for a contact on top of what the server said of it.
    mutating func redraw(_ key: ContactKey) {
        let (standing, queued) = queued(for: key)
        let contact = queued.laid(over: standing)
        let place = shown.soleNumber(of: key)
        guard let contact else {
            if let place {
                shown.take(away: place)
                signs[place] = nil
            }
            return
        }
        let number = place ?? shown.put(contact)
        if place != nil {
            let isPlain = queued.isEmpty && confirmed.soleNumber(of: key) == number
            if !isPlain || !shownLayer.reset(number, to: confirmed, in: &shown) {
                shown.put(contact, at: number)
            }
        }
        signs[number] = queued.unsent
        if queued.contains(where: { outbox.set(of: $0.id) == nil }) {
            singles.insert(number)
        } else {
            singles.remove(number)
        }
    }

    private func queued(for key: ContactKey) -> (standing: Contact?, [OutboxEntry]) {
        let standing = standing(key)
        return (standing, outbox.queued(for: standing?.keys(beside: key) ?? [key]))
    }

    /// Whether an entry is about the contact that a key names.
    func isQueued(_ id: Int, for key: ContactKey) -> Bool {
        queued(for: key).1.contains { $0.id == id }
    }

    /// The contact that a key names as the server told it last; nil where it is not known.
    func standing(_ key: ContactKey) -> Contact? {
        confirmed.soleNumber(of: key).map { confirmed.known($0) }
    }

    /// The contact that has a number beside an entry: one that the server has no more, and that
    /// is shown for the sake of the entry alone, has it no more either.
    func contact(having key: ContactKey, beside id: Int) -> Contact? {
        if let own = outbox[id]?.change.key, own != key, standing(own) == nil,
            let number = shown.soleNumber(of: own), shown.soleNumber(of: key) == number
        {
            return nil
        }
        return contact(key, without: id)
    }

    /// The contact that a key names, as it would stand without an entry and what was queued later.
    func contact(_ key: ContactKey, without id: Int) -> Contact? {
        guard isQueued(id, for: key) else { return contact(key) }
        let (standing, queued) = queued(for: key)
        return queued.filter { $0.id < id }.laid(over: standing)
    }

    /// The contact that a key names, what is queued for it on top.
    func contact(_ key: ContactKey) -> Contact? {
        shown.soleNumber(of: key).map { number in
            let contact = shown.known(number)
            guard contact.isComplete, let place = confirmed.soleNumber(of: key),
                !confirmed.known(place).isComplete
            else { return contact }
            return Contact(record: contact.record, isComplete: false)
        }
    }
}

extension Snapshot {
    /// How many contacts of a mirror are known without their metadata.
    var incompleteCount: Int {
        select(.all, order: SortOrder()).count { !known($0).isComplete }
    }

    /// A contact of a mirror: metadata that it lacks is not known.
    func known(_ number: Int32) -> Contact {
        let record = contact(number).record
        return Contact(record: record, isComplete: record[Field.metadata.name] != nil)
    }
}

extension Contact {
    /// Every key that something may be queued under.
    func keys(beside key: ContactKey?) -> [ContactKey] {
        let own = [id.map(ContactKey.id), phoneNumber.map(ContactKey.phone)].compactMap(\.self)
        guard let key, !own.contains(key) else { return own }
        return own + [key]
    }
}

extension OutboxEntry {
    /// The contact as it will stand. One that is no more at the server is shown as far as it was
    /// known, until a person has decided.
    func laid(over contact: Contact?) -> Contact? {
        let remembered = original.map { Contact(record: $0.record, isComplete: false) }
        return change.laid(over: contact ?? remembered)
    }
}

extension [OutboxEntry] {
    /// The contact as it will stand after all of them.
    func laid(over contact: Contact?) -> Contact? { reduce(contact) { $1.laid(over: $0) } }

    /// How what waits stands: the worst of it.
    var unsent: UnsentState? { compactMap(\.unsent).max() }
}

extension ContactChange {
    /// The contact as it will stand; a change that cannot be made leaves it as it is.
    fileprivate func laid(over contact: Contact?) -> Contact? {
        switch change {
        case .create(let patch, let source):
            let blank = contact ?? Contact(blank: key, source: source)
            return blank.map { (try? $0.applying(patch)) ?? $0 }
        case .update(var patch):
            // Into metadata that is not known nothing can be merged.
            if contact?.isComplete == false { patch.metadata = [:] }
            return contact.map { (try? $0.applying(patch)) ?? $0 }
        default:
            return contact.map { (try? $0.after(change)) ?? $0 }
        }
    }
}

extension Contact {
    /// A contact that is only queued: it has no id yet.
    fileprivate init?(blank key: ContactKey, source: String) {
        guard case .phone(let phone) = key else { return nil }
        self.init(record: [
            "phone": .string(phone.e164), "name": .null, "email": .null,
            "source": .string(source), "metadata": .object([:]), "tags": .array([]),
        ])
    }
}
