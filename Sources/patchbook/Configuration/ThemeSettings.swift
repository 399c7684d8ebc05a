import ContactUI
import Screen
import TOMLText

/// The looks of a theme's file, or of `[theme]`.
enum ThemeSettings {
    /// Reads looks into a theme; `isOverriding` allows the name that `[theme]` has.
    static func read(
        _ table: TOMLTable, into theme: inout Theme, _ notes: inout SettingsNotes,
        isOverriding: Bool = false
    ) {
        for entry in table.entries {
            if let part = Theme.Part(rawValue: entry.name) {
                if let style = style(entry, &notes) { theme[part] = style }
            } else if entry.name == "tags" {
                readTags(entry, into: &theme, &notes)
            } else if entry.name == "highlight" {
                readHighlight(entry, into: &theme, &notes)
            } else if entry.name != "name" || !isOverriding {
                notes.unknown(
                    "a theme has no", entry.name, at: entry.position,
                    among: Theme.Part.allCases.map(\.rawValue) + ["tags", "highlight"])
            }
        }
    }

    static func readHighlight(
        _ entry: TOMLTable.Entry, into theme: inout Theme, _ notes: inout SettingsNotes
    ) {
        guard let text = notes.text(entry) else { return }
        if let highlight = Highlight(rawValue: text) {
            theme.highlight = highlight
        } else {
            notes.add(
                "highlight is one of \"name\", \"marker\", \"row\"", at: entry.value.position)
        }
    }

    private static func style(_ entry: TOMLTable.Entry, _ notes: inout SettingsNotes) -> Style? {
        let written = entry.value.integer.map { String($0) } ?? entry.value.text
        guard let written = notes.want(written, "a look such as \"bold red\"", for: entry) else {
            return nil
        }
        if let style = Style(written: written) { return style }
        notes.add(
            "'\(written)' is no look: bold, dim, underline, reverse, italic, a colour's name or "
                + "0 to 255, and 'on' with the colour behind", at: entry.value.position)
        return nil
    }

    private static func readTags(
        _ entry: TOMLTable.Entry, into theme: inout Theme, _ notes: inout SettingsNotes
    ) {
        guard let elements = notes.want(entry.value.array, "a list of colours", for: entry) else {
            return
        }
        var colors: [Color] = []
        for element in elements {
            let written = element.integer.map { String($0) } ?? element.text ?? ""
            if let color = Color(written: written) {
                colors.append(color)
            } else {
                notes.add("'\(written)' is no colour", at: element.position)
            }
        }
        if !colors.isEmpty { theme.tagColors = colors }
    }
}
