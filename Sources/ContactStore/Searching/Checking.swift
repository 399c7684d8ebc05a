import CPlatform
import Glibc

extension Store {
    /// Reads every byte of a store's files and changes nothing; waits for writers to finish.
    ///
    /// - Throws: `StoreError` where a file cannot be read at all.
    package static func check(_ path: String) throws(StoreError) -> StoreReport {
        let paths = StorePaths(path)
        let access = openSharedLock(paths)
        defer { unlock(access.lock) }
        var report = StoreReport(path: paths.base)
        let bytes = try OpenFile(paths.base, O_RDONLY, followsLinks: true).read(limit: .max)
        report.size = bytes.count
        var mark: ContentMark?
        do throws(StoreError) {
            let base = try Base(bytes, path: paths.base)
            mark = base.mark
            report.contacts = base.spans.count
        } catch {
            report.flaw = error
        }
        let journal = try survey(paths.journal)
        report.journal = journal?.part
        report.history = try survey(paths.history)?.part
        guard let mark else { return report }
        if let survey = journal?.survey {
            report.findHead(survey)
            report.relate(survey, to: mark)
        }
        let snapshot = try Store(opening: path, options: StoreOptions(readsOnly: true)).snapshot
        report.contacts = snapshot.count
        report.conflicts = snapshot.openConflicts
        report.repeated = snapshot.repeatedKeys
        return report
    }

    private static func survey(
        _ path: String
    ) throws(StoreError) -> (part: StoreReport.Part, survey: JournalText.Survey)? {
        let bytes: [UInt8]
        do {
            bytes = try OpenFile(path, O_RDONLY).read(limit: .max)
        } catch .missing {
            return nil
        }
        let survey = JournalText.survey(bytes)
        let part = StoreReport.Part(
            path: path, size: bytes.count, steps: survey.entries.compactMap(\.step).count,
            flaws: survey.flaws)
        return (part, survey)
    }

    /// Sets damage of the journal and the history aside and goes on with what is sound; steps
    /// after the damage count where they contradict nothing.
    ///
    /// - Throws: `.readOnly` where nothing may be written, `.syntax` or `.shape` where the file
    ///   itself is damaged.
    package static func repair(
        _ path: String, options: StoreOptions = StoreOptions()
    ) throws(StoreError) -> StoreRepair {
        let paths = StorePaths(path)
        var status = stat()
        guard stat(paths.base, &status) == 0 else { throw .missing(path: path) }
        let access = openLock(paths, options)
        defer { unlock(access.lock) }
        if let reason = access.reason { throw .readOnly(path: paths.base, reason) }
        var state = try StoreState(paths: paths, options: options, access: access)
        var repair = StoreRepair()
        if state.readOnly == .damage {
            try state.repairJournal(&repair)
        }
        try state.repairHistory(&repair)
        return repair
    }
}

extension StoreReport {
    /// A journal that does not say which file it belongs to is damaged from its first byte on.
    fileprivate mutating func findHead(_ survey: JournalText.Survey) {
        guard let first = survey.entries.first, journal?.isDamaged == false else { return }
        if case .header = first { return }
        let flaw = Flaw(kind: .damaged, offset: 0, size: 0)
        journal?.flaws.insert(flaw, at: 0)
    }

    /// Notes what the journal is to the file.
    fileprivate mutating func relate(_ survey: JournalText.Survey, to mark: ContentMark) {
        guard case .header(let begun)? = survey.entries.first, begun != mark else { return }
        isFoldingCutOff = survey.entries.contains { $0.folded == mark }
        isChangedOutside = !isFoldingCutOff
    }
}

extension StoreState {
    /// The store was opened and stopped before the damage; the lock is held.
    fileprivate mutating func repairJournal(_ repair: inout StoreRepair) throws(StoreError) {
        isDamaged = false
        let bytes = try OpenFile(paths.journal, O_RDONLY).read(limit: options.sizeLimit)
        repair.setAside.append(try setAside(bytes, of: paths.journal))
        let whole = JournalText.read(bytes)
        let isHeaded = if case .header = whole.entries.first { true } else { false }
        let end = isHeaded ? whole.end : 0
        let later = JournalText.survey(bytes, from: end).entries.compactMap(\.step)
        let (kept, _) = rebased(later, &repair.conflicts)
        repair.recovered = kept.count
        try replaceJournal(steps + kept)
    }

    fileprivate mutating func repairHistory(_ repair: inout StoreRepair) throws(StoreError) {
        let bytes: [UInt8]
        do {
            bytes = try OpenFile(paths.history, O_RDONLY).read(limit: .max)
        } catch .missing {
            return
        }
        let survey = JournalText.survey(bytes)
        guard survey.flaws.contains(where: { $0.kind == .damaged }) else { return }
        repair.setAside.append(try setAside(bytes, of: paths.history))
        var text = PiecedText()
        for entry in survey.entries { JournalText.write(entry, to: &text) }
        try history.replace(with: text)
    }

    private func setAside(_ bytes: [UInt8], of path: String) throws(StoreError) -> String {
        try OpenFile.setAside(bytes, of: path, as: "damaged", modeOf: paths.base)
    }
}
