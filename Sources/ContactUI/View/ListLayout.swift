import Screen

/// Where the parts of the list stand, for a size.
struct ListLayout {
    /// One column of the list.
    struct Column {
        let title: String
        let start: Int
        let width: Int
    }

    /// The row of the first contact.
    static let firstRow = 2
    /// The narrow columns before the name: cursor, mark, state, each with its own cell.
    static let markerColumns = 5

    let name: Column
    let phone: Column
    let email: Column?
    let tags: Column?

    /// The rows that are not contacts: title and header above, news, status and keys below.
    static func chromeRows(for size: Size) -> Int {
        size.rows < 8 ? 4 : 5
    }

    init(size: Size) {
        let room = size.columns - ListLayout.markerColumns
        let phoneWidth = min(16, max(8, room / 2))
        let rest = max(4, room - phoneWidth - 1)
        let widths: (name: Int, email: Int, tags: Int)
        switch rest {
        case ..<30: widths = (rest, 0, 0)
        case ..<44: widths = (rest - rest / 2 - 1, rest / 2, 0)
        default:
            let (name, email) = (rest / 3, rest * 7 / 20)
            widths = (name, email, rest - name - email - 2)
        }
        var start = ListLayout.markerColumns
        name = Column(title: "NAME", start: start, width: widths.name)
        start += widths.name + 1
        phone = Column(title: "PHONE", start: start, width: phoneWidth)
        start += phoneWidth + 1
        email = widths.email > 0 ? Column(title: "EMAIL", start: start, width: widths.email) : nil
        start += widths.email > 0 ? widths.email + 1 : 0
        tags = widths.tags > 0 ? Column(title: "TAGS", start: start, width: widths.tags) : nil
    }

    /// The columns that are shown.
    var columns: [Column] { [name, phone, email, tags].compactMap(\.self) }
}
