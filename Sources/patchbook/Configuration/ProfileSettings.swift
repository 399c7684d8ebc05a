import ContactUI
import TOMLText

extension SettingsSections {
    mutating func readProfiles(
        _ entry: TOMLTable.Entry, into configuration: inout Configuration
    ) {
        for entry in notes.section(entry)?.entries ?? [] {
            let before = notes.problems.count
            let table = notes.section(entry)
            if let variable = table?.entries.first(where: { $0.name == "token_env" })?.value.text {
                configuration.tokenVariables.insert(variable)
            }
            guard let table,
                let profile = readProfile(entry, table), notes.problems.count == before
            else {
                // A profile that is half right might send a token to the wrong place.
                configuration.brokenProfiles[entry.name] = notes.problems[before]
                continue
            }
            configuration.profiles[entry.name] = profile
        }
    }

    private static let profileNames = [
        "base_url", "token_env", "token_command", "token_file", "ca_file", "insecure",
        "requests_in_flight",
    ]

    private mutating func readProfile(
        _ profile: TOMLTable.Entry, _ table: TOMLTable
    ) -> Profile? {
        var texts: [String: String] = [:]
        var isInsecure = false
        var width = Profile.standardWidth
        for entry in table.entries {
            if entry.name == "insecure" {
                isInsecure = notes.bool(entry) ?? false
            } else if entry.name == "requests_in_flight" {
                let number = entry.value.integer.flatMap { (1...64).contains($0) ? $0 : nil }
                width = notes.want(number, "a number from 1 to 64", for: entry) ?? width
            } else if SettingsSections.profileNames.contains(entry.name) {
                texts[entry.name] = notes.text(entry)
            } else {
                notes.unknown(
                    "a profile has no", entry.name, at: entry.position,
                    among: SettingsSections.profileNames)
            }
        }
        let address = texts["base_url"] ?? Profile.defaultBaseURL
        guard let token = token(profile, texts, hasAddress: texts["base_url"] != nil) else {
            return nil
        }
        return Profile(
            name: profile.name, baseURL: address, token: token, isInsecure: isInsecure,
            caFile: texts["ca_file"].map(UserPaths.expanded), width: width)
    }

    private mutating func token(
        _ profile: TOMLTable.Entry, _ texts: [String: String], hasAddress: Bool
    ) -> Profile.TokenSource? {
        let sources = ["token_env", "token_command", "token_file"].filter { texts[$0] != nil }
        guard sources.count <= 1 else {
            notes.add(
                "profile \(profile.name) has \(sources.joined(separator: " and ")); keep one",
                at: profile.position)
            return nil
        }
        if let variable = texts["token_env"] { return .environment(variable) }
        if let command = texts["token_command"] { return .command(command) }
        if let file = texts["token_file"] { return .file(UserPaths.expanded(file)) }
        if !hasAddress { return .environment("QYVO_TOKEN") }
        notes.add(
            "profile \(profile.name) needs token_env, token_command or token_file",
            at: profile.position)
        return nil
    }
}
