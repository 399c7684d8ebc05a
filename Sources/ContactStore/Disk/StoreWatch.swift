import CPlatform
import Glibc

/// Tells when anybody wrote to the files of a store, this process included.
///
/// It watches the folder, since files are replaced: a descriptor of its own would go on watching
/// the one that was put aside.
package final class StoreWatch: Sendable {
    private let descriptor: Int32
    private let base: String
    private let journal: String

    /// Begins to watch; nil where the system has no watch left, or the file system none at all.
    package init?(_ store: Store) {
        let paths = store.paths
        descriptor = platform_watch(paths.folder)
        base = paths.name
        journal = Companion.journal.path(beside: paths.name)
        guard descriptor >= 0 else { return nil }
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// Blocks until a file was written or replaced since the last call, at most for so long;
    /// without a limit it answers nil only where watching works no more.
    ///
    /// - Returns: whether anything happened; nil where nothing more will be told.
    package func wait(milliseconds: Int32 = -1) -> Bool? {
        let answer = platform_watch_wait(descriptor, base, journal, milliseconds)
        return answer < 0 ? nil : answer > 0
    }
}
