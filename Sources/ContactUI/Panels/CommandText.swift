import ContactModel
import JSONText

/// How the newest change of a session is told as a command.
package enum LastChange: Hashable, Sendable {
    /// By this one.
    case command(String)
    /// As the log has it.
    case newestStep
}

/// What was done on screen as a line for a shell.
package enum CommandText {
    /// The command that does what these lines of a plan say.
    static func applying(_ lines: [JSONObject], option: String) -> String {
        let place = option.isEmpty ? "" : " " + option
        if lines.count == 1, let single = update(lines[0], place) { return single }
        let plan = lines.map { JSONValue.object($0).jsonText }.joined(separator: "\n")
        return "patchbook apply -\(place) <<'PLAN'\n\(plan)\nPLAN"
    }

    /// The command that lists what a filter shows.
    static func listing(_ filter: String, option: String) -> String {
        let place = option.isEmpty ? "" : " " + option
        return "patchbook list\(place)" + (filter.isEmpty ? "" : " -- " + quoted(filter))
    }

    /// The command that tags everybody whom a filter shows.
    static func tagging(
        _ filter: String, add: [String], remove: [String], option: String
    ) -> String {
        let words =
            (option.isEmpty ? [] : [option]) + add.map { "--add " + quoted($0) }
            + remove.map { "--remove " + quoted($0) }
        return "patchbook tag " + words.joined(separator: " ") + " -- " + quoted(filter)
    }

    private static func update(_ line: JSONObject, _ place: String) -> String? {
        let known: Set = ["contact_id", "phone", "name", "email", "tags", "metadata"]
        guard let key = (line["contact_id"] ?? line["phone"])?.text,
            line.names.allSatisfy(known.contains)
        else { return nil }
        var words = "patchbook update\(place)"
        for field in ["name", "email", "tags"] {
            if let text = line[field]?.text { words += " --\(field) \(quoted(text))" }
        }
        if let metadata = line["metadata"] { words += " --metadata \(quoted(metadata.jsonText))" }
        return words + " -- " + quoted(key)
    }

    /// A word as a shell takes it whole.
    package static func quoted(_ text: String) -> String {
        let isPlain =
            !text.isEmpty
            && text.utf8.allSatisfy { byte in
                Character(Unicode.Scalar(byte)).isLetter && byte < 0x80
                    || (0x30...0x39).contains(byte) || "+-_./@:,=".utf8.contains(byte)
            }
        return isPlain ? text : "'" + text.replacing("'", with: "'\\''") + "'"
    }
}
