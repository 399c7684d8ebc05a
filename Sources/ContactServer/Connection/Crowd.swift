#if Network

import NIOCore
import Synchronization

/// The open connections: at their limit the one that has rested longest gives way to a new one.
final class Crowd: Sendable {
    /// The place of one connection.
    final class Seat: Sendable {
        fileprivate let channel: any Channel
        private let since: Atomic<UInt64>

        fileprivate init(_ channel: any Channel) {
            self.channel = channel
            since = Atomic(NIODeadline.now().uptimeNanoseconds)
        }

        /// Notes that a request is under way, or that there is none any more.
        func isBusy(_ isBusy: Bool) {
            since.store(isBusy ? .max : NIODeadline.now().uptimeNanoseconds, ordering: .relaxed)
        }

        /// When it began to rest, in nanoseconds since the start; the maximum while it is busy.
        fileprivate var restingSince: UInt64 { since.load(ordering: .relaxed) }
    }

    /// Told to a connection that must give way unless a request has just begun.
    struct GiveWay: Sendable {}

    private let limit: Int
    private let seats = Mutex<[ObjectIdentifier: Seat]>([:])

    init(limit: Int) {
        self.limit = limit
    }

    /// A place for the connection; nil where all are at work.
    func admit(_ channel: any Channel) -> Seat? {
        let seat = Seat(channel)
        let (isAdmitted, oldest) = seats.withLock { seats -> (Bool, Seat?) in
            var oldest: Seat?
            if seats.count >= limit {
                oldest = seats.values.min { $0.restingSince < $1.restingSince }
                guard let oldest, oldest.restingSince != .max else { return (false, nil) }
                seats[ObjectIdentifier(oldest)] = nil
            }
            seats[ObjectIdentifier(seat)] = seat
            return (true, oldest)
        }
        oldest?.channel.pipeline.fireUserInboundEventTriggered(GiveWay())
        return isAdmitted ? seat : nil
    }

    /// Forgets a connection that ended.
    func leave(_ seat: Seat) {
        seats.withLock { $0[ObjectIdentifier(seat)] = nil }
    }
}

#endif
