import ContactModel
import Synchronization

/// A personal access token; it shows itself as `(token)` wherever a value is printed.
package struct Token: Sendable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    /// The characters themselves: for the wire and for comparing, never for people.
    package let secret: String

    /// The token in `text`, surrounding white space and line ends left out.
    ///
    /// - Returns: nil where nothing is left, or it holds anything but visible ASCII characters,
    ///   which no header could carry.
    package init?(_ text: String) {
        let secret = text.trimmingWhitespace()
        guard !secret.isEmpty, secret.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            return nil
        }
        self.secret = secret
    }

    /// Never the token.
    package var description: String { "(token)" }

    /// Never the token.
    package var debugDescription: String { description }

    /// Without the token, so that dumps do not show it.
    package var customMirror: Mirror { Mirror(self, children: []) }
}

/// A token that may still have to be found out: nothing is sent before it is there.
package final class TokenSlot: Sendable {
    private enum State: Sendable {
        case ready(Token)
        case missing(String)
    }

    private let state: Mutex<State>

    /// A slot that holds a token.
    package init(_ token: Token) { state = Mutex(.ready(token)) }

    /// A slot without a token, and why: in words that follow the place's name.
    package init(missing words: String) { state = Mutex(.missing(words)) }

    /// The token arrived.
    package func fill(_ token: Token) { state.withLock { $0 = .ready(token) } }

    /// It will not arrive.
    package func fail(_ words: String) { state.withLock { $0 = .missing(words) } }

    var token: Token? {
        state.withLock { if case .ready(let token) = $0 { token } else { nil } }
    }

    /// A digest that tells the token, as it is used at an origin, from others.
    func mark(at origin: String) -> String? {
        token.map { token in
            let text = [origin, token.secret, "workspace"].joined(separator: "\n")
            return String(SHA256.digits(of: Array(text.utf8)).prefix(32))
        }
    }

    /// The token.
    ///
    /// - Throws: `.notSent` with the reason where it is not there.
    func taken() throws(ClientError) -> Token {
        switch state.withLock(\.self) {
        case .ready(let token): return token
        case .missing(let words): throw .notSent(.noToken(words))
        }
    }
}
