import ContactModel
import JSONText
import TestGround

/// Contacts that the stories of queries and orders are about.
enum QueryStory {
    static let people = """
        [{"id":"a","phone":"+1 (555) 105-8756","name":"José García","email":"jose@example.com",
          "source":"shopify","locale":"fr","tags":["VIP","black friday"],
          "metadata":{"plan":"Gold","ltv":9120.00,"address":{"city":"Paris","zip":"01000"},
                      "sizes":["S","XL"],"first order":"2026-01-05","a.b":1,"note":null},
          "opted_in_at":"2026-04-15T08:00:00+00:00","opted_out_at":null,
          "last_message_at":"2026-11-20T10:00:00+00:00","total_messages":27,
          "created_at":"2026-01-01T00:00:00+00:00","updated_at":"2026-11-26T11:59:59Z"},
         {"id":"b","phone":"+4915112345678","name":"de la Cruz, Ana","email":null,
          "source":"manual","locale":"de-DE","tags":["vip-2024","eu"],
          "metadata":{"plan":"silver","ltv":"900","address":{"city":"Lyon"}},
          "opted_in_at":"2026-01-01T00:00:00Z","opted_out_at":"2026-02-01T00:00:00Z",
          "last_message_at":null,"total_messages":9,
          "created_at":"2025-12-31T23:59:59.5+00:00","updated_at":"2026-11-19T12:00:00+00:00"},
         {"id":"c","phone":"+81312345678","name":"小明 क्षितिज","email":"XM@Example.com","tags":[],
          "opted_in_at":"2026-03-01T00:00:00Z","opted_out_at":"2026-02-01T00:00:00Z",
          "last_message_at":"not a date","created_at":"2026-06-01T01:30:00+02:00"},
         {"id":"d","name":5,"tags":"vip","metadata":[],
          "opted_out_at":"2026-02-01T00:00:00Z","created_at":"2026"}]
        """

    static func contacts(_ text: String = people) throws -> [Contact] {
        try (JSONValue(parsing: text).array ?? []).map { Contact(record: $0.object ?? [:]) }
    }

    /// The ids of the people that a query matches, in one text; `d` is flagged, `b` marked.
    static func ids(
        _ query: String, clock: QueryClock = .still, saved: [String: String] = [:]
    ) throws -> String {
        let query = try Query(query, clock: clock, saved: saved)
        return try contacts().filter { contact in
            let row = ContactRow(contact: contact, key: contact.key, flaws: contact.flaws)
            return query.matches(row, isMarked: contact.id == "b")
        }.compactMap(\.id).joined()
    }

    /// What is wrong with a query.
    static func flaw(_ text: String, saved: [String: String] = [:]) -> QueryFlaw? {
        do throws(QueryFlaw) {
            _ = try Query(text, clock: .still, saved: saved)
            return nil
        } catch {
            return error
        }
    }
}
