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
    case dropLayer = "drop-layer"
    case edit
    case add
    case undo
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
}

extension Command {
    /// What it does, as help and menus say it.
    package var title: String {
        switch self {
        case .moveDown: "next contact"
        case .moveUp: "previous contact"
        case .halfPageDown: "half a page down"
        case .halfPageUp: "half a page up"
        case .pageDown: "a page down"
        case .pageUp: "a page up"
        case .first: "first contact (a count goes to that row)"
        case .last: "last contact"
        case .filter: "filter as you type"
        case .dropLayer: "drop one layer: the filter, a message"
        case .edit: "edit the contact"
        case .add: "add a contact"
        case .undo: "undo the last save"
        case .reload: "read everything again"
        case .help: "the keys of this place"
        case .quit: "quit"
        case .redraw: "draw the screen anew"
        case .suspend: "suspend, back with fg"
        default: editingTitle
        }
    }

    private var editingTitle: String {
        switch self {
        case .nextField: "next field"
        case .previousField: "previous field"
        case .save: "save: send the patch shown"
        case .leave: "leave, asks where something changed"
        case .revertField: "revert this field"
        case .cycleType: "type of a value: text, number, true/false, null, JSON"
        case .editMetadata: "metadata in your $EDITOR"
        case .removeKey: "remove this metadata key, or keep it after all"
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
        case .accept: "keep it"
        case .cancel: "drop it"
        case .complete: "complete"
        case .olderEntry: "older entry"
        case .newerEntry: "newer entry"
        default: rawValue
        }
    }
}
