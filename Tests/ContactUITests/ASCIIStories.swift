import ContactModel
import ContactUI
import Screen
import Testing

@Suite("A terminal that knows nothing but ASCII")
struct ASCIIStories {
    private func expectASCII(_ story: Story, location: SourceLocation = #_sourceLocation) {
        #expect(
            story.screen.utf8.allSatisfy { $0 < 0x80 }, "\(story.screen)", sourceLocation: location)
    }

    @Test("the list draws its lines so, and tells other letters by their numbers")
    func list() {
        var story = Story(Contact.shop, columns: 120, rows: 16)
        story.isASCII = true
        story.press("j j")
        expectASCII(story)
        story.expectGolden("ascii-list")
    }

    @Test("so do the form and dialogs")
    func form() {
        var story = Story(Contact.shop)
        story.isASCII = true
        story.press("j j Enter")
        story.type("é")
        expectASCII(story)
        story.expectGolden("ascii-form")
        story.press("Ctrl-G")
        expectASCII(story)
        story.press("x * t")
        story.type("+vip")
        expectASCII(story)
        story.expectGolden("ascii-bulk")
    }

    @Test("the cursor stands where the letters end")
    func cursor() {
        var story = Story(Contact.shop, columns: 80, rows: 10)
        story.isASCII = true
        story.press("/")
        story.type("né")
        let surface = story.state.render(
            theme: .standard, shaper: TextShaper(width: .approximate, isASCII: true))
        #expect(surface.cursor == Position(row: 7, column: 7))
        expectASCII(story)
    }
}
