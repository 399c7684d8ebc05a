import ContactModel
import TestGround
import Testing

/// What Tab offers in a query.
@Suite struct QueryCompletionTests {
    static let vocabulary = QueryCompletion.Vocabulary(
        tags: [("beta", 3), ("black friday", 7), ("VIP", 40), ("say \"hi\"", 1), ("a)b*", 1)]
            .map { name, count in
                TagCount(tag: TagList(stored: name).tags[0], count: count)
            },
        metadataKeys: ["plan", "ltv", "address.city", "first order"],
        savedNames: ["big spenders", "lapsed"])

    /// The text after each candidate is taken, with its count.
    private func offers(_ text: String, growing: Bool = false) -> [String] {
        let completion = QueryCompletion(
            before: text, vocabulary: Self.vocabulary, growing: growing)
        return completion.candidates.map { candidate in
            String(text.dropLast(completion.replacing)) + candidate.text
                + (candidate.count.map { " \($0)" } ?? "")
        }
    }

    @Test(
        arguments: [
            ("tag:b", ["tag:\"black friday\" 7", "tag:beta 3"]), ("tag:vi", ["tag:VIP 40"]),
            ("x -tag:\"bla", ["x -tag:\"black friday\" 7"]), ("TAG:be", ["TAG:beta 3"]),
            ("tag:say", ["tag:\"say \\\"hi\\\"\" 1"]), ("tag:a", ["tag:\"a)b*\" 1"]),
            ("tag:zzz", []), ("(is:op", ["(is:optedin", "(is:optedout"]), ("is:x", []),
            ("meta.", ["meta.plan", "meta.ltv", "meta.address.city", "meta.\"first order\""]),
            ("meta.a", ["meta.address.city"]), ("meta.\"fi", ["meta.\"first order\""]),
            ("meta.address.c", ["meta.address.city"]), ("meta.plan:g", []),
            ("upd", ["updated>"]), ("a me", ["a messaged>", "a meta."]), ("name:x", []),
            ("vi", ["tag:VIP 40"]), ("em", ["email:"]), ("\"ta", []), ("a b\"ta g", []),
            ("@", ["@\"big spenders\"", "@lapsed"]), ("@l", ["@lapsed"]), ("12", []), ("字", []),
        ])
    func offers(text: String, expected: [String]) {
        #expect(offers(text) == expected)
    }

    @Test(
        "for a shell what is offered goes on with what is typed",
        arguments: [
            ("tag:b", ["tag:black\" friday\" 7", "tag:beta 3"]),
            ("tag:\"b", ["tag:\"black friday\" 7", "tag:beta 3"]),
            ("tag:say", ["tag:say\" \\\"hi\\\"\" 1"]), ("bla", ["tag:black\" friday\" 7"]),
        ])
    func growing(text: String, expected: [String]) {
        #expect(offers(text, growing: true) == expected)
    }

    @Test("nothing typed offers every field, and no tag")
    func everything() {
        let all = offers("vip ")
        #expect(all.count == 14)
        #expect(all.first == "vip tag:")
        #expect(!all.contains { $0.contains("beta") })
    }

    @Test("what is offered is read back as it was meant")
    func readBack() throws {
        let tags = offers("tag:") + offers("tag:", growing: true)
        for (index, text) in tags.enumerated() {
            let text = String(text.prefix(upTo: text.lastIndex(of: " ") ?? text.endIndex))
            let query = try Query(text, clock: .still)
            let order = ["vip", "black friday", "beta", "a)b*", "say \"hi\""]
            #expect(query.condition == .term(.tag(.has(order[index % order.count]))))
        }
        #expect(tags.count == 2 * Self.vocabulary.tags.count)
        for key in offers("meta.") {
            let query = try Query(key, clock: .still)
            guard case .term(.metadata(let path, .present)) = query.condition else {
                Issue.record("\(key) is no metadata term")
                continue
            }
            #expect(Self.vocabulary.metadataKeys.contains(path.keys.joined(separator: ".")))
        }
    }
}
