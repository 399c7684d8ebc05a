import ContactStore
import ContactUI
import Dispatch
import Glibc
import TerminalKit

extension EffectPerformer {
    /// Shows what other windows and programs write to the file, without a key being pressed, for
    /// as long as the program runs. Where the system watches nothing, asking anew still works.
    func watch(_ store: Store) {
        let seen = store.readingsOfOthers
        let conflicts = store.snapshot.openConflicts.count
        if conflicts > 0 { inbox.send(.outbox(OutboxFacts(conflicts: conflicts))) }
        guard let watch = StoreWatch(store) else { return }
        DispatchQueue(label: "contacts.watch").async { [self] in
            var look = FileLook(store: store, seen: seen, conflicts: conflicts)
            repeat {
                for action in look.actions() {
                    inbox.send(action)
                    if case .changedElsewhere = action { noteEdit() }
                }
                // Whoever writes all the time is shown at this pace.
                usleep(FileLook.pause)
            } while watch.wait(milliseconds: look.patience) != nil
        }
    }
}

/// What of a file was shown, and what is to be told when it is looked at again.
private struct FileLook {
    let store: Store
    /// The readings that the screen shows.
    var seen: Int
    /// The conflicts that the screen counts.
    private var conflicts: Int
    private var failure: StoreError?
    private var isTold = false
    /// Whether any failure is on the screen since the file was last read.
    private var hasTold = false
    /// Another file that the name was seen to lead to.
    private var otherPath: String?
    private let isLinked: Bool
    /// Whether the file can be written, as the screen says.
    private var readOnly: StoreError.ReadOnlyReason?

    static let pause: UInt32 = 30_000

    init(store: Store, seen: Int, conflicts: Int) {
        self.store = store
        self.seen = seen
        self.conflicts = conflicts
        readOnly = store.readOnly
        isLinked = store.isLinked
    }

    /// How long to wait for somebody to write, in milliseconds; −1 for ever. A program that
    /// writes a file in place leaves it half written for a moment, which is told only if it
    /// stays so. A link that is turned to another file is written to nowhere here.
    var patience: Int32 {
        if failure != nil && !isTold { return 300 }
        return isLinked ? 1000 : -1
    }

    mutating func actions() -> [Action] {
        let found: Int
        do throws(StoreError) {
            found = try store.latest().openConflicts.count
        } catch {
            isTold = failure == error
            hasTold = hasTold || isTold
            defer { failure = error }
            return isTold ? [.notice(News(StoreWording.failure(error).line, .bad))] : []
        }
        let readings = store.readingsOfOthers
        var news = store.takeNotices().map { StoreWording.notice($0, shownBy: "O") }
        let other = store.otherPath
        if let other, other != otherPath { news.append(StoreWording.turned(store.path, to: other)) }
        otherPath = other
        if found > conflicts && news.isEmpty {
            // Another window was the first to see it.
            news = [StoreWording.conflictsWait]
        } else if hasTold && news.isEmpty {
            news = ["read again"]
        }
        failure = nil
        isTold = false
        hasTold = false
        let access = store.readOnly
        defer {
            seen = readings
            readOnly = access
            conflicts = found
        }
        return (news.isEmpty ? [] : [.notice(News(news.joined(separator: "; ")))])
            + (found == conflicts ? [] : [.outbox(OutboxFacts(conflicts: found))])
            + (access == readOnly ? [] : [.access(readOnly: access.map(StoreWording.readOnly))])
            + (readings > seen ? [.changedElsewhere] : [])
    }
}
