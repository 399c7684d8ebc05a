import ContactModel
import ContactUI
import TOMLText

extension Configuration {
    /// Reads settings; what makes no sense is left out and becomes a problem.
    ///
    /// Where the file stops being TOML, what stands before counts, but for profiles: one that is
    /// half read might send a token to the wrong place.
    package init(reading file: SettingsFile, lookup: @escaping SettingsLookup) {
        self.init()
        let root: TOMLTable
        do throws(TOMLSyntaxError) {
            let (table, flaw) = try TOMLTable.readable(file.bytes)
            root = table
            if let flaw { breakOff(at: SettingsWording.problem(flaw, in: file.name)) }
        } catch {
            breakOff(at: SettingsWording.problem(error, in: file.name))
            return
        }
        var sections = SettingsSections(root, file: file.name, lookup: lookup)
        sections.read(into: &self)
        if let breakOff {
            brokenProfiles.merge(profiles.mapValues { _ in breakOff }) { first, _ in first }
            profiles = [:]
        }
        problems += sections.notes.problems
    }

    private mutating func breakOff(at problem: ConfigurationProblem) {
        breakOff = problem
        problems = [problem]
    }
}

/// Problems of one file, as they are found.
struct SettingsNotes {
    let file: String
    var problems: [ConfigurationProblem] = []

    mutating func add(_ message: String, at position: TOMLPosition) {
        problems.append(
            ConfigurationProblem(
                file: file, line: position.line, column: position.column, message))
    }

    /// The value of a kind that is wanted; nil, with a problem, where it is of another.
    mutating func want<T>(
        _ value: T?, _ wanted: String, for entry: TOMLTable.Entry
    ) -> T? {
        if value == nil {
            add(
                "\(entry.name) wants \(wanted), not \(SettingsWording.article(entry.value))",
                at: entry.value.position)
        }
        return value
    }

    mutating func text(_ entry: TOMLTable.Entry) -> String? {
        want(entry.value.text, "text in quotes", for: entry)
    }

    mutating func bool(_ entry: TOMLTable.Entry) -> Bool? {
        want(entry.value.bool, "true or false", for: entry)
    }

    mutating func section(_ entry: TOMLTable.Entry) -> TOMLTable? {
        want(entry.value.table, "a section", for: entry)
    }

    /// The elements of a list of texts, or one text that stands alone.
    mutating func texts(_ entry: TOMLTable.Entry) -> [(text: String, position: TOMLPosition)]? {
        if let text = entry.value.text { return [(text, entry.value.position)] }
        guard let elements = want(entry.value.array, "a list such as [\"…\"]", for: entry) else {
            return nil
        }
        return elements.compactMap { element in
            if let text = element.text { return (text, element.position) }
            add("a list of texts holds \(SettingsWording.article(element))", at: element.position)
            return nil
        }
    }

    /// A name that means nothing here, with the nearest that would.
    mutating func unknown(
        _ what: String, _ name: String, at position: TOMLPosition, among known: [String]
    ) {
        add("\(what) '\(name)'" + Nearest.hint(for: name, among: known), at: position)
    }
}

/// The sections of `config.toml`.
struct SettingsSections {
    private let root: TOMLTable
    private let lookup: SettingsLookup
    var notes: SettingsNotes

    init(_ root: TOMLTable, file: String, lookup: @escaping SettingsLookup) {
        self.root = root
        self.lookup = lookup
        notes = SettingsNotes(file: file)
    }

    private static let names = [
        "file", "calling_code", "trunk_prefix", "esc_delay", "mouse", "window_title", "key_set",
        "history_limit", "list", "theme", "keys", "queries", "profiles",
    ]

    mutating func read(into configuration: inout Configuration) {
        // The set comes first, so that single keys count over it wherever they stand.
        if let entry = entry("key_set") { readKeySet(entry, into: &configuration) }
        for entry in root.entries {
            switch entry.name {
            case "file": configuration.file = notes.text(entry)
            case "calling_code": readPlan(entry, into: &configuration)
            case "trunk_prefix":
                if root["calling_code"] == nil {
                    notes.add("trunk_prefix wants calling_code beside it", at: entry.position)
                }
            case "esc_delay": readDelay(entry, into: &configuration)
            case "history_limit": readHistoryLimit(entry, into: &configuration)
            case "mouse": configuration.usesMouse = notes.bool(entry) ?? true
            case "window_title": configuration.setsWindowTitle = notes.bool(entry) ?? false
            case "key_set", "list", "theme": break
            case "keys":
                let reader = KeySettings(entry)
                configuration.keymap = reader.applied(to: configuration.keymap, &notes)
            case "queries": readQueries(entry, into: &configuration)
            case "profiles": readProfiles(entry, into: &configuration)
            case let name where SettingsSections.listNames.contains(name):
                notes.add(
                    "unknown setting '\(name)'; it belongs in [list]", at: entry.position)
            default:
                notes.unknown(
                    "unknown setting", entry.name, at: entry.position,
                    among: SettingsSections.names)
            }
        }
        // The list's highlight counts over the theme's.
        if let entry = entry("theme") { readTheme(entry, into: &configuration) }
        if let entry = entry("list") { readList(entry, into: &configuration) }
    }

    private func entry(_ name: String) -> TOMLTable.Entry? {
        root.entries.first { $0.name == name }
    }

    private mutating func readPlan(
        _ entry: TOMLTable.Entry, into configuration: inout Configuration
    ) {
        let trunk = self.entry("trunk_prefix").map { notes.text($0) ?? "" }
        guard let code = notes.text(entry) else { return }
        configuration.plan = DialingPlan(callingCode: code, trunkPrefix: trunk)
        if configuration.plan == nil {
            notes.add(
                "calling_code and trunk_prefix hold digits only", at: entry.value.position)
        }
    }

    private mutating func readDelay(
        _ entry: TOMLTable.Entry, into configuration: inout Configuration
    ) {
        let number = entry.value.integer.flatMap { (1...5000).contains($0) ? $0 : nil }
        if number == nil, entry.value.integer != nil {
            notes.add("esc_delay is from 1 to 5000 milliseconds", at: entry.value.position)
            return
        }
        configuration.escapeDelay = notes.want(number, "a number of milliseconds", for: entry)
            .map { .milliseconds($0) }
    }

    private mutating func readHistoryLimit(
        _ entry: TOMLTable.Entry, into configuration: inout Configuration
    ) {
        guard let number = notes.want(entry.value.integer, "a number of megabytes", for: entry)
        else { return }
        guard (1...2000).contains(number) else {
            notes.add("history_limit is from 1 to 2000 megabytes", at: entry.value.position)
            return
        }
        configuration.historyLimit = number * 1_000_000
    }

    private mutating func readKeySet(
        _ entry: TOMLTable.Entry, into configuration: inout Configuration
    ) {
        guard let name = notes.text(entry), name != "default" else { return }
        guard let table = shipped("keys", name, entry, whole: "key set") else { return }
        var inner = SettingsNotes(file: table.file)
        for part in table.root.entries {
            if part.name == "keys" {
                let reader = KeySettings(part)
                configuration.keymap = reader.applied(to: configuration.keymap, &inner)
            } else {
                inner.unknown("unknown setting", part.name, at: part.position, among: ["keys"])
            }
        }
        notes.problems += inner.problems
    }

    /// A key set or a theme that is named; nil, with a problem, where it cannot be had.
    private mutating func shipped(
        _ folder: String, _ name: String, _ entry: TOMLTable.Entry, whole: String
    ) -> (root: TOMLTable, file: String)? {
        let isPlain = !name.isEmpty && name.first != "." && !name.contains("/")
        guard isPlain, let file = lookup("\(folder)/\(name).toml") else {
            notes.unknown(
                "there is no \(whole)", name, at: entry.value.position,
                among: ShippedFiles.names(in: folder))
            return nil
        }
        do throws(TOMLSyntaxError) {
            return (try TOMLTable(parsing: file.bytes), file.name)
        } catch {
            notes.problems.append(SettingsWording.problem(error, in: file.name))
            return nil
        }
    }

    private mutating func readTheme(
        _ entry: TOMLTable.Entry, into configuration: inout Configuration
    ) {
        guard let table = notes.section(entry) else { return }
        if let name = table.entries.first(where: { $0.name == "name" }),
            let text = notes.text(name), let theme = shipped("themes", text, name, whole: "theme")
        {
            var inner = SettingsNotes(file: theme.file)
            ThemeSettings.read(theme.root, into: &configuration.theme, &inner)
            notes.problems += inner.problems
        }
        ThemeSettings.read(table, into: &configuration.theme, &notes, isOverriding: true)
    }

    private mutating func readQueries(
        _ entry: TOMLTable.Entry, into configuration: inout Configuration
    ) {
        var read: [TOMLTable.Entry] = []
        for query in notes.section(entry)?.entries ?? [] {
            let isName = query.name.unicodeScalars.allSatisfy {
                $0.properties.isAlphabetic || ("0"..."9").contains($0) || $0 == "-" || $0 == "_"
            }
            guard isName, !query.name.isEmpty else {
                notes.add(
                    "a query's name holds letters, digits, - and _ only", at: query.position)
                continue
            }
            if let text = notes.text(query) {
                configuration.queries[query.name] = text
                read.append(query)
            }
        }
        for query in read { check(query, among: configuration.queries) }
    }

    /// A query that makes no sense is told, and kept: whoever uses it is told once more.
    private mutating func check(_ query: TOMLTable.Entry, among saved: [String: String]) {
        do throws(QueryFlaw) {
            _ = try Query(query.value.text ?? "", clock: LocalClock.queries, saved: saved)
        } catch {
            // The other one is told by itself.
            if case .inSaved = error.problem { return }
            notes.add(
                "query '\(query.name)': \(QueryWording.phrase(error.problem))",
                at: query.value.position)
        }
    }
}
