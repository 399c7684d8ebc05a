import ContactClient
import ContactServer
import TestGround
import Testing

/// Every endpoint and every failure, request in and answer out, as the files in `Golden` tell.
@Suite struct GoldenTests {
    static let token = "pat-0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

    static let files = [
        "me", "get-contact", "search-contacts", "update-contact", "create-contact", "tags",
        "paths", "tokens", "bodies", "odd-records",
        "mcp-handshake", "mcp-modern", "mcp-tools",
    ]

    @Test(arguments: files)
    func everyAnswerIsAsWritten(_ name: String) async throws {
        let golden = try Scratch.text(at: GoldenTests.path("\(name).txt"))
        let scratch = try Scratch()
        let book = try scratch.file(
            "contacts.json", try Scratch.text(at: GoldenTests.path("contacts.json")))
        let client = try LocalClient(opening: book, title: "book")
        let token = try #require(Token(GoldenTests.token))
        let responder = Responder(
            backend: client, token: token, callsPerMinute: nil, mcpCallsPerMinute: nil,
            version: "0.1.0")
        let transcript = Transcript(golden, token: GoldenTests.token)
        #expect(!transcript.exchanges.isEmpty)
        for exchange in transcript.exchanges {
            let response = await responder.respond(to: exchange.request)
            let answer = Transcript.lines(of: response)
            let asked = exchange.requestLines.joined(separator: "\n")
            #expect(answer == exchange.answer, "\(asked)\n\(answer.joined(separator: "\n"))")
        }
        await client.close()
    }

    static func path(_ name: String) -> String {
        let here = "\(#filePath)"
        return here.prefix(through: here.lastIndex(of: "/") ?? here.startIndex) + "Golden/" + name
    }
}
