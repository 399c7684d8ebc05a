import CCurses

/// The pieces in which curses stores a glyph: a spacing scalar and its marks each.
struct CellUnits: Sequence, IteratorProtocol {
    private var scalars: String.UnicodeScalarView.Iterator
    private var ahead: Unicode.Scalar?

    init(text: String) {
        scalars = text.unicodeScalars.makeIterator()
        ahead = scalars.next()
    }

    mutating func next() -> CellUnit? {
        guard let base = ahead else { return nil }
        var unit = CellUnit(base: base)
        ahead = scalars.next()
        while let mark = ahead, ccurses_scalar_width(mark.value) == 0 {
            unit.add(mark)
            ahead = scalars.next()
        }
        return unit
    }
}

/// One spacing scalar and at most four marks.
struct CellUnit {
    private var text: (wchar_t, wchar_t, wchar_t, wchar_t, wchar_t, wchar_t) = (0, 0, 0, 0, 0, 0)
    private var count = 1

    init(base: Unicode.Scalar) {
        text.0 = wchar_t(base.value)
    }

    mutating func add(_ mark: Unicode.Scalar) {
        switch count {
        case 1: text.1 = wchar_t(mark.value)
        case 2: text.2 = wchar_t(mark.value)
        case 3: text.3 = wchar_t(mark.value)
        case 4: text.4 = wchar_t(mark.value)
        default: return
        }
        count += 1
    }

    func cell(attributes: attr_t, pair: Int32) -> cchar_t {
        var cell = cchar_t()
        withUnsafeBytes(of: text) { bytes in
            guard let letters = bytes.assumingMemoryBound(to: wchar_t.self).baseAddress else {
                return
            }
            _ = ccurses_set_cell(&cell, letters, attributes, pair)
        }
        return cell
    }
}
