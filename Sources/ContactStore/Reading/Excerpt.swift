import ContactModel
import Glibc

/// What a command about a few contacts needs to know of a large file, read without the rest of it:
/// the contacts that are wanted, those to whom the journal gives another key, and all who may bear
/// a key of theirs, since a key that stands twice names nobody. What the journal does to others is
/// passed over, as is what it does to somebody who is gone.
struct Excerpt {
    let base: Base
    /// The journal as it was read with it.
    let journal: [UInt8]
    let reading: JournalText.Reading

    /// Of a longer journal the file is read whole, which takes about as long as reading that.
    static let mostJournal = 16 << 20
    private static let mostContacts = 1 << 14

    /// Reads it; nil where no index tells where they stand, or more than these contacts is needed
    /// to understand the journal.
    init?(of file: OpenFile, _ stamp: FileStamp, paths: StorePaths, wanted: [ContactKey]) {
        guard let index = SideIndex(beside: paths, of: stamp),
            let journal = Excerpt.journal(paths)
        else { return nil }
        let reading = JournalText.read(journal)
        guard let changed = reading.givenKeys(in: index.mark) else { return nil }
        var search = Search(index: index, file: file, stamp: stamp)
        guard search.find(index.hashes(of: wanted + changed)) else { return nil }
        let contacts = search.contacts.sorted { $0.key < $1.key }.map(\.value)
        guard
            let base = try? Base(
                excerpt: contacts, known: search.known, of: index.mark, path: paths.base)
        else { return nil }
        self.base = base
        self.journal = journal
        self.reading = reading
    }

    /// What the journal holds; nil where it cannot be read, or is long.
    private static func journal(_ paths: StorePaths) -> [UInt8]? {
        do throws(StoreError) {
            return try OpenFile(paths.journal, O_RDONLY).read(limit: mostJournal)
        } catch .missing {
            return []
        } catch {
            return nil
        }
    }

    /// Looks for contacts, then for those who bear a key of theirs, until there are no more.
    private struct Search {
        let index: SideIndex
        let file: OpenFile
        let stamp: FileStamp
        var known: KeyHashes
        /// What was found, by its place in the file.
        var contacts: [Int: [UInt8]] = [:]

        init(index: SideIndex, file: OpenFile, stamp: FileStamp) {
            (self.index, self.file, self.stamp) = (index, file, stamp)
            known = index.hashes(of: [])
        }

        /// - Returns: false where they cannot be found, or are too many.
        mutating func find(_ wanted: KeyHashes) -> Bool {
            var wanted = wanted
            while !wanted.isEmpty {
                known.formUnion(wanted)
                guard let found = index.places(of: wanted) else { return false }
                let new = found.filter { contacts[$0] == nil }
                guard contacts.count + new.count <= Excerpt.mostContacts,
                    let texts = texts(of: new)
                else { return false }
                var borne = index.hashes(of: [])
                for (place, text) in zip(new, texts) {
                    contacts[place] = text
                    let facts = RecordFacts(text)
                    if let id = facts.id { borne.insert(id: id) }
                    if let phone = facts.phone { borne.insert(phone: phone) }
                }
                wanted = borne.subtracting(known)
            }
            return true
        }

        /// The bytes of contacts; nil where the file is not the one any more that the index is of.
        private func texts(of places: [Int]) -> [[UInt8]]? {
            guard let spans = index.spans(of: places) else { return nil }
            var texts: [[UInt8]] = []
            for span in spans {
                guard let bytes = try? file.bytes(span), bytes.count == span.count else {
                    return nil
                }
                texts.append(bytes)
            }
            guard let status = try? file.status, FileStamp(status) == stamp else { return nil }
            return texts
        }
    }
}

extension JournalText.Reading {
    /// To whom a journal gives another id or number, where it is all of steps upon a file; nil
    /// where it is anything else, or names somebody by nothing but a place.
    fileprivate func givenKeys(in mark: ContentMark) -> [ContactKey]? {
        guard flaw == nil else { return nil }
        var keys: [ContactKey] = []
        for (index, entry) in entries.enumerated() {
            switch entry {
            case .header(let base):
                guard index == 0, base == mark else { return nil }
            case .step(let step):
                guard index > 0, !step.hasPlaces else { return nil }
                keys += step.changes.filter(\.givesKey).map(\.key)
            case .pass: guard index > 0 else { return nil }
            case .folding, .conflict: return nil
            }
        }
        return keys
    }
}

extension RecordChange {
    /// Whether it writes what a contact is known by.
    fileprivate var givesKey: Bool {
        writes.contains { write in
            guard case .member(let name, _, _) = write else { return false }
            return [Field.id.name, Field.phone.name].contains(name)
        }
    }
}
