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
    ///
    /// - Returns: why it could not be kept, in words; nil where it is.
    func keep(_ draft: Draft) -> String? {
        guard isKept else { return nil }
        var record = draft.record
        record["place"] = .string(place)
        let bytes = Array(JSONValue.object(record).jsonText.utf8)
        if SmallFile.write(bytes, to: path(draft.name)) { return nil }
        return "what you type cannot be kept in case of a crash: "
            + "\(folder): \(String(cString: strerror(errno)))"
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
