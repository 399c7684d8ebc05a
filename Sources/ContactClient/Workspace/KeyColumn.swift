import ContactModel
import JSONText

/// The keys of very many contacts, all ids or all telephone numbers and none twice, in little more
/// bytes than they have letters; found by their places and the places by them.
struct KeyColumn: Sendable {
    fileprivate enum Kind: String, CaseIterable, Sendable {
        case ids, phones
    }

    private let kind: Kind
    private var text: [UInt8] = []
    private var ends: [UInt32] = []
    /// Places by the hash of their keys, each in the first free slot from there on; -1 is free.
    private var slots: [Int32] = []

    var count: Int { ends.count }

    /// Nil where there is none, where kinds are mixed, or where one comes twice.
    init?(_ keys: some Collection<ContactKey>) {
        guard let first = keys.first, let kind = Kind(of: first) else { return nil }
        self.kind = kind
        ends.reserveCapacity(keys.count)
        for key in keys {
            guard Kind(of: key) == kind else { return nil }
            append(key.text)
        }
        guard makeSlots() else { return nil }
    }

    private mutating func append(_ name: String) {
        text += name.utf8
        ends.append(UInt32(text.count))
    }

    /// The key at a place.
    subscript(place: Int) -> ContactKey {
        let name = String(decoding: text[bounds(of: place)], as: UTF8.self)
        guard kind == .phones, let phone = try? PhoneNumber(parsing: name) else {
            return .id(name)
        }
        return .phone(phone)
    }

    func isOfKind(_ key: ContactKey) -> Bool { Kind(of: key) == kind }

    /// Where a key stands; nil where it does not.
    func place(of key: ContactKey) -> Int? {
        guard Kind(of: key) == kind, !slots.isEmpty else { return nil }
        var name = key.text
        let slot = name.withUTF8 { name in home(of: UnsafeRawBufferPointer(name)) }
        return slots[slot] < 0 ? nil : Int(slots[slot])
    }

    private func bounds(of place: Int) -> Range<Int> {
        Int(place == 0 ? 0 : ends[place - 1])..<Int(ends[place])
    }

    /// - Returns: false where a key comes twice.
    private mutating func makeSlots() -> Bool {
        var size = 16
        while size < 2 * count { size *= 2 }
        slots = Array(repeating: -1, count: size)
        for place in 0..<count {
            let slot = text[bounds(of: place)].withUnsafeBytes { home(of: $0) }
            guard slots[slot] < 0 else { return false }
            slots[slot] = Int32(place)
        }
        return true
    }

    /// The slot that holds a key, or that would.
    private func home(of name: UnsafeRawBufferPointer) -> Int {
        var hasher = Hasher()
        hasher.combine(bytes: name)
        var slot = hasher.finalize() & (slots.count - 1)
        while slots[slot] >= 0, !text[bounds(of: Int(slots[slot]))].elementsEqual(name) {
            slot = (slot + 1) & (slots.count - 1)
        }
        return slot
    }
}

extension KeyColumn.Kind {
    /// Nil for a place, which names nobody at a server.
    fileprivate init?(of key: ContactKey) {
        switch key {
        case .id: self = .ids
        case .phone: self = .phones
        case .place: return nil
        }
    }
}

extension KeyColumn {
    /// What a log holds of them: the member's name, and a list of texts.
    var member: JSONObject.Member {
        let names = (0..<count).map { place in
            JSONValue.string(String(decoding: text[bounds(of: place)], as: UTF8.self))
        }
        return JSONObject.Member(name: kind.rawValue, value: .array(names))
    }

    /// Reads what `member` wrote; nil for anything else.
    init?(in record: JSONObject) {
        guard let kind = Kind.allCases.first(where: { record[$0.rawValue] != nil }),
            let names = record[kind.rawValue]?.array
        else { return nil }
        self.kind = kind
        ends.reserveCapacity(names.count)
        for name in names {
            guard let name = name.text, kind == .ids || PhoneNumber.isKey(name) else { return nil }
            append(name)
        }
        guard count > 0, makeSlots() else { return nil }
    }
}

extension PhoneNumber {
    fileprivate static func isKey(_ text: String) -> Bool {
        (try? PhoneNumber(parsing: text))?.e164.hasSameUTF8(as: text) ?? false
    }
}
