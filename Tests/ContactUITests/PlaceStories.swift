import ContactModel
import ContactUI
import Screen
import Testing

@Suite("Other places and files")
struct PlaceStories {
    private func lastImport(_ story: Story) -> Int {
        for case .importFile(let request, _) in story.effects.reversed() { return request }
        return 0
    }

    private func run(_ line: String, in story: inout Story) {
        story.press(":")
        story.type(line)
        story.press("Enter")
    }

    @Test("a place that cannot be opened leads back to the one that was left")
    func back() {
        var story = Story(Contact.shop, opens: false)
        story.comesFromElsewhere()
        story.send(.openFailed(OpenFailure(Failure("/nope.json: no such file"), canCreate: true)))
        #expect(story.screen.contains("Esc back to where you were"))
        story.press("Esc")
        #expect(story.effects.last == .follow(.back))
        #expect(!story.state.isLeaving)
        story.press("q")
        #expect(story.state.isLeaving)
    }

    @Test("the palette leaves for another file, a profile, or the samples")
    func leaving() {
        var story = Story(Contact.shop)
        run("open other.json", in: &story)
        #expect(story.effects.last == .follow(.file("other.json")))
        run("profile shop", in: &story)
        #expect(story.effects.last == .follow(.profile("shop")))
        run("demo", in: &story)
        #expect(story.effects.last == .follow(.demo))
        run("open", in: &story)
        #expect(story.state.panels.last?.problem == "the name of a file belongs behind it")
    }

    @Test("what is shown is written to a file")
    func exporting() {
        var story = Story(Contact.shop, filter: "example.com")
        run("export out.csv", in: &story)
        guard case .exportFile("out.csv", let listing)? = story.effects.last else {
            Issue.record("nothing is written")
            return
        }
        #expect(listing == story.state.list.listing?.number)
    }

    @Test("a file is shown with what it would change and what it cannot, before and afterwards")
    func importing() {
        var story = Story(Contact.shop)
        run("import in.csv", in: &story)
        guard case .importFile(let request, "in.csv")? = story.effects.last else {
            Issue.record("nothing is read")
            return
        }
        let change = ContactChange(
            key: .id("c2"), change: .update(ContactPatch(name: .set("Fatima H."))))
        let refusal = BulkFailure(subject: "line 4", reason: "'x' is no phone number")
        let preview = ImportPreview(
            changes: [change], refusals: [refusal],
            summary: "0 added, 1 updated, 2 unchanged, 1 refused")
        story.send(.imported(request: request, .success(preview)))
        story.expectGolden("import")
        story.press("Enter")
        #expect(story.contacts[1].name == "Fatima H.")
        #expect(story.state.failures == [refusal])
        story.expectGolden("import-done")
    }

    @Test("a file that changes nothing says so, one that cannot be read says why")
    func nothingToImport() {
        var story = Story(Contact.shop)
        run("import in.csv", in: &story)
        let request = lastImport(story)
        story.send(.imported(request: request, .failure(Failure("in.csv: there is no header"))))
        #expect(story.state.news?.text == "in.csv: there is no header")
        run("import in.csv", in: &story)
        let preview = ImportPreview(
            changes: [], refusals: [], summary: "0 added, 0 updated, 3 unchanged")
        story.send(.imported(request: lastImport(story), .success(preview)))
        #expect(story.state.news?.text == "nothing to import: 0 added, 0 updated, 3 unchanged")
        #expect(story.state.bulk == nil)
    }
}
