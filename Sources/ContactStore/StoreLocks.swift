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

    static func unlock(_ lock: OpenFile?) {
        guard let lock else { return }
        _ = platform_lock(lock.descriptor, writerByte, -1, 0)
    }

    /// Waits until no writer is in the middle of something, where there ever was one; leaves no
    /// file behind.
    static func openSharedLock(
        _ paths: StorePaths
    ) -> (lock: OpenFile?, reason: StoreError.ReadOnlyReason?) {
        let lock = try? OpenFile(paths.lock, O_RDONLY)
        if let lock { _ = platform_lock(lock.descriptor, writerByte, 0, 1) }
        return (lock, .asked)
    }

    /// Opens the lock file and takes the writers' lock; or says why nothing can be written.
    static func openLock(
        _ paths: StorePaths
    ) -> (lock: OpenFile?, reason: StoreError.ReadOnlyReason?) {
        guard access(paths.base, W_OK) == 0 else { return (nil, .file) }
        guard access(paths.folder, W_OK) == 0 else { return (nil, .folder) }
        let lock: OpenFile
        do throws(StoreError) {
            lock = try OpenFile(paths.lock, O_RDWR | O_CREAT, mode: 0o600)
        } catch {
            if access(paths.lock, F_OK) == 0 { return (nil, .companion(path: paths.lock)) }
            guard case .io(let failure) = error, ![EACCES, EPERM, EROFS].contains(failure.code)
            else { return (nil, .folder) }
            return (nil, .lock(code: failure.code))
        }
        // Whoever made it may have had other rights, and those of the file may have changed.
        try? lock.takeMode(of: paths.base)
        guard platform_lock(lock.descriptor, presenceByte, 0, 1) == 0,
            platform_lock(lock.descriptor, writerByte, 1, 1) == 0
        else { return (nil, .noLocks) }
        return (lock, nil)
    }
}

extension StoreState {
    /// Tries again to be one who writes, where something keeps this process from it: what did may
    /// be gone, or repaired.
    ///
    /// - Returns: whether everything was read anew.
    mutating func regainWriting() throws(StoreError) -> Bool {
        switch readOnly {
        case nil, .asked: return false
        case .damage:
            guard let lock, obstacle == nil, !isCurrent else { return false }
            guard platform_lock(lock.descriptor, Store.writerByte, 1, 1) == 0 else {
                throw lock.failure("lock")
            }
            defer { Store.unlock(lock) }
            try load()
        case .file, .folder, .lock, .companion, .noLocks:
            let access = Store.openLock(paths)
            defer { Store.unlock(access.lock) }
            guard access.reason == nil else { return false }
            lock = access.lock
            obstacle = nil
            try load()
        }
        return true
    }
}
