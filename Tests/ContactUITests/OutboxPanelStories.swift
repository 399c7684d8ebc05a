import ContactModel
import ContactUI
import JSONText
import Testing

@Suite("What is not sent") struct OutboxPanelStories {
    private let ada = Contact(record: [
        "id": .string("a"), "phone": .string("+15550000001"), "name": .string("Ada"),
    ])
    private let theirs = Contact(record: [
        "id": .string("a"), "phone": .string("+15550000001"), "name": .string("Theirs"),
    ])

    private func item(_ id: Int, _ state: UnsentState, _ reason: String = "") -> OutboxItem {
        let patch = ContactPatch(name: .set("Mine"))
        return OutboxItem(
            id: id, change: ContactChange(key: .id("a"), change: .update(patch)), subject: "Ada",
            state: state, reason: reason, original: ada,
            theirs: state == .conflict ? theirs : nil)
    }

    private func story(columns: Int = 80, rows: Int = 24) -> Story {
        var story = Story([ada], columns: columns, rows: rows, opens: false)
        story.isRemote = true
        story.open()
        return story
    }

    private func open(_ items: [OutboxItem], in story: inout Story) throws {
        story.press("O")
        guard case .unsent(let request)? = story.effects.last else {
            Issue.record("\(story.effects)")
            return
        }
        story.send(.unsent(request: request, items))
    }

    /// Takes an item up, and answers what the contact is now.
    private func takeUp(
        _ item: OutboxItem, finding contact: Result<Contact, Failure>, in story: inout Story
    ) throws {
        try open([item], in: &story)
        story.press("Enter")
        guard case .takeUp(let request, item.id, .id("a"))? = story.effects.last else {
            Issue.record("\(story.effects)")
            return
        }
        story.send(.loaded(request: request, contact))
    }

    @Test func whatWasKeptIsToldOnceItIsSent() throws {
        var story = story()
        story.send(.outbox(OutboxFacts(waiting: 1)))
        story.press("Enter Ctrl-E")
        story.type("X")
        story.press("Ctrl-S")
        #expect(story.screen.contains("name kept here until it is sent ~"))
        story.send(.outbox(OutboxFacts()))
        #expect(story.screen.contains("AdaX: name sent"))
        #expect(!story.screen.contains("kept here"))
    }

    @Test("what the server has no more opens as one to be made anew")
    func recreating() throws {
        var story = story()
        let gone = Contact(record: [
            "id": .string("a"), "phone": .string("+15550000001"), "name": .string("Mine"),
            "tags": .array([.string("vip")]), "metadata": .object(["city": .string("Lyon")]),
        ])
        let patch = ContactPatch(name: .set("Mine"))
        let item = OutboxItem(
            id: 7, change: ContactChange(key: .id("a"), change: .update(patch)), subject: "Ada",
            state: .failed, reason: "deleted on the server", original: ada, gone: gone)
        try open([item], in: &story)
        story.press("Enter")
        for text in ["Add contact", "+15550000001", "Mine", "vip", "Lyon"] {
            #expect(story.screen.contains(text))
        }
        story.answersSaves = false
        story.press("Ctrl-S")
        guard case .create(_, let phone, let sent, replacing: 7)? = story.effects.last else {
            Issue.record("\(story.effects)")
            return
        }
        #expect(phone.e164 == "+15550000001")
        #expect(sent.name == .set("Mine") && sent.metadata["city"] == .string("Lyon"))
    }

    @Test func whatMayBeThereIsGivenUpWithAWord() throws {
        var story = story()
        let change = ContactChange(key: .id("a"), change: .update(ContactPatch(name: .set("Mine"))))
        try open(
            [OutboxItem(id: 7, change: change, subject: "Ada", state: .waiting, mayBeThere: true)],
            in: &story)
        story.press("x")
        #expect(story.screen.contains("given up, name → Mine; the server may have it"))
    }

    @Test func theStatusLineCountsAndTheMenuTellsWhy() throws {
        var story = story()
        story.send(
            .outbox(
                OutboxFacts(waiting: 2, time: "9 s", reading: "5 of 9 read", trouble: "no way")))
        #expect(
            story.screen.contains("2 unsent ~, about 9 s · 5 of 9 read, Ctrl-G stops · no way"))
        story.press("Ctrl-G")
        #expect(story.effects.last == .pause(true))
        #expect(story.screen.contains("2 unsent ~, paused, :pause goes on · 5 of 9 read"))
        story.press("Esc Ctrl-G")
        #expect(story.effects.last == .pause(true), "what is stopped goes on with :pause alone")
        story.send(.outbox(OutboxFacts(waiting: 2, failed: 1, conflicts: 1)))
        #expect(story.screen.contains(":pause goes on · 1 failed ! · 1 conflict ?"))
        try open(
            [item(7, .waiting), item(8, .failed, "too odd"), item(9, .conflict)], in: &story)
        #expect(story.screen.contains("~  Ada  name → Mine"))
        #expect(story.screen.contains("too odd"))
        #expect(story.screen.contains("name → Mine (theirs: Theirs, was: Ada)"))
        story.press("j r")
        #expect(story.effects.contains(.retryUnsent([8])))
        story.press("x")
        #expect(story.effects.contains(.dropUnsent([8])))
    }

    @Test func aRunUnderWayIsStopped() throws {
        var story = story()
        story.send(.outbox(OutboxFacts(waiting: 291, time: "2 min")))
        #expect(story.screen.contains("291 unsent ~, Ctrl-G stops, about 2 min"))
        story.press("Ctrl-G")
        #expect(story.effects.last == .pause(true))
        #expect(story.screen.contains("stopped; :pause goes on, u takes all of it back"))
        story.send(.outbox(OutboxFacts(waiting: 291, trouble: "no way")))
        #expect(!story.screen.contains("Ctrl-G stops"))
    }

    @Test func whatIsPausedInAnotherEditorIsToldAndGoesOnHere() throws {
        var story = story()
        story.send(.outbox(OutboxFacts(waiting: 291, isPausedElsewhere: true)))
        let told = "291 unsent ~, paused in another editor, :pause goes on"
        #expect(story.screen.contains(told), "\(story.screen)")
        story.press("Ctrl-G")
        #expect(story.effects.last != .pause(true), "nothing is sent")
        story.press(":")
        story.type("pause")
        story.press("Enter")
        #expect(story.effects.last == .pause(false))
        #expect(story.screen.contains("going on here"))
    }

    @Test func nothingIsStoppedWhereNothingIsSent() {
        var story = story()
        story.send(.outbox(OutboxFacts(waiting: 291, trouble: "no way")))
        story.press("Ctrl-G")
        #expect(story.effects.last != .pause(true))
    }

    @Test func whatManyContactsShareIsALine() throws {
        var story = story()
        let add = Change.retag(add: try TagList(csv: "spring"), remove: TagList())
        let many = OutboxItem(
            id: 12, change: ContactChange(key: .id("a"), change: add), subject: "300 contacts",
            count: 300, state: .waiting)
        try open([item(7, .waiting), many], in: &story)
        #expect(story.screen.contains("Not sent · 301"))
        #expect(story.screen.contains("~  300 contacts  +spring"))
        story.press("j x")
        #expect(story.screen.contains("Give up 300 changes?"))
        #expect(!story.effects.contains(.dropUnsent([12])))
        story.press("Esc x y")
        #expect(story.effects.contains(.dropUnsent([12])))
        #expect(story.screen.contains("300 contacts: given up, +spring"))
    }

    @Test func aConflictIsEditedWithBothValuesInSight() throws {
        var story = story()
        try takeUp(item(9, .conflict), finding: .success(theirs), in: &story)
        #expect(story.screen.contains("[Mine"))
        #expect(story.screen.contains("fields marked ? have changed since"))
        #expect(story.state.form?.conflicts == [.name])
    }

    @Test func aConflictIsSeenOnANarrowScreenToo() throws {
        var story = story(columns: 40, rows: 10)
        try open([item(9, .conflict)], in: &story)
        #expect(story.screen.contains("name → Mine (theirs: Theirs, was…"))
        #expect(story.screen.contains("Enter edit  r resend  x give up  q back"))
        story.press("Esc")
        try takeUp(item(9, .conflict), finding: .success(theirs), in: &story)
        #expect(story.screen.contains(">?Name  [Mine"))
        #expect(story.screen.contains("? now Theirs"))
    }

    @Test func whatIsTakenUpStaysQueuedUntilItsReplacementIsSaved() throws {
        var story = story()
        try takeUp(item(9, .waiting), finding: .success(ada), in: &story)
        story.type("!")
        story.press("Ctrl-G")
        #expect(story.screen.contains("What is queued stays as it was."))
        let draft = try #require(story.state.form.flatMap(Draft.init(of:)))
        #expect(try #require(Draft(record: draft.record)).unsent == 9)
        story.press("Esc Ctrl-S")
        let saves = story.effects.compactMap {
            if case .save(_, let save) = $0 { save.unsent } else { nil }
        }
        #expect(saves == [9])
        #expect(!story.effects.contains(.dropUnsent([9])))
    }

    @Test func aChangeWhoseContactIsGoneStaysInTheOutbox() throws {
        var story = story()
        try takeUp(
            item(8, .failed, "no contact a"), finding: .failure(Failure("no contact a")), in: &story
        )
        #expect(story.screen.contains("Ada: no contact a; what is queued stays, O shows it"))
        #expect(!story.effects.contains(.dropUnsent([8])))
        story.press("Enter")
        #expect(story.state.form?.unsent == nil)
        #expect(story.state.form?.touched.isEmpty == true)
    }

    @Test func whatAnotherProgramOverwroteInAFileIsChosenInTheSameMenu() throws {
        var story = Story([ada], opens: false)
        story.open()
        story.press("O")
        #expect(story.screen.contains("a file has no outbox"))
        story.send(.outbox(OutboxFacts(conflicts: 1)))
        #expect(story.screen.contains("1 conflict ?"))
        try open([item(9, .conflict)], in: &story)
        #expect(story.screen.contains("Overwritten by another program · 1"))
        #expect(story.screen.contains("Ada  name → Mine (theirs: Theirs, was: Ada)"))
        #expect(story.screen.contains("r keep yours  x keep theirs"))
        story.press("r")
        #expect(story.effects.last == .retryUnsent([9]))
        #expect(story.screen.contains("Ada: yours stands again, name → Mine"))
        story.press("x")
        #expect(story.effects.last == .dropUnsent([9]))
        story.send(.outbox(OutboxFacts()))
        #expect(story.screen.contains("Ada: theirs stands"))
        #expect(!story.screen.contains("Overwritten"))
        story.press("q")
        #expect(story.state.isLeaving)
    }

    @Test func anEditWhoseContactIsNotInTheFileIsKeptUntilItIsGivenUp() throws {
        var story = Story([ada], opens: false)
        story.open()
        story.send(.outbox(OutboxFacts(conflicts: 1)))
        let change = ContactChange(
            key: .id("gone"), change: .update(ContactPatch(name: .set("Mine"))))
        let kept = OutboxItem(
            id: 3, change: change, subject: "Bo", state: .conflict, reason: "it is not there")
        try open([kept], in: &story)
        for key in ["r", "Enter"] {
            story.press(key)
            #expect(story.screen.contains("Bo: kept, since it is not there"))
        }
        #expect(!story.effects.contains(.retryUnsent([3])))
        story.press("x")
        #expect(story.effects.last == .dropUnsent([3]))
        #expect(story.screen.contains("Bo: yours is given up"))
    }

    @Test func takingTheirsInTheFormSettlesIt() throws {
        var story = Story([theirs], opens: false)
        story.open()
        story.send(.outbox(OutboxFacts(conflicts: 1)))
        try takeUp(item(9, .conflict), finding: .success(theirs), in: &story)
        #expect(story.screen.contains("? now Theirs"))
        story.press("Alt-R Ctrl-S")
        #expect(story.effects.contains(.dropUnsent([9])))
        #expect(story.screen.contains("theirs stands"))
    }

    @Test func whoQuitsIsToldWhatIsNotSent() throws {
        var story = story()
        story.send(.outbox(OutboxFacts(waiting: 1)))
        story.press("q")
        #expect(story.screen.contains("1 change is not sent"))
        story.press("Esc")
        #expect(!story.state.isLeaving)
        story.press("q x")
        #expect(story.state.isLeaving)
    }
}
