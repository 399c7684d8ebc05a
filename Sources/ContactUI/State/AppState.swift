package import ContactModel
package import Screen

/// Everything the editor knows; changed only by `update`, drawn only by `render`.
package struct AppState: Sendable {
    /// The terminal's size.
    package var size: Size
    /// Which keys do what.
    package var keymap: Keymap
    /// The place whose contacts are shown; nil until it is open.
    package internal(set) var place: PlaceFacts?
    /// What stands in the title before the place is open, such as the path.
    package let title: String
    /// Why the place could not be opened.
    package internal(set) var openFailure: OpenFailure?
    /// The list.
    package internal(set) var list = ListState()
    /// The form, above the list while it is open.
    package internal(set) var form: FormState?
    /// The one-line prompt, while it is open.
    package internal(set) var prompt: PromptState?
    /// The question that must be answered first.
    package internal(set) var dialog: Dialog?
    /// The keys of a place, while they are shown.
    package internal(set) var help: HelpState?
    /// The latest news.
    package internal(set) var news: News?
    /// Every tag in use, for completion.
    package internal(set) var knownTags: [TagCount] = []
    /// Edits that an earlier run left unsaved, the oldest first.
    package internal(set) var drafts: [Draft] = []
    /// Whether the program is about to end.
    package internal(set) var isLeaving = false
    /// Keys pressed that are the beginning of a longer binding.
    package internal(set) var pendingKeys: [Key] = []
    /// What the dates of a filter are reckoned by.
    package let clock: QueryClock
    /// What was filtered for before, the newest last.
    package internal(set) var filterHistory: [String] = []
    var isResuming = false
    var takenBy: Contact?
    var lastRequest = 0
    var awaited: [Awaited: Int] = [:]

    /// The editor before anything is open.
    package init(
        title: String, size: Size, clock: QueryClock, keymap: Keymap = .standard,
        filter: String = ""
    ) {
        self.title = title
        self.clock = clock
        self.size = size
        self.keymap = keymap
        list.filter = filter
    }

    /// The kinds of answers that are waited for, at most one of each at a time.
    enum Awaited: Hashable, Sendable {
        case list, rows, load, save, undo, tags
    }

    /// A number for a request; earlier requests of the kind are forgotten.
    mutating func request(_ kind: Awaited) -> Int {
        lastRequest += 1
        awaited[kind] = lastRequest
        return lastRequest
    }

    /// Whether an answer is the one waited for; it is then no longer.
    mutating func isAwaited(_ request: Int, _ kind: Awaited) -> Bool {
        guard awaited[kind] == request else { return false }
        awaited[kind] = nil
        return true
    }

    /// Whether a request of the kind is under way.
    func isWaiting(for kind: Awaited) -> Bool { awaited[kind] != nil }
}

/// What the screens say of the place that contacts live in.
package struct PlaceFacts: Hashable, Sendable {
    /// The path or the profile's name.
    package var title: String
    /// Why nothing can be written, as a sentence; nil where writing works.
    package var readOnly: String?
    /// Whether metadata keys can be taken away there.
    package var canRemoveMetadata: Bool
    /// News to begin with, such as what was mended when the file was opened.
    package var notice: String?

    /// Facts of a place.
    package init(
        title: String, readOnly: String? = nil, canRemoveMetadata: Bool, notice: String? = nil
    ) {
        self.title = title
        self.readOnly = readOnly
        self.canRemoveMetadata = canRemoveMetadata
        self.notice = notice
    }
}

/// Why a place could not be opened, and whether asking for a new file would help.
package struct OpenFailure: Hashable, Sendable {
    /// What happened, and what to do.
    package var failure: Failure
    /// Whether the file is missing and could be made.
    package var canCreate: Bool

    /// A failure to open.
    package init(_ failure: Failure, canCreate: Bool) {
        self.failure = failure
        self.canCreate = canCreate
    }
}

/// Something that went wrong, in words for a person.
package struct Failure: Error, Hashable, Sendable {
    /// What happened, and where.
    package var message: String
    /// What to do about it; may be empty.
    package var advice: String
    /// What was said of single fields, by their names in the API.
    package var fields: [InvalidFields.Field]

    /// A failure in words.
    package init(_ message: String, advice: String = "", fields: [InvalidFields.Field] = []) {
        self.message = message
        self.advice = advice
        self.fields = fields
    }
}

/// One line that says what happened.
package struct News: Hashable, Sendable {
    /// How it is meant.
    package enum Tone: Hashable, Sendable {
        case good, bad, plain
    }

    /// The line.
    package var text: String
    /// How it is meant.
    package var tone: Tone

    /// A line of news.
    package init(_ text: String, _ tone: Tone = .plain) {
        self.text = text
        self.tone = tone
    }
}

/// A one-line prompt at the foot of the screen.
package struct PromptState: Hashable, Sendable {
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

    /// A prompt that begins with `text`.
    package init(_ text: String) {
        field = TextField(text)
        before = text
    }
}

/// The keys of one place, scrolled.
package struct HelpState: Hashable, Sendable {
    /// The place whose keys are shown.
    package let context: KeyContext
    /// The first line on the screen.
    package var top = 0
}
