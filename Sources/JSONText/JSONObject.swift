/// The members of a JSON object, in the order they were written, repeated names included.
///
/// Where a name stands twice the last one is its value, as `jq` and JavaScript read it; the
/// earlier ones are kept.
package struct JSONObject: Sendable {
    /// One name with its value.
    package struct Member: Sendable {
        /// The decoded name.
        package var name: String
        /// The value that follows the colon.
        package var value: JSONValue

        /// Pairs a decoded name with its value.
        package init(name: String, value: JSONValue) {
            self.name = name
            self.value = value
        }
    }

    /// Every member, in order.
    package private(set) var members: [Member]

    /// An object with the given members, in order.
    package init(_ members: [Member] = []) {
        self.members = members
    }

    /// The names, in order; a repeated name stands as often as it was written.
    package var names: [String] { members.map(\.name) }

    /// The first name that stood before; nil where each stands once.
    package var repeatedName: String? {
        guard members.count > 1 else { return nil }
        var seen: Set<[UInt8]> = []
        return members.first { !seen.insert(Array($0.name.utf8)).inserted }?.name
    }

    /// The first name that stands twice in this object or in one within it; nil where each stands
    /// once in its own.
    package var repeatedNameWithin: String? {
        var rest = [JSONValue.object(self)]
        while let value = rest.popLast() {
            if let object = value.object {
                if let name = object.repeatedName { return name }
                rest += object.members.map(\.value)
            } else {
                rest += value.array ?? []
            }
        }
        return nil
    }

    /// Whether there is no member at all.
    package var isEmpty: Bool { members.isEmpty }

    /// The value that counts for `name`; nil where there is none.
    ///
    /// Setting replaces the value that counts, in place, or appends a member; setting nil
    /// removes every member of that name.
    package subscript(name: String) -> JSONValue? {
        get { lastIndex(of: name).map { members[$0].value } }
        set {
            guard let newValue else {
                members.removeAll { $0.name.hasSameUTF8(as: name) }
                return
            }
            if let index = lastIndex(of: name) {
                members[index].value = newValue
            } else {
                members.append(Member(name: name, value: newValue))
            }
        }
    }

    /// This object with the members of another one: each in place of the value that counts for its
    /// name, or at the end.
    package func overlaid(by other: JSONObject) -> JSONObject {
        var result = self
        guard (members.count + other.members.count) * other.members.count > JSONObject.few else {
            for member in other.members { result[member.name] = member.value }
            return result
        }
        var places = Dictionary(
            members.enumerated().map { (Array($1.name.utf8), $0) }, uniquingKeysWith: { $1 })
        for member in other.members {
            let name = Array(member.name.utf8)
            if let place = places[name] {
                result.members[place].value = member.value
            } else {
                places[name] = result.members.count
                result.members.append(member)
            }
        }
        return result
    }

    /// So many comparisons of names take less time than an index.
    private static let few = 1000

    private func lastIndex(of name: String) -> Int? {
        members.lastIndex { $0.name.hasSameUTF8(as: name) }
    }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    /// Members as they stand in the literal.
    package init(dictionaryLiteral elements: (String, JSONValue)...) {
        self.init(elements.map { Member(name: $0.0, value: $0.1) })
    }
}

extension JSONObject: Hashable {
    package static func == (left: JSONObject, right: JSONObject) -> Bool {
        left.members.elementsEqual(right.members) {
            $0.name.hasSameUTF8(as: $1.name) && $0.value == $1.value
        }
    }

    package func hash(into hasher: inout Hasher) {
        for member in members {
            hasher.combine(member.name)
            hasher.combine(member.value)
        }
    }
}
