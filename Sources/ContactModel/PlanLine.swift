package import JSONText

/// One line of a plan: a change as a JSON object.
///
/// The forms are the body of update-contact, and for what no single body says
/// `{"contact_id": …, "add_tags": […], "remove_tags": […]}`,
/// `{"contact_id": …, "remove_metadata": […]}`, `{"contact_id": …, "delete": true}` and
/// `{"phone": …, "create": true, …}`. Everywhere `phone` may stand for `contact_id`.
package struct PlanLine: Hashable, Sendable {
    /// What the line says.
    package let change: ContactChange

    /// The line for a change.
    package init(_ change: ContactChange) {
        self.change = change
    }

    /// Reads a line, more strictly than the API reads bodies: what would be ignored there is a
    /// flaw here, since nobody is there to see it.
    ///
    /// - Throws: `InvalidFields`, naming every member that is wrong.
    package init(reading object: JSONObject) throws(InvalidFields) {
        var reader = PlanReader(object)
        let change = reader.change()
        guard let change, reader.flaws.isEmpty else { throw InvalidFields(reader.flaws) }
        self.change = change
    }

    /// The line as an object; without a key for a contact that only its place names, which no
    /// line can say.
    package var object: JSONObject {
        var object = change.key.members
        object.append(asked)
        return object
    }

    /// What is asked, without of whom.
    package var asked: JSONObject {
        var object: JSONObject = [:]
        switch change.change {
        case .update(let patch): object.append(patch.body)
        case .retag(let add, let remove):
            if !add.isEmpty { object["add_tags"] = .array(add.texts.map(JSONValue.string)) }
            if !remove.isEmpty {
                object["remove_tags"] = .array(remove.texts.map(JSONValue.string))
            }
        case .removeMetadata(let keys):
            object["remove_metadata"] = .array(keys.map(JSONValue.string))
        case .create(let patch, let source):
            object["create"] = .bool(true)
            object.append(patch.body)
            object["source"] = .string(source)
        case .delete: object["delete"] = .bool(true)
        }
        return object
    }

    /// Whether the line can be read back, and writes no more than the API takes.
    package var isReadable: Bool {
        let object = object
        guard (try? PlanLine(reading: object)) != nil else { return false }
        return object["metadata"]?.object?.isTooLargeForMetadata != true
    }

    /// The line as text, without its line feed.
    package var text: String { JSONValue.object(object).jsonText }
}

extension JSONObject {
    fileprivate mutating func append(_ other: JSONObject) {
        for member in other.members { self[member.name] = member.value }
    }
}

/// Reads one line of a plan.
private struct PlanReader {
    private let object: JSONObject
    private var body: BodyReader
    private var ownFlaws: [InvalidFields.Field] = []

    private enum Form: String {
        case update, create, delete
        case retag = "add_tags or remove_tags"
        case removeMetadata = "remove_metadata"

        var members: Set<String> {
            switch self {
            case .update: ["contact_id", "phone", "name", "email", "tags", "metadata"]
            case .retag: ["contact_id", "phone", "add_tags", "remove_tags"]
            case .removeMetadata: ["contact_id", "phone", "remove_metadata"]
            case .delete: ["contact_id", "phone", "delete"]
            case .create: ["phone", "create", "name", "email", "tags", "metadata", "source"]
            }
        }
    }

    init(_ object: JSONObject) {
        self.object = object
        body = BodyReader(object)
    }

    var flaws: [InvalidFields.Field] { ownFlaws + body.flaws }

    mutating func change() -> ContactChange? {
        let form = self.form
        checkMembers(of: form)
        guard let key = form == .create ? newKey() : body.key() else { return nil }
        let change: Change
        switch form {
        case .update: change = .update(patch())
        case .create:
            change = .create(body.patch(), source: body.text("source") ?? "manual")
            checkTrue("create")
        case .delete:
            change = .delete
            checkTrue("delete")
        case .removeMetadata: change = .removeMetadata(texts("remove_metadata"))
        case .retag:
            change = .retag(add: addedTags(), remove: TagList(stored: texts("remove_tags")))
        }
        return ContactChange(key: key, change: change)
    }

    private var form: Form {
        if object["create"] != nil { return .create }
        if object["delete"] != nil { return .delete }
        if object["remove_metadata"] != nil { return .removeMetadata }
        return object["add_tags"] ?? object["remove_tags"] == nil ? .update : .retag
    }

    private mutating func note(_ name: String, _ message: String) {
        ownFlaws.append(InvalidFields.Field(name: name, message: message))
    }

    private mutating func checkMembers(of form: Form) {
        var seen: Set<String> = []
        for member in object.members {
            let name = member.name
            if !form.members.contains(name) {
                note(name, "The \(name) field has no meaning in a line with \(form.rawValue).")
            } else if !seen.insert(name).inserted {
                note(name, "The \(name) field stands twice.")
            } else if member.value == .null {
                note(name, "The \(name) field must not be null; empty text clears a field.")
            }
        }
        if object["contact_id"] != nil && object["phone"] != nil {
            note("phone", "The phone field must not stand beside contact_id.")
        }
    }

    private mutating func newKey() -> ContactKey? {
        guard let text = body.text("phone") else {
            note("phone", "The phone field is required to create a contact.")
            return nil
        }
        return body.phone(text).map(ContactKey.phone)
    }

    private mutating func patch() -> ContactPatch {
        let patch = body.patch()
        if patch.isEmpty && flaws.isEmpty {
            note("contact_id", "The line writes nothing: give name, email, tags or metadata.")
        }
        return patch
    }

    private mutating func checkTrue(_ name: String) {
        if object[name] != .bool(true) { note(name, "The \(name) field must be true.") }
    }

    private mutating func addedTags() -> TagList {
        let texts = texts("add_tags")
        return TagList(texts.compactMap { body.tag($0, field: "add_tags") })
    }

    private mutating func texts(_ name: String) -> [String] {
        guard let value = object[name], value != .null else { return [] }
        let elements = value.array ?? []
        let texts = elements.compactMap(\.text).filter { !$0.isEmpty }
        if texts.isEmpty || texts.count != elements.count {
            note(name, "The \(name) field must be a list of text that is not empty.")
        }
        return texts
    }
}
