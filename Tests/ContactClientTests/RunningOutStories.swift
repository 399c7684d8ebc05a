import ContactClient
import ContactModel
import TestGround
import Testing

/// A run that has used up the quota, and what goes on beside it.
@Suite(.serialized) struct RunningOutStories {
    private static let count = 40

    private static let crowd: String = {
        let people = (0..<count).map {
            #"{"id":"\#($0)","phone":"+1555\#(1_000_000 + $0)","name":"N\#($0)","tags":[]}"#
        }
        return "[\(people.joined(separator: ","))]"
    }()

    /// The quota's clock stands still, so that what a call used never becomes free.
    private static let stillPacing: RemotePacing = {
        var pacing = RemotePacing()
        let now = pacing.now()
        pacing.now = { now }
        pacing.sleep = { _ in try await Task.sleep(for: .milliseconds(1)) }
        return pacing
    }()

    /// A run over everybody of whom 20 calls a minute leave some waiting for ever.
    private func visit(_ story: (Premises, WorkspaceClient) async throws -> Void) async throws {
        let premises = try Premises(RunningOutStories.crowd, callsPerMinute: 20)
        premises.pacing = RunningOutStories.stillPacing
        try await premises.serve {
            try await premises.visit { shop async throws in
                #expect(await shop.sync() == nil)
                shop.attend { _ in }
                let change = Change.retag(add: TagList([try Tag("w")]), remove: TagList())
                _ = try await shop.apply(
                    (0..<RunningOutStories.count).map {
                        ContactChange(key: .id("\($0)"), change: change)
                    })
                try await story(premises, shop)
            }
        }
    }

    private func until(_ isSo: () async throws -> Bool) async throws {
        while try await !isSo() { try await Task.sleep(for: .milliseconds(5)) }
    }

    /// How many contacts bear the tag at the server.
    private func tagged(_ premises: Premises) async throws -> Int {
        try await premises.book.list(try Query("tag:w", clock: .still), order: .byName).count
    }

    @Test(.timeLimit(.minutes(1)))
    func anEditOfWhoeverIsNextInARunDoesNotWaitForTheQuota() async throws {
        try await visit { premises, shop in
            // One of twenty calls asked who one is, five are kept for edits.
            try await until { try await tagged(premises) == 14 }
            let patch = ContactPatch(name: .set("X"))
            _ = try await shop.update(.id("14"), patch, removingMetadata: [])
            try await until { try await premises.book.contact(.key(.id("14"))).name == "X" }
            #expect(try await tagged(premises) == 14)
        }
    }

    @Test("what is given up elsewhere while a run waits was not reached", .timeLimit(.minutes(1)))
    func givenUpElsewhere() async throws {
        let premises = try Premises(RunningOutStories.crowd, callsPerMinute: 20)
        premises.pacing = RunningOutStories.stillPacing
        try await premises.serve {
            let other = try premises.open(.unattended)
            try await premises.visit(.unattended) { shop async throws in
                let change = Change.retag(add: TagList([try Tag("w")]), remove: TagList())
                let report = try await shop.apply(
                    (0..<RunningOutStories.count).map {
                        ContactChange(key: .id("\($0)"), change: change)
                    }, asWhole: false,
                    progress: { done in
                        // The step has the number before those of its entries.
                        if done >= 10 { other.drop(Array(2..<2 + RunningOutStories.count)) }
                        return true
                    })
                #expect(report.changed + report.notReached.count == RunningOutStories.count)
                #expect(report.notReached.count >= 20 && !report.isComplete)
            }
            await other.close()
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func whatAnotherProcessQueuesGoesBeforeARunThatWaits() async throws {
        try await visit { premises, shop in
            try await until { try await tagged(premises) == 14 }
            let other = try premises.open()
            let patch = ContactPatch(name: .set("X"))
            _ = try await other.update(.id("20"), patch, removingMetadata: [])
            try await until { try await premises.book.contact(.key(.id("20"))).name == "X" }
            await other.close()
        }
    }

    @Test func aCommandDoesNotSendTheWholeQueueOfOthers() async throws {
        let premises = try Premises(RunningOutStories.crowd)
        premises.width = 1
        try await premises.serve {
            try await premises.visit { shop async throws in #expect(await shop.sync() == nil) }
        }
        try await premises.visit { shop async throws in
            let change = Change.retag(add: TagList([try Tag("w")]), remove: TagList())
            _ = try await shop.apply(
                (0..<RunningOutStories.count).map {
                    ContactChange(key: .id("\($0)"), change: change)
                })
        }
        try await premises.serve {
            try await premises.visit(.unattended) { shop async throws in
                let patch = ContactPatch(name: .set("X"))
                _ = try await shop.update(.id("39"), patch, removingMetadata: [])
                #expect(shop.status.counts.waiting > 0)
            }
        }
        #expect(try await premises.book.contact(.key(.id("39"))).name == "X")
    }

    @Test(.timeLimit(.minutes(1)))
    func whatBecameOfARunIsWrittenDownWhileItWaits() async throws {
        try await visit { premises, shop in
            try await until { shop.status.counts.waiting == 26 }
            try await until {
                let other = try premises.open(.unattended)
                let waiting = other.status.counts.waiting
                await other.close()
                return waiting == 26
            }
        }
    }
}
