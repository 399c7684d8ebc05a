import JSONText

/// One tag, compared exactly: case and every byte count.
package struct Tag: Hashable, Sendable {
    /// The most characters (Unicode scalars) a tag may hold.
    package static let maximumLength = 255

    /// The tag as people see it; never empty, no comma, no control character.
    package let text: String

    /// A tag, without surrounding white space.
    ///
    /// - Throws: `TagFlaw` where nothing is left, or it holds a comma or a control character,
    ///   or more than 255 characters.
    package init(_ text: String) throws(TagFlaw) {
        let trimmed = text.trimmingWhitespace()
        if trimmed.isEmpty { throw .empty }
        if trimmed.unicodeScalars.contains(",") { throw .comma }
        if trimmed.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
            throw .controlCharacter
        }
        let length = trimmed.unicodeScalars.count
        if length > Tag.maximumLength { throw .tooLong(length) }
        self.text = trimmed
    }

    fileprivate init(stored text: String) {
        self.text = text
    }

    package static func == (left: Tag, right: Tag) -> Bool {
        left.text.hasSameUTF8(as: right.text)
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(text)
    }

    /// Whether the tag could be sent in a CSV; a list written by another program may hold some
    /// that could not.
    package var isExpressible: Bool {
        guard let same = try? Tag(text) else { return false }
        return same == self
    }
}

/// Why a text is not a tag.
package enum TagFlaw: Error, Hashable, Sendable {
    /// Nothing but white space.
    case empty
    /// Commas separate tags, so none may hold one.
    case comma
    /// A line break or another control character.
    case controlCharacter
    /// It has this many characters, more than 255.
    case tooLong(Int)
}

/// The tags of a contact: no repeats, and in an order that is kept but never compared.
package struct TagList: Sendable {
    /// Whether each of them could be sent in a CSV.
    package var isExpressible: Bool { tags.allSatisfy(\.isExpressible) }

    /// The tags, first written first.
    package private(set) var tags: [Tag]

    /// The given tags, repeats left out (the first stays).
    package init(_ tags: [Tag] = []) {
        if tags.count <= TagList.few {
            self.tags = tags.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
            return
        }
        var seen: Set<Tag> = []
        self.tags = tags.filter { seen.insert($0).inserted }
    }

    private init(distinct tags: [Tag]) {
        self.tags = tags
    }

    /// So many are compared sooner than they are hashed.
    private static let few = 8

    /// Those of the list that another one has, or those that it lacks.
    private func filtered(by other: TagList, keepsShared: Bool) -> TagList {
        if other.count <= TagList.few {
            return TagList(distinct: tags.filter { other.contains($0) == keepsShared })
        }
        let others = Set(other.tags)
        return TagList(distinct: tags.filter { others.contains($0) == keepsShared })
    }

    /// Reads the API's CSV: split on commas, trimmed, empties and repeats dropped.
    ///
    /// - Throws: `TagFlaw` of the first part that is not a tag.
    package init(csv: String) throws(TagFlaw) {
        var tags: [Tag] = []
        for part in csv.unicodeScalars.split(separator: ",") {
            let text = String(part).trimmingWhitespace()
            if !text.isEmpty { tags.append(try Tag(text)) }
        }
        self.init(tags)
    }

    /// Tags as another program stored them, kept even where they could not be sent.
    package init(stored texts: [String]) {
        self.init(texts.map(Tag.init(stored:)))
    }

    /// One tag as another program stored or asked for it.
    package init(stored text: String) {
        self.init(stored: [text])
    }

    /// The comma-separated form of update-contact.
    package var csv: String { tags.map(\.text).joined(separator: ",") }

    /// The texts, in order.
    package var texts: [String] { tags.map(\.text) }

    /// Whether there is no tag.
    package var isEmpty: Bool { tags.isEmpty }

    /// How many tags there are.
    package var count: Int { tags.count }

    /// Whether the list holds exactly this tag.
    package func contains(_ tag: Tag) -> Bool { tags.contains(tag) }

    /// What is left after taking away every tag of `other`.
    package func subtracting(_ other: TagList) -> TagList {
        filtered(by: other, keepsShared: false)
    }

    /// What both lists hold, in the order of this one.
    package func intersection(_ other: TagList) -> TagList {
        filtered(by: other, keepsShared: true)
    }

    /// This list with the tags of `other` that it lacks at its end.
    package func appending(_ other: TagList) -> TagList {
        TagList(tags + other.tags)
    }

    /// The list that replacing this one by `other` leaves: what stays keeps its place, new tags
    /// come last in the order of `other`.
    package func replaced(by other: TagList) -> TagList {
        intersection(other).appending(other)
    }
}

extension TagList: Hashable {
    /// Whether both hold the same tags, in whatever order.
    package static func == (left: TagList, right: TagList) -> Bool {
        left.count == right.count && left.subtracting(right).isEmpty
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(Set(tags))
    }
}
