import ContactClient
import ContactModel
import JSONText
import TestGround
import Testing

/// Several tags of one contact are changed with one call of `tag_contact` where a server has it.
@Suite(.serialized) struct TaggingToolTests {
    private static func reply(_ id: Int, _ result: String) -> FaultyPeer.Act {
        .answer(200, #"{"jsonrpc":"2.0","id":\#(id),"result":\#(result)}"#)
    }

    private static func tools(_ names: String...) -> String {
        let list = names.map { #"{"name":"\#($0)","inputSchema":{}}"# }.joined(separator: ",")
        return #"{"tools":[\#(list)],"resultType":"complete"}"#
    }

    private static func contact(_ tags: String) -> String {
        #"{"id":"a","phone":"+15550000001","tags":[\#(tags)]}"#
    }

    private static func structured(_ content: String) -> String {
        #"{"content":[],"structuredContent":\#(content),"resultType":"complete"}"#
    }

    private static func tagged(_ action: String, _ tags: String) -> FaultyPeer.Act {
        .answer(200, #"{"id":"a","phone":"+15550000001","tag_\#(action)":"t","tags":[\#(tags)]}"#)
    }

    /// What changing three tags comes to, and the paths and tools that were called for it.
    private func retag(
        _ answers: [FaultyPeer.Act], _ key: ContactKey = .id("a")
    ) async throws -> (Result<Int, ClientError>, [String], [LogEntry]) {
        let peer = try await FaultyPeer(answers.map { [$0] })
        let premises = try Premises("[]")
        let shop = try premises.open(.unattended, port: peer.port)
        let change = Change.retag(add: try TagList(csv: "x,y"), remove: try TagList(csv: "old"))
        var result: Result<Int, ClientError>
        do throws(ClientError) {
            let report = try await shop.apply([ContactChange(key: key, change: change)])
            result = .success(report.changed)
        } catch {
            result = .failure(error)
        }
        let log = try await shop.log(limit: 1)
        await shop.close()
        try await peer.stop()
        return (result, peer.requests.map(called), log)
    }

    private func called(_ request: String) -> String {
        let path = request.split(separator: " ")[1].split(separator: "/").last ?? ""
        let words = ["tools/list", "initialize", "notifications/initialized", "tag_contact"]
        return words.first { request.contains(#""\#($0)""#) } ?? String(path)
    }

    @Test func modernServersAreAskedOnceAndCalledOnce() async throws {
        let (result, calls, log) = try await retag([
            Self.reply(1, Self.tools("tag_contact")),
            Self.reply(2, Self.structured(Self.contact(#""x","z","y""#))),
        ])
        #expect(try result.get() == 1)
        #expect(calls == ["tools/list", "tag_contact"])
        #expect(log.map(\.what.text) == ["+y 1, -old 1"], "x was there before")
    }

    @Test func olderServersAreGreetedFirst() async throws {
        let welcome = #"{"protocolVersion":"2025-06-18","capabilities":{},"serverInfo":{}}"#
        let (result, calls, _) = try await retag([
            .answer(404, "<html>", type: "text/html"), Self.reply(2, welcome), .answer(202, ""),
            Self.reply(3, Self.tools("tag_contact")),
            Self.reply(4, Self.structured(Self.contact(#""x","y""#))),
        ])
        #expect(try result.get() == 1)
        let wanted = ["tools/list", "initialize", "notifications/initialized", "tools/list"]
        #expect(calls == wanted + ["tag_contact"])
    }

    @Test func whereThereIsNoSuchToolEachTagIsACall() async throws {
        let actions = [
            Self.tagged("removed", ""), Self.tagged("added", #""x""#),
            Self.tagged("added", #""x","y""#),
        ]
        let (result, calls, log) = try await retag(
            [Self.reply(1, Self.tools("list_contacts"))] + actions)
        #expect(try result.get() == 1)
        #expect(calls.suffix(3) == ["remove-tag", "add-tag", "add-tag"])
        #expect(log.map(\.what.text) == ["+x 1, +y 1, -old 1"])
        let (other, others, _) = try await retag(
            actions, .phone(try PhoneNumber(parsing: "+15550000001")))
        #expect(try other.get() == 1)
        #expect(others == ["remove-tag", "add-tag", "add-tag"], "the tool wants an id")
    }

    /// What the tool refuses, or answers out of all reason, the actions decide.
    @Test func whatTheToolDoesNotDoTheActionsDo() async throws {
        let listed = [Self.reply(1, Self.tools("tag_contact"))]
        let gone = FaultyPeer.Act.answer(404, #"{"error":"Contact not found"}"#)
        let refusal = #"{"content":[{"type":"text","text":"no"}],"isError":true}"#
        let other = Self.structured(#"{"id":"b","tags":["x","y"]}"#)
        let lies = Self.structured(Self.contact(#""old""#))
        let down = FaultyPeer.Act.answer(502, "<html>", type: "text/html")
        for answer in [Self.reply(2, refusal), Self.reply(2, other), Self.reply(2, lies), down] {
            let (result, calls, _) = try await retag(listed + [answer, gone])
            #expect(throws: Never.self) { try result.get() }
            #expect(calls.suffix(2) == ["tag_contact", "remove-tag"])
        }
    }

    @Test func whatGotLostIsSentAgain() async throws {
        let listed = [Self.reply(1, Self.tools("tag_contact"))]
        let (result, calls, _) = try await retag(listed + [.close])
        #expect(throws: ClientError.queued(because: .outcomeUnknown(.brokenOff))) {
            try result.get()
        }
        #expect(calls.suffix(1) == ["tag_contact"])
    }

    @Test func ourOwnServerTakesItAtItsOwnQuota() async throws {
        let people = #"[{"id":"a","phone":"+15550000001","name":"Ada","tags":["old"]}]"#
        let premises = try Premises(people, callsPerMinute: 2)
        let change = Change.retag(add: try TagList(csv: "x,y"), remove: try TagList(csv: "old"))
        try await premises.serve {
            try await premises.visit(.unattended) { shop async throws in
                let report = try await shop.apply([ContactChange(key: .id("a"), change: change)])
                #expect(report.changed == 1)
                #expect(try await shop.undo().restored == [.id("a")])
            }
        }
        #expect(try await premises.book.contact(.key(.id("a"))).tags.texts == ["old"])
    }
}
