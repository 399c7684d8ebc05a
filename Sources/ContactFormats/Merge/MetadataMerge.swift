import ContactModel
import JSONText

extension ImportRecord {
    /// How deep metadata may be nested: what is written of them stands within other values.
    private static let depthLimit = 900

    /// Metadata are merged key by key; what is not named stays.
    func mergeMetadata(
        _ present: Contact, _ rules: ImportRules, _ merged: inout MergedRecord
    ) throws(RecordFlaw) {
        let whole = try wholeMetadata(present, rules, &merged)
        let (foreign, cells) = foreignMetadata(present)
        let members = foreign.keeping(name, asItStandsIn: present)
        guard !whole.isEmpty || !members.isEmpty || !cells.isEmpty else { return }
        let had = present.metadata ?? [:]
        guard members.leastSize <= ContactPatch.maximumMetadataBytes else {
            throw .metadataTooLarge(limit: ContactPatch.maximumMetadataBytes)
        }
        let (before, said) = (had.lookup, whole.lookup)
        // What stands in the metadata of a record goes before members beside it.
        let wanted = whole.counting + members.members.filter { said($0.name) == nil }
        var changed = JSONObject(wanted.filter { $0.value != before($0.name) })
        guard changed.leastSize <= ContactPatch.maximumMetadataBytes else {
            throw .metadataTooLarge(limit: ContactPatch.maximumMetadataBytes)
        }
        if let card = members[VCardKept.key], whole[VCardKept.key] == nil {
            let kept = had[VCardKept.key]
            let isSaid = VCardKept.says(card, kept, present)
            changed[VCardKept.key] = isSaid ? nil : VCardKept.merged(card, into: kept)
        }
        var standing = had
        for member in changed.members where !cells.isEmpty {
            standing[member.name] = member.value
        }
        let limit = ContactPatch.maximumMetadataBytes
        var size = 0
        for cell in cells where try write(cell, over: &standing, to: &changed, rules, &merged) {
            // A row of very many cells is not read to its end for nothing.
            let keys = cell.path.keys
            size += keys.count == 1 ? keys[0].utf8.count + cell.text.utf8.count : 0
            guard size <= limit else { throw .metadataTooLarge(limit: limit) }
        }
        changed = JSONObject(changed.members.filter { $0.value != before($0.name) })
        guard !changed.isEmpty else { return }
        if present.hasWrongType(.metadata) {
            let kind = present.record[Field.metadata.name]?.kind ?? ""
            throw .unusable(.unusable(.metadata, kind: kind))
        }
        var bytes: [UInt8] = []
        JSONValue.object(changed).write(to: &bytes)
        guard bytes.count <= limit else { throw .metadataTooLarge(limit: limit) }
        merged.patch.metadata = changed
    }

    /// The single values, but for those that the contact has as members beside its fields.
    private func foreignMetadata(_ present: Contact) -> (JSONObject, [MetadataCell]) {
        let prefix = "meta."
        let own = present.record.members
        let foreign = members.members.filter { member in
            !own.contains {
                $0.value == member.value && [member.name, prefix + member.name].contains($0.name)
            }
        }
        return (
            JSONObject(foreign),
            cells.filter {
                !$0.text.isEmpty
                    || present.record[prefix + $0.path.keys.joined(separator: ".")] != .null
            }
        )
    }

    /// The metadata that are given as one value; nothing where they stand there already.
    private func wholeMetadata(
        _ present: Contact, _ rules: ImportRules, _ merged: inout MergedRecord
    ) throws(RecordFlaw) -> JSONObject {
        guard let metadata else { return [:] }
        if metadata.isEmpty {
            // What the record says beside its metadata is not cleared.
            let said = Set(
                members.names.map { Array($0.utf8) }
                    + cells.filter { !$0.text.isEmpty }.map { Array($0.path.keys[0].utf8) })
            let empty = (present.metadata ?? [:]).members.filter { member in
                member.value != .null && !said.contains(Array(member.name.utf8))
                    && merged.clears(rules)
            }
            return JSONObject(
                empty.map { JSONObject.Member(name: $0.name, value: JSONValue.null) })
        }
        guard !stands(metadata, in: present, .metadata), !isOwn(.metadata, of: present) else {
            return [:]
        }
        let value: JSONValue
        do throws(JSONSyntaxError) {
            value = try JSONValue(
                parsing: Array(metadata.text.utf8), depthLimit: ImportRecord.depthLimit)
        } catch {
            throw .metadataNotJSON(error.reason, column: error.column)
        }
        if value.array?.isEmpty == true { return [:] }
        guard let object = value.object else { throw .wrongKind(.metadata, kind: value.kind) }
        return object
    }

    /// Writes the text to where it belongs, unless it stands there already. Where a number or
    /// true/false stood it stays one if the text is one; new values are text.
    ///
    /// - Parameter standing: the metadata as they are by now.
    /// - Returns: whether it was written.
    private func write(
        _ cell: MetadataCell, over standing: inout JSONObject, to changed: inout JSONObject,
        _ rules: ImportRules, _ merged: inout MergedRecord
    ) throws(RecordFlaw) -> Bool {
        let path = cell.path
        let dotted = path.keys.joined(separator: ".")
        // A row may have very many cells, so that what is near is looked at alone.
        var near: JSONObject = [:]
        for name in [path.keys[0], dotted] { near[name] = standing[name] }
        let old = path.value(in: near)
        let shown = Contact(record: [Field.metadata.name: .object(near)])
            .cell(.metadata(dotted))
        if old != nil && isCell(cell.text, shown) { return false }
        let isEmpty = cell.text.isEmpty
        if isEmpty, old == nil || old == .null { return false }
        // All metadata that are kept are counted already.
        if isEmpty, metadata?.isEmpty == true, !rules.clearsEmpty { return false }
        if isEmpty, !merged.clears(rules) { return false }
        let key = near[dotted] != nil ? [dotted] : path.keys
        let inner = MetadataCell.setting(
            key[...], to: isEmpty ? .null : cell.value(like: old), in: near[key[0]])
        guard let inner else { throw .unusable(.unusable(.metadata, kind: "text")) }
        standing[key[0]] = inner
        changed[key[0]] = inner
        return true
    }
}

extension MetadataCell {
    fileprivate func value(like old: JSONValue?) -> JSONValue {
        switch old {
        case .number: JSONNumber(text).map(JSONValue.number) ?? .string(text)
        case .bool where text == "true" || text == "false": .bool(text == "true")
        default: .string(text)
        }
    }

    /// The value with another one at the end of a path; nil where the path leads through a value
    /// that is no object.
    fileprivate static func setting(
        _ keys: ArraySlice<String>, to value: JSONValue, in old: JSONValue?
    ) -> JSONValue? {
        let rest = keys.dropFirst()
        guard let next = rest.first else { return value }
        guard var object = old == nil || old == .null ? [:] : old?.object else { return nil }
        guard let inner = setting(rest, to: value, in: object[next]) else { return nil }
        object[next] = inner
        return .object(object)
    }
}

extension JSONObject {
    /// With the name that a card's properties are kept for as the contact will have it, where that
    /// is made fit for one line.
    fileprivate func keeping(_ name: ImportValue?, asItStandsIn present: Contact) -> JSONObject {
        guard let text = name?.text, text.holdsControls, let card = self[VCardKept.key],
            present.name?.hasSameUTF8(as: text) != true
        else { return self }
        var members = self
        let fit = FieldEdit(madeFit: text).value ?? ""
        members[VCardKept.key] = VCardKept.renamed(card, from: text, to: fit)
        return members
    }

    /// How many bytes its text has at least.
    fileprivate var leastSize: Int { members.reduce(0) { $0 + $1.name.utf8.count + 5 } }

    /// The members that count: of a name that stands twice the last.
    fileprivate var counting: [Member] {
        guard repeatedName != nil else { return members }
        let lookup = lookup
        var seen: Set<[UInt8]> = []
        return members.filter { seen.insert(Array($0.name.utf8)).inserted }
            .map { Member(name: $0.name, value: lookup($0.name) ?? .null) }
    }

    /// Finds values by name, also where there are very many.
    fileprivate var lookup: (String) -> JSONValue? {
        guard members.count > 32 else { return { self[$0] } }
        let values = Dictionary(members.map { (Array($0.name.utf8), $0.value) }) { $1 }
        return { values[Array($0.utf8)] }
    }
}
