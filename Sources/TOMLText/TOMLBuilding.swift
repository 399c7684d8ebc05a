/// A table while its document is read; the same table may be written to in several places.
final class TOMLOpenTable {
    /// What made the table, which decides what may still be added to it.
    enum Origin {
        /// The path to a later table; a header may still define it.
        case path
        /// A header of its own.
        case header
        /// Keys with dots.
        case dotted
        /// Braces; it is complete.
        case braces
    }

    enum Slot {
        case value(TOMLValue)
        case table(TOMLOpenTable)
        case tables([TOMLOpenTable])
    }

    var origin: Origin
    let position: TOMLPosition
    private var names: [(name: String, position: TOMLPosition)] = []
    private var slots: [String: Slot] = [:]

    init(_ origin: Origin, at position: TOMLPosition) {
        self.origin = origin
        self.position = position
    }

    /// What stands under a name; setting nothing is not foreseen.
    func slot(_ name: String) -> Slot? { slots[name] }

    func put(_ slot: Slot, under key: TOMLKeyPart) {
        if slots[key.name] == nil { names.append((key.name, key.position)) }
        slots[key.name] = slot
    }

    /// The table with everything in it, as a value.
    var finished: TOMLTable {
        TOMLTable(
            entries: names.compactMap { name, position in
                guard let slot = slots[name] else { return nil }
                return TOMLTable.Entry(
                    name: name, position: position, value: TOMLOpenTable.value(of: slot))
            })
    }

    private static func value(of slot: Slot) -> TOMLValue {
        switch slot {
        case .value(let value): return value
        case .table(let table): return TOMLValue(.table(table.finished), at: table.position)
        case .tables(let tables):
            let values = tables.map { TOMLValue(.table($0.finished), at: $0.position) }
            return TOMLValue(.array(values), at: values.first?.position ?? TOMLPosition.start)
        }
    }
}

/// One name of a key such as `a."b c".d`.
struct TOMLKeyPart {
    let name: String
    let position: TOMLPosition

    /// The error for a key that cannot be written here.
    var isRepeated: TOMLSyntaxError { TOMLSyntaxError(.repeated(name), at: position) }
}

extension TOMLPosition {
    static let start = TOMLPosition(line: 1, column: 1)
}

extension TOMLOpenTable {
    /// The table that `[a.b]` or, where it `repeats`, `[[a.b]]` names.
    func opened(
        by header: [TOMLKeyPart], repeats: Bool, at position: TOMLPosition
    ) throws(TOMLSyntaxError) -> TOMLOpenTable {
        guard let last = header.last else { return self }
        var table = self
        for part in header.dropLast() { table = try table.stepInto(part, at: position) }
        if repeats { return try table.appendTable(last, at: position) }
        switch table.slot(last.name) {
        case nil:
            let new = TOMLOpenTable(.header, at: position)
            table.put(.table(new), under: last)
            return new
        case .table(let known) where known.origin == .path:
            known.origin = .header
            return known
        default: throw last.isRepeated
        }
    }

    private func stepInto(
        _ part: TOMLKeyPart, at position: TOMLPosition
    ) throws(TOMLSyntaxError) -> TOMLOpenTable {
        switch slot(part.name) {
        case nil:
            let new = TOMLOpenTable(.path, at: position)
            put(.table(new), under: part)
            return new
        case .table(let known) where known.origin != .braces: return known
        case .tables(let tables):
            guard let last = tables.last else { throw part.isRepeated }
            return last
        default: throw part.isRepeated
        }
    }

    private func appendTable(
        _ part: TOMLKeyPart, at position: TOMLPosition
    ) throws(TOMLSyntaxError) -> TOMLOpenTable {
        let new = TOMLOpenTable(.header, at: position)
        switch slot(part.name) {
        case nil: put(.tables([new]), under: part)
        case .tables(let tables): put(.tables(tables + [new]), under: part)
        default: throw part.isRepeated
        }
        return new
    }

    /// Writes `a.b = value`.
    func set(_ key: [TOMLKeyPart], to value: TOMLValue) throws(TOMLSyntaxError) {
        guard let last = key.last else { return }
        var table = self
        for part in key.dropLast() {
            switch table.slot(part.name) {
            case nil:
                let new = TOMLOpenTable(.dotted, at: part.position)
                table.put(.table(new), under: part)
                table = new
            case .table(let known) where known.origin == .dotted: table = known
            default: throw part.isRepeated
            }
        }
        guard table.slot(last.name) == nil else { throw last.isRepeated }
        table.put(.value(value), under: last)
    }
}
