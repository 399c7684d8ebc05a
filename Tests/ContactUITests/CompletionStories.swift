import ContactModel
import ContactUI
import JSONText
import Screen
import Testing

@Suite("Completion")
struct CompletionStories {
    @Test("where nothing follows, Tab goes on to the next candidate and around")
    func cycling() {
        var story = Story(Contact.shop)
        story.press("/")
        story.type("is:opt")
        story.press("Tab")
        #expect(story.state.prompt?.field.text == "is:optedin")
        story.press("Tab")
        #expect(story.state.prompt?.field.text == "is:optedout")
        story.press("Tab")
        #expect(story.state.prompt?.field.text == "is:optedin")
        story.press("Ctrl-U")
        story.type("ta")
        story.press("Tab Tab")
        #expect(story.state.prompt?.field.text == "tag:lead")
    }

    @Test("a tag of two words is offered where only words are typed, and quoted")
    func twoWords() {
        var story = Story(Contact.shop)
        story.press("/")
        story.type("black fr")
        #expect(story.screen.contains("Tab: tag:\"black friday\" 1"))
        story.press("Tab")
        #expect(story.state.list.size == 1)
        story.press("Enter Esc t")
        story.type("+black friday")
        #expect(story.state.bulk?.problem == "two words want quotes: +\"black friday\"")
    }

    @Test("completion moves with the key of the next field, and hints name it")
    func rebound() {
        var story = Story(Contact.shop)
        let wish = Keymap.Rebinding(in: .form, .nextField, [[.control("n")]])
        story.rebind(wish)
        story.press("Enter Ctrl-N Ctrl-N")
        story.type(", eur")
        #expect(story.screen.contains("Ctrl-N: europe 1"))
        story.press("Tab Ctrl-N")
        #expect(story.state.form?.focused.text.text == "lead, vip, europe")
    }

    @Test("a metadata key that cannot be seen stands in quotes")
    func emptyKey() {
        let odd = Contact.sample("Odd", 1, metadata: ["": .string("x"), " ": .string("y")])
        var story = Story([odd], columns: 120, rows: 20)
        #expect(story.screen.contains("\"\"   x"))
        story.press("Enter")
        #expect(story.screen.contains("\"\"        text"))
        #expect(story.screen.contains("\" \"       text"))
    }
}
