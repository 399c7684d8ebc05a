package import ContactModel
import JSONText

/// How records are brought together with what is there.
package struct ImportRules: Hashable, Sendable {
    /// Whether a contact gets exactly the tags of its record; else they are added.
    package var replacesTags: Bool
    /// Whether what is empty in a record is cleared; else it says nothing.
    package var clearsEmpty: Bool
    /// Where new contacts may come from; nil for anywhere.
    package var sources: [String]?

    /// Rules; by default nothing is lost.
    package init(replacesTags: Bool = false, clearsEmpty: Bool = false) {
        self.replacesTags = replacesTags
        self.clearsEmpty = clearsEmpty
    }
}

/// What a record writes to a contact.
package struct MergedRecord: Hashable, Sendable {
    /// The fields that change; tags as the whole list.
    package var patch = ContactPatch()
    /// The tags that are new, where none is taken away.
    package var addedTags = TagList()
    /// How many fields are cleared.
    package var cleared = 0
    /// How many fields are empty in the record and stay as they are.
    package var kept = 0
    /// How many values hold what does not fit into one line and is made fit.
    package var madeFit = 0
    /// How many tags held commas and are several.
    package var splitTags = 0
}

extension ImportRecord {
    /// What the record writes to a contact that stands so: only what differs.
    ///
    /// A value that stands in the contact already is never looked at, so what was exported can
    /// come back whatever it is.
    ///
    /// - Throws: the first flaw of what would be written.
    package func merged(
        into present: Contact, _ rules: ImportRules
    ) throws(RecordFlaw) -> MergedRecord {
        var merged = MergedRecord()
        try mergeName(present, rules, &merged)
        try mergeEmail(present, rules, &merged)
        try mergeTags(present, rules, &merged)
        try mergeMetadata(present, rules, &merged)
        return merged
    }

    private func mergeName(
        _ present: Contact, _ rules: ImportRules, _ merged: inout MergedRecord
    ) throws(RecordFlaw) {
        guard let name, !stands(name, in: present, .name), !isOwn(.name, of: present),
            !isCompanyName || present.cell(.field(.name)).isBlank
        else { return }
        if name.isEmpty {
            merged.patch.name = merged.clear(.name, of: present, rules)
        } else {
            try name.checkKind(.name)
            let edit = FieldEdit(madeFit: name.text)
            let isThere = present.cell(.field(.name)).hasSameUTF8(as: edit.value ?? "")
            guard !isThere else { return }
            merged.patch.name = edit
            if name.text.holdsControls { merged.madeFit += 1 }
        }
    }

    private func mergeEmail(
        _ present: Contact, _ rules: ImportRules, _ merged: inout MergedRecord
    ) throws(RecordFlaw) {
        guard let email, !stands(email, in: present, .email), !isOwn(.email, of: present) else {
            return
        }
        if email.isEmpty {
            merged.patch.email = merged.clear(.email, of: present, rules)
            return
        }
        try email.checkKind(.email)
        guard let address = EmailAddress(email.text) else { throw .email(email.text) }
        guard present.email?.hasSameUTF8(as: address.text) != true else { return }
        merged.patch.email = .set(address)
    }

    private func mergeTags(
        _ present: Contact, _ rules: ImportRules, _ merged: inout MergedRecord
    ) throws(RecordFlaw) {
        guard let tags, !stands(tags.written, in: present, .tags), !isOwn(.tags, of: present)
        else { return }
        try tags.written.checkKind(.tags)
        let stored = present.record[Field.tags.name]?.array
        guard stored == nil || stored != tags.texts.map(JSONValue.string) else { return }
        let texts = tags.texts.filter { !$0.isBlank }
        if texts.isEmpty {
            guard !present.tags.isEmpty else { return }
            let clears: FieldEdit<String>? = merged.clear(.tags, of: present, rules)
            guard clears != nil else { return }
            try present.checkHoldsTags()
            merged.patch.tags = TagList()
            return
        }
        let had = present.tags
        var wanted: [Tag] = []
        for text in texts {
            if let same = had.tags.first(where: { $0.text.hasSameUTF8(as: text) }) {
                wanted.append(same)
            } else {
                wanted += try ImportRecord.tags(text, &merged)
            }
        }
        let list = TagList(wanted)
        let new = rules.replacesTags ? list : had.appending(list)
        guard new != had else { return }
        try present.checkHoldsTags()
        merged.patch.tags = new
        if had.subtracting(new).isEmpty { merged.addedTags = new.subtracting(had) }
    }

    private static func tags(
        _ text: String, _ merged: inout MergedRecord
    ) throws(RecordFlaw) -> [Tag] {
        guard text.utf8.contains(UInt8(ascii: ",")) else { return [try tag(text)] }
        merged.splitTags += 1
        var tags: [Tag] = []
        for part in text.unicodeScalars.split(separator: ",") {
            let name = String(part).trimmingWhitespace()
            if !name.isEmpty { tags.append(try tag(name)) }
        }
        return tags
    }

    private static func tag(_ text: String) throws(RecordFlaw) -> Tag {
        do throws(TagFlaw) {
            return try Tag(text)
        } catch {
            throw .tag(text, error)
        }
    }
}

extension MergedRecord {
    /// Clears a field in which something stands, or counts it as kept.
    fileprivate mutating func clear<Value>(
        _ field: Field, of present: Contact, _ rules: ImportRules
    ) -> FieldEdit<Value>? {
        guard !present.shown(field).isEmpty else { return nil }
        return clears(rules) ? .clear : nil
    }

    /// Whether a value is cleared that is empty in the record; counts it as cleared or kept.
    mutating func clears(_ rules: ImportRules) -> Bool {
        if rules.clearsEmpty { cleared += 1 } else { kept += 1 }
        return rules.clearsEmpty
    }
}

extension ImportRecord {
    /// Whether a field is taken from members of other names than its own.
    package func isBorrowed(_ field: Field) -> Bool { borrowed[field] != nil }

    /// The id or phone under just that name, as it is written; empty where there is none.
    package func ownKey(_ field: Field) -> String {
        switch field {
        case .phone: isBorrowed(field) ? unusedPhone : phone?.cell ?? ""
        case .id: isBorrowed(field) ? "" : id?.text ?? ""
        default: ""
        }
    }

    /// Whether a field is borrowed from members that the contact has under just these names: its
    /// own export tells of them, and says nothing else by it.
    package func isOwn(_ field: Field, of contact: Contact) -> Bool {
        guard let members = borrowed[field] else { return false }
        return members.members.allSatisfy { contact.record[$0.name] == $0.value }
    }

    /// Whether a value stands in a field as it is, also as a spreadsheet's text.
    func stands(_ value: ImportValue, in present: Contact, _ field: Field) -> Bool {
        let there = present.cell(.field(field))
        let isJSON =
            value.kind != nil
            && present.record[field.name]?.jsonText.hasSameUTF8(as: value.text) == true
        return isJSON || isCell(value.cell ?? value.text, there)
    }

    /// Whether a text is what is written for a cell, with or without what keeps a spreadsheet
    /// from running it.
    func isCell(_ text: String, _ cell: String) -> Bool {
        text.hasSameUTF8(as: cell) || mayBeInert && text.hasSameUTF8(as: CSVText.inert(cell))
    }
}

extension Contact {
    /// Makes sure that what stands in the field are tags, which alone can be written over.
    fileprivate func checkHoldsTags() throws(RecordFlaw) {
        guard hasWrongType(.tags) else { return }
        throw .unusable(.unusable(.tags, kind: record[Field.tags.name]?.kind ?? ""))
    }
}

extension ImportValue {
    fileprivate func checkKind(_ field: Field) throws(RecordFlaw) {
        if let kind { throw .wrongKind(field, kind: kind) }
    }
}
