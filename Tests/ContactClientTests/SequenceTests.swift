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

    /// A workspace behind a peer that gives these answers.
    private func visit(
        _ answers: [[FaultyPeer.Act]],
        _ story: (WorkspaceClient, FaultyPeer) async throws -> Void
    ) async throws {
        let peer = try await FaultyPeer(answers)
        try await Premises("[]").visit(.unattended, port: peer.port) { shop async throws in
            try await story(shop, peer)
        }
        try await peer.stop()
    }

    private func bodies(_ peer: FaultyPeer) -> [String] {
        peer.requests.map { String($0.split(separator: "\r\n\r\n").last ?? "") }
    }

    private func name(_ name: String) -> ContactPatch { ContactPatch(name: .set(name)) }

    private func named(_ name: String, id: String = "a") -> [FaultyPeer.Act] {
        let names = #""id":"\#(id)","phone":"+15550000001","name":"\#(name)""#
        return [.answer(200, #"{\#(names),"tags":["x"],"metadata":{}}"#)]
    }

    @Test func anUpdateNamesTheIDAloneAndOnlyWhatIsWritten() async throws {
        let answer = FaultyPeer.Act.answer(
            200, #"{"id":"a","phone":"+15550000001","name":"Ada K","email":null,"tags":["x"]}"#)
        try await visit([[ada], [answer]]) { shop, peer async throws in
            let number = try PhoneNumber(parsing: "+15550000001")
            let receipt = try await shop.update(
                .phone(number), name("Ada K"), removingMetadata: [])
            #expect(receipt.contact.name == "Ada K")
            #expect(receipt.contact.isComplete)
            #expect(bodies(peer).last == #"{"contact_id":"a","name":"Ada K"}"#)
        }
    }

    @Test func anAnswerAboutSomeoneElseIsNotTaken() async throws {
        try await visit([[ada], named("Ada K", id: "b"), [ada]]) { shop, peer async throws in
            let wrong = ClientError.BadAnswer.otherContact(asked: .id("a"), answered: "b")
            await #expect(throws: ClientError.badAnswer(wrong)) {
                try await shop.update(.id("a"), name("Ada K"), removingMetadata: [])
            }
            #expect(peer.requests.count == 3, "the contact is read, to know what was written")
            await #expect(throws: ClientError.nothingToUndo) { try await shop.undo() }
        }
    }

    /// Whatever came for an answer, what was written is found out by reading, and not sent twice.
    @Test(arguments: [
        FaultyPeer.Act.reset, .close, .text("SSH-2.0\r\n\r\n"),
        .answer(200, "<html>"), .answer(200, #"{"id":"a","na"#),
        .answer(200, "[]"), .answer(200, #"{"id":"b","name":"Ada K"}"#),
    ])
    func anAnswerOfNoUseIsMadeUpForByReading(_ act: FaultyPeer.Act) async throws {
        let answers = [[ada], [act], named("Ada K"), named("Ada K"), [ada]]
        try await visit(answers) { shop, peer async throws in
            let receipt = try await shop.update(.id("a"), name("Ada K"), removingMetadata: [])
            #expect(receipt.outcome == .changed)
            #expect(receipt.contact.name == "Ada K")
            #expect(peer.requests.count == 3)
            #expect(try await shop.undo().restored == [.id("a")])
            #expect(bodies(peer).last == #"{"contact_id":"a","name":"Ada"}"#)
        }
    }

    @Test func whatDidNotArriveStaysQueued() async throws {
        let answers = [[ada], [.reset], [ada], [ada], named("Ada K")]
        try await visit(answers) { shop, peer async throws in
            let lost = ClientError.outcomeUnknown(.brokenOff)
            await #expect(throws: ClientError.queued(because: lost, isBlind: false)) {
                try await shop.update(.id("a"), name("Ada K"), removingMetadata: [])
            }
            #expect(shop.status.counts.waiting == 1)
            await shop.sync()
            #expect(shop.status.counts.all == 0)
            let writes = bodies(peer).filter { $0.contains("Ada K") }
            #expect(writes.count == 2)
        }
    }

    @Test("what the server did and answered with a failure is this very change")
    func doneInSpiteOfAFailure() async throws {
        let premises = try Premises("[]")
        premises.pacing.repeats = 1
        premises.pacing.sleep = { _ in }
        let known = [[ada], named("Ada J")]
        let answers = [
            named("Ada J"), [fails], named("Ada K"), named("Ada K"), named("Ada J"),
        ]
        let peer = try await FaultyPeer(known + answers)
        try await premises.visit(.unattended, port: peer.port) { shop async throws in
            for new in ["Ada J", "Ada K"] {
                let receipt = try await shop.update(.id("a"), name(new), removingMetadata: [])
                #expect(receipt.outcome == .changed)
            }
            #expect(try await shop.log(limit: 9).count == 2)
            #expect(try await shop.undo().restored == [.id("a")])
            #expect(bodies(peer).last?.contains(#""name":"Ada J""#) == true)
        }
        try await peer.stop()
    }

    @Test func aTagWhoseAnswerIsOfNoUseIsLookedUp() async throws {
        func tags(_ list: String) -> FaultyPeer.Act {
            .answer(200, #"{"id":"a","phone":"+15550000001","tags":[\#(list)],"metadata":{}}"#)
        }
        let odd = FaultyPeer.Act.answer(200, #"{"ok":true}"#)
        let change = ContactChange(
            key: .id("a"), change: .retag(add: try TagList(csv: "one"), remove: TagList()))
        try await visit([[odd], [tags(#""x","one""#)]]) { shop, _ async throws in
            #expect(try await shop.apply([change]).changed == 1)
        }
        // A tag that is not in the answer was not added.
        try await visit([[tags(#""x""#)], [tags(#""x","one""#)]]) { shop, _ async throws in
            #expect(try await shop.apply([change]).changed == 1)
        }
        try await visit([[tags(#""x""#)]]) { shop, _ async throws in
            let report = try await shop.apply([change])
            #expect(report.failures.map(\.error) == [.badAnswer(.shape("tags"))])
        }
        try await visit([[odd], [tags(#""x""#)]]) { shop, _ async throws in
            let report = try await shop.apply([change])
            #expect(report.failures.map(\.error) == [.badAnswer(.shape("tags"))])
        }
    }

    @Test func halfOfWhatWasSentIsTakenBack() async throws {
        func tags(_ list: String) -> [FaultyPeer.Act] {
            [.answer(200, #"{"id":"a","phone":"+15550000001","tags":[\#(list)],"metadata":{}}"#)]
        }
        let answers = [
            [ada], tags(#""x","one""#), [fails], tags(#""x","one""#), tags(#""x""#),
            tags(#""x""#),
        ]
        try await visit(answers) { shop, peer async throws in
            let down = ClientError.serverFailed(status: 500, message: "down")
            await #expect(throws: ClientError.queued(because: down)) {
                try await shop.retag(
                    .id("a"), adding: try TagList(csv: "x,one,two"), removing: TagList())
            }
            #expect(try await shop.undo().restored == [.id("a")])
            #expect(
                bodies(peer) == [
                    #"{"contact_id":"a"}"#, #"{"contact_id":"a","tag":"one"}"#,
                    #"{"contact_id":"a","tag":"two"}"#, #"{"contact_id":"a"}"#,
                    #"{"contact_id":"a","tag":"one"}"#, #"{"contact_id":"a","tag":"two"}"#,
                ])
            #expect(peer.requests.last?.contains("/remove-tag ") == true)
            #expect(shop.status.counts.all == 0)
        }
    }

    @Test("a tag that the server may have had is taken back, and queued once when done again")
    func doneAgainOnce() async throws {
        func tags(_ list: String) -> [FaultyPeer.Act] {
            [.answer(200, #"{"id":"a","phone":"+15550000001","tags":[\#(list)],"metadata":{}}"#)]
        }
        let answers = [
            [ada], tags(#""x","one""#), [fails], tags(#""x","one""#), tags(#""x""#),
            tags(#""x""#), tags(#""x""#), [fails],
        ]
        try await visit(answers) { shop, _ async throws in
            await #expect(throws: (any Error).self) {
                try await shop.retag(
                    .id("a"), adding: try TagList(csv: "x,one,two"), removing: TagList())
            }
            _ = try await shop.undo()
            await #expect(throws: (any Error).self) { try await shop.redo() }
            var queued: [String] = []
            for case .retag(let add, _) in shop.unsent.map(\.change.change) {
                queued += add.texts
            }
            #expect(queued.sorted() == ["one", "two"])
        }
    }

    @Test("the rest of what was done in part goes before what was queued after it, and shows")
    func restKeepsItsPlace() async throws {
        func tags(_ list: String) -> [FaultyPeer.Act] {
            [.answer(200, #"{"id":"a","phone":"+15550000001","tags":[\#(list)],"metadata":{}}"#)]
        }
        let tag = try TagList(csv: "g")
        let later = ContactChange(key: .id("a"), change: .retag(add: TagList(), remove: tag))
        for isFollowed in [true, false] {
            let answers = [[ada], tags(""), [fails], tags(#""g""#), tags("")]
            let peer = try await FaultyPeer(answers)
            let premises = try Premises("[]")
            try await premises.visit(.unattended, port: peer.port) { shop async throws in
                await #expect(throws: (any Error).self) {
                    try await shop.retag(.id("a"), adding: tag, removing: try TagList(csv: "x"))
                }
                guard isFollowed else { return }
                #expect(try await shop.apply([later]).changed == 1)
                #expect(shop.status.counts.all == 0)
                let calls = peer.requests.suffix(2).map { $0.contains("/add-tag ") }
                #expect(calls == [true, false])
            }
            try await premises.visit(port: peer.port) { shop async throws in
                let shown = try await shop.list(.all, order: SortOrder()).rows(0..<1)
                #expect(shown.first?.contact.tags.texts == (isFollowed ? [] : ["g"]))
            }
            try await peer.stop()
        }
    }

    @Test("what was done of a contact's tags before the rest was refused is told, and taken back")
    func refusedInPart() async throws {
        func tags(_ list: String) -> [FaultyPeer.Act] {
            [.answer(200, #"{"id":"a","phone":"+15550000001","tags":[\#(list)],"metadata":{}}"#)]
        }
        let no = [FaultyPeer.Act.answer(422, #"{"error":"no","errors":{"tag":["no"]}}"#)]
        let change = ContactChange(
            key: .phone(try PhoneNumber(parsing: "+15550000001")),
            change: .retag(add: try TagList(csv: "new"), remove: try TagList(csv: "old")))
        try await visit([tags(""), no, tags(""), tags(#""old""#)]) { shop, peer async throws in
            let report = try await shop.apply([change])
            #expect(report.changed == 1)
            #expect(report.failures.count == 1)
            let rest = Change.retag(add: try TagList(csv: "new"), remove: TagList())
            #expect(report.failures.map(\.change.change) == [rest])
            #expect(shop.status.counts.all == 0)
            #expect(try await shop.undo().restored.count == 1)
            #expect(bodies(peer).last == #"{"phone":"+15550000001","tag":"old"}"#)
            #expect(peer.requests.last?.contains("/add-tag ") == true)
        }
    }

    @Test func whatOthersChangedSinceIsNotTakenBack() async throws {
        try await visit([[ada], named("Mine"), named("Theirs")]) { shop, peer async throws in
            _ = try await shop.update(.id("a"), name("Mine"), removingMetadata: [])
            let receipt = try await shop.undo()
            #expect(receipt.restored.isEmpty)
            #expect(receipt.skipped == [.id("a")])
            #expect(peer.requests.count == 3)
        }
    }

    @Test func anUndoThatDidNotArriveWaits() async throws {
        let answers = [[ada], named("Mine"), [fails], named("Mine"), [ada]]
        try await visit(answers) { shop, peer async throws in
            _ = try await shop.update(.id("a"), name("Mine"), removingMetadata: [])
            let down = ClientError.serverFailed(status: 500, message: "down")
            await #expect(throws: ClientError.queued(because: down)) { try await shop.undo() }
            #expect(shop.status.counts.waiting == 1)
            await shop.sync()
            #expect(shop.status.counts.all == 0)
            #expect(bodies(peer)[4] == #"{"contact_id":"a","name":"Ada"}"#)
        }
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
