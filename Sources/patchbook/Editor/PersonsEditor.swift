import ContactModel
import ContactUI
import Glibc
import JSONText

/// A text in the editor that $VISUAL or $EDITOR names, opened again at the place of a mistake.
enum PersonsEditor {
    /// How editing ended.
    enum Ending {
        /// The text as it was left.
        case text(String)
        case unchanged
        case failed(Failure)
    }

    /// What is wrong with an edited text, and where.
    struct Mistake: Error {
        let line: Int
        let message: String
    }

    /// Lets a person edit a text until `accept` takes it; a mistake is shown, and the editor
    /// opened again at its line where the person wants that.
    static func edit(
        _ before: String, ending: String, _ accept: (String) throws(Mistake) -> Void
    ) -> Ending {
        guard let path = temporaryFile(ending) else {
            return .failed(Failure("no temporary file can be made in \(folder)"))
        }
        var isKept = false
        defer { if !isKept { unlink(path) } }
        guard SmallFile.write(Array(before.utf8), to: path) else {
            return .failed(Failure("\(path) cannot be written"))
        }
        var line = 1
        while true {
            let status = run(path, line: line)
            guard status == 0 else {
                isKept = SmallFile.read(path).map { !$0.elementsEqual(before.utf8) } ?? false
                return .failed(
                    Failure(
                        "the editor ended with status \(status); nothing is taken",
                        advice: isKept ? "what was written is in \(path)" : ""))
            }
            guard let bytes = SmallFile.read(path) else {
                return .failed(Failure("\(path) cannot be read; at most 64 MB"))
            }
            let after = String(decoding: bytes, as: UTF8.self)
            if after.utf8.elementsEqual(before.utf8) { return .unchanged }
            do throws(Mistake) {
                guard bytes.elementsEqual(after.utf8) else {
                    throw Mistake(line: 1, message: "the bytes are not UTF-8")
                }
                try accept(after)
                return .text(after)
            } catch {
                line = error.line
                guard asksAgain(error) else {
                    isKept = true
                    return .failed(
                        Failure("nothing is taken", advice: "what was written is in \(path)"))
                }
            }
        }
    }

    private static var folder: String { UserPaths.environment("TMPDIR") ?? "/tmp" }

    private static func temporaryFile(_ ending: String) -> String? {
        var name = Array("\(folder)/patchbook-XXXXXX\(ending)".utf8CString)
        let file = mkstemps(&name, Int32(ending.utf8.count))
        guard file >= 0 else { return nil }
        close(file)
        return String(decoding: name.prefix { $0 != 0 }.map(UInt8.init), as: UTF8.self)
    }

    private static func asksAgain(_ mistake: Mistake) -> Bool {
        Streams.print("Line \(mistake.line): \(Streams.neutral(mistake.message)).")
        Streams.print("Enter opens the editor there again; any other answer goes back without it.")
        Streams.flush()
        return readLine()?.isEmpty == true
    }

    /// Runs the editor on a file at a line and waits for it.
    private static func run(_ path: String, line: Int) -> Int32 {
        let editor =
            UserPaths.environment("VISUAL") ?? UserPaths.environment("EDITOR") ?? "vi"
        let place = line > 1 ? " +\(line)" : ""
        let words = ["/bin/sh", "-c", "\(editor)\(place) \"$1\"", "sh", path]
        return ChildProcess.run(words)
    }
}

/// The metadata of one contact in the person's own editor.
enum MetadataEditor {
    static func edit(_ entries: [MetadataEntry]) -> EditedMetadata {
        var edited: JSONObject = [:]
        let ending = PersonsEditor.edit(text(of: entries), ending: ".json") {
            text throws(PersonsEditor.Mistake) in
            edited = try object(text)
        }
        switch ending {
        case .unchanged: return .unchanged
        case .failed(let failure): return .failed(failure)
        case .text: return .object(self.entries(of: edited))
        }
    }

    private static func object(_ text: String) throws(PersonsEditor.Mistake) -> JSONObject {
        let value: JSONValue
        do throws(JSONSyntaxError) {
            value = try JSONValue(parsing: text)
        } catch {
            let words = SyntaxWording.phrase(error)
            throw PersonsEditor.Mistake(
                line: error.line, message: "column \(error.column): \(words)")
        }
        guard let object = value.object else {
            throw PersonsEditor.Mistake(
                line: 1, message: "metadata is an object, not a \(value.kind)")
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
    static func edit(_ rows: [ContactRow], canRemoveMetadata: Bool) -> EditedContacts {
        let lines = ContactLines(rows, canRemoveMetadata: canRemoveMetadata)
        var changes: [ContactChange] = []
        let ending = PersonsEditor.edit(lines.text, ending: ".jsonl") {
            text throws(PersonsEditor.Mistake) in
            do throws(ContactLines.Flaw) {
                changes = try lines.changes(in: text)
            } catch {
                throw PersonsEditor.Mistake(line: error.line, message: phrase(error.reason))
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
