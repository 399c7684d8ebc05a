import ContactModel
import ContactUI
import Glibc
import JSONText

/// The folder in which what was typed and not saved is kept, a file for each contact.
struct DraftFolder: Sendable {
    private let folder: String
    private let place: String
    private let isKept: Bool

    /// The drafts of one place; `isKept` false keeps none.
    init(place: String, isKept: Bool) {
        folder = UserPaths.state + "/drafts"
        self.place = place
        self.isKept = isKept
    }

    /// Writes a draft in the place of an earlier one of the same name.
    func keep(_ draft: Draft) {
        guard isKept else { return }
        var record = draft.record
        record["place"] = .string(place)
        _ = SmallFile.write(Array(JSONValue.object(record).jsonText.utf8), to: path(draft.name))
    }

    /// Removes the draft of this name.
    func drop(_ name: String) {
        if isKept { unlink(path(name)) }
    }

    /// Every draft of this place.
    func read() -> [Draft] {
        guard isKept, let listing = opendir(folder) else { return [] }
        defer { closedir(listing) }
        var drafts: [Draft] = []
        while let entry = readdir(listing) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard name.hasSuffix(".json"), let bytes = SmallFile.read(folder + "/" + name),
                let record = try? JSONValue(parsing: bytes).object,
                record["place"]?.text == place, let draft = Draft(record: record)
            else { continue }
            drafts.append(draft)
        }
        return drafts
    }

    /// A name that any contact's key fits into: a hash of place and key.
    private func path(_ name: String) -> String {
        folder + "/" + String((place + "\n" + name).utf8.stableHash, radix: 16) + ".json"
    }
}
