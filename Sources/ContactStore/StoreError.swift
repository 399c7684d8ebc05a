package import ContactModel
package import JSONText

/// Why a store could not be opened, read or written.
package enum StoreError: Error, Hashable, Sendable {
    /// There is no file of this name.
    case missing(path: String)
    /// It is a folder, a device or a pipe.
    case notAFile(path: String)
    /// The file is larger than can be taken in, in bytes.
    case tooLarge(path: String, limit: Int)
    /// The text is not JSON.
    case syntax(path: String, JSONSyntaxError)
    /// It is JSON, and no list of objects: what stands where a contact or the list should.
    case shape(path: String, ShapeFlaw)
    /// A call of the system failed.
    case io(IOFailure)
    /// A call of the system failed while changes that are saved beside the file were made part of
    /// it; they are saved all the same.
    case notFolded(IOFailure)
    /// A call of the system failed, and so did taking back what had been written by then: other
    /// programs may see the change.
    case notTakenBack(IOFailure)
    /// The store takes no changes.
    case readOnly(path: String, ReadOnlyReason)
    /// No contact bears the key.
    case unknown(ContactKey)
    /// Several contacts bear the key.
    case ambiguous(ContactKey)
    /// The contact stands otherwise than expected; as it stands.
    case unexpected(Contact)
    /// The patch cannot be merged into what is there.
    case unusable(ContactKey, PatchFlaw)
    /// There is no step of this user to take back.
    case nothingToUndo
    /// This user took nothing back that could be done again.
    case nothingToRedo
    /// Another program replaced the file while ours was being put in its place; both are kept.
    case displaced(path: String, kept: String)

    /// The name of the file is that of a symbolic link by now, which nothing may take the place of.
    case becameLink(path: String)

    /// Another program is writing into the very file, whose contacts were read before.
    case overwritten(path: String)

    /// A line of a log is not what was written there, at this byte.
    case damagedLog(path: String, offset: Int)

    /// What stands where it should not.
    package struct ShapeFlaw: Hashable, Sendable {
        /// What was found there, such as `number`.
        package let found: String
        /// The place of the contact in the list, from 1; nil where it is the list itself.
        package let element: Int?
        /// Bytes before it.
        package let offset: Int
        /// Its line, from 1.
        package let line: Int
        /// Its column, from 1.
        package let column: Int
    }

    /// A system call that failed.
    package struct IOFailure: Hashable, Sendable {
        /// What was tried, such as `write`.
        package let operation: String
        /// On which file.
        package let path: String
        /// The error number of the C library.
        package let code: Int32

        /// What was tried on which file, and the number that `errno` had.
        package init(operation: String, path: String, code: Int32) {
            self.operation = operation
            self.path = path
            self.code = code
        }
    }

    /// Why a store takes no changes.
    package enum ReadOnlyReason: Hashable, Sendable {
        /// The permissions of the file forbid it.
        case file
        /// The folder takes no journal beside the file.
        case folder
        /// The file for its lock could not be made; the system's number for the reason.
        case lock(code: Int32)
        /// A file that belongs beside it may not be opened: its lock or its journal.
        case companion(path: String)
        /// The file system has no working locks.
        case noLocks
        /// A damaged journal must be looked at first.
        case damage
        /// It was opened to be read only.
        case asked
    }
}
