import CCurses
import Glibc
import Screen
import Testing
import TerminalKit

extension TerminalTests {
    @Suite("Sessions", .serialized)
    struct Sessions {
        let pseudo = PseudoTerminal()

        @Test("Keys arrive as typed, those that a shell would take among them")
        func keys() throws {
            let terminal = try Terminal(pseudo.options())
            pseudo.type("j\u{3}\u{1A}\u{13}\u{11}\u{16}\u{F}\u{1C}\r\u{1B}[A\u{1B}OB\u{1B}xé田")
            let expected: [Key] = [
                .character("j"), .control("c"), .control("z"), .control("s"), .control("q"),
                .control("v"), .control("o"), .control("\\"), Key(.enter), Key(.up), Key(.down),
                .alt("x"), .character("é"), .character("田"),
            ]
            #expect(terminal.events(count: 14) == expected.map(InputEvent.key))
            terminal.close()
        }

        @Test("Esc alone is a key once nothing follows it")
        func escape() throws {
            let terminal = try Terminal(pseudo.options())
            pseudo.type("\u{1B}")
            #expect(terminal.events(count: 1) == [.key(Key(.escape))])
            terminal.close()
        }

        @Test("A large paste is one event")
        func paste() throws {
            let terminal = try Terminal(pseudo.options())
            let text = String(repeating: "Zeile é\n", count: 300)
            pseudo.type("\u{1B}[200~" + text + "\u{1B}[201~q")
            #expect(terminal.events(count: 2) == [.paste(text), .key(.character("q"))])
            terminal.close()
        }

        @Test(
            "Signals that end a program come as events",
            arguments: [
                (SIGTERM, InputEvent.terminate(signal: SIGTERM)),
                (SIGINT, .terminate(signal: SIGINT)), (SIGHUP, .hangUp),
            ])
        func signals(number: Int32, event: InputEvent) throws {
            let terminal = try Terminal(pseudo.options())
            kill(getpid(), number)
            #expect(terminal.events(count: 1) == [event])
            terminal.close()
        }

        @Test("A program that was stopped from outside paints anew")
        func continued() throws {
            let terminal = try Terminal(pseudo.options())
            _ = pseudo.shown()
            kill(getpid(), SIGCONT)
            #expect(terminal.events(count: 1) == [.resumed])
            #expect(pseudo.shown().contains("\u{1B}[?2004h"))
            terminal.close()
        }

        @Test("A terminal that vanishes is reported once")
        func hangUp() throws {
            let terminal = try Terminal(pseudo.options())
            pseudo.hangUp()
            #expect(terminal.events(count: 1) == [.hangUp])
            terminal.draw(terminal.blank())
            #expect(terminal.events(timeout: .milliseconds(1)) == [])
            terminal.close()
        }

        @Test("Closing gives everything back, once")
        func close() throws {
            let before = pseudo.modes
            let terminal = try Terminal(pseudo.options())
            #expect(pseudo.modes != before)
            #expect(pseudo.shown().contains("\u{1B}[?1049h"))
            terminal.draw(terminal.blank())
            _ = pseudo.shown()
            terminal.close()
            #expect(pseudo.modes == before)
            let farewell = pseudo.shown()
            for sequence in ["?1049l", "?2004l", "?1000l", "?1006l", "?25h"] {
                #expect(farewell.contains("\u{1B}[" + sequence) || farewell.contains(sequence))
            }
            terminal.close()
            terminal.draw(terminal.blank())
            #expect(pseudo.shown().isEmpty)
        }

        @Test("A child gets the terminal as the shell had it, and the screen comes back blank")
        func leaveAndEnter() throws {
            let before = pseudo.modes
            let terminal = try Terminal(pseudo.options())
            var surface = terminal.blank()
            surface.put("Ivanov", row: 0, column: 0)
            terminal.draw(surface)
            terminal.leave()
            #expect(pseudo.modes == before)
            interruptHere()
            pseudo.resize(columns: 100, rows: 30)
            _ = pseudo.shown()
            terminal.enter()
            #expect(pseudo.modes != before)
            #expect(!pseudo.shown().contains("Ivanov"))
            #expect(terminal.events(timeout: .zero) == [.resize(Size(columns: 100, rows: 30))])
            terminal.draw(surface)
            #expect(pseudo.shown().contains("Ivanov"))
            terminal.close()
        }

        @Test("Messages on standard error wait for the screen to be given back, made safe")
        func keptErrors() throws {
            let terminal = try Terminal(pseudo.options())
            let message = Array("boom \u{1B}[31m\n".utf8)
            _ = write(pseudo.errors, message, message.count)
            #expect(!pseudo.shown().contains("boom"))
            terminal.close()
            #expect(pseudo.shown().contains("boom \u{241B}[31m"))
        }

        @Test("A crash restores the terminal, tells its message, and hands on")
        func crash() throws {
            let before = pseudo.modes
            let former = signal(SIGTRAP) { _ in }
            let terminal = try Terminal(pseudo.options())
            let message = Array("Fatal error\n".utf8)
            _ = write(pseudo.errors, message, message.count)
            _ = pseudo.shown()
            raise(SIGTRAP)
            let shown = pseudo.shown()
            #expect(shown.contains("\u{1B}[?1049l"))
            #expect(shown.contains("\u{1B}[?2004l"))
            #expect(shown.hasSuffix("Fatal error\r\n"))
            #expect(pseudo.modes == before)
            terminal.close()
            signal(SIGTRAP, former)
        }

        /// The scroll regions that were asked for, each without `ESC [` and `r`; the whole screen
        /// is the empty one.
        private func regions(in shown: String) -> [String] {
            shown.matches(of: /\u{1B}\[([0-9;]*)r/).map { String($0.output.1) }
        }

        static let types = [
            "xterm-256color", "xterm", "vt100", "vt220", "linux", "screen", "tmux-256color",
        ]

        @Test("All of a tall screen scrolls while it is ours and afterwards", arguments: types)
        func region(type: String) throws {
            pseudo.resize(columns: 120, rows: 40)
            let terminal = try Terminal(pseudo.options(term: type))
            terminal.draw(terminal.blank())
            #expect(Set(regions(in: pseudo.shown())) == ["1;40"])
            terminal.leave()
            #expect(regions(in: pseudo.shown()).last == "")
            pseudo.resize(columns: 120, rows: 50)
            terminal.enter()
            #expect(regions(in: pseudo.shown()).last == "")
            terminal.close()
            #expect(regions(in: pseudo.shown()).last == "")
        }

        @Test("A crash leaves the whole screen scrolling", arguments: ["xterm", "vt100"])
        func regionAfterCrash(type: String) throws {
            pseudo.resize(columns: 120, rows: 40)
            let former = signal(SIGTRAP) { _ in }
            let terminal = try Terminal(pseudo.options(term: type))
            _ = pseudo.shown()
            raise(SIGTRAP)
            #expect(regions(in: pseudo.shown()).last == "")
            terminal.close()
            signal(SIGTRAP, former)
        }

        @Test("Text goes to the clipboard in base64, within bounds")
        func clipboard() throws {
            let terminal = try Terminal(pseudo.options())
            _ = pseudo.shown()
            for (text, encoded) in [
                ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("fooba", "Zm9vYmE="),
                ("ÿ>?", "w78+Pw=="),
            ] {
                #expect(terminal.copy(text))
                #expect(pseudo.shown() == "\u{1B}]52;c;" + encoded + "\u{7}")
            }
            #expect(!terminal.copy(String(repeating: "x", count: 80_000)))
            #expect(pseudo.shown().isEmpty)
            terminal.close()
        }

        @Test("The window is named while the screen is ours, made safe, and has its name again")
        func title() throws {
            let terminal = try Terminal(pseudo.options())
            _ = pseudo.shown()
            terminal.setTitle("a\u{7}b")
            #expect(pseudo.shown() == "\u{1B}[22;2t\u{1B}]2;a␇b\u{7}")
            terminal.leave()
            #expect(pseudo.shown().contains("\u{1B}[23;2t"))
            terminal.enter()
            #expect(pseudo.shown().contains("\u{1B}]2;a␇b\u{7}"))
            terminal.close()
        }

        @Test("What is no usable terminal is refused with the reason")
        func refusals() throws {
            #expect(throws: TerminalError.unknownType("no-such-terminal")) {
                try Terminal(pseudo.options(term: "no-such-terminal"))
            }
            #expect(throws: TerminalError.unknownType("")) {
                try Terminal(pseudo.options(term: ""))
            }
            #expect(throws: TerminalError.cannotAddressCells("dumb")) {
                try Terminal(pseudo.options(term: "dumb"))
            }
            let file = Glibc.open("/dev/null", O_RDWR)
            var options = pseudo.options()
            options.output = file
            #expect(throws: TerminalError.notATerminal(descriptor: file)) {
                try Terminal(options)
            }
            Glibc.close(file)
            #expect(pseudo.shown().isEmpty)
        }

        @Test("Messages from other threads wake the loop and keep their order")
        func inbox() async throws {
            let inbox = try Inbox<Int>()
            await withTaskGroup { group in
                for task in 0..<4 {
                    group.addTask { for number in 0..<250 { inbox.send(task * 1000 + number) } }
                }
            }
            let received = try waitAndDrain(inbox)
            #expect(received.count == 1000)
            for task in 0..<4 {
                let own = received.filter { $0 / 1000 == task }
                #expect(own == own.sorted())
            }
        }

        /// Takes an interrupt before returning; threads that run tests block it otherwise.
        private func interruptHere() {
            var interrupt = sigset_t()
            var former = sigset_t()
            sigemptyset(&interrupt)
            sigaddset(&interrupt, SIGINT)
            pthread_sigmask(SIG_UNBLOCK, &interrupt, &former)
            raise(SIGINT)
            pthread_sigmask(SIG_SETMASK, &former, nil)
        }

        private func waitAndDrain(_ inbox: Inbox<Int>) throws -> [Int] {
            let terminal = try Terminal(pseudo.options(), wake: inbox.wakeDescriptor)
            #expect(terminal.events(count: 1) == [.wake])
            let received = inbox.drain()
            #expect(terminal.events(timeout: .zero) == [])
            inbox.send(1)
            #expect(terminal.events(count: 1) == [.wake])
            #expect(inbox.drain() == [1])
            terminal.close()
            return received
        }
    }
}
