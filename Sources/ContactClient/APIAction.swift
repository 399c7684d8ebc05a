/// The actions of the API, by the last part of their path.
package enum APIAction: String, CaseIterable, Sendable {
    case updateContact = "update-contact"
    case getContact = "get-contact"
    case searchContacts = "search-contacts"
    case createContact = "create-contact"
    case addTag = "add-tag"
    case removeTag = "remove-tag"
    case listTags = "list-tags"

    /// Whether it changes nothing.
    var isRead: Bool {
        switch self {
        case .getContact, .searchContacts, .listTags: true
        case .updateContact, .createContact, .addTag, .removeTag: false
        }
    }
}
