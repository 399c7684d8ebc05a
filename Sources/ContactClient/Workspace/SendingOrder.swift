/// Which entry is sent next: those that somebody waits for before those of runs, each in order.
struct SendingOrder: Sendable {
    private var single = Line()
    private var runs = Line()

    mutating func add(_ id: Int, isRun: Bool) {
        if isRun { runs.add(id) } else { single.add(id) }
    }

    /// The first that may be sent.
    ///
    /// - Parameters:
    ///   - takesRuns: whether it may be one of a run.
    ///   - isOpen: whether an entry still waits at all.
    ///   - mayGo: whether it may go now, none of the same contact being under way.
    mutating func next(
        runs takesRuns: Bool, isOpen: (Int) -> Bool, mayGo: (Int) -> Bool
    ) -> Int? {
        if let id = single.next(isOpen: isOpen, mayGo: mayGo) { return id }
        return takesRuns ? runs.next(isOpen: isOpen, mayGo: mayGo) : nil
    }

    /// Ascending numbers. Those before `head` are through or stand at the front, where few are
    /// looked at again and again: what is under way, and what has to wait for that.
    private struct Line: Sendable {
        private var ids: [Int] = []
        private var head = 0
        private var front: [Int] = []

        /// Where so many have to wait for others, those are waited for.
        private static let frontLimit = 1000

        mutating func add(_ id: Int) {
            guard let last = ids.last, last >= id else { return ids.append(id) }
            let place = ids.place(of: id)
            if ids[place] != id {
                ids.insert(id, at: place)
                if place < head { head += 1 }
            }
            guard place < head else { return }
            let inFront = front.place(of: id)
            if inFront == front.count || front[inFront] != id { front.insert(id, at: inFront) }
        }

        mutating func next(isOpen: (Int) -> Bool, mayGo: (Int) -> Bool) -> Int? {
            front.removeAll { !isOpen($0) }
            if let id = front.first(where: mayGo) { return id }
            while head < ids.count, front.count < Line.frontLimit {
                let id = ids[head]
                head += 1
                guard isOpen(id) else { continue }
                front.append(id)
                if mayGo(id) { return id }
            }
            if front.isEmpty { (ids, head) = ([], 0) }
            return nil
        }
    }
}

extension [Int] {
    /// The place of the first number that is not less, in ascending order.
    fileprivate func place(of wanted: Int) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if self[middle] < wanted { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
