import JSONText

/// The part of the manual page that lists the commands, made from what the program says of itself.
struct ManualSection {
    private var lines: [String] = []

    /// Reads the program's own description of its commands.
    init(dump: String) throws {
        let root = try JSONValue(parsing: dump)["command"]
        for command in root["subcommands"].items { add(command, path: "patchbook") }
    }

    /// The section in mdoc(7).
    var text: String { lines.joined(separator: "\n") + "\n" }

    private mutating func add(_ command: JSONValue, path: String) {
        guard let name = command["commandName"].text, name != "help" else { return }
        let path = "\(path) \(name)"
        let inner = command["subcommands"].items
        guard inner.isEmpty else {
            for command in inner { add(command, path: path) }
            return
        }
        let arguments = command["arguments"].items
        let places = arguments.filter { $0["kind"].text == "positional" }
        lines.append(
            ".Ss " + ManualSection.fit(([path] + places.map(placeholder)).joined(separator: " ")))
        lines.append(ManualSection.fit(command["abstract"].text ?? ""))
        for paragraph in (command["discussion"].text ?? "").split(separator: "\n") {
            lines += [".Pp", ManualSection.fit(paragraph)]
        }
        lines.append(".Bl -tag -width Ds")
        for argument in arguments { add(argument) }
        lines.append(".El")
    }

    private func placeholder(_ argument: JSONValue) -> String {
        let name =
            (argument["valueName"].text ?? "") + (argument.holds("isRepeating") ? " ..." : "")
        return argument.holds("isOptional") ? "[\(name)]" : name
    }

    private mutating func add(_ argument: JSONValue) {
        let value = argument["valueName"].text ?? ""
        guard !["version", "help"].contains(value) || argument["kind"].text != "flag" else {
            return
        }
        switch argument["kind"].text {
        case "positional": lines.append(".It Ar \(ManualSection.fit(value))")
        case "flag": lines.append(".It Fl -\(option(argument))")
        default: lines.append(".It Fl -\(option(argument)) Ar \(ManualSection.fit(value))")
        }
        var words = argument["abstract"].text ?? ""
        let choices = argument["allValues"].items.compactMap(\.text)
        if !choices.isEmpty { words += " One of: \(choices.joined(separator: ", "))." }
        if let usual = argument["defaultValue"].text { words += " Without it: \(usual)." }
        lines.append(ManualSection.fit(words))
        if let more = argument["discussion"].text {
            lines += [".Pp", ManualSection.fit(more.split(separator: "\n").joined(separator: " "))]
        }
    }

    private func option(_ argument: JSONValue) -> String {
        argument["preferredName"]["name"].text ?? ""
    }

    /// Text that means itself in mdoc(7).
    private static func fit(_ text: some StringProtocol) -> String {
        let text = String(text).replacing("\\", with: "\\e").replacing("-", with: "\\-")
        return text.hasPrefix(".") || text.hasPrefix("'") ? "\\&" + text : text
    }
}

extension JSONValue {
    fileprivate subscript(name: String) -> JSONValue { object?[name] ?? .null }

    fileprivate var items: [JSONValue] { array ?? [] }

    fileprivate func holds(_ name: String) -> Bool { self[name] == .bool(true) }
}
