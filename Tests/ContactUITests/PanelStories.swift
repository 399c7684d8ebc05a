import ContactModel
import ContactUI
import JSONText
import Screen
import Testing

@Suite("Menus")
struct PanelStories {
    @Test("tags with counts, the commonest first; Enter filters by one")
    func tags() {
        var story = Story(Contact.shop)
        story.press("T")
        story.expectGolden("tags")
        story.press("/")
        story.type("fri")
        story.press("Enter Enter")
        #expect(story.state.list.filter == "tag:\"black friday\"")
    }

    @Test("a tag is renamed wherever it stands, and an existing name merges")
    func renaming() {
        var story = Story(Contact.shop)
        story.press("T /")
        story.type("europe")
        story.press("Enter r Ctrl-U")
        story.type("eu")
        story.press("Enter")
        #expect(story.state.bulk?.title == "Merge europe into eu (1 have it)")
        story.press("Enter")
        #expect(story.contacts[4].tags.csv == "lead,eu")
        #expect(story.contacts[0].tags.csv == "lead,vip")
    }

    @Test("sorting by one column, reversing it, and by several")
    func sorting() {
        var story = Story(Contact.shop)
        story.press("s")
        story.expectGolden("sort")
        story.press("j Enter")
        #expect(story.state.list.order == SortOrder([SortOrder.Key(.phone)]))
        story.press("s Enter")
        #expect(story.state.list.order == SortOrder([SortOrder.Key(.phone, descending: true)]))
        story.press("s j a")
        #expect(
            story.state.list.order
                == SortOrder([SortOrder.Key(.phone, descending: true), SortOrder.Key(.name)]))
        let view = ViewSettings(columns: story.state.list.columns, order: story.state.list.order)
        #expect(
            story.effects.last { if case .keepView = $0 { true } else { false } }
                == .keepView(view))
    }

    @Test("a count goes before a movement; narrowing begins at the first line that is left")
    func counts() {
        var story = Story(Contact.shop)
        story.press("c 3 j")
        #expect(story.state.panels.last?.menu.cursor.selected == 3)
        story.press("2 G")
        #expect(story.state.panels.last?.menu.cursor.selected == 1)
        story.press("j")
        #expect(story.state.panels.last?.menu.cursor.selected == 2)
        // What means nothing here drops the count, as in the list.
        story.press("g g 3 Z j")
        #expect(story.state.panels.last?.menu.cursor.selected == 1)
        story.press("G /")
        story.type("at")
        #expect(story.state.panels.last?.menu.cursor.selected == 0)
    }

    @Test("a search among the columns does not deny keys that are still being counted")
    func countedKeys() {
        var state = Story(Contact.shop).state
        var asked: [Effect] = []
        for key in "c/ltv" { asked += state.update(.input(.key(.character(key)))) }
        func shows(_ words: String) -> Bool {
            let shaper = TextShaper(width: .approximate, isASCII: false)
            let lines = state.render(theme: .standard, shaper: shaper).lines()
            return lines.contains { $0.contains(words) }
        }
        #expect(shows("Reading the metadata keys …"))
        for case .metadataKeys(let request) in asked {
            asked += state.update(.metadataKeys(request: request, ["ltv"]))
        }
        #expect(shows("metadata ltv"))
    }

    @Test("columns come, go and move; metadata keys are columns too")
    func columns() {
        var story = Story(Contact.shop)
        story.press("c")
        story.expectGolden("columns")
        story.press("/")
        story.type("ltv")
        story.press("Enter Space Esc g g j Space Esc")
        #expect(
            story.state.list.columns
                == [.field(.name), .field(.email), .field(.tags), .metadata("ltv")])
        story.press("c J q")
        #expect(story.state.list.columns.first == .field(.email))
        story.expectGolden("columns-chosen")
    }

    @Test("the palette finds a command by its words and runs it with what follows")
    func palette() {
        var story = Story(Contact.shop)
        story.press(":")
        story.expectGolden("palette")
        story.type("sor")
        story.press("Tab")
        story.type("phone:desc")
        story.press("Enter")
        #expect(story.state.list.order == SortOrder([SortOrder.Key(.phone, descending: true)]))
        story.press(":")
        story.type("columns nonsense")
        story.press("Enter")
        story.expectGolden("palette-problem")
        story.press("Esc")
        #expect(story.state.panels.isEmpty)
    }

    @Test("the log lists steps with their patches, and copies one as a command")
    func log() {
        var story = Story(Contact.shop)
        story.log = [
            LogEntry(
                id: "s2", time: "2026-11-23T10:05:00+00:00", author: "ana@desk", isMine: true,
                what: .of(12) { $0.add(tag: "vip") },
                lines: [["contact_id": .string("c1"), "add_tags": .array([.string("vip")])]]),
            LogEntry(
                id: "s1", time: "2026-11-23T10:01:00+00:00", author: "bo@desk", isMine: false,
                what: .of(1) { $0.add(field: "name") }, isUndone: true,
                lines: [["contact_id": .string("c2"), "name": .string("O'Neill")]]),
        ]
        story.press("L Enter")
        story.expectGolden("log")
        story.press("j j Y")
        #expect(
            story.effects.last
                == .copy("patchbook update --file contacts.json --name 'O'\\''Neill' -- c2"))
    }

    @Test("duplicates are found and merged field by field into one contact")
    func duplicates() {
        let twin = Contact.sample(
            "Chen Agirre", 20, email: "U0@example.com", tags: ["beta"],
            metadata: ["plan": .string("free")])
        var story = Story(Contact.shop + [twin])
        story.press("M")
        story.expectGolden("duplicates")
        story.press("Enter j Space")
        story.expectGolden("merge")
        story.press("Ctrl-S Enter")
        #expect(story.contacts.count == 9)
        #expect(story.contacts[0].name == "Chen Agirre")
        #expect(story.contacts[0].tags.csv == "lead,vip,beta")
        #expect(story.contacts[0].metadata?["plan"] == .string("free"))
    }

    @Test("a merge that cannot be written says which value is in the way")
    func obstacle() {
        let twin = Contact.sample("Agirre, Chen", 20, email: "no address", tags: ["a,b"])
        var story = Story(Contact.shop + [twin])
        story.press("M Enter Ctrl-S")
        #expect(story.screen.contains("not merged: 'a,b' cannot be written as a tag"))
        // With the survivor's own tags it can.
        story.press("j j Space Ctrl-S Enter")
        #expect(story.contacts.count == 9)
        #expect(story.contacts[0].tags.csv == "lead,vip")
    }

    @Test("very many who share something are marked and not merged")
    func crowd() {
        let crowd = (0..<60).map { Contact.sample("Unknown", $0) }
        var story = Story(crowd)
        story.press("M Enter")
        #expect(story.screen.contains("60 contacts: no more than 50 can be merged at once"))
        story.press("Space")
        #expect(story.state.marks.count == 60)
    }

    @Test("help is searched")
    func help() {
        var story = Story(Contact.shop)
        story.press("? /")
        story.type("undo")
        story.press("Enter")
        story.expectGolden("help-searched")
        story.press("Esc Esc")
        #expect(story.state.help == nil)
    }

    @Test("find goes to the next that matches and around the end")
    func find() {
        var story = Story(Contact.shop)
        story.press("Ctrl-F")
        story.type("u1")
        story.press("Enter")
        #expect(story.state.list.selected == 1)
        story.press("n")
        #expect(story.state.list.selected == 4)
        story.press("n")
        #expect(story.state.list.selected == 1)
        story.press("N")
        #expect(story.state.list.selected == 4)
    }

    @Test("details stand beside the list where there is room")
    func details() {
        var story = Story(Contact.shop, columns: 120, rows: 40)
        story.press("j j")
        story.expectGolden("details-120x40")
    }

    @Test("copying says what was copied")
    func copying() {
        var story = Story(Contact.shop)
        story.press("y")
        #expect(story.effects.last == .copy("Agirre, Chen  +15550001001  u0@example.com"))
        story.press("Y")
        #expect(story.effects.last == .copy("patchbook list --file contacts.json"))
    }

    private func step(_ contacts: Int, isMine: Bool = true, lines: [JSONObject]) -> LogEntry {
        LogEntry(
            id: "s", time: "2026-11-23T10:05:00+00:00", author: "ana@desk", isMine: isMine,
            what: .of(contacts) { $0.add(tag: "vip") }, lines: lines)
    }

    private func tagging(_ id: String) -> JSONObject {
        ["contact_id": .string(id), "add_tags": .array([.string("vip")])]
    }

    @Test("what is copied as a command is the last change, whatever it was")
    func copyingTheLastChange() {
        var story = Story(Contact.shop)
        story.press("2 Space t")
        story.type("+vip")
        story.press("Enter")
        story.log = [
            step(1, isMine: false, lines: [tagging("c9")]),
            step(2, lines: [tagging("c1"), tagging("c2")]),
        ]
        story.press("Y")
        let plan =
            #"{"contact_id":"c1","add_tags":["vip"]}"# + "\n"
            + #"{"contact_id":"c2","add_tags":["vip"]}"#
        #expect(
            story.effects.last
                == .copy("patchbook apply - --file contacts.json <<'PLAN'\n\(plan)\nPLAN"))
        story.press("Enter")
        story.type("!")
        story.press("Ctrl-S Y")
        guard case .copy(let command)? = story.effects.last else {
            Issue.record("nothing was copied")
            return
        }
        #expect(command.hasPrefix("patchbook update --file contacts.json --name "))
    }

    @Test("a step of which the log has kept a part is not copied by halves")
    func copyingALargeStep() {
        var story = Story(Contact.shop)
        story.press("2 Space t")
        story.type("+vip")
        story.press("Enter")
        story.log = [step(2, lines: [tagging("c1")])]
        story.press("Y")
        #expect(!story.effects.contains { if case .copy = $0 { true } else { false } })
        #expect(
            story.state.news?.text
                == "nothing is copied: the log keeps 1 lines of that change of 2 contacts")
    }

    @Test("tags for all that a filter shows are copied as one command")
    func copyingAFilteredChange() {
        var story = Story(Contact.shop, filter: "tag:lead")
        story.press("t")
        story.type("+vip -beta")
        story.press("Down Enter Y")
        #expect(
            story.effects.last
                == .copy(
                    "patchbook tag --file contacts.json --add vip --remove beta -- tag:lead"))
    }
}

extension StepSummary {
    /// What a step did to so many contacts.
    fileprivate static func of(
        _ contacts: Int, _ write: (inout StepSummary) -> Void
    ) -> StepSummary {
        var summary = StepSummary()
        for _ in 0..<contacts {
            summary.addContact()
            write(&summary)
        }
        return summary
    }
}
