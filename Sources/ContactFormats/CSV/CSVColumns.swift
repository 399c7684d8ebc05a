import ContactModel
import JSONText

/// What the columns of a table are to a contact.
struct CSVColumns: Sendable {
    /// What one column is.
    enum Role: Hashable, Sendable {
        case field(ImportField)
        /// A field that can only be read.
        case fixed(Field)
        case unknown
    }

    let names: [String]
    let roles: [Role]
    /// The columns with a company, which is the name of whoever has no other.
    let companies: [Int]
    /// The columns of each field, the one that goes first first.
    private let order: [ImportField: [Int]]
    /// The fields with one value that have several columns.
    let contested: [ImportField]
    /// Whether two columns are written to one place of the metadata.
    let hasRepeats: Bool

    /// Reads a header line.
    ///
    /// - Throws: `.noKeyColumn` where nothing names contacts, `.noSuchColumn` where `said` names
    ///   a column that is not there.
    init(_ header: [String], said: [String: ImportField]) throws(FormatError) {
        names = header
        for name in said.keys.sorted() where !header.contains(where: { $0.hasSameUTF8(as: name) }) {
            throw .noSuchColumn(name, present: header)
        }
        let meanings = header.map { name -> (role: Role, rank: Int) in
            if let field = said[name] { return (.field(field), ColumnMeaning.said) }
            if let meaning = ColumnMeaning(of: name) {
                return (.field(meaning.field), meaning.rank)
            }
            let plain = ColumnMeaning.plain(name)
            let fixed = Field.allCases.first { ColumnMeaning.plain($0.name) == plain }
            return (fixed.map(Role.fixed) ?? .unknown, 0)
        }
        var order: [ImportField: [Int]] = [:]
        for (index, meaning) in meanings.enumerated() {
            if case .field(let field) = meaning.role { order[field, default: []].append(index) }
        }
        order = order.mapValues { $0.sorted { (meanings[$0].rank, $0) < (meanings[$1].rank, $1) } }
        guard order[.phone] != nil || order[.id] != nil else { throw .noKeyColumn(header) }
        roles = meanings.map(\.role)
        companies = header.indices.filter {
            meanings[$0].role == .unknown && ColumnMeaning.isCompany(header[$0])
        }
        self.order = order
        contested = CSVColumns.single.filter { order[$0, default: []].count > 1 }
        hasRepeats =
            Set(header).count < header.count
            || order.contains { $0.key.isMetadataValue && $0.value.count > 1 }
    }

    /// The columns of a field, the one that goes first first.
    func columns(_ field: ImportField) -> [Int] { order[field] ?? [] }

    /// The parts of a name, in the order in which they are spoken.
    static let nameParts: [ImportField] = [
        .namePrefix, .givenName, .middleName, .familyName, .nameSuffix,
    ]

    private static let single: [ImportField] = [.id, .name, .source, .metadata] + nameParts
}

extension ImportField {
    fileprivate var isMetadataValue: Bool {
        if case .metadataValue = self { true } else { false }
    }
}
