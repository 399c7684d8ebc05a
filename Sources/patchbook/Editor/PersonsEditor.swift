import ContactUI
import Glibc
import JSONText

/// Metadata in the editor that $VISUAL or $EDITOR names.
enum PersonsEditor {
    /// Lets a person edit metadata as JSON; opens again at the place of a mistake.
    static func edit(_ entries: [MetadataEntry]) -> EditedMetadata {
        var name = Array("/tmp/patchbook-XXXXXX.json".utf8CString)
        let file = mkstemps(&name, 5)
        guard file >= 0 else { return .failed(Failure("no temporary file can be made")) }
        close(file)
        let path = String(decoding: name.prefix { $0 != 0 }.map(UInt8.init), as: UTF8.self)
        defer { unlink(path) }
        let before = text(of: entries)
        guard SmallFile.write(Array(before.utf8), to: path) else {
            return .failed(Failure("\(path) cannot be written"))
        }
        var line = 1
        while true {
            let status = run(path, line: line)
            guard status == 0 else {
                return .failed(Failure("the editor ended with status \(status); nothing is taken"))
            }
            guard let after = SmallFile.read(path) else {
                return .failed(Failure("\(path) cannot be read; at most 1 MB"))
            }
            if after.elementsEqual(before.utf8) { return .unchanged }
            do throws(JSONSyntaxError) {
                let value = try JSONValue(parsing: after)
                guard let object = value.object else {
                    return .failed(Failure("metadata is an object, not a \(value.kind)"))
                }
                return .object(self.entries(of: object))
            } catch {
                line = error.line
                guard asksAgain(error) else { return .failed(Failure("metadata left as it was")) }
            }
        }
    }

    private static func text(of entries: [MetadataEntry]) -> String {
        var object: JSONObject = [:]
        for entry in entries {
            object[entry.key] = (try? entry.kind.value(of: entry.text)) ?? .string(entry.text)
        }
        return JSONValue.object(object).prettyText + "\n"
    }

    private static func entries(of object: JSONObject) -> [MetadataEntry] {
        object.members.map { member in
            MetadataEntry(
                key: member.name, kind: ValueKind(of: member.value),
                text: ValueKind.editedText(of: member.value))
        }
    }

    private static func asksAgain(_ error: JSONSyntaxError) -> Bool {
        Streams.print(
            "Line \(error.line), column \(error.column): \(SyntaxWording.phrase(error)).")
        Streams.print("Enter opens the editor there again; any other answer drops the edit.")
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
