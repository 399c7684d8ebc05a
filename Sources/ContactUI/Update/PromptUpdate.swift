import ContactModel
import Screen

extension AppState {
    mutating func pressInPrompt(_ key: Key) -> [Effect] {
        switch command(for: key, in: [.prompt]) {
        case .accept: return acceptPrompt()
        case .cancel: return cancelPrompt()
        case .olderEntry: return recall(by: 1)
        case .newerEntry: return recall(by: -1)
        case .redraw: return [.redraw]
        case .help:
            help = HelpState(context: .prompt)
            return []
        case .complete: return completePrompt()
        default: break
        }
        guard var state = prompt.take() else { return [] }
        let before = state.field.revision
        _ = state.field.edit(key, in: keymap, killed: &state.killed)
        prompt = state
        return state.field.revision == before ? [] : promptChanged()
    }

    /// Filters by what is typed so far; a half-typed query keeps the last good result.
    mutating func promptChanged() -> [Effect] {
        guard let prompt else { return [] }
        self.prompt?.problem = nil
        guard prompt.purpose == .filter else { return [] }
        list.filter = prompt.field.text
        return relist()
    }

    private mutating func acceptPrompt() -> [Effect] {
        guard let prompt else { return [] }
        let text = prompt.field.text
        if !text.isEmpty && prompt.purpose != .deleteForGood {
            histories[prompt.history, default: []].removeAll { $0 == text }
            histories[prompt.history, default: []].append(text)
        }
        switch prompt.purpose {
        case .filter:
            if let flaw = list.filterFlaw {
                self.prompt?.problem = QueryWording.phrase(flaw.problem)
                return []
            }
            self.prompt = nil
            return []
        case .find, .mark:
            do throws(QueryFlaw) {
                _ = try query(text)
            } catch {
                self.prompt?.problem = QueryWording.phrase(error.problem)
                return []
            }
            self.prompt = nil
            guard !text.isEmpty else { return [] }
            return prompt.purpose == .find ? find(text) : markMatches(of: text)
        case .renameTag(let tag): return renameTag(tag, to: text)
        case .planFile:
            self.prompt = nil
            return text.isEmpty ? [] : writePlan(to: text)
        case .deleteForGood: return deleteForGood(text)
        }
    }

    private mutating func cancelPrompt() -> [Effect] {
        guard let prompt else { return [] }
        self.prompt = nil
        guard prompt.purpose == .filter, list.filter != prompt.before else { return [] }
        list.filter = prompt.before
        return relist()
    }

    private mutating func completePrompt() -> [Effect] {
        let candidates = promptCandidates
        if let next = nextCompleted(candidates) { return next }
        guard let candidate = candidates.first else { return [] }
        prompt?.field.replaceBeforeCursor(candidate.replaced, with: candidate.text)
        let revision = prompt?.field.revision ?? 0
        prompt?.completed = PromptState.Completed(
            texts: candidates.map(\.text), revision: revision)
        return promptChanged()
    }

    /// Once more Tab, where nothing follows what was completed, goes to the next candidate; nil
    /// where it does not.
    private mutating func nextCompleted(_ candidates: [Candidate]) -> [Effect]? {
        guard let state = prompt, var completed = state.completed,
            completed.revision == state.field.revision, completed.texts.count > 1
        else { return nil }
        let text = completed.texts[completed.place]
        if let first = candidates.first, first.text != text { return nil }
        completed.place = (completed.place + 1) % completed.texts.count
        prompt?.field.replaceBeforeCursor(text.count, with: completed.texts[completed.place])
        completed.revision = prompt?.field.revision ?? 0
        prompt?.completed = completed
        return promptChanged()
    }

    private mutating func recall(by step: Int) -> [Effect] {
        guard var state = prompt else { return [] }
        let history = histories[state.history, default: []]
        let depth = state.historyDepth + step
        guard (0...history.count).contains(depth) else { return [] }
        if state.historyDepth == 0 { state.typed = state.field.text }
        state.historyDepth = depth
        let text = depth == 0 ? state.typed : history[history.count - depth]
        state.field.replace(with: text)
        prompt = state
        return promptChanged()
    }
}

extension TextField {
    /// Bytes of a text beyond which nothing is completed in it.
    static let completionLimit = 100_000

    /// Edits by one key: a bound command, or a character that is typed.
    ///
    /// - Returns: whether the key meant anything here.
    mutating func edit(_ key: Key, in keymap: Keymap, killed: inout String) -> Bool {
        if case .command(let command) = keymap.match([key], in: .text) {
            return edit(command, killed: &killed)
        }
        guard case .character(let sign) = key.code,
            key.modifiers.isDisjoint(with: [.control, .alt])
        else { return false }
        insert(String(sign))
        return true
    }

    private mutating func edit(_ command: Command, killed: inout String) -> Bool {
        switch command {
        case .charBack: moveCursor(to: cursor - 1)
        case .charForward: moveCursor(to: cursor + 1)
        case .wordBack: moveCursor(to: wordStart)
        case .wordForward: moveCursor(to: wordEnd)
        case .lineStart: moveCursor(to: 0)
        case .lineEnd: moveCursor(to: characters.count)
        case .deleteBack: _ = remove(cursor - 1..<cursor)
        case .deleteForward: _ = remove(cursor..<cursor + 1)
        case .yank: insert(killed)
        case .undoTyping: undo()
        default: return kill(command, &killed)
        }
        return true
    }

    private mutating func kill(_ command: Command, _ killed: inout String) -> Bool {
        let range: Range<Int>
        switch command {
        case .killToEnd: range = cursor..<characters.count
        case .killToStart: range = 0..<cursor
        case .killWordBack: range = blankSeparatedStart..<cursor
        case .killWordForward: range = cursor..<wordEnd
        default: return false
        }
        let text = remove(range)
        if !text.isEmpty { killed = text }
        return true
    }
}
