import ContactUI
import Screen
import Testing

@Suite("Looks")
struct ThemeTests {
    @Test(
        "a look is read as it is written",
        arguments: [
            ("red", Style(foreground: .palette(1))),
            ("bright-blue", Style(foreground: .palette(12))),
            ("208", Style(foreground: .palette(208))),
            ("default", .normal), ("bold", Style(attributes: .bold)),
            ("dim underline cyan", Style(foreground: .palette(6), attributes: [.dim, .underline])),
            (
                "bold black on bright-yellow",
                Style(foreground: .palette(0), background: .palette(11), attributes: .bold)
            ),
            ("reverse italic", Style(attributes: [.reverse, .italic])),
        ])
    func read(text: String, style: Style) throws {
        #expect(Style(written: text) == style)
        #expect(Style(written: style.written) == style)
    }

    @Test(
        "anything else is no look",
        arguments: [
            "", " ", "rot", "256", "-1", "red blue", "red on", "on", "bold on on red", "brightred",
        ])
    func refused(text: String) {
        #expect(Style(written: text) == nil)
    }

    @Test("without colours the weight is left, and a colour behind becomes reverse")
    func withoutColors() {
        #expect(Theme.standard.fitting(colorCount: 0, allowsColor: true) == .monochrome)
        #expect(Theme.standard.fitting(colorCount: 256, allowsColor: false) == .monochrome)
        #expect(Theme.standard.fitting(colorCount: 8, allowsColor: true) == .standard)
        var theme = Theme.standard
        theme.bad = Style(foreground: .palette(15), background: .palette(1), attributes: .bold)
        theme.highlight = .row
        let plain = theme.fitting(colorCount: 2, allowsColor: true)
        #expect(plain.bad == Style(attributes: [.bold, .reverse]))
        #expect(plain.highlight == .row)
        #expect(plain.style(ofTag: "vip") == .normal)
    }
}
