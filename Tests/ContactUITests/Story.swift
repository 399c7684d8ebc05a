import ContactModel
import ContactUI
import Foundation
import JSONText
import Screen
import Testing

/// The editor with contacts in memory in place of a backend: keys in, screen out.
struct Story {
    private(set) var state: AppState
    /// Every effect so far, in order.
    private(set) var effects: [Effect] = []
    /// The contacts, as a backend would hold them.
    var contacts: [Contact]
    /// Whether saves are answered at once; otherwise `answerSave` does.
    var answersSaves = true
    var canRemoveMetadata = true
    var isRemote = false
    /// Whether contacts are read at once.
    var answersLoads = true
    /// Whether listings are answered at once.
    var answersLists = true
    /// Whether the terminal knows nothing but ASCII.
    var isASCII = false
    /// What a quota means for changes of many.
    var quota: QuotaFacts?
    /// What the log answers.
    var log: [LogEntry] = []
    private var listing: [Int] = []

    init(
        _ contacts: [Contact], columns: Int = 80, rows: Int = 24, filter: String = "",
        opens: Bool = true
    ) {
        self.contacts = contacts
        state = AppState(
            title: "~/contacts.json", size: Size(columns: columns, rows: rows),
            clock: QueryClock(now: 1_795_428_000), filter: filter)
        if opens { open() }
    }

    mutating func open(drafts: [Draft] = [], readOnly: String? = nil) {
        send(
            .opened(
                PlaceFacts(
                    title: "~/contacts.json", readOnly: readOnly,
                    canRemoveMetadata: canRemoveMetadata, option: "--file contacts.json",
                    isRemote: isRemote), drafts: drafts))
    }

    /// Another place was left for this one.
    mutating func comesFromElsewhere() { state.canReturn = true }

    /// Gives a command other keys.
    mutating func rebind(_ wish: Keymap.Rebinding) {
        state.keymap = state.keymap.rebound([wish]).keymap
    }

    /// Presses keys given in the notation of key maps, separated by spaces.
    mutating func press(_ keys: String) {
        for notation in keys.split(separator: " ") {
            guard let key = Key(notation: String(notation)) else {
                Issue.record("no key is written \(notation)")
                return
            }
            send(.input(.key(key)))
        }
    }

    /// Types text, one character a key.
    mutating func type(_ text: String) {
        for character in text { send(.input(.key(.character(character)))) }
    }

    /// Hands in an action and answers its effects.
    mutating func send(_ action: Action) {
        let new = state.update(action)
        effects += new
        for effect in new { answer(effect) }
    }

    private mutating func answer(_ effect: Effect) {
        switch effect {
        case .list(let request, let wanted) where answersLists:
            listing = contacts.indices.filter {
                contacts[$0].matches(wanted.query, isMarked: wanted.marks.contains(Int32($0)))
            }
            if wanted.order != .byName { listing = sorted(listing, by: wanted.order) }
            let kept = wanted.keeping.flatMap { key in
                listing.firstIndex { contacts[$0].key == key }
            }
            var made = ListState.Listing(
                number: request, numbers: listing.map(Int32.init), total: contacts.count,
                keptPosition: kept)
            for position in wanted.reach(kept: kept, of: made.count) {
                made.rows[position] = row(listing[position])
            }
            send(.listed(request: request, .success(made)))
        case .rows(let request, _, let range) where answersLists:
            let rows = range.map { ($0, row(listing[$0])) }
            send(.rows(request: request, Dictionary(uniqueKeysWithValues: rows)))
        case .match(let request, let query):
            let numbers = contacts.indices.filter {
                contacts[$0].matches(query, isMarked: false)
            }
            send(.matched(request: request, .success(RowSet(numbers.map(Int32.init)))))
        case .preview(let request, let work):
            send(.previewed(request: request, counted(work), quota))
        case .apply(let request, let work) where answersSaves: apply(work, request)
        case .scheduleDetail(let serial): send(.detailDue(serial: serial))
        case .metadataKeys(let request):
            let keys = contacts.flatMap { ($0.metadata ?? [:]).names }
            send(.metadataKeys(request: request, Set(keys).sorted()))
        case .duplicates(let request):
            let groups = Duplicates(in: contacts.indices.map(row))
            send(.duplicates(request: request, groups))
        case .log(let request): send(.logged(request: request, .success(log)))
        case .load(let request, let key) where answersLoads:
            if let contact = contacts.first(where: { $0.key == key }) {
                send(.loaded(request: request, .success(contact)))
            } else {
                send(.loaded(request: request, .failure(Failure("no contact \(key.text)"))))
            }
        case .save(let request, let save) where answersSaves: answer(save, request)
        case .create(let request, let phone, let patch, _): create(request, phone, patch)
        case .tags(let request):
            var counts: [ContactModel.Tag: Int] = [:]
            for tag in contacts.flatMap(\.tags.tags) { counts[tag, default: 0] += 1 }
            let tags = counts.map { TagCount(tag: $0.key, count: $0.value) }
            send(.tags(request: request, tags.sorted { $0.tag.text < $1.tag.text }))
        default: break
        }
    }

    private func row(_ index: Int) -> ContactRow {
        let contact = contacts[index]
        return ContactRow(
            contact: contact, key: contact.key, flaws: contact.flaws, number: Int32(index))
    }

    private func sorted(_ places: [Int], by order: ContactModel.SortOrder) -> [Int] {
        order.sorted(places.map { contacts[$0] }).compactMap { contact in
            contacts.firstIndex { $0.key == contact.key }
        }
    }

    private func rows(_ work: BulkWork) -> [ContactRow] {
        switch work {
        case .edit(_, .everybody): contacts.indices.map(row)
        case .edit(_, .contacts(let numbers, _)):
            contacts.indices.filter { numbers.contains(Int32($0)) }.map(row)
        case .changes: []
        }
    }

    private func counted(_ work: BulkWork) -> BulkEffect {
        switch work {
        case .edit(let edit, _):
            var effect = BulkEffect(of: edit)
            for row in rows(work) { effect.count(row) }
            return effect
        case .changes(let changes):
            var effect = BulkEffect()
            effect.count(changes) { key in contacts.first { $0.key == key } }
            return effect
        }
    }

    private mutating func apply(_ work: BulkWork, _ request: Int) {
        var changes: [ContactChange] = []
        var effect = BulkEffect()
        switch work {
        case .edit(let edit, _):
            effect = BulkEffect(of: edit)
            changes = rows(work).compactMap { effect.count($0) }
        case .changes(let given): changes = given
        }
        for change in changes {
            guard let index = contacts.firstIndex(where: { $0.key == change.key }) else { continue }
            if change.change == .delete {
                contacts.remove(at: index)
            } else if let after = try? contacts[index].after(change.change) {
                contacts[index] = after
            }
        }
        send(
            .applied(
                request: request,
                .success(
                    BulkOutcome(
                        changed: Set(changes.map(\.key)).count, unwritable: effect.unwritable,
                        obstacles: effect.obstacles))))
    }

    private mutating func answer(_ save: SaveRequest, _ request: Int) {
        guard let index = contacts.firstIndex(where: { $0.key == save.key }) else { return }
        let present = contacts[index]
        if save.clashes(with: present) {
            send(.saved(request: request, .conflict(present)))
            return
        }
        guard let new = try? present.applying(save.patch).removingMetadata(save.removedKeys) else {
            return
        }
        contacts[index] = new
        send(.saved(request: request, .done(Receipt(contact: new, outcome: .changed))))
    }

    private mutating func create(_ request: Int, _ phone: PhoneNumber, _ patch: ContactPatch) {
        if let taken = contacts.first(where: { $0.phoneNumber == phone }) {
            send(.saved(request: request, .exists(taken)))
            return
        }
        let blank = Contact(record: [
            "id": .string("new"), "phone": .string(phone.e164), "name": .null,
        ])
        guard let made = try? blank.applying(patch) else { return }
        contacts.append(made)
        send(.saved(request: request, .done(Receipt(contact: made, outcome: .created))))
    }

    /// The listings that were asked for, in order.
    var listRequests: [(number: Int, wanted: ListRequest)] {
        effects.compactMap {
            if case .list(let number, let wanted) = $0 { (number, wanted) } else { nil }
        }
    }

    /// The patches that were sent, in order.
    var sent: [ContactPatch] {
        effects.compactMap { if case .save(_, let save) = $0 { save.patch } else { nil } }
    }

    /// The screen as text.
    var screen: String {
        state.render(
            theme: .standard, shaper: TextShaper(width: .approximate, isASCII: isASCII)
        ).lines().joined(separator: "\n")
    }

    /// Compares the screen with the text file of this name beside the tests; a missing file
    /// fails. `PATCHBOOK_RECORD=1` writes them.
    func expectGolden(_ name: String, location: SourceLocation = #_sourceLocation) {
        let path = Story.goldens + name + ".txt"
        if ProcessInfo.processInfo.environment["PATCHBOOK_RECORD"] == "1" {
            try? (screen + "\n").write(toFile: path, atomically: true, encoding: .utf8)
        }
        guard let golden = try? String(contentsOfFile: path, encoding: .utf8) else {
            Issue.record("there is no golden \(name).txt", sourceLocation: location)
            return
        }
        #expect(screen + "\n" == golden, "differs from \(name).txt", sourceLocation: location)
    }

    private static let goldens =
        String(#filePath.dropLast("Story.swift".count)) + "Goldens/"
}

extension Contact {
    /// A contact of a story.
    static func sample(
        _ name: String, _ number: Int, email: String? = nil, tags: [String] = [],
        metadata: JSONObject = [:]
    ) -> Contact {
        Contact(record: [
            "id": .string("c\(number)"), "phone": .string("+1555000\(1000 + number)"),
            "name": .string(name), "email": email.map(JSONValue.string) ?? .null,
            "source": .string("shopify"), "locale": .string("fr"),
            "metadata": .object(metadata), "tags": .array(tags.map(JSONValue.string)),
            "opted_in_at": .string("2026-04-15T08:00:00+00:00"), "opted_out_at": .null,
            "last_message_at": .string("2026-11-20T10:00:00+00:00"),
            "total_messages": .number(JSONNumber(27)),
            "updated_at": .string("2026-11-20T10:00:00+00:00"),
        ])
    }

    fileprivate func matches(_ query: Query, isMarked: Bool) -> Bool {
        query.matches(ContactRow(contact: self, key: key, flaws: flaws), isMarked: isMarked)
    }

    /// The contacts most stories begin with.
    static let shop: [Contact] = [
        .sample("Agirre, Chen", 1, email: "u0@example.com", tags: ["lead", "vip"]),
        .sample("Haddad, Fatima", 2, email: "u1@example.com", tags: ["eu", "lead"]),
        .sample(
            "Ivanov, Łukasz", 3, email: "u2@example.com", tags: ["beta", "lead", "vip"],
            metadata: [
                "plan": .string("gold"),
                "ltv": JSONNumber("9120.00").map(JSONValue.number) ?? .null,
                "address": .object(["city": .string("Paris")]),
            ]),
        .sample("Sato, Kenji", 4, email: "u5@example.com", tags: ["lead"]),
        .sample("田中 Yılmaz", 5, email: "u17@example.com", tags: ["lead", "europe"]),
        .sample("فاطمة الزهراء", 6, tags: ["black friday"]),
        .sample("\u{1B}]0;x\u{7}Eve\u{202E}live", 7, email: "eve@example.com"),
        .sample("The Park Family 👨‍👩‍👧‍👦", 8), .sample("क्षितिज त्रिवेदी", 9),
    ]
}
