/// The pages of a listing in order, two asked for while the one before them is looked at: one is on
/// its way as the other is taken apart, so that the server and whoever reads work at the same time.
struct PagesAhead: ~Copyable {
    private typealias Found = Result<ListedPage?, ClientError>

    private let tools: RemoteTools
    private let first: Urgency
    private let others: Urgency
    private var isBegun = false
    private var ahead: [(number: Int, page: Task<Found, Never>)] = []

    /// How many are asked for before they are wanted.
    private static let depth = 2

    /// - Parameters:
    ///   - first: how urgent the first page that is asked for is.
    ///   - others: how urgent the others are; one that is not wanted any more is not asked for.
    init(of tools: RemoteTools, first: Urgency, others: Urgency) {
        self.tools = tools
        self.first = first
        self.others = others
    }

    deinit { for asked in ahead { asked.page.cancel() } }

    /// The page with this number, those after it asked for.
    ///
    /// - Returns: nil where the server has no listing.
    mutating func page(_ number: Int) async throws(ClientError) -> ListedPage? {
        let urgency = isBegun ? others : first
        isBegun = true
        guard urgency.isWanted else { throw .notSent(.other("stopped")) }
        let task: Task<Found, Never>
        if let asked = ahead.first, asked.number == number {
            ahead.removeFirst()
            task = asked.page
        } else {
            task = ask(number, urgency)
        }
        let found = await withTaskCancellationHandler {
            await task.value
        } onCancel: {
            task.cancel()
        }
        let page = try found.get()
        guard let page, others.isWanted else { return page }
        while ahead.count < PagesAhead.depth, case let next = number + ahead.count + 1,
            next <= page.last
        {
            ahead.append((next, ask(next, others)))
        }
        return page
    }

    private func ask(_ number: Int, _ urgency: Urgency) -> Task<Found, Never> {
        Task { [tools] in
            do throws(ClientError) {
                return .success(try await tools.page(number, urgency))
            } catch {
                return .failure(error)
            }
        }
    }
}
