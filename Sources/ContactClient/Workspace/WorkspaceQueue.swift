import ContactModel
import Synchronization

/// A change that is not sent, or as many as ask the same of their contacts.
package struct QueuedItem: Sendable {
    /// The change; the first of them where there are several.
    package let entry: OutboxEntry
    /// How many contacts it is about.
    package let count: Int
    /// Whether it waits for a decision about an earlier change of the same contact.
    package let isHeld: Bool

    /// One change to one contact, unless there are more.
    package init(_ entry: OutboxEntry, count: Int = 1, isHeld: Bool = false) {
        self.entry = entry
        self.count = count
        self.isHeld = isHeld
    }
}

extension WorkspaceClient {
    /// Everything that is not sent, the oldest first.
    package var unsent: [OutboxEntry] {
        shared.withLock { $0.state.outbox.allUnsent }
    }

    /// The numbers of everything that is not sent.
    package var unsentIDs: [Int] {
        shared.withLock { $0.state.outbox.unsentIDs }
    }

    /// What was refused or is in conflict, the oldest first.
    package var refused: [OutboxEntry] {
        shared.withLock { $0.state.outbox.allAlone.filter { $0.state != .waiting } }
    }

    /// Everything that is not sent, the oldest first, what many contacts share said once.
    ///
    /// - Parameter limit: no more are told of; what waits for a decision goes before the others
    ///   then.
    package func queue(limit: Int = .max) -> [QueuedItem] {
        let items = shared.withLock { $0.state.outbox.items }
        guard items.count > limit else { return items }
        let (first, others) = (
            items.filter { $0.entry.state != .waiting }, items.filter { $0.entry.state == .waiting }
        )
        return Array((first + others).prefix(limit))
    }

    /// Whether the server may have made a change that waits, as no answer to it came.
    package func mayBeThere(_ entry: OutboxEntry) -> Bool {
        shared.withLock { shared in
            entry.isHanded && entry.state == .waiting && !shared.notes.ahead.contains(entry.id)
        }
    }

    /// The numbers of the entries that an item of the queue stands for.
    package func ids(of item: Int) -> [Int] {
        shared.withLock { shared in
            guard let place = shared.state.outbox.set(of: item) else { return [item] }
            let set = shared.state.outbox.sets[place]
            return set.ids.filter(set.isOpen)
        }
    }
}

extension Outbox {
    fileprivate var items: [QueuedItem] {
        let shared = openSets.compactMap { place -> QueuedItem? in
            let set = sets[place]
            let first = set.ids.first(where: set.isOpen)
            return first.flatMap { set.entry($0) }.map {
                QueuedItem(
                    $0, count: set.openCount,
                    isHeld: set.openCount == 1 && decision(before: $0) != nil)
            }
        }
        let alone = allAlone.map { entry in
            QueuedItem(
                entry, isHeld: entry.state == .waiting && decision(before: entry) != nil)
        }
        return (alone + shared)
            .sorted { $0.entry.id < $1.entry.id }
    }
}
