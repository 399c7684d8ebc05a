import ContactClient
import ContactModel
import JSONText
import TestGround
import Testing

/// What becomes of changes to a workspace that is not always there.
@Suite(.serialized) struct OutboxStories {
    private func rename(_ name: String) -> ContactPatch { ContactPatch(name: .set(name)) }

    /// Three people, read once.
    private func premises(callsPerMinute: Int? = nil) async throws -> Premises {
        let people = """
            [{"id":"a","phone":"+15550000001","name":"Ada","tags":["vip"],"metadata":{"n":1.0}},
             {"id":"b","phone":"+15550000002","name":"Bo","tags":[],"metadata":{}},
             {"id":"c","phone":"+15550000003","name":"Cy","tags":[],"metadata":{}}]
            """
        let premises = try Premises(people, callsPerMinute: callsPerMinute)
        try await premises.serve {
            try await premises.visit { shop async throws in #expect(await shop.sync() == nil) }
        }
        return premises
    }

    private func write(_ name: String, to id: String, in shop: any ContactBackend) async throws {
        _ = try await shop.update(.id(id), rename(name), removingMetadata: [])
    }

    @Test func aWorkspaceIsOpenedWithoutItsServer() async throws {
        let premises = try await premises()
        try await premises.visit { shop async throws in
            #expect(try await shop.signedNames() == ["Ada", "Bo", "Cy"])
            #expect(try await shop.signedNames("tag:vip") == ["Ada"])
            let ada = try await shop.contact(.key(.id("a")))
            #expect(ada.metadata == ["n": .number(try #require(JSONNumber("1.0")))])
            #expect(try await shop.tags().map(\.count) == [1])
            #expect(await shop.sync() == .notSent(.refused))
        }
    }

    @Test func whatIsChangedWithoutTheServerIsShownAtOnceAndSentLater() async throws {
        let premises = try await premises()
        let number = try PhoneNumber(parsing: "+15550000009")
        try await premises.visit { shop async throws in
            try await write("Ada K", to: "a", in: shop)
            _ = try await shop.retag(
                .id("b"), adding: try TagList(csv: "new"), removing: TagList())
            let made = try await shop.create(number, rename("Di"), source: "manual")
            #expect(made.outcome == .created)
            #expect(try await shop.signedNames() == ["~Ada K", "~Bo", "Cy", "~Di"])
            #expect(try await shop.signedNames("is:pending tag:new") == ["~Bo"])
            #expect(try await shop.signedNames("-is:pending") == ["Cy"])
        }
        #expect(try await premises.book.contact(.key(.id("a"))).name == "Ada")
        try await premises.visit { shop async throws in
            #expect(try await shop.signedNames() == ["~Ada K", "~Bo", "Cy", "~Di"])
            #expect(await shop.sync() == .notSent(.refused))
            try await premises.serve { #expect(await shop.sync() == nil) }
            #expect(try await shop.signedNames() == ["Ada K", "Bo", "Cy", "Di"])
        }
        #expect(try await premises.book.contact(.key(.id("a"))).name == "Ada K")
        #expect(try await premises.book.contact(.key(.id("b"))).tags.texts == ["new"])
        #expect(try await premises.book.contact(.key(.phone(number))).name == "Di")
        try await premises.visit { shop async throws in
            #expect(try await shop.signedNames() == ["Ada K", "Bo", "Cy", "Di"])
        }
    }

    @Test("what the server has no more can be made anew, with all that was known and queued")
    func madeAnew() async throws {
        let text =
            #"[{"id":"a","phone":"+15550000001","name":"Ada","email":"a@example.com","#
            + #""metadata":{"plan":"gold"},"tags":["vip"]}]"#
        let premises = try Premises(text)
        let phone = try PhoneNumber(parsing: "+15550000001")
        let patch = ContactPatch(
            name: .set("Mine"), metadata: ["plan": .string("platinum"), "new": .string("v")])
        try await premises.serve {
            try await premises.visit { shop async throws in #expect(await shop.sync() == nil) }
        }
        try await premises.visit { shop async throws in
            _ = try await shop.update(.id("a"), patch, removingMetadata: [])
            let deletion = ContactChange(key: .id("a"), change: .delete)
            _ = try await premises.book.apply([deletion])
            try await premises.serve { #expect(await shop.sync() == nil) }
            let entry = try #require(shop.refused.first)
            let gone = try #require(try? entry.original?.applying(patch))
            #expect(gone.email == "a@example.com" && gone.tags.texts == ["vip"])
            #expect(gone.metadata?["plan"] == .string("platinum"))
            #expect(gone.metadata?["new"] == .string("v"))
            _ = try await shop.replace(entry.id, withNew: phone, patch, source: "manual")
            try await premises.serve { #expect(await shop.sync() == nil) }
            #expect(shop.status.counts.all == 0)
        }
        #expect(try await premises.book.contact(.key(.phone(phone))).name == "Mine")
    }

    @Test func aConflictIsKeptUntilAPersonChooses() async throws {
        let premises = try await premises()
        try await premises.visit { shop async throws in
            try await write("Mine", to: "a", in: shop)
            try await write("Mine too", to: "b", in: shop)
            try await write("Theirs", to: "a", in: premises.book)
            try await write("Theirs too", to: "b", in: premises.book)
            try await premises.serve { #expect(await shop.sync() == nil) }
            #expect(try await shop.signedNames() == ["Cy", "?Mine", "?Mine too"])
            #expect(try await shop.signedNames("is:conflict").count == 2)
            #expect(shop.status.counts.conflicts == 2)
            #expect(try await premises.book.contact(.key(.id("a"))).name == "Theirs")
        }
        try await premises.visit { shop async throws in
            let ids = shop.unsent.map(\.id)
            guard case .conflict(let theirs) = shop.unsent[0].state else {
                Issue.record("\(shop.unsent)")
                return
            }
            #expect(theirs.name == "Theirs")
            shop.drop([ids[1]])
            shop.retry([ids[0]])
            #expect(try await shop.signedNames() == ["Cy", "~Mine", "Theirs too"])
            try await premises.serve { #expect(await shop.sync() == nil) }
            #expect(try await shop.signedNames() == ["Cy", "Mine", "Theirs too"])
        }
        #expect(try await premises.book.contact(.key(.id("a"))).name == "Mine")
        // What a conflict was with is not laid over what the server told later.
        try await write("Later", to: "b", in: premises.book)
        try await premises.visit { shop async throws in
            #expect(try await shop.signedNames() == ["Cy", "Mine", "Theirs too"])
            try await premises.serve { #expect(await shop.sync() == nil) }
            #expect(try await shop.signedNames() == ["Cy", "Later", "Mine"])
        }
        try await premises.visit { shop async throws in
            #expect(try await shop.signedNames() == ["Cy", "Later", "Mine"])
        }
    }

    @Test func anEditedEntryMakesRoomForItsReplacementInOneWrite() async throws {
        let premises = try await premises()
        let number = try PhoneNumber(parsing: "+15550000009")
        try await premises.visit { shop async throws in
            try await write("Mine", to: "a", in: shop)
            _ = try await shop.create(number, rename("Di"), source: "manual")
            let ids = shop.unsent.map(\.id)
            let ada = try await shop.contact(.id("a"), without: ids[0])
            #expect(ada.name == "Ada")
            _ = try await shop.replace(
                ids[0], with: .id("a"), rename("Better"), unlessChangedFrom: ada)
            _ = try await shop.replace(
                ids[1], withNew: number, rename("Dina"), source: "manual")
            #expect(shop.status.counts.waiting == 2)
        }
        try await premises.visit { shop async throws in
            #expect(try await shop.signedNames() == ["~Better", "Bo", "Cy", "~Dina"])
            try await premises.serve { #expect(await shop.sync() == nil) }
            #expect(shop.status.counts.all == 0)
        }
        #expect(try await premises.book.contact(.key(.id("a"))).name == "Better")
        #expect(try await premises.book.contact(.key(.phone(number))).name == "Dina")
    }

    @Test func anEntryThatWentMeanwhileIsNotReplacedUnseen() async throws {
        let premises = try await premises()
        try await premises.visit { shop async throws in
            try await write("Mine", to: "a", in: shop)
            let id = try #require(shop.unsent.first?.id)
            let ada = try await shop.contact(.id("a"), without: id)
            try await premises.serve { #expect(await shop.sync() == nil) }
            await #expect(throws: ClientError.self) {
                try await shop.replace(
                    id, with: .id("a"), rename("Better"), unlessChangedFrom: ada)
            }
            #expect(shop.status.counts.all == 0)
        }
        #expect(try await premises.book.contact(.key(.id("a"))).name == "Mine")
    }

    @Test func whatIsRefusedKeepsTheReason() async throws {
        let premises = try await premises()
        try await premises.visit { shop async throws in
            try await write("Ada K", to: "a", in: shop)
            try await write("Bo K", to: "b", in: shop)
            let deletion = ContactChange(key: .id("a"), change: .delete)
            _ = try await premises.book.apply([deletion])
            try await premises.serve { #expect(await shop.sync() == nil) }
        }
        try await premises.visit { shop async throws in
            #expect(try await shop.signedNames("is:failed") == ["!Ada K"])
            #expect(shop.unsent.map(\.state) == [.failed(.notFound(.key(.id("a"))))])
            #expect(try await premises.book.contact(.key(.id("b"))).name == "Bo K")
            shop.drop(shop.unsent.map(\.id))
            #expect(try await shop.signedNames() == ["Bo K", "Cy"])
        }
    }

    @Test func undoDropsWhatIsNotSentAndTakesBackWhatIs() async throws {
        let premises = try await premises()
        try await premises.visit { shop async throws in
            try await write("Ada K", to: "a", in: shop)
            try await premises.serve { #expect(await shop.sync() == nil) }
            try await write("Bo K", to: "b", in: shop)
            #expect(try await shop.undo().restored == [.id("b")])
            #expect(shop.status.counts.all == 0)
            #expect(try await shop.signedNames() == ["Ada K", "Bo", "Cy"])
            #expect(try await shop.redo().restored == [.id("b")])
            #expect(try await shop.signedNames() == ["Ada K", "~Bo K", "Cy"])
            #expect(try await shop.undo(2).map(\.restored) == [[.id("b")], [.id("a")]])
            #expect(try await shop.signedNames() == ["~Ada", "Bo", "Cy"])
            try await premises.serve { #expect(await shop.sync() == nil) }
        }
        #expect(try await premises.book.contact(.key(.id("a"))).name == "Ada")
        #expect(try await premises.book.contact(.key(.id("b"))).name == "Bo")
    }

    @Test("the log tells of an undoing what takes back, also of what was never sent")
    func logOfUndoing() async throws {
        let premises = try await premises()
        try await premises.visit { shop async throws in
            try await premises.serve {
                try await write("Cy K", to: "c", in: shop)
                #expect(await shop.sync() == nil)
            }
            _ = try await shop.retag(
                .id("a"), adding: TagList(csv: "new"), removing: TagList(csv: "vip"))
            try await write("Bo K", to: "b", in: shop)
            _ = try await shop.undo(3)
            let lines = try await shop.log(limit: 9).filter { $0.undoes != nil }.map { entry in
                entry.lines.map { JSONValue.object($0).jsonText }.joined()
            }
            #expect(
                lines == [
                    #"{"contact_id":"c","name":"Cy"}"#,
                    #"{"contact_id":"a","add_tags":["vip"],"remove_tags":["new"]}"#,
                    #"{"contact_id":"b","name":"Bo"}"#,
                ])
            _ = try await shop.redo()
            let texts = try await shop.log(limit: 9).filter(\.isUndone).map(\.what.text)
            #expect(texts == ["name 1", "name 1", "+new 1, -vip 1"])
        }
    }

    @Test("another run of the program takes back what an earlier one sent")
    func undoOutlivesTheProgram() async throws {
        let premises = try await premises()
        try await premises.serve {
            try await premises.visit(.unattended) { try await write("Ada K", to: "a", in: $0) }
            try await premises.visit(.unattended) { shop async throws in
                #expect(try await shop.log(limit: 9).map(\.what.text) == ["name 1"])
                #expect(try await shop.undo().restored == [.id("a")])
            }
        }
        #expect(try await premises.book.contact(.key(.id("a"))).name == "Ada")
    }

    @Test func aCommandThatCannotSendSaysThatItIsQueued() async throws {
        let premises = try await premises()
        let change = ContactChange(key: .id("b"), change: .update(rename("Bo K")))
        try await premises.visit(.unattended) { shop async throws in
            await #expect(throws: ClientError.queued(because: .notSent(.refused))) {
                try await write("Ada K", to: "a", in: shop)
            }
            await #expect(throws: ClientError.queued(because: .notSent(.refused))) {
                try await shop.apply([change])
            }
        }
        try await premises.serve {
            try await premises.visit(.unattended) { shop async throws in
                try await write("Cy K", to: "c", in: shop)
                #expect(shop.status.counts.all == 0, "what waited before went first")
            }
        }
        #expect(try await premises.book.contact(.key(.id("a"))).name == "Ada K")
        #expect(try await premises.book.contact(.key(.id("b"))).name == "Bo K")
    }

    @Test func twoRunsShareOneOutboxAndOneOfThemSends() async throws {
        let premises = try await premises()
        try await premises.visit { editor async throws in
            try await premises.visit { other async throws in
                try await write("Ada K", to: "a", in: editor)
                try await write("Bo K", to: "b", in: other)
                try await premises.serve { #expect(await editor.sync() == nil) }
                #expect(editor.status.counts.all == 0)
                #expect(await other.sync() == .notSent(.refused))
                #expect(other.status.counts.all == 0)
                #expect(try await other.signedNames() == ["Ada K", "Bo K", "Cy"])
            }
        }
        #expect(try await premises.book.log(limit: 9).count == 2)
    }

    @Test func aRunIsOneStepAndItsUndoTakesBackWhatWasSent() async throws {
        let crowd = (0..<300).map {
            #"{"id":"\#($0)","phone":"+1555\#(1_000_000 + $0)","name":"N\#($0)","tags":[]}"#
        }
        let premises = try Premises("[\(crowd.joined(separator: ","))]")
        let add = Change.retag(add: try TagList(csv: "w"), remove: TagList())
        let changes = (0..<300).map { ContactChange(key: .id("\($0)"), change: add) }
        try await premises.serve {
            try await premises.visit { shop async throws in
                await shop.sync()
                let report = try await shop.apply(changes)
                #expect(report.queued == 300)
                #expect(try await shop.signedNames("tag:w is:pending").count == 300)
                _ = await shop.synchronize { $0 < 100 }
                let sent = 300 - shop.status.counts.waiting
                #expect(sent >= 100 && sent < 300)
                #expect(try await shop.undo().restored.count == 300)
                #expect(shop.status.counts.waiting == sent)
                #expect(await shop.sync() == nil)
            }
        }
        let tagged = try await premises.book.list(
            try Query("tag:w", clock: .still), order: .byName)
        #expect(tagged.count == 0)
    }
}
