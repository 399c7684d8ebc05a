import Screen

/// Where the parts of a form stand, for a size.
struct FormLayout {
    /// The column of labels; `>` stands before it.
    static let labelColumn = 3

    /// The column of `[` of a plain field.
    let boxStart: Int
    /// The column of `]` of every field.
    let boxEnd: Int
    /// The column of a metadata key.
    let keyColumn: Int
    let keyWidth: Int
    /// The column of `[` of a metadata value.
    let valueStart: Int
    /// The cells for a note beside a field; 0 where there is no room.
    let noteWidth: Int
    /// Whether there is room for the word before the first key.
    let showsMetadataLabel: Bool

    /// The first field on screen and how many follow.
    let firstField: Int
    let fieldRows: Int
    /// Rows of the read-only facts and of the patch; nil where there is no room.
    let factsRow: Int?
    let previewRow: Int?
    let previewRows: Int

    init(form: FormState, size: Size, previewLines: Int) {
        let isWide = size.columns >= 64
        noteWidth = isWide ? max(18, size.columns * 3 / 10) : 0
        boxEnd = size.columns - (isWide ? noteWidth + 4 : 2)
        boxStart = isWide ? 13 : 9
        showsMetadataLabel = isWide
        keyColumn = isWide ? boxStart : FormLayout.labelColumn
        let longest = form.fields.compactMap { $0.key?.count }.max() ?? 0
        keyWidth = min(max(9, longest), isWide ? 16 : 9)
        valueStart = keyColumn + keyWidth + (isWide ? 12 : 8)

        let body = size.rows - 3
        let facts = form.contact != nil && body >= 8 ? 1 : 0
        let wanted = previewLines + 1
        let spare = body - facts - form.fields.count
        let least = body >= 9 ? 4 : body >= 6 ? 2 : 0
        previewRows = min(wanted, max(spare - (spare > wanted ? 1 : 0), min(least, wanted)))
        fieldRows = max(1, min(form.fields.count, body - facts - previewRows))
        let last = form.fields.count - fieldRows
        firstField = max(0, min(form.focus - fieldRows / 2, last))
        let gap = fieldRows + facts + previewRows < body ? 1 : 0
        factsRow = facts > 0 ? 1 + fieldRows : nil
        previewRow = previewRows >= 2 ? 1 + fieldRows + facts + gap : nil
    }
}
