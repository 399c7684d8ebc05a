import Glibc

/// The steps that were folded into the file, kept so that they can still be taken back.
struct History {
    let paths: StorePaths
    let limit: Int

    /// Adds steps at the end, durably; drops the older half where the file grows too large.
    func append(_ steps: [Step]) throws(StoreError) {
        guard !steps.isEmpty else { return }
        let known = Set(try read().map(\.id))
        let new = steps.filter { !known.contains($0.id) }
        let file = try OpenFile(paths.history, O_WRONLY | O_CREAT | O_APPEND, mode: 0o600)
        try file.write(new.flatMap { JournalText.line(.step($0)) })
        try file.syncAll()
        if Int(try file.status.st_size) > limit { try halve() }
    }

    /// Every step, the oldest first; what cannot be read is left out.
    func read() throws(StoreError) -> [Step] {
        let file: OpenFile
        do {
            file = try OpenFile(paths.history, O_RDONLY)
        } catch .missing {
            return []
        }
        let bytes = try file.read(limit: limit * 4)
        return bytes.split(separator: 0x0A).flatMap { line in
            JournalText.read(Array(line)).entries.compactMap { entry -> Step? in
                if case .step(let step) = entry { step } else { nil }
            }
        }
    }

    private func halve() throws(StoreError) {
        let steps = try read()
        let path = paths.history + ".new"
        unlink(path)
        let file = try OpenFile(path, O_WRONLY | O_CREAT | O_EXCL, mode: 0o600)
        try file.write(steps.suffix(steps.count / 2).flatMap { JournalText.line(.step($0)) })
        try file.syncAll()
        guard rename(path, paths.history) == 0 else { throw file.failure("rename") }
    }
}
