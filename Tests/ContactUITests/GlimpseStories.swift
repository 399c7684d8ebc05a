import ContactModel
import ContactUI
import Testing

@Suite("A list that is brought into another order")
struct GlimpseStories {
    /// A story that has asked for another order, and what the screen will show of it: the first
    /// contacts from the last one on.
    private func sorting() throws -> (story: Story, request: Int, glimpse: ListGlimpse) {
        var story = Story(Contact.shop)
        story.press("j")
        story.answersLists = false
        story.press("s j Enter")
        let request = try #require(story.listRequests.last).number
        let contacts = Array(story.contacts.enumerated().reversed())
        let rows = contacts.enumerated().map { place, contact in
            let (number, contact) = contact
            return (place, ContactRow(contact: contact, key: contact.key, number: Int32(number)))
        }
        let glimpse = ListGlimpse(
            rows: Dictionary(uniqueKeysWithValues: rows), position: rows.count - 2,
            count: rows.count)
        return (story, request, glimpse)
    }

    @Test("the screen is shown before all contacts are in order, and keys wait for that")
    func shown() throws {
        var (story, request, glimpse) = try sorting()
        let kept = story.state.list.selectedRow
        story.send(.glimpsed(request: request, glimpse))
        #expect(story.state.list.selectedRow == kept)
        #expect(story.state.list.selected == glimpse.position)
        let other = try #require(glimpse.rows[0]?.contact.name)
        #expect(story.screen.contains(other))
        story.press("k Enter")
        #expect(story.state.list.selected == glimpse.position && story.state.form == nil)
        let numbers = (0..<Int32(glimpse.count)).reversed().map { $0 }
        let listing = ListState.Listing(
            number: request, numbers: numbers, total: glimpse.count,
            keptPosition: glimpse.position)
        story.send(.listed(request: request, .success(listing)))
        #expect(story.state.list.rows == glimpse.rows)
        #expect(story.state.list.selected == glimpse.position - 1)
    }

    @Test("rows that the listing has elsewhere, or of another reading, are fetched anew")
    func otherwise() throws {
        for reading in 0...1 {
            var (story, request, glimpse) = try sorting()
            story.send(.glimpsed(request: request, glimpse))
            var numbers = Array((0..<Int32(glimpse.count)).reversed())
            numbers.swapAt(0, 2)
            let listing = ListState.Listing(
                number: request, numbers: numbers, total: glimpse.count, keptPosition: 1,
                reading: reading)
            story.send(.listed(request: request, .success(listing)))
            let kept = reading == 0 ? Set(glimpse.rows.keys).subtracting([0, 2]) : []
            #expect(Set(story.state.list.rows.keys) == kept)
            guard case .rows? = story.effects.last else {
                Issue.record("no rows were asked for")
                return
            }
        }
    }

    @Test("nothing is shown of a listing that is not awaited, or of another size")
    func dropped() throws {
        var (story, request, glimpse) = try sorting()
        let before = story.state.list.rows
        story.send(.glimpsed(request: request - 1, glimpse))
        #expect(story.state.list.rows == before)
        let larger = ListGlimpse(
            rows: glimpse.rows, position: glimpse.position, count: glimpse.count + 1)
        story.send(.glimpsed(request: request, larger))
        #expect(story.state.list.rows == before)
    }

    @Test("of a place that is being read the first in order are shown, where nobody moved on")
    func beginning() throws {
        var story = Story(Contact.shop, opens: false)
        let rows = Contact.shop.enumerated().map { place, contact in
            ContactRow(contact: contact, key: contact.key, number: Int32(place))
        }
        story.send(.beginning(Array(rows.prefix(3)), nil))
        story.answersLists = false
        story.open()
        let request = try #require(story.listRequests.last).number
        let last = rows.suffix(2).enumerated().map { ($0, $1) }
        let glimpse = ListGlimpse(
            rows: Dictionary(uniqueKeysWithValues: last), position: 0, count: rows.count)
        story.send(.glimpsed(request: request, glimpse))
        #expect(story.state.list.size == 2 && story.state.list.rows == glimpse.rows)
        story.press("j")
        #expect(story.state.list.selectedRow == glimpse.rows[1])
    }
}
