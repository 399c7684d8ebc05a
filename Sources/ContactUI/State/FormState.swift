package import ContactModel
import JSONText

/// A contact being edited, or a new one being written.
package struct FormState: Hashable, Sendable {
    /// How far saving has come.
    package enum Phase: Hashable, Sendable {
        case editing
        /// Sent; the number of the request whose answer is awaited.
        case saving(request: Int)
    }

    /// The contact as it was last read; nil for a new one.
    package private(set) var contact: Contact?
    /// What it is written by; nil for a new one.
    package let key: ContactKey?
    /// The rows, top to bottom.
    package internal(set) var fields: [FormField]
    /// Which row the cursor is in.
    package internal(set) var focus = 0
    /// How far saving has come.
    package internal(set) var phase = Phase.editing
    /// Fields that someone else changed while they were edited here.
    package internal(set) var conflicts: Set<FormField.ID> = []
    /// What a server said of single fields when saving was refused.
    package internal(set) var refusals: [FormField.ID: String] = [:]
    /// What was last cut, to be pasted with Ctrl-Y.
    package internal(set) var killed = ""
    /// The change that is not sent and that saving takes the place of.
    package internal(set) var unsent: Int?
    /// Counts edits, so that a draft is written for the last one only.
    package internal(set) var serial = 0

    /// Edits a contact that was read whole.
    package init(editing contact: Contact, key: ContactKey) {
        self.contact = contact
        self.key = key
        fields = FormState.rows(of: contact)
    }

    /// Writes a new contact.
    package init(adding phone: String = "") {
        contact = nil
        key = nil
        let blank = Contact(record: [:])
        fields = [FormField(id: .phone, text: "")] + FormState.rows(of: blank)
        fields[0].text = TextField(phone)
    }

    /// Whether a new contact is written.
    package var isNew: Bool { contact == nil }

    /// The row the cursor is in.
    package var focused: FormField { fields[focus] }

    private static func rows(of contact: Contact) -> [FormField] {
        let plain = [(FormField.ID.name, Field.name), (.email, .email), (.tags, .tags)]
        let metadata = contact.metadata ?? [:]
        var seen: Set<String> = []
        let keys = metadata.names.filter { seen.insert($0).inserted }
        return plain.map { FormField(id: $0.0, text: contact.shown($0.1), isPresent: true) }
            + keys.compactMap { key in
                metadata[key].map { value in
                    FormField(
                        id: .metadata(key), text: ValueKind.editedText(of: value),
                        kind: ValueKind(of: value), isPresent: true)
                }
            } + [FormField(id: .newKey)]
    }

    /// Whether nothing is typed, and nothing on its way.
    var isAsItWas: Bool { phase == .editing && unsent == nil && touched.isEmpty }

    /// Takes a newer reading of the contact; what was typed stays, and is a conflict where the
    /// value beneath it changed.
    package mutating func rebase(onto fresh: Contact) {
        let rows = FormState.rows(of: fresh)
        for index in fields.indices {
            let id = fields[index].id
            let new = rows.first { $0.id == id } ?? FormField(id: id, kind: fields[index].kind)
            guard new.original != fields[index].original else { continue }
            if fields[index].isTouched { conflicts.insert(id) }
            fields[index].rebase(onto: new)
        }
        let known = Set(fields.map(\.id))
        let added = rows.filter { !known.contains($0.id) }
        fields.insert(contentsOf: added, at: max(0, fields.count - 1))
        contact = fresh
        conflicts.formIntersection(fields.filter(\.isTouched).map(\.id))
    }

    /// Turns the row of a new key into a metadata row of that key, or goes to the row that has it.
    package mutating func addKey() {
        guard focused.id == .newKey else { return }
        let key = focused.text.text.trimmingWhitespace()
        guard !key.isEmpty else { return }
        fields[focus] = FormField(id: .newKey)
        if let existing = fields.firstIndex(where: { $0.key?.hasSameUTF8(as: key) == true }) {
            focus = existing
        } else {
            fields.insert(FormField(id: .metadata(key), kind: .text), at: focus)
        }
    }
}
