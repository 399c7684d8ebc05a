import ArgumentParser

/// How contacts look that are made: as those of a shop do, or in a way that a fast path could
/// stumble over.
enum Shape: String, CaseIterable, ExpressibleByArgument {
    /// As those of a shop do.
    case plain
    /// Names of about 200 characters.
    case longNames = "long-names"
    /// No line end between the first contact and the last.
    case oneLine = "one-line"
    /// Ten thousand contacts a line.
    case fewLines = "few-lines"
    /// About 1,500 bytes of nested metadata a contact: a million of them just are not too large.
    case hugeMetadata = "huge-metadata"
    /// A tenth of the contacts larger than 10,000 bytes.
    case largeContacts = "large-contacts"

    /// What stands between a contact and the next.
    func separator(after index: Int) -> String {
        switch self {
        case .oneLine: ","
        case .fewLines where index % 10_000 > 0: ","
        default: ",\n"
        }
    }

    /// What stands before the first contact, and after the last.
    var end: String { self == .oneLine ? "" : "\n" }
}
