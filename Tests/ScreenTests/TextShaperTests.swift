import Screen
import TestGround
import Testing

@Suite("Text made fit for a terminal")
struct TextShaperTests {
    let shaper = TextShaper(width: .approximate)

    /// What is stored, what is drawn, and how wide.
    static let zoo: [(String, String, Int)] = [
        ("plain", "plain", 5),
        ("田中", "田中", 4),
        ("e\u{301}", "e\u{301}", 1),
        ("\u{301}x", "\u{25CC}\u{301}x", 2),
        ("a\u{300}\u{301}\u{302}\u{303}\u{304}\u{305}", "a\u{300}\u{301}\u{302}\u{303}", 1),
        ("\u{1B}[31mred", "\u{241B}[31mred", 8),
        ("a\tb\nc\r\nd", "a\u{2409}b\u{240A}c\u{240D}\u{240A}d", 8),
        ("\u{0}\u{7F}", "\u{2400}\u{2421}", 2),
        ("\u{9B}31m", "\u{FFFD}31m", 4),
        ("\u{85}\u{2028}", "\u{FFFD}\u{FFFD}", 2),
        ("abc\u{202E}fdp.exe", "abcfdp.exe", 10),
        ("a\u{200B}b\u{FEFF}c\u{AD}d", "abcd", 4),
        ("👩\u{200D}👩\u{200D}👧", "👩", 2),
        ("👍🏽", "👍", 2),
        ("❤\u{FE0F}", "❤", 1),
        ("1\u{FE0F}\u{20E3}", "1\u{20E3}", 1),
        ("🇫🇷", "🇫🇷", 2),
        ("\u{1F3F4}\u{E0067}\u{E0062}\u{E007F}", "\u{1F3F4}", 2),
        ("\u{1F3FD}", "\u{1F3FD}", 2),
        ("नमस्ते", "नमस्ते", 4),
        ("क्\u{200D}ष", "क्ष", 2),
        ("สวัสดี", "สวัสดี", 4),
        ("\u{1112}\u{1161}\u{11AB}", "\u{1112}\u{1161}\u{11AB}", 2),
        ("\u{1161}\u{11AB}", "\u{FFFD}", 1),
        ("שלום", "שלום", 4),
        ("\u{200D}", "", 0),
        ("", "", 0),
    ]

    @Test("Each text is drawn safely in the columns foretold", arguments: zoo)
    func drawn(text: String, safe: String, columns: Int) {
        let neutral = shaper.neutral(text)
        #expect(Array(neutral.unicodeScalars) == Array(safe.unicodeScalars))
        #expect(shaper.columns(text) == columns)
        #expect(shaper.columns(neutral) == columns)
        #expect(shaper.glyphs(text).reduce("") { $0 + String($1.source) } == text)
    }

    @Test("Bytes that are no UTF-8, such as half an emoji, become replacement characters")
    func halfAnEmoji() {
        let half = String(decoding: [0x61, 0xF0, 0x9F, 0x98, 0x62], as: UTF8.self)
        #expect(shaper.neutral(half) == "a\u{FFFD}b")
    }

    @Test(
        "Text is cut at clusters, and the ellipsis has room",
        arguments: [
            ("Ivanov", 6, "Ivanov"), ("Ivanov", 5, "Ivan…"), ("Ivanov", 1, "…"),
            ("Ivanov", 0, ""), ("Ivanov", -3, ""), ("田中太郎", 8, "田中太郎"),
            ("田中太郎", 7, "田中太…"), ("田中太郎", 6, "田中…"), ("田", 1, "…"),
            ("e\u{301}e\u{301}e\u{301}", 2, "e\u{301}…"), ("👩\u{200D}👧ab", 3, "👩…"),
            ("ab\u{200B}", 2, "ab"), ("\u{1B}]0;x\u{7}", 4, "\u{241B}]0…"),
        ])
    func clipped(text: String, columns: Int, expected: String) {
        #expect(shaper.clip(text, to: columns) == expected)
    }

    @Test("A cluster of a megabyte is cut after what its columns can show")
    func hugeCluster() {
        let marks = "a" + String(repeating: "\u{301}", count: 500_000)
        #expect(shaper.clip(marks, to: 1) == "…")
        #expect(shaper.clip(marks, to: 4) == "a\u{301}\u{301}\u{301}\u{301}…")
    }

    @Test("Clipping asks for the width of no more scalars than can be shown")
    func clippingReadsLittle() {
        let text = String(repeating: "é田", count: 300_000)
        let few = TextShaper(
            width: CellWidth { scalar in
                #expect(scalar == "é" || scalar == "田" || scalar == "…")
                return CellWidth.approximate(scalar)
            })
        #expect(few.fitted(text, to: 10).count == 7)
        #expect(few.columns(few.clip(text, to: 10)) == 10)
    }

    @Test("Any scalars at all are made safe, and safe text stays as it is", arguments: 1...40)
    func anything(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var text = ""
        for _ in 0..<200 { text.unicodeScalars.append(random.scalar()) }
        let safe = shaper.neutral(text)
        let columns = shaper.columns(text)
        #expect(shaper.neutral(safe) == safe)
        #expect(shaper.columns(safe) == columns)
        #expect(safe.unicodeScalars.allSatisfy { CellWidth.approximate($0) >= 0 })
        for width in [0, 1, 2, 3, 7, 40, columns - 1, columns, columns + 1] {
            #expect(shaper.columns(shaper.clip(text, to: width)) <= max(0, width))
        }
    }
}
