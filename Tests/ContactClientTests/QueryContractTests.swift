import ContactClient
import ContactModel
import TestGround
import Testing

/// What queries and orders find on every backend.
@Suite(.serialized) struct QueryContractTests {
    static let people = """
        [
        {"id":"a","phone":"+15550000001","name":"Ada","email":"ada@example.com","source":"manual",
         "metadata":{"ltv":9120.00},"tags":["vip","math"],
         "last_message_at":"2026-11-20T10:00:00+00:00","created_at":"2026-01-01T00:00:00+00:00"},
        {"id":"b","phone":"+15550000002","name":"José","email":"j@example.com","source":"shopify",
         "metadata":{"ltv":10},"tags":["VIP"],"created_at":"2025-01-01T00:00:00+00:00"},
        {"id":"c","phone":"+15550000003","name":"小明","email":null,"source":"shopify",
         "metadata":{},"tags":[],"created_at":"2026-06-01T00:00:00+00:00"}
        ]
        """

    /// The ids that a query finds, in one text.
    private func ids(
        _ query: String, by order: String = "id", in book: any ContactBackend
    ) async throws -> String {
        let order = try #require(SortOrder(written: order))
        let list = try await book.list(try Query(query, clock: .still), order: order)
        return list.rows(0..<100).compactMap(\.contact.id).joined()
    }

    @Test(arguments: BookKind.allCases)
    func everyFormThatRowsTellIsFound(_ kind: BookKind) async throws {
        try await kind.open(Self.people) { book in
            let expected = [
                "tag:v*": "ab", "-tag:*": "c", "name:j OR 小明": "bc", "source:shop -tag:*": "c",
                "created<2026": "b", "messaged:never": "bc", "email:=ada@example.com": "a",
                "email:\"\"": "c", "-(ada OR jos)": "c", "phone:555-0000-002": "b", "id:=c": "c",
            ]
            for (query, ids) in expected {
                let found = try await self.ids(query, in: book)
                #expect(found == ids, "\(query)")
            }
            #expect(try await ids("", by: "created_at:desc", in: book) == "cab")
            #expect(try await ids("", by: "source,name:desc", in: book) == "acb")
        }
    }

    @Test(arguments: BookKind.allCases)
    func metadataIsFoundAndSortedBy(_ kind: BookKind) async throws {
        try await kind.open(Self.people) { book in
            let rich = try await ids("meta.ltv>100", in: book)
            #expect(rich == "a")
            #expect(try await ids("-meta.ltv", in: book) == "c")
            #expect(try await ids("", by: "meta.ltv,id:desc", in: book) == "bac")
        }
    }

    @Test(arguments: BookKind.allCases)
    func marksAreToldByNumber(_ kind: BookKind) async throws {
        try await kind.open(Self.people) { book in
            let all = try await book.list(.all, order: .byName)
            let number = try #require(all.number(of: .id("b")))
            let marked = try await book.list(
                try Query("is:marked", clock: .still), order: .byName, marks: RowSet([number]))
            #expect(marked.rows(0..<9).map(\.contact.id) == ["b"])
            #expect(marked.numbers == [number])
        }
    }

    @Test("a server is asked for what narrows the search, so that the fifty rows hold it")
    func narrowing() async throws {
        let crowd = (0..<60).map { index in
            #"{"id":"\#(index)","phone":"+1555\#(1_000_000 + index)","name":"Nn","tags":["new"],"#
                + #""last_message_at":"2026-11-20T10:00:00+00:00"}"#
        }
        let last = """
            {"id":"z","phone":"+4915112345678","name":"Zoe","email":"zoe@example.com",
             "tags":["old"]}
            """
        for kind in BookKind.allCases {
            try await kind.open("[\(crowd.joined(separator: ",")),\(last)]") { book in
                for query in [
                    "tag:old", "zoe", "tag:old zoe", "name:zo -tag:new", "email:=zoe@example.com",
                    "phone:49-151", "(tag:old) -created:2020",
                ] {
                    let found = try await ids(query, in: book)
                    #expect(found == "z", "\(query)")
                }
            }
        }
    }
}
