package import ContactModel

/// A one-line prompt at the foot of the screen.
package struct PromptState: Hashable, Sendable {
    /// What is asked for.
    package enum Purpose: Hashable, Sendable {
        case filter, find, mark
        /// Another name for a tag.
        case renameTag(Tag)
        /// Where the plan of a bulk change is written.
        case planFile
        /// The word that takes contacts away at a server, where nothing brings them back.
        case deleteForGood
    }

    /// The word.
    static let deletionWord = "delete"

    /// What is asked for.
    package let purpose: Purpose
    /// What is typed.
    package var field: TextField
    /// What held before the prompt opened, restored where it is dropped.
    package let before: String
    /// How many entries back in the history the shown text is; 0 is what was typed.
    package var historyDepth = 0
    /// What was typed before going back in the history.
    package var typed = ""
    /// What was last cut.
    package var killed = ""
    /// What Tab has completed to, so that once more goes to the next one.
    var completed: Completed?
    /// What is wrong with what is typed.
    package var problem: String?

    /// Candidates that were offered, and the one that was taken.
    struct Completed: Hashable, Sendable {
        let texts: [String]
        var place = 0
        /// The field's revision just after.
        var revision: Int
    }

    /// A prompt that begins with `text`.
    package init(_ purpose: Purpose, _ text: String = "") {
        self.purpose = purpose
        field = TextField(text)
        before = text
    }

    /// What stands before the text.
    package var sign: String {
        switch purpose {
        case .filter: "/"
        case .find: "find "
        case .mark: "mark "
        case .renameTag(let tag): "rename \(tag.text) to "
        case .planFile: "plan file "
        case .deleteForGood: "cannot be undone; type \(PromptState.deletionWord): "
        }
    }

    /// Queries share one history; other prompts have their own.
    var history: String {
        switch purpose {
        case .filter, .find, .mark: "query"
        case .renameTag: "tag"
        case .planFile: "file"
        case .deleteForGood: "deletion"
        }
    }
}
