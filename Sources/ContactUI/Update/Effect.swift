package import ContactModel
import JSONText

/// Everything the editor wants done outside itself; each is answered by an `Action`.
package enum Effect: Hashable, Sendable {
    /// Open the place; `create` makes a missing file.
    case open(create: Bool)
    /// Make a listing, and tell where the contact `keeping` stands in it.
    case list(request: Int, query: Query, order: SortOrder, keeping: ContactKey?)
    /// Read what others wrote since, then answer with `changedElsewhere`.
    case reload
    /// Fetch rows of a listing.
    case rows(request: Int, listing: Int, range: Range<Int>)
    /// Read a contact whole, for the form.
    case load(request: Int, key: ContactKey)
    /// Send a patch.
    case save(request: Int, SaveRequest)
    /// Make a contact.
    case create(request: Int, phone: PhoneNumber, patch: ContactPatch)
    /// Take back the newest change.
    case undo(request: Int)
    /// Count the tags, for completion.
    case tags(request: Int)
    /// Answer `draftDue` a second from now.
    case scheduleDraft(serial: Int)
    /// Write a draft.
    case keepDraft(Draft)
    /// Remove the draft of this name.
    case dropDraft(name: String)
    /// Open the metadata in the person's own editor.
    case editMetadata([MetadataEntry])
    /// Give the terminal back to the shell until `fg`.
    case suspend
    /// Draw everything anew.
    case redraw
    /// End the program.
    case quit
}

/// A patch on its way out, with what it was made against.
package struct SaveRequest: Hashable, Sendable {
    /// Which contact.
    package let key: ContactKey
    /// The contact as the form last read it: where a field to be written stands otherwise now,
    /// that is a conflict.
    package let original: Contact
    /// What is written.
    package let patch: ContactPatch
    /// Metadata keys that are taken away.
    package let removedKeys: [String]
}

extension SaveRequest {
    /// Whether a field that is to be written stands otherwise than when the form read it, and
    /// not already as wanted.
    package func clashes(with present: Contact) -> Bool {
        patch.clashes(original: original, present: present, removing: removedKeys)
    }
}
