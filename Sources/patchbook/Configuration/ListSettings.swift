import ContactModel
import ContactUI
import TOMLText

extension SettingsSections {
    static let listNames = ["columns", "sort", "highlight"]

    mutating func readList(
        _ entry: TOMLTable.Entry, into configuration: inout Configuration
    ) {
        for setting in notes.section(entry)?.entries ?? [] {
            switch setting.name {
            case "columns":
                let columns = readColumns(setting)
                if !columns.isEmpty { configuration.view.columns = columns }
            case "sort":
                guard let text = notes.text(setting) else { continue }
                if let order = SortOrder(written: text) {
                    configuration.view.order = order
                } else {
                    notes.add(
                        "sort wants columns such as \"name,created_at:desc\"",
                        at: setting.value.position)
                }
            case "highlight":
                ThemeSettings.readHighlight(setting, into: &configuration.theme, &notes)
            default:
                notes.unknown(
                    "unknown setting", setting.name, at: setting.position,
                    among: SettingsSections.listNames)
            }
        }
    }

    private mutating func readColumns(_ entry: TOMLTable.Entry) -> [Column] {
        guard let names = notes.texts(entry) else { return [] }
        if names.isEmpty { notes.add("columns names none", at: entry.value.position) }
        var columns: [Column] = []
        for (name, position) in names {
            if let column = Column(name: name) {
                if columns.contains(column) {
                    notes.add("column '\(name)' stands twice", at: position)
                } else {
                    columns.append(column)
                }
            } else {
                notes.unknown(
                    "unknown column", name, at: position, among: Field.allCases.map(\.name))
            }
        }
        return columns
    }
}
