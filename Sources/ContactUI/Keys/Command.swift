/// Everything a key can be bound to; the raw value is its name in a key map.
package enum Command: String, CaseIterable, Hashable, Sendable {
    case moveDown = "move-down"
    case moveUp = "move-up"
    case halfPageDown = "half-page-down"
    case halfPageUp = "half-page-up"
    case pageDown = "page-down"
    case pageUp = "page-up"
    case first
    case last
    case filter
    case find
    case findNext = "find-next"
    case findPrevious = "find-previous"
    case dropLayer = "drop-layer"

    case toggleMark = "toggle-mark"
    case markRange = "mark-range"
    case extendDown = "extend-down"
    case extendUp = "extend-up"
    case markAll = "mark-all"
    case invertMarks = "invert-marks"
    case markByQuery = "mark-by-query"
    case onlyMarked = "only-marked"
    case unmarkAll = "unmark-all"
    case lastMarks = "last-marks"

    case edit
    case add
    case tag
    case tags
    case delete
    case duplicates
    case editMarked = "edit-marked"
    case sort
    case columns
    case copy
    case copyCommand = "copy-command"
    case undo
    case redo
    case log
    case palette
    case failures
    case outbox
    case pause
    case setMetadata = "set-metadata"
    case removeMetadata = "remove-metadata"
    case clearField = "clear-field"
    case openFile = "open"
    case openProfile = "profile"
    case openDemo = "demo"
    case importFile = "import"
    case exportFile = "export"
    case reload
    case help
    case quit
    case redraw
    case suspend

    case nextField = "next-field"
    case previousField = "previous-field"
    case save
    case leave
    case revertField = "revert-field"
    case cycleType = "cycle-type"
    case editMetadata = "edit-metadata"
    case removeKey = "remove-key"

    case lineStart = "line-start"
    case lineEnd = "line-end"
    case charBack = "char-back"
    case charForward = "char-forward"
    case wordBack = "word-back"
    case wordForward = "word-forward"
    case deleteBack = "delete-back"
    case deleteForward = "delete-forward"
    case killToEnd = "kill-to-end"
    case killToStart = "kill-to-start"
    case killWordBack = "kill-word-back"
    case killWordForward = "kill-word-forward"
    case yank
    case undoTyping = "undo-typing"

    case accept
    case cancel
    case complete
    case olderEntry = "older-entry"
    case newerEntry = "newer-entry"

    case choose
    case close
    case toggleItem = "toggle-item"
    case addItem = "add-item"
    case renameItem = "rename-item"
    case moveItemDown = "move-item-down"
    case moveItemUp = "move-item-up"
    case removeItem = "remove-item"
    case retry
    case previousScope = "previous-scope"
    case nextScope = "next-scope"
    case writePlan = "write-plan"
    case stop
}

extension Command {
    /// What it does, as help and menus say it.
    package var title: String {
        switch self {
        case .moveDown: "next line"
        case .moveUp: "previous line"
        case .halfPageDown: "half a page down"
        case .halfPageUp: "half a page up"
        case .pageDown: "a page down"
        case .pageUp: "a page up"
        case .first: "first line (a count goes to that line)"
        case .last: "last line"
        case .filter: "filter as you type"
        case .find: "find without filtering"
        case .findNext: "next found"
        case .findPrevious: "previous found"
        case .dropLayer: "drop one layer: a range, a message, the filter"
        case .help: "the keys of this place"
        case .quit: "quit"
        case .redraw: "draw the screen anew"
        case .suspend: "suspend, back with fg"
        default: markingTitle ?? actingTitle ?? formTitle ?? typingTitle ?? menuTitle
        }
    }

    private var markingTitle: String? {
        switch self {
        case .toggleMark: "mark or unmark, and step"
        case .markRange: "begin or end a range of marks"
        case .extendDown: "mark downwards"
        case .extendUp: "mark upwards"
        case .markAll: "mark all that the filter shows"
        case .invertMarks: "exchange marked and unmarked"
        case .markByQuery: "mark by a query"
        case .onlyMarked: "show only the marked, or all again"
        case .unmarkAll: "unmark everybody"
        case .lastMarks: "the marks before the last bulk change"
        default: nil
        }
    }

    private var actingTitle: String? {
        switch self {
        case .edit: "edit the contact"
        case .add: "add a contact"
        case .tag: "add and remove tags of the marked"
        case .tags: "every tag with its count"
        case .delete: "delete the marked, or this contact"
        case .duplicates: "find duplicates and merge them"
        case .editMarked: "the marked contacts in your $EDITOR"
        case .sort: "sort by columns"
        case .columns: "choose columns"
        case .copy: "copy the contact to the clipboard"
        case .copyCommand: "copy as a command"
        case .undo: "undo the newest change"
        case .redo: "redo what was undone"
        case .log: "what was changed, step by step"
        case .palette: "any command by its name"
        case .failures: "what failed in the last bulk change"
        case .outbox: "what is not sent yet, or is in conflict"
        case .pause: "pause sending and reading, or go on"
        case .setMetadata: "set a metadata key of the marked: KEY VALUE"
        case .removeMetadata: "remove a metadata key of the marked: KEY"
        case .clearField: "clear name, email or tags of the marked"
        case .reload: "read everything again"
        case .openFile: "open another file: FILE"
        case .openProfile: "open a workspace of the configuration: NAME"
        case .openDemo: "sample contacts; nothing is kept"
        case .importFile: "bring in contacts from csv, vcf, json or jsonl: FILE"
        case .exportFile: "write the contacts shown to csv, vcf, json or jsonl: FILE"
        default: nil
        }
    }

    private var formTitle: String? {
        switch self {
        case .nextField: "next field"
        case .previousField: "previous field"
        case .save: "save: send the patch shown"
        case .leave: "leave, asks where something changed"
        case .revertField: "revert this field"
        case .cycleType: "type of a value: text, number, true/false, null, JSON"
        case .editMetadata: "metadata in your $EDITOR"
        case .removeKey: "remove this metadata key, or keep it after all"
        default: nil
        }
    }

    private var typingTitle: String? {
        switch self {
        case .lineStart: "start of the line"
        case .lineEnd: "end of the line"
        case .charBack: "one character back"
        case .charForward: "one character forward"
        case .wordBack: "one word back"
        case .wordForward: "one word forward"
        case .deleteBack: "delete before the cursor"
        case .deleteForward: "delete under the cursor"
        case .killToEnd: "cut to the end"
        case .killToStart: "cut to the start"
        case .killWordBack: "cut the word before"
        case .killWordForward: "cut the word after"
        case .yank: "paste what was cut"
        case .undoTyping: "undo typing in this field"
        default: nil
        }
    }

    private var menuTitle: String {
        switch self {
        case .accept: "keep it"
        case .cancel: "drop it"
        case .complete: "complete"
        case .olderEntry: "older entry"
        case .newerEntry: "newer entry"
        case .choose: "take this one"
        case .close: "back"
        case .toggleItem: "switch this one on or off"
        case .addItem: "add as a further one"
        case .renameItem: "rename it; an existing name merges"
        case .moveItemDown: "move it down"
        case .moveItemUp: "move it up"
        case .removeItem: "give this one up; in a conflict theirs stands"
        case .retry: "try again; in a conflict yours stands"
        case .previousScope: "scope before"
        case .nextScope: "next scope"
        case .writePlan: "write the plan to a file"
        case .stop: "stop what is under way"
        default: rawValue
        }
    }
}
