import ContactClient
import ContactModel
import Testing

/// Steps with several changes of a contact, which are taken back for it as a whole or not at all.
@Suite(.serialized) struct UndoingStories {
    private func rename(_ name: String) -> Change { .update(ContactPatch(name: .set(name))) }

    /// Names, then tags, as a plan may have them; the order in which calls are made is another.
    private func plan() throws -> [ContactChange] {
        let tags = Change.retag(add: try TagList(csv: "t"), remove: TagList())
        let changes = [rename("New"), tags]
        return changes.flatMap { change in
            ["a", "b"].map { ContactChange(key: .id($0), change: change) }
        }
    }

    /// Carries the plan out at once, and somebody else's change of one of its contacts.
    private func withPlan(
        then theirs: Change, _ story: (WorkspaceClient, LocalClient) async throws -> Void
    ) async throws {
        let premises = try Premises()
        try await premises.serve {
            try await premises.visit(.unattended) { shop async throws in
                _ = try await shop.apply(plan())
                _ = try await premises.book.apply([ContactChange(key: .id("a"), change: theirs)])
                try await story(shop, premises.book)
            }
        }
    }

    @Test("whom somebody else changed is left alone wholly, and neither counted nor done again")
    func changedMeanwhile() async throws {
        try await withPlan(then: rename("Theirs")) { shop, book async throws in
            let undone = try await shop.undo()
            #expect(undone.restored == [.id("b")])
            #expect(undone.skipped == [.id("a")])
            #expect(undone.what.text == "name 1, +t 1")
            let left = try await book.contact(.key(.id("a")))
            #expect(left.name == "Theirs" && left.tags.texts == ["vip", "math", "t"])
            #expect(shop.status.counts.all == 0)
            let again = try await shop.redo()
            #expect(again.restored == [.id("b")] && again.what.text == "name 1, +t 1")
            #expect(try await book.contact(.key(.id("b"))).tags.texts == ["vip", "t"])
            #expect(try await shop.log(limit: 1).map(\.what.text) == ["name 1, +t 1"])
        }
    }

    @Test("whose tag somebody else took away is left alone, and does not get it again")
    func untaggedMeanwhile() async throws {
        let premises = try Premises()
        try await premises.serve {
            try await premises.visit(.unattended) { shop async throws in
                let tag = try TagList(csv: "t")
                let tagging = ["a", "b"].map {
                    ContactChange(
                        key: .id($0), change: .retag(add: tag, remove: TagList()))
                }
                _ = try await shop.apply(tagging)
                _ = try await premises.book.apply([
                    ContactChange(key: .id("a"), change: .retag(add: TagList(), remove: tag))
                ])
                let plan = try await shop.plan(.undo, 1)
                #expect(plan.lines.count == 1 && plan.skipped == [.id("a")])
                let undone = try await shop.undo()
                #expect(undone.restored == [.id("b")] && undone.skipped == [.id("a")])
                #expect(undone.what.text == "+t 1")
                let again = try await shop.redo()
                #expect(again.restored == [.id("b")] && again.what.text == "+t 1")
                let theirs = try await premises.book.contact(.key(.id("a")))
                #expect(!theirs.tags.texts.contains("t"))
            }
        }
    }

    @Test("of two steps that change one tag both are taken back, and foretold")
    func twoSteps() async throws {
        let premises = try Premises()
        try await premises.serve {
            try await premises.visit(.unattended) { shop async throws in
                let (tag, none) = (try TagList(csv: "t"), TagList())
                for (add, remove) in [(tag, none), (none, tag)] {
                    _ = try await shop.apply([
                        ContactChange(key: .id("a"), change: .retag(add: add, remove: remove))
                    ])
                }
                let plan = try await shop.plan(.undo, 2)
                #expect(plan.lines.count == 2 && plan.skipped.isEmpty)
                #expect(try await shop.undo(2).map(\.skipped) == [[], []])
            }
        }
    }

    @Test("who was deleted meanwhile is named as that, and not counted")
    func deletedMeanwhile() async throws {
        try await withPlan(then: .delete) { shop, _ async throws in
            let undone = try await shop.undo()
            #expect(undone.restored == [.id("b")] && undone.gone == [.id("a")])
            #expect(undone.skipped.isEmpty && undone.what.text == "name 1, +t 1")
            #expect(try await shop.redo().what.text == "name 1, +t 1")
        }
    }

    @Test("whom the mirror shows as changed since is not asked for at all")
    func knownAsChanged() async throws {
        let premises = try Premises()
        try await premises.serve {
            try await premises.visit { shop async throws in
                #expect(await shop.sync() == nil)
                _ = try await shop.apply(plan())
                #expect(await shop.sync() == nil)
                _ = try await premises.book.apply([
                    ContactChange(key: .id("a"), change: rename("Theirs"))
                ])
                shop.refresh()
                #expect(await shop.sync() == nil)
                let undone = try await shop.undo()
                #expect(undone.restored == [.id("b")] && undone.skipped == [.id("a")])
                #expect(undone.what.text == "name 1, +t 1")
                #expect(shop.unsent.map(\.change.key) == [.id("b"), .id("b")])
                #expect(await shop.sync() == nil)
            }
        }
        let left = try await premises.book.contact(.key(.id("a")))
        #expect(left.name == "Theirs" && left.tags.texts == ["vip", "math", "t"])
        #expect(try await premises.book.contact(.key(.id("b"))).tags.texts == ["vip"])
    }
}
