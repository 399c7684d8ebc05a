import ContactFormats
import ContactModel
import JSONText
import Testing

@Suite("Records meet contacts")
struct MergeTests {
    private func contact(_ text: String) throws -> Contact {
        Contact(record: try #require(try JSONValue(parsing: text).object))
    }

    private func record(_ text: String) throws -> ImportRecord {
        try #require(try Reading.records("[\(text)]", .json).first)
    }

    private func merged(
        _ text: String, into present: String, _ rules: ImportRules = ImportRules()
    ) throws -> MergedRecord {
        try record(text).merged(into: try contact(present), rules)
    }

    private let ada =
        #"{"id":"a","phone":"+15550001001","name":"Ada","email":"a@example.com","#
        + #""tags":["vip","eu"],"metadata":{"plan":"gold","ltv":9120.00}}"#

    @Test("only what differs is written")
    func difference() throws {
        let same =
            #"{"name":"Ada","email":" a@example.com ","tags":["eu"],"#
            + #""metadata":{"ltv":9120.00}}"#
        #expect(try merged(same, into: ada).patch.isEmpty)
        let new = #"{"name":"Ada L.","tags":["eu","new"],"metadata":{"ltv":9120,"plan":"gold"}}"#
        let change = try merged(new, into: ada)
        #expect(
            JSONValue.object(change.patch.body).jsonText
                == #"{"name":"Ada L.","tags":"vip,eu,new","metadata":{"ltv":9120}}"#)
        #expect(change.addedTags.texts == ["new"])
    }

    @Test("what is empty is kept and counted, or cleared where that was said")
    func empties() throws {
        let empty = #"{"name":"","email":null,"tags":[]}"#
        let kept = try merged(empty, into: ada)
        #expect(kept.patch.isEmpty)
        #expect(kept.kept == 3)
        let cleared = try merged(empty, into: ada, ImportRules(clearsEmpty: true))
        #expect(
            JSONValue.object(cleared.patch.body).jsonText == #"{"name":"","email":"","tags":""}"#)
        #expect(cleared.cleared == 3)
        let nothing = try merged(empty, into: "{}", ImportRules(clearsEmpty: true))
        #expect(nothing.patch.isEmpty && nothing.cleared == 0)
    }

    @Test("metadata that are empty are kept and counted, or null where that was said")
    func emptyMetadata() throws {
        let clears = ImportRules(clearsEmpty: true)
        let rows = try Reading.records(
            "phone,meta.plan,meta.a.b,meta.none\n+15550001001,,,\n", .csv)
        let row = try #require(rows.first)
        let present = try contact(#"{"metadata":{"plan":"gold","a":{"b":1,"c":2},"none":null}}"#)
        let kept = try row.merged(into: present, ImportRules())
        #expect(kept.patch.isEmpty && kept.kept == 2)
        let cleared = try row.merged(into: present, clears)
        #expect(
            JSONValue.object(cleared.patch.metadata).jsonText
                == #"{"plan":null,"a":{"b":null,"c":2}}"#)
        #expect(cleared.cleared == 2 && cleared.kept == 0)
        let whole = try merged(#"{"metadata":null}"#, into: ada, clears)
        #expect(JSONValue.object(whole.patch.metadata).jsonText == #"{"plan":null,"ltv":null}"#)
        #expect(try merged(#"{"metadata":null}"#, into: ada).kept == 2)
        #expect(try merged(#"{"metadata":{}}"#, into: ada, clears).patch.isEmpty)
        let member = try merged(#"{"meta.plan":null}"#, into: ada, clears)
        #expect(JSONValue.object(member.patch.metadata).jsonText == #"{"plan":null}"#)
    }

    @Test(
        "a tag with commas is several, and counted", arguments: [ContactFormat.csv, .json, .vcard])
    func splitTags(_ format: ContactFormat) throws {
        let text =
            switch format {
            case .csv: "phone,tags\n+15550001001,\"x, \"\"y,z\"\"\"\n"
            case .vcard:
                "BEGIN:VCARD\r\nVERSION:3.0\r\nTEL:+15550001001\r\nCATEGORIES:x,y\\,z\r\n"
                    + "END:VCARD\r\n"
            default: #"[{"phone":"+15550001001","tags":["x","y,z",""]}]"#
            }
        let record = try #require(try Reading.records(text, format).first)
        let merged = try record.merged(into: Contact(record: [:]), ImportRules())
        #expect(merged.patch.tags?.texts == ["x", "y", "z"])
        #expect(merged.splitTags == 1)
    }

    @Test("tags are replaced where that was said")
    func replaced() throws {
        let rules = ImportRules(replacesTags: true)
        let change = try merged(#"{"tags":["new","vip"]}"#, into: ada, rules)
        #expect(change.patch.tags?.texts == ["new", "vip"])
        #expect(change.addedTags.isEmpty)
        #expect(try merged(#"{"tags":["eu","vip"]}"#, into: ada, rules).patch.isEmpty)
        #expect(try merged(#"{"name":"Ada"}"#, into: ada, rules).patch.isEmpty)
    }

    @Test("what stands there already is never judged, new values are")
    func judged() throws {
        let odd = #"{"name":5,"email":"foo@","tags":["a,b"],"metadata":[1]}"#
        #expect(try merged(odd, into: odd).patch.isEmpty)
        #expect(throws: RecordFlaw.email("bar@")) {
            try merged(#"{"email":"bar@"}"#, into: odd)
        }
        #expect(throws: RecordFlaw.unusable(.unusable(.metadata, kind: "list"))) {
            try merged(#"{"metadata":{"a":1}}"#, into: odd)
        }
        #expect(try merged(#"{"tags":["a,b","new"]}"#, into: odd).addedTags.texts == ["new"])
    }

    @Test("names are made fit for one line")
    func names() throws {
        let present = #"{"name":"Ada Lovelace"}"#
        let broken = #"{"name":"Ada\nLovelace\u0000\u0085"}"#
        #expect(try merged(broken, into: "{}").patch.name == .set("Ada Lovelace"))
        #expect(try merged(broken, into: present).patch.isEmpty)
        #expect(try merged(broken, into: broken).patch.isEmpty)
        #expect(try merged(#"{"name":"\u0007"}"#, into: "{}").patch.isEmpty)
    }

    @Test("cells keep the kind of value that stands there; new ones are text")
    func cells() throws {
        let present = try contact(
            #"{"metadata":{"n":1,"b":true,"o":{"x":{"y":"z"},"k":1},"d.e":"f","t":"1"}}"#)
        let text = """
            phone,meta.n,meta.b,meta.o.x.y,meta.d.e,meta.t,meta.new.key,meta.same
            +15550001001,2.50,false,w,g,2,7,
            """
        let record = try #require(try Reading.records(text, .csv).first)
        let patch = try record.merged(into: present, ImportRules()).patch
        #expect(
            JSONValue.object(patch.metadata).jsonText
                == #"{"n":2.50,"b":false,"o":{"x":{"y":"w"},"k":1},"d.e":"g","t":"2","#
                + #""new":{"key":"7"}}"#)
        let blocked = try #require(
            try Reading.records("phone,meta.n.x\n+15550001001,1\n", .csv).first)
        #expect(throws: RecordFlaw.unusable(.unusable(.metadata, kind: "text"))) {
            try blocked.merged(into: present, ImportRules())
        }
    }

    @Test("metadata larger than the API takes are refused")
    func large() throws {
        let text = String(repeating: "x", count: ContactPatch.maximumMetadataBytes)
        #expect(throws: RecordFlaw.metadataTooLarge(limit: 65_536)) {
            try merged(#"{"metadata":{"k":"\#(text)"}}"#, into: ada)
        }
    }
}

@Suite("Plans of imports")
struct ImportPlanTests {
    private let phone = "+15550001001"

    private func plan(
        _ text: String, on present: String? = nil, _ rules: ImportRules = ImportRules()
    ) throws -> (lines: [String], counts: ImportPlan.Counts) {
        var plan = ImportPlan(rules: rules, source: "csv_import", spool: MemorySpool())
        let contact = try present.map { try #require(try JSONValue(parsing: $0).object) }
            .map { Contact(record: $0) }
        for record in try Reading.records(text, .json) {
            let number = try #require(record.phone?.number)
            try plan.take(record, for: contact.map { .present($0, .phone(number)) } ?? .new(number))
        }
        let counts = plan.counts
        let changes = try plan.changes(0..<plan.size).flatMap(\.changes)
        return (changes.map { PlanLine($0).text }, counts)
    }

    @Test("records of one new contact become one change, and the later value counts")
    func repeatedNew() throws {
        let (lines, counts) = try plan(
            #"[{"phone":"+15550001001","name":"A","tags":["x"],"metadata":{"k":1}},"#
                + #"{"phone":"+1 555 000 1001","name":"B","tags":["y"],"metadata":{"l":2}},"#
                + #"{"phone":"+15550001001"}]"#)
        #expect(
            lines == [
                #"{"phone":"+15550001001","create":true,"name":"B","tags":"x,y","#
                    + #""metadata":{"k":1,"l":2},"source":"csv_import"}"#
            ])
        #expect(counts.added == 1 && counts.repeated == 2 && counts.unchanged == 0)
    }

    @Test("records that take each other back change nothing")
    func tookBack() throws {
        let (lines, counts) = try plan(
            #"[{"phone":"+15550001001","name":"B"},{"phone":"+15550001001","name":"A"}]"#,
            on: #"{"id":"a","phone":"+15550001001","name":"A"}"#)
        #expect(lines == [])
        #expect(counts.updated == 0 && counts.unchanged == 1 && counts.repeated == 1)
    }

    @Test("added tags are single tags, in a line of their own beside other fields")
    func tags() throws {
        let present = #"{"id":"a","phone":"+15550001001","name":"A","tags":["x"]}"#
        let alone = try plan(
            #"[{"phone":"+15550001001","tags":["y"]},{"phone":"+15550001001","tags":["z"]}]"#,
            on: present)
        #expect(alone.lines == [#"{"phone":"+15550001001","add_tags":["y","z"]}"#])
        let beside = try plan(
            #"[{"phone":"+15550001001","tags":["y"],"name":"B"}]"#, on: present)
        #expect(
            beside.lines == [
                #"{"phone":"+15550001001","name":"B"}"#,
                #"{"phone":"+15550001001","add_tags":["y"]}"#,
            ])
        let replaced = try plan(
            #"[{"phone":"+15550001001","tags":["y"]}]"#, on: present,
            ImportRules(replacesTags: true))
        #expect(replaced.lines == [#"{"phone":"+15550001001","tags":"y"}"#])
    }

    @Test("names are made fit for one line, and counted")
    func madeFit() throws {
        let (lines, counts) = try plan(
            #"[{"phone":"+15550001001","name":"A\tB\u001b"}]"#,
            on: #"{"id":"a","phone":"+15550001001","name":"A"}"#)
        #expect(lines.first == #"{"phone":"+15550001001","name":"A B"}"#)
        #expect(counts.madeFit == 1)
    }

    @Test("a record with a flaw changes nothing of its contact")
    func flawed() throws {
        let (lines, counts) = try plan(
            #"[{"phone":"+15550001001","name":"B","email":"no"}]"#,
            on: #"{"id":"a","phone":"+15550001001"}"#)
        #expect(lines == [] && counts.refused == 1 && counts.updated == 0)
    }

    @Test("where a contact comes from is said by its record, else by the import")
    func source() throws {
        let (lines, _) = try plan(#"[{"phone":"+15550001001","source":"shopify"}]"#)
        #expect(lines == [#"{"phone":"+15550001001","create":true,"source":"shopify"}"#])
    }
}
