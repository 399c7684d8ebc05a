import ContactClient
import ContactModel
import JSONText
import TestGround
import Testing

/// What becomes of a command's changes that it could not send.
@Suite(.serialized) struct CommandStories {
    private let mine = ContactPatch(name: .set("Mine"))
    private let theirs = ContactPatch(name: .set("Theirs"))

    private func premises(isRead: Bool = true) async throws -> Premises {
        let premises = try Premises(
            """
            [{"id":"a","phone":"+15550000001","name":"Ada","tags":["vip"],"metadata":{"n":1}},
             {"id":"b","phone":"+15550000002","name":"Bo","tags":[],"metadata":{}}]
            """)
        guard isRead else { return premises }
        try await premises.serve {
            try await premises.visit { shop async throws in #expect(await shop.sync() == nil) }
        }
        return premises
    }

    private func queue(
        _ patch: ContactPatch, to key: ContactKey, isBlind: Bool = false, on premises: Premises
    ) async throws {
        try await premises.visit(.unattended) { shop async throws in
            let queued = ClientError.queued(because: .notSent(.refused), isBlind: isBlind)
            await #expect(throws: queued) {
                try await shop.update(key, patch, removingMetadata: [])
            }
        }
    }

    static let edits: [(ContactPatch, ContactPatch)] = [
        (ContactPatch(name: .set("Mine")), ContactPatch(name: .set("Theirs"))),
        (
            ContactPatch(tags: TagList(stored: "mine")),
            ContactPatch(tags: TagList(stored: "theirs"))
        ),
        (ContactPatch(metadata: ["n": .string("m")]), ContactPatch(metadata: ["n": .string("t")])),
    ]

    @Test("a colleague's edit is not written over", arguments: edits, [true, false])
    func aColleaguesEditStays(edits: (ContactPatch, ContactPatch), byPhone: Bool) async throws {
        let premises = try await premises()
        let phone = ContactKey.phone(try PhoneNumber(parsing: "+15550000001"))
        try await queue(edits.0, to: byPhone ? phone : .id("a"), on: premises)
        _ = try await premises.book.update(.id("a"), edits.1, removingMetadata: [])
        let before = try await premises.book.contact(.key(.id("a")))
        try await premises.visit { shop async throws in
            try await premises.serve { #expect(await shop.sync() == nil) }
            #expect(shop.status.counts.conflicts == 1)
        }
        #expect(try await premises.book.contact(.key(.id("a"))) == before)
    }

    @Test func whatStandsAsItWasKnownIsWritten() async throws {
        let premises = try await premises()
        try await queue(mine, to: .id("a"), on: premises)
        let tags = ContactPatch(tags: TagList(stored: "theirs"))
        _ = try await premises.book.update(.id("a"), tags, removingMetadata: [])
        try await premises.visit { shop async throws in
            try await premises.serve { #expect(await shop.sync() == nil) }
            #expect(shop.status.counts.all == 0)
        }
        let ada = try await premises.book.contact(.key(.id("a")))
        #expect(ada.name == "Mine" && ada.tags.texts == ["theirs"])
    }

    @Test func aCommandThatReachesTheServerWritesOverWhatIsThereNow() async throws {
        let premises = try await premises()
        _ = try await premises.book.update(.id("a"), theirs, removingMetadata: [])
        try await premises.serve {
            try await premises.visit(.unattended) { shop async throws in
                let receipt = try await shop.update(.id("a"), mine, removingMetadata: [])
                #expect(receipt.contact.name == "Mine")
                #expect(shop.status.counts.all == 0)
            }
        }
    }

    @Test func whereNothingIsKnownThatIsSaid() async throws {
        let premises = try await premises(isRead: false)
        try await queue(mine, to: .id("a"), isBlind: true, on: premises)
        try await premises.visit { shop async throws in
            #expect(shop.unsent.map(\.isBlind) == [true])
            #expect(shop.unsent.map(shop.mayBeThere) == [false])
            try await premises.serve { #expect(await shop.sync() == nil) }
        }
        #expect(try await premises.book.contact(.key(.id("a"))).name == "Mine")
    }

    @Test("an undo that found everything changed goes by that step the next time")
    func passing() async throws {
        let premises = try await premises()
        try await premises.serve {
            try await premises.visit(.unattended) { shop async throws in
                _ = try await shop.update(.id("a"), mine, removingMetadata: [])
                _ = try await shop.update(.id("b"), mine, removingMetadata: [])
            }
            _ = try await premises.book.update(.id("b"), theirs, removingMetadata: [])
            try await premises.visit(.unattended) { shop async throws in
                #expect(try await shop.undo().skipped == [.id("b")])
            }
            try await premises.visit(.unattended) { shop async throws in
                #expect(try await shop.undo().restored == [.id("a")])
                #expect(try await shop.log(limit: 9).count == 3)
            }
        }
        #expect(try await premises.book.contact(.key(.id("a"))).name == "Ada")
        #expect(try await premises.book.contact(.key(.id("b"))).name == "Theirs")
    }

    @Test("what nobody waits for any more is given up before it is sent")
    func stoppedInTime() async throws {
        let premises = try await premises()
        premises.pacing.isWanted = { false }
        try await premises.serve {
            try await premises.visit(.unattended) { shop async throws in
                await #expect(throws: ClientError.stopped) {
                    try await shop.update(.id("a"), mine, removingMetadata: [])
                }
                #expect(shop.status.counts.all == 0)
            }
        }
        #expect(try await premises.book.contact(.key(.id("a"))).name == "Ada")
    }

    @Test("what may have been sent stays queued", .timeLimit(.minutes(1)))
    func stoppedTooLate() async throws {
        let premises = try await premises(isRead: false)
        let ada = #"{"id":"a","phone":"+15550000001","name":"Ada","tags":[],"metadata":{}}"#
        let peer = try await FaultyPeer([[.answer(200, ada)], [.close]])
        // Whoever waits leaves as soon as the write has come.
        premises.pacing.isWanted = { peer.requests.count < 2 }
        premises.pacing.repeats = 9
        premises.pacing.sleep = { _ in try await Task.sleep(for: .milliseconds(1)) }
        try await premises.visit(.unattended, port: peer.port) { shop async throws in
            await #expect(throws: ClientError.queued(because: .stopped)) {
                try await shop.update(.id("a"), mine, removingMetadata: [])
            }
            #expect(shop.status.counts.waiting == 1)
            #expect(shop.unsent.allSatisfy(shop.mayBeThere))
        }
        try await peer.stop()
    }

    @Test func anUndoThatWouldWriteOverAColleagueLeavesNoTrace() async throws {
        let premises = try await premises()
        try await premises.serve {
            try await premises.visit(.unattended) { shop async throws in
                _ = try await shop.update(.id("a"), mine, removingMetadata: [])
                _ = try await premises.book.update(.id("a"), theirs, removingMetadata: [])
                let receipt = try await shop.undo()
                #expect(receipt.restored == [] && receipt.skipped == [.id("a")])
                let log = try await shop.log(limit: 9)
                #expect(log.map(\.isUndone) == [false])
            }
        }
        #expect(try await premises.book.contact(.key(.id("a"))).name == "Theirs")
    }

    @Test("an answer that tells only the tags takes back nothing of what was told before it")
    func partialAnswers() async throws {
        let premises = try await premises()
        let keys = [ContactKey.id("a"), .phone(try PhoneNumber(parsing: "+15550000001"))]
        for (first, second) in [(keys[1], keys[1]), (keys[0], keys[1]), (keys[1], keys[0])] {
            let name = "\(first.text) \(second.text)"
            let retag = Change.retag(add: try TagList(csv: name), remove: TagList())
            let changes = [
                ContactChange(key: first, change: .update(ContactPatch(name: .set(name)))),
                ContactChange(key: second, change: retag),
            ]
            try await premises.serve {
                try await premises.visit(.unattended) { shop async throws in
                    for change in changes { #expect(try await shop.apply([change]).isComplete) }
                }
            }
            try await premises.visit { shop async throws in
                #expect(try await shop.signedNames() == [name, "Bo"])
                #expect(try await shop.contact(.key(.id("a"))).tags.texts.last == name)
            }
        }
    }

    @Test("an answer of no use after which nothing can be read leaves the change in the queue")
    func openAnswers() async throws {
        let ada = #"{"id":"a","phone":"+15550000001","name":"Ada","tags":[],"metadata":{}}"#
        for odd in ["{}", "null", "[]", "7", ada.replacing(#""a""#, with: #""z""#)] {
            let premises = try await premises(isRead: false)
            let peer = try await FaultyPeer([
                [.answer(200, ada)], [.answer(200, odd)], [.close], [.close],
            ])
            try await premises.visit(.unattended, port: peer.port) { shop async throws in
                await #expect {
                    try await shop.update(.id("a"), mine, removingMetadata: [])
                } throws: { error in
                    if case .queued(.outcomeUnknown, _) = error as? ClientError {
                        true
                    } else {
                        false
                    }
                }
                #expect(shop.status.counts.waiting == 1, "\(odd)")
            }
            try await peer.stop()
        }
    }

    @Test("a contact that may have been made is not made once its creation is taken back")
    func unansweredCreations() async throws {
        let premises = try await premises(isRead: false)
        let number = try PhoneNumber(parsing: "+15550000009")
        let unfound = FaultyPeer.Act.answer(404, #"{"error":"Contact not found."}"#)
        let peer = try await FaultyPeer([[unfound], [.close], [.close], [.close]])
        try await premises.visit(.unattended, port: peer.port) { shop async throws in
            await #expect(throws: ClientError.queued(because: .outcomeUnknown(.brokenOff))) {
                try await shop.create(number, mine, source: "manual")
            }
            let receipt = try await shop.undo()
            #expect(receipt.unanswered == [.phone(number)])
            #expect(receipt.restored == [] && receipt.undeletable == [])
            #expect(shop.status.counts.all == 0)
        }
        try await peer.stop()
        try await premises.serve {
            try await premises.visit { shop async throws in #expect(await shop.sync() == nil) }
        }
        #expect(try await premises.book.list(.all, order: .byName).count == 2)
    }

    @Test("a contact is shown with what the server has not taken on top")
    func overlays() async throws {
        let premises = try await premises()
        try await queue(mine, to: .id("a"), on: premises)
        try await queue(mine, to: .id("b"), on: premises)
        _ = try await premises.book.update(.id("a"), theirs, removingMetadata: [])
        _ = try await premises.book.apply([ContactChange(key: .id("b"), change: .delete)])
        try await premises.visit { shop async throws in
            try await premises.serve { #expect(await shop.sync() == nil) }
        }
        try await premises.serve {
            try await premises.visit(.unattended) { shop async throws in
                #expect(try await shop.contact(.key(.id("a"))).name == "Theirs")
                let shown = try await shop.overlaid(.id("a"))
                #expect(shown.contact.name == "Mine" && shown.unsent == .conflict)
                let gone = try await shop.overlaid(.id("b"))
                #expect(gone.contact.name == "Mine" && gone.unsent == .failed)
                await #expect(throws: ClientError.notFound(.key(.id("c")))) {
                    try await shop.overlaid(.id("c"))
                }
            }
        }
    }

    @Test("a number in another writing is nothing new, and nobody's change")
    func numbersByValue() async throws {
        let premises = try await premises()
        let same = ContactPatch(metadata: ["n": .number(try #require(JSONNumber("1.0")))])
        try await premises.serve {
            try await premises.visit(.unattended) { shop async throws in
                let receipt = try await shop.update(.id("a"), same, removingMetadata: [])
                #expect(receipt.outcome == .unchanged)
            }
        }
        let next = ContactPatch(metadata: ["n": .number(JSONNumber(2))])
        try await queue(next, to: .id("a"), on: premises)
        _ = try await premises.book.update(.id("a"), same, removingMetadata: [])
        try await premises.visit { shop async throws in
            try await premises.serve { #expect(await shop.sync() == nil) }
            #expect(shop.status.counts.all == 0)
        }
        #expect(try await premises.book.contact(.key(.id("a"))).metadata == next.metadata)
    }

    @Test("what another run sent while this one rested is not sent again", .timeLimit(.minutes(1)))
    func sentByAnother() async throws {
        let premises = try await premises()
        let (rest, tried) = (Rest(), Rest())
        let down = FaultyPeer.Act.answer(503, #"{"error":"down"}"#)
        let peer = try await FaultyPeer([[down], [down], [down], [down]])
        premises.pacing.repeats = 1
        premises.pacing.sleep = { _ in
            // The first time the call itself is made again, and nobody else may send.
            guard peer.requests.count > 1 else { return }
            tried.end()
            try await rest.wait()
        }
        try await premises.visit(.unattended, port: peer.port) { first async throws in
            let asking = Task { [mine] in
                try await first.update(.id("a"), mine, removingMetadata: [])
            }
            try await tried.wait()
            premises.pacing.sleep = { _ in await Task.yield() }
            try await premises.serve {
                try await premises.visit(.unattended) { second async throws in
                    _ = try await second.update(.id("a"), theirs, removingMetadata: [])
                }
            }
            rest.end()
            _ = try? await asking.value
            #expect(first.status.counts.all == 0)
            #expect(!peer.requests.contains { $0.contains("update-contact") })
        }
        try await peer.stop()
        #expect(try await premises.book.contact(.key(.id("a"))).name == "Theirs")
    }
}
