import Glibc
import TestGround
import Testing

extension EndToEnd {
    /// What a command refuses, and leaves as it was.
    @Suite struct Refusals {
        private func exists(_ name: String, in home: Home) -> Bool {
            access(home.folder + "/" + name, F_OK) == 0
        }

        @Test func nothingIsExportedOverWhatIsKeptBesideTheContacts() async throws {
            let home = try Shop.home()
            symlink("contacts.json.journal", home.folder + "/link.json")
            for name in [
                "contacts.json", "contacts.json.journal", "contacts.json.history",
                "contacts.json.lock", ".contacts.json.new", "link.json",
            ] {
                let outcome = try await Program.run(
                    "export", name, "--format", "json", "--file", "contacts.json", in: home)
                #expect(outcome.status == 64, "\(name)")
                #expect(outcome.errors.contains("is where the contacts live"))
            }
            #expect(try home.text("contacts.json") == Shop.text)
            #expect(!exists("contacts.json.journal", in: home))
        }

        @Test func anArgumentThatIsNoTextBecomesNoName() async throws {
            let home = try Shop.home()
            let outcome = try await Program.shell(
                #"patchbook update +15550001001 --name "$(printf 'J\366rg')" --file contacts.json"#,
                in: home)
            #expect(outcome.status == 64)
            #expect(outcome.errors.hasPrefix("patchbook: argument 4, 'J"))
            #expect(outcome.errors.contains("is not UTF-8"))
            #expect(try home.text("contacts.json") == Shop.text)
        }

        @Test func aNumberThatIsNoneMakesNoFile() async throws {
            let home = try Shop.home()
            let outcome = try await Program.run("create", "12", "--file", "new.json", in: home)
            #expect(outcome.status == 64)
            #expect(!exists("new.json", in: home) && !exists("new.json.lock", in: home))
            let plan = try await Program.run(
                "create", "+15550009999", "--name", "X", "--dry-run", "--file", "new.json", in: home
            )
            #expect(plan.status == 0)
            #expect(plan.output.hasPrefix(#"{"phone":"+15550009999","create":true,"name":"X""#))
            #expect(!exists("new.json", in: home))
        }

        @Test func whatIsDoneDoesNotHangOnWhatCanBeSaidAboutIt() async throws {
            let home = try Shop.home()
            try home.put("more.csv", "phone,name\n+15550009999,New\n")
            let outcome = try await Program.shell(
                "patchbook import more.csv --file contacts.json 2> /dev/full", in: home)
            #expect(outcome.status == 0)
            #expect(outcome.output == "1 added, 0 updated, 0 unchanged\n")
        }
    }
}
