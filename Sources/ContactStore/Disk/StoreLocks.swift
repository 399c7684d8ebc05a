import CPlatform
import Glibc

/// Making a missing file, and the locks beside it.
extension Store {
    static let writerByte: off_t = 0
    static let presenceByte: off_t = 1
    static let foldingByte: off_t = 2

    /// Makes a missing file, readable by its owner alone: it is whole from the moment it has its
    /// name.
    static func create(_ paths: StorePaths) throws(StoreError) {
        guard access(paths.base, F_OK) != 0 else { return }
        let lock = try OpenFile(paths.lock, O_RDWR | O_CREAT, mode: 0o600)
        _ = platform_lock(lock.descriptor, writerByte, 1, 1)
        defer { unlock(lock) }
        unlink(paths.replacement)
        let file = try OpenFile(paths.replacement, O_WRONLY | O_CREAT | O_EXCL, mode: 0o600)
        do throws(StoreError) {
            try file.write(Base.emptyText)
            try file.syncAll()
            guard platform_rename_to_new(paths.replacement, paths.base) == 0 || errno == EEXIST
            else { throw .failure("rename", paths.replacement) }
        } catch {
            unlink(paths.replacement)
            throw error
        }
        unlink(paths.replacement)
        try paths.syncFolder()
    }

    /// Gives a lock back.
    ///
    /// - Returns: false where that failed: letting go of the open file gives it back then.
    @discardableResult
    static func unlock(_ lock: OpenFile?, _ byte: off_t = writerByte) -> Bool {
        lock.map { platform_lock($0.descriptor, byte, -1, 0) == 0 } ?? true
    }

    /// Waits until no writer is in the middle of something, where there ever was one; leaves no
    /// file behind.
    ///
    /// One that is stuck keeps nobody from reading: without the lock a folding may come between
    /// the two files, which is found out by looking again.
    static func openSharedLock(
        _ paths: StorePaths
    ) -> (lock: OpenFile?, reason: StoreError.ReadOnlyReason?) {
        guard let lock = try? OpenFile(paths.lock, O_RDONLY) else { return (nil, .asked) }
        for _ in 0..<looksForWriters {
            if platform_lock(lock.descriptor, writerByte, 0, 0) == 0 { return (lock, .asked) }
            usleep(microsecondsBetweenLooks)
        }
        return (nil, .asked)
    }

    private static let looksForWriters = 250
    private static let microsecondsBetweenLooks: useconds_t = 2000

    /// Opens the lock file and takes the writers' lock; or says why nothing can be written.
    static func openLock(
        _ paths: StorePaths, _ options: StoreOptions
    ) -> (lock: OpenFile?, reason: StoreError.ReadOnlyReason?) {
        for _ in 1..<mostLockFiles {
            let access = openLockOnce(paths, options)
            // While this one was waited for somebody may have removed it.
            guard let lock = access.lock, !lock.bears(paths.lock) else { return access }
        }
        return openLockOnce(paths, options)
    }

    private static let mostLockFiles = 100

    private static func openLockOnce(
        _ paths: StorePaths, _ options: StoreOptions
    ) -> (lock: OpenFile?, reason: StoreError.ReadOnlyReason?) {
        guard access(paths.base, W_OK) == 0 else { return (nil, .file) }
        guard access(paths.folder, W_OK) == 0 else { return (nil, .folder) }
        let lock: OpenFile
        do throws(StoreError) {
            lock = try OpenFile(paths.lock, O_RDWR | O_CREAT, mode: 0o600)
        } catch {
            if case .notAFile(let path) = error { return (nil, .companion(path: path)) }
            if access(paths.lock, F_OK) == 0 { return (nil, .companion(path: paths.lock)) }
            guard case .io(let failure) = error, ![EACCES, EPERM, EROFS].contains(failure.code)
            else { return (nil, .folder) }
            return (nil, .lock(code: failure.code))
        }
        // Whoever made it may have had other rights, and those of the file may have changed.
        try? lock.takeMode(of: paths.base)
        guard platform_lock(lock.descriptor, presenceByte, 0, 1) == 0,
            takeWritersLock(lock, options)
        else { return (nil, .noLocks) }
        return (lock, nil)
    }

    /// Takes the writers' lock, however long that takes.
    ///
    /// - Returns: false, and `errno` set, where the system refuses it.
    static func takeWritersLock(_ lock: OpenFile, _ options: StoreOptions) -> Bool {
        withUnsafePointer(to: options.onWait) { onWait in
            platform_lock_telling(
                lock.descriptor, writerByte, secondsBeforeTelling,
                { context in
                    context?.assumingMemoryBound(to: (@Sendable () -> Void).self).pointee()
                }, UnsafeMutableRawPointer(mutating: onWait)) == 0
        }
    }

    private static let secondsBeforeTelling: Int32 = 1
}

extension StoreState {
    /// Runs with the writers' lock.
    mutating func locked<T>(
        _ body: (inout StoreState) throws(StoreError) -> T
    ) throws(StoreError) -> T {
        let held = try takeLock()
        defer { if !Store.unlock(held) { lock = nil } }
        guard !paths.isLink else { throw .becameLink(path: paths.base) }
        guard access(paths.base, W_OK) == 0 || errno == ENOENT else {
            obstacle = .file
            throw .readOnly(path: paths.base, .file)
        }
        return try body(&self)
    }

    /// Takes the writers' lock, on the file that bears its name by now: one that somebody has
    /// removed keeps nobody out.
    private mutating func takeLock() throws(StoreError) -> OpenFile {
        if let lock {
            guard Store.takeWritersLock(lock, options) else {
                throw lock.failure("lock")
            }
            if lock.bears(paths.lock) { return lock }
        }
        lock = nil
        let access = Store.openLock(paths, options)
        lock = access.lock
        guard let lock else {
            obstacle = access.reason
            throw .readOnly(path: paths.base, access.reason ?? .noLocks)
        }
        return lock
    }

    /// Makes sure, before anything is written, that the lock still keeps others out.
    func checkLock() throws(StoreError) {
        guard let lock, !lock.bears(paths.lock) else { return }
        throw .io(
            StoreError.IOFailure(operation: "keep the lock", path: paths.lock, code: ESTALE))
    }

    /// Tries again to be one who writes, where something keeps this process from it: what did may
    /// be gone, or repaired.
    ///
    /// - Returns: whether everything was read anew.
    mutating func regainWriting() throws(StoreError) -> Bool {
        switch readOnly {
        case nil, .asked: return false
        case .damage:
            guard lock != nil, obstacle == nil, !isCurrent else { return false }
            try locked { state throws(StoreError) in try state.load() }
        case .file, .folder, .lock, .companion, .noLocks:
            let access = Store.openLock(paths, options)
            defer { if !Store.unlock(access.lock) { lock = nil } }
            guard access.reason == nil else { return false }
            lock = access.lock
            obstacle = nil
            try load()
        }
        return true
    }
}
