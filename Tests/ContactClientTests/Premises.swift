import ContactClient
import ContactModel
import ContactServer
import TestGround
import Testing

/// A shop's contacts on a server that can be away, and a folder for what is known of them here.
final class Premises {
    static let token = "pat-" + String(repeating: "0123456789", count: 6)

    let scratch: Scratch
    /// The contacts as the server has them.
    let book: LocalClient
    let port: Int
    private let responder: Responder
    /// The most calls of a run that are under way at once.
    var width = 8
    /// How calls wait: for nothing.
    var pacing = {
        var pacing = RemotePacing(patience: .zero)
        pacing.bulkPatience = .zero
        pacing.repeats = 0
        return pacing
    }()

    init(_ contacts: String = ContractTests.people, callsPerMinute: Int? = nil) throws {
        scratch = try Scratch()
        book = try LocalClient(
            opening: try scratch.file("contacts.json", contacts), title: "book")
        let token = try #require(Token(Premises.token))
        responder = Responder(backend: book, token: token, callsPerMinute: callsPerMinute)
        port = try SilentPort.unused()
    }

    /// The server is there while `story` runs, and surely away afterwards.
    func serve(_ story: () async throws -> Void) async throws {
        try await withListener(responder, port: port) { _ in try await story() }
        while try !SilentPort.isFree(port) { try await Task.sleep(for: .milliseconds(2)) }
    }

    /// What is known of the workspace here, as one run of the program sees it.
    func open(
        _ manner: WorkspaceClient.Manner = .attended, port: Int? = nil
    ) throws -> WorkspaceClient {
        var profile = RemoteProfile(
            title: "shop", address: try ServerAddress("http://127.0.0.1:\(port ?? self.port)"),
            token: try #require(Token(Premises.token)), pacing: pacing)
        profile.width = width
        return try WorkspaceClient(
            RemoteClient(profile: profile), profile, mirrors: scratch.path + "/mirrors",
            manner: manner)
    }

    /// Opens the workspace for as long as `story` runs.
    func visit(
        _ manner: WorkspaceClient.Manner = .attended, port: Int? = nil,
        _ story: (WorkspaceClient) async throws -> Void
    ) async throws {
        let workspace = try open(manner, port: port)
        do {
            try await story(workspace)
        } catch {
            await workspace.close()
            throw error
        }
        await workspace.close()
    }
}

extension WorkspaceClient {
    /// Sends and reads, and answers what is in the way.
    @discardableResult
    func sync() async -> ClientError? {
        await synchronize { _ in true }
    }

    /// The names in the list, each with the sign before it.
    func signedNames(_ query: String = "") async throws -> [String] {
        let listing = try await list(try Query(query, clock: .still), order: .byName)
        return listing.rows(0..<listing.count).map {
            ($0.unsent?.sign ?? "") + ($0.contact.name ?? "–")
        }
    }
}
