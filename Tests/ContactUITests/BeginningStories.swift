import ContactModel
import ContactUI
import Testing

@Suite("A large place while it is being read")
struct BeginningStories {
    private func row(_ contact: Contact, _ number: Int) -> ContactRow {
        ContactRow(contact: contact, key: contact.key, number: Int32(number))
    }

    /// Contacts of a place, the first of which are shown before all of them are read.
    private func begun(_ contacts: [Contact], first count: Int, filter: String = "") -> Story {
        var story = Story(contacts, filter: filter, opens: false)
        let rows = contacts.prefix(count).enumerated().map { row($0.element, $0.offset) }
        story.send(.beginning(rows, nil))
        return story
    }

    @Test("shows the first contacts, says that they are not all, and moves among them")
    func shown() {
        var story = begun(Contact.shop, first: 3)
        story.expectGolden("list-beginning")
        story.press("j j j")
        #expect(story.state.list.selected == 2)
        #expect(story.effects.allSatisfy { if case .scheduleDetail = $0 { true } else { false } })
    }

    @Test("the cursor stays on the contact it was moved to, and at the top where it was not moved")
    func kept() {
        var story = begun(Array(Contact.shop.reversed()), first: 3)
        story.press("j")
        let chosen = story.state.list.selectedRow?.key
        story.contacts = Contact.shop
        story.open()
        #expect(story.state.list.size == Contact.shop.count)
        #expect(chosen != nil && story.state.list.selectedRow?.key == chosen)
        var other = begun(Array(Contact.shop.reversed()), first: 3)
        other.contacts = Contact.shop
        other.open()
        #expect(other.state.list.selected == 0)
    }

    @Test("keys that are about a contact wait until all are read")
    func waiting() {
        var story = begun(Contact.shop, first: 3)
        story.press("j Enter")
        #expect(story.state.form == nil)
        #expect(!story.effects.contains { if case .load = $0 { true } else { false } })
        story.open()
        #expect(story.state.form?.key == Contact.shop[1].key)
    }

    @Test("a filter shows nobody before it was put to all")
    func filtered() {
        let story = begun(Contact.shop, first: 3, filter: "ivanov")
        #expect(story.state.list.size == 0)
        #expect(story.screen.contains("loading"))
    }

    @Test("a place that cannot be read after all shows why, and keys work there")
    func broken() {
        var story = begun(Contact.shop, first: 3)
        story.press("Enter")
        story.send(.openFailed(OpenFailure(Failure("it is not JSON"), canCreate: false)))
        #expect(story.state.list.size == 0)
        #expect(story.screen.contains("it is not JSON"))
        story.press("q")
        #expect(story.state.isLeaving)
    }
}
