import ContactModel
import Glibc

/// Reading only some contacts of a large file, and leaving behind what makes that possible.
extension StoreState {
    /// What is wanted of a large file; nil where all of it has to be read.
    func excerpt(of file: OpenFile, _ stamp: FileStamp) -> Excerpt? {
        guard let wanted, isWorthAnIndex(stamp), stamp.size <= options.sizeLimit,
            unmended == nil, refused.isEmpty
        else { return nil }
        return Excerpt(of: file, stamp, paths: paths, wanted: wanted)
    }

    /// A smaller file is folded after each command, and is another one then.
    private func isWorthAnIndex(_ stamp: FileStamp) -> Bool {
        stamp.size > max(options.keptSize, options.smallSize)
    }

    /// Whether what is read will do for some contacts; nil stands for everybody.
    func holdsWhatIsKnown(of keys: [ContactKey]?) -> Bool {
        guard let known = snapshot.base.known else { return true }
        return keys?.allSatisfy(known.hold) ?? false
    }

    /// Reads the rest of the file where only some of its contacts were read.
    mutating func readWhole() throws(StoreError) {
        guard snapshot.base.known != nil else { return }
        wanted = nil
        guard readOnly == nil else { return try load() }
        try locked { state throws(StoreError) in try state.load() }
    }

    /// Notes beside a large file that was read where its contacts stand, for whoever asks for some
    /// of them; whoever cannot write there leaves it.
    func leaveIndex() {
        guard options.wanted != nil, snapshot.base.known == nil, readOnly == nil, let stamp,
            isWorthAnIndex(stamp), time(nil) - stamp.changed[0] >= options.restBeforeIndex,
            SideIndex(beside: paths, of: stamp)?.isSound != true
        else { return }
        let base = snapshot.base
        try? SideIndex.write(base.columns, of: base.mark, stamp, beside: paths)
    }
}

extension [CommitRequest] {
    /// The only contacts that they are about; nil where there are others, as the neighbours that a
    /// deletion notes.
    var subjects: [ContactKey]? {
        let changes = flatMap(\.changes)
        return changes.contains { $0.change == .delete } ? nil : changes.map(\.key)
    }
}
