/// A form in which contacts come in and go out.
package enum ContactFormat: String, CaseIterable, Hashable, Sendable {
    /// Cells and a header line (RFC 4180, and what spreadsheets make of it).
    case csv
    /// Cards of address books (RFC 6350, RFC 2426, and vCard 2.1 where it is simple).
    case vcard
    /// An array of objects, or `{"data": […]}`.
    case json
    /// An object a line.
    case jsonl

    /// Whether it is JSON, which can say any character by its number.
    package var isJSON: Bool { self == .json || self == .jsonl }

    /// Where contacts come from that a file of this format adds, unless it says so itself: the
    /// service knows tables, and has no word for other files that a person brings.
    package var source: String {
        self == .csv ? "csv_import" : "manual"
    }

    /// The format that the ending of a file's name stands for; nil where it stands for none.
    package init?(ending path: String) {
        let name = path.split(separator: "/").last ?? ""
        guard let dot = name.lastIndex(of: ".") else { return nil }
        switch name[name.index(after: dot)...].lowercased() {
        case "csv", "tsv", "tab": self = .csv
        case "vcf", "vcard": self = .vcard
        case "json": self = .json
        case "jsonl", "ndjson": self = .jsonl
        default: return nil
        }
    }
}
