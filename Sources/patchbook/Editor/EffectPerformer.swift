import ContactClient
import ContactModel
import ContactStore
import ContactUI
import Synchronization
import TerminalKit

/// Carries out effects away from the main thread and answers each with an action.
final class EffectPerformer: Sendable {
    let inbox: Inbox<Action>
    let listings = Listings()
    let bulk = BulkRuns()
    private let choice: PlaceChoice
    private let drafts: DraftFolder
    private let views: ViewFolder
    private let configuration: Configuration
    /// How numbers without a country are completed.
    var dialingPlan: DialingPlan? { configuration.plan }
    private let shared = Mutex(Shared())
    /// The newest listing that is being made.
    let underway = Mutex<Task<Void, Never>?>(nil)

    private struct Shared {
        var backend: (any ContactBackend)?
        var edits = 0
        /// Why folding failed the last time, which is told once.
        var foldFailure: StoreError?
        /// Whether the screen is the shell's again.
        var hasLeft = false
    }

    init(_ choice: PlaceChoice, _ configuration: Configuration, inbox: Inbox<Action>) {
        self.choice = choice
        self.configuration = configuration
        self.inbox = inbox
        drafts = DraftFolder(place: choice.draftName, isKept: !choice.isDemo)
        views = ViewFolder(folder: UserPaths.state, isKept: !choice.isDemo)
    }

    /// Begins an effect; drafts are written before this returns, everything else answers later.
    func perform(_ effect: Effect) {
        switch effect {
        case .keepDraft(let draft):
            if let obstacle = drafts.keep(draft) { inbox.send(.notice(News(obstacle, .bad))) }
        case .dropDraft(let name): drafts.drop(name)
        case .stop(let request): bulk.stop(request)
        case .list(let request, let wanted): list(request, wanted)
        default: Task.detached { [self] in await answer(effect) }
        }
    }

    /// The place; nil before it is open.
    var openBackend: (any ContactBackend)? { shared.withLock { $0.backend } }

    /// Contacts by their numbers in a listing, for a person's own editor.
    func rows(_ numbers: RowSet, of listing: Int) -> [ContactRow] {
        guard let listing = listings[listing] else { return [] }
        return numbers.compactMap(listing.row)
    }

    /// Lets go of the place when the screen is already the shell's again.
    func finish() {
        let left = shared.withLock { shared in
            shared.hasLeft = true
            return shared.backend
        }
        ChildProcess.endAll()
        guard let backend = left else { return }
        let outcome = Outcome()
        Task.detached {
            await backend.close()
            outcome.finish(.success(()))
        }
        _ = outcome.wait()
        for notice in backend.file?.store.takeNotices() ?? [] {
            Streams.complain(StoreWording.notice(notice, shownBy: "O"))
        }
    }

    private func answer(_ effect: Effect) async {
        switch effect {
        case .open(let create): open(creates: create)
        case .scheduleDraft(let serial):
            try? await Task.sleep(for: .seconds(1))
            inbox.send(.draftDue(serial: serial))
        case .scheduleDetail(let serial):
            try? await Task.sleep(for: .milliseconds(100))
            inbox.send(.detailDue(serial: serial))
        case .rows(let request, let number, let range):
            guard let listing = listings[number] else { return }
            inbox.send(.rows(request: request, listing.rowsByPosition(range)))
        case .keepView(let view): views.save(view, place: choice.draftName)
        default:
            guard let backend = shared.withLock({ $0.backend }) else { return }
            await answer(effect, from: backend)
        }
    }

    private func answer(_ effect: Effect, from backend: any ContactBackend) async {
        switch effect {
        case .reload: reload(backend)
        case .load(let request, let key):
            let result = await attempt { () async throws(ClientError) in
                try await backend.contact(.key(key))
            }
            inbox.send(.loaded(request: request, result))
        case .tags(let request):
            guard let tags = try? await backend.tags() else { return }
            inbox.send(.tags(request: request, tags))
        case .log(let request):
            let result = await attempt { () async throws(ClientError) in
                try await backend.log(limit: 200)
            }
            inbox.send(.logged(request: request, result))
        default:
            if await survey(effect, backend) { return }
            if await handleUnsent(effect, backend) { return }
            await change(effect, backend)
        }
    }

    /// Effects that write; what was written becomes part of the file a little later.
    private func change(_ effect: Effect, _ backend: any ContactBackend) async {
        switch effect {
        case .save(let request, let save):
            inbox.send(.saved(request: request, await SavePath.save(save, to: backend, wording)))
        case .create(let request, let phone, let patch, let replaced):
            let answer = await SavePath.create(
                phone, patch, replacing: replaced, in: backend, wording)
            inbox.send(.saved(request: request, answer))
        case .undo(let request):
            let result = await attempt { () async throws(ClientError) in
                try await backend.undo(1)
            }
            tell(result, of: request, isRedo: false, in: backend)
        case .redo(let request):
            let result = await attempt { () async throws(ClientError) in
                try await backend.redo(1)
            }
            tell(result, of: request, isRedo: true, in: backend)
        case .apply(let request, let work): await apply(work, request, backend)
        default: return
        }
        noteEdit()
    }

    /// What an undo or a redo came to, and the names of those whom it left alone.
    private func tell(
        _ result: Result<[UndoReceipt], Failure>, of request: Int, isRedo: Bool,
        in backend: any ContactBackend
    ) {
        var seen: Set<ContactKey> = []
        let keys = ((try? result.get()) ?? []).flatMap(\.skipped).filter {
            seen.insert($0).inserted
        }
        let leftAlone = keys.map { key in
            BulkFailure(subject: backend.subject(of: key), reason: "changed since, left alone")
        }
        inbox.send(
            .undone(request: request, result, isRedo: isRedo, leftAlone: leftAlone))
    }

    func wording(_ error: ClientError) -> Failure {
        Wording.failure(error, place: choice.title)
    }

    func attempt<T>(
        _ body: () async throws(ClientError) -> T
    ) async -> Result<T, Failure> {
        do throws(ClientError) {
            return .success(try await body())
        } catch {
            return .failure(wording(error))
        }
    }

    private func open(creates: Bool) {
        if let path = choice.path {
            let rows = FileBeginning.rows(of: path, limit: 200)
            let view = views.load(place: choice.draftName, fallback: configuration.view)
            if !rows.isEmpty { inbox.send(.beginning(rows, view ?? configuration.view)) }
        }
        do throws(OpeningFailure) {
            // A person is told soon that the quota is used up, and goes on with something else.
            let backend = try choice.open(
                creates: creates, patience: .seconds(10), isAttended: true, findsTokenAside: true,
                onWait: { [weak self] words in self?.tellWait(words) })
            shared.withLock { $0.backend = backend }
            attend(backend)
            inbox.send(.opened(facts(of: backend), drafts: drafts.read()))
            if let store = backend.file?.store { watch(store) }
        } catch {
            inbox.send(.openFailed(OpenFailure(error.failure, canCreate: error.canCreate)))
        }
    }

    private func tellWait(_ words: String) {
        guard !shared.withLock(\.hasLeft) else { return Streams.complain(words) }
        inbox.send(.notice(News(words, .bad)))
    }

    private func facts(of backend: any ContactBackend) -> PlaceFacts {
        let place = backend.place
        let store = backend.file?.store
        var notices = (store?.takeNotices() ?? []).map { StoreWording.notice($0, shownBy: "O") }
        if notices.isEmpty, store?.snapshot.openConflicts.isEmpty == false {
            notices = [StoreWording.conflictsWait]
        }
        notices += [configuration.news].compactMap(\.self)
        let remembered = views.load(place: choice.draftName, fallback: configuration.view)
        return PlaceFacts(
            title: place.title, readOnly: place.readOnly.map(StoreWording.readOnly),
            canRemoveMetadata: place.canRemoveMetadata, option: choice.option,
            isRemote: !place.keepsHistory, view: remembered ?? configuration.view,
            notice: notices.isEmpty
                ? nil
                : News(
                    notices.joined(separator: "; "), configuration.news == nil ? .plain : .bad))
    }

    /// Reads what other programs wrote.
    private func reload(_ backend: any ContactBackend) {
        guard let store = backend.file?.store else {
            backend.workspace?.refresh()
            inbox.send(.changedElsewhere)
            return
        }
        do throws(StoreError) {
            _ = try store.refresh()
            let notices =
                store.takeNotices().map { StoreWording.notice($0, shownBy: "O") }
                + [store.otherPath.map { StoreWording.turned(store.path, to: $0) }].compactMap(
                    \.self)
            let text = notices.isEmpty ? nil : notices.joined(separator: "; ")
            inbox.send(.notice(News(text ?? "read again")))
            inbox.send(.access(readOnly: store.readOnly.map(StoreWording.readOnly)))
            inbox.send(.changedElsewhere)
        } catch {
            inbox.send(.notice(News(StoreWording.failure(error).line, .bad)))
        }
    }

    /// Two seconds after the last edit, whoever made it, the changes become part of the file, for
    /// those who look at it with other programs.
    func noteEdit() {
        let edits = shared.withLock { shared in
            shared.edits += 1
            return shared.edits
        }
        Task.detached { [self] in
            try? await Task.sleep(for: .seconds(2))
            let (latest, backend) = shared.withLock { ($0.edits, $0.backend) }
            guard latest == edits, let store = backend?.file?.store else { return }
            var failure: StoreError?
            do throws(StoreError) {
                try store.foldIfDue(keepsPlaces: true)
            } catch {
                failure = error
            }
            // Steps on very many leave much behind that nobody uses.
            Store.giveMemoryBack()
            let isNew = shared.withLock { [failure] shared in
                defer { shared.foldFailure = failure }
                return failure != shared.foldFailure
            }
            guard let failure, isNew else { return }
            inbox.send(.notice(News(StoreWording.failure(failure).line, .bad)))
        }
    }
}
