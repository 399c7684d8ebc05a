import ArgumentParser
import ContactModel
import TOMLKit

/// What `config.toml` says.
struct Configuration: Sendable {
    /// The file to open where none is named.
    var file: String?
    /// How numbers without a country are completed.
    var plan: DialingPlan?
    /// Remote workspaces by name.
    var profiles: [String: Profile] = [:]

    /// Reads the user's configuration; without a file everything is as by default.
    ///
    /// - Throws: a `ValidationError` (status 64) that names the file, the line and the column.
    static func load() throws -> Configuration {
        let path = UserPaths.configuration
        guard let bytes = SmallFile.read(path) else { return Configuration() }
        do {
            let table = try TOMLTable(string: String(decoding: bytes, as: UTF8.self))
            return try Configuration(table)
        } catch let error as TOMLParseError {
            let place = error.source.begin
            throw ValidationError(
                "\(path), line \(place.line), column \(place.column): \(error.description)")
        } catch let error as ConfigurationFlaw {
            throw ValidationError("\(path): \(error.message)")
        }
    }

    private init() {}

    private init(_ table: TOMLTable) throws {
        file = try table.text("file")
        if let code = try table.text("calling_code") {
            let trunk = try table.text("trunk_prefix") ?? ""
            plan = DialingPlan(callingCode: code, trunkPrefix: trunk)
            if plan == nil {
                throw ConfigurationFlaw("calling_code and trunk_prefix hold digits only")
            }
        }
        guard let list = table["profiles"]?.table else { return }
        for name in list.keys {
            guard let profile = list[name]?.table else {
                throw ConfigurationFlaw("profiles.\(name) must be a table")
            }
            profiles[name] = try Profile(name: name, profile)
        }
    }
}

/// A remote workspace, and where its token comes from.
struct Profile: Sendable {
    /// The name it is chosen by.
    let name: String
    /// Where the service is.
    let baseURL: String
    /// Where its token comes from.
    let token: TokenSource
    /// Whether plain HTTP to other machines is allowed.
    let isInsecure: Bool
    /// A file of certificates that are trusted beside the system's.
    let caFile: String?

    /// A place that a token is read from; never the token itself.
    enum TokenSource: Sendable {
        case environment(String)
        case command(String)
        case file(String)
    }

    fileprivate init(name: String, _ table: TOMLTable) throws {
        self.name = name
        baseURL = try table.text("base_url") ?? Profile.defaultBaseURL
        isInsecure = table["insecure"]?.bool ?? false
        caFile = try table.text("ca_file").map(UserPaths.expanded)
        if let variable = try table.text("token_env") {
            token = .environment(variable)
        } else if let command = try table.text("token_command") {
            token = .command(command)
        } else if let file = try table.text("token_file") {
            token = .file(UserPaths.expanded(file))
        } else if baseURL == Profile.defaultBaseURL {
            token = .environment("QYVO_TOKEN")
        } else {
            throw ConfigurationFlaw(
                "profiles.\(name) needs token_env, token_command or token_file")
        }
    }

    private static let defaultBaseURL = "https://www.qyvo.io"
}

/// A configuration that is TOML and makes no sense.
private struct ConfigurationFlaw: Error {
    let message: String

    init(_ message: String) {
        self.message = message
    }
}

extension TOMLTable {
    fileprivate func text(_ key: String) throws -> String? {
        guard let value = self[key] else { return nil }
        guard let text = value.string else { throw ConfigurationFlaw("\(key) must be text") }
        return text
    }
}
