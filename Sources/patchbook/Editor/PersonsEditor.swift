import ContactUI
import Glibc
import TerminalKit

/// A text in the editor that $VISUAL or $EDITOR names, opened again at the place of a mistake.
struct PersonsEditor {
    /// How editing ended.
    enum Ending {
        /// The text as it was left.
        case text(String)
        case unchanged
        case failed(Failure)
    }

    /// Everything that is wrong with an edited text, line by line.
    struct Mistakes: Error {
        /// The first ones: never none.
        let lines: [(line: Int, message: String)]
        /// How many there are.
        let count: Int

        init(_ lines: [(line: Int, message: String)], count: Int) {
            self.lines = lines
            self.count = count
        }

        init(line: Int, _ message: String) {
            self.init([(line, message)], count: 1)
        }
    }

    /// Waits for the end of a child, or for a line at the terminal; false where the program is
    /// to end.
    let wait: (Terminal.Awaited) -> Bool

    /// Lets a person edit a text until `accept` takes it; mistakes are shown, and the editor
    /// opened again at the first where the person wants that.
    func edit(
        _ text: String, ending: String, _ accept: (String) throws(Mistakes) -> Void
    ) -> Ending {
        let before = Streams.visible(text)
        guard let path = PersonsEditor.temporaryFile(ending) else {
            return .failed(Failure("no temporary file can be made in \(TemporaryPlace.folder())"))
        }
        guard SmallFile.write(Array(before.utf8), to: path) else {
            return .failed(Failure("\(path) cannot be written"))
        }
        var line = 1
        while true {
            if let failure = run(path, line: line, before) { return .failed(failure) }
            guard let bytes = SmallFile.read(path) else {
                return .failed(Failure("\(path) cannot be read; at most 64 MB"))
            }
            if bytes.elementsEqual(before.utf8) {
                unlink(path)
                return .unchanged
            }
            do throws(Mistakes) {
                let after = try PersonsEditor.text(bytes)
                try accept(after)
                unlink(path)
                return .text(after)
            } catch {
                line = error.lines.first?.line ?? 1
                guard asksAgain(error) else {
                    return .failed(
                        Failure("what was written is in \(path); nothing of it is taken"))
                }
            }
        }
    }

    private static func text(_ bytes: [UInt8]) throws(Mistakes) -> String {
        let text = String(decoding: bytes, as: UTF8.self)
        guard bytes.elementsEqual(text.utf8) else {
            let line = bytes.split(separator: 0x0A, omittingEmptySubsequences: false).firstIndex {
                !$0.elementsEqual(String(decoding: $0, as: UTF8.self).utf8)
            }
            throw Mistakes(line: (line ?? 0) + 1, "the bytes are not UTF-8")
        }
        return text
    }

    private static func temporaryFile(_ ending: String) -> String? {
        let beginning = TemporaryPlace.folder() + "/patchbook-"
        guard let file = TemporaryPlace.file(beginning, ending: ending) else { return nil }
        close(file.descriptor)
        return file.path
    }

    private func asksAgain(_ mistakes: Mistakes) -> Bool {
        for mistake in mistakes.lines {
            Streams.print("Line \(mistake.line): \(Streams.neutral(mistake.message)).")
        }
        let more = mistakes.count - mistakes.lines.count
        if more > 0 { Streams.print("And \(more) more lines like these.") }
        let place = mistakes.lines.first?.line ?? 1
        Streams.print(
            "Enter opens the editor again at line \(place); "
                + "any other answer goes back without what was written.")
        Streams.flush()
        return wait(.line) && readLine()?.isEmpty == true
    }

    /// Runs the editor on a file at a line and waits for it.
    ///
    /// - Returns: what went wrong; the file then stays where something was written into it.
    private func run(_ path: String, line: Int, _ before: String) -> Failure? {
        let editor =
            UserPaths.environment("VISUAL") ?? UserPaths.environment("EDITOR") ?? "vi"
        let place = line > 1 ? " +\(line)" : ""
        // A plain command takes the shell's place, so that a signal reaches it.
        let isPlain = editor.utf8.allSatisfy {
            Character(Unicode.Scalar($0)).isLetter || (0x30...0x39).contains($0)
                || " /._-+".utf8.contains($0)
        }
        let command = (isPlain ? "exec " : "") + editor + place + " \"$1\""
        let words = ["/bin/sh", "-c", command, "sh", path]
        let status = ChildProcess.run(words) { wait(.end(of: $0)) }
        if status == 0 { return nil }
        let isKept = SmallFile.read(path).map { !$0.elementsEqual(before.utf8) } ?? false
        if !isKept { unlink(path) }
        let ending = status.map { "the editor ended with status \($0)" } ?? "the program was ended"
        return Failure(
            (isKept ? "what was written is in \(path); " : "") + "\(ending); nothing is taken")
    }
}
