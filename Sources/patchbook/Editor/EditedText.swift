import ContactModel
import ContactUI
import JSONText

/// The metadata of one contact in the person's own editor.
enum MetadataEditor {
    static func edit(_ entries: [MetadataEntry], in editor: PersonsEditor) -> EditedMetadata {
        var edited: JSONObject = [:]
        let ending = editor.edit(text(of: entries), ending: ".json") {
            text throws(PersonsEditor.Mistakes) in
            edited = try object(text)
        }
        switch ending {
        case .unchanged: return .unchanged
        case .failed(let failure): return .failed(failure)
        case .text: return .object(self.entries(of: edited))
        }
    }

    private static func object(_ text: String) throws(PersonsEditor.Mistakes) -> JSONObject {
        let value: JSONValue
        do throws(JSONSyntaxError) {
            value = try JSONValue(parsing: text)
        } catch {
            let words = SyntaxWording.phrase(error)
            throw PersonsEditor.Mistakes(
                line: error.line, "column \(error.column): \(words)")
        }
        guard let object = value.object else {
            throw PersonsEditor.Mistakes(
                line: 1, "metadata is an object, not a \(value.kind)")
        }
        return object
    }

    private static func text(of entries: [MetadataEntry]) -> String {
        var object: JSONObject = [:]
        for entry in entries {
            object[entry.key] = (try? entry.kind.value(of: entry.text)) ?? .string(entry.text)
        }
        return JSONValue.object(object).prettyText + "\n"
    }

    private static func entries(of object: JSONObject) -> [MetadataEntry] {
        var seen: Set<String> = []
        return object.names.filter { seen.insert($0).inserted }.compactMap { name in
            object[name].map { value in
                MetadataEntry(
                    key: name, kind: ValueKind(of: value),
                    text: ValueKind.editedText(of: value))
            }
        }
    }
}

/// Many contacts in the person's own editor, a line each.
enum ContactsEditor {
    static func edit(
        _ rows: [ContactRow], canRemoveMetadata: Bool, in editor: PersonsEditor
    ) -> EditedContacts {
        let lines = ContactLines(rows, canRemoveMetadata: canRemoveMetadata)
        var changes: [ContactChange] = []
        let ending = editor.edit(lines.text, ending: ".jsonl") {
            text throws(PersonsEditor.Mistakes) in
            do throws(ContactLines.Flaws) {
                changes = try lines.changes(in: text)
            } catch {
                throw PersonsEditor.Mistakes(
                    error.first.map { ($0.line, phrase($0.reason)) }, count: error.count)
            }
        }
        switch ending {
        case .unchanged: return .unchanged
        case .failed(let failure): return .failed(failure)
        case .text: return changes.isEmpty ? .unchanged : .changes(changes)
        }
    }

    private static func phrase(_ reason: ContactLines.Reason) -> String {
        switch reason {
        case .syntax(let error): "column \(error.column): \(SyntaxWording.phrase(error))"
        case .notAnObject: "a contact is an object, {…}"
        case .stranger: "no contact of these has this id and phone"
        case .repeated: "this contact stands there already"
        case .fixed(let name): "\(name) cannot be changed here"
        case .invalid(let sentence): sentence
        case .removedKeys(let keys):
            "the API cannot remove \(keys.joined(separator: ", ")); null keeps a key empty"
        }
    }
}
