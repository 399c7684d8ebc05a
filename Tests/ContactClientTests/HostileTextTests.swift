import ContactClient
import ContactModel
import JSONText
import TestGround
import Testing

/// Text of any kind goes through either backend and comes back byte for byte.
@Suite(.serialized) struct HostileTextTests {
    static let names = [
        "\u{1B}]0;owned\u{07}", "a\u{0}b\r\nc", "e\u{301} is not é", "👩🏽‍🚀🏳️‍🌈",
        "\u{202E}evil",
        "\"quoted\" \\ back/slash", "\u{FEFF}mark", "ﷺ", "\u{10FFFF}", "  spaced  ",
        String(repeating: "長", count: 40_000),
    ]

    @Test(arguments: BookKind.allCases)
    func namesComeBackAsTheyWere(_ kind: BookKind) async throws {
        try await kind.open(ContractTests.people) { book in
            for name in HostileTextTests.names {
                let part = String(name.prefix(1000))
                let patch = ContactPatch(name: .set(name), metadata: [part: .string(part)])
                let receipt = try await book.update(.id("c"), patch, removingMetadata: [])
                let read = try await book.contact(.key(.id("c")))
                #expect(receipt.contact.name?.hasSameUTF8(as: name) == true)
                #expect(read.name?.hasSameUTF8(as: name) == true)
                #expect(read.metadata?[part]?.text?.hasSameUTF8(as: part) == true)
            }
        }
    }

    @Test(arguments: BookKind.allCases)
    func randomNamesComeBackAsTheyWere(_ kind: BookKind) async throws {
        var random = SplitMix64(seed: 20_260_507)
        let names = (0..<40).map { _ in randomText(&random) }
        try await kind.open(ContractTests.people) { book in
            for name in names where !name.isEmpty {
                let patch = ContactPatch(name: .set(name))
                _ = try await book.update(.id("b"), patch, removingMetadata: [])
                let read = try await book.contact(.key(.id("b")))
                #expect(read.name?.hasSameUTF8(as: name) == true)
            }
        }
    }

    private func randomText(_ random: inout SplitMix64) -> String {
        var text = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0...12, using: &random) {
            let limit: UInt32 = [0x7F, 0x7FF, 0xFFFF, 0x10FFFF].randomElement(using: &random) ?? 0
            if let scalar = Unicode.Scalar(UInt32.random(in: 0...limit, using: &random)) {
                text.append(scalar)
            }
        }
        return String(text)
    }
}
