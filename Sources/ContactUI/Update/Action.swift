package import ContactModel
package import Screen

/// Everything that can happen to the editor: what a person does, and what effects answer.
///
/// Answers carry the number of the request they belong to; one that is no longer awaited is
/// dropped.
package enum Action: Sendable {
    case input(InputEvent)
    case opened(PlaceFacts, drafts: [Draft])
    case openFailed(OpenFailure)
    /// The first contacts of a place that is still being read, in the order of the place.
    case beginning([ContactRow], ViewSettings?)
    case listed(request: Int, Result<ListState.Listing, Failure>)
    /// What the screen will show of a listing that is still being made.
    case glimpsed(request: Int, ListGlimpse)
    /// How far a listing has come that takes long, in percent.
    case searching(request: Int, percent: Int)
    case rows(request: Int, [Int: ContactRow])
    case loaded(request: Int, Result<Contact, Failure>)
    case saved(request: Int, SaveAnswer)
    case undone(
        request: Int, Result<[UndoReceipt], Failure>, isRedo: Bool,
        leftAlone: [BulkFailure] = [])
    case tags(request: Int, [TagCount])
    case metadataKeys(request: Int, [String])
    case matched(request: Int, Result<RowSet, Failure>)
    case previewed(request: Int, BulkEffect, QuotaFacts?)
    case progressed(request: Int, done: Int, total: Int)
    case applied(request: Int, Result<BulkOutcome, Failure>)
    case imported(request: Int, Result<ImportPreview, Failure>)
    case logged(request: Int, Result<[LogEntry], Failure>)
    case duplicates(request: Int, Duplicates)
    case unsent(request: Int, [OutboxItem])
    /// What is not sent stands otherwise.
    case outbox(OutboxFacts)
    case draftDue(serial: Int)
    case detailDue(serial: Int)
    case metadataEdited(EditedMetadata)
    case contactsEdited(EditedContacts)
    /// Something changed underneath that another program or window wrote.
    case changedElsewhere
    /// Whether the place can be written stands otherwise; nil where it can.
    case access(readOnly: String?)
    case notice(News)
}

/// How saving ended.
package enum SaveAnswer: Sendable {
    /// It is durable where the contact lives.
    case done(Receipt)
    /// Fields that were to be written had been changed since the form opened; nothing is sent.
    case conflict(Contact)
    /// The number of a new contact is taken by this one; nothing is sent.
    case exists(Contact)
    /// It failed; what was typed stays.
    case failed(Failure)
}

/// What came back from the person's own editor.
package enum EditedMetadata: Sendable {
    /// The whole metadata as it was left there.
    case object([MetadataEntry])
    /// Nothing was changed.
    case unchanged
    /// The editor could not be run, or ended with a failure.
    case failed(Failure)
}

/// What became of contacts in the person's own editor.
package enum EditedContacts: Sendable {
    /// What differs from before, contact by contact.
    case changes([ContactChange])
    /// Nothing was changed.
    case unchanged
    /// The editor could not be run, or what it left makes no sense.
    case failed(Failure)
}

/// One metadata key with its value's type and text.
package struct MetadataEntry: Hashable, Sendable {
    /// The key.
    package let key: String
    /// The type of the value.
    package let kind: ValueKind
    /// The value as it is edited.
    package let text: String

    /// An entry of a metadata object.
    package init(key: String, kind: ValueKind, text: String) {
        self.key = key
        self.kind = kind
        self.text = text
    }
}
