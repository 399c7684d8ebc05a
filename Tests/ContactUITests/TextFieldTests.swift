import ContactModel
import ContactUI
import TestGround
import Testing

@Suite("A text field")
struct TextFieldTests {
    @Test("takes clusters whole")
    func clusters() {
        var field = TextField("a👨‍👩‍👧é")
        #expect(field.characters.count == 3)
        field.moveCursor(to: 2)
        _ = field.remove(1..<2)
        #expect(field.text == "aé")
        #expect(field.cursor == 1)
    }

    @Test("an accent typed after its letter joins it")
    func combining() {
        var field = TextField("e")
        field.insert("\u{301}")
        #expect(field.characters == ["é"])
        #expect(field.cursor == 1)
        field.insert("x")
        #expect(field.text.hasSuffix("x"))
    }

    @Test("a joiner put between two emoji joins them, and the cursor stays valid")
    func joining() {
        var field = TextField("👩💻")
        field.moveCursor(to: 1)
        field.insert("\u{200D}")
        #expect(field.characters.count == 1)
        #expect(field.cursor <= field.characters.count)
    }

    @Test("words end where letters do; Ctrl-W takes what stands between spaces")
    func words() {
        var field = TextField("ana@example.com two")
        #expect(field.wordStart == 16)
        field.moveCursor(to: 15)
        #expect(field.wordStart == 12)
        #expect(field.blankSeparatedStart == 0)
        field.moveCursor(to: 0)
        #expect(field.wordEnd == 3)
    }

    @Test("undo takes a typed run back as one, and a removal as another")
    func undo() {
        var field = TextField("x")
        for letter in "abc" { field.insert(String(letter)) }
        _ = field.remove(0..<1)
        field.undo()
        #expect(field.text == "xabc")
        field.undo()
        #expect(field.text == "x")
        field.undo()
        #expect(field.text == "x")
    }

    @Test(
        "random edits never break the cursor or lose text that was not removed", arguments: 0..<50)
    func randomEdits(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let pieces = ["a", "\u{301}", "👍🏽", "\u{200D}", "क्", "षि", "🇩", "🇪", " ", "字", "e\u{301}"]
        var field = TextField()
        for _ in 0..<200 {
            switch random.next() % 4 {
            case 0: field.moveCursor(to: Int(random.next() % 20))
            case 1: _ = field.remove(field.cursor - 1..<field.cursor)
            default: field.insert(pieces[Int(random.next() % UInt64(pieces.count))])
            }
            #expect((0...field.characters.count).contains(field.cursor))
            #expect(field.characters == Array(field.text))
        }
    }

    @Test("whatever is edited, the text is that of the clusters", arguments: 0..<20)
    func textAgrees(seed: Int) {
        var random = SplitMix64(seed: UInt64(seed))
        var field = TextField("aé")
        let pieces = ["e", "\u{301}", "👩", "\u{200D}", "🇸", "🇪", "क", "्", "ष", " ", "\r", "\n"]
        for _ in 0..<200 {
            switch Int.random(in: 0..<5, using: &random) {
            case 0: field.undo()
            case 1:
                let start = Int.random(in: 0...field.characters.count, using: &random)
                _ = field.remove(start..<min(start + 3, field.characters.count))
            case 2:
                field.moveCursor(
                    to: Int.random(in: 0...field.characters.count, using: &random))
            default: field.insert(pieces.randomElement(using: &random) ?? "")
            }
            #expect(
                field.text.unicodeScalars.elementsEqual(
                    String(field.characters).unicodeScalars))
            #expect(Array(field.text) == field.characters)
            let before = String(field.characters[..<field.cursor])
            #expect(field.textBeforeCursor.unicodeScalars.elementsEqual(before.unicodeScalars))
        }
    }

    @Test(
        "control characters are found wherever they stand",
        arguments: [
            ("plain é 田中 👩‍👩‍👧 “quoted” Â", false), ("\u{1B}", true), ("a\tb", true),
            ("é\u{85}", true), ("\u{9F}", true), ("\u{A0}", false), ("x\u{2028}", true),
            ("\u{2029}", true), ("\u{202A}", false), ("\u{7F}", true), ("", false),
        ])
    func controls(text: String, isSo: Bool) {
        #expect(text.holdsControls == isSo)
    }
}
