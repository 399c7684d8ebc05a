import ContactModel
import ContactUI
import Testing

@Suite("A search that takes long")
struct SearchingStories {
    @Test("says how far it has come, until its answer is there")
    func progress() throws {
        var story = Story(Contact.shop)
        story.answersLists = false
        story.press("/")
        story.type("ab")
        let requests = story.listRequests.suffix(2).map(\.number)
        story.send(.searching(request: requests[1], percent: 40))
        #expect(story.screen.contains("searching, 40 % looked at"))
        story.send(.searching(request: requests[0], percent: 90))
        #expect(story.screen.contains("searching, 40 % looked at"))
        let listing = ListState.Listing(number: requests[1], numbers: [2], total: 9)
        story.send(.listed(request: requests[1], .success(listing)))
        #expect(!story.screen.contains("searching"))
        #expect(story.state.list.size == 1)
    }

    @Test("the next key stroke asks anew, and what was said of the last one is gone")
    func replaced() throws {
        var story = Story(Contact.shop)
        story.answersLists = false
        story.press("/")
        story.type("a")
        let request = try #require(story.listRequests.last)
        story.send(.searching(request: request.number, percent: 40))
        story.type("b")
        #expect(!story.screen.contains("searching"))
        story.send(.searching(request: request.number, percent: 60))
        #expect(!story.screen.contains("searching"))
    }

    @Test("the contact under the cursor is named by its number too, but for another contact")
    func kept() throws {
        var story = Story(Contact.shop)
        story.press("j j /")
        story.type("u")
        let request = try #require(story.listRequests.last)
        #expect(request.wanted.keepingNumber == 2)
        #expect(request.wanted.keeping == Contact.shop[2].key)
    }
}
