import ArgumentParser
import ContactModel
import ContactUI
import Glibc
import Screen
import TerminalKit

/// The editor's main loop: events in, actions through the state, effects out, frames drawn.
///
/// It stays on the main thread, which alone touches the terminal and the state. Effects that
/// wait run elsewhere and answer through the inbox.
final class EditorRun {
    private let terminal: Terminal
    private let inbox: Inbox<Action>
    private let performer: EffectPerformer
    private let theme: Theme
    private let shaper: TextShaper
    private let setsTitle: Bool
    private let configuration: Configuration
    private var state: AppState
    private var following: Following?

    /// The place that the editor is left for.
    enum Following {
        case place(PlaceChoice)
        case demo
        /// Where one was before.
        case back
    }

    /// A place to be opened, and what is filtered by there.
    private struct Stop {
        var target: Following
        var filter = ""
    }

    /// Opens the editor on a place, and on those it is left for, until it is quit.
    static func start(
        _ choice: PlaceChoice, _ configuration: Configuration, filter: String
    ) throws {
        var (choice, stop) = (choice, Stop(target: .place(choice), filter: filter))
        var earlier: Stop?
        var demo: DemoFolder?
        defer { demo?.remove() }
        while var left = try visit(
            choice, configuration, filter: stop.filter, canReturn: earlier != nil)
        {
            demo?.remove()
            demo = nil
            if case .back = left.target, let target = earlier {
                (stop, earlier) = (target, nil)
            } else {
                swap(&stop.filter, &left.filter)
                (stop, earlier) = (Stop(target: left.target), stop)
            }
            switch stop.target {
            case .place(let next): choice = next
            case .demo:
                let folder = try DemoFolder()
                demo = folder
                choice = folder.choice
            case .back: return
            }
        }
    }

    /// Opens the editor on one place.
    ///
    /// - Returns: the place that it was left for, and the filter then; nil where it was quit.
    private static func visit(
        _ choice: PlaceChoice, _ configuration: Configuration, filter: String, canReturn: Bool
    ) throws -> Stop? {
        guard isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1 else {
            throw ValidationError("the editor needs a terminal; 'patchbook list' works without")
        }
        let run: EditorRun
        do throws(TerminalError) {
            run = try EditorRun(choice, configuration, filter: filter)
        } catch {
            Streams.complain(TerminalWording.phrase(error))
            throw ExitCode(74)
        }
        run.state.canReturn = canReturn
        run.loop()
        run.terminal.close()
        run.performer.finish()
        guard let signal = run.endingSignal else {
            return run.following.map { Stop(target: $0, filter: run.state.list.filter) }
        }
        if let words = run.parting, signal != SIGHUP { Streams.complain(words) }
        throw ExitCode(128 + signal)
    }

    private var endingSignal: Int32?
    /// What is still to be told when the screen is the shell's again.
    private var parting: String?

    private init(
        _ choice: PlaceChoice, _ configuration: Configuration, filter: String
    ) throws(TerminalError) {
        self.configuration = configuration
        inbox = try Inbox()
        performer = EffectPerformer(choice, configuration, inbox: inbox)
        // Reading goes on while the terminal is made ready.
        performer.perform(.open(create: false))
        let options = Terminal.Options(
            escapeDelay: configuration.escapeDelay, mouse: configuration.usesMouse)
        setsTitle = configuration.setsWindowTitle
        do throws(TerminalError) {
            terminal = try Terminal(options, wake: inbox.wakeDescriptor)
        } catch {
            performer.finish()
            throw error
        }
        shaper = TextShaper(width: terminal.shaper.width, isASCII: !terminal.isUTF8)
        theme = configuration.theme.fitting(
            colorCount: terminal.colorCount,
            allowsColor: UserPaths.environment("NO_COLOR") == nil)
        state = AppState(
            title: choice.title, size: terminal.size, clock: LocalClock.queries,
            keymap: configuration.keymap, filter: filter)
        state.savedQueries = configuration.queries
    }

    private func loop() {
        if setsTitle { terminal.setTitle(shaper.neutral("Patchbook — " + state.title)) }
        if let news = configuration.news { perform(state.update(.notice(News(news, .bad)))) }
        while !state.isLeaving && following == nil {
            terminal.draw(state.render(theme: theme, shaper: shaper))
            for event in terminal.events(timeout: nil) where !state.isLeaving && following == nil {
                handle(event)
            }
        }
    }

    private func handle(_ event: InputEvent) {
        switch event {
        case .wake:
            for action in inbox.drain() { perform(state.update(action)) }
        case .terminate(let signal): endingSignal = signal
        case .hangUp: endingSignal = SIGHUP
        default: break
        }
        perform(state.update(.input(event)))
    }

    private func perform(_ effects: [Effect]) {
        for effect in effects {
            switch effect {
            case .redraw: terminal.redraw()
            case .suspend: terminal.suspend()
            case .quit: break
            case .editMetadata(let entries): editMetadata(entries)
            case .editContacts(let numbers, let listing): editContacts(numbers, of: listing)
            case .copy(let text): copy(text)
            case .follow(let wish): follow(wish)
            default: performer.perform(effect)
            }
        }
    }

    /// Hands the terminal to the person's own editor and takes it back.
    private func editMetadata(_ entries: [MetadataEntry]) {
        lend { .metadataEdited(MetadataEditor.edit(entries, in: $0)) }
    }

    private func editContacts(_ numbers: RowSet, of listing: Int) {
        let rows = performer.rows(numbers, of: listing)
        let canRemove = state.place?.canRemoveMetadata == true
        lend {
            .contactsEdited(
                ContactsEditor.edit(rows, canRemoveMetadata: canRemove, in: $0))
        }
    }

    private func follow(_ wish: PlaceWish) {
        do {
            switch wish {
            case .demo: following = .demo
            case .back: following = .back
            case .file(let path):
                following = .place(
                    try PlaceChoice(
                        file: UserPaths.expanded(path), profile: nil, configuration: configuration))
            case .profile(let name):
                following = .place(
                    try PlaceChoice(file: nil, profile: name, configuration: configuration))
            }
        } catch {
            let words = (error as? ValidationError)?.message ?? "\(error)"
            perform(state.update(.notice(News(words, .bad))))
        }
    }

    private func lend(_ edit: (PersonsEditor) -> Action) {
        terminal.leave()
        var isEnding = false
        let editor = PersonsEditor { [terminal] awaited in
            isEnding = !terminal.wait(for: awaited)
            return !isEnding
        }
        let action = edit(editor)
        guard !isEnding else {
            parting = action.failure?.line
            return
        }
        terminal.enter()
        perform(state.update(action))
    }

    /// Within tmux its own command reaches the person's clipboard without any setting of it.
    private func copy(_ text: String) {
        if UserPaths.environment("TMUX") != nil,
            ChildProcess.run(["tmux", "load-buffer", "-w", "-"], reading: text) == 0
        {
            return
        }
        guard !terminal.copy(text) else { return }
        perform(state.update(.notice(News("this terminal has no clipboard for programs", .bad))))
    }
}

extension Action {
    /// Why nothing came back from the person's own editor.
    fileprivate var failure: Failure? {
        switch self {
        case .metadataEdited(.failed(let failure)), .contactsEdited(.failed(let failure)): failure
        default: nil
        }
    }
}
