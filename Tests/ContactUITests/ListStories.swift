import ContactModel
import ContactUI
import JSONText
import Screen
import Testing

@Suite("The list")
struct ListStories {
    @Test("an undo names whom it leaves alone, one at once and more in the list of failures")
    func leftAlone() throws {
        var story = Story(Contact.shop)
        func undo(leaving names: [String]) throws {
            story.press("u")
            guard case .undo(let request)? = story.effects.last else {
                Issue.record("\(story.effects)")
                return
            }
            let receipt = UndoReceipt(restored: [.id("a")], skipped: names.map(ContactKey.id))
            let leftAlone = names.map { BulkFailure(subject: $0, reason: "changed since") }
            story.send(
                .undone(
                    request: request, .success([receipt]), isRedo: false, leftAlone: leftAlone))
        }
        try undo(leaving: ["Bo"])
        #expect(story.screen.contains("changed since, left alone: Bo"))
        try undo(leaving: ["Bo", "Cy"])
        #expect(story.screen.contains("left alone: 2 contacts (:failures)"))
        story.press(":")
        story.type("failures")
        story.press("Enter")
        #expect(story.screen.contains("Bo") && story.screen.contains("Cy"))
    }

    @Test("shows name, phone, email and tags at 80×24")
    func wide() {
        Story(Contact.shop).expectGolden("list-80x24")
    }

    @Test("fits 120×40 and 40×10")
    func otherSizes() {
        Story(Contact.shop, columns: 120, rows: 40).expectGolden("list-120x40")
        Story(Contact.shop, columns: 40, rows: 10).expectGolden("list-40x10")
    }

    @Test("says so where the window is too small, and recovers")
    func tooSmall() {
        var story = Story(Contact.shop, columns: 10, rows: 3)
        #expect(story.screen.hasPrefix("too small"))
        story.send(.input(.resize(Size(columns: 80, rows: 24))))
        story.expectGolden("list-80x24")
    }

    @Test("never draws a control character or a bidirectional override")
    func hostile() {
        let screen = Story(Contact.shop).screen
        #expect(!screen.unicodeScalars.contains { $0 != "\n" && $0.value < 0x20 })
        #expect(!screen.unicodeScalars.contains("\u{202E}"))
        #expect(screen.contains("␛]0;x␇Evelive"))
    }

    @Test("moves with counts, gg and G")
    func movement() {
        var story = Story(Contact.shop)
        story.press("3 j")
        #expect(story.state.list.selected == 3)
        story.press("G")
        #expect(story.state.list.selected == 8)
        story.press("2 k g g")
        #expect(story.state.list.selected == 0)
        story.press("5 G")
        #expect(story.state.list.selected == 4)
        story.press("9 9 9 j")
        #expect(story.state.list.selected == 8)
    }

    @Test("filters on every key, keeps the contact under the cursor, and drops the filter by Esc")
    func filter() {
        var story = Story(Contact.shop)
        story.press("2 j /")
        story.type("u")
        #expect(story.state.list.selectedRow?.contact.name == "Ivanov, Łukasz")
        story.type("2@")
        #expect(story.state.list.size == 1)
        story.expectGolden("filter-typing")
        story.press("Enter")
        story.expectGolden("filter-kept")
        story.press("Esc")
        #expect(story.state.list.size == 9)
    }

    @Test("takes back a filter that was not kept")
    func filterDropped() {
        var story = Story(Contact.shop)
        story.press("/")
        story.type("sato")
        #expect(story.state.list.size == 1)
        story.press("Esc")
        #expect(story.state.list.size == 9)
        #expect(story.state.list.filter.isEmpty)
    }

    @Test("keeps the last good result while a quote is open")
    func halfTyped() {
        var story = Story(Contact.shop)
        story.press("/")
        story.type("\"sa")
        #expect(story.state.list.size == 9)
        #expect(story.screen.contains("this quote is never closed"))
        story.type("to\"")
        #expect(story.state.list.size == 1)
    }

    @Test("recalls earlier filters and keeps the one being typed")
    func history() {
        var story = Story(Contact.shop)
        story.press("/")
        story.type("sato")
        story.press("Enter Esc /")
        story.type("ha")
        story.press("Up")
        #expect(story.state.list.filter == "sato")
        story.press("Down")
        #expect(story.state.list.filter == "ha")
    }

    @Test("says how to go on where there is nobody")
    func empty() {
        Story([]).expectGolden("list-empty")
        Story(Contact.shop, filter: "zzz").expectGolden("list-no-match")
    }

    @Test("flags what is wrong with a contact and says it in the status line")
    func flaws() {
        var wrong = Contact.shop[0].record
        wrong["name"] = .number(JSONNumber(42))
        wrong["phone"] = .null
        let story = Story([Contact(record: wrong)])
        #expect(story.screen.contains(" > ? 42"))
        #expect(story.screen.contains("? name holds a number, no phone number"))
    }

    @Test("offers to make a missing file and asks before it does")
    func missingFile() {
        var story = Story([], opens: false)
        story.send(
            .openFailed(
                OpenFailure(Failure("there is no file ~/contacts.json"), canCreate: true)))
        story.expectGolden("open-missing")
        story.press("Enter")
        #expect(story.effects == [.open(create: true)])
    }

    @Test("shows where a broken file is broken and leaves by q")
    func brokenFile() {
        var story = Story([], opens: false)
        story.send(
            .openFailed(
                OpenFailure(
                    Failure(
                        "~/contacts.json is not JSON: ',' cannot stand at line 3, column 7 "
                            + "(byte 81)",
                        advice: "Mend the file there and try again. It was left as it is."),
                    canCreate: false)))
        story.expectGolden("open-broken")
        story.press("Enter")
        #expect(story.effects.isEmpty)
        story.press("R q")
        #expect(story.effects == [.open(create: false), .quit])
        #expect(story.state.isLeaving)
    }

    @Test("asks only for the rows it shows")
    func rowsOnDemand() {
        let many = (0..<5000).map { Contact.sample("Contact \($0)", $0) }
        var story = Story(many)
        story.press("G PgUp g g")
        let fetched = story.effects.compactMap { effect -> Int? in
            if case .rows(_, _, let range) = effect { range.count } else { nil }
        }
        #expect(fetched.allSatisfy { $0 <= 60 })
        #expect(story.state.list.rows.count < 250)
    }

    @Test(
        "large counts are told with commas",
        arguments: [(7, "7"), (999, "999"), (1000, "1,000"), (12_345, "12,345")])
    func counts(count: Int, told: String) {
        var story = Story((0..<count).map { Contact.sample("Contact \($0)", $0) })
        story.press("G *")
        #expect(story.screen.contains("\(told) of \(told)"))
        #expect(story.screen.contains("\(told) · \(told) marked"))
    }

    @Test("drops answers that are no longer awaited")
    func lateAnswers() {
        var story = Story(Contact.shop)
        story.send(
            .listed(
                request: 1,
                .success(ListState.Listing(number: 99, numbers: [], total: 0))))
        #expect(story.state.list.size == 9)
    }

    @Test("keys typed right behind a filter wait for the list they are meant for")
    func heldKeys() {
        var story = Story(Contact.shop)
        story.answersLists = false
        story.press("/")
        story.type("sato")
        story.press("Enter * Enter")
        #expect(story.state.marks.count == 0)
        guard let request = story.listRequests.last else {
            Issue.record("no listing was asked for")
            return
        }
        story.send(
            .listed(
                request: request.number,
                .success(ListState.Listing(number: 9, numbers: [3], total: 9))))
        #expect(story.state.marks.count == 0, "its row is not there yet")
        story.answersLists = true
        let row = ContactRow(contact: Contact.shop[3], key: Contact.shop[3].key, number: 3)
        story.send(.rows(request: story.effects.compactMap(\.rowsRequest).last ?? 0, [0: row]))
        #expect(story.state.marks.numbers == RowSet([3]))
        #expect(story.state.form?.contact?.name == "Sato, Kenji")
    }

    @Test("a listing comes with the rows that are shown of it, and none of another one follow")
    func rowsOfAnotherListing() throws {
        var story = Story(Contact.shop)
        story.answersLists = false
        let row = { (number: Int) in
            ContactRow(
                contact: Contact.shop[number], key: Contact.shop[number].key, number: Int32(number))
        }
        var listing = ListState.Listing(number: 9, numbers: [3], total: 9)
        story.press("/")
        story.type("s")
        story.send(
            .listed(request: try #require(story.listRequests.last?.number), .success(listing)))
        let late = try #require(story.effects.compactMap(\.rowsRequest).last)
        story.type("a")
        listing.number = 10
        listing.numbers = [4]
        listing.rows = [0: row(4)]
        story.send(
            .listed(request: try #require(story.listRequests.last?.number), .success(listing)))
        #expect(story.effects.compactMap(\.rowsRequest).last == late, "there is nothing to ask for")
        #expect(story.state.list.rows == [0: row(4)])
        story.send(.rows(request: late, [0: row(3)]))
        #expect(story.state.list.rows == [0: row(4)])
    }

    @Test("a filter that makes no sense is not taken")
    func senselessFilter() {
        var story = Story(Contact.shop)
        story.press("/")
        story.type("(tag:vip")
        story.press("Enter")
        #expect(story.state.prompt?.problem == "this bracket is never closed")
        story.press("*")
        #expect(story.state.marks.count == 0)
    }

    @Test("in a window too small to read, keys do nothing")
    func unseen() {
        var story = Story(Contact.shop)
        story.send(.input(.resize(Size(columns: 10, rows: 3))))
        story.press("Space D Enter y")
        story.send(.input(.resize(Size(columns: 80, rows: 24))))
        story.expectGolden("list-80x24")
        #expect(story.contacts.count == 9)
    }

    @Test("does not take a paste in the list, and says so")
    func paste() {
        var story = Story(Contact.shop)
        story.send(.input(.paste("qqq")))
        #expect(!story.state.isLeaving)
        #expect(
            story.state.news?.text
                == "nothing is typed here, so a paste is not taken; / filters the list")
        story.press("/")
        story.send(.input(.paste("haddad")))
        #expect(story.state.list.filter == "haddad")
    }

    @Test("long news take further lines, and a long path is broken, not cut")
    func longNews() {
        let path = "/tmp/" + String(repeating: "folder/", count: 11) + "patchbook-a1b2c3.json"
        let news = News("what was written is in \(path); nothing of it is taken", .bad)
        var story = Story(Contact.shop)
        story.send(.notice(news))
        story.expectGolden("news-long")
        story.press("Enter")
        story.send(.notice(news))
        story.expectGolden("news-long-form")
    }

    @Test("long news leave the cursor in sight")
    func longNewsAtTheEnd() {
        var story = Story(Contact.shop, columns: 40, rows: 10)
        story.press("G")
        story.send(.notice(News(String(repeating: "what to do ", count: 9))))
        let lines = story.screen.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines[6].hasPrefix(" > "))
        #expect(lines[7].contains("what to do") && lines[8].contains("what to do"))
    }

    @Test("shows the keys of the place, from the live key map")
    func help() {
        var story = Story(Contact.shop)
        story.press("?")
        story.expectGolden("help-list")
        story.press("q Enter F1")
        story.expectGolden("help-form")
    }

    @Test("clicks select and the wheel moves")
    func mouse() {
        var story = Story(Contact.shop)
        story.send(.input(.mouse(Mouse(.press, row: 5, column: 10))))
        #expect(story.state.list.selected == 3)
        story.send(.input(.mouse(Mouse(.wheelDown, row: 5, column: 10))))
        #expect(story.state.list.selected == 6)
    }
}

extension Effect {
    /// The number under which rows are asked for.
    fileprivate var rowsRequest: Int? {
        if case .rows(let request, _, _) = self { request } else { nil }
    }
}
