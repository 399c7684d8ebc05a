import ContactModel
import ContactUI
import JSONText
import Testing

@Suite("What was typed before the program ended")
struct DraftStories {
    /// What an earlier run leaves of the form of Łukasz Ivanov.
    private func left() throws -> Draft {
        var first = Story(Contact.shop)
        first.press("2 j Enter")
        first.type("!")
        return try #require(first.state.form.flatMap(Draft.init(of:)))
    }

    @Test("offers a draft again, as a conflict where the contact has changed since")
    func draft() throws {
        let draft = try left()
        let reread = try #require(Draft(record: draft.record))
        #expect(reread == draft)

        var second = Story(Contact.shop, opens: false)
        var changed = second.contacts[2].record
        changed["name"] = .string("Someone else")
        second.contacts[2] = Contact(record: changed)
        second.open(drafts: [draft])
        second.expectGolden("draft-offered")
        second.press("Enter")
        #expect(second.state.form?.fields[0].text.text == "Ivanov, Łukasz!")
        #expect(second.state.form?.conflicts == [.name])
        #expect(second.screen.contains("? now Someone else"))
    }

    @Test("a draft whose contact is gone is told of and kept, and no other form gets it")
    func draftOfNobody() throws {
        let draft = try left()

        var second = Story(Contact.shop, opens: false)
        second.contacts.remove(at: 2)
        second.open(drafts: [draft])
        second.press("Enter")
        second.expectGolden("draft-lost")
        second.press("c")
        #expect(second.effects.last == .copy("name: Ivanov, Łukasz!"))
        second.press("Esc j Enter")
        #expect(second.state.form?.key == .id("c2"))
        #expect(second.state.form?.touched.isEmpty == true)
        second.press("Ctrl-G")
        #expect(!second.effects.contains { if case .dropDraft = $0 { true } else { false } })

        second.open(drafts: [draft])
        second.press("Enter x")
        #expect(second.effects.contains(.dropDraft(name: "c3")))
    }

    @Test("a draft of a contact without a key of its own makes no new contact")
    func draftWithoutAKey() throws {
        var draft = try left()
        draft.key = .place(2, reading: 1)
        let name = draft.name
        draft = try #require(Draft(record: draft.record))
        var second = Story(Contact.shop, opens: false)
        second.open(drafts: [draft])
        second.press("Enter")
        #expect(second.state.form == nil)
        #expect(second.screen.contains("no id and no number of its own"))
        second.press("x")
        #expect(second.effects.last == .dropDraft(name: name))
    }

    @Test("a form that is opened and left keeps the draft of an earlier run")
    func draftLeft() throws {
        let draft = try left()
        var second = Story(Contact.shop, opens: false)
        second.open(drafts: [draft])
        second.press("Esc 2 j Enter Ctrl-G Enter Ctrl-S")
        #expect(second.state.form == nil)
        #expect(!second.effects.contains(.dropDraft(name: "c3")))
    }
}
