import ContactModel
import ContactUI
import Screen
import Testing

/// Orders by what is not on the screen, and the way back from a list without anybody.
@Suite("Sorting and filtering") struct SortStories {
    private func typed(_ line: String, then keys: String) -> Story {
        var story = Story(Contact.shop)
        story.press(":")
        story.type(line)
        story.press(keys)
        return story
    }

    @Test("metadata keys can be sorted by from the menu")
    func metadata() {
        var story = Story(Contact.shop)
        story.press("s /")
        story.type("ltv")
        story.press("Enter Enter")
        #expect(story.state.list.order == SortOrder([SortOrder.Key(.metadata("ltv"))]))
    }

    @Test("the order is told below where no heading tells it")
    func hiddenOrder() {
        let story = typed("sort created_at:desc,name", then: "Enter")
        #expect(story.screen.contains(" of 9 · by created ▼, name ▲"))
        #expect(!typed("sort name:desc", then: "Enter").screen.contains("by name"))
    }

    @Test("a metadata key that nobody has is told, one within an object is not")
    func unknownKey() {
        var story = typed("sort meta.lvt", then: "Enter")
        #expect(story.screen.contains("nobody has metadata lvt"))
        story.press("s Enter")
        #expect(story.state.news == nil)
        #expect(!typed("sort meta.address.city,meta.ltv", then: "Enter").screen.contains("nobody"))
    }

    @Test(
        "columns are completed behind the commands that take them",
        arguments: [
            ("sort pho", "Tab", "sort phone"),
            ("sort name,crea", "Tab", "sort name,created_at"),
            ("columns name,meta", "Tab", "columns name,meta."),
            ("columns meta.", "Tab Tab", "columns meta."),
            ("columns meta.l", "Tab Tab", "columns meta.ltv"),
            ("sort zz", "Tab", "sort zz"),
        ])
    func completion(line: String, keys: String, completed: String) {
        let story = typed(line, then: keys)
        #expect(story.state.panels.last?.menu.narrowing.text == completed)
    }

    @Test("what a column could be is told where it is not certain")
    func choices() {
        let story = typed("sort meta.", then: "Tab Tab")
        #expect(story.screen.contains("meta.address · meta.ltv · meta.plan"))
    }

    @Test("from a list without anybody one key leads back, whatever was told meanwhile")
    func backFromNobody() {
        var story = Story(Contact.shop)
        story.press("/")
        story.type("zzz")
        story.press("Enter t")
        #expect(story.screen.contains("there is nobody to tag"))
        story.press("Esc")
        #expect(story.state.list.filter == "")
        #expect(story.state.list.listing?.count == 9)
    }

    @Test("a message makes room for the filter, and stays away")
    func messageMakesRoom() {
        var story = Story(Contact.shop)
        story.press("n")
        let told = story.state.news
        #expect(told != nil)
        story.press("/ Enter")
        #expect(story.state.news == nil)
    }
}
