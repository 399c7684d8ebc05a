import ArgumentParser
import JSONText

/// Figures beside their references, as a table and as JSON.
struct Report {
    /// One figure.
    struct Row {
        let what: String
        let unit: String
        /// The median; nil where it could not be measured.
        let figure: Double?
        let reference: String
        let referenceFigure: Double?
        /// The most that the figure, or its relation to the reference, may be; infinite where it is
        /// only told.
        let limit: Double
        /// Whether `limit` is for the relation.
        let isRelative: Bool

        /// The figure beside the reference; nil where either is missing.
        var relation: Double? {
            guard let figure, let referenceFigure, referenceFigure > 0 else { return nil }
            return figure / referenceFigure
        }

        /// Whether the limit is kept; nil where that was not measured.
        var isKept: Bool? { (isRelative ? relation : figure).map { $0 <= limit } }
    }

    private(set) var rows: [Row] = []

    mutating func add(_ row: Row) { rows.append(row) }

    /// Whether every figure and every reference was measured.
    var isWhole: Bool {
        rows.allSatisfy { $0.figure != nil && ($0.reference.isEmpty || $0.referenceFigure != nil) }
    }

    /// Prints the table, then the same as JSON.
    ///
    /// - Parameter strict: whether what is missing or misses its limit is a failure.
    func print(strict: Bool) throws {
        Swift.print(table)
        Swift.print(json)
        let isGood = isWhole && rows.allSatisfy { $0.isKept ?? false }
        if strict && !isGood { throw ExitCode.failure }
    }

    var table: String {
        let head = ["what", "patchbook", "reference", "relation", "limit", ""]
        let cells = [head] + rows.map(cells)
        let widths = head.indices.map { column in cells.map { $0[column].count }.max() ?? 0 }
        return cells.map { line in
            zip(line, widths).map { cell, width in
                cell + String(repeating: " ", count: width - cell.count)
            }.joined(separator: "  ")
        }.joined(separator: "\n")
    }

    private func cells(_ row: Row) -> [String] {
        let missing = "not measured"
        let figure = row.figure.map { "\(Report.short($0)) \(row.unit)" } ?? missing
        let reference = row.referenceFigure.map { "\(row.reference): \(Report.short($0))" }
        return [
            row.what, figure,
            row.reference.isEmpty ? "" : reference ?? "\(row.reference): \(missing)",
            row.isRelative ? row.relation.map { Report.short($0) + "×" } ?? "" : "",
            row.limit.isFinite
                ? "≤ \(Report.short(row.limit))" + (row.isRelative ? "×" : " \(row.unit)") : "",
            row.limit.isFinite ? row.isKept.map { $0 ? "kept" : "MISSED" } ?? "" : "",
        ]
    }

    private static func short(_ number: Double) -> String {
        if number >= 100 { return String(Int(number.rounded())) }
        let tenths = number < 10 ? 100.0 : 10.0
        return "\((number * tenths).rounded() / tenths)"
    }

    var json: String {
        let values = rows.map { row in
            JSONValue.object([
                "what": .string(row.what), "unit": .string(row.unit),
                "figure": Report.value(row.figure), "reference": .string(row.reference),
                "reference_figure": Report.value(row.referenceFigure),
                "limit": Report.value(row.limit.isFinite ? row.limit : nil),
                "relative": .bool(row.isRelative),
            ])
        }
        return JSONValue.array(values).prettyText
    }

    private static func value(_ number: Double?) -> JSONValue {
        number.flatMap { JSONNumber("\(($0 * 1000).rounded() / 1000)") }.map(JSONValue.number)
            ?? .null
    }
}

extension [Double] {
    /// The one in the middle; nil where there is none.
    var median: Double? { isEmpty ? nil : sorted()[count / 2] }
}
