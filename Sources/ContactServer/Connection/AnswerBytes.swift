#if Network

import JSONText
import NIOCore
import NIOHTTP1

extension ByteBuffer {
    /// How an answer stands on the wire.
    struct Framing {
        /// The head alone is wanted.
        var isHeadOnly = false
        /// The connection ends with it.
        var isLast = false
        /// An HTTP/1.0 client must be told that the connection goes on.
        var isOld = false
    }

    /// Writes the whole answer.
    mutating func write(_ response: Response, _ framing: Framing) {
        var body: [UInt8] = []
        if response.hasBody {
            body.reserveCapacity(1024)
            response.body.write(to: &body)
        }
        let phrase = HTTPResponseStatus(statusCode: response.status).reasonPhrase
        writeString("HTTP/1.1 \(response.status) \(phrase)\r\n")
        if response.hasBody { writeStaticString("Content-Type: application/json\r\n") }
        writeString("Content-Length: \(body.count)\r\nDate: \(HTTPDate.now)\r\n")
        writeStaticString("Cache-Control: no-store\r\n")
        if framing.isLast {
            writeStaticString("Connection: close\r\n")
        } else if framing.isOld {
            writeStaticString("Connection: keep-alive\r\n")
        }
        for field in response.fields { writeString("\(field.name): \(field.value)\r\n") }
        writeStaticString("\r\n")
        if !framing.isHeadOnly { writeBytes(body) }
    }
}

#endif
