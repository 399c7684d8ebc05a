import ContactModel
import ContactUI
import JSONText
import Screen
import TerminalKit
import Testing

extension TerminalTests {
    /// What the list costs on the way to a terminal, in bytes and writes.
    @Suite("What frames cost", .serialized)
    struct Traffic {
        /// The list of 200 contacts at 120×40, as the editor draws it.
        private func list() -> AppState {
            var state = AppState(
                title: "~/contacts.json", size: Size(columns: 120, rows: 40),
                clock: QueryClock(now: 1_795_428_000))
            let effects = state.update(
                .opened(
                    PlaceFacts(
                        title: "~/contacts.json", canRemoveMetadata: true), drafts: []))
            for case .list(let request, _) in effects {
                let listing = ListState.Listing(number: 1, numbers: Array(0..<200), total: 200)
                let more = state.update(.listed(request: request, .success(listing)))
                for case .rows(let request, _, let range) in more {
                    let rows = range.map { ($0, row($0)) }
                    _ = state.update(
                        .rows(request: request, Dictionary(uniqueKeysWithValues: rows)))
                }
            }
            return state
        }

        private func row(_ place: Int) -> ContactRow {
            let names = ["Agirre, Chen", "Haddad, Fatima", "Ivanov, Łukasz", "Sato, Kenji"]
            let tags = [["lead", "vip"], ["eu"], ["beta", "lead"], []][place % 4]
            let contact = Contact(record: [
                "id": .string("c\(place)"), "name": .string("\(names[place % 4]) \(place)"),
                "phone": .string("+1555000\(1000 + place)"),
                "email": .string("u\(place)@example.com"),
                "tags": .array(tags.map(JSONValue.string)),
            ])
            return ContactRow(contact: contact, key: .id("c\(place)"), number: Int32(place))
        }

        /// The bytes and writes of each of thirty steps down, the frame before them drawn already.
        private func steps(_ highlight: Highlight) throws -> [(writes: Int, bytes: Int)] {
            let pseudo = PseudoTerminal(columns: 120, rows: 40)
            let terminal = try Terminal(pseudo.options())
            defer { terminal.close() }
            var theme = Theme.standard
            theme.highlight = highlight
            var state = list()
            terminal.draw(state.render(theme: theme, shaper: terminal.shaper))
            return (0..<30).map { _ in
                _ = state.update(.input(.key(.character("j"))))
                let before = terminal.traffic
                terminal.draw(state.render(theme: theme, shaper: terminal.shaper))
                _ = pseudo.shown()
                let after = terminal.traffic
                return (after.writes - before.writes, after.bytes - before.bytes)
            }
        }

        @Test("a step down without scrolling costs one write of at most 100 bytes")
        func stepByName() throws {
            for step in try steps(.name) {
                #expect(step.writes == 1)
                #expect(step.bytes <= 100, "\(step.bytes) bytes")
            }
        }

        @Test("with the marker alone it costs at most 40 bytes")
        func stepByMarker() throws {
            for step in try steps(.marker) {
                #expect(step.writes == 1)
                #expect(step.bytes <= 40, "\(step.bytes) bytes")
            }
        }

        /// Vim (9.0, without colours) repaints a screen of 40 such lines with the bytes of its
        /// text and about 60 more; coloured tags are ours alone.
        @Test("a repaint costs one write of at most 1.2 times what vim sends")
        func repaint() throws {
            let pseudo = PseudoTerminal(columns: 120, rows: 40)
            let terminal = try Terminal(pseudo.options())
            defer { terminal.close() }
            let surface = list().render(theme: .standard, shaper: terminal.shaper)
            terminal.draw(surface)
            _ = pseudo.shown()
            let before = terminal.traffic
            terminal.redraw()
            _ = pseudo.shown()
            let after = terminal.traffic
            let vim = surface.lines().reduce(60) { $0 + $1.utf8.count + 2 }
            #expect(after.writes - before.writes == 1)
            let bytes = after.bytes - before.bytes
            #expect(Double(bytes) <= 1.2 * Double(vim), "\(bytes) bytes beside vim's \(vim)")
        }
    }
}
