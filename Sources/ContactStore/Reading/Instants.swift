import CRecords
import ContactModel
import Synchronization

/// The timestamps of a file's records as numbers, read when a date is first asked for.
final class Instants: Sendable {
    /// What stands in a timestamp.
    enum Reading {
        case never
        case seconds(Int)
        /// Something that only the text itself tells.
        case other
    }

    private let columns: [[Int32]]
    private static let fields: [Field] = [
        .optedInAt, .optedOutAt, .lastMessageAt, .createdAt, .updatedAt,
    ]

    init(_ text: BaseText, _ columns: RecordColumns) {
        self.columns = columns.instants(of: text, count: Instants.fields.count)
    }

    /// The column of a field; nil where it holds no timestamps.
    static func column(of field: Field) -> Int? { fields.firstIndex(of: field) }

    /// Reads column after column: whatever stands in it of so many records.
    func reading(_ column: Int, _ record: Int) -> Reading {
        switch columns[column][record] {
        case .min: .never
        case RecordColumns.other: .other
        case let seconds: .seconds(Int(seconds))
        }
    }
}

/// A value that is made when it is first asked for.
final class Lazily<Value: Sendable>: Sendable {
    private let made = Mutex<Value?>(nil)

    func value(_ make: () -> Value) -> Value {
        made.withLock { made in
            if let value = made { return value }
            let value = make()
            made = value
            return value
        }
    }
}
