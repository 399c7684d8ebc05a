import ContactClient
import ContactServer
import TestGround
import Testing

/// The two kinds of backend that every contract test runs against.
enum BookKind: String, CaseIterable, CustomTestStringConvertible {
    /// A file.
    case local
    /// The same file behind a listener, over real HTTP, every change queued first.
    case remote

    var testDescription: String { rawValue }

    /// Opens a backend over contacts written as JSON, for as long as `story` runs.
    func open(
        _ contacts: String, _ story: (any ContactBackend) async throws -> Void
    ) async throws {
        let scratch = try Scratch()
        let file = try LocalClient(
            opening: try scratch.file("contacts.json", contacts), title: "book")
        switch self {
        case .local:
            try await story(file)
        case .remote:
            let token = try #require(Token("pat-" + String(repeating: "0123456789", count: 6)))
            let responder = Responder(backend: file, token: token, callsPerMinute: nil)
            try await withListener(responder) { port in
                let address = try ServerAddress("http://127.0.0.1:\(port)")
                let profile = RemoteProfile(title: "shop", address: address, token: token)
                let remote = try RemoteClient(profile: profile)
                let client = try WorkspaceClient(
                    remote, profile, mirrors: scratch.path + "/mirrors", manner: .unattended)
                try await story(client)
                await client.close()
            }
        }
        await file.close()
    }
}
