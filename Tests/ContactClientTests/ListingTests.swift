import ContactClient
import ContactModel
import JSONText
import Synchronization
import TestGround
import Testing

/// Whole workspaces are listed with `list_contacts`, in whichever era of MCP the server speaks.
@Suite(.serialized) struct ListingTests {
    private static func contact(_ number: Int) -> String {
        ##"{"id":"id\##(number)","phone":"+1555\##(1_000_000 + number)","tags":["x"]}"##
    }

    private static func page(_ numbers: Range<Int>, _ page: Int, of last: Int, total: Int) -> String
    {
        let rows = numbers.map(contact).joined(separator: ",")
        let meta = #""current_page":\#(page),"last_page":\#(last),"per_page":100,"total":\#(total)"#
        return #"{"data":[\#(rows)],"meta":{\#(meta)}}"#
    }

    private static func reply(_ id: Int, _ result: String) -> String {
        #"{"jsonrpc":"2.0","id":\#(id),"result":\#(result)}"#
    }

    /// What a tool answers, structured as newer servers have it.
    private static func structured(_ id: Int, _ content: String) -> String {
        reply(id, #"{"content":[],"structuredContent":\#(content),"resultType":"complete"}"#)
    }

    /// The same as text alone, as older servers have it.
    private static func worded(_ id: Int, _ content: String) -> String {
        let text = JSONValue.string(content).jsonText
        return reply(id, #"{"content":[{"type":"text","text":\#(text)}],"isError":false}"#)
    }

    private static func stream(_ text: String, fields: [String] = []) -> FaultyPeer.Act {
        .answer(200, text, type: "text/event-stream", fields: fields)
    }

    private static let refusal = [
        FaultyPeer.Act.answer(
            400, #"{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"no session"}}"#)
    ]
    private static let missing = [FaultyPeer.Act.answer(404, "<html>", type: "text/html")]
    private static let accepted = [FaultyPeer.Act.answer(202, "")]

    private static func welcome(_ id: Int, session: String) -> [FaultyPeer.Act] {
        let result = #"{"protocolVersion":"2025-06-18","capabilities":{},"serverInfo":{}}"#
        return [
            stream(
                ": hello\r\n\r\nevent: message\r\ndata: \(reply(id, result))\r\n\r\n",
                fields: ["Mcp-Session-Id: \(session)"])
        ]
    }

    /// What a list of everybody comes to, and what was sent for it.
    private func list(
        _ answers: [[FaultyPeer.Act]], query: String = "", times: Int = 1
    ) async throws -> (Result<any ContactListing, ClientError>, [String]) {
        try await list(from: FaultyPeer(answers), query: query, times: times)
    }

    private func list(
        from peer: FaultyPeer, query: String = "", times: Int = 1
    ) async throws -> (Result<any ContactListing, ClientError>, [String]) {
        let profile = try FaultTests.profile(port: peer.port, deadline: .seconds(100))
        let scratch = try Scratch()
        let client = try WorkspaceClient(
            RemoteClient(profile: profile), profile, mirrors: scratch.path, manner: .unattended)
        let query = try Query(query, clock: .still)
        var result: Result<any ContactListing, ClientError>?
        for _ in 0..<times {
            do throws(ClientError) {
                result = .success(try await client.list(query, order: SortOrder()))
            } catch {
                result = .failure(error)
            }
        }
        await client.close()
        try await peer.stop()
        return (try #require(result), peer.requests)
    }

    private func field(_ name: String, _ request: String) -> String? {
        let prefix = name.lowercased() + ": "
        return request.split(separator: "\r\n").first { $0.lowercased().hasPrefix(prefix) }
            .map { String($0.dropFirst(prefix.count)) }
    }

    private func parameters(_ request: String) throws -> JSONObject {
        let start = try #require(request.firstRange(of: "\r\n\r\n")).upperBound
        let body = try JSONValue(parsing: Array(request[start...].utf8))
        return body.object?["params"]?.object ?? [:]
    }

    @Test("a contact that is too large alone is left out, and keeps nobody else from being read")
    func tooLarge() async throws {
        let large = FaultyPeer.Act.answer(200, String(repeating: " ", count: 65 << 10))
        var answers = [[large], [large]]
        func add(_ numbers: Range<Int>, page: Int, of last: Int) {
            let text = ListingTests.page(numbers, page, of: last, total: 12)
            answers.append([.answer(200, ListingTests.structured(answers.count + 1, text))])
        }
        for number in 0..<10 {
            if number == 3 {
                answers.append([large])
            } else {
                add(number..<number + 1, page: number + 1, of: 12)
            }
        }
        add(10..<12, page: 2, of: 2)
        let (result, requests) = try await list(answers)
        let listing = try result.get()
        #expect(listing.count == 11)
        #expect(listing.isPartial)
        #expect(requests.count == 13)
    }

    @Test func modernServersAreAskedPageByPage() async throws {
        let first = ListingTests.structured(1, ListingTests.page(0..<100, 1, of: 2, total: 150))
        let second = ListingTests.structured(2, ListingTests.page(100..<150, 2, of: 2, total: 150))
        let (result, requests) = try await list([[.answer(200, first)], [.answer(200, second)]])
        let listing = try result.get()
        #expect(listing.count == 150)
        #expect(!listing.isPartial)
        #expect(requests.count == 2)
        for (index, request) in requests.enumerated() {
            #expect(request.hasPrefix("POST /mcp HTTP/1.1"))
            #expect(field("Accept", request) == "application/json, text/event-stream")
            #expect(field("MCP-Protocol-Version", request) == "2026-07-28")
            #expect(field("Mcp-Method", request) == "tools/call")
            #expect(field("Mcp-Name", request) == "list_contacts")
            let parameters = try parameters(request)
            let version = parameters["_meta"]?.object?["io.modelcontextprotocol/protocolVersion"]
            #expect(version?.text == "2026-07-28")
            let arguments = try #require(parameters["arguments"]?.object)
            #expect(arguments["opted_in_only"] == .bool(false))
            #expect(arguments["page"] == .number(JSONNumber(index + 1)))
            #expect(arguments["per_page"] == .number(JSONNumber(100)))
        }
    }

    @Test func olderServersAreGreetedFirst() async throws {
        let note = #"{"jsonrpc":"2.0","method":"notifications/message","params":{"id":4}}"#
        let first = ListingTests.worded(3, ListingTests.page(0..<100, 1, of: 2, total: 101))
        let second = ListingTests.worded(4, ListingTests.page(100..<101, 2, of: 2, total: 101))
        let noisy = ListingTests.stream(": on it\n\ndata: \(note)\n\nid: 7\ndata: \(first)\n\n")
        let (result, requests) = try await list([
            ListingTests.refusal, ListingTests.welcome(2, session: "s-1"), ListingTests.accepted,
            [noisy], [.answer(200, second)],
        ])
        #expect(try result.get().count == 101)
        #expect(requests.count == 5)
        #expect(try parameters(requests[1])["protocolVersion"]?.text == "2025-11-25")
        #expect(requests[2].contains(#""method":"notifications/initialized""#))
        for request in requests[2...] {
            #expect(field("MCP-Protocol-Version", request) == "2025-06-18")
            #expect(field("Mcp-Session-Id", request) == "s-1")
        }
    }

    @Test func aStreamThatStaysOpenIsNotWaitedFor() async throws {
        let text = ListingTests.structured(1, ListingTests.page(0..<2, 1, of: 1, total: 2))
        let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
        let (result, _) = try await list([[.text(head + "data: \(text)\n\n")]])
        #expect(try result.get().count == 2)
    }

    @Test func aSessionThatIsOverIsBegunAnew() async throws {
        let whole = ListingTests.page(0..<2, 1, of: 1, total: 2)
        let (result, requests) = try await list(
            [
                ListingTests.missing, ListingTests.welcome(2, session: "s-1"),
                ListingTests.accepted, [.answer(200, ListingTests.structured(3, whole))],
                ListingTests.missing, ListingTests.welcome(5, session: "s-2"),
                ListingTests.accepted, [.answer(200, ListingTests.structured(6, whole))],
            ], times: 2)
        #expect(try result.get().count == 2)
        #expect(requests.count == 8)
        #expect(field("Mcp-Session-Id", requests[4]) == "s-1")
        #expect(field("Mcp-Session-Id", requests[7]) == "s-2")
    }

    /// Without MCP the search of the API is asked, and MCP is not tried again.
    @Test func withoutMCPTheListIsPartial() async throws {
        let rows = "[" + (0..<50).map(ListingTests.contact).joined(separator: ",") + "]"
        let search = [FaultyPeer.Act.answer(200, rows)]
        let page = [FaultyPeer.Act.answer(200, "<html>welcome", type: "text/html")]
        let unknown = [
            FaultyPeer.Act.answer(
                200, ListingTests.reply(1, #"{"content":[],"isError":true}"#))
        ]
        for answer in [ListingTests.missing, page, unknown, ListingTests.refusal] {
            let (result, requests) = try await list(
                [answer, ListingTests.missing, search], times: 3)
            let listing = try result.get()
            #expect(listing.count == 50)
            #expect(listing.isPartial)
            #expect(requests.count == 5)
            #expect(requests.filter { $0.hasPrefix("POST /mcp ") }.count == 2)
        }
    }

    @Test("rows of a search do not tell metadata, so nothing is claimed about it")
    func metadataIsUnknown() async throws {
        for query in ["meta.ltv", "-meta.ltv"] {
            let (result, _) = try await list(
                [
                    ListingTests.missing, ListingTests.missing,
                    [.answer(200, "[\(ListingTests.contact(1))]")],
                ], query: query)
            let listing = try result.get()
            #expect(listing.count == 0)
            #expect(listing.total == 1)
        }
    }

    @Test func aServerThatIsDownForToolsAloneIsStillSearched() async throws {
        let down = [FaultyPeer.Act.answer(502, "<html>", type: "text/html")]
        let (result, requests) = try await list([down, [.answer(200, "[]")]])
        let listing = try result.get()
        #expect(listing.count == 0)
        #expect(requests.count == 2)
        let (refused, _) = try await list([[.answer(401, #"{"message":"Unauthenticated."}"#)]])
        #expect(throws: ClientError.unauthenticated) { try refused.get() }
    }

    @Test("an answer that is cut off is a fault, and no sign that there is no list")
    func cutOff() async throws {
        let page = ListingTests.page(0..<2, 1, of: 1, total: 2)
        let cut = [FaultyPeer.Act.answer(200, String(ListingTests.structured(1, page).dropLast(9)))]
        let whole = [FaultyPeer.Act.answer(200, ListingTests.structured(2, page))]
        let (result, _) = try await list([cut, [.answer(200, "[]")], whole], times: 2)
        let listing = try result.get()
        #expect(listing.count == 2 && !listing.isPartial)
    }

    /// Pages that go round, or are not those that were asked for, end the reading.
    @Test func pagesThatLeadNowhereAreNotFollowed() async throws {
        func failure(_ pages: String...) async throws -> (ClientError?, Int) {
            let peer = try await FaultyPeer { _, request in
                guard let asked = request.askedPage else { return [.close] }
                let page = pages[min(asked.page, pages.count) - 1]
                return [.answer(200, ListingTests.structured(asked.id, page))]
            }
            let (result, requests) = try await list(from: peer)
            if case .failure(let error) = result { return (error, requests.count) }
            return (nil, requests.count)
        }
        let first = ListingTests.page(0..<2, 1, of: 9, total: 18)
        let (again, calls) = try await failure(
            first, ListingTests.page(0..<2, 2, of: 9, total: 18))
        #expect(again == .badAnswer(.shape("meta")))
        // Two pages are asked for ahead.
        #expect(calls <= 3)
        let other = try await failure(first, ListingTests.page(2..<4, 3, of: 9, total: 18))
        #expect(other.0 == .badAnswer(.shape("meta.current_page")))
        let flawed = try await failure(first, #"{"data":[{"name":"nobody"}],"meta":{}}"#)
        #expect(flawed.0 == .badAnswer(.shape("meta.current_page")))
        let empty = try await failure(first, ListingTests.page(0..<0, 2, of: 9, total: 18))
        #expect(empty.0 == .badAnswer(.shape("data")))
        for last in [1, 9] {
            let over = try await failure(first, ListingTests.page(0..<0, 2, of: last, total: 2))
            #expect(over.0 == nil, "everybody was there")
            #expect(over.1 <= 3)
        }
    }

    @Test func contactsThatMovedBetweenPagesLeaveTheListPartial() async throws {
        let first = ListingTests.structured(1, ListingTests.page(0..<3, 1, of: 2, total: 6))
        let second = ListingTests.structured(2, ListingTests.page(2..<5, 2, of: 2, total: 6))
        let (result, _) = try await list([[.answer(200, first)], [.answer(200, second)]])
        let listing = try result.get()
        #expect(listing.count == 5)
        #expect(listing.isPartial)
    }

    @Test("one that went while the pages were read drew another one to a page already read")
    func contactsThatMovedAsOneWentLeaveTheListPartial() async throws {
        let first = ListingTests.structured(1, ListingTests.page(0..<3, 1, of: 2, total: 6))
        let second = ListingTests.structured(2, ListingTests.page(4..<6, 2, of: 2, total: 5))
        let (result, _) = try await list([[.answer(200, first)], [.answer(200, second)]])
        let listing = try result.get()
        #expect(listing.count == 5)
        #expect(listing.isPartial)
    }

    @Test func whereEveryContactIsTooLargeTheReadingEndsSoon() async throws {
        let peer = try await FaultyPeer { _, _ in
            [.answer(200, String(repeating: " ", count: 65 << 10))]
        }
        let (result, requests) = try await list(from: peer)
        let tooLarge = ClientError.badAnswer(.tooLarge(limit: 64 << 10))
        #expect(throws: tooLarge) { try result.get() }
        // A page, a tenth of it and ten contacts; then the search, which is too large as well.
        #expect(requests.count == 13)
    }
}
