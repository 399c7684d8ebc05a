package import ContactModel
import JSONText

/// Everything the editor wants done outside itself; each is answered by an `Action`.
package enum Effect: Hashable, Sendable {
    /// Open the place; `create` makes a missing file.
    case open(create: Bool)
    /// Make a listing.
    case list(request: Int, ListRequest)
    /// Find the numbers of all contacts that match.
    case match(request: Int, query: Query)
    /// Read what others wrote since, then answer with `changedElsewhere`.
    case reload
    /// Fetch rows of a listing.
    case rows(request: Int, listing: Int, range: Range<Int>)
    /// Read a contact whole, for the form.
    case load(request: Int, key: ContactKey)
    /// Send a patch.
    case save(request: Int, SaveRequest)
    /// Make a contact, in the place of a change that is not sent where one is named.
    case create(request: Int, phone: PhoneNumber, patch: ContactPatch, replacing: Int?)
    /// Take back the newest change.
    case undo(request: Int)
    /// Do again what was taken back last.
    case redo(request: Int)
    /// Count the tags, for completion.
    case tags(request: Int)
    /// Count the metadata keys, for columns and completion.
    case metadataKeys(request: Int)
    /// Count what a bulk change would do.
    case preview(request: Int, BulkWork)
    /// Make a bulk change.
    case apply(request: Int, BulkWork)
    /// Stop a bulk change after the contact under way.
    case stop(request: Int)
    /// Write a bulk change to a file, to be applied later.
    case writePlan(path: String, BulkWork)
    /// Read a file of contacts and find out what it would change.
    case importFile(request: Int, path: String)
    /// Write the contacts of a listing to a file.
    case exportFile(path: String, listing: Int)
    /// Close this place and open another.
    case follow(PlaceWish)
    /// Open contacts in the person's own editor, a line of JSON each.
    case editContacts(RowSet, listing: Int)
    /// Read what was changed, step by step.
    case log(request: Int)
    /// Tell every change that is not sent.
    case unsent(request: Int)
    /// Send changes again that were refused or are in conflict, over what others wrote.
    case retryUnsent([Int])
    /// Give up changes that are not sent.
    case dropUnsent([Int])
    /// Read the contact of a change that is not sent, as it stands without it, for the form.
    case takeUp(request: Int, unsent: Int, key: ContactKey)
    /// Let sending and reading rest, or go on with both.
    case pause(Bool)
    /// Look for contacts that may be one person.
    case duplicates(request: Int)
    /// Put text on the clipboard of the person's own machine.
    case copy(String)
    /// Answer `detailDue` when keys have rested.
    case scheduleDetail(serial: Int)
    /// Remember the columns and the order of this place.
    case keepView(ViewSettings)
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

/// Another place to go to.
package enum PlaceWish: Hashable, Sendable {
    /// A JSON file by its path.
    case file(String)
    /// A profile of the configuration by its name.
    case profile(String)
    /// Sample contacts that are thrown away.
    case demo
    /// The place that was left for this one.
    case back
}

/// What a listing is asked for.
package struct ListRequest: Hashable, Sendable {
    /// Who belongs in it.
    package var query: Query
    /// In which order.
    package var order: SortOrder
    /// The contact whose position is to be told.
    package var keeping: ContactKey?
    /// Its number in `shown`: who has the number need not look for the key.
    package var keepingNumber: Int32?
    /// Who is marked, by the numbers of `shown`.
    package var marks: RowSet
    /// Who was marked before the last bulk change.
    package var lastMarks: RowSet
    /// The listing that the numbers belong to; nil before the first.
    package var shown: Int?
    /// Where the cursor is.
    package var cursor: LineCursor
    /// How many rows the screen shows.
    package var height: Int

    /// The positions whose rows the screen needs first, of so many contacts; the one that was to
    /// be kept under the cursor stands at `kept`.
    package func reach(kept: Int?, of count: Int) -> Range<Int> {
        var cursor = cursor
        cursor.keepRow(at: kept ?? cursor.selected, of: count, height: height)
        return cursor.reach(of: count, height: height)
    }
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
    /// The change that is not sent and that this one takes the place of.
    package let unsent: Int?
}

extension SaveRequest {
    /// Whether a field that is to be written stands otherwise than when the form read it, and
    /// not already as wanted.
    package func clashes(with present: Contact) -> Bool {
        patch.clashes(original: original, present: present, removing: removedKeys)
    }
}
