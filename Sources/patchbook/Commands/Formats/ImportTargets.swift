import ContactClient
import ContactFormats
import ContactModel
import JSONText

/// Finds the contacts that records are about: by phone number, then by id.
struct ImportTargets {
    /// What a record comes to, by itself.
    enum Finding {
        /// It is about this one, whatever else the file tells.
        case target(ImportTarget)
        /// It says the id of this contact.
        case byID(Contact, ContactKey)
        /// It is about whoever has this number, now this contact or nobody, where that is who it
        /// names.
        case byNumber(PhoneNumber, Contact?)
        /// It names nobody, or several; yet a contact stands there just so.
        case unchanged
        case flaw(RecordFlaw)
    }

    enum Found {
        case one(Contact)
        case several, none
    }

    /// nil for a file that is not made yet.
    private let backend: (any ContactBackend)?
    private let known: KnownContacts?
    private let rules: ImportRules
    /// The contacts that a person should look at.
    private struct Flagged {
        /// By id and phone as they are written.
        var contacts: [String: [Contact]] = [:]
        /// By the number that the phone is once its country is added.
        var numbers: [PhoneNumber: [ContactRow]] = [:]
        /// By the phone as it is written, where that is no number; nil for several of them.
        var texts: [String: ContactKey?] = [:]
    }

    private let plan: DialingPlan?
    private var flagged: Flagged?
    /// Whether more is asked of a contact than what is known of it: each time a call.
    var asksForAll = false

    init(
        _ backend: (any ContactBackend)?, _ known: KnownContacts?, _ rules: ImportRules,
        plan: DialingPlan?
    ) {
        self.plan = plan
        self.backend = backend
        self.known = known
        self.rules = rules
    }

    mutating func find(_ record: ImportRecord) async throws -> Finding {
        if record.isBorrowed(.phone) || record.isBorrowed(.id), let own = try await findOwn(record)
        {
            return own
        }
        if let found = try await findAsWritten(record) { return found }
        var flaw = RecordFlaw.noKey
        if let phone = record.phone {
            if let number = phone.number {
                switch try await lookUp(.phone(number)) {
                case .one(let contact): return try await choose(record, contact, number)
                case .several: flaw = .ambiguous(.phone(number))
                case .none:
                    if let other = phone.withPlus, case .one = try await lookUp(.phone(other)) {
                        flaw = .plusLost(phone.text, other)
                    }
                }
            } else if let problem = phone.flaw {
                flaw = .phone(phone.text, problem)
            }
        }
        for id in record.ids {
            switch try await lookUp(.id(id)) {
            case .one(let contact):
                if record.isByAnyPhone(of: contact) { return .byID(contact, .id(id)) }
                if record.phone?.text.isRoundedNumber == true { continue }
                flaw = .otherPhone(contact.phone ?? "")
            case .several: flaw = .ambiguous(.id(id))
            case .none: break
            }
        }
        if flaw == .noKey, let number = record.phone?.number {
            if try await stands(record) { return .unchanged }
            if let found = try await flagged(number) { return found }
            return .byNumber(number, nil)
        }
        if try await stands(record) { return .unchanged }
        return try await findByText(record) ?? .flaw(flaw)
    }

    /// The only contact whose number, which is none that names somebody, is written just so.
    private mutating func findByText(_ record: ImportRecord) async throws -> Finding? {
        guard record.ids.isEmpty, !record.isBorrowed(.phone), let phone = record.phone,
            phone.number == nil, !phone.cell.isEmpty
        else { return nil }
        guard let key = try await allFlagged().texts[phone.cell] ?? nil,
            case .one(let contact) = try await lookUp(key)
        else { return nil }
        return .target(.present(contact, key))
    }

    /// Whom a record is about whose first number is that of a contact.
    private func choose(
        _ record: ImportRecord, _ contact: Contact, _ number: PhoneNumber
    ) async throws(ClientError) -> Finding {
        if record.isByID(of: contact) { return .byID(contact, .phone(number)) }
        for id in record.ids {
            guard case .one(let other) = try await lookUp(.id(id)) else { continue }
            if record.isBorrowed(.id) { return .target(.present(contact, .phone(number))) }
            return record.isByAnyPhone(of: other)
                ? .byID(other, .id(id)) : .flaw(.twoContacts(id, number))
        }
        return .byNumber(number, contact)
    }

    /// Whoever has a number in the store that no key is made of: as it is written there it lacks
    /// its country, or is none at all.
    mutating func flagged(_ number: PhoneNumber) async throws -> Finding? {
        guard backend is LocalClient else { return nil }
        let rows = try await allFlagged().numbers[number] ?? []
        guard let row = rows.first, let key = row.key else { return nil }
        return rows.count == 1
            ? .target(.present(row.contact, key)) : .flaw(.ambiguous(.phone(number)))
    }

    /// The contact whose export the record is, where the number or the id that it seems to bear is
    /// something else to that contact.
    private mutating func findOwn(_ record: ImportRecord) async throws -> Finding? {
        for id in record.isBorrowed(.id) ? [] : record.ids {
            if case .one(let contact) = try await lookUp(.id(id)), record.isOwn(.phone, of: contact)
            {
                return .target(.present(contact, .id(id)))
            }
        }
        return try await stands(record) ? .unchanged : nil
    }

    /// The contact that bears the number just as it is written, where that is no usual writing:
    /// somebody else may have it in the usual one.
    private mutating func findAsWritten(_ record: ImportRecord) async throws -> Finding? {
        guard let phone = record.phone, let number = phone.number, phone.cell != number.e164,
            !record.isBorrowed(.phone)
        else { return nil }
        for id in record.isBorrowed(.id) ? [] : record.ids {
            if case .one(let contact) = try await lookUp(.id(id)),
                phone.cell.hasSameUTF8(as: contact.cell(.field(.phone)))
            {
                return .target(.present(contact, .id(id)))
            }
        }
        guard backend is LocalClient else { return nil }
        if try await stands(record) { return .unchanged }
        let rows = (try await allFlagged().numbers[number] ?? []).filter {
            phone.cell.hasSameUTF8(as: $0.contact.cell(.field(.phone)))
        }
        guard rows.count == 1, let key = rows[0].key else { return nil }
        return .target(.present(rows[0].contact, key))
    }

    /// Whom a key names.
    func lookUp(_ key: ContactKey) async throws(ClientError) -> Found {
        if let known {
            guard let contact = known[key] else { return .none }
            if contact.isComplete || !asksForAll { return .one(contact) }
        }
        guard let backend else { return .none }
        do throws(ClientError) {
            return .one(try await backend.contact(.key(key)))
        } catch {
            switch error {
            case .notFound: return .none
            case .ambiguous: return .several
            default: throw error
            }
        }
    }

    /// Whether a contact that cannot be named stands just as the record says.
    private mutating func stands(_ record: ImportRecord) async throws -> Bool {
        let name = ImportTargets.name(record.ownKey(.id), record.ownKey(.phone))
        return (try await allFlagged().contacts[name] ?? []).contains { contact in
            [.id, .phone].allSatisfy { !record.isBorrowed($0) || record.isOwn($0, of: contact) }
                && (try? record.merged(into: contact, rules).patch.isEmpty) == true
        }
    }

    private mutating func allFlagged() async throws -> Flagged {
        if let flagged { return flagged }
        var found = Flagged()
        try await forEachRow(["is:flagged"]) { row in
            let cells = [Field.id, .phone].map { row.contact.cell(.field($0)) }
            let name = ImportTargets.name(cells[0], cells[1])
            found.contacts[name, default: []].append(row.contact)
        }
        // Whether a number lacks its country only a person's configuration tells.
        try await forEachRow(["-phone:+", #"-phone:"""#]) { row in
            guard row.contact.phoneNumber == nil else { return }
            let text = row.contact.cell(.field(.phone))
            found.texts[text] = .some(found.texts[text] == nil ? row.key : nil)
            guard plan != nil, let number = try? PhoneNumber(parsing: text, plan: plan) else {
                return
            }
            found.numbers[number, default: []].append(row)
        }
        flagged = found
        return found
    }

    private func forEachRow(_ query: [String], _ body: (ContactRow) -> Void) async throws {
        guard let backend, backend is LocalClient else { return }
        let listing = try await backend.list(try QueryArgument.query(query), order: SortOrder())
        for start in stride(from: 0, to: listing.count, by: 1000) {
            listing.rows(start..<min(listing.count, start + 1000)).forEach(body)
        }
    }

    private static func name(_ id: String, _ phone: String) -> String {
        id.trimmingWhitespace() + "\u{0}" + phone.trimmingWhitespace()
    }
}

extension ImportRecord {
    /// Whether it says the id of a contact.
    fileprivate func isByID(of contact: Contact) -> Bool {
        !isBorrowed(.id) && ids.contains { contact.id?.hasSameUTF8(as: $0) == true }
    }

    /// Whether one of its numbers is that of a contact, or there is none.
    fileprivate func isByAnyPhone(of contact: Contact) -> Bool {
        ([self] + others).contains { $0.phone?.isPhone(of: contact) ?? true }
    }

    /// The ids that the record may mean: cards write some of them as names of resources.
    var ids: [String] {
        guard let text = id?.text, !text.isEmpty else { return [] }
        let prefix = "urn:uuid:"
        return text.lowercased().hasPrefix(prefix)
            ? [text, String(text.dropFirst(prefix.count))]
            : [text]
    }
}

extension ImportPhone {
    /// Whether the contact has this number, however it is written.
    fileprivate func isPhone(of contact: Contact) -> Bool {
        if text.trimmingWhitespace().isEmpty { return true }
        if let number, number == contact.phoneNumber { return true }
        // A spreadsheet takes the plus sign away.
        if let own = contact.phoneNumber, own.e164.dropFirst() == text.trimmingWhitespace()[...] {
            return true
        }
        return cell.hasSameUTF8(as: contact.cell(.field(.phone)))
    }
}
