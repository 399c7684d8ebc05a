import ContactModel
import ContactUI
import JSONText
import Screen
import Testing

@Suite("Marks")
struct MarkStories {
    private func names(_ story: Story) -> [String] {
        story.state.marks.numbers.map { story.contacts[Int($0)].name ?? "" }
    }

    @Test("a list of the marked without any says that nobody is marked")
    func nobodyMarked() {
        var story = Story(Contact.shop)
        story.press("Space & U")
        #expect(story.screen.contains("Nobody is marked."))
        #expect(!story.screen.contains("filter."))
    }

    @Test("marks go with the contacts that were deleted, and the list of the marked with the last")
    func marksOfTheDeleted() throws {
        var story = Story(Contact.shop)
        story.press("2 Space &")
        story.answersLists = false
        for gone in [[Int32(1)], [Int32(0)]] {
            story.send(.changedElsewhere)
            let request = try #require(story.listRequests.last)
            let left = request.wanted.marks.subtracting(RowSet(gone))
            story.send(
                .listed(
                    request: request.number,
                    .success(
                        ListState.Listing(
                            number: request.number, numbers: Array(left), total: 7,
                            gone: RowSet(gone)))))
            #expect(story.state.marks.count == left.count)
        }
        #expect(story.state.list.showsOnlyMarked == false)
        #expect(try #require(story.listRequests.last).wanted.query == .all)
    }

    @Test("Space marks and steps; the marks survive a filter, and the hidden ones are counted")
    func marking() {
        var story = Story(Contact.shop)
        story.press("Space Space j x")
        #expect(names(story) == ["Agirre, Chen", "Haddad, Fatima", "Sato, Kenji"])
        story.press("/")
        story.type("haddad")
        story.press("Enter")
        story.expectGolden("marks-hidden")
        story.press("Esc")
        #expect(story.state.marks.count == 3)
    }

    @Test("a count marks so many, and once more unmarks them")
    func counted() {
        var story = Story(Contact.shop)
        story.press("3 Space")
        #expect(story.state.marks.count == 3)
        #expect(story.state.list.selected == 3)
        story.press("g g 2 Space")
        #expect(names(story) == ["Ivanov, Łukasz"])
    }

    @Test("a range grows and shrinks with the cursor, and leaves what was marked before")
    func range() {
        var story = Story(Contact.shop)
        story.press("G Space g g j v j j j")
        #expect(story.state.marks.count == 5)
        story.press("k k")
        #expect(names(story) == ["Haddad, Fatima", "Ivanov, Łukasz", "क्षितिज त्रिवेदी"])
        story.expectGolden("marks-range")
        story.press("v j j")
        #expect(story.state.marks.count == 3)
    }

    @Test("Shift with arrows marks like a range")
    func shiftArrows() {
        var story = Story(Contact.shop)
        story.press("Shift-Down Shift-Down Shift-Up")
        #expect(names(story) == ["Agirre, Chen", "Haddad, Fatima"])
    }

    @Test("all filtered, inverted, nobody, and each taken back and done again")
    func sets() {
        var story = Story(Contact.shop, filter: "u1")
        story.press("*")
        #expect(names(story) == ["Haddad, Fatima", "田中 Yılmaz"])
        story.press("Esc Esc !")
        #expect(story.state.marks.count == 7)
        story.press("U")
        #expect(story.state.marks.count == 0)
        story.press("u")
        #expect(story.state.marks.count == 7)
        story.press("u")
        #expect(story.state.marks.count == 2)
        story.press("Ctrl-R")
        #expect(story.state.marks.count == 7)
        #expect(!story.effects.contains { if case .undo = $0 { true } else { false } })
    }

    @Test("by a query, whether the filter shows them or not")
    func byQuery() {
        var story = Story(Contact.shop, filter: "sato")
        story.press("=")
        story.type("haddad")
        story.press("Enter")
        #expect(names(story) == ["Haddad, Fatima"])
        story.expectGolden("marks-by-query")
    }

    @Test("only the marked are shown, and marking goes on there")
    func onlyMarked() {
        var story = Story(Contact.shop)
        story.press("Space Space &")
        #expect(story.state.list.size == 2)
        story.expectGolden("marks-only")
        story.press("&")
        #expect(story.state.list.size == 9)
    }

    @Test("after a bulk change undo is about the change, and the last set comes back by ;")
    func lastSet() {
        var story = Story(Contact.shop)
        story.press("Space Space t")
        story.type("+new")
        story.press("Enter U ;")
        #expect(names(story) == ["Agirre, Chen", "Haddad, Fatima"])
        story.press("u u u")
        #expect(story.effects.contains { if case .undo = $0 { true } else { false } })
    }

    @Test("a file that was read anew carries the marks over, and says how many are gone")
    func translated() {
        var story = Story(Contact.shop)
        story.press("Space Space")
        story.answersLists = false
        story.send(.changedElsewhere)
        guard let request = story.listRequests.last else {
            Issue.record("no listing was asked for")
            return
        }
        #expect(request.wanted.marks == RowSet([0, 1]))
        let translation = ListState.Listing.Translation(
            marked: RowSet([5]), last: RowSet(), lost: 1)
        story.send(
            .listed(
                request: request.number,
                .success(
                    ListState.Listing(
                        number: 99, numbers: [4, 5, 6], total: 3, reading: 2,
                        translated: translation))))
        #expect(story.state.marks.numbers == RowSet([5]))
        #expect(story.state.news?.text == "1 mark is gone: its contact cannot be found any more")
    }
}
