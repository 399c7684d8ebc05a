import Glibc
import Synchronization

/// How much there is of a file that is being written, for whoever reads it meanwhile.
final class FileGrowth: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let grown = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var size = 0
    private var isWhole = false

    init() {
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(grown, nil)
    }

    deinit {
        pthread_cond_destroy(grown)
        pthread_mutex_destroy(mutex)
        grown.deallocate()
        mutex.deallocate()
    }

    /// Notes that so many bytes can be read.
    func note(_ size: Int) {
        locked { self.size = size }
    }

    /// Notes that nothing more comes.
    func end() {
        locked { isWhole = true }
    }

    /// Waits until there are so many bytes, or no more come.
    ///
    /// - Returns: how many there are, `wanted` at most.
    func wait(for wanted: Int) -> Int {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while size < wanted && !isWhole { pthread_cond_wait(grown, mutex) }
        return min(size, wanted)
    }

    /// Waits until no more come.
    func waitForEnd() { _ = wait(for: .max) }

    private func locked(_ change: () -> Void) {
        pthread_mutex_lock(mutex)
        change()
        pthread_cond_signal(grown)
        pthread_mutex_unlock(mutex)
    }
}

/// Work on a thread of its own, beside what its caller does meanwhile.
///
/// The store's calls are synchronous, and one that waits for the disk would take a thread from
/// Swift's tasks, of which there are as many as processors.
final class SideWork: Sendable {
    private let work: @Sendable () throws(StoreError) -> Void
    private let thread: Mutex<pthread_t?> = Mutex(nil)
    private let result: Mutex<Result<Void, StoreError>> = Mutex(.success(()))

    /// Begins; where there is no thread to be had, all is done before this returns.
    init(_ work: @escaping @Sendable () throws(StoreError) -> Void) {
        self.work = work
        var thread = pthread_t()
        let context = Unmanaged.passRetained(self)
        let error = pthread_create(
            &thread, nil,
            { context in
                context.map { Unmanaged<SideWork>.fromOpaque($0).takeRetainedValue() }?.run()
                return nil
            }, context.toOpaque())
        if error == 0 {
            self.thread.withLock { $0 = thread }
        } else {
            context.release()
            run()
        }
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

    private func run() {
        let outcome = Result { () throws(StoreError) in try work() }
        result.withLock { $0 = outcome }
    }
}
