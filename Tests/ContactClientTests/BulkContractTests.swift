import ContactClient
import ContactModel
import JSONText
import Synchronization
import Testing

/// Guarded writes and many at once, on every backend.
@Suite(.serialized) struct BulkContractTests {
    private func change(_ id: String, _ change: Change) -> ContactChange {
        ContactChange(key: .id(id), change: change)
    }

    @Test(arguments: BookKind.allCases)
    func aGuardedUpdateStopsAtWhatSomeoneElseWrote(_ kind: BookKind) async throws {
        try await kind.open(ContractTests.people) { book in
            let original = try await book.contact(.key(.id("a")))
            _ = try await book.update(
                .id("a"), ContactPatch(name: .set("Theirs")), removingMetadata: [])
            let present = try await book.contact(.key(.id("a")))
            await #expect(throws: ClientError.conflict(present)) {
                let patch = ContactPatch(name: .set("Mine"))
                return try await book.update(
                    .id("a"), patch, removingMetadata: [], unlessChangedFrom: original)
            }
            let same = try await book.update(
                .id("a"), ContactPatch(name: .set("Theirs")), removingMetadata: [],
                unlessChangedFrom: original)
            #expect(same.outcome == .unchanged)
            let other = try await book.update(
                .id("a"), ContactPatch(metadata: ["k": .null]), removingMetadata: [],
                unlessChangedFrom: original)
            #expect(other.outcome == .changed)
            #expect(try await book.contact(.key(.id("a"))).name == "Theirs")
        }
    }

    @Test(arguments: BookKind.allCases)
    func aNumberThatIsTakenIsNotCreatedAgain(_ kind: BookKind) async throws {
        try await kind.open(ContractTests.people) { book in
            let number = try PhoneNumber(parsing: "+15550000001")
            let ada = try await book.contact(.key(.phone(number)))
            await #expect(throws: ClientError.exists(ada)) {
                let patch = ContactPatch(name: .set("X"))
                return try await book.create(number, patch, source: "manual", onlyNew: true)
            }
            let free = try PhoneNumber(parsing: "+33612345678")
            let made = try await book.create(
                free, ContactPatch(), source: "manual", onlyNew: true)
            #expect(made.outcome == .created)
        }
    }

    @Test(arguments: BookKind.allCases)
    func manyChangesAreOneStepAndWhatIsRefusedIsNamed(_ kind: BookKind) async throws {
        try await kind.open(ContractTests.people) { book in
            let retag = Change.retag(add: try TagList(csv: "w"), remove: try TagList(csv: "vip"))
            let update = Change.update(ContactPatch(metadata: ["k": .bool(true)]))
            let changes = [
                change("a", retag), change("nobody", retag), change("b", update),
                change("c", .update(ContactPatch(name: .set("王小明")))),
            ]
            let counts = Mutex<[Int]>([])
            let report = try await book.apply(changes) { done in
                counts.withLock { $0.append(done) }
                return true
            }
            #expect(report.changed == 2)
            #expect(report.unchanged == 1)
            #expect(report.failures.map(\.change) == [changes[1]])
            #expect(report.failures.map(\.error) == [.notFound(.key(.id("nobody")))])
            #expect(report.notReached.isEmpty)
            #expect(report.brokenOff == nil)
            #expect(!report.isComplete)
            #expect(counts.withLock { $0.first } == 0)
            #expect(try await book.contact(.key(.id("a"))).tags.texts == ["math", "w"])

            let undone = try await book.undo()
            #expect(undone.skipped.isEmpty)
            let kept = book.place.canRemoveMetadata ? [] : ["k"]
            #expect(undone.keptKeys == kept)
            #expect(undone.restored.count == 2 - kept.count)
            let tags = try await book.contact(.key(.id("a"))).tags
            #expect(Set(tags.texts) == ["vip", "math"])
            await #expect(throws: ClientError.nothingToUndo) { try await book.undo() }
            _ = try await book.redo()
            #expect(try await book.contact(.key(.id("a"))).tags.texts == ["math", "w"])
        }
    }

    @Test(arguments: BookKind.allCases)
    func aRunThatIsStoppedSaysWhatItDidNotReach(_ kind: BookKind) async throws {
        try await kind.open(ContractTests.people) { book in
            let retag = Change.retag(add: try TagList(csv: "w"), remove: TagList())
            let changes = ["a", "b"].map { change($0, retag) }
            let report = try await book.apply(changes) { _ in false }
            #expect(report.notReached == changes)
            #expect(report.changed == 0)
            await #expect(throws: ClientError.nothingToUndo) { try await book.undo() }
        }
    }

    @Test(arguments: BookKind.allCases)
    func contactsGoAndComeBackWhereTheirHistoryIsKept(_ kind: BookKind) async throws {
        try await kind.open(ContractTests.people) { book in
            let changes = [change("a", .delete), change("b", .removeMetadata(["k"]))]
            let report = try await book.apply(changes)
            #expect(report.changed == 1)
            if book.place.keepsHistory {
                #expect(report.unchanged == 1)
                #expect(try await book.undo().restored == [.id("a")])
                #expect(try await book.contact(.key(.id("a"))).name == "Ada")
            } else {
                #expect(report.failures.map(\.error) == [.unsupported(.removingMetadata(["k"]))])
                #expect(try await book.undo().gone == [.id("a")])
                await #expect(throws: ClientError.notFound(.key(.id("a")))) {
                    try await book.contact(.key(.id("a")))
                }
            }
        }
    }

    @Test(arguments: BookKind.allCases)
    func aContactWithSeveralChangesOfOneStepCountsOnce(_ kind: BookKind) async throws {
        try await kind.open(ContractTests.people) { book in
            let changes = [
                change("a", .update(ContactPatch(name: .set("X")))),
                change("a", .retag(add: try TagList(csv: "w"), remove: TagList())),
                change("b", .update(ContactPatch(name: .set("Y")))),
            ]
            #expect(try await book.apply(changes).isComplete)
            let what = try #require(try await book.log(limit: 1).first).what
            #expect(what.contacts == 2 && what.text.contains("name 2"), "\(what.text)")
            #expect(try await book.undo().what.contacts == 2)
        }
    }

    @Test(arguments: BookKind.allCases)
    func allOrNoneIsKeptOrRefused(_ kind: BookKind) async throws {
        try await kind.open(ContractTests.people) { book in
            let rename = Change.update(ContactPatch(name: .set("X")))
            await #expect(throws: ClientError.self) {
                try await book.apply(
                    ["a", "nobody"].map { change($0, rename) }, asWhole: true,
                    progress: { _ in true })
            }
            #expect(try await book.contact(.key(.id("a"))).name == "Ada")
            guard book.place.keepsHistory else { return }
            let report = try await book.apply(
                ["a", "b"].map { change($0, rename) }, asWhole: true, progress: { _ in true })
            #expect(report.changed == 2)
            #expect(try await book.undo().restored.count == 2)
        }
    }

    @Test func aPlaceInAFileIsNeverSent() async throws {
        try await BookKind.remote.open(ContractTests.people) { book in
            let key = ContactKey.place(0, reading: 1)
            await #expect(throws: ClientError.notFound(.key(key))) {
                try await book.update(key, ContactPatch(name: .clear), removingMetadata: [])
            }
            let retag = Change.retag(add: try TagList(csv: "w"), remove: TagList())
            let report = try await book.apply([ContactChange(key: key, change: retag)])
            #expect(report.failures.map(\.error) == [.notFound(.key(key))])
        }
    }

}

/// Runs of many calls against a server that fails in the middle.
@Suite(.serialized) struct BrokenRunTests {
    private func tagged(_ id: String) -> [FaultyPeer.Act] {
        [.answer(200, #"{"id":"\#(id)","phone":"+15550000001","tag_added":"w","tags":["w"]}"#)]
    }

    private let odd = [FaultyPeer.Act.answer(500, #"{"error":"odd"}"#)]

    private func changes(_ count: Int) throws -> [ContactChange] {
        let retag = Change.retag(add: try TagList(csv: "w"), remove: TagList())
        return (0..<count).map { ContactChange(key: .id("c\($0)"), change: retag) }
    }

    /// A run of so many, one call after another.
    private func run(
        _ answers: [[FaultyPeer.Act]], _ count: Int, pacing: RemotePacing? = nil,
        _ story: (WorkspaceClient, [ContactChange], FaultyPeer) async throws -> Void
    ) async throws {
        let peer = try await FaultyPeer(answers)
        let premises = try Premises("[]")
        premises.width = 1
        if let pacing { premises.pacing = pacing }
        try await premises.visit(.unattended, port: peer.port) { shop async throws in
            try await story(shop, try changes(count), peer)
        }
        try await peer.stop()
    }

    @Test func aQuotaThatIsUsedUpStopsTheRunAndTheRestWaits() async throws {
        let full = FaultyPeer.Act.answer(429, "{}", fields: ["Retry-After: 7"])
        try await run([tagged("c0"), [full]], 3) { shop, changes, peer async throws in
            let report = try await shop.apply(changes)
            #expect(report.changed == 1)
            #expect(report.brokenOff == .throttled(retryAfter: 7))
            #expect(report.queued == 2)
            #expect(peer.requests.count == 2)
            #expect(shop.unsent.map(\.change) == Array(changes[1...]))
        }
    }

    @Test func aTokenThatIsRefusedAtOnceIsAFailureOfTheWholeRun() async throws {
        try await run([[.answer(401, #"{"message":"Unauthenticated."}"#)]], 2) {
            shop, changes, _ async throws in
            await #expect(throws: ClientError.queued(because: .unauthenticated)) {
                try await shop.apply(changes)
            }
        }
    }

    @Test(arguments: [
        (FaultyPeer.Act.reset, ClientError.outcomeUnknown(.brokenOff)),
        (.answer(500, #"{"error":"odd"}"#), .serverFailed(status: 500, message: "odd")),
    ])
    func oneOddContactStandsInNobodysWayAndIsNotRefused(
        _ act: FaultyPeer.Act, _ failure: ClientError
    ) async throws {
        let answers = (1...5).flatMap { [[act], tagged("c\($0)")] } + [tagged("c6"), [act]]
        let pacing = MovedClock().pacing()
        try await run(answers, 7, pacing: pacing) { shop, changes, peer async throws in
            let report = try await shop.apply(changes)
            #expect(report.changed == 6)
            #expect(report.failures.isEmpty)
            #expect(report.queued == 1)
            #expect(report.brokenOff == failure)
            #expect(shop.unsent.map(\.change.key) == [changes[0].key])
            #expect(shop.unsent.map(\.state) == [.waiting])
        }
    }

    @Test func aServerThatIsDownRefusesNobody() async throws {
        let clock = MovedClock()
        try await run([odd], 3, pacing: clock.pacing()) { shop, changes, peer async throws in
            let failure = ClientError.serverFailed(status: 500, message: "odd")
            await #expect(throws: ClientError.queued(because: failure)) {
                try await shop.apply(changes)
            }
            #expect(peer.requests.count == 4)
            #expect(clock.waits == [375, 750, 1500].map { .milliseconds($0) })
            #expect(shop.unsent.map(\.state) == [.waiting, .waiting, .waiting])
        }
    }

    @Test func aTagThatWasThereBeforeIsNotTakenAwayByUndo() async throws {
        let before = FaultyPeer.Act.answer(200, #"{"id":"c0","tags":["w","later"]}"#)
        try await run([[before]], 1) { shop, changes, _ async throws in
            let report = try await shop.apply(changes)
            #expect(report.unchanged == 1)
            await #expect(throws: ClientError.nothingToUndo) { try await shop.undo() }
        }
    }
}
