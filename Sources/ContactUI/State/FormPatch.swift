package import ContactModel
import JSONText

extension FormState {
    /// The rows that differ from what was read, in order.
    package var touched: [FormField] { fields.filter(\.isTouched) }

    /// What keeps touched rows from being saved; untouched ones are never judged.
    package var problems: [FormField.ID: Problem] {
        var problems: [FormField.ID: Problem] = [:]
        for field in fields where field.isTouched || field.id == .phone {
            if let problem = problem(of: field) { problems[field.id] = problem }
        }
        return problems
    }

    private func problem(of field: FormField) -> Problem? {
        let text = field.text.text
        switch field.id {
        case .phone: return phoneProblem(text)
        case .name:
            return text.holdsControls ? Problem("holds a control character; delete it") : nil
        case .email:
            let isBlank = text.trimmingWhitespace().isEmpty
            return isBlank || EmailAddress(text) != nil ? nil : Problem("not an email address")
        case .tags:
            do throws(TagFlaw) {
                _ = try TagList(csv: text)
                return nil
            } catch {
                return Problem(FormState.wording(error))
            }
        case .metadata:
            guard !field.isRemoved, let kind = field.kind else { return nil }
            do throws(Problem) {
                _ = try kind.value(of: text)
                return nil
            } catch {
                return error
            }
        case .newKey: return Problem("go to the next field to add this key")
        }
    }

    private func phoneProblem(_ text: String) -> Problem? {
        do throws(PhoneNumberFlaw) {
            _ = try PhoneNumber(parsing: text)
            return nil
        } catch {
            switch error {
            case .empty: return Problem("needed: a number such as +15551234567")
            case .character(let sign): return Problem("a number holds no '\(sign)'")
            case .noCountry, .noTrunkPrefix, .doubtful:
                return Problem("begin with + and the country code")
            case .length(let count): return Problem("\(count) digits; a number has 7 to 15")
            }
        }
    }

    private static func wording(_ flaw: TagFlaw) -> String {
        switch flaw {
        case .empty, .comma: "not a tag"
        case .controlCharacter: "a tag holds no control character"
        case .tooLong(let count): "a tag of \(count) characters; at most \(Tag.maximumLength)"
        }
    }

    /// The number of a new contact; nil where it is not one yet.
    package var phone: PhoneNumber? {
        fields.first { $0.id == .phone }.flatMap { try? PhoneNumber(parsing: $0.text.text) }
    }

    /// The patch that saving would send: exactly the touched fields that are valid.
    package var patch: ContactPatch {
        var patch = ContactPatch()
        for field in touched where problem(of: field) == nil {
            add(field, to: &patch)
        }
        return patch
    }

    /// The metadata keys that saving would take away.
    package var removedKeys: [String] {
        fields.filter { $0.isRemoved && $0.original.isPresent }.compactMap(\.key)
    }

    private func add(_ field: FormField, to patch: inout ContactPatch) {
        let text = field.text.text
        switch field.id {
        case .name: patch.name = FieldEdit(text)
        case .email: patch.email = EmailAddress(text).map(FieldEdit.set) ?? .clear
        case .tags:
            guard let tags = try? TagList(csv: text) else { return }
            let isUsable = contact.map { !$0.hasWrongType(.tags) } ?? false
            if !isUsable || contact?.tags != tags { patch.tags = tags }
        case .metadata(let key):
            guard !field.isRemoved, let value = try? field.kind?.value(of: text) else { return }
            if contact?.metadata?[key] != value { patch.metadata[key] = value }
        case .phone, .newKey: break
        }
    }
}
