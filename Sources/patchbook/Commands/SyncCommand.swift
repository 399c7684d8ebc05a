import ArgumentParser
import ContactClient
import ContactUI
import Glibc
import JSONText

/// Sends what is queued for a workspace, and reads it anew.
struct SyncCommand: BlockingCommand {
    static let configuration = CommandConfiguration(
        commandName: "sync",
        abstract: "Send what is queued for a remote workspace, and read it anew.",
        discussion: """
            Status 2 where changes were refused or are in conflict, 75 where some still wait, 77 \
            where the token is refused.
            """)

    @OptionGroup var place: PlaceOptions

    @Flag(help: "Only tell what is queued; nothing is sent or read.")
    var status = false

    @Flag(help: "With --status: tell it as JSON.")
    var json = false

    @Flag(help: "Send again what was refused, and what is in conflict over what others wrote.")
    var retry = false

    @Flag(help: "Give up everything that is queued; asks first.")
    var drop = false

    @Flag(help: "Do not ask.")
    var yes = false

    func validate() throws {
        guard [status, retry, drop].count(where: { $0 }) <= 1 else {
            throw ValidationError("give one of --status, --retry and --drop")
        }
        guard !json || status else { throw ValidationError("--json goes with --status") }
        guard !drop || yes || Question.canBeAsked else {
            throw ValidationError("--drop asks first, and there is no terminal: give --yes")
        }
    }

    func perform() async throws {
        try await place.withBackend(isAttended: true) { backend, _ in
            guard let workspace = backend.workspace else {
                throw ValidationError(
                    "a file has nothing to send: give --profile, or see 'patchbook check'")
            }
            if status { return tell(SyncStatus(workspace)) }
            if drop { return try giveUp(in: workspace) }
            if retry { workspace.retry(workspace.refused.map(\.id)) }
            try await send(workspace)
        }
    }

    private func tell(_ status: SyncStatus) {
        if json { return Streams.print(status.record.prettyText) }
        status.lines.forEach(Streams.print)
        if !place.quiet { status.notes.forEach(place.note) }
    }

    private func giveUp(in workspace: WorkspaceClient) throws {
        let ids = workspace.unsentIDs
        if ids.isEmpty { return place.note("nothing is queued") }
        if !yes, !Question.ask("give up \(ids.count) changes that are not sent?") {
            place.note("nothing was given up")
            throw ExitCode(1)
        }
        let doubtful = Set(workspace.unsent.filter(workspace.mayBeThere).map(\.id))
        let dropped = workspace.drop(ids)
        if !place.quiet { Streams.print("\(dropped.count) given up") }
        for entry in dropped.filter({ doubtful.contains($0.id) }).prefix(20) {
            let subject = workspace.subject(of: QueuedItem(entry))
            Streams.complain("the server may have what was given up of \(subject): no answer came")
        }
    }

    private func send(_ workspace: WorkspaceClient) async throws {
        let before = workspace.status.counts
        if let quota = SyncStatus(workspace).quota, workspace.seconds() > 0 { place.note(quota) }
        let progress = ProgressLine(
            total: before.waiting, isShown: !place.quiet && isatty(STDERR_FILENO) == 1)
        Interruption.watch()
        let trouble = await workspace.synchronize { done in
            progress.show(done, seconds: { workspace.seconds() })
            return !Interruption.isAsked
        }
        progress.clear()
        let after = workspace.status.counts
        if !place.quiet {
            let sent = workspace.sentCount
            let others = max(0, before.all - after.all - sent)
            let byOthers = others > 0 ? ", \(others) by another program" : ""
            Streams.print("\(sent) sent\(byOthers); \(SyncStatus.summary(after))")
            if Interruption.isAsked, let reading = workspace.reading {
                Streams.complain(
                    "stopped after \(reading.known) of \(reading.total) contacts; the next sync "
                        + "goes on there")
            } else if trouble == nil, workspace.unread == nil, let mirror = workspace.mirrored,
                !Interruption.isAsked
            {
                let more = mirror.isWhole ? "" : ", and the server may hold more"
                Streams.print("\(mirror.count) contacts\(more)")
            }
        }
        if case .behind = trouble {
            Streams.complain(
                "what waits comes after what needs a decision: 'patchbook sync --retry' sends "
                    + "both, O in the editor shows them")
        } else if let trouble {
            Streams.complain(Wording.failure(trouble, place: workspace.place.title).line)
        }
        let unread = trouble == nil ? workspace.unread : nil
        if let unread { tellUnread(unread, in: workspace) }
        for entry in workspace.refused.prefix(20) {
            Streams.complain(SyncStatus.sentence(entry, naming: true, in: workspace))
        }
        if case .behind? = trouble { throw ExitCode(2) }
        if after.waiting > 0 {
            throw ExitCode(trouble.map { Wording.status(.queued(because: $0)) } ?? 75)
        }
        if after.all > 0 || Interruption.isAsked { throw ExitCode(2) }
        if let trouble { throw ExitCode(Wording.status(trouble)) }
        if let unread, isFailure(unread, in: workspace) {
            throw ExitCode(Wording.status(unread))
        }
    }

    /// Says why the contacts were not read anew, and what is known of them.
    private func tellUnread(_ cause: ClientError, in workspace: WorkspaceClient) {
        let reason = Wording.failure(cause, place: workspace.place.title).message
        if isFailure(cause, in: workspace) {
            return Streams.complain("the contacts were not read anew: \(reason)")
        }
        place.note("no list of all contacts is to be had here (\(reason)); searches find them")
    }

    /// Whether the listing is at fault, and not a server that never had one.
    private func isFailure(_ cause: ClientError, in workspace: WorkspaceClient) -> Bool {
        guard case .rejected = cause else { return true }
        return workspace.mirrored?.isWhole == true
    }
}
