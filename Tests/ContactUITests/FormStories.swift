import ContactModel
import ContactUI
import JSONText
import Screen
import Testing

@Suite("The form")
struct FormStories {
    /// The form of Łukasz Ivanov.
    private func opened(columns: Int = 80, rows: Int = 24) -> Story {
        var story = Story(Contact.shop, columns: columns, rows: rows)
        story.press("2 j Enter")
        return story
    }

    @Test("a form in which nothing is typed shows what others write; what is typed stays")
    func renewed() throws {
        var story = opened()
        let key = try #require(story.state.form?.key)
        let place = try #require(story.contacts.firstIndex { $0.key == key })
        func write(_ email: String) {
            var record = story.contacts[place].record
            record["email"] = .string(email)
            story.contacts[place] = Contact(record: record)
            story.send(.changedElsewhere)
        }
        story.press("Tab")
        write("new@example.com")
        #expect(story.screen.contains("new@example.com"))
        #expect(story.screen.contains("> Email"), "the cursor stays where it was")
        story.type("x")
        write("other@example.com")
        #expect(story.screen.contains("new@example.comx"))
        #expect(!story.screen.contains("other@example.com"))
    }

    @Test("what is typed before the form is there belongs to the form; Esc gives the wait up")
    func typedAhead() {
        var story = Story(Contact.shop)
        story.answersLoads = false
        story.press("Enter x y Ctrl-S")
        #expect(story.state.marks.count == 0)
        guard case .load(let request, _)? = story.effects.last else {
            Issue.record("no contact was read")
            return
        }
        story.send(.loaded(request: request, .success(Contact.shop[0])))
        #expect(story.sent.first?.name == .set("Agirre, Chenxy"))

        story.press("Enter x Esc")
        #expect(story.state.news?.text == "not opened")
        story.press("Space")
        #expect(story.state.marks.count == 1)
    }

    @Test("shows every field, the facts, and that there is nothing to send")
    func fresh() {
        opened().expectGolden("form-80x24")
        opened(columns: 120, rows: 40).expectGolden("form-120x40")
        opened(columns: 40, rows: 10).expectGolden("form-40x10")
    }

    @Test("shows the patch while typing, and what blocks it")
    func preview() {
        var story = opened()
        story.press("Ctrl-U")
        story.type("Ivanov, Lukas")
        story.press("Tab Ctrl-K Ctrl-U")
        story.type("u2@example")
        story.press("Tab")
        story.type(", eu")
        story.expectGolden("form-changed")
        story.press("Ctrl-S")
        #expect(story.sent.isEmpty)
        #expect(story.state.form?.focused.id == .email)
        story.expectGolden("form-blocked")
    }

    @Test("sends exactly the changed fields and says what was saved")
    func save() throws {
        var story = opened()
        story.press("Ctrl-U")
        story.type("Ivanov, Lukas")
        story.press("Tab Tab")
        story.type(", eu")
        story.press("Esc Esc Ctrl-S")
        let patch = try #require(story.sent.first)
        #expect(patch.name == .set("Ivanov, Lukas"))
        #expect(patch.email == nil)
        #expect(patch.tags?.texts == ["beta", "lead", "vip", "eu"])
        #expect(patch.metadata.isEmpty)
        #expect(story.state.form == nil)
        #expect(story.state.list.selectedRow?.contact.name == "Ivanov, Lukas")
        story.expectGolden("saved")
    }

    @Test("an old bad email never blocks a name")
    func oldBadEmail() {
        var story = Story([.sample("Ann", 1, email: "not an address")])
        story.press("Enter")
        story.type("a")
        story.press("Ctrl-S")
        #expect(story.sent.map(\.fields) == [[.name]])
    }

    @Test("clears with empty text")
    func clear() {
        var story = opened()
        story.press("Tab Ctrl-U Ctrl-S")
        #expect(story.sent.map(\.email) == [.clear])
    }

    @Test("keeps the JSON type of a metadata value, and its text")
    func metadataTypes() throws {
        var story = opened()
        story.press("Tab Tab Tab Tab")
        #expect(story.state.form?.focused.id == .metadata("ltv"))
        story.press("Backspace Backspace Backspace")
        story.type("x")
        #expect(story.screen.contains("! not a number"))
        story.press("Backspace")
        story.type(".50")
        story.press("Ctrl-S")
        let ltv = try #require(story.sent.first?.metadata["ltv"])
        #expect(ltv.jsonText == "9120.50")
        #expect(story.sent.first?.metadata.names == ["ltv"])
    }

    @Test("switches types and edits objects as JSON")
    func cycle() throws {
        var story = opened()
        story.press("Tab Tab Tab Tab Alt-T Alt-T Alt-T")
        #expect(story.state.form?.focused.kind == .json)
        story.press("Tab Ctrl-U")
        story.type("{\"city\": \"Łódź\"}")
        story.press("Up Alt-R Ctrl-S")
        #expect(
            story.sent.first?.metadata.members.map(\.value.jsonText) == ["{\"city\":\"Łódź\"}"])
    }

    @Test("adds a key, as text")
    func newKey() {
        var story = opened()
        story.press("Up")
        #expect(story.state.form?.focused.id == .newKey)
        story.type("note")
        #expect(story.state.form?.problems.count == 1)
        story.press("Enter")
        story.type("calls back")
        story.expectGolden("form-new-key")
        story.press("Ctrl-S")
        #expect(story.sent.first?.metadata == ["note": .string("calls back")])
    }

    @Test("removes a key where the place can, refuses it by name where not")
    func removeKey() {
        var story = opened()
        story.press("Tab Tab Tab Ctrl-X Ctrl-S")
        #expect(story.contacts[2].metadata?["plan"] == nil)
        #expect(story.contacts[2].metadata?["ltv"] != nil)

        var remote = Story(Contact.shop)
        remote.canRemoveMetadata = false
        remote.open()
        remote.press("2 j Enter Tab Tab Tab Ctrl-X")
        #expect(remote.screen.contains("the API cannot remove a key"))
        #expect(remote.state.form?.touched.isEmpty == true)
    }

    @Test("completes tags, the commonest first, and Tab then moves on")
    func completion() {
        var story = opened()
        story.press("Tab Tab")
        story.type(", eu")
        #expect(story.screen.contains("also: europe 1"))
        story.type("r")
        #expect(story.screen.contains("Tab: europe 1"))
        story.press("Tab")
        #expect(story.state.form?.focused.text.text == "beta, lead, vip, europe")
        story.press("Tab")
        #expect(story.state.form?.focused.id == .metadata("plan"))
    }

    @Test("an edit of the order of tags alone sends nothing")
    func tagOrder() {
        var story = opened()
        story.press("Tab Tab Ctrl-U")
        story.type("vip, beta, lead, vip")
        #expect(story.screen.contains("nothing to send"))
        story.press("Ctrl-S")
        #expect(story.sent.isEmpty)
        #expect(story.state.form == nil)
    }

    @Test("asks before changes are lost; Esc stays")
    func leave() {
        var story = opened()
        story.type("!")
        story.press("Ctrl-G")
        story.expectGolden("form-leave")
        story.press("Esc")
        #expect(story.state.form?.touched.count == 1)
        story.press("Ctrl-G x")
        #expect(story.state.form == nil)
        #expect(story.effects.last == .dropDraft(name: "c3"))
    }

    @Test("leaves at once where nothing changed")
    func leaveUnchanged() {
        var story = opened()
        story.press("Ctrl-G")
        #expect(story.state.form == nil)
        #expect(story.state.dialog == nil)
    }

    @Test("stops where someone else changed the same field, and saves on the second Ctrl-S")
    func conflict() {
        var story = opened()
        story.type("!")
        var theirs = story.contacts[2].record
        theirs["name"] = .string("Łukasz I.")
        theirs["email"] = .string("new@example.com")
        story.contacts[2] = Contact(record: theirs)
        story.press("Ctrl-S")
        #expect(story.contacts[2].name == "Łukasz I.")
        story.expectGolden("form-conflict")
        story.press("Ctrl-S")
        #expect(story.contacts[2].name == "Ivanov, Łukasz!")
        #expect(story.contacts[2].email == "new@example.com")
    }

    @Test("keeps what was typed when saving fails, and shows the server's words at the field")
    func failure() {
        var story = opened()
        story.answersSaves = false
        story.type("!")
        story.press("Ctrl-S")
        #expect(story.screen.contains("saving …"))
        story.type("lost?")
        guard case .save(let request, _)? = story.effects.last else {
            Issue.record("nothing was sent")
            return
        }
        let words = InvalidFields.Field(name: "name", message: "The name is taken.")
        story.send(
            .saved(request: request, .failed(Failure("The name is taken.", fields: [words]))))
        #expect(story.state.form?.fields[0].text.text == "Ivanov, Łukasz!")
        #expect(story.screen.contains("! The name is taken."))
    }

    @Test("adds a contact; a number that is taken leads to its owner")
    func add() {
        var story = Story(Contact.shop)
        story.press("a")
        story.expectGolden("form-add")
        story.press("Ctrl-S")
        #expect(story.state.form != nil)
        story.type("+1 (555) 000-1003")
        story.press("Tab")
        story.type("Other")
        story.press("Ctrl-S")
        story.expectGolden("form-taken")
        story.press("Enter")
        #expect(story.state.form?.key == .id("c3"))
        #expect(story.state.form?.patch.name == .set("Other"))
        story.press("Ctrl-G x a")
        story.type("0049 30 23125001")
        story.press("Ctrl-S")
        #expect(story.contacts.last?.phone == "+493023125001")
    }

    @Test("a hang-up keeps the draft and ends")
    func hangUp() {
        var story = opened()
        story.type("!")
        story.send(.input(.hangUp))
        #expect(story.state.isLeaving)
        #expect(
            story.effects.suffix(2).first.map { if case .keepDraft = $0 { true } else { false } }
                == true)
        #expect(story.effects.last == .quit)
    }

    @Test("pasted text is never read as keys, and brings no control characters in")
    func paste() {
        var story = opened()
        story.send(.input(.paste("\tq\u{1B}[A\r\nb\u{9B}\u{7F}\n")))
        #expect(story.state.form?.focused.text.text == "Ivanov, Łukasz q[A b")
        #expect(story.state.news?.text == "3 control characters in the pasted text left out")
        story.send(.input(.paste("c\td")))
        #expect(story.state.form?.focused.text.text == "Ivanov, Łukasz q[A bc d")
    }

    @Test("a control character that stands in a name is shown, and is not written again")
    func controls() {
        var story = Story(Contact.shop)
        story.press("7 G Enter")
        story.type("!")
        #expect(story.screen.contains("␛]0;x␇Eve"))
        story.press("Ctrl-S")
        #expect(story.sent.isEmpty)
        #expect(story.screen.contains("nothing saved: holds a control character; delete it"))
        story.press("Ctrl-U")
        story.type("Eve")
        story.press("Ctrl-S")
        #expect(story.sent.first?.name == .set("Eve"))
    }

    @Test("a read-only place says so, and saving is tried, since what kept it so may be gone")
    func readOnly() {
        var story = Story(Contact.shop, opens: false)
        story.open(readOnly: "read-only: the file may not be written")
        #expect(story.screen.contains("read-only"))
        story.press("Enter")
        story.type("!")
        story.press("Ctrl-S")
        #expect(story.sent.count == 1)
    }

    @Test("a megabyte, ten thousand tags and a huge name neither crash nor leave the screen")
    func huge() {
        var story = opened()
        story.send(.input(.paste(String(repeating: "字a\u{301}", count: 100_000))))
        #expect(story.screen.contains("…"))
        story.press("Home End Left Ctrl-W Ctrl-Y Tab Tab")
        let tags = (0..<10_000).map { "tag\($0)" }.joined(separator: ",")
        story.send(.input(.paste("," + tags)))
        story.press("Ctrl-S")
        #expect(story.sent.first?.tags?.count == 10_003)
    }
}
