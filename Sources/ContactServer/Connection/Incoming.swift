#if Network

import NIOCore

/// A request while it arrives and is answered.
struct Incoming {
    /// The request without the body.
    let request: Request
    /// When its first byte came.
    let start: NIODeadline
    /// Whether the client speaks HTTP/1.0.
    let isOld: Bool
    /// What there is instead of the bytes of a body.
    var body: Request.Body?
    /// Whether nothing of it is left to be read.
    var isWhole: Bool
    /// The bytes of the body that came, kept or not.
    private(set) var count = 0
    private var bytes: [UInt8] = []
    private let mayGoOn: Bool

    /// A request of which nothing but the head has come, or not even that.
    init(_ head: RequestHead?, since start: NIODeadline) {
        request = head?.request ?? Request(method: "-", path: "-")
        self.start = start
        isOld = head?.isOld ?? false
        isWhole = head.map { !$0.hasBody } ?? false
        mayGoOn = head?.keepsAlive ?? false
    }

    /// Takes more of the body; past the limit nothing of it is kept.
    mutating func append(_ part: ByteBuffer, limit: Int) {
        count += part.readableBytes
        if count <= limit {
            bytes.append(contentsOf: part.readableBytesView)
        } else {
            bytes = []
            body = .tooLarge(limit: limit)
        }
    }

    /// Whether another request may follow on the connection.
    var keepsAlive: Bool { mayGoOn && isWhole }

    /// The request with its body.
    var whole: Request {
        var whole = request
        whole.body = body ?? .bytes(bytes)
        return whole
    }
}

extension AccessLine {
    init(
        _ incoming: Incoming, _ response: Response, of path: String, from address: String
    ) {
        self.address = address
        method = String(incoming.request.method.prefix(20))
        self.path = String(path.prefix(200))
        status = response.status
        milliseconds = Int((NIODeadline.now() - incoming.start).nanoseconds / 1_000_000)
        cause = response.cause
    }
}

#endif
