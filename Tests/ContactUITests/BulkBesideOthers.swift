import ContactModel
import ContactUI
import Screen
import Testing

@Suite("Bulk changes while others write")
struct BulkBesideOthers {
    /// A story in which tags are typed for the second contact.
    private func tagging() throws -> Story {
        var story = Story(Contact.shop)
        story.press("j t")
        story.type("+x")
        return story
    }

    /// Who the change that is asked for is about.
    private func target(_ story: Story) throws -> BulkTarget {
        for effect in story.effects.reversed() {
            if case .apply(_, .edit(_, let target)) = effect { return target }
        }
        throw Missing()
    }

    private struct Missing: Error {}

    /// The list is read anew, as the second reading of the file.
    private func reread(
        _ story: inout Story, _ numbers: [Int32], kept: Int?, listing: Int = 99
    ) throws {
        story.answersLists = false
        story.send(.changedElsewhere)
        let request = try #require(story.listRequests.last).number
        let new = ListState.Listing(
            number: listing, numbers: numbers, total: numbers.count, keptPosition: kept,
            reading: 2)
        story.send(.listed(request: request, .success(new)))
    }

    @Test("the contact under the cursor stays the one that is meant, whatever its number")
    func renumbered() throws {
        var story = try tagging()
        story.answersSaves = false
        try reread(&story, [0, 7, 8], kept: 2)
        story.press("Enter")
        #expect(try target(story) == .contacts(RowSet([8]), listing: 99))
    }

    @Test("where it is gone nothing is done, and what was typed stays")
    func gone() throws {
        var story = try tagging()
        try reread(&story, [0, 7, 8], kept: nil)
        story.press("Enter")
        #expect(story.state.bulk?.problem == "this contact is not there any more")
        #expect(story.state.running == nil)
        // Another list does not bring somebody else in.
        try reread(&story, [0, 7], kept: 1, listing: 100)
        story.press("Enter")
        #expect(story.state.running == nil && story.screen.contains("+x"))
    }

    @Test("what a change would do is counted anew when the list is read anew")
    func countedAnew() throws {
        var story = try tagging()
        #expect(story.state.bulk?.effect?.changing == 1)
        story.contacts[1] = try story.contacts[1].after(
            .retag(add: TagList(csv: "x"), remove: TagList()))
        story.send(.changedElsewhere)
        #expect(story.state.bulk?.effect?.changing == 0)
    }

    @Test("a question that asks before deleting says what is true now, or goes")
    func deleting() {
        var story = Story(Contact.shop)
        story.press("j D Enter")
        #expect(story.state.dialog?.lines.first == "Haddad, Fatima")
        story.contacts[1] = .sample("Haddad, Fatima Zahra", 2)
        story.send(.changedElsewhere)
        #expect(story.state.dialog?.lines.first == "Haddad, Fatima Zahra")
    }

    @Test("a change that fails as a whole comes back as it was typed")
    func failing() throws {
        var story = Story(Contact.shop)
        story.press("Space t")
        story.type("+new")
        story.answersSaves = false
        story.press("Enter")
        let request = try #require(
            story.effects.compactMap { effect -> Int? in
                if case .apply(let request, _) = effect { request } else { nil }
            }.last)
        story.send(.applied(request: request, .failure(Failure("no space is left"))))
        #expect(story.state.news?.text == "no space is left")
        #expect(story.screen.contains("+new") && story.screen.contains("no space is left"))
        story.answersSaves = true
        story.press("Enter")
        #expect(story.contacts[0].tags.csv.contains("new"))
    }

    @Test("keys typed after the key of a menu wait for the menu")
    func typedAhead() throws {
        var story = Story(Contact.shop, opens: false)
        story.isRemote = true
        story.open()
        story.press("O j x")
        #expect(story.state.list.selected == 0)
        let request = try #require(
            story.effects.compactMap { effect -> Int? in
                if case .unsent(let request) = effect { request } else { nil }
            }.last)
        let items = (1...2).map { id in
            OutboxItem(
                id: id,
                change: ContactChange(
                    key: .id("c\(id)"), change: .update(ContactPatch(name: .clear))),
                subject: "c\(id)", state: .failed, reason: "", original: nil, theirs: nil)
        }
        story.send(.unsent(request: request, items))
        #expect(story.effects.contains(.dropUnsent([2])))
        #expect(story.state.list.selected == 0)
    }

    @Test("where no menu opens, they are meant for nobody; Ctrl-G gives the menu up")
    func givenUp() {
        var story = Story(Contact.shop, opens: false)
        story.isRemote = true
        story.open()
        story.press("O j Ctrl-G j")
        #expect(story.state.list.selected == 1)
    }
}
