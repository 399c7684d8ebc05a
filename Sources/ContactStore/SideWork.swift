import Glibc
import Synchronization

/// Work on a thread of its own, beside what its caller does meanwhile.
///
/// The store's calls are synchronous, and one that waits for the disk would take a thread from
/// Swift's tasks, of which there are as many as processors.
final class SideWork: Sendable {
    private let work: @Sendable () throws(StoreError) -> Void
    private let thread: Mutex<pthread_t?> = Mutex(nil)
    private let result: Mutex<Result<Void, StoreError>> = Mutex(.success(()))

    /// Begins; where there is no thread to be had, all is done before this returns.
    convenience init(_ work: @escaping @Sendable () throws(StoreError) -> Void) {
        self.init(unbegun: work)
        if !begin() { run() }
    }

    /// Begins work that nobody waits for, or that its caller has a part in; nil where there is no
    /// thread to be had.
    convenience init?(jointly work: @escaping @Sendable () throws(StoreError) -> Void) {
        self.init(unbegun: work)
        if !begin() { return nil }
    }

    private init(unbegun work: @escaping @Sendable () throws(StoreError) -> Void) {
        self.work = work
    }

    private func begin() -> Bool {
        var thread = pthread_t()
        let context = Unmanaged.passRetained(self)
        let error = pthread_create(
            &thread, nil,
            { context in
                context.map { Unmanaged<SideWork>.fromOpaque($0).takeRetainedValue() }?.run()
                return nil
            }, context.toOpaque())
        guard error == 0 else {
            context.release()
            return false
        }
        self.thread.withLock { $0 = thread }
        return true
    }

    deinit {
        if let thread = thread.withLock(\.self) { pthread_detach(thread) }
    }

    /// Waits for its end; where nobody does, it comes to it all the same.
    ///
    /// - Throws: what the work threw.
    func wait() throws(StoreError) {
        let thread = thread.withLock { thread in
            defer { thread = nil }
            return thread
        }
        if let thread { pthread_join(thread, nil) }
        try result.withLock(\.self).get()
    }

    /// Does several parts of some work at the same time, the first one here, and waits for all.
    ///
    /// - Parameter work: is given the number of the part.
    static func each(of count: Int, _ work: @escaping @Sendable (Int) -> Void) {
        guard count > 0 else { return }
        let others = (1..<count).map { part in
            SideWork({ () throws(StoreError) in work(part) })
        }
        work(0)
        for other in others { try? other.wait() }
    }

    private func run() {
        let outcome = Result { () throws(StoreError) in try work() }
        result.withLock { $0 = outcome }
    }
}
