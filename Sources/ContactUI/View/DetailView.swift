import ContactModel
import JSONText
import Screen

/// The contact under the cursor, whole, beside the list.
struct DetailView {
    let app: AppState
    let theme: Theme
    /// The column of the rule.
    let column: Int

    func draw(on surface: inout Surface) {
        let last = ListLayout.firstRow + app.listHeight
        // Plain: a look of its own would cost 15 bytes more in every row of a repaint.
        for row in 1..<last { surface.put("│", row: row, column: column) }
        guard let contact = app.list.detailed?.contact else { return }
        var row = 1
        for line in lines(of: contact) where row < last {
            let label = surface.put(
                line.label, row: row, column: column + 2, style: theme.dim, width: labelWidth)
            let start = column + 2 + (line.label.isEmpty && label == 0 ? 0 : labelWidth + 1)
            let place = line.isIndented ? column + 3 + labelWidth : start
            surface.put(
                pieces: line.pieces, row: row, column: place,
                width: surface.size.columns - place - 1)
            row += 1
        }
    }

    private var labelWidth: Int { 9 }

    /// Lines of tags at most, so that something else finds room.
    private var tagLines: Int { max(3, app.listHeight / 4) }

    private struct Line {
        var label = ""
        var isIndented = false
        var pieces: [(text: String, style: Style)]

        init(_ label: String = "", _ text: String, _ style: Style = .normal) {
            self.label = label
            pieces = [(text, style)]
        }
    }

    private func lines(of contact: Contact) -> [Line] {
        let name = contact.shown(.name)
        let ways = [contact.shown(.phone), contact.shown(.email)].filter { !$0.isEmpty }
        return [Line("", name.isEmpty ? "–" : name, theme.strong)]
            + ways.map { Line("", $0) } + [Line("", "")]
            + tags(of: contact) + metadata(of: contact) + facts(of: contact)
    }

    private func tags(of contact: Contact) -> [Line] {
        guard !contact.tags.isEmpty else { return [Line("tags", "none", theme.dim)] }
        var lines: [Line] = []
        let room = app.size.columns - column - 4 - labelWidth
        var used = 0
        let tags = contact.tags.tags
        for (index, tag) in tags.enumerated() {
            let width = tag.text.count + 2
            if lines.isEmpty || used + width > room {
                if lines.count == tagLines {
                    var more = Line("", "and \(tags.count - index) more", theme.dim)
                    more.isIndented = true
                    return lines + [more]
                }
                lines.append(Line(lines.isEmpty ? "tags" : "", ""))
                lines[lines.count - 1].isIndented = true
                used = 0
            }
            lines[lines.count - 1].pieces += [
                (tag.text, theme.style(ofTag: tag.text)), ("  ", .normal),
            ]
            used += width
        }
        return lines
    }

    private func metadata(of contact: Contact) -> [Line] {
        guard let metadata = contact.metadata else {
            return [Line("metadata", "not fetched; Enter reads it", theme.dim)]
        }
        let width = min(14, metadata.names.map { KeyWording.shown($0).count }.max() ?? 0)
        return metadata.members.enumerated().map { index, member in
            var line = Line(index == 0 ? "metadata" : "", "")
            let name = KeyWording.shown(member.name)
            let gap = String(repeating: " ", count: max(0, width - name.count) + 2)
            line.isIndented = true
            line.pieces = [
                (name + gap, theme.dim), (ValueKind.editedText(of: member.value), .normal),
            ]
            return line
        }
    }

    private func facts(of contact: Contact) -> [Line] {
        var lines: [Line] = []
        let origin = [contact.source, contact.locale].compactMap(\.self)
        if !origin.isEmpty { lines.append(Line("source", origin.joined(separator: " · "))) }
        if let count = contact.totalMessages {
            let last = contact.text(.lastMessageAt).map { ", last " + when($0) } ?? ""
            lines.append(Line("messages", "\(count)\(last)"))
        }
        if let out = contact.text(.optedOutAt) {
            lines.append(Line("consent", "opted out " + out.prefix(10)))
        } else if let date = contact.text(.optedInAt) {
            lines.append(Line("consent", "opted in " + date.prefix(10)))
        }
        for (label, field) in [("created", Field.createdAt), ("updated", .updatedAt)] {
            if let text = contact.text(field) {
                let age = RelativeDate.age(text, now: app.clock.now()).map { " · " + $0 } ?? ""
                lines.append(Line(label, text.prefix(10) + age))
            }
        }
        if let id = contact.id { lines.append(Line("id", id, theme.dim)) }
        let flaws = app.list.detailed?.flaws ?? []
        if let unsent = app.list.detailed?.unsent {
            let label = unsent == .conflict ? "conflict" : "unsent"
            lines.append(Line(label, words(unsent), theme.unsent))
        }
        return lines + flaws.map { Line("?", FlawWording.phrase($0), theme.bad) }
    }

    private func words(_ unsent: UnsentState) -> String {
        let key = app.keymap.notation(of: .outbox, in: .list).map { "; \($0) shows it" } ?? ""
        switch unsent {
        case .waiting: return "~ waits to be sent\(key)"
        case .failed: return "! was refused\(key)"
        case .conflict: return "? someone else changed it\(key)"
        }
    }

    private func when(_ text: String) -> String {
        RelativeDate.sentence(text, now: app.clock.now()) ?? String(text.prefix(10))
    }
}
