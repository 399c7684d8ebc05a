package import ContactModel
package import ContactStore
package import JSONText

/// Everything that can go wrong between a change and its acknowledgement.
///
/// The cases say what may be done next: *not sent* can be sent again, *outcome unknown* must be
/// read first, *rejected* must not be sent again unchanged.
package enum ClientError: Error, Hashable, Sendable {
    /// No contact bears this key.
    case notFound(ContactLookup)
    /// Several contacts bear this key, so nothing is written by it.
    case ambiguous(ContactKey)
    /// Fields to be written were changed by someone else; the contact as it stands.
    case conflict(Contact)
    /// The telephone number is taken already; the contact that has it.
    case exists(Contact)
    /// Fields that cannot be taken (422, or our own check before sending).
    case invalid(InvalidFields)
    /// The patch cannot be merged into what is there.
    case unusable(PatchFlaw)
    /// The place cannot do this at all.
    case unsupported(Unsupported)
    /// There is no change of this user to take back.
    case nothingToUndo
    /// This user took nothing back that could be done again.
    case nothingToRedo
    /// The token is missing, wrong or revoked (401).
    case unauthenticated
    /// The token may not do this (403); the server's words.
    case forbidden(String)
    /// The quota is used up (429); seconds to wait where the server says.
    case throttled(retryAfter: Int?)
    /// Nothing left this machine: safe to send again.
    case notSent(TransportFailure)
    /// Something was sent and no whole answer came: read before deciding.
    case outcomeUnknown(TransportFailure)
    /// The server refused for a reason of its own; its status and words.
    case rejected(status: Int, message: String)
    /// The server failed (5xx); its status and words.
    case serverFailed(status: Int, message: String)
    /// The answer came and is not what the API promises.
    case badAnswer(BadAnswer)
    /// The local store refused or failed.
    case store(StoreError)
    /// The token belongs to another workspace than the one that is mirrored here and that changes
    /// are queued for; their names.
    case otherWorkspace(bound: String, found: String)
    /// The token belongs to another workspace than before, whose names these are; nothing was
    /// queued, so that this one counts from now on.
    case moved(from: String, to: String)
    /// The change is durable here and will be sent later; what was in the way, and whether
    /// nothing is known of the contact, so that it will write over whatever stands there.
    indirect case queued(because: ClientError, isBlind: Bool = false)
    /// All that is left to send waits for a decision about an earlier change of the same contact;
    /// why that one was refused.
    indirect case behind(ClientError)
    /// Whoever waited for the change waits no more.
    case stopped

    /// What a place cannot do.
    package enum Unsupported: Hashable, Sendable {
        /// The API cannot remove these metadata keys.
        case removingMetadata([String])
        /// The server has no tool that deletes this contact.
        case deleting(ContactKey)
        /// Several contacts cannot be changed all or none: each is a call of its own.
        case wholeSteps
    }

    /// How an exchange broke off.
    package enum TransportFailure: Hashable, Sendable {
        /// Nothing listens there.
        case refused
        /// The name does not resolve.
        case unknownHost
        /// There is no token to ask with: why, in words that follow the place's name.
        case noToken(String)
        /// The connection was not made in time.
        case connectTimeout
        /// The whole exchange took longer than its deadline.
        case deadline
        /// The connection was closed or reset before the answer was whole.
        case brokenOff
        /// The certificate or the handshake failed; the library's words.
        case tls(String)
        /// Another failure; the library's words.
        case other(String)
    }

    /// How an answer is not what it should be.
    package enum BadAnswer: Hashable, Sendable {
        /// The body is not JSON: where, and its content type (HTML of a proxy, a cut body).
        case notJSON(JSONSyntaxError, contentType: String?)
        /// The body is larger than this many bytes.
        case tooLarge(limit: Int)
        /// A redirect, which is never followed with the token.
        case redirect(String)
        /// A member is missing or of the wrong type.
        case shape(String)
        /// It is about another contact than was asked for.
        case otherContact(asked: ContactKey, answered: String)
    }
}
