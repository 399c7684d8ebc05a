package import ContactModel
package import JSONText

/// What one line, card or object says of a contact.
///
/// nil is absent, which says nothing; a value that is empty is empty on purpose.
package struct ImportRecord: Hashable, Sendable {
    /// The line it begins at, from 1.
    package let line: Int
    /// The id, as it stands there.
    package var id: ImportValue?
    /// The phone number, the preferred of several.
    package var phone: ImportPhone?
    /// Its further numbers, each once; the first of them where they are many.
    package internal(set) var furtherNumbers: [PhoneNumber] = []
    /// What it says under each of them: the contact that the record is about may have one of them.
    package internal(set) var others: [ImportRecord] = []
    /// The name.
    package var name: ImportValue?
    /// Whether the name is that of a company, which only names whoever has no other.
    package internal(set) var isCompanyName = false
    /// The address, the preferred of several.
    package var email: ImportValue?
    /// The tags.
    package var tags: ImportTags?
    /// The metadata as one JSON object.
    package var metadata: ImportValue?
    /// Single metadata values that are given as JSON.
    package var members: JSONObject = [:]
    /// Single metadata values that are given as text.
    package var cells: [MetadataCell] = []
    /// Where the contact came from; counts where it is new.
    package var source: String?
    /// The members of an object from which fields are taken, where they bear other names than
    /// these.
    var borrowed: [Field: JSONObject] = [:]
    /// The text under the phone's own name where that is no number and another one is.
    var unusedPhone = ""
    /// Whether values may still bear the `'` that keeps a spreadsheet from running them.
    var mayBeInert = false

    init(line: Int) {
        self.line = line
    }

    /// Takes the number that was chosen of some, and notes the others.
    mutating func take(_ chosen: ImportPhone?, of phones: [ImportPhone]) {
        phone = chosen
        guard phones.count > 1 else { return }
        var seen = Set([chosen?.number].compactMap(\.self))
        let further = phones.compactMap(\.number).filter { seen.insert($0).inserted }
        furtherNumbers = Array(further.prefix(ImportRecord.numberLimit))
    }

    /// The name as a contact will have it, made fit for one line; nil where there is none.
    package var fitName: String? {
        name.map { $0.text.holdsControls ? FieldEdit(madeFit: $0.text).value ?? "" : $0.text }
    }

    /// What the name of a person is compared by; nil where it names nobody, or a company.
    package var comparableName: String? {
        isCompanyName ? nil : fitName.flatMap(SearchText.comparable)
    }

    /// How many further numbers are looked at.
    private static let numberLimit = 8

    /// Takes the name of a company, where nothing else names the contact.
    mutating func takeName(ofCompany company: @autoclosure () -> ImportValue?) {
        guard name?.isEmpty ?? true, let company = company(), !company.text.isEmpty else { return }
        name = company
        isCompanyName = true
    }
}

/// A value, as text.
package struct ImportValue: Hashable, Sendable {
    /// The text; JSON text where it is no text.
    package var text: String
    /// The kind of a value that is no text, in the words of `JSONValue.kind`.
    package var kind: String?
    /// The cell that the text is a part of.
    package var cell: String?

    init(_ text: String, kind: String? = nil, cell: String? = nil) {
        self.text = text
        self.kind = kind
        self.cell = cell
    }

    /// A value of a JSON record; null is empty.
    init(_ value: JSONValue) {
        switch value {
        case .null: self.init("")
        case .string(let text): self.init(text)
        default: self.init(value.jsonText, kind: value.kind)
        }
    }

    /// Whether nothing but white space stands there.
    package var isEmpty: Bool { text.isBlank }
}

/// A telephone number of a record.
package struct ImportPhone: Hashable, Sendable {
    /// As it is read.
    package let text: String
    /// The cell that the text is a part of.
    package let cell: String
    /// The number; nil where it is none.
    package let number: PhoneNumber?
    /// Why it is none.
    package let flaw: PhoneNumberFlaw?

    init(_ text: String, cell: String? = nil, plan: DialingPlan?) {
        self.text = text
        self.cell = cell ?? text
        do throws(PhoneNumberFlaw) {
            number = try PhoneNumber(parsing: text, plan: plan)
            flaw = nil
        } catch {
            number = nil
            flaw = error
        }
    }
}

extension ImportPhone {
    /// The number that it is if a program took away its plus sign; nil where its country stands
    /// there.
    package var withPlus: PhoneNumber? {
        guard number != nil, (try? PhoneNumber(parsing: text)) == nil,
            let other = try? PhoneNumber(parsing: "+" + text.trimmingWhitespace())
        else { return nil }
        return other == number ? nil : other
    }

    /// Whether both are one number, or the same text that is none.
    func isSame(as other: ImportPhone) -> Bool {
        number == other.number && (number != nil || text.hasSameUTF8(as: other.text))
    }
}

/// The tags of a record.
package struct ImportTags: Hashable, Sendable {
    /// What stands there, as one text.
    package let written: ImportValue
    /// The single tags, not looked at yet; one with commas is several, as tags hold none.
    package let texts: [String]
}

/// A metadata value of a column of its own.
package struct MetadataCell: Hashable, Sendable {
    /// Where it belongs.
    package let path: MetadataPath
    /// The text; empty where nothing stands in the column.
    package let text: String
}

/// What a reader found: a record, or why there is none.
package enum ImportEntry: Hashable, Sendable {
    case record(ImportRecord)
    case flawed(line: Int, RecordFlaw)
}

/// Reads contacts out of a text that comes in pieces; what is kept between two pieces is no
/// longer than one contact.
package protocol RecordReader {
    /// Takes the next bytes.
    ///
    /// - Returns: the records that are whole now, in order.
    mutating func feed(_ chunk: [UInt8]) throws(FormatError) -> [ImportEntry]

    /// Takes the end of the text.
    mutating func finish() throws(FormatError) -> [ImportEntry]

    /// What had values and was not read, by name, once all is read.
    var unread: UnreadValues { get }
}

/// Names that are noted while a text is read.
package struct NotedNames: Hashable, Sendable {
    /// The first of them, in the order of the text.
    package private(set) var first: [String] = []
    /// Hashes, since a text may hold names without end.
    private var seen: Set<Int> = []

    /// How many there are.
    package var count: Int { seen.count }

    mutating func note(_ name: String) {
        guard seen.insert(name.hashValue).inserted else { return }
        if first.count < NotedNames.limit { first.append(name) }
    }

    private static let limit = 12
}

/// What of a text is left out.
package struct UnreadValues: Hashable, Sendable {
    /// Columns or members that mean nothing here.
    package internal(set) var unknown = NotedNames()
    /// Columns or members that hold more of a field than the one value that a contact has.
    package internal(set) var surplus = NotedNames()
    /// Members of which the metadata of their record say something else.
    package internal(set) var overruled = NotedNames()
    /// Fields that can only be read, such as `created_at`.
    package internal(set) var fixed = NotedNames()
    /// How many pictures, sounds and keys cards held.
    package internal(set) var attachments = 0
    /// How many cards held another one, of an agent.
    package internal(set) var agents = 0
}

/// How a text is read.
package struct ReadingOptions: Sendable {
    /// How numbers without a country are completed.
    package var plan: DialingPlan?
    /// What separates cells; nil finds it out.
    package var delimiter: UInt8?
    /// What columns mean, by their names; goes before what is known.
    package var columns: [String: ImportField]
    /// Whether unknown columns and members become metadata.
    package var keepsUnknown: Bool

    /// Options; by default everything is found out and unknown columns are left out.
    package init(
        plan: DialingPlan? = nil, delimiter: UInt8? = nil, columns: [String: ImportField] = [:],
        keepsUnknown: Bool = false
    ) {
        self.plan = plan
        self.delimiter = delimiter
        self.columns = columns
        self.keepsUnknown = keepsUnknown
    }

    /// The most bytes that one contact may take.
    static let recordLimit = 16 << 20
}

extension ContactFormat {
    /// A reader of this format.
    package func reader(_ options: ReadingOptions) -> any RecordReader {
        switch self {
        case .csv: CSVRecords(options)
        case .vcard: VCardRecords(options)
        case .json: JSONRecords(options)
        case .jsonl: JSONLineRecords(options)
        }
    }
}

extension String {
    /// Whether nothing but white space stands there.
    var isBlank: Bool {
        guard let first = utf8.first else { return true }
        return !(0x21..<0x7F).contains(first) && trimmingWhitespace().isEmpty
    }
}
