import ContactClient
import ContactModel
import JSONText
import TestGround
import Testing

/// What every backend promises, told once and checked on each.
@Suite(.serialized) struct ContractTests {
    static let people = """
        [
        {"id":"a","phone":"+15550000001","name":"Ada","email":"ada@example.com","source":"manual",
         "metadata":{"total":9120.00,"big":12345678901234567890},"tags":["vip","math"],
         "last_message_at":"2024-06-01T10:00:00+00:00",
         "created_at":"2024-01-01T00:00:00+00:00","updated_at":"2024-01-01T00:00:00+00:00"},
        {"id":"b","phone":"+4915112345678","name":"José Müller","email":null,"metadata":{},
         "tags":["vip"],"last_message_at":"2024-07-01T10:00:00+00:00"},
        {"id":"c","phone":"+8613812345678","name":"王小明","tags":[],"metadata":{}},
        {"id":"twice","phone":"+15550000008","name":"First"},
        {"id":"twice","phone":"+15550000009","name":"Second"}
        ]
        """

    private func phone(_ text: String) throws -> PhoneNumber { try PhoneNumber(parsing: text) }

    @Test(arguments: BookKind.allCases)
    func aContactIsFoundByEachOfItsKeys(_ kind: BookKind) async throws {
        try await kind.open(ContractTests.people) { book in
            let byID = try await book.contact(.key(.id("a")))
            #expect(byID.name == "Ada")
            #expect(byID.isComplete)
            let number = try phone("+49 151 12345678")
            #expect(try await book.contact(.key(.phone(number))).id == "b")
            #expect(try await book.contact(.email("ada@example.com")).id == "a")
            #expect(byID.metadata?["total"] == .number(try #require(JSONNumber("9120.00"))))
            let big = try #require(JSONNumber("12345678901234567890"))
            #expect(byID.metadata?["big"] == .number(big))
        }
    }

    @Test(arguments: BookKind.allCases)
    func whoIsNotThereIsNotFound(_ kind: BookKind) async throws {
        try await kind.open(ContractTests.people) { book in
            let nobody = ContactKey.id("nobody")
            await #expect(throws: ClientError.notFound(.key(nobody))) {
                try await book.contact(.key(nobody))
            }
            await #expect(throws: ClientError.notFound(.email("x@example.com"))) {
                try await book.contact(.email("x@example.com"))
            }
            await #expect(throws: ClientError.notFound(.key(nobody))) {
                try await book.update(nobody, ContactPatch(name: .clear), removingMetadata: [])
            }
            await #expect(throws: ClientError.notFound(.key(nobody))) {
                try await book.retag(nobody, adding: TagList(csv: "x"), removing: TagList())
            }
            await #expect(throws: ClientError.ambiguous(.id("twice"))) {
                let patch = ContactPatch(name: .set("Third"))
                return try await book.update(.id("twice"), patch, removingMetadata: [])
            }
        }
    }

    @Test(arguments: BookKind.allCases)
    func onlyThePresentFieldsAreWritten(_ kind: BookKind) async throws {
        try await kind.open(ContractTests.people) { book in
            let before = try await book.contact(.key(.id("a")))
            let patch = ContactPatch(name: .set("Ada King"), metadata: ["vip": .bool(true)])
            let receipt = try await book.update(.id("a"), patch, removingMetadata: [])
            #expect(receipt.outcome == .changed)
            #expect(receipt.contact.name == "Ada King")
            #expect(receipt.contact.metadata?["vip"] == .bool(true))
            let after = try await book.contact(.key(.id("a")))
            #expect(after == receipt.contact)
            #expect(after.email == before.email)
            #expect(after.tags.texts == before.tags.texts)
            #expect(after.metadata?.names == ["total", "big", "vip"])
            #expect(after.text(.updatedAt) != before.text(.updatedAt))

            let again = try await book.update(.id("a"), patch, removingMetadata: [])
            #expect(again.outcome == .unchanged)
            #expect(again.contact == after)
        }
    }

    @Test(arguments: BookKind.allCases)
    func emptyTextClearsAndTagsReplace(_ kind: BookKind) async throws {
        try await kind.open(ContractTests.people) { book in
            let key = ContactKey.phone(try phone("+15550000001"))
            let patch = ContactPatch(
                name: .clear, email: .clear, tags: try TagList(csv: "new, math"))
            let receipt = try await book.update(key, patch, removingMetadata: [])
            #expect(receipt.contact.name == nil)
            #expect(receipt.contact.email == nil)
            #expect(receipt.contact.tags.texts == ["math", "new"])
            let none = ContactPatch(tags: TagList())
            #expect(try await book.update(key, none, removingMetadata: []).contact.tags.isEmpty)
        }
    }

    @Test(arguments: BookKind.allCases)
    func metadataThatIsTooLargeIsRefusedBeforeItIsSent(_ kind: BookKind) async throws {
        try await kind.open(ContractTests.people) { book in
            let text = String(repeating: "x", count: ContactPatch.maximumMetadataBytes)
            let patch = ContactPatch(metadata: ["k": .string(text)])
            let error = await #expect(throws: ClientError.self) {
                try await book.update(.id("a"), patch, removingMetadata: [])
            }
            guard case .invalid(let invalid) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(invalid.fields.map(\.name) == ["metadata"])
            let half = JSONValue.string(String(text.dropFirst(text.utf8.count / 2)))
            _ = try await book.update(
                .id("a"), ContactPatch(metadata: ["one": half]), removingMetadata: [])
            await #expect(throws: ClientError.self, "nor little by little") {
                try await book.update(
                    .id("a"), ContactPatch(metadata: ["two": half]), removingMetadata: [])
            }
        }
    }

    @Test(arguments: BookKind.allCases)
    func singleTagsComeAndGo(_ kind: BookKind) async throws {
        try await kind.open(ContractTests.people) { book in
            let receipt = try await book.retag(
                .id("a"), adding: try TagList(csv: "new one,vip,z"),
                removing: try TagList(csv: "math"))
            #expect(receipt.outcome == .changed)
            #expect(receipt.contact.tags.texts == ["vip", "new one", "z"])
            let read = try await book.contact(.key(.id("a")))
            #expect(read.tags.texts == receipt.contact.tags.texts)
            let again = try await book.retag(
                .id("a"), adding: try TagList(csv: "vip"), removing: try TagList(csv: "math,no"))
            #expect(again.outcome == .unchanged)
            let names = try await book.tags().map(\.tag.text)
            #expect(names == ["new one", "vip", "z"])
        }
    }

    @Test(arguments: BookKind.allCases)
    func creatingTwiceIsAnUpsert(_ kind: BookKind) async throws {
        try await kind.open(ContractTests.people) { book in
            let number = try phone("+33612345678")
            let patch = ContactPatch(
                name: .set("Marie"), email: EmailAddress("marie@example.fr").map(FieldEdit.set),
                tags: try TagList(csv: "a,b"), metadata: ["k": .number(JSONNumber(1))])
            let made = try await book.create(number, patch, source: "manual")
            #expect(made.outcome == .created)
            #expect(made.contact.phone == "+33612345678")
            #expect(made.contact.source == "manual")
            let id = try #require(made.contact.id)
            #expect(try await book.contact(.key(.id(id))) == made.contact)

            let same = try await book.create(number, patch, source: "manual")
            #expect(same.outcome == .unchanged)
            let renamed = try await book.create(
                number, ContactPatch(name: .set("Marie Curie")), source: "api")
            #expect(renamed.outcome == .changed)
            #expect(renamed.contact.id == id)
            #expect(renamed.contact.source == "manual")
            #expect(renamed.contact.metadata == ["k": .number(JSONNumber(1))])
        }
    }

    @Test(arguments: BookKind.allCases)
    func searchesMeetEveryCondition(_ kind: BookKind) async throws {
        try await kind.open(ContractTests.people) { book in
            let vips = try await book.search(ContactSearch(tag: "vip"))
            #expect(vips.map(\.id) == ["b", "a"])
            let both = try await book.search(ContactSearch(text: "EXAMPLE", tag: "vip"))
            #expect(both.map(\.id) == ["a"])
            #expect(try await book.search(ContactSearch(tag: "VIP")).isEmpty)
            #expect(try await book.search(ContactSearch(text: "小明")).map(\.id) == ["c"])
            let byMail = ContactSearch(email: "ada@example.com")
            #expect(try await book.search(byMail).map(\.id) == ["a"])
        }
    }

    @Test(arguments: BookKind.allCases)
    func listsAreFilteredByEveryTermAndSorted(_ kind: BookKind) async throws {
        try await kind.open(ContractTests.people) { book in
            let all = try await book.list(.all, order: .byName)
            // Behind the API an id names one contact, and the count tells that one is missing.
            let isLocal = kind == .local
            #expect(all.count == (isLocal ? 5 : 4))
            #expect(all.total == all.count)
            #expect(all.isPartial == !isLocal)
            let names = all.rows(0..<9).map { $0.contact.name ?? "" }
            let expected = ["Ada", "First", "José Müller", isLocal ? "Second" : nil, "王小明"]
            #expect(names == expected.compactMap(\.self))
            #expect(all.position(of: .id("c")) == all.count - 1)
            #expect(all.position(of: .id("nobody")) == nil)

            let found = try await book.list(
                try Query("josé 0151-1234", clock: .still), order: .byName)
            #expect(found.count == 0)
            let german = try await book.list(
                try Query("mül 151-1234", clock: .still), order: .byName)
            #expect(german.rows(0..<1).map(\.contact.id) == ["b"])
            let last = SortOrder([SortOrder.Key(.phone, descending: true)])
            let reversed = try await book.list(try Query("555", clock: .still), order: last)
            let highest = isLocal ? "+15550000009" : "+15550000008"
            #expect(reversed.rows(0..<5).map(\.contact.phone).first == highest)
        }
    }

    @Test(arguments: BookKind.allCases)
    func searchesFindFiftyRowsAndListsAll(_ kind: BookKind) async throws {
        let crowd = (0..<60).map { #"{"id":"\#($0)","phone":"+1555\#(1_000_000 + $0)"}"# }
        try await kind.open("[\(crowd.joined(separator: ","))]") { book in
            #expect(try await book.search(ContactSearch(text: "1555")).count == 50)
            let list = try await book.list(.all, order: .byName)
            #expect(list.count == 60)
            #expect(!list.isPartial)
        }
    }

    @Test(arguments: BookKind.allCases)
    func theAccountIsNamed(_ kind: BookKind) async throws {
        try await kind.open("[]") { book in
            let account = try await book.account()
            #expect(!account.id.isEmpty)
            #expect(account.workspace?.name == "book")
        }
    }
}
