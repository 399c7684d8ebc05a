#if Network

import AsyncHTTPClient
import Glibc
import NIOCore
import NIOHTTP1
import NIOHTTPCompression
import NIOPosix
import NIOSSL

/// An error of the HTTP library, sorted by the one question that matters afterwards: can the
/// server have seen the request?
enum Breakdown {
    /// The connection was never made.
    case unmade(ClientError.TransportFailure)
    /// It broke after the request may have left.
    case broken(ClientError.TransportFailure)
    /// The answer is larger than allowed.
    case tooLarge

    init(_ error: any Error) {
        switch error {
        case let error as NIOConnectionError: self = .unmade(Breakdown.reason(error))
        case let error as IOError: self.init(errno: error.errnoCode)
        case let error as HTTPClientError: self.init(error)
        case is NIOTooManyBytesError: self = .tooLarge
        case NIOHTTPDecompression.DecompressionError.limit: self = .tooLarge
        case ChannelError.connectTimeout: self = .unmade(.connectTimeout)
        case is ChannelError: self = .broken(.brokenOff)
        case NIOSSLError.uncleanShutdown: self = .broken(.brokenOff)
        case is NIOSSLError, is NIOSSLExtraError, is BoringSSLError:
            self = .unmade(.tls(Breakdown.words(error)))
        case HTTPParserError.invalidEOFState: self = .broken(.brokenOff)
        default: self = .broken(.other(Breakdown.words(error)))
        }
    }

    private init(errno code: CInt) {
        switch code {
        case ECONNREFUSED: self = .unmade(.refused)
        case EHOSTUNREACH, ENETUNREACH, EADDRNOTAVAIL, EACCES, EMFILE, ENFILE:
            self = .unmade(.other(String(cString: strerror(code))))
        default: self = .broken(.brokenOff)
        }
    }

    private init(_ error: HTTPClientError) {
        switch error {
        case .connectTimeout, .getConnectionFromPoolTimeout, .httpProxyHandshakeTimeout:
            self = .unmade(.connectTimeout)
        case .tlsHandshakeTimeout: self = .unmade(.tls("handshake timeout"))
        case .deadlineExceeded, .readTimeout, .writeTimeout: self = .broken(.deadline)
        case .remoteConnectionClosed: self = .broken(.brokenOff)
        case .proxyAuthenticationRequired:
            self = .unmade(.other("the proxy asks for a name and a password"))
        case .invalidProxyResponse: self = .unmade(.other("the proxy does not let it through"))
        case .invalidURL, .emptyHost, .alreadyShutdown:
            self = .unmade(.other(Breakdown.words(error)))
        default: self = .broken(.other(Breakdown.words(error)))
        }
    }

    private static func reason(
        _ error: NIOConnectionError
    ) -> ClientError.TransportFailure {
        let causes = error.connectionErrors.map(\.error)
        if causes.isEmpty, error.dnsAError != nil || error.dnsAAAAError != nil {
            return .unknownHost
        }
        if causes.contains(where: { ($0 as? IOError)?.errnoCode == ECONNREFUSED }) {
            return .refused
        }
        if causes.contains(where: Breakdown.isTimeout) { return .connectTimeout }
        return .other(causes.first.map(words) ?? words(error))
    }

    private static func isTimeout(_ error: any Error) -> Bool {
        if case ChannelError.connectTimeout = error { return true }
        return (error as? IOError)?.errnoCode == ETIMEDOUT
    }

    /// The library's words at their shortest.
    private static func words(_ error: any Error) -> String {
        if let error = error as? HTTPClientError { return error.shortDescription }
        var text = String(describing: error)[...]
        if error is NIOSSLExtraError {
            text = text.prefix { $0 != ":" }
        } else if let start = text.firstRange(of: "OPENSSL_internal:") {
            // Of a whole stack of BoringSSL's errors, the name of the first.
            text = text[start.upperBound...].prefix { $0.isLetter || $0.isNumber || $0 == "_" }
        }
        return String(text.prefix(200))
    }

    /// What it means where no answer has begun.
    func failure(limit: Int) -> ClientError {
        switch self {
        case .unmade(let failure): .notSent(failure)
        case .broken(let failure): .outcomeUnknown(failure)
        case .tooLarge: .badAnswer(.tooLarge(limit: limit))
        }
    }

    /// What it means once the head of the answer is there: whatever broke, the request was sent.
    func failureInBody(limit: Int) -> ClientError {
        switch self {
        case .unmade(let failure), .broken(let failure): .outcomeUnknown(failure)
        case .tooLarge: .badAnswer(.tooLarge(limit: limit))
        }
    }
}

#endif
