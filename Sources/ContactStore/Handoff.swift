import Glibc

/// Where one thread gives values to another, each of which waits for the other; what was taken
/// before goes back with the next, so that its memory is used again.
final class Handoff<Value: Sendable>: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var value: Value
    private var isFull = false
    private var isEnded = false

    /// - Parameter used: what is given in exchange for the first value.
    init(used: Value) {
        value = used
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(changed, nil)
    }

    deinit {
        pthread_cond_destroy(changed)
        pthread_mutex_destroy(mutex)
        changed.deallocate()
        mutex.deallocate()
    }

    /// Gives a value for a used one, as soon as the one before was taken.
    ///
    /// - Returns: false after the end, when nobody takes it.
    func give(_ new: inout Value) -> Bool {
        exchange(&new, whenFull: false) { !isEnded }
    }

    /// Takes a value for a used one, as soon as there is one.
    ///
    /// - Returns: false after the end, when there is none.
    func take(_ used: inout Value) -> Bool {
        exchange(&used, whenFull: true) { isFull }
    }

    /// Nothing more is given, or will be taken.
    func end() {
        pthread_mutex_lock(mutex)
        isEnded = true
        pthread_cond_broadcast(changed)
        pthread_mutex_unlock(mutex)
    }

    private func exchange(
        _ other: inout Value, whenFull: Bool, unless isFine: () -> Bool
    ) -> Bool {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while isFull != whenFull && !isEnded { pthread_cond_wait(changed, mutex) }
        guard isFine() else { return false }
        swap(&value, &other)
        isFull = !whenFull
        pthread_cond_broadcast(changed)
        return true
    }
}
