/// What is measured of searching and sorting.
extension Measuring {
    /// Typed letter by letter, the longest key stroke counts: common and rare letters, other
    /// scripts, what everybody's address holds, digits as they stand and with signs between them.
    private static let typed = [
        "maria", "e", "vi", "小明", "Петр", "+1200000", "example.org", "com", "555", "20-00",
    ]
    private static let terms = [
        "tag:vip", "created>2025", "messaged:never", "is:optedin", "is:flagged", "name:a",
        "source:api",
    ]
    private static let metadata = ["meta.ltv>100", "meta.plan=gold", "meta.address.city:paulo"]
    private static let orders = [
        "name", "email", "phone", "created_at", "last_message_at:desc", "total_messages", "tags",
        "source", "id", "meta.ltv", "meta.address.city", "tags,created_at:desc",
    ]

    /// What a first screen is found of before all contacts are in order.
    private static let screens = ["name", "email", "phone", "name:desc"]

    func addSearching(to report: inout Report) {
        let figures = medians([
            { step("search", Measuring.typed) }, { Measuring.typed.map(references.rg).allMeasured },
            { references.fzf("maria").map { [$0] } }, { step("terms", Measuring.terms) },
            { step("metadata", Measuring.metadata) }, { step("load") },
        ])
        for (index, word) in Measuring.typed.enumerated() {
            report.add(limited("typing \(word)", figures[0].at(index), 16))
            report.add(
                beside(
                    "rg -i", "typing \(word)", figures[0].at(index), figures[1].at(index),
                    limit: .infinity))
        }
        report.add(
            beside(
                "fzf", "typing maria", figures[0].at(0), figures[2].at(0), limit: .infinity))
        for (index, term) in Measuring.terms.enumerated() {
            report.add(limited(term, figures[3].at(index), 16))
        }
        let load = figures[5].first ?? nil
        for (index, term) in Measuring.metadata.enumerated() {
            report.add(beside("load", term, figures[4].at(index), load))
        }
    }

    func addSorting(to report: inout Report) {
        let figures = medians([
            { step("sorts", Measuring.orders) }, { step("rows") },
            { step("screens", Measuring.screens) },
        ])
        for (index, order) in Measuring.orders.enumerated() {
            report.add(limited("first sort by \(order)", figures[0].at(index), 200))
        }
        for (index, order) in Measuring.screens.enumerated() {
            report.add(limited("first screen by \(order)", figures[2].at(index), 16))
        }
        report.add(limited("50 rows in the middle", figures[1].at(0), 16))
    }

    private func beside(
        _ reference: String, _ what: String, _ figure: Double?, _ other: Double?,
        limit: Double = 1
    ) -> Report.Row {
        Report.Row(
            what: what, unit: "ms", figure: figure, reference: reference, referenceFigure: other,
            limit: limit, isRelative: true)
    }
}
