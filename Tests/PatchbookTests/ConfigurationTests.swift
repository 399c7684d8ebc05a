import ContactModel
import ContactUI
import Screen
import TestGround
import Testing
import patchbook

@Suite("The configuration")
struct ConfigurationTests {
    private func read(
        _ text: String, _ files: [String: String] = [:]
    ) throws -> Configuration {
        Configuration(reading: SettingsFile(name: "c.toml", bytes: Array(text.utf8))) { path in
            files[path].map { SettingsFile(name: path, bytes: Array($0.utf8)) }
                ?? ShippedFiles.inside(path)
        }
    }

    // MARK: What ships

    @Test("the shipped configuration says exactly what holds without one")
    func shippedDefaults() throws {
        let file = try #require(ShippedFiles.inside("config.toml"))
        let shipped = try read(String(decoding: file.bytes, as: UTF8.self))
        let standard = Configuration()
        #expect(shipped.problems == [])
        #expect(shipped.keymap == standard.keymap)
        #expect(shipped.theme == standard.theme)
        #expect(shipped.view == standard.view)
        #expect(shipped.escapeDelay == standard.escapeDelay)
        #expect(shipped.usesMouse == standard.usesMouse)
        #expect(shipped.historyLimit == standard.historyLimit)
        #expect(shipped.setsWindowTitle == standard.setsWindowTitle)
        #expect(shipped.file == standard.file)
        #expect(shipped.plan == standard.plan)
        #expect(shipped.queries == [:])
        #expect(shipped.profiles == [:])
    }

    @Test("its commented examples make sense too")
    func shippedExamples() throws {
        let file = try #require(ShippedFiles.inside("config.toml"))
        let lines = String(decoding: file.bytes, as: UTF8.self).split(
            separator: "\n", omittingEmptySubsequences: false)
        let spoken = lines.map { line in
            let isExample = line.hasPrefix("#") && line.dropFirst().first.map { $0 != " " } ?? false
            return isExample && !line.hasPrefix("#token_") ? line.dropFirst() : line
        }
        let read = try read(
            spoken.joined(separator: "\n") + "\ntoken_command = \"pass show shop\"\n")
        #expect(read.problems == [])
        #expect(read.profiles["shop"]?.token == .command("pass show shop"))
        #expect(read.queries == ["gold": "meta.plan:gold -tag:churn"])
        #expect(read.plan == DialingPlan(callingCode: "33", trunkPrefix: "0"))
        #expect(read.keymap.notation(of: .suspend, in: .list) == nil)
    }

    @Test(
        "the shipped themes are read whole, and tell failure without colour",
        arguments: ["default", "light", "high-contrast", "monochrome"])
    func shippedThemes(name: String) throws {
        let theme = try read("theme.name = \"\(name)\"")
        #expect(theme.problems == [])
        let plain = theme.theme.fitting(colorCount: 0, allowsColor: true)
        #expect(plain.bad != .normal)
        #expect(plain.selection != .normal)
        #expect(plain.accent != .normal)
        switch name {
        case "default": #expect(theme.theme == .standard)
        case "monochrome": #expect(theme.theme == .monochrome)
        default: #expect(theme.theme != .standard)
        }
    }

    @Test("the Emacs keys fit, leave every command within reach, and yield to one's own")
    func emacs() throws {
        let emacs = try read("key_set = \"emacs\"")
        #expect(emacs.problems == [])
        #expect(emacs.keymap.notation(of: .save, in: .form) == "Ctrl-X Ctrl-S")
        for context in KeyContext.allCases {
            let before = Set(Keymap.standard.bindings[context, default: []].map(\.command))
            let after = Set(emacs.keymap.bindings[context, default: []].map(\.command))
            #expect(before.subtracting(after).isSubset(of: [.halfPageDown, .halfPageUp]))
        }
        let own = try read("keys.form.save = \"F2\"\nkey_set = \"emacs\"")
        #expect(own.keymap.notation(of: .save, in: .form) == "F2")
        #expect(own.keymap.notation(of: .leave, in: .form) == "Ctrl-X Ctrl-C")
    }

    // MARK: What a person writes

    @Test("everything that is said is heard")
    func heard() throws {
        let read = try read(
            """
            file = "~/c.json"
            calling_code = "33"
            trunk_prefix = "0"
            esc_delay = 50
            history_limit = 200
            mouse = false
            window_title = true
            [list]
            columns = ["name", "meta.plan"]
            sort = "created_at:desc,name"
            highlight = "marker"
            [theme]
            name = "mine"
            bad = 9
            [keys.list]
            undo = ["z", "Ctrl-X u"]
            unbind = "q"
            [queries]
            gold = "tag:gold"
            [profiles.a]
            token_env = "A"
            [profiles.b]
            base_url = "http://127.0.0.1:8080"
            token_file = "/t"
            insecure = true
            """, ["themes/mine.toml": "accent = \"underline\"\nbad = \"red\"\nhighlight = \"row\""])
        #expect(read.problems == [])
        #expect(read.file == "~/c.json")
        #expect(read.plan == DialingPlan(callingCode: "33", trunkPrefix: "0"))
        #expect(read.escapeDelay == .milliseconds(50))
        #expect(read.historyLimit == 200_000_000)
        #expect(!read.usesMouse)
        #expect(read.setsWindowTitle)
        #expect(read.view.columns == [.field(.name), .metadata("plan")])
        #expect(read.view.order.written == "created_at:desc,name")
        #expect(read.theme.highlight == .marker)
        #expect(read.theme.accent == Style(attributes: .underline))
        #expect(read.theme.bad == Style(foreground: .palette(9)))
        #expect(read.theme.good == Theme.standard.good)
        #expect(read.keymap.notation(of: .undo, in: .list) == "z")
        #expect(read.keymap.notation(of: .quit, in: .list) == nil)
        #expect(read.queries == ["gold": "tag:gold"])
        #expect(read.profiles["a"]?.token == .environment("A"))
        #expect(read.profiles["b"]?.token == .file("/t"))
        #expect(read.profiles["b"]?.isInsecure == true)
    }

    /// A mistake, where it is, and what is said of it.
    static let mistakes: [(String, String)] = [
        ("moose = true", "1:1 unknown setting 'moose'; did you mean 'mouse'?"),
        ("[kees.list]", "1:2 unknown setting 'kees'; did you mean 'keys'?"),
        ("mouse = 1", "1:9 mouse wants true or false, not a number"),
        ("file = true", "1:8 file wants text in quotes, not true/false"),
        ("esc_delay = \"25\"", "1:13 esc_delay wants a number of milliseconds, not text"),
        ("esc_delay = 0", "1:13 esc_delay is from 1 to 5000 milliseconds"),
        ("history_limit = 0", "1:17 history_limit is from 1 to 2000 megabytes"),
        ("calling_code = \"+33\"", "1:16 calling_code and trunk_prefix hold digits only"),
        ("trunk_prefix = \"0\"", "1:1 trunk_prefix wants calling_code beside it"),
        ("list = 7", "1:8 list wants a section, not a number"),
        ("list.colums = []", "1:6 unknown setting 'colums'; did you mean 'columns'?"),
        ("list.columns = [\"nmae\"]", "1:17 unknown column 'nmae'; did you mean 'name'?"),
        ("list.columns = [\"name\", \"name\"]", "1:25 column 'name' stands twice"),
        ("list.columns = []", "1:16 columns names none"),
        ("list.sort = \"nome\"", "1:13 sort wants columns such as \"name,created_at:desc\""),
        ("list.highlight = \"all\"", "1:18 highlight is one of \"name\", \"marker\", \"row\""),
        ("theme.name = \"dark\"", "1:14 there is no theme 'dark'"),
        ("theme.name = \"../x\"", "1:14 there is no theme '../x'"),
        ("theme.name = \"lihgt\"", "1:14 there is no theme 'lihgt'; did you mean 'light'?"),
        ("theme.acent = \"red\"", "1:7 a theme has no 'acent'; did you mean 'accent'?"),
        ("theme.tags = [\"red\", \"rot\"]", "1:22 'rot' is no colour"),
        ("key_set = \"emac\"", "1:11 there is no key set 'emac'; did you mean 'emacs'?"),
        ("[keys.lists]", "1:7 keys has no place 'lists'; did you mean 'list'?"),
        (
            "[keys.list]\nmov-down = \"j\"",
            "2:1 unknown command 'mov-down'; did you mean 'move-down'?"
        ),
        ("[keys.list]\nundo = 7", "2:8 undo wants a list such as [\"…\"], not a number"),
        ("[keys.list]\nundo = [7]", "2:9 a list of texts holds a number"),
        (
            "[keys.list]\nundo = [\"Ctl-U\"]",
            "2:9 'Ctl-U' is no key: such as j, Ctrl-S, Alt-Enter, PgDn, F5, or g g"
        ),
        (
            "[keys.list]\nundo = \"z\"\nreload = [\"F5\", \"z\"]",
            "3:17 'z' already means undo in list, so not reload"
        ),
        (
            "[keys.list]\nundo = \"z z\"\nreload = [\"F5\", \"z\"]",
            "3:17 'z' and 'z z' (undo) cannot both be keys in list"
        ),
        (
            "[keys.list]\nreload = \"u\"",
            "2:10 'u' was the last key of undo, which has none in list now; give it another, or []"
        ),
        ("[keys.form]\nsave = \"s\"", "2:8 's' is typed in form; take a key with Ctrl or Alt"),
        ("[keys.list]\nsave = \"s\"", "2:1 save does nothing in list"),
        ("[keys.list]\nundo = \"Ctrl-I\"", "2:8 terminals send Tab for 'Ctrl-I'; bind Tab"),
        ("[queries]\n\"a b\" = \"x\"", "2:1 a query's name holds letters, digits, - and _ only"),
        ("columns = [\"name\"]", "1:1 unknown setting 'columns'; it belongs in [list]"),
        ("[queries]\nbad = \"tag:\"", "2:7 query 'bad': 'tag' needs a value"),
        ("[queries]\nb = \"@a\"\na = \"(x\"", "3:5 query 'a': this bracket is never closed"),
        ("[queries]\na = 1", "2:5 a wants text in quotes, not a number"),
        (
            "[profiles.a]\ntokn_env = \"A\"",
            "2:1 a profile has no 'tokn_env'; did you mean 'token_env'?"
        ),
        (
            "[profiles.a]\nbase_url = \"https://x\"",
            "1:11 profile a needs token_env, token_command or token_file"
        ),
        (
            "profiles.a.token_env = \"A\"\nprofiles.a.token_file = \"/t\"",
            "1:10 profile a has token_env and token_file; keep one"
        ),
    ]

    @Test("a mistake is told with its place, and the rest counts", arguments: mistakes)
    func told(text: String, problem: String) throws {
        let read = try read(text + "\n[keys.help]\nleave = \"z\"\n")
        #expect(
            read.problems.map { "\($0.line ?? 0):\($0.column ?? 0) \($0.message)" } == [problem])
        #expect(read.problems.first?.file == "c.toml")
        #expect(read.keymap.notation(of: .leave, in: .help) == "z")
    }

    @Test("a look that is none leaves the theme's own")
    func badLook() throws {
        let read = try read("[theme]\naccent = \"bold pnik\"\ngood = \"blue\"")
        #expect(read.problems.map(\.line) == [2])
        #expect(read.theme.accent == Theme.standard.accent)
        #expect(read.theme.good == Style(foreground: .palette(4)))
    }

    @Test("mistakes in a theme or a key set are told with their own file")
    func otherFiles() throws {
        let read = try read(
            "theme.name = \"a\"\nkey_set = \"b\"\n",
            ["themes/a.toml": "\nx = 1", "keys/b.toml": "keys.list.undo = \"z\"\nmouse = true"])
        #expect(
            read.problems.map(\.text) == [
                "keys/b.toml, line 2, column 1: unknown setting 'mouse'",
                "themes/a.toml, line 2, column 1: a theme has no 'x'",
            ])
        #expect(read.keymap.notation(of: .undo, in: .list) == "z")
        let broken = try self.read("theme.name = \"a\"", ["themes/a.toml": "accent = "])
        #expect(
            broken.problems.map(\.text) == [
                "themes/a.toml, line 1, column 10: the file ends in the middle of a setting"
            ])
        #expect(broken.theme == .standard)
    }

    @Test("a broken profile is kept apart from the others")
    func brokenProfile() throws {
        let read = try read("profiles.a.base_url = 7\nprofiles.b.token_env = \"B\"")
        #expect(read.profiles.keys.sorted() == ["b"])
        #expect(
            read.brokenProfiles["a"]?.text
                == "c.toml, line 1, column 23: base_url wants text in quotes, not a number")
        #expect(read.problems.count == 1)
    }

    @Test("no file is no problem, one that cannot be read is")
    func files() throws {
        let scratch = try Scratch()
        let load = { Configuration.load(from: $0, lookup: ShippedFiles.inside) }
        #expect(load(scratch.path + "/none.toml").problems == [])
        let folder = load(scratch.path)
        #expect(
            folder.problems.map(\.text) == [
                scratch.path + ": cannot be read (Is a directory); everything is as by default"
            ])
        let long = try scratch.file("long.toml", String(repeating: "#", count: 1 << 20) + "\n")
        #expect(load(long).problems.first?.message.contains("File too large") == true)
        let good = try scratch.file("good.toml", "mouse = false\nmuse = 1")
        #expect(load(good).usesMouse == false)
        #expect(
            load(good).problems.map(\.text) == [
                good + ", line 2, column 1: unknown setting 'muse'; did you mean 'mouse'?"
            ])
        let bad = try scratch.file("bad.toml", "mouse")
        #expect(load(bad).breakOff?.line == 1)
    }

    @Test("where a file stops being TOML, what stands before counts, and no profile does")
    func notTOML() throws {
        let read = try read(
            """
            mouse = false
            muse = 1
            [profiles.shop]
            token_env = "TOKEN"
            base_url = http://shop
            [list]
            highlight = "row"
            """)
        #expect(
            read.problems.map(\.text) == [
                "c.toml, line 5, column 12: 'http:' is no value; text wants quotes: \"http:\"",
                "c.toml, line 2, column 1: unknown setting 'muse'; did you mean 'mouse'?",
            ])
        #expect(read.problemsInOrder.map(\.line) == [2, 5])
        #expect(read.breakOff == read.problems.first)
        #expect(!read.usesMouse)
        #expect(read.theme.highlight == .name)
        #expect(read.profiles.isEmpty)
        #expect(read.brokenProfiles["shop"] == read.breakOff)
    }
}
