import ContactModel
import Screen

/// Where the parts of the list stand, for a size.
struct ListLayout {
    /// One column of the list.
    struct Place: Hashable {
        let column: Column
        let start: Int
        let width: Int
    }

    /// The row of the first contact.
    static let firstRow = 2
    /// The narrow columns before the name: cursor, mark, state, and the spaces around them.
    static let markerColumns = 5

    /// The columns that fit, from left to right.
    let columns: [Place]
    /// The column of the rule before the details; nil where there is no room for them.
    let ruleColumn: Int?

    /// The rows that are not contacts: title and header above, news, status and keys below.
    static func chromeRows(for size: Size) -> Int {
        size.rows < 8 ? 4 : 5
    }

    /// Whether the contact under the cursor is shown beside the list.
    static func showsDetails(at size: Size) -> Bool { size.columns >= 100 }

    init(size: Size, columns wanted: [Column]) {
        let isSplit = ListLayout.showsDetails(at: size)
        ruleColumn = isSplit ? size.columns - min(60, max(34, size.columns * 3 / 10)) : nil
        let room = (ruleColumn ?? size.columns) - ListLayout.markerColumns - (isSplit ? 1 : 0)
        var start = ListLayout.markerColumns
        var places: [Place] = []
        for (column, width) in ListLayout.widths(of: wanted, in: room) {
            places.append(Place(column: column, start: start, width: width))
            start += width + 1
        }
        columns = places
    }

    /// What a column needs, and its share of what is left.
    private static func needs(_ column: Column) -> (least: Int, share: Int) {
        switch column {
        case .field(.name): (12, 20)
        case .field(.email): (14, 21)
        case .field(.tags): (10, 19)
        case .field(.phone): (16, 0)
        case .field(.id): (12, 24)
        case .field(.source), .field(.locale): (9, 4)
        case .field(.totalMessages): (9, 0)
        case .field: (13, 0)
        case .metadata: (9, 10)
        }
    }

    /// The columns that fit from the left, the spare cells shared out among those that want more.
    private static func widths(of wanted: [Column], in room: Int) -> [(Column, Int)] {
        var fitting: [Column] = []
        var used = -1
        for column in wanted {
            let least = needs(column).least
            guard fitting.isEmpty || used + 1 + least <= room else { continue }
            fitting.append(column)
            used += 1 + least
        }
        let shares = fitting.reduce(0) { $0 + needs($1).share }
        var spare = max(0, room - used)
        var rest = shares
        return fitting.map { column in
            let (least, share) = needs(column)
            let more = rest > 0 ? spare * share / rest : 0
            spare -= more
            rest -= share
            return (column, max(1, min(least + more, room)))
        }
    }
}
