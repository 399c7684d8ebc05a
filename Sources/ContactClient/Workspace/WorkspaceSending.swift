import ContactModel
import ContactStore
import JSONText
import Synchronization

/// What became of an entry that was given to the network.
private struct Sent: Sendable {
    let entry: OutboxEntry
    let result: Result<Delivery, ClientError>
    /// Whether the server may have some of it.
    let isBegun: Bool
}

/// What the server has made of an entry.
struct Delivery: Sendable {
    /// What was written; nil where everything stood as wanted.
    let write: RemoteWrite?
    /// The contact as the server told it.
    let after: Contact?
}

extension WorkspaceClient {
    /// After so many failures of the server over one entry it is the entry that is odd.
    private static let mostAttempts = 5
    /// How long a new entry may wait for one of the calls under way before it gets its turn.
    private static let turn = Duration.milliseconds(100)

    /// Sends until nothing waits any more, or something is in the way.
    ///
    /// One process sends for all that have the outbox open.
    ///
    /// - Returns: what is in the way; nil also where somebody else is sending.
    func sendAll() async -> ClientError? {
        let mayBegin = shared.withLock { shared in
            let isDue = shared.state.outbox.counts.waiting > 0 && !shared.isHeld
            guard isDue, !shared.isSending, shared.log.takeOver(.sending) else { return false }
            shared.isSending = true
            return true
        }
        guard mayBegin else { return nil }
        defer {
            shared.withLock { shared in
                shared.isSending = false
                shared.log.giveBack(.sending)
            }
        }
        do throws(ClientError) {
            if manner == .attended || hadUnsent { try await bind() }
        } catch {
            return error
        }
        return await sendEach()
    }

    private func sendEach() async -> ClientError? {
        await withTaskGroup(of: Sent?.self) { group in
            var trouble: ClientError?
            var hasClock = false
            while true {
                while trouble == nil, let entry = begin() {
                    group.addTask { [self] in await send(entry) }
                }
                guard shared.withLock({ !$0.underWay.isEmpty }) else { break }
                if !hasClock {
                    group.addTask {
                        try? await Task.sleep(for: WorkspaceClient.turn)
                        return nil
                    }
                    hasClock = true
                }
                guard let sent = await group.next() else { break }
                guard let sent else {
                    hasClock = false
                    continue
                }
                if let found = settle(sent) { trouble = trouble ?? found }
                tellOfChange()
            }
            group.cancelAll()
            return trouble
        }
    }

    /// The entry that goes next, noted as given to the network.
    private func begin() -> OutboxEntry? {
        shared.withLock { [width] shared in
            guard !shared.isClosed, !shared.isHeld else { return nil }
            let (busy, steps) = (shared.underWay, shared.state.outbox.steps)
            let runs = busy.keys.count { id in
                (shared.state.outbox[id]?.step).flatMap { steps[$0] }?.isRun ?? false
            }
            let next = shared.state.nextToSend { entry in
                guard busy[entry.id] == nil, !busy.values.contains(entry.change.key) else {
                    return false
                }
                return runs < width || steps[entry.step]?.isRun != true
            }
            guard let next, (try? shared.write([.state(next.id, .handed)], syncs: false)) != nil
            else { return nil }
            shared.underWay[next.id] = next.change.key
            return next
        }
    }

    private func send(_ entry: OutboxEntry) async -> Sent {
        let (isRun, isAtOnce) = shared.withLock { shared in
            (
                shared.state.outbox.steps[entry.step]?.isRun ?? false,
                shared.atOnce.contains(entry.id)
            )
        }
        let urgency =
            isRun
            ? Urgency.bulk { [self] in shared.withLock { !$0.isClosed && !$0.isHeld } }
            : .interactive
        return await Urgency.$current.withValue(urgency) {
            var isBegun = false
            do throws(ClientError) {
                let delivery = try await remote.deliver(
                    isAtOnce ? entry.writingOverAll : entry, &isBegun)
                return Sent(entry: entry, result: .success(delivery), isBegun: true)
            } catch {
                let mayBeThere = isBegun || !error.wasNotTaken
                return Sent(entry: entry, result: .failure(error), isBegun: mayBeThere)
            }
        }
    }

    /// Notes what became of an entry.
    ///
    /// - Returns: what is in the way of the others.
    private func settle(_ sent: Sent) -> ClientError? {
        let id = sent.entry.id
        let (trouble, refused) = shared.withLock {
            [pacing] shared -> (ClientError?, OutboxEntry?) in
            shared.underWay[id] = nil
            let progress: OutboxLine.Progress
            switch sent.result {
            case .success(let delivery):
                progress = .done(delivery.write, after: delivery.after, at: pacing.now())
                shared.trouble = nil
                if shared.awaited.contains(id) { shared.receipts[id] = sent.receipt }
            case .failure(.conflict(let theirs)), .failure(.exists(let theirs)):
                progress = .conflict(theirs)
            case .failure(let error):
                if error.isTrouble, !shared.isWornOut(id, by: error) {
                    if !sent.isBegun && !sent.entry.isHanded {
                        try? shared.write([.state(id, .kept)], syncs: false)
                    }
                    return (error, nil)
                }
                progress = .failed(error)
            }
            do throws(StoreError) {
                try shared.write([.state(id, progress)], syncs: false)
            } catch {
                return (.store(error), nil)
            }
            let entry = shared.state.outbox[id]
            return (nil, entry?.isUnsent == true ? entry : nil)
        }
        if let refused { tell(.refused(refused)) }
        return trouble
    }

    /// Makes sure, once, that the token still belongs to the workspace that is mirrored here.
    ///
    /// - Throws: `.otherWorkspace` where something is queued for another one; nothing is sent.
    func bind() async throws(ClientError) {
        if shared.withLock(\.isBound) { return }
        let account = try await remote.account()
        let found =
            account.workspace ?? Account.Workspace(id: "account " + account.id, name: account.id)
        try shared.withLock { [folder] shared throws(ClientError) in
            let bound = shared.binding.workspace
            let isMoved = shared.binding.origin != origin
            if bound.map({ $0.id != found.id }) ?? isMoved {
                guard shared.state.outbox.counts.all == 0 else {
                    throw .otherWorkspace(
                        bound: bound?.name ?? shared.binding.origin, found: found.name)
                }
                try shared.forgetEverything(folder)
            }
            if bound != found || isMoved {
                shared.binding.workspace = found
                shared.binding.origin = origin
                folder.write(shared.binding, syncs: true)
            }
            shared.isBound = true
        }
    }
}

extension WorkspaceClient.Shared {
    /// Appends lines, after what others appended meanwhile; then they count.
    mutating func write(_ lines: [OutboxLine], syncs: Bool) throws(StoreError) {
        try write(syncs: syncs) { _ in lines }
    }

    /// Appends the lines that `make` answers to the state with others' lines in it.
    mutating func write(
        syncs: Bool, _ make: (inout WorkspaceState) -> [OutboxLine]
    ) throws(StoreError) {
        var lines: [OutboxLine] = []
        try log.append(syncs: syncs) { news in
            _ = state.take(news)
            lines = make(&state)
            return lines.map(\.record)
        }
        for line in lines { state.take(line) }
        isToldOfChange = false
    }

    /// Whether the server has failed over this entry so often that it shall stand in nobody's way.
    fileprivate mutating func isWornOut(_ id: Int, by error: ClientError) -> Bool {
        guard case .serverFailed = error else { return false }
        attempts[id, default: 0] += 1
        return attempts[id, default: 0] >= WorkspaceClient.mostAttempts
    }

    /// Lets go of the mirror of a workspace that the token does not belong to any more.
    fileprivate mutating func forgetEverything(_ folder: MirrorFolder) throws(ClientError) {
        do throws(StoreError) {
            try log.replace { _ in [] }
            state = WorkspaceState(mirror: try Snapshot.empty(), readAt: 0)
        } catch {
            throw .store(error)
        }
        binding = MirrorBinding(origin: binding.origin)
        folder.removeContacts()
    }
}

extension Sent {
    /// The answer to whoever waits for the entry.
    fileprivate var receipt: Receipt? {
        guard case .success(let delivery) = result, let contact = delivery.after else {
            return nil
        }
        switch delivery.write {
        case nil: return Receipt(contact: contact, outcome: .unchanged)
        case .create: return Receipt(contact: contact, outcome: .created)
        default: return Receipt(contact: contact, outcome: .changed)
        }
    }
}

extension RemoteClient {
    /// Sends a queued change, reading first where that decides whether it may be sent.
    ///
    /// - Parameter isBegun: set once the server has some of it.
    func deliver(
        _ entry: OutboxEntry, _ isBegun: inout Bool
    ) async throws(ClientError) -> Delivery {
        let key = entry.change.key
        var writes: [RemoteWrite] = []
        switch entry.change.change {
        case .update(let patch):
            let receipt = try await update(
                key, patch, unlessChangedFrom: entry.original, &writes)
            return Delivery(write: writes.first, after: receipt.contact)
        case .retag(let add, let remove):
            return try await retagUnread(
                key, adding: add.subtracting(remove), removing: remove, &isBegun)
        case .create(let patch, let source):
            guard case .phone(let phone) = key else { throw .notFound(.key(key)) }
            do throws(ClientError) {
                let receipt = try await create(phone, patch, source, onlyNew: true, &writes)
                return Delivery(write: writes.first, after: receipt.contact)
            } catch .exists(let present) {
                // Sent before, the answer lost: it is this very contact.
                guard try present.merging(patch) == present else { throw .exists(present) }
                let change = entry.isHanded ? RemoteWrite.create(key, entry.change) : nil
                return Delivery(write: change, after: present)
            }
        case .removeMetadata(let keys): throw .unsupported(.removingMetadata(keys))
        case .delete: throw .unsupported(.deleting(key))
        }
    }

    /// One call for each tag, none to read. A tag that does not come last in the answer to
    /// add-tag was there before, and is not taken away again by undo.
    private func retagUnread(
        _ key: ContactKey, adding: TagList, removing: TagList, _ isBegun: inout Bool
    ) async throws(ClientError) -> Delivery {
        var (added, removed) = (TagList(), TagList())
        var present: TagList?
        for tag in removing.tags {
            present = try await send(.removeTag, tag, to: key)
            removed = removed.appending(TagList([tag]))
            isBegun = true
        }
        for tag in adding.tags {
            let answer = try await send(.addTag, tag, to: key)
            if answer.tags.last == tag { added = added.appending(TagList([tag])) }
            present = answer
            isBegun = true
        }
        var record: JSONObject =
            switch key {
            case .id(let id): ["id": .string(id)]
            case .phone(let phone): ["phone": .string(phone.e164)]
            case .place: [:]
            }
        record["tags"] = .array((present ?? TagList()).texts.map(JSONValue.string))
        let isNothing = added.isEmpty && removed.isEmpty
        return Delivery(
            write: isNothing ? nil : .tags(key, added: added, removed: removed),
            after: present.map { _ in Contact(record: record, isComplete: false) })
    }
}
