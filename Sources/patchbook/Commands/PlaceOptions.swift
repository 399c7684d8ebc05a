import ArgumentParser
import ContactClient
import ContactModel
import ContactStore
import ContactUI
import Glibc

/// Where a command finds its contacts.
struct PlaceOptions: ParsableArguments {
    @Option(help: "A JSON file of contacts.", completion: .file())
    var file: String?

    @Option(
        help: "A remote workspace from the configuration.", completion: WordCompletion.profiles)
    var profile: String?

    @Flag(help: "Say nothing but errors.")
    var quiet = false

    /// Opens the place, hands it over, and closes it whatever happens.
    ///
    /// Failures of the place become a line on standard error and the exit status for it.
    ///
    /// - Parameter wanted: the words for the only contacts that will be asked for; nil for all.
    func withBackend(
        creates: Bool = false, readsOnly: Bool = false, isAttended: Bool = false,
        wanted: [String]? = nil,
        _ body: @Sendable (any ContactBackend, Configuration) async throws -> Void
    ) async throws {
        let configuration = try Configuration.load()
        let choice = try PlaceChoice(file: file, profile: profile, configuration: configuration)
        configuration.complain(unless: quiet)
        let wanted = try wanted?.map { try key($0, configuration) }
        let backend: any ContactBackend
        let isQuiet = quiet
        do throws(OpeningFailure) {
            backend = try choice.open(
                creates: creates, readsOnly: readsOnly, isAttended: isAttended,
                tellsWaits: !isQuiet, wanted: wanted,
                onWait: { if !isQuiet { Streams.complain($0) } })
        } catch {
            Streams.complain(error.failure.line)
            throw ExitCode(error.status)
        }
        do {
            tellNotices(of: backend)
            do {
                try await body(backend, configuration)
            } catch {
                await close(backend)
                throw error
            }
            await close(backend)
        } catch let error as ClientError {
            let failure = Wording.failure(error, place: choice.title)
            Streams.complain(failure.line)
            throw ExitCode(Wording.status(error))
        }
    }

    /// The configuration, where the file of contacts is still to be made; nil where it is there,
    /// or is no file.
    func configurationOfMissingFile() throws -> Configuration? {
        let configuration = try Configuration.load()
        let choice = try PlaceChoice(file: file, profile: profile, configuration: configuration)
        guard let path = choice.path, access(path, F_OK) != 0, errno == ENOENT else { return nil }
        return configuration
    }

    /// Says what a listing of a workspace lacks.
    func noteGaps(isPartial: Bool, unknown: Int) {
        if isPartial { note("the server may hold more than it answers") }
        noteUnknown(unknown)
    }

    /// Says how many contacts cannot be told from those that match.
    func noteUnknown(_ unknown: Int) {
        if unknown > 0 {
            note(
                "the metadata of \(unknown) contacts is not known: neither meta.KEY nor "
                    + "-meta.KEY finds them")
        }
    }

    private func close(_ backend: any ContactBackend) async {
        tellNotices(of: backend)
        await backend.close()
        tellNotices(of: backend)
    }

    private func tellNotices(of backend: any ContactBackend) {
        for notice in backend.file?.store.takeNotices() ?? [] {
            Streams.complain(StoreWording.notice(notice, shownBy: "'patchbook check'"))
        }
    }

    /// Sends what waits of earlier commands where this one had nothing to send: it counts as made,
    /// and whoever runs a command until it succeeds must not believe that the server has it.
    ///
    /// - Throws: `ExitCode` where something still waits.
    func sendEarlier(_ backend: any ContactBackend) async throws {
        guard let client = backend.workspace, client.status.counts.waiting > 0 else { return }
        Interruption.watch()
        let isElsewhere = client.isSentElsewhere
        let trouble =
            isElsewhere ? nil : await client.sendWaiting { _ in !Interruption.isAsked }
        let waiting = client.status.counts.waiting
        guard waiting > 0 else { return note("what waited from before is sent") }
        let cause =
            isElsewhere
            ? ": another patchbook sends them"
            : trouble.map { ": " + Wording.failure($0, place: backend.place.title).message }
        Streams.complain(
            (waiting == 1 ? "1 earlier change waits" : "\(waiting) earlier changes wait")
                + ", not sent yet\(cause ?? "") — 'patchbook sync' sends them")
        throw ExitCode(trouble.map { Wording.status(.queued(because: $0)) } ?? 75)
    }

    /// The contact a person means by a word on the command line.
    func key(_ word: String, _ configuration: Configuration) throws -> ContactKey {
        guard let key = ContactKey(written: word, plan: configuration.plan) else {
            throw ValidationError("KEY is empty: give a contact's id or phone number")
        }
        return key
    }
}
