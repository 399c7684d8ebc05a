import Glibc
import JSONText
import Synchronization

/// The quota of one token at one origin, shared with our other processes through a small file
/// that is read and written under a lock.
///
/// Where no file can be kept, the processes count each for itself.
final class RemoteLedger: Sendable {
    private struct State {
        var quota = RemoteQuota()
        /// What of it stands in the file as this process last read or wrote it.
        var bytes: [UInt8] = []
        /// Whether the newest success named no limit that counts: then nothing is counted.
        var isUnlimited = false
        /// The file, once it is known.
        var path: String?
    }

    /// So many calls a minute nobody makes from one machine: whoever allows them has no limit.
    private static let boundless = 1_000_000

    private let path: @Sendable () -> String?
    private let deadline: Int
    private let state = Mutex(State())

    /// - Parameters:
    ///   - deadline: how long an exchange takes at most.
    ///   - path: says which file; nil keeps none, as long as the token is not there.
    init(deadline: Duration, path: @escaping @Sendable () -> String?) {
        self.path = path
        self.deadline = Int(deadline / .milliseconds(1))
    }

    /// The file for a token at an origin; the name tells neither.
    static func path(in folder: String, origin: String, token: Token, part: String) -> String {
        let name = [origin, token.secret, part].joined(separator: "\n")
        return folder + "/" + SHA256.digits(of: Array(name.utf8)).prefix(32) + ".json"
    }

    /// A slot for one call, or how many milliseconds to wait; a nil ticket costs nothing.
    enum Admission {
        case admitted(RemoteQuota.Ticket?)
        case wait(Int)
    }

    func admit(isBulk: Bool, at now: Int) -> Admission {
        if state.withLock({ $0.isUnlimited }) { return .admitted(nil) }
        return change { [deadline] quota in
            switch quota.admit(isBulk: isBulk, at: now, deadline: deadline) {
            case .admitted(let ticket): .admitted(ticket)
            case .wait(let time): .wait(time)
            }
        }
    }

    /// Somebody wants to try in spite of what the server asked for.
    func unblock() {
        change { $0.unblock() }
    }

    /// The call of this ticket came to nothing that the server could have counted.
    func notSent(_ ticket: RemoteQuota.Ticket?) {
        guard let ticket else { return }
        change { $0.notSent(ticket) }
    }

    /// The call of this ticket was sent and got no answer.
    func unanswered(_ ticket: RemoteQuota.Ticket?, at now: Int) {
        guard let ticket else { return }
        change { $0.unanswered(ticket, at: now) }
    }

    /// The call of this ticket was answered, be it with a failure.
    func answered(_ ticket: RemoteQuota.Ticket?, with answer: Answer, at now: Int) {
        let isSuccess = (200..<300).contains(answer.status)
        let isLimited = answer.callLimit.map { (1..<RemoteLedger.boundless).contains($0) } ?? false
        guard let ticket = ticket ?? claim(isLimited || answer.status == 429, at: now) else {
            return
        }
        change { quota in
            if answer.status == 429 {
                quota.refused(ticket, retryAfter: answer.retryAfter, at: now)
            } else if isSuccess && !isLimited {
                quota.answeredWithoutLimit(ticket, at: now)
            } else {
                quota.answered(
                    ticket, limit: answer.callLimit, left: answer.callsLeft, at: now)
            }
        }
        state.withLock { $0.isUnlimited = isSuccess && !isLimited }
    }

    /// The slot of a call that was not counted when it began, where it counts after all.
    private func claim(_ counts: Bool, at now: Int) -> RemoteQuota.Ticket? {
        guard counts else { return nil }
        state.withLock { $0.isUnlimited = false }
        guard case .admitted(let ticket) = admit(isBulk: false, at: now) else { return nil }
        return ticket
    }

    /// The quota as it stands, calls of other processes included.
    var quota: RemoteQuota {
        change { $0 }
    }

    @discardableResult
    private func change<T: Sendable>(_ body: (inout RemoteQuota) -> T) -> T {
        state.withLock { [path] state in
            state.path = state.path ?? path()
            guard let file = state.path.flatMap(LockedFile.init) else { return body(&state.quota) }
            let bytes = file.bytes
            if bytes != state.bytes, let record = try? JSONValue(parsing: bytes).object {
                state.quota = RemoteQuota(record: record)
                state.bytes = bytes
            }
            let before = state.quota
            let result = body(&state.quota)
            if state.quota != before {
                state.bytes.removeAll(keepingCapacity: true)
                JSONValue.object(state.quota.record).write(to: &state.bytes)
                file.replace(with: state.bytes)
            }
            return result
        }
    }
}

/// A small file of ours that no other process reads or writes for as long as this exists.
private struct LockedFile: ~Copyable {
    private let descriptor: Int32

    /// Opens the file, makes it where it is missing, and waits for those who have it.
    init?(_ path: String) {
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { return nil }
        while flock(descriptor, LOCK_EX) != 0 {
            guard errno == EINTR else {
                close(descriptor)
                return nil
            }
        }
    }

    deinit {
        close(descriptor)
    }

    /// The content, of which more than 64 KB is none of ours.
    var bytes: [UInt8] {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = pread(descriptor, &buffer, buffer.count, 0)
        return Array(buffer.prefix(max(0, count)))
    }

    /// A half-written file is read as an empty ledger, which costs a refusal at worst.
    func replace(with bytes: [UInt8]) {
        guard pwrite(descriptor, bytes, bytes.count, 0) == bytes.count else { return }
        ftruncate(descriptor, off_t(bytes.count))
    }
}
