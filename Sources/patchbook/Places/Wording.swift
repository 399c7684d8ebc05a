import ContactClient
import ContactModel
import ContactUI
import JSONText

/// What people are told of failures, and the exit status that scripts are told.
enum Wording {
    /// Why a program built for files alone cannot reach another machine, and what can.
    static let noNetwork =
        "this patchbook was built without the network; swift build makes a whole one"

    /// Why some of a run is still queued.
    static func delay(_ cause: ClientError, place: String) -> String {
        if case .stopped = cause { return "the program was asked to end" }
        return failure(cause, place: place).message
    }

    /// A failure in words; `place` is how the person knows the file or the workspace.
    static func failure(_ error: ClientError, place: String) -> Failure {
        switch error {
        case .notFound(.key(let key)): Failure("no contact \(key.text) in \(place)")
        case .notFound(.email(let email)): Failure("no contact with \(email) in \(place)")
        case .ambiguous(let key):
            Failure(
                "several contacts bear \(key.text), so none is written by it",
                advice: "mend the file: every id and phone number once")
        case .invalid(let invalid):
            Failure(
                invalid.fields.map(\.message).joined(separator: " "), fields: invalid.fields)
        case .unusable(.unusable(let field, let kind)):
            Failure(
                "\(field.name) holds a \(kind), which merging would destroy",
                advice: "mend it in the file first")
        case .unsupported(.removingMetadata(let keys)):
            Failure(
                "the API cannot remove \(keys.joined(separator: ", "))",
                advice: "null keeps a key without a value")
        case .unsupported(.deleting(let key)):
            Failure(
                "the server has no tool that deletes \(key.text)",
                advice: "delete it in the service itself")
        case .unsupported(.wholeSteps):
            Failure("the API changes one contact at a time, so not all or none")
        case .conflict(let contact):
            Failure(
                "\(contact.name ?? contact.key?.text ?? "the contact") was changed by someone else "
                    + "meanwhile",
                advice: "look at it and try again")
        case .exists(let contact):
            Failure("\(contact.phone ?? "the number") is there already")
        case .nothingToUndo: Failure("nothing of yours to take back")
        case .nothingToRedo: Failure("nothing you took back to do again")
        case .store(let error): StoreWording.failure(error)
        default: RemoteWording.failure(error, place: place)
        }
    }

    /// The exit status for a failure, after sysexits.h.
    static func status(_ error: ClientError) -> Int32 {
        switch error {
        case .notFound, .nothingToUndo, .nothingToRedo: 1
        case .unsupported(.deleting): 69
        case .ambiguous, .unsupported: 64
        case .invalid, .unusable, .conflict, .exists, .rejected, .badAnswer: 65
        case .unauthenticated, .forbidden, .notSent(.noToken): 77
        case .throttled, .notSent, .outcomeUnknown, .serverFailed: 69
        case .queued(.unauthenticated, _), .queued(.forbidden, _), .queued(.otherWorkspace, _),
            .queued(.notSent(.noToken), _):
            77
        case .queued(.conflict, _), .behind, .stopped: 2
        case .queued: 75
        case .otherWorkspace, .moved: 77
        case .store(let error): StoreWording.status(error)
        }
    }
}

/// Failures of the service and of the way to it.
enum RemoteWording {
    static func failure(_ error: ClientError, place: String) -> Failure {
        switch error {
        case .unauthenticated:
            Failure(
                "\(place) refused the token",
                advice: "look at the profile's token; an open editor takes a new one with "
                    + "':profile \(place)'")
        case .forbidden(let words): Failure(said("the token may not do this", words))
        case .throttled(let seconds):
            Failure(
                "\(place) takes no more calls now",
                advice: seconds.map { "again in \($0) s" } ?? "try again in a minute")
        case .notSent(.noToken(let words)): Failure("\(place) \(words)")
        case .notSent(let cause):
            Failure("\(place) was not reached: \(phrase(cause))", advice: "safe to try again")
        case .outcomeUnknown(let cause):
            Failure(
                "no whole answer came from \(place): \(phrase(cause))",
                advice: "safe to try again")
        case .rejected(200, let words): Failure(said("\(place) did not do it", words))
        case .rejected(let status, let words):
            Failure(said("\(place) refused (\(status))", words))
        case .serverFailed(let status, let words):
            Failure(
                said("\(place) failed (\(status))", words), advice: "try again later")
        case .badAnswer(let flaw):
            Failure("\(place) answered what the API does not: \(phrase(flaw))")
        case .otherWorkspace(let bound, let found):
            Failure(
                "the token of \(place) now belongs to "
                    + (found == bound ? "another workspace \(found)" : "the workspace \(found)")
                    + ", and changes for \(found == bound ? "the former one" : bound) wait; "
                    + "nothing is sent",
                advice: "give the profile its old token back, or drop them with "
                    + "'patchbook sync --drop'")
        case .moved(let former, let found):
            Failure(
                found == former
                    ? "\(place) is another workspace \(found) now; nothing was changed"
                    : "\(place) is the workspace \(found) now and was \(former); nothing was "
                        + "changed",
                advice: "the same command once more is meant for \(found)")
        case .stopped: Failure("stopped before anything was sent")
        case .queued(let cause, let isBlind): queued(cause, isBlind, place: place)
        case .behind(let cause):
            Failure(
                "an earlier change of the same contact waits for a decision: "
                    + Wording.failure(cause, place: place).message,
                advice: "'patchbook sync --retry' sends both, O in the editor shows them")
        default: Failure("failed")
        }
    }

    /// With the server's words, where it has any.
    private static func said(_ what: String, _ words: String) -> String {
        words.isEmpty ? what : "\(what): \(words)"
    }

    private static func queued(
        _ cause: ClientError, _ isBlind: Bool, place: String
    ) -> Failure {
        let blind =
            isBlind
            ? "; how it stands there is not known here, so whatever stands there is written over"
            : ""
        let words = Wording.failure(cause, place: place).message + blind
        switch cause {
        case .conflict:
            return Failure(
                "queued, not sent: \(words)",
                advice: "'patchbook sync --retry' sends it over that, 'patchbook undo' drops it")
        case .unauthenticated, .forbidden, .notSent(.noToken):
            return Failure(
                "queued, not sent yet: \(words)",
                advice: "look at the profile's token, then 'patchbook sync' sends it")
        case .behind:
            return Failure(
                "queued, not sent yet: \(words)",
                advice: "'patchbook sync --retry' sends both, 'patchbook undo' drops this one")
        case .stopped:
            return Failure(
                "stopped before an answer came; it is queued", advice: "'patchbook sync' goes on")
        case .badAnswer(.redirect):
            return Failure("queued, not sent yet: \(words)", advice: "'patchbook sync' sends it")
        case .outcomeUnknown, .badAnswer, .serverFailed:
            return Failure(
                "queued, not through yet: \(words)", advice: "'patchbook sync' goes on")
        default:
            return Failure(
                "queued, not sent yet: \(words)", advice: "'patchbook sync' sends it")
        }
    }

    private static func phrase(_ cause: ClientError.TransportFailure) -> String {
        switch cause {
        case .refused: "nothing listens at its address"
        case .unknownHost: "the host's name is unknown"
        case .noToken(let words): words
        case .connectTimeout: "no connection in time"
        case .deadline: "it took too long"
        case .brokenOff: "the connection broke off"
        case .tls(let words): "no trust in the connection: \(words)"
        case .other(let words): words
        }
    }

    private static func phrase(_ flaw: ClientError.BadAnswer) -> String {
        switch flaw {
        case .notJSON(let error, let type):
            "no JSON at line \(error.line), column \(error.column)"
                + (type.map { " (\($0))" } ?? "")
        case .tooLarge(let limit): "more than \(limit) bytes"
        case .redirect(let target): "a redirect to \(target), which is not followed"
        case .shape(let words): "\(words) was expected"
        case .otherContact(let asked, let answered):
            "\(answered) where \(asked.text) was asked for; nothing is taken from it"
        }
    }
}
