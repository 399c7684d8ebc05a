import ArgumentParser
import ContactClient
import ContactModel
import ContactStore
import Glibc

/// What the shell offers after Tab: the words in use, asked of the file that the line names, or of
/// what is known here of a workspace.
///
/// A server is not asked: a Tab must not cost calls, or ask for a token.
enum WordCompletion {
    /// Tags in use.
    static let tags = kind { line in tagCounts(line).map(\.tag.text) }

    /// What a query could go on with.
    static let query = kind { line in
        let saved = (try? Configuration.load())?.queries.keys.sorted() ?? []
        let vocabulary = QueryCompletion.Vocabulary(tags: tagCounts(line), savedNames: saved)
        let completion = QueryCompletion(
            before: line.prefix, vocabulary: vocabulary, growing: true)
        let kept = line.prefix.dropLast(completion.replacing)
        return completion.candidates.map { kept + $0.text }
    }

    /// Names of profiles.
    static let profiles = kind { _ in (try? Configuration.load())?.profiles.keys.sorted() ?? [] }

    /// What a terminal would obey is left out.
    private static func kind(
        _ candidates: @escaping @Sendable (ShellLine) -> [String]
    ) -> CompletionKind {
        .custom { words, index, prefix in
            let line = ShellLine(words, index, prefix, shell: CompletionShell.requesting)
            return line.reply(candidates(line).filter { $0 == Streams.neutral($0) })
        }
    }

    /// The tags of the file or the workspace of the line, none where nothing is known of it.
    private static func tagCounts(_ line: ShellLine) -> [TagCount] {
        guard let configuration = try? Configuration.load(),
            let choice = try? PlaceChoice(
                file: line.value(of: "--file"), profile: line.value(of: "--profile"),
                configuration: configuration)
        else { return [] }
        guard let path = choice.path else {
            return WorkspaceClient.knownTags(of: choice.title, mirrors: UserPaths.mirrors)
        }
        guard
            let store = try? Store(opening: path, options: StoreOptions(readsOnly: true))
        else { return [] }
        return store.snapshot.tagCounts
    }
}
