import ContactModel

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
