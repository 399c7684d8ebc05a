import JSONText

/// In how many contacts' metadata each key stands.
package struct MetadataKeyCounts: Sendable {
    private var counts: [String: Int] = [:]

    /// None so far.
    package init() {}

    /// Counts those of a contact.
    package mutating func add(_ contact: Contact) {
        for key in Set(contact.metadata?.names ?? []) { add(key, in: 1) }
    }

    /// Counts a key that stands in so many contacts.
    package mutating func add(_ key: String, in count: Int) {
        counts[key, default: 0] += count
    }

    /// The keys, the commonest first; of those that are as common the first by its letters.
    package var keys: [String] {
        counts.sorted { ($0.value, $1.key) > ($1.value, $0.key) }.map(\.key)
    }
}
