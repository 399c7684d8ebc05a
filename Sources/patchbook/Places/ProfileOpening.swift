import ContactClient
import ContactStore
import ContactUI
import Dispatch
import Glibc
import Synchronization

/// Why a place could not be opened: words for a person, a status for a script.
struct OpeningFailure: Error {
    let failure: Failure
    let status: Int32
    /// Whether it is a file that is missing and could be made.
    var canCreate = false

    init(_ failure: Failure, status: Int32) {
        self.failure = failure
        self.status = status
    }

    init(_ error: ClientError, place: String) {
        self.init(Wording.failure(error, place: place), status: Wording.status(error))
        if case .store(.missing) = error { canCreate = true }
    }
}

extension Profile {
    /// A client for this workspace; nothing is sent yet.
    ///
    /// - Parameters:
    ///   - patience: how long a call may wait for the quota before it fails.
    ///   - manner: whether somebody sits before it.
    ///   - tellsWaits: whether a line says how long the quota makes a call wait.
    ///   - findsTokenAside: whether a command that prints the token is not waited for.
    func open(
        patience: Duration, manner: WorkspaceClient.Manner, tellsWaits: Bool,
        findsTokenAside: Bool
    ) throws(OpeningFailure) -> WorkspaceClient {
        let slot = try token.slot(for: name, isAside: findsTokenAside)
        UserPaths.makeFolder(UserPaths.quotas)
        var pacing = RemotePacing(patience: patience)
        if tellsWaits {
            pacing.onWait = WaitNotes(place: name).tell
            pacing.onDelay = { [name] in
                Streams.complain(
                    "\(name) has not answered yet; the change is kept here, Ctrl-C "
                        + "stops the waiting")
            }
            pacing.onOthers = { [name] in
                Streams.complain("another patchbook sends to \(name); this waits for it")
            }
        }
        if manner == .unattended {
            pacing.isWanted = { !Interruption.isAsked }
            pacing.isGivenUp = { !Interruption.isTermination }
        }
        let (remote, profile) = try connect(slot, pacing)
        do throws(ClientError) {
            let client = try WorkspaceClient(
                remote, profile, mirrors: UserPaths.mirrors, manner: manner)
            if findsTokenAside, case .command(let command) = token {
                DispatchQueue(label: "contacts.token").async {
                    Profile.TokenSource.runAside(command, into: slot)
                    client.refresh()
                }
            }
            return client
        } catch {
            throw OpeningFailure(error, place: name)
        }
    }

    private func connect(
        _ token: TokenSlot, _ pacing: RemotePacing
    ) throws(OpeningFailure) -> (RemoteClient, RemoteProfile) {
        do throws(ProfileFlaw) {
            var profile = RemoteProfile(
                title: name, address: try ServerAddress(baseURL, insecure: isInsecure),
                token: token, agent: "patchbook/\(Version.text)",
                proxies: ProxySettings(environment: UserPaths.proxyVariables),
                certificateFile: caFile, quotaFolder: UserPaths.quotas, pacing: pacing)
            profile.width = width
            return (try RemoteClient(profile: profile), profile)
        } catch {
            throw OpeningFailure(
                Failure("profile \(name): \(Profile.phrase(error))"),
                status: error == .noNetwork ? 69 : 64)
        }
    }

    private static func phrase(_ flaw: ProfileFlaw) -> String {
        switch flaw {
        case .address(let text): "\(bare(text)) is no address such as https://host:port/path"
        case .plainHTTP(let host):
            "plain http would show the token on the way to \(host); use https, or say "
                + "insecure = true"
        case .proxy: "the proxy variable is not http://[user:password@]host:port"
        case .certificates(let path): "no certificates can be read from \(path)"
        case .noNetwork: Wording.noNetwork
        }
    }
}

extension Profile {
    /// An address without what may be a secret: who asks, and the query; nothing of what is none.
    private static func bare(_ address: String) -> String {
        let scheme = ["https://", "http://"].first(where: address.hasPrefix)
        guard let scheme else { return "base_url" }
        let path = address.unicodeScalars.prefix { $0 != "?" && $0 != "#" }
        let isCut = path.count < address.unicodeScalars.count
        guard let at = path.lastIndex(of: "@") else {
            return "'\(String(path))\(isCut ? "…" : "")'"
        }
        return "'" + scheme + "…" + String(path[at...]) + "'"
    }
}

/// Lines about waiting for the quota, one in a while.
private final class WaitNotes: Sendable {
    private static let pause = Duration.seconds(30)

    private let place: String
    private let told = Mutex<ContinuousClock.Instant?>(nil)

    init(place: String) {
        self.place = place
    }

    @Sendable func tell(_ wait: Duration) {
        let isDue = told.withLock { told in
            let now = ContinuousClock.now
            guard told.map({ now - $0 > WaitNotes.pause }) ?? true else { return false }
            told = now
            return true
        }
        guard isDue else { return }
        let time = QuotaWording.time(wait.wholeSeconds)
        Streams.complain("\(place) takes no more calls now; this goes on in \(time)")
    }
}

extension Profile.TokenSource {
    private static let odd = "what should be the token is empty or holds odd characters"

    /// The token; no message ever holds it.
    ///
    /// A command may ask a person or the network, and fail: what is known of the workspace is
    /// there without it.
    ///
    /// - Parameter isAside: leaves the command to be run by the caller.
    func slot(for name: String, isAside: Bool) throws(OpeningFailure) -> TokenSlot {
        let text: String
        switch self {
        case .environment(let variable):
            text = UserPaths.environment(variable) ?? ""
            guard !text.isEmpty else {
                // What is no name of a variable may be the token itself.
                let isName = variable.utf8.allSatisfy {
                    (0x41...0x5A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5F
                }
                let what = isName ? variable : "the variable that token_env names"
                throw flaw(name, "\(what) is not set")
            }
        case .command(let command):
            let slot = TokenSlot(missing: "is not asked yet: token_command still runs")
            if !isAside { Self.run(command, into: slot, for: name) }
            return slot
        case .file(let path): text = try TokenFile.read(path, name)
        }
        guard let token = Token(text) else { throw flaw(name, Self.odd) }
        return TokenSlot(token)
    }

    /// Runs a command that prints a token, for whoever waits for it: after a while they are told,
    /// and Ctrl-C goes on without the token.
    static func run(_ command: String, into slot: TokenSlot, for name: String) {
        Interruption.watch()
        let start = ContinuousClock.now
        var isTold = false
        let output = ChildProcess.output(of: ["/bin/sh", "-c", command], isSilent: false) {
            if !isTold, ContinuousClock.now - start > .seconds(5) {
                isTold = true
                Streams.complain(
                    "token_command of \(name) still runs; Ctrl-C goes on without the token")
            }
            return !Interruption.isAsked
        }
        Interruption.forget()
        take(output, into: slot)
    }

    /// Runs a command that prints a token, with nothing of the terminal.
    static func runAside(_ command: String, into slot: TokenSlot) {
        take(ChildProcess.output(of: ["/bin/sh", "-c", command], isSilent: true), into: slot)
    }

    private static func take(
        _ output: Result<String, ChildProcess.Ending>, into slot: TokenSlot
    ) {
        switch output {
        case .failure(let ending):
            slot.fail("is not asked: token_command failed (status \(ending.status))")
        case .success(let text):
            if let token = Token(text) {
                slot.fill(token)
            } else {
                slot.fail("is not asked: " + odd)
            }
        }
    }

    private func flaw(_ name: String, _ words: String) -> OpeningFailure {
        OpeningFailure(Failure("profile \(name): \(words)"), status: 77)
    }
}

/// A file that holds a token and that nobody else may read.
enum TokenFile {
    static func read(_ path: String, _ name: String) throws(OpeningFailure) -> String {
        var status = stat()
        guard stat(path, &status) == 0, let bytes = SmallFile.read(path) else {
            // What is no path may be the token itself.
            let what = path.contains("/") ? path : "the file that token_file names"
            throw flaw(name, "\(what) cannot be read")
        }
        guard status.st_mode & 0o077 == 0 else {
            throw flaw(name, "\(path) can be read by others; chmod 600 it first")
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func flaw(_ name: String, _ words: String) -> OpeningFailure {
        OpeningFailure(Failure("\(name): \(words)"), status: 77)
    }
}

extension UserPaths {
    /// The variables that say which proxy to use.
    static var proxyVariables: [String: String] {
        var variables: [String: String] = [:]
        for name in ["https_proxy", "HTTPS_PROXY", "no_proxy", "NO_PROXY"] {
            variables[name] = environment(name)
        }
        return variables
    }
}
