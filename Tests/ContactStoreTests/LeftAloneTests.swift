import ContactModel
import ContactStore
import JSONText
import TestGround
import Testing

@Suite("A contact that was changed since is left alone with all that a step wrote to it")
struct LeftAloneTests {
    private static let names = ["a", "b", "c"]

    private func rename(_ id: String, _ name: String) -> ContactChange {
        ContactChange(key: .id(id), change: .update(ContactPatch(name: .set(name))))
    }

    private func tag(_ id: String, _ tag: String) throws -> ContactChange {
        let tags = try TagList(csv: tag)
        return ContactChange(key: .id(id), change: .retag(add: tags, remove: TagList()))
    }

    private func lines(_ store: Store) throws -> [String] {
        let snapshot = try store.latest()
        return snapshot.select(.all, order: SortOrder()).map { number in
            let contact = snapshot.contact(number)
            return "\(contact.name ?? "") \(contact.email ?? "") \(contact.tags.texts)"
        }
    }

    private func otherUser(_ path: String) throws -> Store {
        var options = StoreOptions()
        options.servesOthers = true
        return try Store(opening: path, options: options)
    }

    @Test("whatever stands between its entries, and told once", arguments: [false, true])
    func once(isApart: Bool) throws {
        let scratch = try Scratch()
        let path = try scratch.file("contacts.json", #"[{"id":"c1"},{"id":"c2"}]"#)
        let store = try Store(opening: path)
        let (one, two) = ([rename("c1", "x"), rename("c2", "x")], ["c1", "c2"])
        let tags = try two.map { try tag($0, "t") }
        let changes = isApart ? one + tags : [one[0], tags[0], one[1], tags[1]]
        _ = try store.apply(changes) { _ in true }
        _ = try otherUser(path).commit([rename("c2", "theirs")])
        let undone = try store.undo()
        #expect(undone.map(\.restored) == [[.id("c1")]])
        #expect(undone.map(\.skipped) == [[.id("c2")]])
        #expect(undone.map(\.what.text) == ["name 1, +t 1"])
        #expect(try lines(store) == ["  []", #"theirs  ["t"]"#])
        #expect(try store.redo().map(\.what.text) == ["name 1, +t 1"])
        #expect(try lines(store) == [#"x  ["t"]"#, #"theirs  ["t"]"#])
    }

    @Test("each is as it was before the step, or as it stood", arguments: 0..<120)
    func wholly(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let scratch = try Scratch()
        let ids = (0..<8).map { "c\($0)" }
        let path = try scratch.file(
            "contacts.json", "[" + ids.map { #"{"id":"\#($0)"}"# }.joined(separator: ",") + "]")
        let store = try Store(opening: path)
        let before = try lines(store)
        var changes: [ContactChange] = []
        for _ in 0..<20 {
            let id = ids[Int(random.next() % 8)]
            let name = LeftAloneTests.names[Int(random.next() % 3)]
            changes.append(random.next() % 2 == 0 ? rename(id, name) : try tag(id, name))
        }
        _ = try store.apply(changes) { _ in true }
        let others = try otherUser(path)
        var changed: Set<ContactKey> = []
        for id in ids where random.next() % 3 == 0 {
            let isWritten = changes.contains { !$0.change.isOfTags && $0.key == .id(id) }
            if isWritten { changed.insert(.id(id)) }
            _ = try others.commit([rename(id, "theirs")])
        }
        let standing = try lines(store)
        let undone = try? store.undo()
        #expect(Set(undone?.first?.skipped ?? []) == changed)
        #expect(undone?.first?.skipped.count == changed.count)
        for (index, line) in try lines(store).enumerated() {
            let isLeft = changed.contains(.id(ids[index]))
            let isForeign = standing[index].hasPrefix("theirs ") && !isLeft
            let expected = isLeft ? standing[index] : before[index]
            #expect(isForeign ? line == "theirs" + expected : line == expected)
        }
    }

    @Test("what would take metadata away that was not there is in the plan; who was changed, named")
    func plan() throws {
        let scratch = try Scratch()
        let path = try scratch.file("contacts.json", #"[{"id":"c1"},{"id":"c2"}]"#)
        let store = try Store(opening: path)
        let patch = ContactPatch(metadata: ["plan": .string("g")])
        _ = try store.commit([
            ContactChange(key: .id("c1"), change: .update(patch)), rename("c2", "x"),
        ])
        _ = try store.commit([rename("c2", "y")])
        _ = try otherUser(path).commit([rename("c2", "theirs")])
        let plan = try store.plan(.undo, 2)
        #expect(
            plan.lines.map { JSONValue.object($0).jsonText } == [
                #"{"contact_id":"c1","remove_metadata":["plan"]}"#
            ])
        #expect(plan.skipped == [.id("c2"), .id("c2")])
    }
}
