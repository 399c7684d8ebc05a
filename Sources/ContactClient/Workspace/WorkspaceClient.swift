package import ContactModel
import ContactStore
import JSONText
import Synchronization

/// A remote workspace as it is worked with: opened at once from what is known of it on this
/// machine, every change first made durable here and then sent.
package final class WorkspaceClient: ContactBackend {
    /// Whether somebody sits before it.
    package enum Manner: Sendable {
        /// Changes are answered when they are durable here, and sent behind the person's back.
        case attended
        /// Contacts are read from the server, and changes answered when it has them.
        case unattended
    }

    /// How often the server failed over an entry, each time with something taken since the last.
    struct Miss {
        var count: Int
        var taken: Int
    }

    struct Shared {
        var state: WorkspaceState
        let log: LineLog
        var binding: MirrorBinding
        /// The entries that are being sent, and the contacts that they are about.
        var underWay: [Int: ContactKey] = [:]
        /// What is noted of entries for many at once.
        var notes = SendingNotes()
        /// Entries that the server failed over.
        var misses: [Int: Miss] = [:]
        /// How often the server took something.
        var taken = 0
        /// How often it had when it failed over an entry last.
        var takenAtFailure = 0
        /// How many entries this process has sent.
        var sentHere = 0
        /// What the server answered to entries that somebody waits for.
        var receipts: [Int: Receipt] = [:]
        var awaited: Set<Int> = []
        /// Steps whose entries are sent this time whatever stands there.
        var atOnce: Set<Int> = []
        /// Whether a command took over what was read of the workspace.
        var isRecalled = false
        var isSending = false
        var isReading = false
        var isBound = false
        var isClosed = false
        /// Whether a person lets the sending rest.
        var isHeld = false
        /// Whether it rests as well where a person asked for that in another editor.
        var heedsOthers = false
        /// Whether somebody did when that was looked for last.
        var isHeldElsewhere = false
        /// Whether the server lists whole workspaces; nil until it was asked.
        var hasListing: Bool?
        /// Why it does not; nil where it does, or has no word for it.
        var missing: ClientError?
        /// What the server was asked for last where it lists no whole workspaces.
        var lastSearch: [ContactSearch]?
        /// The same where that failed and is tried again.
        var failedSearch: [ContactSearch]?
        var searching: Task<Void, Never>?
        /// The tags that it told of then.
        var serverTags: [TagCount]?
        var wantsReading = true
        var trouble: ClientError?
        var onEvent: (@Sendable (WorkspaceEvent) -> Void)?
        var isToldOfChange = true
        var toldAt: ContinuousClock.Instant?
    }

    package var workspace: WorkspaceClient? { self }
    let remote: RemoteClient
    let manner: Manner
    /// Where the server is.
    let origin: String
    /// What tells the token from others; nil where it is not there yet.
    let mark: @Sendable () -> String?
    let folder: MirrorFolder
    let pacing: RemotePacing
    /// The most calls of runs that are under way at once.
    let width: Int
    let shared: Mutex<Shared>
    let bell = Bell()
    let attending = Mutex<Task<Void, Never>?>(nil)
    /// Whether something of an earlier run of the program waited when this one began.
    let hadUnsent: Bool

    package let place: Place

    /// Opens what is known of a workspace here; nothing is sent yet.
    ///
    /// - Parameters:
    ///   - mirrors: the folder that holds a folder for each workspace.
    ///   - manner: whether somebody sits before it.
    /// - Throws: `.store` where the outbox cannot be had, or is damaged.
    package init(
        _ remote: RemoteClient, _ profile: RemoteProfile, mirrors: String, manner: Manner
    ) throws(ClientError) {
        self.remote = remote
        self.manner = manner
        pacing = profile.pacing
        width = profile.width
        place = Place(title: profile.title, canRemoveMetadata: false)
        origin = profile.address.origin
        mark = { profile.token.mark(at: profile.address.origin) }
        folder = MirrorFolder(in: mirrors, title: profile.title)
        do throws(StoreError) {
            let binding = folder.binding(origin: origin)
            let mirror = manner == .attended ? try folder.readContacts() : try Snapshot.empty()
            var state = WorkspaceState(mirror: mirror, readAt: binding.readAt)
            let log = try LineLog(opening: folder.outbox)
            _ = state.take(try log.readNew())
            try WorkspaceClient.forgetOld(in: log, of: &state)
            hadUnsent = state.outbox.counts.all > 0
            shared = Mutex(
                Shared(
                    state: state, log: log, binding: binding, heedsOthers: manner == .attended))
        } catch {
            throw .store(error)
        }
    }

    package func account() async throws(ClientError) -> Account {
        try await remote.account()
    }

    /// Who the caller is, and what the answer's head says of the quota.
    package func probe() async throws(ClientError) -> AccountProbe {
        try await remote.probe()
    }

    /// How many contacts are known here, whether that is all of them, and when they were read in
    /// milliseconds since 1970; nil where they never were.
    package var mirrored: (count: Int, isWhole: Bool, at: Int)? {
        shared.withLock { shared in
            guard shared.binding.readAt > 0 else { return nil }
            return (
                shared.state.confirmed.count, shared.binding.isWhole, shared.binding.readAt
            )
        }
    }

    /// Why the workspace was not read anew when that was tried last; nil where it was.
    package var unread: ClientError? {
        shared.withLock { $0.hasListing == false ? $0.missing : nil }
    }

    /// How many changes this process has sent, those left out that another one sent meanwhile.
    package var sentCount: Int { shared.withLock(\.sentHere) }

    /// What the quota allows, as far as is known without asking.
    package var outlook: QuotaOutlook { remote.outlook }

    /// How far a reading of the whole workspace came that is under way, or was broken off.
    package var reading: ListingProgress? {
        shared.withLock { shared in
            shared.binding.unfinished.map { unfinished in
                ListingProgress(
                    known: min((unfinished.next - 1) * PageLoop.size, unfinished.total),
                    total: unfinished.total, isWhole: false, failure: shared.trouble)
            }
        }
    }

    /// Whole seconds that what waits, and so many calls after it, will wait for the quota; 0
    /// where all go at once.
    package func seconds(for calls: Int = 0) -> Int {
        outlook.seconds(for: status.counts.calls + calls)
    }

    /// How much is not sent, and what is in the way.
    package var status: OutboxStatus {
        shared.withLock { shared in
            OutboxStatus(
                counts: shared.state.outbox.counts, trouble: shared.trouble,
                isHeldElsewhere: shared.isHeldElsewhere && shared.heedsOthers && !shared.isHeld)
        }
    }

    /// A contact as it is known here, what is queued for it on top; nil where it is not known.
    package func known(_ key: ContactKey) -> Contact? {
        shared.withLock { $0.state.contact(key) }
    }

    package func list(
        _ query: Query, order: SortOrder, marks: RowSet
    ) async throws(ClientError) -> any ContactListing {
        guard manner == .attended else {
            return try await listAtServer(query, order, marks)
        }
        await awaitFirstContacts()
        if shared.withLock({ $0.hasListing == false }) { await lookUp(query) }
        return shared.withLock { shared in
            WorkspaceListing(
                shared.state, query, order, marks, isPartial: !shared.binding.isWhole)
        }
    }

    /// Where nothing was ever read, a list waits for the first page, or for the reason why there
    /// is none.
    private func awaitFirstContacts() async {
        while true {
            let isKnown = shared.withLock { shared in
                shared.binding.readAt > 0 || shared.hasListing == false || shared.isClosed
                    || shared.onEvent == nil || shared.trouble != nil
            }
            if isKnown { return }
            try? await Task.sleep(for: .milliseconds(10))
        }
    }

    package func search(_ search: ContactSearch) async throws(ClientError) -> [Contact] {
        try await remote.search(search)
    }

    /// From what is known here where that is the whole contact, else from the server.
    package func contact(_ lookup: ContactLookup) async throws(ClientError) -> Contact {
        guard manner == .attended, case .key(let key) = lookup else {
            return try await remote.contact(lookup)
        }
        let known = shared.withLock { $0.state.contact(key) }
        if let known, known.isComplete { return known }
        do throws(ClientError) {
            let contact = try await remote.contact(lookup).checked(against: known)
            return shared.withLock { [pacing] shared in
                shared.state.note(contact, as: key, at: pacing.now())
                return shared.state.contact(key) ?? contact
            }
        } catch .notFound(let lookup) {
            guard let known, known.id == nil else {
                shared.withLock { [pacing] in $0.state.note(nil, as: key, at: pacing.now()) }
                throw .notFound(lookup)
            }
            return known
        } catch {
            guard let known, error.isTrouble else { throw error }
            return known
        }
    }

    package func tags() async throws(ClientError) -> [TagCount] {
        guard manner == .attended else { return try await remote.tags() }
        let (counts, isWhole) = shared.withLock {
            ($0.state.shown.tagCounts, $0.binding.isWhole)
        }
        if isWhole || shared.withLock({ $0.hasListing != false }) { return counts }
        if let known = shared.withLock(\.serverTags) { return known }
        let tags = try? await remote.tags()
        // Asked once, also in vain, until the workspace is read again.
        shared.withLock { $0.serverTags = tags ?? counts }
        return tags ?? counts
    }

    /// What names nobody at the server is not left behind: an unfinished call is given a moment.
    package func close() async {
        shared.withLock { $0.isClosed = true }
        bell.ring()
        if let task = attending.withLock({ $0 }) {
            let patience = Task {
                try? await Task.sleep(for: .seconds(1))
                task.cancel()
            }
            await task.value
            patience.cancel()
        }
        let partial = shared.withLock { shared in
            manner == .attended && shared.hasListing == false ? shared.state.confirmed : nil
        }
        // What could not be read whole is no mirror; the next reading makes it anew.
        if let partial { try? folder.write(partial) }
        await remote.close()
    }
}

/// What an attended workspace tells of itself.
package enum WorkspaceEvent: Sendable {
    /// Contacts stand otherwise, or what is queued for them.
    case changed
    /// More of the workspace has been read.
    case progress(ListingProgress)
    /// The quota leaves another number of calls than before.
    case quota
    /// A change was refused, or is in conflict.
    case refused(OutboxEntry)
}

/// How much of an outbox is not sent, and what is in the way.
package struct OutboxStatus: Hashable, Sendable {
    /// How many changes stand how.
    package let counts: OutboxCounts
    /// Why nothing is sent now; nil where nothing is in the way.
    package let trouble: ClientError?
    /// Whether it rests as a person asked for that in another editor on this machine.
    package let isHeldElsewhere: Bool
}

extension ClientError {
    /// Whether it is the way that is at fault, or the place as a whole, and not the change: the
    /// same call may succeed later.
    package var isTrouble: Bool {
        switch self {
        case .unauthenticated, .forbidden, .throttled, .notSent, .outcomeUnknown, .serverFailed,
            .otherWorkspace, .store:
            true
        // A page of something on the way that stands in for the server.
        case .badAnswer(.notJSON), .badAnswer(.redirect), .badAnswer(.tooLarge): true
        default: false
        }
    }
}
