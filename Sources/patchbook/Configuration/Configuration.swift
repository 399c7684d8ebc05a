package import ContactModel
import ContactStore
package import ContactUI

/// What a person has set: `config.toml`, with the key set and the theme it names.
package struct Configuration: Sendable {
    /// The file to open where none is named.
    package var file: String?
    /// The variables that hold tokens, also those of profiles that cannot be used.
    package var tokenVariables: Set<String> = []
    /// How numbers without a country are completed.
    package var plan: DialingPlan?
    /// Remote workspaces by name.
    package var profiles: [String: Profile] = [:]
    /// What is wrong with profiles that cannot be used, by name.
    package var brokenProfiles: [String: ConfigurationProblem] = [:]
    /// Which keys do what.
    package var keymap = Keymap.standard
    /// How everything looks, before the terminal's colours are known.
    package var theme = Theme.standard
    /// The columns a list begins with, and its order.
    package var view = Configuration.standardView
    /// How long the rest of an arrow key may take after its Esc; nil where it is not set.
    package var escapeDelay: Duration?
    /// Whether clicks and the wheel are asked for.
    package var usesMouse = true
    /// The bytes that the history of a file may grow to before its oldest steps are dropped.
    package var historyLimit = StoreOptions().historyLimit
    /// Whether the window's title says which contacts are open.
    package var setsWindowTitle = false
    /// Saved queries as they were written, by the names they are used by.
    package var queries: [String: String] = [:]
    /// Where the file stopped making sense, so that nothing below counts.
    package var breakOff: ConfigurationProblem?
    /// Everything that was left out because it makes no sense, in the order it was found.
    package var problems: [ConfigurationProblem] = []

    /// Everything as by default.
    package init() {}

    /// The columns and the order of lists where nothing is set.
    package static let standardView = ViewSettings(
        columns: [.field(.name), .field(.phone), .field(.email), .field(.tags)], order: .byName)
}

/// One mistake in a file of settings, which is left out while everything else counts.
package struct ConfigurationProblem: Hashable, Sendable {
    /// The file as a person knows it.
    package let file: String
    /// The line, from 1; nil where the file could not be read at all.
    package let line: Int?
    /// The column, from 1, in Unicode scalars.
    package let column: Int?
    /// What is wrong and, where it helps, what to write.
    package let message: String

    /// A mistake at its place.
    package init(file: String, line: Int? = nil, column: Int? = nil, _ message: String) {
        self.file = file
        self.line = line
        self.column = column
        self.message = message
    }

    /// The mistake as one line.
    package var text: String {
        guard let line, let column else { return "\(file): \(message)" }
        return "\(file), line \(line), column \(column): \(message)"
    }
}

/// A remote workspace, and where its token comes from.
package struct Profile: Hashable, Sendable {
    /// The name it is chosen by.
    package let name: String
    /// Where the service is.
    package let baseURL: String
    /// Where its token comes from.
    package let token: TokenSource
    /// Whether plain HTTP to other machines is allowed.
    package let isInsecure: Bool
    /// A file of certificates that are trusted beside the system's.
    package let caFile: String?
    /// The most calls of a run that are under way at once.
    package let width: Int

    /// A place that a token is read from; never the token itself.
    package enum TokenSource: Hashable, Sendable {
        /// A variable of the environment.
        case environment(String)
        /// A command line for the shell, whose output it is.
        case command(String)
        /// A file that nobody else may read.
        case file(String)
    }

    /// As many calls of a run are under way at once where nothing else is said.
    package static let standardWidth = 8

    /// Where the service is that needs no address in a profile.
    package static let defaultBaseURL = "https://www.qyvo.io"
}
