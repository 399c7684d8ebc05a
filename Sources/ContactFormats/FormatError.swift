package import ContactModel
package import JSONText

/// Why a text as a whole cannot be taken; nothing of it is then.
package enum FormatError: Error, Hashable, Sendable {
    /// It is UTF-16 without a byte order mark, or UTF-32.
    case wideCharacters
    /// Nothing stands in it, not even a header line.
    case empty
    /// The header line is not UTF-8, in this cell, from 1.
    case headerNotUTF8(column: Int)
    /// No column holds phone numbers or ids; the names of the columns.
    case noKeyColumn([String])
    /// A column that was spoken of is not there; the names of those that are.
    case noSuchColumn(String, present: [String])
    /// A cell begun at this line is never closed.
    case openQuote(line: Int)
    /// What begins at this line is longer than any contact may be; the limit in bytes.
    case tooLong(line: Int, limit: Int)
    /// The first line is not the beginning of a card.
    case notVCard(line: Int)
    /// The card that begins at this line is cut off.
    case cutCard(line: Int)
    /// It is not JSON, here.
    case notJSON(JSONSyntaxError.Reason, line: Int, column: Int)
    /// It is JSON without a list of contacts.
    case noList
    /// It is not what it was when it was read a moment before.
    case changed
    /// What it comes to cannot be put by until all is read; the system's number for the reason.
    case notKept(code: Int32)
}

/// Why one record of a text cannot be taken; the others are.
package enum RecordFlaw: Error, Hashable, Sendable {
    /// Its bytes are not UTF-8, here: a character of a line, or a cell of a table, from 1; nil for
    /// a card, which has several lines.
    case notUTF8(column: Int?)
    /// A byte 0 stands where text should.
    case zeroByte
    /// It has another number of cells than the header.
    case cells(Int, expected: Int)
    /// Something follows the closing quote of a cell.
    case textAfterQuote
    /// The line is not JSON, at this column.
    case notJSON(JSONSyntaxError.Reason, column: Int)
    /// It is a value of this kind, not an object.
    case notAnObject(kind: String)
    /// A name stands twice in the object, so that nobody can tell which value was meant.
    case repeatedName(String)
    /// A line of a card names no property.
    case notAProperty
    /// It stands between two cards, or after the last.
    case betweenCards
    /// It uses a character set that is not read.
    case characterSet(String)
    /// Neither a phone number nor an id that is known names a contact.
    case noKey
    /// The phone number is none.
    case phone(String, PhoneNumberFlaw)
    /// The phone number is that of the person in an earlier line, who has another name.
    case sharedNumber(PhoneNumber, line: Int)
    /// The id is that of one contact and the phone number that of another.
    case twoContacts(String, PhoneNumber)
    /// The phone number is this contact's but for a plus sign, and somebody else's as a national
    /// one.
    case plusLost(String, PhoneNumber)
    /// The contact with this id has another phone number, which cannot be changed; that number.
    case otherPhone(String)
    /// Several contacts bear this phone number or id.
    case ambiguous(ContactKey)
    /// The address is none.
    case email(String)
    /// A tag that cannot be.
    case tag(String, TagFlaw)
    /// The field holds a value of this kind.
    case wrongKind(Field, kind: String)
    /// A new contact comes from somewhere that is not known.
    case source(String, known: [String])
    /// The metadata are not JSON.
    case metadataNotJSON(JSONSyntaxError.Reason, column: Int)
    /// The metadata to be written are larger than this many bytes.
    case metadataTooLarge(limit: Int)
    /// What stands in the contact cannot be merged into.
    case unusable(PatchFlaw)
}
