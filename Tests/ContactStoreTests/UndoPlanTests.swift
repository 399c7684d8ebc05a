import ContactModel
import ContactStore
import JSONText
import TestGround
import Testing

/// What undo would write, said as a plan: the same comes of it, or it is told that no line says it.
@Suite struct UndoPlanTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func store(_ text: String) throws -> Store {
        try Store(opening: try scratch.file("contacts.json", text))
    }

    private func lines(_ plan: UndoPlan) -> [String] {
        plan.lines.map { JSONValue.object($0).jsonText }
    }

    private func change(_ line: String) throws -> ContactChange {
        try PlanLine(reading: try #require(try JSONValue(parsing: line).object)).change
    }

    static let cases: [(book: String, steps: [String])] = [
        (
            #"[{"id":"1","email":"old-bad"}]"#,
            [#"{"contact_id":"1","email":"a@x.de","name":"Ana"}"#]
        ),
        (#"[{"id":"1","name":5}]"#, [#"{"contact_id":"1","name":"Ana"}"#]),
        (#"[{"id":"1","tags":["a,b"]}]"#, [#"{"contact_id":"1","remove_tags":["a,b"]}"#]),
        (#"[{"id":"1","tags":"odd"}]"#, [#"{"contact_id":"1","tags":"a"}"#]),
        (#"[{"id":"1","name":"Zed"}]"#, [#"{"contact_id":"1","delete":true}"#]),
        (
            #"[{"id":"1","phone":"+4930123456"},{"id":"2","phone":"+4930123456"}]"#,
            [#"{"contact_id":"1","delete":true}"#]
        ),
        (
            #"[{"id":"1","phone":"+4930123456","email":"old-bad"}]"#,
            [#"{"contact_id":"1","delete":true}"#]
        ),
        (
            #"[{"id":"1","metadata":{"k":{"a":1,"a":2}}}]"#,
            [#"{"contact_id":"1","metadata":{"k":3}}"#]
        ),
        (
            #"[{"id":"1","phone":"+4930123456","metadata":{"a":1,"a":2}}]"#,
            [#"{"contact_id":"1","delete":true}"#]
        ),
        (
            #"[{"id":"1","metadata":{"k":"\#(String(repeating: "x", count: 70_000))"}}]"#,
            [#"{"contact_id":"1","name":"Ana","metadata":{"k":3}}"#]
        ),
        (#"[{"id":"1","metadata":{}}]"#, [#"{"contact_id":"1","metadata":{"":3}}"#]),
    ]

    @Test("what no line can say is named, and nothing else is said instead", arguments: cases)
    func isNamed(book: String, steps: [String]) throws {
        let store = try store(book)
        for step in steps { _ = try? store.commit([change(step)]) }
        let plan = try store.plan(.undo, 1)
        #expect(lines(plan) == [])
        #expect(plan.unsaid.map(\.key) == [.id("1")])
    }

    @Test("of two who come back with one number the first is made")
    func oneNumber() throws {
        let store = try store(
            #"[{"id":"1","phone":"+4930123456","name":"A"},{"id":"2","phone":"+4930123456"}]"#)
        _ = try store.commit(["1", "2"].map { ContactChange(key: .id($0), change: .delete) })
        let plan = try store.plan(.undo, 1)
        #expect(plan.lines.count == 1 && plan.unsaid.count == 1)
    }

    @Test("who comes back under a new id is named by the number further on")
    func newID() throws {
        let book = #"[{"id":"1","phone":"+4930123456","name":"Ana","tags":["a"]}]"#
        let store = try store(book)
        _ = try store.commit([change(#"{"contact_id":"1","add_tags":["b"],"remove_tags":["a"]}"#)])
        _ = try store.commit([change(#"{"contact_id":"1","delete":true}"#)])
        let plan = try store.plan(.undo, 2)
        #expect(plan.unsaid.isEmpty)
        #expect(
            lines(plan) == [
                #"{"phone":"+4930123456","create":true,"name":"Ana","tags":"b","source":"manual"}"#,
                #"{"phone":"+4930123456","add_tags":["a"],"remove_tags":["b"]}"#,
            ])
        for line in lines(plan) { _ = try store.commit([change(line)]) }
        let phone = ContactKey.phone(try PhoneNumber(parsing: "+4930123456"))
        let back = store.snapshot.contact(try store.snapshot.number(of: phone))
        #expect(back.name == "Ana" && back.tags.texts == ["a"])
    }
}
