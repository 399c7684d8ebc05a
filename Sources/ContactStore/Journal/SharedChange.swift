import ContactModel
import JSONText

/// The same writes to very many contacts: said once, whatever their number.
///
/// Contacts that differed in what they had before, which an undo will need, stand in changes of
/// their own.
struct SharedChange: Hashable, Sendable {
    var writes: [RecordChange.Write]
    var names: ContactNames

    /// The change of one of the contacts.
    func change(_ index: Int) -> RecordChange? {
        names.key(index).map { RecordChange(key: $0, writes: writes) }
    }

    /// What the writes leave in `updated_at`, where there is one.
    var stamp: String? {
        for case .stamp(let time) in writes { return time }
        return nil
    }

    /// What they do to the tags; nil where they do anything else.
    var retagging: RecordChange.Retagging? {
        var found: RecordChange.Retagging?
        for write in writes {
            switch write {
            case .stamp: break
            case .tags(let retagging) where found == nil: found = retagging
            default: return nil
            }
        }
        return found
    }
}

extension SharedChange {
    /// Appends the change as JSON.
    func write(to line: inout PiecedText) {
        let writes = JSONValue.array(writes.map { .object($0.record) })
        JSONValue.object(["writes": writes]).write(to: &line.tail)
        line.tail.removeLast()
        line.tail += ",\"\(names.kind.rawValue)\":".utf8
        names.write(to: &line)
        line.tail.append(UInt8(ascii: "}"))
    }

    /// Reads what `write` wrote; nil for anything else.
    init?(record: JSONObject) {
        let kind = ContactNames.Kind.allCases.first { record[$0.rawValue] != nil }
        guard let kind, let names = ContactNames(kind, record[kind.rawValue]),
            let values = record["writes"]?.array
        else { return nil }
        let writes = values.compactMap { value in
            value.object.flatMap(RecordChange.Write.init(record:))
        }
        guard writes.count == values.count else { return nil }
        self.init(writes: writes, names: names)
    }
}
