import Glibc
import TestGround
import Testing

/// A terminal that a test sits at: a shell in a tmux of its own.
final class TmuxSession {
    private let home: Home
    private let socket: String
    private let server: pid_t

    private init(_ home: Home, _ name: String, columns: Int, rows: Int) async throws {
        self.home = home
        socket = home.path(name)
        try home.write(
            "tmux.conf",
            """
            set -g default-terminal tmux-256color
            set -g status off
            set -g escape-time 0

            """)
        let start = [
            "tmux", "-u", "-S", socket, "-f", home.path("tmux.conf"), "new-session", "-d",
            "-x", "\(columns)", "-y", "\(rows)", "-c", home.folder, "exec /bin/sh -i",
        ]
        let outcome = try await Program(start, in: home).outcome()
        guard outcome.status == 0 else { throw Missing("tmux", seen: outcome.errors) }
        let ask = ["tmux", "-S", socket, "display-message", "-p", "#{pid}"]
        let answer = try await Program(ask, in: home).outcome().output
        server = pid_t(answer.filter(\.isNumber)) ?? 0
    }

    /// Runs a story at a terminal of this size, which is gone afterwards whatever happens; a
    /// second one beside it has a name of its own.
    static func open(
        _ home: Home, named name: String = "tmux", columns: Int = 80, rows: Int = 24,
        _ story: (TmuxSession) async throws -> Void
    ) async throws {
        let session = try await TmuxSession(home, name, columns: columns, rows: rows)
        do {
            try await session.see("ready>")
            try await story(session)
        } catch {
            try await session.vanish()
            throw error
        }
        try await session.vanish()
    }

    /// Ends the terminal as a broken connection does, and waits for what ran in it.
    func vanish() async throws {
        guard server > 0 else { return }
        kill(server, SIGTERM)
        let processes = [server, editor].compactMap(\.self)
        let gone: Bool? = try await eventually {
            processes.allSatisfy(TmuxSession.hasEnded) ? true : nil
        }
        if gone == nil { throw Missing("the end of the terminal", seen: "\(processes)") }
    }

    /// A process that nobody has waited for yet has ended all the same.
    private static func hasEnded(_ process: pid_t) -> Bool {
        guard let status = try? Scratch.text(at: "/proc/\(process)/stat") else { return true }
        return status.isEmpty || status.contains(") Z ")
    }

    /// The process of the editor that `book` started last.
    var editor: pid_t? {
        (try? Scratch.text(at: home.path("editor.pid"))).flatMap { pid_t($0.filter(\.isNumber)) }
    }

    /// Types a line at the shell's prompt.
    func run(_ line: String) async throws {
        try await type(line)
        try await press("Enter")
    }

    /// Presses keys by their names in tmux, such as `Enter`, `C-s`, `x`.
    func press(_ keys: String...) async throws {
        _ = try await tmux(["send-keys", "--"] + keys)
    }

    /// Types text as it is. A filter had better end in the letter that leaves others out: what
    /// is seen then tells that all of it was answered.
    func type(_ text: String) async throws {
        _ = try await tmux(["send-keys", "-l", "--", text])
    }

    /// Gives the terminal another size.
    func resize(columns: Int, rows: Int) async throws {
        _ = try await tmux(["resize-window", "-x", "\(columns)", "-y", "\(rows)"])
    }

    /// The screen, a line for each row.
    func screen() async throws -> String {
        try await tmux(["capture-pane", "-p"])
    }

    /// What a format of tmux says of the terminal, such as `#{alternate_on}`.
    func ask(_ format: String) async throws -> String {
        String(try await tmux(["display-message", "-p", format]).prefix { $0 != "\n" })
    }

    /// Waits until every one of some texts stands on the screen.
    @discardableResult
    func see(_ texts: String...) async throws -> String {
        try await see(texts.joined(separator: ", ")) { screen in
            texts.allSatisfy(screen.contains)
        }
    }

    /// Waits until the screen is as it should be.
    @discardableResult
    func see(_ what: String, _ isSo: (String) -> Bool) async throws -> String {
        var last = ""
        let found = try await eventually { () -> String? in
            last = try await screen()
            return isSo(last) ? last : nil
        }
        guard let found else { throw Missing(what, seen: last) }
        return found
    }

    /// Waits until the terminal's state is as it should be.
    func see(_ format: String, is wanted: String) async throws {
        var last = ""
        let found: Bool? = try await eventually {
            last = try await ask(format)
            return last == wanted ? true : nil
        }
        if found == nil { throw Missing("\(format) = \(wanted)", seen: last) }
    }

    /// The column in which a text begins, as the terminal places it; it must stand there once.
    func column(of text: String) async throws -> Int? {
        _ = try await tmux(["copy-mode"])
        _ = try await tmux(["send-keys", "-X", "search-backward-text", text])
        let column = try await ask("#{copy_cursor_x}")
        _ = try await tmux(["send-keys", "-X", "cancel"])
        return Int(column)
    }

    private func tmux(_ words: [String]) async throws -> String {
        let outcome = try await Program(["tmux", "-S", socket] + words, in: home).outcome()
        guard outcome.status == 0 else {
            throw Missing("tmux \(words.joined(separator: " "))", seen: outcome.errors)
        }
        return outcome.output
    }
}

extension TmuxSession {
    /// Waits until the editor has ended and the shell asks for a command.
    func seePrompt() async throws {
        try await see("#{alternate_on}", is: "0")
        try await see("the prompt") { $0.split("\n").last == "ready>" }
    }

    /// Waits until the shell has the terminal again, and holds its state against a fresh one.
    func expectSane(location: SourceLocation = #_sourceLocation) async throws {
        try await seePrompt()
        try await press("C-u")
        try await run("clear")
        try await see("the prompt alone") { $0.hasPrefix("ready>") && $0.split("\n").count == 1 }
        let modes = "cursor #{cursor_flag} keypad #{keypad_flag} mouse #{mouse_any_flag}"
        #expect(try await ask(modes) == "cursor 1 keypad 0 mouse 0", sourceLocation: location)
        let region = try await ask("#{scroll_region_upper} #{e|+:#{scroll_region_lower},1}")
        #expect(try await region == "0 " + ask("#{pane_height}"), sourceLocation: location)
        try await run("stty -a; echo read")
        let settings = try await see("the modes") { $0.split("\n").contains("read") }
        let words = Set(settings.split { " \n;".contains($0) })
        for word in ["icanon", "echo", "isig", "iexten", "icrnl", "opost", "ixon"] {
            #expect(words.contains(Substring(word)), "no \(word)", sourceLocation: location)
        }
    }

    /// Compares the screen with the text file of this name; a missing file fails.
    /// `PATCHBOOK_RECORD=1` writes them.
    func expectGolden(
        _ name: String, location: SourceLocation = #_sourceLocation
    ) async throws {
        let shown = try await screen().replacing(home.path(""), with: "HOME/")
        let here = "\(#filePath)"
        let folder = here.prefix(through: here.lastIndex(of: "/") ?? here.startIndex)
        let path = folder + "Goldens/" + name + ".txt"
        if getenv("PATCHBOOK_RECORD").map({ String(cString: $0) }) == "1" {
            guard let file = fopen(path, "w") else { throw ScratchFailure(code: errno) }
            fputs(shown, file)
            fclose(file)
        }
        let golden = try Scratch.text(at: path)
        #expect(shown == golden, "differs from \(name).txt", sourceLocation: location)
    }
}

extension String {
    fileprivate func split(_ separator: Character) -> [Substring] {
        split(separator: separator)
    }
}
