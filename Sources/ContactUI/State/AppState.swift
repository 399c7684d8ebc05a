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
    /// Who is marked.
    package internal(set) var marks = Marks()
    /// Menus above the list, the one in front last.
    package internal(set) var panels: [Panel] = []
    /// The bulk change being prepared.
    package internal(set) var bulk: BulkPanel?
    /// The bulk change under way.
    package internal(set) var running: RunningState?
    /// What failed in the last bulk change, to be tried again.
    package internal(set) var failures: [BulkFailure] = []
    /// What of a remote workspace is not sent.
    package internal(set) var outbox = OutboxFacts()
    /// Whether sending and reading a remote workspace rest until they are wanted again.
    package internal(set) var isPaused = false
    /// The latest news.
    package internal(set) var news: News?
    /// Every tag in use, for completion.
    package internal(set) var knownTags: [TagCount] = []
    /// Metadata keys in use, the commonest first, as far as they were counted.
    package internal(set) var knownKeys: [String] = []
    /// Edits that an earlier run left unsaved, the oldest first.
    package internal(set) var drafts: [Draft] = []
    /// Whether the program is about to end.
    package internal(set) var isLeaving = false
    /// Keys pressed that are the beginning of a longer binding.
    package internal(set) var pendingKeys: [Key] = []
    /// What was typed into prompts before, by their signs, the newest last.
    package internal(set) var histories: [String: [String]] = [:]
    /// How the newest change of this session is copied as a command; nil before there is one.
    package internal(set) var lastChange: LastChange?
    /// Counts movements, so that details are shown for the last one only.
    var detailSerial = 0
    /// What dates are reckoned by, now and where the person is.
    package let clock: QueryClock
    /// Queries by the names they were saved under.
    package var savedQueries: [String: String] = [:]
    /// The draft that the form which was asked for is to be given; no other form gets it.
    var resuming: Draft?
    /// Whether another place was left for this one, to go back to if this cannot be opened.
    package var canReturn = false
    var takenBy: Contact?
    /// The key by which the contact that is being read for the form was named.
    var loading: ContactKey?
    /// Keys for the form that has been asked for and is not there yet.
    var typedAhead: [Key] = []
    /// Keys for the list that has been asked for and is not there yet.
    var heldKeys: [Key] = []
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
        case list, rows, load, save, undo, tags, find, mark, preview, apply, log, duplicates
        case metadataKeys, sortKeys, importing, unsent, newestStep, renew
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
    /// The option by which commands name it, such as `--file contacts.json`.
    package var option: String
    /// Whether changes are calls of a server, which has a quota.
    package var isRemote: Bool
    /// The columns and the order that were chosen there before.
    package var view: ViewSettings?
    /// News to begin with, such as what was mended when the file was opened.
    package var notice: News?

    /// Facts of a place.
    package init(
        title: String, readOnly: String? = nil, canRemoveMetadata: Bool, option: String = "",
        isRemote: Bool = false, view: ViewSettings? = nil, notice: News? = nil
    ) {
        self.title = title
        self.readOnly = readOnly
        self.canRemoveMetadata = canRemoveMetadata
        self.option = option
        self.isRemote = isRemote
        self.view = view
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
    /// What it becomes when a server has everything; nil where that changes nothing.
    package var onceSent: String?

    /// A line of news.
    package init(_ text: String, _ tone: Tone = .plain, onceSent: String? = nil) {
        self.text = text
        self.tone = tone
        self.onceSent = onceSent
    }
}

/// The keys of one place, scrolled.
package struct HelpState: Hashable, Sendable {
    /// The place whose keys are shown.
    package let context: KeyContext
    /// The first line on the screen.
    package var top = 0
    /// What the lines are narrowed by.
    package var narrowing = TextField()
    /// Whether keys type into the narrowing text.
    package var isNarrowing = false
}
