package import ContactFormats
import ContactModel
import Glibc
import JSONText

/// What people are told of files and records that cannot be taken.
package enum ImportWording {
    private static let toUTF8 = "try --encoding windows-1252, or iconv on the file"

    /// Why nothing of a file is taken.
    package static func phrase(_ error: FormatError, _ format: ContactFormat) -> String {
        switch error {
        case .wideCharacters:
            "this is UTF-16 without its mark, or UTF-32: save it as "
                + (format == .csv ? "CSV UTF-8" : "UTF-8")
        case .empty: "nothing stands in this file"
        case .headerNotUTF8(let column):
            "the header line is not UTF-8 in column \(column): \(toUTF8)"
        case .noKeyColumn(let names) where names.contains(where: isValue):
            "the first line looks like a contact, not like the names of columns: write such a line "
                + "above it, as in phone,name,email"
        case .noKeyColumn(let names):
            "no column holds phone numbers or ids; say which with --map \"COLUMN=phone\"; there "
                + "are \(names.map { "'\($0)'" }.joined(separator: ", "))"
        case .noSuchColumn(let name, let names):
            "there is no column '\(name)'; there are "
                + names.map { "'\($0)'" }.joined(separator: ", ")
        case .openQuote(let line): "the quote in line \(line) is never closed"
        case .tooLong(let line, let limit):
            "what begins in line \(line) is longer than \(limit >> 20) MB: is a quote or an end "
                + "missing?"
        case .notVCard(let line): "line \(line) is no card: BEGIN:VCARD should stand there"
        case .cutCard(let line): "the card that begins in line \(line) is cut off"
        case .notJSON(let reason, let line, let column):
            "not JSON at line \(line), column \(column): \(SyntaxWording.phrase(reason))"
        case .noList:
            "there is no list of contacts; for an object a line say --format jsonl"
        case .changed: "another program changed it while it was read: try again"
        case .notKept(let code):
            "what stands in it cannot be put by until all is read: "
                + "\(String(cString: strerror(code))); TMPDIR says where"
        }
    }

    /// Whether the name of a column is rather a number or an address of somebody.
    private static func isValue(_ name: String) -> Bool {
        (try? PhoneNumber(parsing: name)) != nil || EmailAddress(name) != nil
    }

    /// The exit status for it.
    static func status(_ error: FormatError) -> Int32 {
        switch error {
        case .noSuchColumn: 64
        case .changed, .notKept: 74
        default: 65
        }
    }

    /// Why a record is not taken.
    package static func phrase(_ flaw: RecordFlaw) -> String {
        switch flaw {
        case .notUTF8(nil): "not UTF-8: \(toUTF8)"
        case .notUTF8(let column?): "not UTF-8 in column \(column): \(toUTF8)"
        case .zeroByte: "a zero byte where text should be"
        case .cells(let count, let expected):
            "\(count) \(count == 1 ? "cell" : "cells"), the header has \(expected)"
        case .textAfterQuote: "text after the closing quote of a cell"
        case .notJSON(let reason, let column):
            "not JSON at column \(column): \(SyntaxWording.phrase(reason))"
        case .notAnObject(let kind): "not an object but \(kind)"
        case .repeatedName(let name): "\(quoted(name)) stands twice in it"
        case .notAProperty: "no property of a card"
        case .betweenCards: "this stands in no card: BEGIN:VCARD should come before it"
        case .characterSet(let name): "the character set \(name) is not read: save it as UTF-8"
        case .noKey: "no phone number, and no id that is known"
        case .phone(let text, let flaw): "\(quoted(text)) is no phone number: \(phrase(text, flaw))"
        case .plusLost(let text, let number):
            "\(quoted(text)) is \(number.e164) if its plus sign was lost, which is a contact's, "
                + "and nobody's if it is not: write it with a plus sign"
        case .sharedNumber(let number, let line):
            "the number \(number.e164) is that of line \(line) too, which has another name: no "
                + "contact can be both"
        case .twoContacts(let id, let number):
            "the id \(quoted(id)) is that of one contact, the number \(number.e164) that of another"
        case .otherPhone(""): "the contact with this id has no phone number, and cannot get one"
        case .otherPhone(let phone):
            "the contact with this id has the phone number \(shortened(phone)), which cannot be "
                + "changed"
        case .ambiguous(let key): "several contacts bear \(key.text), so none is written by it"
        case .email(let text): "\(quoted(text)) is not an email address"
        case .tag(let text, let flaw): "the tag \(quoted(text)) \(phrase(flaw))"
        case .wrongKind(let field, let kind): "\(field.name) is \(kind)"
        case .source(let source, let known):
            "the source \(quoted(source)) is none of \(known.joined(separator: ", "))"
        case .metadataNotJSON(let reason, let column):
            "metadata is not JSON at column \(column): \(SyntaxWording.phrase(reason))"
        case .metadataTooLarge(let limit): "metadata of more than \(limit) bytes"
        case .unusable(.unusable(let field, let kind)):
            "\(field.name) holds a \(kind) there, which merging would destroy"
        }
    }

    /// What becomes of a record of which a number is somebody else's too.
    static func phrase(_ kind: ImportPlan.Sharer.Kind, _ number: PhoneNumber) -> String {
        let further = "a further number, \(number.e164), is that of "
        return switch kind {
        case .same(let name): further + "\(Streams.neutral(name)): taken for the same"
        case .sameLine(let line):
            "the number \(number.e164) is a further one of line \(line), which has the same name: "
                + "taken for the same"
        case .other(""): further + "another contact: taken as two people"
        case .other(let name): further + "\(Streams.neutral(name)): taken as two people"
        case .line(let line, let taken):
            "the number \(number.e164) is that of line \(line) too, which has another name: taken "
                + "as two people, this one under \(taken.e164)"
        case .renames(let old, let new):
            "\(number.e164) is that of \(Streams.neutral(old)), who is called "
                + "\(Streams.neutral(new)) from now on"
        }
    }

    private static func quoted(_ text: String) -> String { "'\(shortened(text))'" }

    /// The beginning of a text of any length.
    private static func shortened(_ text: String) -> String {
        text.unicodeScalars.count > told
            ? String(String.UnicodeScalarView(text.unicodeScalars.prefix(told - 1))) + "…" : text
    }

    /// How many characters of a value are told.
    private static let told = 60

    private static func phrase(_ text: String, _ flaw: PhoneNumberFlaw) -> String {
        if text.isRoundedNumber {
            return "a spreadsheet rounded it; make the column text there"
        }
        let advice =
            flaw == .noCountry ? ", or set calling_code and trunk_prefix in config.toml" : ""
        return PhoneWording.phrase(flaw) + advice
    }

    private static func phrase(_ flaw: TagFlaw) -> String {
        switch flaw {
        case .empty: "is empty"
        case .comma: "holds a comma"
        case .controlCharacter: "holds a control character"
        case .tooLong: "is longer than \(Tag.maximumLength) characters"
        }
    }
}

extension String {
    /// Whether a spreadsheet has rounded a number, as in `1.55511E+10`.
    var isRoundedNumber: Bool { contains("E+") || contains("e+") }
}
