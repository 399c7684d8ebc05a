import ContactModel
import ContactStore
import Glibc
import Synchronization

extension WorkspaceClient {
    /// Reads the whole workspace page by page and puts it in the place of the mirror; the first
    /// time what has come is of use at once. What was broken off goes on where it stopped.
    ///
    /// - Returns: why it was not read to its end; nil also where another process reads.
    func readMirror() async -> ClientError? {
        guard shared.withLock({ $0.log.takeOver(.reading) }) else { return nil }
        defer { shared.withLock { $0.log.giveBack(.reading) } }
        do throws(ClientError) {
            try await bind()
            try await readPages()
            noteSuccess()
            return nil
        } catch {
            tellProgress(error)
            return error
        }
    }

    private func readPages() async throws(ClientError) {
        var reading = try beginReading()
        // Somebody waits for the first; the others leave room for those who edit.
        var found = PagesAhead(
            of: remote.tools, first: .interactive,
            others: .bulk { [self] in shared.withLock { !$0.isClosed && $0.wantsReading } })
        while true {
            let page: ListedPage?
            do throws(ClientError) {
                page = try await found.page(reading.pages.next)
            } catch {
                guard reading.pages.next == 1, error.isAboutListings else { throw error }
                return noteMissingListing(error)
            }
            guard let page else { return noteMissingListing(remote.tools.refusal) }
            noteSuccess()
            guard let isNew = reading.part.add(page.contacts) else { throw unwritable(folder.part) }
            let isMore = try reading.pages.take(
                page, isNew: isNew, count: reading.part.count)
            guard isMore else { return try finish(reading) }
            try keep(reading)
        }
    }

    private struct Reading {
        var pages: PageLoop
        let part: MirrorPart
        let startedAt: Int
    }

    private func beginReading() throws(ClientError) -> Reading {
        if let rest = shared.withLock({ $0.binding.unfinished }),
            let part = MirrorPart(folder.part, resuming: rest.length)
        {
            return Reading(
                pages: PageLoop(next: rest.next, total: rest.total), part: part,
                startedAt: rest.startedAt)
        }
        guard let part = MirrorPart(folder.part, resuming: nil) else {
            throw unwritable(folder.part)
        }
        return Reading(pages: PageLoop(), part: part, startedAt: pacing.now())
    }

    private func unwritable(_ path: String) -> ClientError {
        .store(.io(StoreError.IOFailure(operation: "write", path: path, code: errno)))
    }

    /// Remembers how far a reading came; where there was no mirror, what has come is one at one,
    /// two, four, eight pages and so on.
    private func keep(_ reading: Reading) throws(ClientError) {
        let count = reading.pages.next - 1
        let isFirst = shared.withLock { [folder] shared in
            shared.binding.unfinished = MirrorBinding.Unfinished(
                startedAt: reading.startedAt, next: reading.pages.next,
                total: reading.pages.total, length: reading.part.length)
            folder.write(shared.binding)
            return !shared.binding.isWhole
        }
        guard count & (count - 1) == 0 || count % 16 == 0 else { return }
        if isFirst && count & (count - 1) == 0 {
            guard reading.part.publish(to: folder.contacts) else {
                throw unwritable(folder.contacts)
            }
            try show(reading, isWhole: false)
        }
        tellProgress(nil)
    }

    private func finish(_ reading: Reading) throws(ClientError) {
        do throws(ClientError) {
            let isKnown = shared.withLock { $0.binding.isWhole && $0.binding.readAt > 0 }
            try reading.pages.check(count: reading.part.count, isKnown: isKnown)
        } catch {
            shared.withLock { $0.binding.unfinished = nil }
            throw error
        }
        guard reading.part.finish(as: folder.contacts) else { throw unwritable(folder.contacts) }
        shared.withLock { $0.binding.unfinished = nil }
        try show(reading, isWhole: reading.pages.isWhole(reading.part.count))
        tellProgress(nil)
    }

    private func show(_ reading: Reading, isWhole: Bool) throws(ClientError) {
        do throws(StoreError) {
            let mirror = try Snapshot(reading: folder.contacts)
            shared.withLock { [folder] shared in
                shared.state.replaceMirror(mirror, readAt: reading.startedAt)
                shared.binding.readAt = reading.startedAt
                shared.binding.isWhole = isWhole
                shared.hasListing = true
                shared.missing = nil
                shared.isToldOfChange = false
                folder.write(shared.binding)
            }
        } catch {
            throw .store(error)
        }
        tellOfChange(atOnce: true)
    }

    private func noteMissingListing(_ cause: ClientError?) {
        shared.withLock { shared in
            shared.hasListing = false
            shared.missing = cause
            shared.isToldOfChange = false
        }
        tellOfChange(atOnce: true)
    }

    private func tellProgress(_ failure: ClientError?) {
        let progress = shared.withLock { shared in
            let known = shared.state.confirmed.count
            let total = shared.binding.unfinished?.total ?? known
            let read = shared.binding.unfinished.map { ($0.next - 1) * PageLoop.size }
            return ListingProgress(
                known: min(read ?? known, total), total: total,
                isWhole: shared.binding.unfinished == nil, failure: failure)
        }
        tell(.progress(progress))
    }
}
