import ArgumentParser
import ContactClient
import ContactModel
import ContactUI
import Glibc

/// Remote workspaces.
struct ProfileCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "profile", abstract: "Look after the profiles of the configuration.",
        subcommands: [ProfileTestCommand.self])
}

/// Asks a workspace who one is.
struct ProfileTestCommand: BlockingCommand {
    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Ask a workspace who its token belongs to, and how fast it answers.")

    @Argument(
        help: "The profile's name in the configuration.", completion: WordCompletion.profiles)
    var name: String

    func perform() async throws {
        let configuration = try Configuration.load()
        let choice = try PlaceChoice(file: nil, profile: name, configuration: configuration)
        do {
            let place = try choice.open(creates: false, patience: .zero, tellsWaits: true)
            guard let client = place.workspace else { return }
            let start = ContinuousClock.now
            let probe = try await client.probe()
            tell(probe, after: ContinuousClock.now - start)
            tell(client.outlook)
            await client.close()
        } catch let error as OpeningFailure {
            Streams.complain(error.failure.line)
            throw ExitCode(error.status)
        } catch let error as ClientError {
            Streams.complain(Wording.failure(error, place: name).line)
            throw ExitCode(Wording.status(error))
        }
    }

    private func tell(_ probe: AccountProbe, after time: Duration) {
        let account = probe.account
        let person = [account.name, account.email.map { "<\($0)>" }].compactMap(\.self)
        say("account", person.isEmpty ? account.id : person.joined(separator: " "))
        say("workspace", account.workspace.map { "\($0.name) (\($0.id))" } ?? "none")
        let milliseconds = time.components.attoseconds / 1_000_000_000_000_000
        say("latency", "\(time.components.seconds * 1000 + milliseconds) ms")
    }

    private func tell(_ outlook: QuotaOutlook) {
        guard let limit = outlook.limit, let left = outlook.callsLeft else {
            return say("quota", "none that the server tells")
        }
        let time = QuotaWording.time(outlook.seconds(for: 1000))
        say("quota", "\(left) of \(limit) calls a minute left; 1000 calls take \(time)")
    }

    private func say(_ label: String, _ text: String) {
        let gap = String(repeating: " ", count: 11 - label.count)
        Streams.print(label + gap + Streams.neutral(text))
    }
}

/// Quotas in words.
enum QuotaWording {
    /// How long ago a time in milliseconds since 1970 was.
    static func age(_ milliseconds: Int) -> String {
        time(max(0, Glibc.time(nil) - milliseconds / 1000))
    }

    /// A time of waiting, as exact as it can be known.
    static func time(_ seconds: Int) -> String {
        switch seconds {
        case ..<120: "\(seconds) s"
        case ..<7200: "\((seconds + 30) / 60) min"
        default: "\((seconds + 1800) / 3600) h"
        }
    }
}
