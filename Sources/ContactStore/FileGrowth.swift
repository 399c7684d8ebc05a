import Glibc

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
