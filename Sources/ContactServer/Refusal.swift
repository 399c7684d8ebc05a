import ContactClient
import ContactModel
import JSONText

/// A request that is answered with a failure.
struct Refusal: Error {
    /// The failure as it is sent.
    let response: Response

    init(_ response: Response) {
        self.response = response
    }

    /// The API's answer to fields that cannot be taken: every sentence under its field.
    init(_ invalid: InvalidFields) {
        var errors: JSONObject = [:]
        for field in invalid.fields {
            let sentences = errors[field.name]?.array ?? []
            errors[field.name] = .array(sentences + [.string(field.message)])
        }
        response = Response(
            422,
            .object([
                "message": .string("The given data was invalid."), "errors": .object(errors),
            ]))
    }

    /// What a client may know of a failure; whatever is about this machine goes to the log.
    init(_ error: ClientError) {
        switch error {
        case .notFound: self.init(.error(404, "Contact not found"))
        case .ambiguous(.id): self.init(.error(409, "Several contacts have this id."))
        case .ambiguous: self.init(.error(409, "Several contacts have this phone."))
        case .conflict, .exists: self.init(.error(409, "The contact was changed meanwhile."))
        case .invalid(let fields): self.init(fields)
        case .unusable(.unusable(let field, let kind)):
            // The contact stands in the way, not the request.
            self.init(.error(409, "The \(field.name) field holds \(kind) and cannot be written."))
        case .unsupported, .nothingToUndo, .nothingToRedo, .rejected:
            self.init(.error(422, "The contacts cannot be changed in this way."))
        case .throttled, .notSent, .outcomeUnknown, .serverFailed, .queued, .behind, .stopped,
            .moved:
            self.init(.error(503, "The contacts cannot be reached at the moment."), cause: error)
        case .unauthenticated, .forbidden, .badAnswer, .store, .otherWorkspace:
            self.init(.error(500, "The contacts could not be read or written."), cause: error)
        }
    }

    private init(_ response: Response, cause: ClientError) {
        var response = response
        response.cause = cause
        self.response = response
    }
}
