#if Network

import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Synchronization

/// Takes an answer in as it comes, up to the size that is allowed; of an event stream the first
/// event that answers the message, as what comes after is not waited for.
final class AnswerCollector: HTTPClientResponseDelegate {
    typealias Response = Answer

    private struct State {
        var answer: Answer?
        var stream: EventStream?
        var length = 0
        var isAnswered = false
    }

    /// The event that was waited for is there.
    private struct Answered: Error {}

    private let state = Mutex(State())
    private let message: MCPMessage?
    private let limit: Int

    init(of call: APICall, limit: Int) {
        if case .mcp(let message) = call { self.message = message } else { message = nil }
        self.limit = limit
    }

    func didReceiveHead(
        task: HTTPClient.Task<Answer>, _ head: HTTPResponseHead
    ) -> EventLoopFuture<Void> {
        let answer = Answer(head)
        let isStream = message != nil && EventStream.isNamed(by: answer.contentType)
        state.withLock { state in
            state.answer = answer
            state.stream = isStream ? EventStream() : nil
        }
        return task.eventLoop.makeSucceededVoidFuture()
    }

    func didReceiveBodyPart(
        task: HTTPClient.Task<Answer>, _ buffer: ByteBuffer
    ) -> EventLoopFuture<Void> {
        do {
            try state.withLock { try take(buffer, &$0) }
            return task.eventLoop.makeSucceededVoidFuture()
        } catch {
            return task.eventLoop.makeFailedFuture(error)
        }
    }

    private func take(_ buffer: ByteBuffer, _ state: inout State) throws {
        state.length += buffer.readableBytes
        guard state.length <= limit else { throw NIOTooManyBytesError(maxBytes: limit) }
        guard state.stream != nil else {
            state.answer?.body += buffer.readableBytesView
            return
        }
        let events = state.stream?.feed(buffer.readableBytesView) ?? []
        guard let event = events.first(where: { message?.isAnswered(by: $0) == true }) else {
            return
        }
        state.answer?.body = event
        state.isAnswered = true
        throw Answered()
    }

    func didFinishRequest(task: HTTPClient.Task<Answer>) throws -> Answer {
        try state.withLock { state in
            guard let answer = state.answer, state.stream == nil else {
                throw HTTPClientError.remoteConnectionClosed
            }
            return answer
        }
    }

    /// The answer where it says enough although it broke off.
    ///
    /// - Throws: `.notSent`, `.outcomeUnknown` or `.badAnswer` where it does not.
    func answer(after error: any Error) throws(ClientError) -> Answer {
        let (answer, isAnswered) = state.withLock { ($0.answer, $0.isAnswered) }
        guard var answer else { throw Breakdown(error).failure(limit: limit) }
        if isAnswered { return answer }
        guard answer.statusSaysEnough else { throw Breakdown(error).failureInBody(limit: limit) }
        // The words of a failure may be missing.
        answer.body = []
        return answer
    }
}

extension Answer {
    /// Whether it is a failure whatever the body holds.
    fileprivate var statusSaysEnough: Bool {
        switch status {
        case 300..<400, 401, 403, 408, 429, 500...: true
        default: false
        }
    }

    fileprivate init(_ head: HTTPResponseHead) {
        let headers = head.headers
        status = Int(head.status.code)
        contentType = headers.first(name: "content-type").map { String($0.prefix(100)) }
        location = headers.first(name: "location").map { String($0.prefix(500)) }
        retryAfter = headers.first(name: "retry-after").flatMap { Int($0) }
            .map { min(max($0, 0), 86_400) }
        callLimit = headers.first(name: "x-ratelimit-limit").flatMap { Int($0) }
        callsLeft = headers.first(name: "x-ratelimit-remaining").flatMap { Int($0) }
        session = headers.first(name: "mcp-session-id").flatMap { Answer.session($0) }
        body = []
    }

    /// Visible ASCII characters; anything else is no session that could be named again.
    private static func session(_ text: String) -> String? {
        let isVisible = text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
        return isVisible && (1...1000).contains(text.utf8.count) ? text : nil
    }
}

#endif
