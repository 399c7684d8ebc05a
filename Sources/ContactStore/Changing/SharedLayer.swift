import ContactModel
import JSONText

/// What changes shared by very many contacts of the file have made of their tags: one standing
/// for all that stand alike, in the place of a text for each.
struct SharedLayer: Sendable {
    /// How contacts stand, as far as others may stand the same.
    struct Standing: Sendable {
        let writing: TagWriting
        let tags: [String]
        /// Whether something among the tags is no text.
        let isFlawed: Bool
        /// What `updated_at` says where there is one; nil where it says what the file says.
        let stamp: String?
    }

    /// Every standing, as it first came up; a change of many makes one for each list of tags.
    private(set) var standings: [Standing] = []
    private var places = PlacePages()

    /// The contacts that stand otherwise than in the file, in order.
    var numbers: [Int32] { places.numbers }

    /// Which of the standings a contact has; nil where it stands as in the file.
    func place(of number: Int32) -> Int? { places[number] }

    subscript(number: Int32) -> Standing? { places[number].map { standings[$0] } }

    mutating func add(_ standing: Standing) -> Int {
        standings.append(standing)
        return standings.count - 1
    }

    mutating func put(_ place: Int, at number: Int32) { places[number] = place }
    mutating func remove(_ number: Int32) { if place(of: number) != nil { places[number] = nil } }
}

/// Places by number, most numbers without one.
///
/// Unlike in `Sparse`, very many are put there at once, which takes most of its time for memory
/// never used before; so the upper halves of places, nearly always 0, stand apart.
private struct PlacePages: Sendable {
    /// The halves of one more than each place; 0 for none.
    private var lower = HalfPages()
    private var upper = HalfPages()

    subscript(number: Int32) -> Int? {
        get {
            let place = Int(upper[number]) << 16 | Int(lower[number])
            return place > 0 ? place - 1 : nil
        }
        set {
            let place = (newValue ?? -1) + 1
            lower[number] = UInt16(truncatingIfNeeded: place)
            upper[number] = UInt16(place >> 16)
        }
    }

    /// The numbers that have a place, in ascending order.
    var numbers: [Int32] {
        var numbers: [Int32] = []
        for page in 0..<max(lower.pageCount, upper.pageCount) {
            guard lower.holdsPage(page) || upper.holdsPage(page) else { continue }
            for number in HalfPages.numbers(page) where lower[number] > 0 || upper[number] > 0 {
                numbers.append(number)
            }
        }
        return numbers
    }
}

/// Small integers by number, most of them 0.
private struct HalfPages: Sendable {
    private static let pageSize: Int32 = 8192

    /// Empty until something else than 0 is put there; a copy of one takes half a microsecond.
    private var pages: [[UInt16]] = []

    var pageCount: Int { pages.count }

    /// Whether a number of the page may have something else than 0.
    func holdsPage(_ page: Int) -> Bool { page < pages.count && !pages[page].isEmpty }

    /// The numbers of a page.
    static func numbers(_ page: Int) -> Range<Int32> {
        let first = Int32(page) * pageSize
        return first..<first + pageSize
    }

    subscript(number: Int32) -> UInt16 {
        get {
            let (page, slot) = HalfPages.position(of: number)
            return holdsPage(page) ? pages[page][slot] : 0
        }
        set {
            let (page, slot) = HalfPages.position(of: number)
            if !holdsPage(page) {
                guard newValue > 0 else { return }
                makeRoom(page)
            }
            pages[page][slot] = newValue
        }
    }

    private mutating func makeRoom(_ page: Int) {
        if page >= pages.count {
            pages += Array(repeating: [], count: page + 1 - pages.count)
        }
        pages[page] = Array(repeating: 0, count: Int(HalfPages.pageSize))
    }

    private static func position(of number: Int32) -> (page: Int, slot: Int) {
        let (page, slot) = number.quotientAndRemainder(dividingBy: pageSize)
        return (Int(page), Int(slot))
    }
}

extension SharedLayer.Standing {
    init(_ writing: TagWriting, stamp: String?) {
        let value = try? JSONValue(parsing: writing.tags, loneSurrogates: .replace)
        let elements = value?.array ?? []
        self.init(
            writing: writing, tags: TagList(stored: elements.compactMap(\.text)).texts,
            isFlawed: elements.contains { $0.text == nil }, stamp: stamp)
    }
}

/// A list of tags as it is written, and what decides how another one will be written there.
struct TagWriting: Hashable, Sendable {
    /// The text; empty where there is no such member.
    var tags: [UInt8]
    /// What stands between the first name of the record and its value.
    let colon: [UInt8]
    /// What stands between that and the second member.
    let comma: [UInt8]

    /// A record as short as can be whose tags are written so and change as those of all others
    /// that are written so.
    var model: RecordText {
        var bytes = Array("{\"_\"".utf8) + colon + Array("0".utf8) + comma
        // The second one shows the comma also where the tags are taken away.
        bytes += Array("\"__\"".utf8) + colon + Array("0".utf8)
        bytes += tags.isEmpty ? [] : comma + Array("\"tags\"".utf8) + colon + tags
        return RecordText(bytes + [UInt8(ascii: "}")])
    }

    /// The writing after `model` was changed.
    func changed(to model: RecordText) -> TagWriting {
        var result = self
        result.tags = Array(model.text(of: Field.tags.name).utf8)
        return result
    }
}
