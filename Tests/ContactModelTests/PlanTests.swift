import ContactModel
import JSONText
import Testing

@Suite("Plans and logs")
struct PlanTests {
    private func read(_ text: String) throws -> ContactChange {
        try PlanLine(reading: try #require(try JSONValue(parsing: text).object)).change
    }

    @Test(
        "every form is read as it was written",
        arguments: [
            #"{"contact_id":"a","name":"Ada","email":"","tags":"x,y","metadata":{"k":9120.00}}"#,
            #"{"phone":"+15550001001","name":""}"#,
            #"{"contact_id":"a","add_tags":["black friday"],"remove_tags":["a,b"]}"#,
            #"{"contact_id":"a","remove_tags":["x"]}"#,
            #"{"contact_id":"a","remove_metadata":["k","l"]}"#,
            #"{"contact_id":"a","delete":true}"#,
            #"{"phone":"+15550001001","create":true,"name":"Neu","source":"shopify"}"#,
        ])
    func forms(_ text: String) throws {
        #expect(PlanLine(try read(text)).text == text)
    }

    @Test(
        "what would be ignored elsewhere is a flaw here, named by its field",
        arguments: [
            (#"{"name":"x"}"#, ["contact_id", "phone"]),
            (#"{"contact_id":"a"}"#, ["contact_id"]),
            (#"{"contact_id":"a","nmae":"x"}"#, ["nmae"]),
            (#"{"contact_id":"a","name":null}"#, ["name"]),
            (#"{"contact_id":"a","name":"x","name":"y"}"#, ["name"]),
            (#"{"contact_id":"a","phone":"+15550001001","name":"x"}"#, ["phone"]),
            (#"{"contact_id":"a","name":5}"#, ["name"]),
            (#"{"contact_id":"a","add_tags":"x"}"#, ["add_tags"]),
            (#"{"contact_id":"a","add_tags":["a,b"]}"#, ["add_tags"]),
            (#"{"contact_id":"a","add_tags":["x"],"name":"y"}"#, ["name"]),
            (#"{"contact_id":"a","remove_metadata":[]}"#, ["remove_metadata"]),
            (#"{"contact_id":"a","delete":false}"#, ["delete"]),
            (#"{"contact_id":"a","delete":true,"name":"x"}"#, ["name"]),
            (#"{"contact_id":"a","create":true}"#, ["contact_id", "phone"]),
            (#"{"phone":"5","create":true}"#, ["phone"]),
        ])
    func flaws(_ text: String, _ fields: [String]) throws {
        let error = #expect(throws: InvalidFields.self) { try read(text) }
        #expect(error?.fields.map(\.name) == fields)
    }

    @Test("a place in a file is in no line")
    func place() {
        let key = ContactKey.place(4, reading: 9)
        let line = PlanLine(ContactChange(key: key, change: .delete))
        #expect(line.text == #"{"delete":true}"#)
        #expect(key.text == "#5")
    }

    @Test("a clash is a field to be written that someone else wrote otherwise")
    func clashes() {
        func contact(_ name: String, _ metadata: JSONObject = [:]) -> Contact {
            Contact(record: ["name": .string(name), "metadata": .object(metadata)])
        }
        let rename = ContactPatch(name: .set("mine"))
        let (a, b) = (contact("a"), contact("b"))
        #expect(rename.clashes(original: a, present: b))
        #expect(!rename.clashes(original: a, present: a))
        #expect(!rename.clashes(original: a, present: contact("mine")))
        #expect(!ContactPatch(email: .clear).clashes(original: a, present: b))
        let key = ContactPatch(metadata: ["k": .bool(true)])
        #expect(key.clashes(original: a, present: contact("b", ["k": .null])))
        #expect(!key.clashes(original: a, present: contact("b", ["l": .null])))
        #expect(!key.clashes(original: a, present: contact("b", ["k": .bool(true)])))
        let full = contact("a", ["k": .null])
        let removal = Change.removeMetadata(["k"])
        #expect(!removal.clashes(original: full, present: a))
        #expect(removal.clashes(original: full, present: contact("a", ["k": .bool(true)])))
    }
}
