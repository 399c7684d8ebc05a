import ContactModel
import ContactUI
import JSONText
import Screen
import Testing

@Suite("Bulk changes")
struct BulkStories {
    private func tags(_ story: Story, _ index: Int) -> String {
        story.contacts[index].tags.csv
    }

    @Test("tagging shows what it would really do before anything is sent, then does just that")
    func tagging() {
        var story = Story(Contact.shop)
        story.press("3 Space t")
        story.expectGolden("bulk-begun")
        story.type("+vip -be")
        story.press("Tab")
        story.expectGolden("bulk-tag")
        #expect(!story.effects.contains { if case .apply = $0 { true } else { false } })
        story.press("Enter")
        #expect((0..<4).map { tags(story, $0) } == ["lead,vip", "eu,lead,vip", "lead,vip", "lead"])
        story.expectGolden("bulk-done")
    }

    @Test("the scope is chosen by arrows, and the effect is counted for it")
    func scopes() {
        var story = Story(Contact.shop, filter: "example.com")
        story.press("Space t")
        story.type("+x")
        #expect(story.state.bulk?.scope == .marked)
        #expect(story.state.bulk?.effect?.changing == 1)
        story.press("Down")
        #expect(story.state.bulk?.scope == .selected)
        story.press("Down")
        #expect(story.state.bulk?.scope == .filtered)
        #expect(story.state.bulk?.effect?.changing == story.state.list.size)
        story.press("Ctrl-G")
        #expect(story.state.bulk == nil)
    }

    @Test("a bare word is refused with a hint; quotes hold spaces")
    func typing() {
        var story = Story(Contact.shop)
        story.press("t")
        story.type("vip")
        #expect(story.state.bulk?.problem == "write +vip to add it, -vip to remove it")
        story.press("Enter Ctrl-U")
        story.type("+\"black friday\"")
        story.press("Enter")
        #expect(tags(story, 0) == "lead,vip,black friday")
    }

    @Test("at 40×10 everything that matters is there")
    func small() {
        var story = Story(Contact.shop, columns: 40, rows: 10)
        story.press("2 Space t")
        story.type("+vip")
        story.expectGolden("bulk-40x10")
    }

    @Test("a quota is told before anything is sent")
    func quota() {
        var story = Story(Contact.shop, opens: false)
        story.isRemote = true
        story.quota = QuotaFacts(callsLeft: 1, time: "4 min", waiting: 12)
        story.open()
        story.press("* t")
        story.type("+x")
        story.expectGolden("bulk-quota")
    }

    @Test("progress is shown, and Ctrl-G stops after the contact under way")
    func running() {
        var story = Story(Contact.shop)
        story.answersSaves = false
        story.press("* t")
        story.type("+x")
        story.press("Enter")
        guard let request = story.state.running?.request else {
            Issue.record("nothing is under way")
            return
        }
        story.send(.progressed(request: request, done: 3, total: 9))
        story.expectGolden("bulk-running")
        story.press("Ctrl-G Ctrl-G")
        #expect(story.effects.filter { $0 == .stop(request: request) }.count == 1)
        let change = ContactChange(
            key: .id("c8"), change: .retag(add: TagList(), remove: TagList()))
        let outcome = BulkOutcome(
            changed: 3, failures: [BulkFailure(change, of: "Bo", reason: "no contact c8")],
            notReached: [BulkFailure(change, reason: "not reached")])
        story.send(.applied(request: request, .success(outcome)))
        story.expectGolden("bulk-failures")
        story.press("r")
        #expect(story.state.bulk?.title == "Try again")
    }

    @Test("those that cannot be written are named with the reason, before and afterwards")
    func obstacles() {
        let odd = ["Zoe Text", "Zed List", "Zia Number", "Zuza Truth"].enumerated().map {
            Contact(record: [
                "id": .string("z\($0)"), "phone": .string("+155500077\(10 + $0)"),
                "name": .string($1), "tags": .string("vip"),
            ])
        }
        var story = Story(Contact.shop + odd)
        story.press("* t")
        story.type("+vip")
        story.expectGolden("bulk-obstacles")
        story.press("Enter")
        story.expectGolden("bulk-obstacles-told")
        story.press("r")
        #expect(story.state.bulk == nil)
        story.press("q q")
        #expect(story.state.isLeaving)
    }

    @Test("deleting asks on another key")
    func deleting() {
        var story = Story(Contact.shop)
        story.press("Space Space D")
        story.expectGolden("delete-preview")
        story.press("Enter")
        story.expectGolden("delete-question")
        story.press("Enter D")
        #expect(story.contacts.count == 9)
        story.press("y")
        #expect(story.contacts.count == 7)
        #expect(story.state.news?.text == "Delete contacts: 2 deleted · u takes it back")
    }

    @Test("metadata keys and fields are set and cleared for all marked by the palette")
    func fields() {
        var story = Story(Contact.shop)
        story.press("2 Space :")
        story.type("set-metadata plan gold")
        story.press("Enter")
        story.expectGolden("bulk-metadata")
        story.press("Enter")
        #expect(story.contacts[1].metadata?["plan"] == .string("gold"))
        story.press(":")
        story.type("clear-field email")
        story.press("Enter Enter")
        #expect(story.contacts[0].email == nil)
        story.press(":")
        story.type("remove-metadata plan")
        story.press("Enter Enter")
        #expect(story.contacts[1].metadata?.isEmpty == true)
    }

    @Test("a plan is written to a file that is asked for")
    func plan() {
        var story = Story(Contact.shop)
        story.press("t")
        story.type("+x")
        story.press("Ctrl-T Ctrl-U")
        story.type("tags.jsonl")
        story.press("Enter")
        guard case .writePlan(let path, let work)? = story.effects.last else {
            Issue.record("no plan was written")
            return
        }
        #expect(path == "tags.jsonl")
        #expect(
            work
                == .edit(
                    .retag(add: (try? TagList(csv: "x")) ?? TagList(), remove: TagList()),
                    .contacts(RowSet([0]), listing: story.listRequests.last?.number ?? 0)))
        #expect(story.state.bulk != nil)
    }

    @Test("what came back from the person's editor is shown before it is applied")
    func editor() throws {
        var story = Story(Contact.shop)
        story.press("2 Space E")
        let listing = try #require(story.listRequests.last).number
        #expect(story.effects.last == .editContacts(RowSet([0, 1]), listing: listing))
        let change = ContactChange(
            key: .id("c2"), change: .update(ContactPatch(name: .set("Fatima H."))))
        story.send(.contactsEdited(.changes([change])))
        story.expectGolden("bulk-editor")
        story.press("Enter")
        #expect(story.contacts[1].name == "Fatima H.")
    }

    @Test("a read-only place says so instead")
    func readOnly() {
        var story = Story(Contact.shop, opens: false)
        story.open(readOnly: "read-only: the file may not be written")
        story.press("t")
        #expect(story.state.bulk == nil)
        #expect(story.state.news?.text == "read-only: the file may not be written")
    }
}
