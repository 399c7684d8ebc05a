import ContactModel
import JSONText
import TestGround
import Testing

/// What every form of the query language finds.
@Suite struct QueryMatchingTests {
    @Test(
        "words are found in name, email and phone, whatever their case, accents and grouping",
        arguments: [
            ("", "abcd"), ("   ", "abcd"), ("\"\"", "abcd"), ("garcia", "a"), ("GARCÍA", "a"),
            ("example", "ac"), ("jose garcia", "a"), ("garcia jose", "a"), ("jose ana", ""),
            ("\"de la cruz\"", "b"), ("\"la de\"", ""), ("la de", "b"), ("5551058756", "a"),
            ("(555) 105-87", "a"), ("+1(555)1058756", "a"), ("０１５１", ""), ("１５１", "b"),
            ("151–1234", "b"), ("क्षि", "c"), ("कष", ""), ("小", "c"), ("5", "abcd"),
            ("or", ""), ("\"OR\"", ""), ("gold", ""), ("\"jose\"garcia", "a"),
        ])
    func words(query: String, found: String) throws {
        #expect(try QueryStory.ids(query) == found)
    }

    @Test(
        arguments: [
            ("tag:vip", "a"), ("tag:VIP", "a"), ("TAG:Vip", "a"), ("tag:vip*", "ab"),
            ("tag:\"vip\"*", "ab"), ("tag:\"vip*\"", ""), ("tag:\"black friday\"", "a"),
            ("tag:\"black friday", "!"), ("tag:black", ""), ("-tag:vip", "bcd"),
            ("-tag:*", "cd"), ("tag:*", "ab"), ("tag:\"\"", "cd"), ("tag:e*", "b"),
        ])
    func tags(query: String, found: String) throws {
        #expect(((try? QueryStory.ids(query)) ?? "!") == found)
    }

    @Test(
        arguments: [
            ("name:jose", "a"), ("name:example", ""), ("email:example", "ac"), ("name:5", "d"),
            ("email:=jose@example.com", "a"), ("email:=xm@example.com", ""),
            ("email:=XM@Example.com", "c"), ("email:\"\"", "bd"), ("-email:\"\"", "ac"),
            ("name:\"de la\"", "b"), ("phone:555-105", "a"), ("phone:0151", ""),
            ("phone:\"\"", "d"), ("source:shop", "a"), ("source:\"\"", "cd"), ("locale:DE", "b"),
            ("id:=a", "a"), ("name:=\"José García\"", "a"), ("name:=\"Jose García\"", ""),
            ("name:*", ""),
        ])
    func fields(query: String, found: String) throws {
        #expect(try QueryStory.ids(query) == found)
    }

    @Test(
        arguments: [
            ("meta.plan", "ab"), ("-meta.plan", "cd"), ("META.plan", "ab"), ("meta.Plan", ""),
            ("meta.plan:gold", "a"), ("meta.plan:=gold", ""), ("meta.plan:=Gold", "a"),
            ("meta.plan=gold", "a"), ("meta.ltv>1000", "a"), ("meta.ltv>=9120", "a"),
            ("meta.ltv>9120", ""), ("meta.ltv<1000", "b"), ("meta.ltv<=900.0", "b"),
            ("meta.ltv=9.12e3", "a"), ("meta.ltv=900", "b"), ("meta.ltv:912", "a"),
            ("meta.address.city:paris", "a"), ("meta.address.city", "ab"),
            ("meta.address.street", ""), ("meta.address:paris", ""), ("meta.plan>h", "b"),
            ("meta.plan<h", "a"), ("meta.\"first order\"", "a"),
            ("meta.\"first order\">2026-01-01", "a"), ("meta.\"first order\">2026-02", ""),
            ("meta.a.b", "a"), ("meta.\"a.b\"=1", "a"), ("meta.\"address.city\"", ""),
            ("meta.\"address\".\"city\":lyon", "b"), ("meta.sizes:xl", "a"), ("meta.sizes=s", "a"),
            ("meta.note", "a"), ("meta.note:\"\"", "abcd"), ("meta.note>0", ""),
            ("meta.address.zip=01000", "a"), ("meta.ltv>abc", ""), ("meta.plan>5", ""),
        ])
    func metadata(query: String, found: String) throws {
        #expect(try QueryStory.ids(query) == found)
    }

    @Test(
        arguments: [
            ("created>2026-01-01", "c"), ("created>=2026-01-01", "ac"), ("created<2026-01-01", "b"),
            ("created<=2026-01-01", "ab"), ("created:2026-01-01", "a"), ("created:2026", "ac"),
            ("created:2025-12", "b"), ("created>2025", "ac"), ("created:2026-05-31", "c"),
            ("updated>=2026-11-26T11:59", "a"), ("updated>2026-11-26T11:59", ""),
            ("updated<2026-11-26T11:59:59Z", "b"), ("updated:2026-11-26t11:59:59", "a"),
            ("updated>2026-11-26T13:59:58+02:00", "a"),
            ("updated>-1d", "a"), ("updated>-7d", "a"), ("updated>=-7d", "ab"),
            ("updated<-7d", ""), ("updated<=-1w", "b"), ("updated:-7d", "b"), ("updated:-0d", "a"),
            ("messaged:never", "bd"), ("-messaged:never", "ac"), ("messaged<-6d", "a"),
            ("messaged<2100", "a"), ("opted_in>2026-02", "ac"), ("opted_out:2026-02-01", "bcd"),
            ("created>-6m", "c"), ("created>-1y", "abc"), ("created>-47w", "c"),
        ])
    func dates(query: String, found: String) throws {
        #expect(try QueryStory.ids(query) == found)
    }

    @Test("days begin and end where the person is, also when clocks change")
    func timeZone() throws {
        // Two hours east of UTC from 2026-03-29 01:00 UTC on, one before.
        let berlin = QueryClock(now: 1_795_694_400) { $0 < 1_774_746_000 ? 3600 : 7200 }
        #expect(try QueryStory.ids("created:2026-06-01", clock: berlin) == "c")
        #expect(try QueryStory.ids("created:2026-01-01", clock: berlin) == "ab")
        func within(_ text: String) throws -> Query.Condition {
            try Query(text, clock: berlin).condition
        }
        #expect(
            try within("created:2026-03-29")
                == .term(.date(.createdAt, .within(1_774_738_800..<1_774_821_600))))
        #expect(
            try within("created<-1m")
                == .term(.date(.createdAt, .within(Int.min..<1_793_016_000))))
        #expect(
            try within("created<-243d")
                == .term(.date(.createdAt, .within(Int.min..<1_774_702_800))))
    }

    @Test("an hour that the clocks skip between is not lost")
    func clocksSetOn() throws {
        // Five hours west of UTC until 2026-03-08 07:00 UTC, four from then on.
        let newYork = QueryClock(now: 1_773_820_800) { $0 < 1_772_953_200 ? -18_000 : -14_400 }
        let query = try Query("created<-10d", clock: newYork)
        #expect(
            query.condition == .term(.date(.createdAt, .within(Int.min..<1_772_956_800))))
    }

    @Test(
        arguments: [
            ("is:optedin", "ac"), ("is:optedout", "bd"), ("is:OptedIn", "ac"), ("is:marked", "b"),
            ("-is:marked", "acd"), ("is:flagged", "d"), ("is:pending", ""), ("is:failed", ""),
            ("is:conflict", ""), ("-is:pending", "abcd"),
        ])
    func states(query: String, found: String) throws {
        #expect(try QueryStory.ids(query) == found)
    }

    @Test(
        arguments: [
            ("jose OR ana", "ab"), ("jose OR ana 151", "ab"), ("(jose OR ana) 151", "b"),
            ("-(jose OR ana)", "cd"), ("--jose", "a"), ("-jose", "bcd"), ("- jose", "!"),
            ("jose OR 小明 OR ana", "abc"), ("((jose))", "a"), ("(jose OR(ana))", "ab"),
            ("-tag:* OR tag:vip", "acd"), ("tag:vip -meta.plan:silver", "a"), ("ORana", ""),
            ("(\"de la\"OR jose)", "ab"), ("(meta.plan)", "ab"), ("-(tag:eu)-(tag:vip)", "cd"),
        ])
    func composition(query: String, found: String) throws {
        #expect(((try? QueryStory.ids(query)) ?? "!") == found)
    }

    @Test("saved queries stand for themselves, within others too")
    func saved() throws {
        let saved = [
            "big": "meta.ltv>1000 OR tag:eu", "both": "-@big", "mine": "", "two words": "jose",
        ]
        #expect(try QueryStory.ids("@big", saved: saved) == "ab")
        #expect(try QueryStory.ids("@big ana", saved: saved) == "b")
        #expect(try QueryStory.ids("@both", saved: saved) == "cd")
        #expect(try QueryStory.ids("@\"two words\"", saved: saved) == "a")
        #expect(try QueryStory.ids("@mine", saved: saved) == "abcd")
        #expect(try QueryStory.ids("@example.com", saved: saved) == "ac")
    }

    @Test("of what a row of a search leaves out, neither a term nor its exclusion matches")
    func unknown() throws {
        let row = ContactRow(
            contact: Contact(
                record: [
                    "id": .string("a"), "name": .string("Ana"), "email": .null,
                    "tags": .array([]),
                ],
                isComplete: false), key: nil)
        func matches(_ text: String) throws -> Bool {
            try Query(text, clock: .still).matches(row, isMarked: false)
        }
        for term in ["meta.plan", "meta.plan:\"\"", "locale:fr", "updated:never", "is:optedin"] {
            #expect(try !matches(term))
            #expect(try !matches("-" + term))
            #expect(try matches("ana OR " + term))
            #expect(try !matches("ana " + term))
            #expect(try matches("-(bob \(term))"))
        }
        #expect(try matches("-tag:vip -email:x"))
    }
}
