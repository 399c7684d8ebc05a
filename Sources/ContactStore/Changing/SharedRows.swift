import ContactModel
import JSONText

/// Reads contacts of the file that are changed along with many others, as far as they stand so
/// that what becomes of one becomes of all that stand alike.
struct SharedRows {
    /// What contacts have in common that stand alike.
    enum Ground: Hashable {
        /// As an earlier change of many left them.
        case standing(Int)
        /// As in the file, with a list of its column, in a record laid out in one of the ways met.
        case list(Int, layout: Int)
        /// As in the file, without tags, laid out so.
        case blank(BlankTags, layout: Int)
        /// As in the file, in any other way.
        case written(TagWriting)
    }

    /// A contact that stands so.
    struct Row {
        let ground: Ground
        let face: RecordFace
    }

    private static let fewContacts = 8

    /// What the columns tell of those that are read.
    let grounds: FileGrounds
    private var pieces: RecordPieces
    private var layouts: [TagWriting] = []

    /// - Parameter wanted: how many contacts will be read, best in their order.
    init(_ snapshot: Snapshot, wanted: Int) {
        grounds = FileGrounds(snapshot.base.columns)
        pieces = RecordPieces(snapshot.base, wanted: wanted)
    }

    /// A contact; nil where it has a text of its own, or one that is like no other's.
    mutating func row(_ number: Int32, of snapshot: Snapshot) -> Row? {
        let record = Int(number)
        guard record < snapshot.base.columns.count, snapshot.edited[number] == nil else {
            return nil
        }
        guard let face = face(of: record, snapshot.base.columns) else { return nil }
        if let place = snapshot.shared.place(of: number) {
            return Row(ground: .standing(place), face: face)
        }
        let ground = grounds.ground(of: record, layout: layout(of: face))
        return Row(ground: ground ?? .written(face.writing), face: face)
    }

    /// The beginning is enough where the columns tell the tags and who it is.
    private mutating func face(of record: Int, _ columns: RecordColumns) -> RecordFace? {
        let (bytes, span) = pieces.record(record)
        if columns.isTold(record), let face = RecordFace(head: bytes, span) { return face }
        return RecordFace(bytes, span)
    }

    /// Whether a record of the file bears one of some names.
    mutating func isBorne(_ names: ContactNames, _ index: Int, by record: Int) -> Bool {
        let (bytes, span) = pieces.record(record)
        return names.isBorne(index, bytes, span)
    }

    /// How contacts stand that have this in common.
    func standing(on ground: Ground, in snapshot: Snapshot) -> SharedLayer.Standing {
        switch ground {
        case .standing(let place): return snapshot.shared.standings[place]
        case .written(let writing): return SharedLayer.Standing(writing, stamp: nil)
        case .list(let list, let layout):
            let tags = snapshot.base.tags
            return SharedLayer.Standing(
                writing: writing(snapshot.base.columns.text(ofList: list), layout),
                tags: tags.lists[list], isFlawed: tags.areFlawed[list], stamp: nil)
        case .blank(let blank, let layout):
            return SharedLayer.Standing(writing(blank.text, layout), stamp: nil)
        }
    }

    private func writing(_ tags: [UInt8], _ layout: Int) -> TagWriting {
        TagWriting(tags: tags, colon: layouts[layout].colon, comma: layouts[layout].comma)
    }

    /// How records are laid out, as the first of some contacts tells.
    mutating func firstLayout(of numbers: [Int32], _ snapshot: Snapshot) -> TagWriting? {
        let columns = snapshot.base.columns
        for number in numbers.prefix(SharedRows.fewContacts) where number < columns.count {
            guard let face = face(of: Int(number), columns) else { continue }
            return layouts[layout(of: face)]
        }
        return nil
    }

    private mutating func layout(of face: RecordFace) -> Int {
        if let index = layouts.firstIndex(where: face.isLaidOut(like:)) { return index }
        layouts.append(face.writing)
        return layouts.count - 1
    }
}

/// What the columns of a file tell of how its records stand; they never change.
struct FileGrounds: @unchecked Sendable {
    private let columns: RecordColumns
    // Asked of each of very many contacts, without counting who holds the columns each time.
    private let lists: UnsafeBufferPointer<UInt32>
    private let flags: UnsafeBufferPointer<UInt8>

    init(_ columns: RecordColumns) {
        self.columns = columns
        lists = columns.lists
        flags = columns.allFlags
    }

    /// How a record stands that is as it was read; nil where only its text tells.
    func ground(of record: Int, layout: Int) -> SharedRows.Ground? {
        let list = Int(lists[record])
        if list > 0 { return .list(list, layout: layout) }
        return RecordFlags(rawValue: flags[record]).blank.map { .blank($0, layout: layout) }
    }

    /// How a contact stands that has no text of its own and is laid out as most are; nil where
    /// only its text tells.
    func ground(of number: Int32, in shared: SharedLayer) -> SharedRows.Ground? {
        if let place = shared.place(of: number) { return .standing(place) }
        return ground(of: Int(number), layout: 0)
    }
}

/// What is known of contacts that stand alike; nearly all of them are told by two numbers.
struct GroundTable<Value> {
    private var standings: [Value?] = []
    /// For each list in a record that is laid out as the first one was.
    private var lists: [Value?] = []
    private var blanks: [Value?] = Array(repeating: nil, count: BlankTags.allCases.count)
    private var others: [SharedRows.Ground: Value] = [:]

    subscript(ground: SharedRows.Ground) -> Value? {
        get {
            switch ground {
            case .standing(let place): place < standings.count ? standings[place] : nil
            case .list(let list, layout: 0): list < lists.count ? lists[list] : nil
            case .blank(let blank, layout: 0): blanks[blank.rawValue]
            default: others[ground]
            }
        }
        set {
            switch ground {
            case .standing(let place): GroundTable.set(newValue, at: place, of: &standings)
            case .list(let list, layout: 0): GroundTable.set(newValue, at: list, of: &lists)
            case .blank(let blank, layout: 0): blanks[blank.rawValue] = newValue
            default: others[ground] = newValue
            }
        }
    }

    private static func set(_ value: Value?, at index: Int, of values: inout [Value?]) {
        if index >= values.count {
            values += Array(repeating: nil, count: index + 1 - values.count)
        }
        values[index] = value
    }
}

extension ContactNames {
    /// Whether a record bears a name.
    fileprivate func isBorne(_ index: Int, _ bytes: [UInt8], _ span: Range<Int>) -> Bool {
        let value = RecordFacts.value(kind.field, bytes, span)
        let isPlain = value.map { place in
            withText(index) { name in
                place.count == name.count + 2 && bytes[place].dropFirst().starts(with: name)
            }
        }
        if isPlain == true { return true }
        guard let text = RecordFacts.text(bytes, value) else { return false }
        let name = withText(index) { String(decoding: $0, as: UTF8.self) }
        let borne = kind == .ids ? text : PhoneKey.normal(text)
        return borne.hasSameUTF8(as: name)
    }
}

extension SharedLayer.Standing {
    /// How those stand after a change who stood so before.
    func after(_ writes: [RecordChange.Write]) -> SharedLayer.Standing {
        var model = writing.model
        model.apply(writes)
        let stamp = SharedChange(writes: writes, names: ContactNames(.ids)).stamp
        return SharedLayer.Standing(writing.changed(to: model), stamp: stamp ?? self.stamp)
    }
}
