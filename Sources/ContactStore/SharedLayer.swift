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
    private var places = Sparse<UInt32>()

    var isEmpty: Bool { places.isEmpty }
    /// The contacts that stand otherwise than in the file, in order.
    var numbers: [Int32] { places.numbers }

    /// Which of the standings a contact has; nil where it stands as in the file.
    func place(of number: Int32) -> Int? { places[number].map(Int.init) }

    subscript(number: Int32) -> Standing? { places[number].map { standings[Int($0)] } }

    mutating func add(_ standing: Standing) -> Int {
        standings.append(standing)
        return standings.count - 1
    }

    mutating func put(_ place: Int, at number: Int32) { places[number] = UInt32(place) }
    mutating func remove(_ number: Int32) { if place(of: number) != nil { places[number] = nil } }
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
        bytes += tags.isEmpty ? Array("\"__\"".utf8) + colon + Array("0".utf8) : []
        bytes += tags.isEmpty ? [] : Array("\"tags\"".utf8) + colon + tags
        return RecordText(bytes + [UInt8(ascii: "}")])
    }

    /// The writing after `model` was changed.
    func changed(to model: RecordText) -> TagWriting {
        var result = self
        result.tags = Array(model.text(of: Field.tags.name).utf8)
        return result
    }
}
