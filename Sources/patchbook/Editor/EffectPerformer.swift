import ContactClient
import ContactModel
import ContactStore
import ContactUI
import Synchronization
import TerminalKit

/// Carries out effects away from the main thread and answers each with an action.
final class EffectPerformer: Sendable {
    private let choice: PlaceChoice
    private let inbox: Inbox<Action>
    private let drafts: DraftFolder
    /// What there is to tell before anything has happened.
    private let news: String?
    private let shared = Mutex(Shared())

    private struct Shared {
        var backend: (any ContactBackend)?
        var listings: [Int: any ContactListing] = [:]
        var lastListing = 0
        var edits = 0
    }

    /// How many listings are kept: answers for one that was replaced may still be under way.
    private static let keptListings = 4

    init(_ choice: PlaceChoice, inbox: Inbox<Action>, news: String?) {
        self.choice = choice
        self.news = news
        self.inbox = inbox
        drafts = DraftFolder(place: choice.draftName, isKept: !choice.isDemo)
    }

    /// Begins an effect; drafts are written before this returns, everything else answers later.
    func perform(_ effect: Effect) {
        switch effect {
        case .keepDraft(let draft): drafts.keep(draft)
        case .dropDraft(let name): drafts.drop(name)
        default: Task.detached { [self] in await answer(effect) }
        }
    }

    /// Lets go of the place when the screen is already the shell's again.
    func finish() {
        guard let backend = shared.withLock({ $0.backend }) else { return }
        let outcome = Outcome()
        Task.detached {
            await backend.close()
            outcome.finish(.success(()))
        }
        _ = outcome.wait()
    }

    private func answer(_ effect: Effect) async {
        switch effect {
        case .open(let create): open(creates: create)
        case .scheduleDraft(let serial):
            try? await Task.sleep(for: .seconds(1))
            inbox.send(.draftDue(serial: serial))
        case .rows(let request, let number, let range):
            guard let listing = shared.withLock({ $0.listings[number] }) else { return }
            let rows = zip(range, listing.rows(range))
            inbox.send(.rows(request: request, Dictionary(uniqueKeysWithValues: rows)))
        default:
            guard let backend = shared.withLock({ $0.backend }) else { return }
            await answer(effect, from: backend)
        }
    }

    private func answer(_ effect: Effect, from backend: any ContactBackend) async {
        switch effect {
        case .list(let request, let query, let order, let keeping):
            await list(request, query, order, keeping, from: backend)
        case .reload: reload(backend)
        case .load(let request, let key):
            let result = await attempt { () async throws(ClientError) in
                try await backend.contact(.key(key))
            }
            inbox.send(.loaded(request: request, result))
        case .save(let request, let save):
            inbox.send(.saved(request: request, await SavePath.save(save, to: backend, wording)))
            noteEdit()
        case .create(let request, let phone, let patch):
            let answer = await SavePath.create(phone, patch, in: backend, wording)
            inbox.send(.saved(request: request, answer))
            noteEdit()
        case .undo(let request):
            let result = await attempt { () async throws(ClientError) in
                try await backend.undo()
            }
            inbox.send(.undone(request: request, result))
            noteEdit()
        case .tags(let request):
            guard let tags = try? await backend.tags() else { return }
            inbox.send(.tags(request: request, tags))
        default: break
        }
    }

    private func wording(_ error: ClientError) -> Failure {
        Wording.failure(error, place: choice.title)
    }

    private func attempt<T>(
        _ body: () async throws(ClientError) -> T
    ) async -> Result<T, Failure> {
        do throws(ClientError) {
            return .success(try await body())
        } catch {
            return .failure(wording(error))
        }
    }

    private func open(creates: Bool) {
        do throws(OpeningFailure) {
            let backend = try choice.open(creates: creates)
            shared.withLock { $0.backend = backend }
            inbox.send(.opened(facts(of: backend), drafts: drafts.read()))
        } catch {
            inbox.send(.openFailed(OpenFailure(error.failure, canCreate: error.canCreate)))
        }
    }

    private func facts(of backend: any ContactBackend) -> PlaceFacts {
        let place = backend.place
        let store = (backend as? LocalClient)?.store
        let notices =
            (store?.takeNotices() ?? []).map(StoreWording.notice) + [news].compactMap(\.self)
        return PlaceFacts(
            title: place.title, readOnly: place.readOnly.map(PlaceWording.readOnly),
            canRemoveMetadata: place.canRemoveMetadata,
            notice: notices.isEmpty ? nil : notices.joined(separator: "; "))
    }

    private func list(
        _ request: Int, _ query: Query, _ order: SortOrder, _ keeping: ContactKey?,
        from backend: any ContactBackend
    ) async {
        do throws(ClientError) {
            let listing = try await backend.list(query, order: order)
            let number = remember(listing)
            let facts = ListState.Listing(
                number: number, count: listing.count, total: listing.total,
                isPartial: listing.isPartial, keptPosition: keeping.flatMap(listing.position))
            inbox.send(.listed(request: request, .success(facts)))
        } catch {
            inbox.send(.listed(request: request, .failure(wording(error))))
        }
    }

    private func remember(_ listing: any ContactListing) -> Int {
        shared.withLock { shared in
            shared.lastListing += 1
            shared.listings[shared.lastListing] = listing
            shared.listings[shared.lastListing - EffectPerformer.keptListings] = nil
            return shared.lastListing
        }
    }

    /// Reads what other programs wrote.
    private func reload(_ backend: any ContactBackend) {
        guard let store = (backend as? LocalClient)?.store else {
            inbox.send(.changedElsewhere)
            return
        }
        do throws(StoreError) {
            let isChanged = try store.refresh()
            let notices = store.takeNotices().map(StoreWording.notice)
            let text = notices.isEmpty ? nil : notices.joined(separator: "; ")
            inbox.send(.notice(News(text ?? (isChanged ? "read again" : "nothing has changed"))))
            inbox.send(.changedElsewhere)
        } catch {
            inbox.send(.notice(News(StoreWording.failure(error).line, .bad)))
        }
    }

    /// Two seconds after the last edit the changes become part of the file, for those who look
    /// at it with other programs.
    private func noteEdit() {
        let edits = shared.withLock { shared in
            shared.edits += 1
            return shared.edits
        }
        Task.detached { [self] in
            try? await Task.sleep(for: .seconds(2))
            let (latest, backend) = shared.withLock { ($0.edits, $0.backend) }
            guard latest == edits, let store = (backend as? LocalClient)?.store else { return }
            do throws(StoreError) {
                try store.foldIfSmall()
            } catch {
                inbox.send(.notice(News(StoreWording.failure(error).line, .bad)))
            }
        }
    }
}
