import ContactClient
import ContactModel
import JSONText
import Testing

/// Taking back, on every backend; where one cannot, it says so by name.
@Suite(.serialized) struct UndoContractTests {
    @Test(arguments: BookKind.allCases)
    func stepsAreTakenBackNewestFirst(_ kind: BookKind) async throws {
        try await kind.open(ContractTests.people) { book in
            let before = try await book.contact(.key(.id("a")))
            let patch = ContactPatch(name: .set("X"), email: .clear, tags: try TagList(csv: "q"))
            _ = try await book.update(.id("a"), patch, removingMetadata: [])
            _ = try await book.retag(
                .id("a"), adding: try TagList(csv: "w"), removing: try TagList(csv: "q,none"))

            #expect(try await book.undo().restored == [.id("a")])
            #expect(try await book.contact(.key(.id("a"))).tags.texts == ["q"])
            #expect(try await book.undo().restored == [.id("a")])
            let after = try await book.contact(.key(.id("a")))
            #expect(after.name == before.name)
            #expect(after.email == before.email)
            #expect(after.tags == before.tags)
            await #expect(throws: ClientError.nothingToUndo) { try await book.undo() }
        }
    }

    @Test(arguments: BookKind.allCases)
    func anUpdateWithoutNewsIsNoStep(_ kind: BookKind) async throws {
        try await kind.open(ContractTests.people) { book in
            _ = try await book.update(
                .id("a"), ContactPatch(name: .set("Ada")), removingMetadata: [])
            await #expect(throws: ClientError.nothingToUndo) { try await book.undo() }
        }
    }

    @Test(arguments: BookKind.allCases)
    func addedMetadataGoesOrIsNamed(_ kind: BookKind) async throws {
        try await kind.open(ContractTests.people) { book in
            let patch = ContactPatch(metadata: ["new": .null, "total": .number(JSONNumber(1))])
            _ = try await book.update(.id("a"), patch, removingMetadata: [])
            let receipt = try await book.undo()
            #expect(receipt.restored == [.id("a")])
            #expect(receipt.keptKeys == (book.place.canRemoveMetadata ? [] : ["new"]))
            let new = book.place.canRemoveMetadata ? ", meta.new 1" : ""
            #expect(receipt.what.text == "meta.total 1" + new)
            let metadata = try await book.contact(.key(.id("a"))).metadata
            #expect(metadata?["total"] == .number(try #require(JSONNumber("9120.00"))))
            #expect((metadata?["new"] == nil) == book.place.canRemoveMetadata)
        }
    }

    @Test(arguments: BookKind.allCases)
    func metadataIsRemovedOrRefusedByName(_ kind: BookKind) async throws {
        try await kind.open(ContractTests.people) { book in
            let patch = ContactPatch(name: .set("X"))
            guard book.place.canRemoveMetadata else {
                await #expect(throws: ClientError.unsupported(.removingMetadata(["total"]))) {
                    try await book.update(.id("a"), patch, removingMetadata: ["total"])
                }
                #expect(try await book.contact(.key(.id("a"))).name == "Ada")
                return
            }
            let receipt = try await book.update(.id("a"), patch, removingMetadata: ["total"])
            #expect(receipt.contact.metadata?.names == ["big"])
        }
    }

    @Test(arguments: BookKind.allCases)
    func aNewContactGoesOrStaysByName(_ kind: BookKind) async throws {
        try await kind.open(ContractTests.people) { book in
            _ = try await book.update(
                .id("a"), ContactPatch(name: .set("X")), removingMetadata: [])
            let number = try PhoneNumber(parsing: "+33612345678")
            let made = try await book.create(number, ContactPatch(), source: "manual")
            let key = ContactKey.id(try #require(made.contact.id))
            if book.place.canRemoveMetadata {
                #expect(try await book.undo().restored == [key])
                await #expect(throws: ClientError.notFound(.key(key))) {
                    try await book.contact(.key(key))
                }
            } else {
                let receipt = try await book.undo()
                #expect(receipt.restored.isEmpty)
                #expect(receipt.undeletable == [key])
                #expect(try await book.log(limit: 9).map(\.isUndone) == [false, false])
            }
            #expect(try await book.undo().restored == [.id("a")])
            #expect(try await book.contact(.key(.id("a"))).name == "Ada")
        }
    }

    @Test(arguments: BookKind.allCases)
    func whatWasTakenBackIsDoneAgainUntilSomethingNewIsDone(_ kind: BookKind) async throws {
        try await kind.open(ContractTests.people) { book in
            let rename = ContactPatch(name: .set("X"))
            _ = try await book.update(.id("a"), rename, removingMetadata: [])
            _ = try await book.retag(
                .id("b"), adding: try TagList(csv: "w"), removing: try TagList(csv: "vip"))
            await #expect(throws: ClientError.nothingToRedo) { try await book.redo() }
            let undone = try await book.undo(9)
            #expect(undone.map(\.restored) == [[.id("b")], [.id("a")]])
            let redone = try await book.redo(9)
            #expect(redone.map(\.restored) == [[.id("a")], [.id("b")]])
            #expect(redone.map(\.what.text) == undone.reversed().map(\.what.text))
            #expect(try await book.contact(.key(.id("a"))).name == "X")
            #expect(try await book.contact(.key(.id("b"))).tags.texts == ["w"])

            #expect(try await book.undo().restored == [.id("b")])
            _ = try await book.update(.id("c"), rename, removingMetadata: [])
            await #expect(throws: ClientError.nothingToRedo) { try await book.redo() }
            #expect(try await book.undo(2).map(\.restored) == [[.id("c")], [.id("a")]])
            #expect(try await book.contact(.key(.id("a"))).name == "Ada")
        }
    }

    @Test(arguments: BookKind.allCases)
    func theLogTellsEveryStepNewestFirst(_ kind: BookKind) async throws {
        try await kind.open(ContractTests.people) { book in
            let patch = ContactPatch(name: .set("X"), metadata: ["k": .null])
            _ = try await book.update(.id("a"), patch, removingMetadata: [])
            _ = try await book.retag(
                .id("b"), adding: try TagList(csv: "w"), removing: TagList())
            _ = try await book.undo()
            let log = try await book.log(limit: 9)
            #expect(log.map(\.what.text) == ["-w 1", "+w 1", "name 1, meta.k 1"])
            #expect(log.map(\.isUndone) == [false, true, false])
            #expect(log[0].undoes == log[1].id)
            #expect(log.map(\.contacts) == [1, 1, 1])
            #expect(
                log[2].lines.map { JSONValue.object($0).jsonText }
                    == [#"{"contact_id":"a","name":"X","metadata":{"k":null}}"#])
            #expect(try await book.log(limit: 1) == [log[0]])
        }
    }
}
