import ContactModel
import JSONText

/// The tags of a file: every list of tags once, and for each record which list it bears.
struct TagColumn: Sendable {
    /// The lists, as they were first met; the first one is empty.
    let lists: [[String]]
    /// For each list whether it holds something that is no text.
    let areFlawed: [Bool]
    private let columns: RecordColumns

    init(_ columns: RecordColumns) {
        self.columns = columns
        let values = columns.listTexts.map { text in
            TagColumn.plainTexts(text)
                ?? (try? JSONValue(parsing: text, loneSurrogates: .replace))?.array ?? []
        }
        lists = values.map(TagColumn.tags)
        areFlawed = values.map { $0.contains { $0.text == nil } }
    }

    /// The elements of a list that was found to be JSON, as nearly every list is written: texts
    /// without escapes and nothing between them but commas and spaces; nil for any other.
    private static func plainTexts(_ text: [UInt8]) -> [JSONValue]? {
        if text.contains(UInt8(ascii: "\\")) { return nil }
        var values: [JSONValue] = []
        var rest = text.dropFirst().dropLast()
        while let start = rest.firstIndex(of: UInt8(ascii: "\"")) {
            guard rest[..<start].allSatisfy({ $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: " ") }),
                let end = rest[(start + 1)...].firstIndex(of: UInt8(ascii: "\""))
            else { return nil }
            values.append(.string(String(decoding: rest[(start + 1)..<end], as: UTF8.self)))
            rest = rest[(end + 1)...]
        }
        return rest.allSatisfy { $0 == UInt8(ascii: " ") } ? values : nil
    }

    /// Which of `lists` a record bears.
    func list(of record: Int) -> Int { columns.list(of: record) }

    /// The tags that stand at `span`: repeats and elements that are not text are left out.
    static func tags(_ bytes: [UInt8], _ span: Range<Int>) -> [String] {
        let value = try? JSONValue(parsing: bytes, in: span, loneSurrogates: .replace)
        return tags(value?.array ?? [])
    }

    private static func tags(_ elements: [JSONValue]) -> [String] {
        TagList(stored: elements.compactMap(\.text)).texts
    }
}
