import ContactModel
import JSONText
import Synchronization

/// How far the listing of a whole workspace is.
package struct ListingProgress: Hashable, Sendable {
    /// The contacts known so far.
    package let known: Int
    /// The contacts the server says there are.
    package let total: Int
    /// Whether the listing has come to its end.
    package let isWhole: Bool
    /// What broke it off; another reading goes on where it stopped.
    package let failure: ClientError?
}

/// All contacts of a workspace, read page by page with the service's `list_contacts`; every list
/// is then made from it without asking the server again.
final class RemoteBook: Sendable {
    /// What is known of the workspace as a whole.
    enum Coverage: Hashable, Sendable {
        /// The server has no listing, or cannot give one now.
        case none
        /// These contacts, and more to come.
        case partly(RowSet)
        /// These contacts and no others.
        case whole(RowSet)
    }

    fileprivate struct State {
        var reading: Task<Result<Coverage, ClientError>, Never>?
        var rest: Task<ClientError?, Never>?
        var pages = PageLoop()
        /// What the pages so far held.
        var listed = RowSet()
        /// What this process changed since their first.
        var noted = RowSet()
        var coverage = Coverage.none
        var isStale = true
        var onProgress: (@Sendable (ListingProgress) -> Void)?
        var isClosed = false
    }

    private let tools: RemoteTools
    private let numbers: RowNumbers
    private let state = Mutex(State())

    init(_ tools: RemoteTools, _ numbers: RowNumbers) {
        self.tools = tools
        self.numbers = numbers
    }

    /// From here on a listing is given as soon as its first page is there, and `body` hears when
    /// more of it has come.
    func readInBackground(_ body: @escaping @Sendable (ListingProgress) -> Void) {
        state.withLock { $0.onProgress = body }
    }

    /// The next listing asks the server again.
    func refresh() {
        state.withLock { $0.isStale = true }
    }

    /// How often each tag is borne; nil where not all contacts are known.
    var tagCounts: [TagCount]? {
        guard case .whole(let present) = state.withLock(\.coverage) else { return nil }
        var counts: [Tag: Int] = [:]
        for contact in numbers.contacts(present) {
            for tag in contact.tags.tags { counts[tag, default: 0] += 1 }
        }
        return counts.sorted { $0.key.text < $1.key.text }
            .map { TagCount(tag: $0.key, count: $0.value) }
    }

    /// Everything, or what is there of it where the rest is read in the background.
    ///
    /// - Throws: what keeps the server from being asked at all.
    func coverage() async throws(ClientError) -> Coverage {
        let reading = state.withLock { state in
            if let reading = state.reading, !state.isStale || state.rest != nil { return reading }
            state.isStale = false
            let reading = Task { await read() }
            state.reading = reading
            return reading
        }
        switch await reading.value {
        case .failure(let error):
            let isKnown = state.withLock { state in
                let isKnown = state.coverage != .none && state.onProgress != nil
                state.isStale = !isKnown
                return isKnown
            }
            guard isKnown else { throw error }
            tell(error)
        case .success(.none): return .none
        case .success: break
        }
        let (rest, isAwaited) = state.withLock { ($0.rest, $0.onProgress == nil) }
        if isAwaited, let failure = await rest?.value { throw failure }
        return state.withLock(\.coverage)
    }

    /// Reads the next page, and begins with the rest.
    private func read() async -> Result<Coverage, ClientError> {
        do throws(ClientError) {
            let isMore = try await readPage()
            if isMore {
                let rest = Task { await readRest() }
                state.withLock { $0.rest = rest }
            }
            return .success(state.withLock(\.coverage))
        } catch .serverFailed, .badAnswer, .rejected, .forbidden {
            // The actions of the API may work all the same.
            return .success(.none)
        } catch {
            return .failure(error)
        }
    }

    private func readRest() async -> ClientError? {
        await Urgency.$current.withValue(.bulk { [self] in !state.withLock(\.isClosed) }) {
            var failure: ClientError?
            do throws(ClientError) {
                while try await readPage() {
                    let count = state.withLock(\.pages.next) - 1
                    // At one, two, four, eight pages and so on: each time all is sorted anew.
                    if count & (count - 1) == 0 { tell(nil) }
                }
            } catch {
                failure = error
            }
            state.withLock { $0.rest = nil }
            tell(failure)
            return failure
        }
    }

    private func tell(_ failure: ClientError?) {
        let (body, progress) = state.withLock { state in
            (
                state.onProgress,
                ListingProgress(
                    known: state.coverage.numbers.count, total: state.pages.total,
                    isWhole: state.coverage.isWhole, failure: failure)
            )
        }
        if !state.withLock(\.isClosed) { body?(progress) }
    }

    /// - Returns: whether there are more pages.
    private func readPage() async throws(ClientError) -> Bool {
        guard !state.withLock(\.isClosed) else { return false }
        let number = state.withLock { state in
            if state.pages.next == 1 { (state.listed, state.noted) = (RowSet(), RowSet()) }
            return state.pages.next
        }
        guard let page = try await tools.page(number) else {
            state.withLock { $0.coverage = .none }
            return false
        }
        let found = page.contacts.map { numbers.number($0) }
        return try state.withLock { state throws(ClientError) in try state.take(page, found) }
    }

    /// A contact that this process made or changed.
    func note(_ contact: Contact) {
        let number = numbers.number(contact)
        state.withLock { state in
            state.coverage.change { $0.insert(number) }
            state.noted.insert(number)
        }
    }

    /// The tags that a contact has now; one that was never seen stays unknown.
    func noteTags(_ answer: Contact, of key: ContactKey) {
        guard let number = numbers.number(of: answer.key ?? key) ?? numbers.number(of: key),
            let known = numbers.row(number)?.contact, let tags = answer.record[Field.tags.name]
        else { return }
        numbers.number(known.overlaid(by: Contact(record: ["tags": tags], isComplete: false)))
    }

    /// A contact that the server says is gone.
    func noteGone(_ key: ContactKey) {
        guard let number = numbers.number(of: key) else { return }
        state.withLock { state in
            state.coverage.change { $0.remove(number) }
            state.listed.remove(number)
            state.noted.remove(number)
        }
    }

    /// Reads no further page.
    func close() async {
        let rest = state.withLock { state in
            state.isClosed = true
            return state.rest
        }
        _ = await rest?.value
    }
}

extension RemoteBook.State {
    /// Takes a page in.
    ///
    /// - Returns: whether there are more.
    /// - Throws: `.badAnswer` where the pages lead nowhere.
    fileprivate mutating func take(
        _ page: ListedPage, _ found: [Int32]
    ) throws(ClientError) -> Bool {
        let before = listed.count
        for number in found { listed.insert(number) }
        let all = listed.union(noted)
        guard try pages.take(page, isNew: listed.count > before) else {
            // Fewer than the server counts: some moved between pages while they were read.
            coverage = listed.count >= page.total ? .whole(all) : .partly(all)
            pages = PageLoop(total: page.total)
            return false
        }
        if !coverage.isWhole { coverage = .partly(all) }
        return true
    }
}

extension RemoteBook.Coverage {
    var isWhole: Bool {
        if case .whole = self { true } else { false }
    }

    var numbers: RowSet {
        switch self {
        case .none: RowSet()
        case .partly(let numbers), .whole(let numbers): numbers
        }
    }

    fileprivate mutating func change(_ body: (inout RowSet) -> Void) {
        var numbers = numbers
        body(&numbers)
        switch self {
        case .none: break
        case .partly: self = .partly(numbers)
        case .whole: self = .whole(numbers)
        }
    }
}

/// The way through the pages, which ends whatever the server says of their number.
struct PageLoop {
    /// The most rows that a server gives in one page.
    static let size = 100
    private static let mostPages = 100_000

    private(set) var next: Int
    private(set) var total: Int

    init(next: Int = 1, total: Int = 0) {
        self.next = next
        self.total = total
    }

    /// - Returns: whether there is another page.
    mutating func take(_ page: ListedPage, isNew: Bool) throws(ClientError) -> Bool {
        total = page.total
        guard next < page.last, !page.contacts.isEmpty else { return false }
        guard isNew, next < PageLoop.mostPages else { throw .badAnswer(.shape("meta")) }
        next += 1
        return true
    }
}

extension RemoteTools {
    /// One page of the whole workspace.
    ///
    /// - Returns: nil where the server has no listing.
    func page(_ number: Int) async throws(ClientError) -> ListedPage? {
        let arguments: JSONObject = [
            "opted_in_only": .bool(false), "page": .number(JSONNumber(number)),
            "per_page": .number(JSONNumber(PageLoop.size)),
        ]
        return try await read("list_contacts", arguments).map { answer throws(ClientError) in
            try ListedPage(answer, number: number)
        }
    }
}

/// One page of `list_contacts`, believed only where it is the one that was asked for.
struct ListedPage {
    let contacts: [Contact]
    let last: Int
    let total: Int

    init(_ answer: JSONObject, number: Int) throws(ClientError) {
        guard let rows = answer["data"]?.array, rows.count <= 10 * PageLoop.size else {
            throw .badAnswer(.shape("data"))
        }
        let meta = answer["meta"]?.object ?? [:]
        func count(_ name: String) throws(ClientError) -> Int {
            guard case .number(let number) = meta[name], let count = number.integerValue,
                (0...1_000_000_000).contains(count)
            else { throw .badAnswer(.shape("meta.\(name)")) }
            return count
        }
        guard try count("current_page") == number else {
            throw .badAnswer(.shape("meta.current_page"))
        }
        last = try count("last_page")
        total = try count("total")
        var contacts: [Contact] = []
        for row in rows { contacts.append(try Contact(answered: row)) }
        self.contacts = contacts
    }
}
