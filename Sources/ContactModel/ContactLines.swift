package import JSONText

/// Contacts as lines of JSON that a person edits, and the changes that an edited text means.
///
/// A line that begins with `#` is a remark. A line that is gone leaves its contact alone. Where
/// neither an id nor a number is the contact's own, `line` says which one it is.
package struct ContactLines: Sendable {
    /// Why an edited text cannot be taken, at which line (from 1).
    package struct Flaw: Error, Hashable, Sendable {
        /// The line in the edited text.
        package let line: Int
        /// What is wrong.
        package let reason: Reason
    }

    /// Why an edited text cannot be taken: every line that is wrong.
    package struct Flaws: Error, Hashable, Sendable {
        /// The first ones, at most `limit`.
        package internal(set) var first: [Flaw] = []
        /// How many lines are wrong.
        package internal(set) var count = 0
        /// How many are kept.
        package static let limit = 10

        mutating func add(_ flaw: Flaw) {
            count += 1
            if first.count < Flaws.limit { first.append(flaw) }
        }
    }

    /// What can be wrong with a line.
    package enum Reason: Hashable, Sendable {
        case syntax(JSONSyntaxError)
        case notAnObject
        /// Its id and phone are those of none of the contacts.
        case stranger
        /// The contact stands there a second time.
        case repeated
        /// A member that cannot be written was changed, such as `phone`.
        case fixed(String)
        /// A value that the API does not take; a sentence.
        case invalid(String)
        /// Metadata keys that are gone, where none can be taken away.
        case removedKeys([String])
    }

    private let rows: [ContactRow]
    private let canRemoveMetadata: Bool
    private static let place = "line"
    private static let shown: [Field] = [.id, .phone, .name, .email, .tags, .metadata]

    /// The contacts to be edited, those that can be written.
    package init(_ rows: [ContactRow], canRemoveMetadata: Bool) {
        self.rows = rows.filter { $0.key != nil }
        self.canRemoveMetadata = canRemoveMetadata
    }

    /// The text to be edited.
    package var text: String {
        """
        # A contact a line. Change name, email, tags and metadata; id and phone stay.
        # A line that you take away leaves its contact as it is.

        """ + rows.indices.map { line($0) + "\n" }.joined()
    }

    private func line(_ index: Int) -> String {
        let contact = rows[index].contact
        var members: [JSONObject.Member] = []
        if case .place = rows[index].key {
            let number = JSONValue.number(JSONNumber(index + 1))
            members.append(JSONObject.Member(name: ContactLines.place, value: number))
        }
        members += ContactLines.shown.compactMap { field in
            let value = contact.record[field.name]
            guard field == .id || field == .phone ? value != nil : true else { return nil }
            return JSONObject.Member(
                name: field.name, value: value ?? ContactLines.blank(field))
        }
        return JSONValue.object(JSONObject(members)).jsonText
    }

    private static func blank(_ field: Field) -> JSONValue {
        switch field {
        case .tags: .array([])
        case .metadata: .object([:])
        default: .null
        }
    }

    /// The changes that make the contacts into what an edited text says.
    ///
    /// - Throws: `Flaws` where a line is wrong; then nothing is taken.
    package func changes(in edited: String) throws(Flaws) -> [ContactChange] {
        var changes: [ContactChange] = []
        var seen: Set<Int32> = []
        var flaws = Flaws()
        // Only this one ends a line of JSON: U+2028 and the like may stand within it.
        let lines = edited.unicodeScalars.split(
            separator: "\n", omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            let text = String(line).trimmingWhitespace()
            if text.isEmpty || text.hasPrefix("#") { continue }
            do throws(LineFlaw) {
                let object = try ContactLines.object(text)
                let row = try self.row(of: object)
                guard seen.insert(row.number).inserted else { throw LineFlaw(.repeated) }
                changes += try self.changes(of: row, to: object)
            } catch {
                flaws.add(Flaw(line: index + 1, reason: error.reason))
            }
        }
        if flaws.count > 0 { throw flaws }
        return changes
    }

    private struct LineFlaw: Error {
        let reason: Reason

        init(_ reason: Reason) {
            self.reason = reason
        }
    }

    private static func object(_ text: String) throws(LineFlaw) -> JSONObject {
        let value: JSONValue
        do throws(JSONSyntaxError) {
            value = try JSONValue(parsing: text)
        } catch {
            throw LineFlaw(.syntax(error))
        }
        guard let object = value.object else { throw LineFlaw(.notAnObject) }
        return object
    }

    private func row(of object: JSONObject) throws(LineFlaw) -> ContactRow {
        if case .number(let number)? = object[ContactLines.place] {
            guard let index = number.integerValue, rows.indices.contains(index - 1),
                case .place = rows[index - 1].key
            else { throw LineFlaw(.stranger) }
            return rows[index - 1]
        }
        let (id, phone) = (object[Field.id.name], object[Field.phone.name])
        let byID = rows.filter { id != nil && $0.contact.record[Field.id.name] == id }
        let byBoth = byID.filter { $0.contact.record[Field.phone.name] == phone }
        let byPhone = rows.filter { phone != nil && $0.contact.record[Field.phone.name] == phone }
        if let row = byBoth.first { return row }
        if byID.count == 1 {
            guard phone == nil else { throw LineFlaw(.fixed(Field.phone.name)) }
            return byID[0]
        }
        guard byPhone.count == 1 else { throw LineFlaw(.stranger) }
        guard id == nil else { throw LineFlaw(.fixed(Field.id.name)) }
        return byPhone[0]
    }

    private func changes(
        of row: ContactRow, to object: JSONObject
    ) throws(LineFlaw) -> [ContactChange] {
        guard let key = row.key else { return [] }
        var body: JSONObject = [:]
        for name in object.names
        where name != ContactLines.place && object[name] != row.contact.record[name] {
            guard let field = Field(rawValue: name), ContactLines.shown.contains(field),
                field != .id, field != .phone
            else { throw LineFlaw(.fixed(name)) }
            if object[name] == ContactLines.blank(field), row.contact.record[name] == nil {
                continue
            }
            body[name] = object[name] == .null ? .string("") : object[name]
        }
        let removed = body["metadata"] == nil ? [] : missingKeys(of: row.contact, in: object)
        if !canRemoveMetadata && !removed.isEmpty { throw LineFlaw(.removedKeys(removed)) }
        var patch = try self.patch(body)
        for member in patch.metadata.members
        where row.contact.metadata?[member.name] == member.value {
            patch.metadata[member.name] = nil
        }
        let retagging = ContactLines.retagging(&patch, of: row.contact)
        var changes: [Change] = patch.isEmpty ? [] : [.update(patch)]
        if let retagging { changes.append(retagging) }
        if !removed.isEmpty { changes.append(.removeMetadata(removed)) }
        return changes.map {
            ContactChange(key: key, change: $0, unlessChangedFrom: row.contact)
        }
    }

    /// Takes the tags out of a patch where single tags that come and go say as much: tags that
    /// others add meanwhile then stay.
    private static func retagging(_ patch: inout ContactPatch, of contact: Contact) -> Change? {
        guard let tags = patch.tags, contact.record[Field.tags.name]?.array != nil else {
            return nil
        }
        let (add, remove) = (tags.subtracting(contact.tags), contact.tags.subtracting(tags))
        let change = Change.retag(add: add, remove: remove)
        guard !add.isEmpty || !remove.isEmpty,
            (try? contact.after(change))?.tags.texts == tags.texts
        else { return nil }
        patch.tags = nil
        return change
    }

    private func missingKeys(of contact: Contact, in object: JSONObject) -> [String] {
        let kept = object[Field.metadata.name]?.object ?? [:]
        return (contact.metadata ?? [:]).names.filter { kept[$0] == nil }
    }

    private func patch(_ body: JSONObject) throws(LineFlaw) -> ContactPatch {
        if body["metadata"] == .string("") {
            throw LineFlaw(.invalid("The metadata field must be an object."))
        }
        var reader = BodyReader(body)
        let patch = reader.patch()
        guard let flaw = reader.flaws.first else { return patch }
        throw LineFlaw(.invalid(flaw.message))
    }
}
