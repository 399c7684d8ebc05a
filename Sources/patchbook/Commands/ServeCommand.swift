#if Network

import ArgumentParser
import ContactClient
import ContactServer
import ContactStore
import ContactStore
import ContactUI
import Glibc

/// The API over a file.
struct ServeCommand: BlockingCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Serve the API over a JSON file, to this machine unless told otherwise.",
        discussion: """
            The token comes from PATCHBOOK_SERVE_TOKEN or from --token-file. Connections are not \
            encrypted: for other machines put a reverse proxy with TLS in front.
            """)

    @Option(help: "A JSON file of contacts.")
    var file: String?

    @Option(help: "HOST:PORT to listen on; port 0 takes any free one.")
    var listen = "127.0.0.1:8080"

    @Option(help: "Calls a minute.")
    var rateLimit = 120

    @Option(help: "Calls of /mcp a minute, which are counted by themselves.")
    var mcpRateLimit = 300

    @Option(help: "A file with the token; nobody else may read it.")
    var tokenFile: String?

    @Flag(help: "No access log.")
    var quiet = false

    func validate() throws {
        guard ListenAddress(written: listen) != nil else {
            throw ValidationError("--listen wants HOST:PORT, such as 127.0.0.1:8080")
        }
        guard rateLimit > 0 else { throw ValidationError("--rate-limit must be positive") }
        guard mcpRateLimit > 0 else {
            throw ValidationError("--mcp-rate-limit must be positive")
        }
    }

    func perform() async throws {
        let configuration = try Configuration.load()
        let choice = try PlaceChoice(file: file, profile: nil, configuration: configuration)
        configuration.complain(unless: quiet)
        guard let address = ListenAddress(written: listen), choice.path != nil else {
            throw ValidationError("serve works over a file: give --file")
        }
        do {
            let token = try readToken()
            let isQuiet = quiet
            let backend = try choice.open(
                creates: false, servesOthers: true, onWait: { if !isQuiet { Streams.log($0) } })
            do {
                try await serve(backend, token, at: address, title: choice.title)
            } catch {
                await backend.close()
                throw error
            }
            await backend.close()
        } catch let error as OpeningFailure {
            Streams.complain(error.failure.line)
            throw ExitCode(error.status)
        }
    }

    /// Characters, each of at least four bits where a machine has chosen it.
    private static let safeTokenLength = 32

    private func readToken() throws -> Token {
        let variable = "PATCHBOOK_SERVE_TOKEN"
        let text =
            try tokenFile.map { path throws(OpeningFailure) in
                try TokenFile.read(path, "serve")
            } ?? UserPaths.environment(variable)
        unsetenv(variable)
        guard let text else {
            throw ValidationError("no token: set \(variable), or give --token-file")
        }
        guard let token = Token(text) else {
            throw ValidationError("the token is empty or holds odd characters")
        }
        return token
    }

    private func serve(
        _ backend: any ContactBackend, _ token: Token, at address: ListenAddress, title: String
    ) async throws {
        Store.keepLargeBlocksApart()
        if !address.isLoopback {
            Streams.complain(
                "other machines can reach \(listen), and nothing is encrypted: put a reverse "
                    + "proxy with TLS in front")
            if token.secret.utf8.count < ServeCommand.safeTokenLength {
                Streams.complain(
                    "a token this short can be guessed: openssl rand -hex 32 makes one that cannot")
            }
        }
        let listener = Listener(
            responder: Responder(
                backend: backend, token: token, callsPerMinute: rateLimit,
                mcpCallsPerMinute: mcpRateLimit, version: Version.text),
            address: address, log: accessLog(title))
        // A log that nobody reads any more is no reason to stop.
        signal(SIGPIPE, SIG_IGN)
        // Whoever reads that it serves may stop it at once.
        let stop = await StopSignal()
        let folding = Task { await ServeCommand.fold(backend, title: title) }
        defer { folding.cancel() }
        do throws(ListenFailure) {
            try await listener.run(
                until: stop.wait,
                onListening: { port in
                    let host = address.host.contains(":") ? "[\(address.host)]" : address.host
                    Streams.log("serving \(title) at http://\(host):\(port)")
                })
        } catch {
            let reason = error.code.map { String(cString: strerror($0)) } ?? error.reason
            Streams.complain("cannot listen on \(listen): \(reason)")
            throw ExitCode(74)
        }
    }

    private func accessLog(_ title: String) -> @Sendable (AccessLine) -> Void {
        let isQuiet = quiet
        return { line in
            if isQuiet && line.cause == nil { return }
            let cause = line.cause.map { " " + Wording.failure($0, place: title).message }
            Streams.log(
                "\(Timestamp.now()) \(line.address) \(line.method) \(line.path) \(line.status) "
                    + "\(line.milliseconds) ms" + (cause ?? ""))
        }
    }

    private static func fold(_ backend: any ContactBackend, title: String) async {
        guard let client = backend.file else { return }
        await client.keepFolded(
            pause: { try await Task.sleep(for: .seconds(2)) },
            onFailure: { Streams.log(Wording.failure($0, place: title).message) })
    }
}

#else

import ArgumentParser

/// Says why this program does not serve.
struct ServeCommand: BlockingCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Not in this build: it leaves the network out.")

    @Argument(parsing: .allUnrecognized)
    var rest: [String] = []

    func perform() async throws {
        Streams.complain("serve: \(Wording.noNetwork)")
        throw ExitCode(69)
    }
}

#endif
