import ContactModel
import ContactStore
import ContactUI
import Glibc
import JSONText

/// What people are told of a file's state.
enum StoreWording {
    /// A failure of the store in words.
    static func failure(_ error: StoreError) -> Failure {
        switch error {
        case .missing(let path): missing(path)
        case .notAFile(let path) where Companion.isKept(at: path): Failure(obstacle(path))
        case .notAFile(let path):
            Failure("\(path) is not a file", advice: "name a JSON file of contacts")
        case .tooLarge(let path, let limit):
            Failure("\(path) is larger than \(limit / 1_000_000) MB", advice: "split it")
        case .syntax(let path, let flaw):
            Failure(
                "\(path) is not JSON: \(SyntaxWording.phrase(flaw)) at line \(flaw.line), "
                    + "column \(flaw.column) (byte \(flaw.offset))",
                advice: "Mend the file there and try again. It was left as it is.")
        case .shape(let path, let flaw): shape(path, flaw)
        case .notFolded(let failure): notFolded(failure)
        case .io(let failure) where failure.operation == "open" && failure.code == EACCES:
            Failure(obstacle(failure.path), advice: "its owner can give you the right to")
        case .io(let failure):
            Failure(
                "\(failure.operation) \(failure.path): \(system(failure.code))",
                advice: "nothing was changed; try again when the cause is gone")
        case .notTakenBack(let failure):
            Failure(
                "\(failure.operation) \(failure.path): \(system(failure.code))",
                advice: "the change was refused, and may stand there all the same since the disk "
                    + "takes nothing back: look before you try again")
        case .readOnly(let path, let reason): Failure("\(path): \(readOnly(reason))")
        case .damagedLog(let path, let offset):
            Failure(
                "\(path) is damaged at byte \(offset); nothing in it is sent",
                advice: "move it away, and look through it for what was not sent")
        case .displaced(let path, let kept):
            Failure(
                "another program replaced \(path) just now",
                advice: "your changes are in \(kept); open the file again")
        case .becameLink(let path):
            Failure(
                "\(path) has become a symbolic link",
                advice: "nothing was changed; open it again to go on with what it leads to")
        case .overwritten(let path):
            Failure("another program is writing \(path)", advice: "try again in a moment")
        case .unknown(let key), .ambiguous(let key), .unusable(let key, _):
            Failure("cannot write \(key.text)")
        case .unexpected(let contact): Failure("\(contact.key?.text ?? "a contact") was changed")
        case .nothingToUndo: Failure("nothing of yours to take back")
        case .nothingToRedo: Failure("nothing you took back to do again")
        }
    }

    private static func notFolded(_ failure: StoreError.IOFailure) -> Failure {
        switch failure.operation {
        case "fchown":
            Failure(
                "the file belongs to somebody else, so edits cannot be made part of it",
                advice: "they are saved in its journal; its owner's Patchbook folds them")
        case "chgrp":
            Failure(
                "the file's group is none of yours, so edits cannot be made part of it",
                advice: "they are saved in its journal; give the file a group of yours, or let "
                    + "root run 'patchbook check --compact'")
        case _ where Companion.bearing(failure.path)?.companion == .history:
            Failure(
                "edits are part of the file, but could not be added to its history: "
                    + cause(failure),
                advice: "they stay in its journal and can be taken back")
        case "unlink" where Companion.bearing(failure.path)?.companion == .journal:
            Failure(
                "edits are part of the file, but their journal could not be removed: "
                    + cause(failure),
                advice: "the next edit does that")
        default:
            Failure(
                "edits could not be made part of the file: " + cause(failure),
                advice: "they are saved in its journal, and folded when the cause is gone")
        }
    }

    private static func cause(_ failure: StoreError.IOFailure) -> String {
        failure.code == ELOOP
            ? obstacle(failure.path)
            : "\(failure.operation) \(failure.path): \(system(failure.code))"
    }

    private static func missing(_ path: String) -> Failure {
        let journal = Companion.journal.path(beside: path)
        guard access(journal, F_OK) == 0 else {
            return Failure("there is no file \(path)")
        }
        return Failure(
            "there is no file \(path)",
            advice: "\(journal) waits with edits that were not part of it yet: put the file "
                + "back, and they go on top of it")
    }

    private static func shape(_ path: String, _ flaw: StoreError.ShapeFlaw) -> Failure {
        let place = "at line \(flaw.line), column \(flaw.column) (byte \(flaw.offset))"
        let advice = "Mend the file there and try again. It was left as it is."
        if let element = flaw.element {
            return Failure(
                "\(path): contact \(element) is \(article(flaw.found)), not an object, \(place)",
                advice: advice)
        }
        return Failure(
            "\(path) holds \(article(flaw.found)), not a list of contacts, \(place)",
            advice: advice)
    }

    private static func article(_ noun: String) -> String {
        switch noun {
        case "null", "text", "true/false": noun
        default: (noun.first.map { "aeio".contains($0) } ?? false) ? "an \(noun)" : "a \(noun)"
        }
    }

    /// What is told where the lock has been that of other programs for a while.
    static func waiting(for title: String) -> String {
        "waiting: others have kept \(title) locked for a second (\(title).lock)"
    }

    /// Why nothing can be written, in a few words.
    static func readOnly(_ reason: StoreError.ReadOnlyReason) -> String {
        switch reason {
        case .file: "read-only: the file may not be written"
        case .folder: "read-only: no journal can be kept in its folder"
        case .lock(let code): "read-only: no lock can be made in its folder: \(system(code))"
        case .companion(let path): "read-only: \(obstacle(path))"
        case .noLocks: "read-only: its file system has no locks"
        case .damage: "read-only: its journal is damaged"
        case .asked: "opened to be read only"
        }
    }

    /// Why a file beside the contacts is of no use: what it is, or whose and with which rights.
    private static func obstacle(_ path: String) -> String {
        var status = stat()
        guard lstat(path, &status) == 0 else { return "\(path) may not be opened" }
        switch status.st_mode & S_IFMT {
        case S_IFREG: break
        case S_IFLNK: return "\(path) is a symbolic link, and none is followed there: remove it"
        default: return "\(path) is not a file: remove it"
        }
        let name = getpwuid(status.st_uid).map { String(cString: $0.pointee.pw_name) }
        let rights = String(status.st_mode & 0o777, radix: 8)
        return "\(path) may not be opened; it is \(name ?? String(status.st_uid))'s, "
            + "with the rights \(rights)"
    }

    /// What was found and done when the file was opened.
    ///
    /// - Parameter way: what shows both values of a field that two programs wrote.
    static func notice(_ notice: StoreNotice, shownBy way: String) -> String {
        switch notice {
        case .tornTail(let bytes, let kept):
            return "a write was cut off before it was done (\(bytes) bytes); it is left out"
                + (kept.map { ", and kept as \($0)" } ?? "")
        case .damagedJournal(let offset):
            return "the journal is damaged at byte \(offset): what follows is not shown, and "
                + "nothing is written; 'patchbook check --repair' sets the damage aside"
        case .changedOutside(let count, let conflicts):
            let ours = counted(count, "unfolded change") + (count == 1 ? " is" : " are")
            return changed(
                "the file was changed by another program", "; \(ours) on top of it", conflicts, way)
        case .journalGone(let count, let conflicts):
            let ours = counted(count, "change") + (count == 1 ? " was" : " were")
            return changed(
                "another program took the journal away", "; \(ours) written there once more",
                conflicts, way)
        case .damagedHistory(let lines):
            return "\(counted(lines, "line")) of the history \(lines == 1 ? "is" : "are") damaged "
                + "and left out; see patchbook check"
        case .kept(let path): return "a file of another program is kept as \(path)"
        case .strayJournal(let path, let belongs):
            return "\(path) holds edits of the file that stood there before the link: "
                + "move it to \(belongs), where there is none, to have them"
        case .notFolded(let cause):
            return failure(.notFolded(cause)).line
        }
    }

    /// - Parameter rest: what is said where nothing gave way.
    private static func changed(
        _ head: String, _ rest: String, _ conflicts: [StoreConflict], _ way: String
    ) -> String {
        let numbers = conflicts.filter { $0.field == Field.phone.name }.map(\.key.text)
        let missing = conflicts.filter { $0.isMissing && $0.isOpen && !$0.isRepeated }
        let repeated = conflicts.filter { $0.isRepeated && $0.isOpen }
        let unknown = conflicts.filter { $0.isMissing && !$0.isOpen }
        let overwritten = conflicts.filter { $0.field != Field.phone.name && !$0.isMissing }
        let twice = numbers.isEmpty ? "" : "; two contacts have \(listed(numbers)) now"
        let kept =
            (missing.isEmpty ? "" : kept(missing, "no longer in it", way))
            + (repeated.isEmpty ? "" : kept(repeated, "which stands more than once now", way))
            + (unknown.isEmpty ? "" : notFound(unknown))
        guard !overwritten.isEmpty else {
            if !kept.isEmpty { return head + kept + twice }
            return head + rest + twice
        }
        return head + ", whose value stands for \(listed(overwritten.map(place)))"
            + (overwritten.contains(where: \.isOpen)
                ? "; \(way) shows both" : "; the log keeps yours") + kept + twice
    }

    private static func kept(
        _ waiting: [StoreConflict], _ reason: String, _ way: String
    ) -> String {
        let edits = waiting.count == 1 ? "edit is" : "edits are"
        return "; your \(edits) kept for \(listed(waiting.map(\.key.text))), "
            + "\(reason); \(way) shows what"
    }

    /// Contacts without an id or a number are looked for by their text.
    private static func notFound(_ unknown: [StoreConflict]) -> String {
        let edits = unknown.count == 1 ? "edit is" : "edits are"
        return "; your \(edits) in the log alone for \(listed(unknown.map(\.key.text))), "
            + "which cannot be found again without an id or a number"
    }

    /// The first three, and how many more there are.
    private static func listed(_ items: [String]) -> String {
        items.prefix(3).joined(separator: ", ")
            + (items.count > 3 ? " and \(items.count - 3) more" : "")
    }

    private static func place(_ conflict: StoreConflict) -> String {
        let subject = conflict.key.text
        return conflict.field == "contact" ? "all of \(subject)" : "\(conflict.field) of \(subject)"
    }

    /// What is told where a name leads to another file than the one that is open.
    static func turned(_ path: String, to other: String) -> String {
        "the link leads to \(other) now, and this is still \(path): leave and open it anew"
    }

    /// What is told of conflicts that were found by another process, or the last time.
    static let conflictsWait = "another program overwrote what was saved; O shows both values"

    /// The exit status for a failure of the store.
    static func status(_ error: StoreError) -> Int32 {
        switch error {
        case .syntax, .shape, .unusable, .unexpected, .tooLarge, .damagedLog: 65
        case .unknown, .nothingToUndo, .nothingToRedo: 1
        case .ambiguous: 64
        case .missing, .notAFile, .io, .notFolded, .notTakenBack, .readOnly, .displaced,
            .becameLink, .overwritten:
            74
        }
    }

    private static func system(_ code: Int32) -> String {
        String(cString: strerror(code))
    }
}

/// What is wrong with a text that should be JSON.
enum SyntaxWording {
    static func phrase(_ error: JSONSyntaxError) -> String {
        let isEmpty = error.reason == .unexpectedEnd && error.offset == 0
        return isEmpty ? "it is empty" : phrase(error.reason)
    }

    static func phrase(_ reason: JSONSyntaxError.Reason) -> String {
        switch reason {
        case .unexpectedByte(let byte): "\(sign(byte)) cannot stand"
        case .unexpectedEnd: "the text ends too early"
        case .invalidUTF8: "the bytes are not UTF-8"
        case .tooDeep(let limit): "nested deeper than \(limit) levels"
        case .badEscape: "an unknown escape"
        case .loneSurrogate: "half of a surrogate pair"
        case .controlCharacter: "a raw control character in a text"
        case .badNumber: "not a number"
        case .trailingText: "something follows the value"
        }
    }

    private static func sign(_ byte: UInt8) -> String {
        (0x21..<0x7F).contains(byte)
            ? "'\(Character(Unicode.Scalar(byte)))'" : "byte 0x" + String(byte, radix: 16)
    }
}

/// Why a text is no phone number.
enum PhoneWording {
    static func phrase(_ flaw: PhoneNumberFlaw) -> String {
        switch flaw {
        case .empty: "it is empty"
        case .character(let sign): "it holds '\(Streams.neutral(String(sign)))'"
        case .noCountry: "begin with + and the country code"
        case .noTrunkPrefix:
            "it begins with 0; begin with + and the country code, or set trunk_prefix beside "
                + "calling_code in config.toml"
        case .doubtful(let code):
            "it begins with \(code), which may be the country already; begin with +"
        case .length(let count): "it has \(count) digits, a number has 7 to 15"
        }
    }
}
