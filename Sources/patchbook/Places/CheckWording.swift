import ContactModel
import ContactStore
import ContactUI

extension StoreWording {
    /// A line about one of the files, and whether something is wrong there.
    struct CheckLine {
        let text: String
        let isBad: Bool
    }

    /// What a look at a store's files found, file by file.
    ///
    /// - Parameter isRepaired: whether what is damaged there was set aside just now.
    static func lines(_ report: StoreReport, isRepaired: Bool) -> [CheckLine] {
        var lines: [CheckLine] = []
        if let flaw = report.flaw {
            lines.append(CheckLine(text: failure(flaw).line, isBad: true))
        } else {
            let count = counted(report.contacts, "contact")
            let text = "\(report.path): \(count), \(counted(report.size, "byte"))"
            lines.append(CheckLine(text: text, isBad: false))
        }
        for part in [report.journal, report.history].compactMap(\.self) {
            lines += self.lines(part)
        }
        if report.isFoldingCutOff {
            let text = "a folding was cut off; whoever opens the file to write finishes it"
            lines.append(CheckLine(text: text, isBad: false))
        }
        if report.isChangedOutside {
            let text =
                "another program changed the file; the journal's steps go on top of it when "
                + "it is opened to be written"
            lines.append(CheckLine(text: text, isBad: false))
        }
        for conflict in report.conflicts {
            lines.append(CheckLine(text: "? " + words(conflict), isBad: false))
        }
        if report.conflicts.contains(where: { $0.theirs == nil }) {
            let text =
                "an edit is kept until its contact is back, to be chosen then; --theirs gives it up"
            lines.append(CheckLine(text: text, isBad: false))
        }
        if report.conflicts.contains(where: { $0.theirs != nil }) {
            let text =
                "another program overwrote that: --mine writes yours again, --theirs gives it up"
            lines.append(CheckLine(text: text, isBad: false))
        }
        lines += self.lines(report.repeatedInOrder)
        if !report.isSound && report.flaw == nil && !isRepaired {
            let text = "--repair sets the damage aside in a file of its own and goes on without it"
            lines.append(CheckLine(text: text, isBad: false))
        }
        if report.isSound { lines.append(CheckLine(text: "nothing is damaged", isBad: false)) }
        return lines
    }

    private static func lines(_ repeated: [(key: ContactKey, value: Int)]) -> [CheckLine] {
        var texts = repeated.prefix(repeatedLines).map {
            "\($0.key.text) stands in \($0.value) contacts: open the file and merge them"
        }
        if repeated.count > repeatedLines {
            texts.append("and \(repeated.count - repeatedLines) more stand in several")
        }
        return texts.map { CheckLine(text: $0, isBad: false) }
    }

    private static let repeatedLines = 20

    /// Whom a conflict is about, and the values of both programs.
    static func words(_ conflict: OpenConflict) -> String {
        let what = OutboxLines.words(
            conflict.change.change, conflict.theirs, was: conflict.original)
        let whereabouts = conflict.theirs == nil ? ": edit kept, \(goneFromFile)" : ""
        return "\(conflict.subject)  \(what)\(whereabouts)"
    }

    /// Where the contact is that a kept change is for.
    static let goneFromFile = "its contact is no longer in the file, or twice"

    private static func lines(_ part: StoreReport.Part) -> [CheckLine] {
        let head = CheckLine(
            text: "\(part.path): \(counted(part.steps, "step")), \(counted(part.size, "byte"))",
            isBad: false)
        return [head]
            + part.flaws.map { flaw in
                switch flaw.kind {
                case .torn:
                    CheckLine(
                        text: "\(part.path): the last write was cut off at byte \(flaw.offset) "
                            + "(\(counted(flaw.size, "byte"))); nothing that was saved is missing",
                        isBad: false)
                case .damaged:
                    CheckLine(
                        text: "\(part.path): damaged at byte \(flaw.offset) "
                            + "(\(counted(flaw.size, "byte")))",
                        isBad: true)
                }
            }
    }

    /// A number with its noun.
    static func counted(_ count: Int, _ noun: String) -> String {
        "\(count) \(noun)\(count == 1 ? "" : "s")"
    }

    /// What mending came to.
    static func lines(_ repair: StoreRepair) -> [String] {
        repair.setAside.map { "what was damaged is kept whole as \($0)" }
            + (repair.recovered > 0
                ? ["saved again from after the damage: \(counted(repair.recovered, "step"))"] : [])
            + repair.conflicts.map {
                "\($0.field) of \($0.key.text) stands otherwise than a step after the damage "
                    + "found it, and is left as it is"
            }
    }
}

extension OpenConflict {
    /// Whom it is about, as people know the contact.
    var subject: String { theirs?.subject(change.key) ?? change.key.text }
}
