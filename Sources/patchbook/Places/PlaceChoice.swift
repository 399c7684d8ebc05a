import ArgumentParser
import CResources
import ContactClient
import ContactModel
import ContactStore
import ContactUI
import Glibc

/// Which contacts a person wants: a file, or a remote workspace.
struct PlaceChoice: Sendable {
    private enum Kind: Sendable {
        case file(String)
        case profile(Profile)
    }

    private let kind: Kind
    /// How titles name it.
    let title: String
    /// Whether nothing is kept.
    let isDemo: Bool
    private let historyLimit: Int

    /// The place that options, environment and configuration name, in this order.
    ///
    /// - Parameter takesStandard: whether the standard file will do where the configuration broke
    ///   off before it named one: for the editor, which shows what it opens.
    /// - Throws: a `ValidationError` for an unknown profile, or for both a file and a profile.
    init(
        file: String?, profile: String?, configuration: Configuration, takesStandard: Bool = false
    ) throws {
        if file != nil && profile != nil {
            throw ValidationError("give a file or --profile, not both")
        }
        isDemo = false
        historyLimit = configuration.historyLimit
        let variable = file == nil ? UserPaths.environment("PATCHBOOK_PROFILE") : nil
        if let name = profile ?? variable {
            if let problem = configuration.brokenProfiles[name] {
                throw ValidationError(problem.text)
            }
            guard let profile = configuration.profiles[name] else {
                if let problem = configuration.breakOff { throw ValidationError(problem.text) }
                throw ValidationError(
                    "no profile '\(Streams.neutral(name))' in \(UserPaths.configuration)")
            }
            kind = .profile(profile)
            title = name
            return
        }
        let named =
            file ?? UserPaths.environment("PATCHBOOK_FILE")
            ?? configuration.file.map(UserPaths.expanded)
        if named == nil, !takesStandard, let problem = configuration.breakOff {
            throw ValidationError(
                problem.text + "; which file it names cannot be known: mend it, or give the file")
        }
        let path = named ?? UserPaths.contacts
        kind = .file(path)
        title = UserPaths.shortened(path)
    }

    fileprivate init(demo path: String) {
        kind = .file(path)
        title = "demo, nothing is kept"
        isDemo = true
        historyLimit = StoreOptions().historyLimit
    }

    /// A name for drafts of this place: the path from the root, or the profile.
    var draftName: String {
        switch kind {
        case .profile(let profile): return "profile " + profile.name
        case .file(let path):
            guard let resolved = realpath(path, nil) else { return path }
            defer { free(resolved) }
            return String(cString: resolved)
        }
    }

    /// Opens the place; `creates` makes a missing file, and the folder it is in; with `readsOnly`
    /// nothing at all is made or locked. A call of the API waits for the quota no longer than
    /// `patience`; where somebody sits before it, changes of a workspace are sent behind the
    /// person's back, and a large file is folded when the last such person leaves it. With
    /// `tellsWaits` a line says where a call waits for the quota; `onWait` is told where another
    /// program keeps a file locked. With `findsTokenAside` a command that prints the token is not
    /// waited for. With `servesOthers` changes of a file are noted as theirs. Of a large file no
    /// more need be read than `wanted` names.
    func open(
        creates: Bool, readsOnly: Bool = false, patience: Duration = .seconds(90),
        isAttended: Bool = false, tellsWaits: Bool = false, findsTokenAside: Bool = false,
        servesOthers: Bool = false, wanted: [ContactKey]? = nil,
        onWait: @escaping @Sendable (String) -> Void = Streams.complain
    ) throws(OpeningFailure) -> any ContactBackend {
        switch kind {
        case .file(let path):
            if creates { UserPaths.makeFolder(UserPaths.folder(of: absolute(path))) }
            var options = options(
                creates: creates, readsOnly: readsOnly, foldsLarge: isAttended, onWait: onWait)
            options.servesOthers = servesOthers
            options.wanted = wanted
            do throws(ClientError) {
                return try LocalClient(opening: path, title: title, options: options)
            } catch {
                throw OpeningFailure(error, place: title)
            }
        case .profile(let profile):
            return try profile.open(
                patience: patience, manner: isAttended ? .attended : .unattended,
                tellsWaits: tellsWaits, findsTokenAside: findsTokenAside)
        }
    }

    /// How a file is opened, as it is configured.
    func options(
        creates: Bool = false, readsOnly: Bool = false, foldsLarge: Bool = false,
        onWait: @escaping @Sendable (String) -> Void = Streams.complain
    ) -> StoreOptions {
        var options = StoreOptions(
            creates: creates, historyLimit: historyLimit, readsOnly: readsOnly,
            foldsLarge: foldsLarge)
        let title = title
        options.onWait = { onWait(StoreWording.waiting(for: title)) }
        return options
    }

    /// The option by which a command finds the same place.
    var option: String {
        switch kind {
        case .file(let path): "--file " + CommandText.quoted(path)
        case .profile(let profile): "--profile " + CommandText.quoted(profile.name)
        }
    }

    /// The path of a file; nil for a remote workspace.
    var path: String? {
        if case .file(let path) = kind { path } else { nil }
    }

    private func absolute(_ path: String) -> String {
        guard !path.hasPrefix("/"), let folder = getcwd(nil, 0) else { return path }
        defer { free(folder) }
        return String(cString: folder) + "/" + path
    }
}

/// A folder that holds the sample contacts for as long as the demonstration runs.
struct DemoFolder {
    private let path: String

    /// Makes the folder and the copy in it.
    init() throws {
        guard let folder = TemporaryPlace.folder(TemporaryPlace.folder() + "/patchbook.") else {
            throw ValidationError("no folder for the demonstration can be made in TMPDIR")
        }
        path = folder
        let sample = UnsafeBufferPointer(
            start: resources_sample_contacts(), count: resources_sample_contacts_length())
        guard SmallFile.write(Array(sample), to: file) else {
            throw ValidationError("the sample contacts cannot be written to \(path)")
        }
    }

    private var file: String { path + "/contacts.json" }

    /// The copy, as a place.
    var choice: PlaceChoice { PlaceChoice(demo: file) }

    /// Removes the folder and everything in it.
    func remove() {
        for kept in [file] + Companion.allCases.map({ $0.path(beside: file) }) { unlink(kept) }
        rmdir(path)
    }
}
