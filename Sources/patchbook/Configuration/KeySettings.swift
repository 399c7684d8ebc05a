import ContactUI
import Screen
import TOMLText

/// The sections `[keys.PLACE]`.
struct KeySettings {
    private let section: TOMLTable.Entry

    init(_ section: TOMLTable.Entry) {
        self.section = section
    }

    /// A wish, and where it and its keys stand in the file.
    private struct Written {
        let wish: Keymap.Rebinding
        let position: TOMLPosition
        let keys: [(text: String, position: TOMLPosition)]
    }

    /// The map with everything that makes sense, problems noted.
    func applied(to keymap: Keymap, _ notes: inout SettingsNotes) -> Keymap {
        let written = wishes(&notes)
        let (rebound, problems) = keymap.rebound(written.map(\.wish))
        for problem in problems {
            let wish = written[problem.wish]
            let key = problem.key.map { wish.keys[$0] }
            notes.add(
                KeyWording.phrase(problem.flaw, key: key?.text, in: wish.wish),
                at: key?.position ?? wish.position)
        }
        return rebound
    }

    private func wishes(_ notes: inout SettingsNotes) -> [Written] {
        var written: [Written] = []
        for place in notes.section(section)?.entries ?? [] {
            guard let context = KeyContext(rawValue: place.name) else {
                notes.unknown(
                    "keys has no place", place.name, at: place.position,
                    among: KeyContext.allCases.map(\.rawValue))
                continue
            }
            for entry in notes.section(place)?.entries ?? [] {
                if let wish = wish(entry, in: context, &notes) { written.append(wish) }
            }
        }
        return written
    }

    private func wish(
        _ entry: TOMLTable.Entry, in context: KeyContext, _ notes: inout SettingsNotes
    ) -> Written? {
        let command = Command(rawValue: entry.name)
        guard command != nil || entry.name == KeySettings.unbind else {
            notes.unknown(
                "unknown command", entry.name, at: entry.position,
                among: Command.allCases.map(\.rawValue) + [KeySettings.unbind])
            return nil
        }
        guard let texts = notes.texts(entry) else { return nil }
        var read: [[Key]] = []
        var kept: [(text: String, position: TOMLPosition)] = []
        for (text, position) in texts {
            if let keys = KeySettings.keys(text) {
                read.append(keys)
                kept.append((text, position))
            } else {
                notes.add(
                    "'\(text)' is no key: such as j, Ctrl-S, Alt-Enter, PgDn, F5, or g g",
                    at: position)
            }
        }
        // None that could be read is not the same as none wanted.
        guard !read.isEmpty || entry.value.array?.isEmpty == true else { return nil }
        return Written(
            wish: Keymap.Rebinding(in: context, command, read), position: entry.position,
            keys: kept)
    }

    private static let unbind = "unbind"

    /// The keys of a notation such as `g g`; nil where one of them is no key.
    private static func keys(_ text: String) -> [Key]? {
        let keys = text.split(separator: " ").map { Key(notation: String($0)) }
        let known = keys.compactMap(\.self)
        return known.isEmpty || known.count < keys.count ? nil : known
    }
}

/// What is wrong with wishes for keys, in words.
enum KeyWording {
    static func phrase(
        _ flaw: Keymap.RebindingFlaw, key: String?, in wish: Keymap.Rebinding
    ) -> String {
        let place = wish.context.rawValue
        let key = key ?? ""
        switch flaw {
        case .taken(nil, let keys):
            return "'\(key)' is unbound in [keys.\(place)] already (as '\(notation(keys))')"
        case .taken(let command?, let keys):
            let other = notation(keys)
            let name = wish.command?.rawValue ?? "unbind"
            return other == key
                ? "'\(key)' already means \(command.rawValue) in \(place), so not \(name)"
                : "'\(key)' and '\(other)' (\(command.rawValue)) cannot both be keys in \(place)"
        case .typed:
            return "'\(key)' is typed in \(place); take a key with Ctrl or Alt"
        case .sequence: return "keys in a row, such as '\(key)', do nothing in \(place)"
        case .neverSent(let actual):
            return "terminals send \(actual.notation) for '\(key)'; bind \(actual.notation)"
        case .meaningless: return "\(wish.command?.rawValue ?? "this") does nothing in \(place)"
        case .unboundAlready: return "'\(key)' does nothing in \(place) anyway"
        case .unreachable(let command):
            return "'\(key)' was the last key of \(command.rawValue), which has none in "
                + "\(place) now; give it another, or []"
        }
    }

    private static func notation(_ keys: [Key]) -> String {
        keys.map(\.notation).joined(separator: " ")
    }
}
