import ContactModel

extension AppState {
    func tagItems(_ tags: [TagCount]) -> [Menu.Item] {
        let width = tags.map { ($0.count ?? 0).grouped.count }.max() ?? 1
        return tags.map { tag in
            let count = tag.count?.grouped ?? "?"
            let gap = String(repeating: " ", count: max(0, width - count.count))
            return Menu.Item(tag.tag.text, sign: gap + count)
        }
    }

    /// Opens the tags, the commonest first.
    mutating func openTags() -> [Effect] {
        open(.tags(AppState.byCount(knownTags)))
        return countTags()
    }

    static func byCount(_ tags: [TagCount]) -> [TagCount] {
        tags.sorted { ($0.count ?? 0, $1.tag.text) > ($1.count ?? 0, $0.tag.text) }
    }

    mutating func performInTags(_ command: Command, _ tag: TagCount?) -> [Effect] {
        guard let tag = tag?.tag else { return [] }
        switch command {
        case .choose:
            panels = []
            list.filter = AppState.query(for: tag)
            return relist()
        case .toggleMark:
            panels = []
            return markMatches(of: AppState.query(for: tag))
        case .renameItem:
            if let reason = place?.readOnly { return show(News(reason, .bad)) }
            panels = []
            prompt = PromptState(.renameTag(tag), tag.text)
            return []
        default: return []
        }
    }

    /// The query for those who bear a tag.
    static func query(for tag: Tag) -> String {
        let isPlain = tag.text.unicodeScalars.allSatisfy {
            $0.properties.isAlphabetic || $0.properties.numericType != nil
                || "-_".contains(
                    Character($0))
        }
        guard !isPlain else { return "tag:\(tag.text)" }
        let quoted = tag.text.replacing("\"", with: "")
        return "tag:\"\(quoted)\""
    }

    /// Prepares to give a tag another name wherever it stands; an existing name merges.
    mutating func renameTag(_ old: Tag, to text: String) -> [Effect] {
        let new: Tag
        do throws(TagFlaw) {
            new = try Tag(text)
        } catch {
            prompt?.problem = "that is no tag: no comma, no control character"
            return []
        }
        prompt = nil
        guard new != old else { return show(News("the tag keeps its name")) }
        let existing = knownTags.first { $0.tag == new }
        let title =
            existing.map {
                "Merge \(old.text) into \(new.text) (\(($0.count ?? 0).grouped) have it)"
            }
            ?? "Rename tag \(old.text) to \(new.text)"
        return prepare(
            title, .edit(.renameTag(from: old, to: new)), scopes: [.everybody])
    }
}
