import ContactModel

extension AppState {
    /// One thing that Tab could complete.
    struct Candidate: Hashable {
        /// What takes the place of what is typed.
        let text: String
        /// How it is shown.
        let label: String
        /// How many clusters before the cursor it replaces.
        let replaced: Int
    }

    /// What Tab could complete in the prompt, the best first.
    var promptCandidates: [Candidate] {
        guard let prompt, prompt.field.text.utf8.count <= TextField.completionLimit else {
            return []
        }
        switch prompt.purpose {
        case .filter, .find, .mark: return queryCandidates(in: prompt)
        case .renameTag: return tagCandidates(in: prompt)
        case .planFile, .deleteForGood: return []
        }
    }

    private func queryCandidates(in prompt: PromptState) -> [Candidate] {
        let completion = QueryCompletion(
            before: prompt.field.textBeforeCursor,
            vocabulary: QueryCompletion.Vocabulary(
                tags: knownTags, metadataKeys: knownKeys,
                savedNames: savedQueries.keys.sorted()))
        return wholeTag(prompt)
            + completion.candidates.map { candidate in
                Candidate(
                    text: candidate.text,
                    label: candidate.label + (candidate.count.map { " \($0)" } ?? ""),
                    replaced: completion.replacing)
            }
    }

    /// The tag of several words that all of the text could become: `black fri` finds nobody by
    /// words, and `tag:"black friday"` is meant.
    private func wholeTag(_ prompt: PromptState) -> [Candidate] {
        let typed = prompt.field.textBeforeCursor
        guard typed.contains(" "), !typed.contains(where: { ":\"()@".contains($0) }) else {
            return []
        }
        return tagCandidates(typed).prefix(1).map { tag in
            let text = "tag:" + QueryQuoting.written(tag.tag.text)
            return Candidate(
                text: text, label: text + (tag.count.map { " \($0)" } ?? ""),
                replaced: typed.count)
        }
    }

    private func tagCandidates(in prompt: PromptState) -> [Candidate] {
        let typed = prompt.field.textBeforeCursor
        return tagCandidates(typed).filter { $0.tag.text != typed }.map { tag in
            Candidate(
                text: tag.tag.text, label: "\(tag.tag.text) \(tag.count ?? 0)",
                replaced: typed.count)
        }
    }
}
