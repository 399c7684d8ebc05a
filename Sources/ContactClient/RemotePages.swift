import ContactModel
import JSONText

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

extension RemoteClient {
    /// All contacts, page by page, and whether these are all there are; nil where the server has
    /// no listing, or cannot give one now.
    ///
    /// - Parameter isKnown: whether that is known otherwise, so that a listing that is not given
    ///   now is a failure.
    /// - Throws: what keeps the server from being asked, or broke the listing off.
    func everybody(
        isKnown: Bool
    ) async throws(ClientError) -> (contacts: [Contact], isWhole: Bool)? {
        var pages = PageLoop()
        // Somebody waits for the first; the others leave room for those who edit.
        var found = PagesAhead(of: tools, first: .interactive, others: .bulk { true })
        var contacts: [Contact] = []
        var seen: Set<String> = []
        while true {
            let page: ListedPage?
            do throws(ClientError) {
                page = try await found.page(pages.next)
            } catch {
                guard pages.next == 1, !isKnown, error.isAboutListings else { throw error }
                return nil
            }
            guard let page else {
                if isKnown, let refusal = tools.refusal { throw refusal }
                return nil
            }
            let before = contacts.count
            contacts += page.contacts.unseen(&seen)
            let isNew = contacts.count > before
            guard try pages.take(page, isNew: isNew, count: contacts.count) else {
                try pages.check(count: contacts.count, isKnown: isKnown)
                return (contacts, pages.isWhole(contacts.count))
            }
        }
    }
}

extension [Contact] {
    /// Those whose id was not seen before, and those that have none.
    func unseen(_ seen: inout Set<String>) -> [Contact] {
        filter { contact in contact.id.map { seen.insert($0).inserted } ?? true }
    }
}

extension ClientError {
    /// Whether the listing alone may be at fault, so that the actions of the API work all the
    /// same.
    package var isAboutListings: Bool {
        switch self {
        case .serverFailed, .badAnswer, .rejected, .forbidden: true
        default: false
        }
    }
}

/// The way through the pages, which ends whatever the server says of their number.
struct PageLoop {
    /// The most rows that a server gives in one page.
    static let size = 100
    /// So many pages more than contacts are told lead nowhere.
    private static let sparePages = 100

    private(set) var next: Int
    /// The most contacts that the server told of.
    private(set) var total: Int

    init(next: Int = 1, total: Int = 0) {
        self.next = next
        self.total = total
    }

    /// - Parameters:
    ///   - isNew: whether it has contacts that no page before it had.
    ///   - count: how many contacts there are with it.
    /// - Returns: whether there is another page.
    mutating func take(
        _ page: ListedPage, isNew: Bool, count: Int
    ) throws(ClientError) -> Bool {
        // Nobody, where the server counts some for this page, is no answer.
        guard !page.contacts.isEmpty || count >= page.total || next > page.last else {
            throw .badAnswer(.shape("data"))
        }
        total = max(total, page.total)
        // Where the number of pages is told too small, that of the contacts says so.
        let isMore = next < page.last || next * PageLoop.size < total
        guard isMore, !page.contacts.isEmpty else { return false }
        guard isNew, next < total + PageLoop.sparePages else { throw .badAnswer(.shape("meta")) }
        next += 1
        return true
    }

    /// Whether so many contacts are all. Fewer than the server counted at some time: others moved
    /// between pages while they were read, as one in front of them came or went.
    func isWhole(_ count: Int) -> Bool { count >= total }

    /// Makes sure that a listing which ended by far too early takes nothing away from what is
    /// known otherwise: absence means no deletion.
    func check(count: Int, isKnown: Bool) throws(ClientError) {
        guard isKnown, count * 10 < total * 9 else { return }
        throw .badAnswer(.shape("data"))
    }
}

extension RemoteTools {
    /// One page of the whole workspace. One that is too large to be read is read in smaller ones,
    /// and a contact that is too large alone is left out.
    ///
    /// - Returns: nil where the server has no listing.
    func page(
        _ number: Int, _ urgency: Urgency
    ) async throws(ClientError) -> ListedPage? {
        do throws(ClientError) {
            return try await page(number, of: PageLoop.size, urgency)
        } catch .badAnswer(.tooLarge(let limit)) {
            guard let found = try await pieces(of: number, size: PageLoop.size, urgency) else {
                throw .badAnswer(.tooLarge(limit: limit))
            }
            return found
        }
    }

    /// A page put together of ten smaller ones, those that are too large themselves again.
    ///
    /// - Returns: nil where no contact that was asked for can be read.
    private func pieces(
        of number: Int, size: Int, _ urgency: Urgency
    ) async throws(ClientError) -> ListedPage? {
        let each = size / 10
        var whole: ListedPage?
        for piece in (number - 1) * 10 + 1...number * 10 {
            var page: ListedPage?
            do throws(ClientError) {
                page = try await self.page(piece, of: each, urgency)
            } catch .badAnswer(.tooLarge) where each > 1 {
                page = try await pieces(of: piece, size: each, urgency)
                // Ten contacts too large and none read: whatever is asked for will be.
                if page == nil, whole == nil { return nil }
            } catch .badAnswer(.tooLarge) {
                continue
            }
            guard let page else { continue }
            whole = page.following(whole, of: size)
            if piece * each >= page.total { break }
        }
        return whole
    }

    private func page(
        _ number: Int, of size: Int, _ urgency: Urgency
    ) async throws(ClientError) -> ListedPage? {
        let arguments: JSONObject = [
            "opted_in_only": .bool(false), "page": .number(JSONNumber(number)),
            "per_page": .number(JSONNumber(size)),
        ]
        let answer = try await urgency.during { () async throws(ClientError) in
            try await read("list_contacts", arguments)
        }
        return try answer.map { answer throws(ClientError) in
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

    private init(_ contacts: [Contact], last: Int, total: Int) {
        (self.contacts, self.last, self.total) = (contacts, last, total)
    }

    /// The page behind another one, as a part of pages of so many contacts.
    func following(_ other: ListedPage?, of size: Int) -> ListedPage {
        ListedPage(
            (other?.contacts ?? []) + contacts, last: (total + size - 1) / size, total: total)
    }
}
