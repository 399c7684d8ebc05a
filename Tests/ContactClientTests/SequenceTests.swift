import ContactClient
import ContactModel
import JSONText
import Testing

/// Changes that take several calls, where one of them goes wrong.
@Suite(.serialized) struct SequenceTests {
    private let ada = FaultyPeer.Act.answer(200, FaultTests.ada)
    private let fails = FaultyPeer.Act.answer(500, #"{"error":"down"}"#)

    @Test func aRequestSaysWhoAsksForWhat() async throws {
        let peer = try await FaultyPeer([[ada]])
        let client = try FaultTests.client(port: peer.port)
        _ = try await client.contact(.key(.id("a")))
        let request = try #require(peer.requests.first)
        #expect(request.hasPrefix("POST /api/v1/actions/get-contact HTTP/1.1\r\n"))
        for line in [
            "Authorization: Bearer \(FaultTests.token)", "Accept: application/json",
            "Content-Type: application/json", "User-Agent: patchbook/test",
        ] {
            #expect(request.contains("\r\n\(line)\r\n"))
        }
        #expect(request.hasSuffix("\r\n\r\n" + #"{"contact_id":"a"}"#))
        await client.close()
        try await peer.stop()
    }

    @Test func anUpdateNamesTheIDAloneAndOnlyWhatIsWritten() async throws {
        let answer = FaultyPeer.Act.answer(
            200, #"{"id":"a","phone":"+15550000001","name":"Ada K","email":null,"tags":["x"]}"#)
        let peer = try await FaultyPeer([[ada], [answer]])
        let client = try FaultTests.client(port: peer.port)
        let number = try PhoneNumber(parsing: "+15550000001")
        let receipt = try await client.update(
            .phone(number), ContactPatch(name: .set("Ada K")), removingMetadata: [])
        #expect(receipt.contact.name == "Ada K")
        #expect(receipt.contact.isComplete)
        #expect(peer.requests.last?.hasSuffix(#"{"contact_id":"a","name":"Ada K"}"#) == true)
        await client.close()
        try await peer.stop()
    }

    @Test func anAnswerAboutSomeoneElseIsNotTaken() async throws {
        let other = FaultyPeer.Act.answer(200, #"{"id":"b","name":"Ada K","tags":[]}"#)
        let peer = try await FaultyPeer([[ada], [other]])
        let client = try FaultTests.client(port: peer.port)
        let wrong = ClientError.BadAnswer.otherContact(asked: .id("a"), answered: "b")
        await #expect(throws: ClientError.badAnswer(wrong)) {
            let patch = ContactPatch(name: .set("Ada K"))
            return try await client.update(.id("a"), patch, removingMetadata: [])
        }
        await #expect(throws: ClientError.nothingToUndo) { try await client.undo() }
        await client.close()
        try await peer.stop()
    }

    @Test func tagsThatWentThroughCanBeTakenBack() async throws {
        func tags(_ list: String) -> FaultyPeer.Act {
            .answer(200, #"{"id":"a","phone":"+15550000001","tags":[\#(list)],"metadata":{}}"#)
        }
        let peer = try await FaultyPeer([
            [ada], [tags(#""x","one""#)], [fails], [tags(#""x","one""#)], [tags(#""x""#)],
        ])
        let client = try FaultTests.client(port: peer.port)
        await #expect(throws: ClientError.serverFailed(status: 500, message: "down")) {
            try await client.retag(
                .id("a"), adding: try TagList(csv: "x,one,two"), removing: TagList())
        }
        #expect(try await client.undo().restored == [.id("a")])
        let bodies = peer.requests.map { String($0.split(separator: "\r\n\r\n").last ?? "") }
        #expect(
            bodies == [
                #"{"contact_id":"a"}"#, #"{"contact_id":"a","tag":"one"}"#,
                #"{"contact_id":"a","tag":"two"}"#, #"{"contact_id":"a"}"#,
                #"{"contact_id":"a","tag":"one"}"#,
            ])
        await client.close()
        try await peer.stop()
    }

    @Test func whatOthersChangedSinceIsNotTakenBack() async throws {
        let changed = FaultyPeer.Act.answer(200, #"{"id":"a","name":"Mine","tags":["x"]}"#)
        let since = FaultyPeer.Act.answer(200, #"{"id":"a","name":"Theirs","metadata":{}}"#)
        let peer = try await FaultyPeer([[ada], [changed], [since]])
        let client = try FaultTests.client(port: peer.port)
        _ = try await client.update(
            .id("a"), ContactPatch(name: .set("Mine")), removingMetadata: [])
        let receipt = try await client.undo()
        #expect(receipt.restored.isEmpty)
        #expect(receipt.skipped == [.id("a")])
        #expect(peer.requests.count == 3)
        await client.close()
        try await peer.stop()
    }

    @Test func anUndoThatDidNotArriveCanBeTriedAgain() async throws {
        let changed = FaultyPeer.Act.answer(200, #"{"id":"a","name":"Mine","tags":["x"]}"#)
        let now = FaultyPeer.Act.answer(200, #"{"id":"a","name":"Mine","metadata":{}}"#)
        let peer = try await FaultyPeer([[ada], [changed], [fails], [now], [ada]])
        let client = try FaultTests.client(port: peer.port)
        _ = try await client.update(
            .id("a"), ContactPatch(name: .set("Mine")), removingMetadata: [])
        await #expect(throws: ClientError.serverFailed(status: 500, message: "down")) {
            try await client.undo()
        }
        #expect(try await client.undo().restored == [.id("a")])
        await client.close()
        try await peer.stop()
    }

    @Test func tagsMayBeBareTexts() async throws {
        let answer = FaultyPeer.Act.answer(200, #"["a",{"id":1,"name":"b, c"},{"name":"a"}]"#)
        let peer = try await FaultyPeer([[answer], [.answer(200, #"[5]"#)]])
        let client = try FaultTests.client(port: peer.port)
        #expect(try await client.tags().map(\.tag.text) == ["a", "b, c"])
        await #expect(throws: ClientError.badAnswer(.shape("name"))) { try await client.tags() }
        await client.close()
        try await peer.stop()
    }
}
