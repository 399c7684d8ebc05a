#if Network

import NIOCore
import NIOHTTP1

/// One connection: requests are read within their deadlines, answered one after the other, and
/// logged.
///
/// Everything happens on the channel's event loop except the answering itself.
final class Connection: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// What all connections share.
    struct Terms: Sendable {
        let responder: Responder
        let limits: Listener.Limits
        let log: @Sendable (AccessLine) -> Void
    }

    private enum Phase {
        /// No request has begun.
        case resting
        /// Some of a head has come.
        case head(since: NIODeadline)
        /// A head has come, and maybe some of its body.
        case body(Incoming)
        /// A whole request waits for its answer.
        case answering
        /// The last answer was sent, and the client has yet to hang up.
        case leaving
    }

    /// What came while an answer was still awaited.
    private enum Waiting {
        case part(HTTPServerRequestPart)
        case fault(Response)
    }

    private let terms: Terms
    private let crowd: Crowd
    private let seat: Crowd.Seat?
    private var phase = Phase.resting
    private var waiting = CircularBuffer<Waiting>()
    private var isTaking = false
    private var patience: Patience?
    private var context: ChannelHandlerContext?
    private var address = "-"
    private var isReadHeld = false
    /// The client will send nothing more.
    private var hasEnded = false
    /// The answer under way is the last.
    private var isLast = false
    /// When the rest of a request must have come, where the server is about to stop.
    private var farewell = NIODeadline.distantFuture
    /// The first line of the present head as far as it came.
    private var firstLine = (bytes: 0, isOver: false)
    /// Whether there is a request to answer, or one whose sender may have it answered.
    private var isAtWork = false
    /// Whether something came during an answer that is not a whole request yet.
    private var isAhead = false

    init(_ terms: Terms, _ crowd: Crowd, _ seat: Crowd.Seat?) {
        self.terms = terms
        self.crowd = crowd
        self.seat = seat
    }

    private var limits: Listener.Limits { terms.limits }
}

// MARK: - What the channel tells

extension Connection {
    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        patience = Patience(on: context.eventLoop) { [unowned self] in hadEnough() }
        patience?.lasts(until: .now() + TimeAmount(limits.headDeadline))
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        if let seat { crowd.leave(seat) }
        patience?.stop()
        self.context = nil
    }

    func channelActive(context: ChannelHandlerContext) {
        address = context.remoteAddress?.ipAddress ?? address
        if seat == nil { refuse(.crowded) }
        context.fireChannelActive()
    }

    /// Bytes came, of which nothing is understood yet.
    func noteArrival(_ bytes: ByteBuffer) {
        switch phase {
        case .resting:
            let now = NIODeadline.now()
            phase = .head(since: now)
            firstLine = (0, false)
        case .head: break
        case .answering:
            isAhead = true
            return
        case .body, .leaving: return
        }
        guard !firstLine.isOver else { return }
        let line = bytes.readableBytesView.prefix { $0 != UInt8(ascii: "\n") }
        firstLine = (firstLine.bytes + line.count, line.count < bytes.readableBytes)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let part = unwrapInboundIn(data)
        if case .end = part { isAhead = false }
        if case .answering = phase { waiting.append(.part(part)) } else { take(part) }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        // What came whole has been taken by now.
        switch phase {
        case .head(let since): patience?.lasts(until: since + TimeAmount(limits.headDeadline))
        case .body(let incoming):
            // What is refused whatever the rest holds need not wait for it; a client that is
            // still sending is heard out for a while after the answer.
            if let refusal = terms.responder.refusal(beforeBodyOf: incoming.request) {
                send(refusal, to: incoming)
                break
            }
            if incoming.body != nil {
                answer(incoming)
                break
            }
            if !isAtWork { work() }
            patience?.lasts(
                until: min(farewell, incoming.start + TimeAmount(limits.requestDeadline)))
        case .resting, .answering, .leaving: break
        }
        context.fireChannelReadComplete()
    }

    func read(context: ChannelHandlerContext) {
        if waiting.isEmpty { context.read() } else { isReadHeld = true }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if case .leaving = phase { return }
        guard let error = error as? HTTPParserError else { return context.close(promise: nil) }
        let isTarget = firstLine.bytes > limits.targetBytes
        guard let response = Response(error, isTarget: isTarget) else { return end() }
        if case .answering = phase { waiting.append(.fault(response)) } else { refuse(response) }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case ChannelEvent.inputClosed: end()
        case is ChannelShouldQuiesceEvent: retire()
        case is Crowd.GiveWay: if isAtWork { retire() } else { context.close(promise: nil) }
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    private func end() {
        hasEnded = true
        if case .answering = phase { return }
        context?.close(promise: nil)
    }

    /// A request under way is still answered.
    private func retire() {
        isLast = true
        switch phase {
        case .resting, .head, .leaving: context?.close(promise: nil)
        case .body:
            farewell = .now() + TimeAmount(limits.farewell)
            patience?.lasts(until: farewell)
        case .answering:
            farewell = .now() + TimeAmount(limits.farewell)
            patience?.lasts(until: farewell)
        }
    }

    /// From here on the connection gives way to no other.
    private func work() {
        isAtWork = true
        seat?.isBusy(true)
    }

    private func hadEnough() {
        switch phase {
        case .resting, .answering, .leaving: context?.close(promise: nil)
        case .head: refuse(.lateHead)
        case .body(var incoming):
            incoming.body = .late
            incoming.isWhole = false
            answer(incoming)
        }
    }
}

// MARK: - Requests in

extension Connection {
    private func take(_ part: HTTPServerRequestPart) {
        switch (part, phase) {
        case (.head(let head), .resting): begin(head, since: .now())
        case (.head(let head), .head(let since)): begin(head, since: since)
        case (.body(let bytes), .body(var incoming)):
            // Not held twice, so that the bytes are not copied.
            phase = .resting
            incoming.append(bytes, limit: limits.bodyBytes)
            phase = .body(incoming)
        case (.end, .body(var incoming)):
            incoming.isWhole = true
            answer(incoming)
        default: break
        }
    }

    private func begin(_ head: HTTPRequestHead, since start: NIODeadline) {
        let head = RequestHead(head)
        var incoming = Incoming(head, since: start)
        if let flaw = head.flaw(targetBytes: limits.targetBytes) {
            return send(flaw, to: incoming)
        }
        if head.announcesMore(than: limits.bodyBytes) {
            incoming.body = .tooLarge(limit: limits.bodyBytes)
        }
        guard head.asksFirst else {
            phase = .body(incoming)
            return
        }
        if incoming.body != nil { return answer(incoming) }
        if let refusal = terms.responder.refusal(beforeBodyOf: head.request) {
            return send(refusal, to: incoming)
        }
        phase = .body(incoming)
        context?.writeAndFlush(
            wrapOutboundOut(ByteBuffer(string: "HTTP/1.1 100 Continue\r\n\r\n")), promise: nil)
    }

    private func answer(_ incoming: Incoming) {
        guard let context else { return }
        phase = .answering
        work()
        // Neither an answer that takes too long nor a client that takes none keeps the server from
        // stopping.
        let end = incoming.start + TimeAmount(limits.requestDeadline * 2)
        let isStopping = farewell != .distantFuture
        patience?.lasts(until: isStopping ? farewell + TimeAmount(limits.linger) : end)
        let answered = context.eventLoop.makePromise(of: Response.self)
        answered.futureResult.assumeIsolated().whenSuccess { self.send($0, to: incoming) }
        let request = incoming.whole
        let responder = terms.responder
        // What is quick is answered without leaving the event loop.
        Task.immediate { answered.succeed(await responder.respond(to: request)) }
    }

    /// Answers what is no request, or none that can be read on.
    private func refuse(_ response: Response) {
        var incoming = Incoming(nil, since: .now())
        if case .head(let since) = phase { incoming = Incoming(nil, since: since) }
        if case .body(let begun) = phase { incoming = begun }
        incoming.isWhole = false
        send(response, to: incoming)
    }
}

// MARK: - Answers out

extension Connection {
    private func send(_ response: Response, to incoming: Incoming) {
        phase = .answering
        guard let context else { return finish(response, incoming) }
        isLast = isLast || !incoming.keepsAlive
        var bytes = context.channel.allocator.buffer(capacity: 1024)
        bytes.write(
            response,
            ByteBuffer.Framing(
                isHeadOnly: incoming.request.method == "HEAD", isLast: isLast,
                isOld: incoming.isOld))
        let written = context.eventLoop.makePromise(of: Void.self)
        written.futureResult.assumeIsolated().whenComplete { _ in
            self.finish(response, incoming)
        }
        context.writeAndFlush(wrapOutboundOut(bytes), promise: written)
    }

    private func finish(_ response: Response, _ incoming: Incoming) {
        let path = terms.responder.withoutToken(incoming.request.path)
        terms.log(AccessLine(incoming, response, of: path, from: address))
        guard let context, context.channel.isActive else { return }
        guard !isLast else { return leave(context, hearsOut: !incoming.isWhole) }
        rest()
        takeWaiting()
        if hasEnded, waiting.isEmpty { end() }
        if waiting.isEmpty, isReadHeld {
            isReadHeld = false
            context.read()
        }
    }

    private func rest() {
        isAtWork = false
        seat?.isBusy(false)
        let now = NIODeadline.now()
        let isBegun = isAhead && waiting.isEmpty
        phase = isBegun ? .head(since: now) : .resting
        patience?.lasts(until: now + TimeAmount(isBegun ? limits.headDeadline : limits.idle))
    }

    private func takeWaiting() {
        // An answer that is sent at once leads back here.
        guard !isTaking else { return }
        isTaking = true
        defer { isTaking = false }
        while !waiting.isEmpty {
            if case .answering = phase { return }
            switch waiting.removeFirst() {
            case .part(let part): take(part)
            case .fault(let response): refuse(response)
            }
        }
    }

    /// A client that is still sending would lose the answer to a reset, so it is heard out for a
    /// while.
    private func leave(_ context: ChannelHandlerContext, hearsOut: Bool) {
        phase = .leaving
        waiting.removeAll()
        guard hearsOut, !hasEnded, farewell == .distantFuture else {
            return context.close(promise: nil)
        }
        isAtWork = false
        seat?.isBusy(false)
        patience?.lasts(until: .now() + TimeAmount(limits.linger))
        context.close(mode: .output, promise: nil)
        context.read()
    }
}

/// Tells a connection of bytes before they are understood.
final class ArrivalWatch: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let connection: Connection

    init(_ connection: Connection) {
        self.connection = connection
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        connection.noteArrival(unwrapInboundIn(data))
        context.fireChannelRead(data)
    }
}

#endif
