import Glibc
import TestGround
import Testing

extension EndToEnd {
    /// Commands whose server is away, or will not have them.
    @Suite struct Queues {
        @Test func whatAColleagueChangedMeanwhileIsAConflict() async throws {
            let home = try await Shop.known()
            let queued = try await Program.run("update", "c2", "--name", "Mine", in: home)
            #expect(queued.status == 75 && !queued.errors.contains("not known"))
            let theirs = try await Program.run(
                "update", "c2", "--name", "Theirs", "--file", "contacts.json", in: home)
            #expect(theirs.status == 0)
            try await withServer(over: home) {
                let sent = try await Program.run("sync", in: home)
                #expect(sent.status == 2 && sent.output.contains("1 in conflict ?"))
            }
            let shown = try await Program.run("show", "c2", "--file", "contacts.json", in: home)
            #expect(shown.output.contains("Theirs"))
        }

        @Test func whereNothingIsKnownThatIsSaid() async throws {
            let home = try Shop.home()
            home.variables["PATCHBOOK_PROFILE"] = "shop"
            try await withServer(over: home) {}
            let queued = try await Program.run("update", "c2", "--name", "Bo", in: home)
            #expect(queued.status == 75)
            #expect(queued.errors.contains("is not known here"), "\(queued.errors)")
        }

        @Test func aTagIsQueuedForThoseWhoMatchAmongTheKnown() async throws {
            let home = try await Shop.known()
            let queued = try await Program.run("tag", "lind", "--add", "new", in: home)
            #expect(queued.status == 75, "\(queued.errors)")
            #expect(queued.errors.contains("this is what is known here, read "))
            let status = try await Program.run("sync", "--status", in: home)
            #expect(status.output.hasPrefix("~ ") && status.output.contains("c2"))
            let nobody = try await Program.run("tag", "zzz", "--add", "new", in: home)
            #expect(nobody.status == 1)
            let deletion = try await Program.run("delete", "lind", "--yes", in: home)
            #expect(deletion.status == 69)
            try await withServer(over: home) {
                let synced = try await Program.run("sync", in: home)
                #expect(synced.status == 0)
            }
            let tagged = try await Program.run(
                "list", "tag:new", "--columns", "name", "--file", "contacts.json", in: home)
            #expect(tagged.output == "NAME\nBo Lindqvist\n")
        }

        @Test func aTagIsNotQueuedWhereNobodyIsKnown() async throws {
            let home = try Shop.home()
            home.variables["PATCHBOOK_PROFILE"] = "shop"
            try await withServer(over: home) {}
            let refused = try await Program.run("tag", "lind", "--add", "new", in: home)
            #expect(refused.status == 69)
        }

        @Test func aRefusedTokenIsTheStatusOfWhatIsQueued() async throws {
            let home = try Shop.home()
            home.variables["PATCHBOOK_PROFILE"] = "shop"
            try await withServer(over: home) {
                home.variables["SHOP_TOKEN"] = "pat-another0123456789abcdefghijklmnop"
                let refused = try await Program.run("update", "c2", "--name", "Bo", in: home)
                #expect(refused.status == 77, "\(refused.errors)")
                #expect(refused.errors.contains("queued, not sent yet: shop refused the token"))
            }
        }

        @Test func readingFallsBackToWhatIsKnownHere() async throws {
            let home = try await Shop.known()
            for command in [["list", "lind"], ["show", "c2"], ["tags"]] {
                let told = try await Program.run(command, in: home)
                #expect(told.status == 0, "\(told.errors)")
                #expect(told.output.contains("Lindqvist") || command == ["tags"])
                #expect(told.errors.contains("this is what is known here, read "))
            }
            let nobody = try await Program.run("show", "c9", in: home)
            #expect(nobody.status == 69)
        }

        @Test func aTagIsRenamedForThoseWhoAreKnown() async throws {
            let home = try await Shop.known()
            let queued = try await Program.run("tags", "rename", "vip", "gold", in: home)
            #expect(queued.status == 75, "\(queued.errors)")
            let status = try await Program.run("sync", "--status", "--json", in: home)
            #expect(status.output.contains(#""add_tags": ["#), "\(status.output)")
            #expect(status.output.contains(#""waiting": 1,"#))
            #expect(status.output.contains(#""calls": 2,"#))
        }

        @Test func whoWasDeletedMeanwhileIsNamed() async throws {
            let home = try await Shop.known()
            _ = try await Program.run("update", "c2", "--email", "bo@example.net", in: home)
            let deleted = try await Program.run(
                "delete", "lind", "--yes", "--file", "contacts.json", in: home)
            #expect(deleted.status == 0)
            try await withServer(over: home) {
                let sent = try await Program.run("sync", in: home)
                #expect(sent.status == 2)
                #expect(
                    sent.errors.contains(
                        "Bo Lindqvist, email → bo@example.net: deleted on the server"),
                    "\(sent.errors)")
            }
        }

        @Test func syncWithARefusedTokenIsTheStatusOfTheToken() async throws {
            let home = try await Shop.known()
            _ = try await Program.run("update", "c2", "--name", "Bo", in: home)
            try await withServer(over: home) {
                home.variables["SHOP_TOKEN"] = "pat-another0123456789abcdefghijklmnop"
                let refused = try await Program.run("sync", in: home)
                #expect(refused.status == 77, "\(refused.errors)")
            }
        }

        @Test func undoOfAPlanLeavesTagsThatWereThereBefore() async throws {
            let home = try await Shop.known()
            try await withServer(over: home) {
                let plan =
                    #"{"contact_id":"c2","add_tags":["eu","new"],"remove_tags":["no"]}"# + "\n"
                let before = try await Program.run("show", "c2", in: home)
                #expect(before.output.contains("\"eu\""))
                let applied = try await Program.run("apply", "-", in: home, input: plan)
                #expect(applied.output == "1 changed\n", "\(applied.errors)")
                let undone = try await Program.run("undo", in: home)
                #expect(undone.output == "took back: +new 1\n", "\(undone.output)")
                let after = try await Program.run("show", "c2", in: home)
                #expect(after.output.contains("\"eu\"") && !after.output.contains("\"new\""))
            }
        }

        @Test func doneOnceMoreItStillWaits() async throws {
            let home = try await Shop.known()
            try home.put("more.csv", "phone,email,tags\n+15550002002,new@example.com,new\n")
            for words in [["tag", "lind", "--add", "web"], ["import", "more.csv"]] {
                for _ in 0..<2 {
                    let queued = try await Program.run(words, in: home)
                    #expect(queued.status == 75, "\(words): \(queued.output) \(queued.errors)")
                }
            }
            try await withServer(over: home) {
                let again = try await Program.run("tag", "lind", "--add", "web", in: home)
                #expect(again.status == 0, "\(again.errors)")
                let status = try await Program.run("sync", "--status", in: home)
                #expect(status.output == "", "\(status.output)")
            }
        }

        @Test func withoutItsTokenWhatIsKnownIsThereAndEditsAreKept() async throws {
            let home = try await Shop.known()
            let file = home.path("token")
            let variable = #"token_env = "SHOP_TOKEN""#
            let command = #"token_command = "cat \#(file)""#
            try await withServer(over: home) {
                let config = try Scratch.text(at: home.path("config/patchbook/config.toml"))
                #expect(config.contains(variable))
                try home.write(
                    "config/patchbook/config.toml", config.replacing(variable, with: command))
                let listed = try await Program.run("list", "--columns", "name", in: home)
                #expect(listed.status == 0 && listed.output.contains("Bo Lindqvist"))
                #expect(listed.errors.contains("token_command failed (status 1)"))
                let queued = try await Program.run("update", "c2", "--name", "Mine", in: home)
                #expect(queued.status == 77 && queued.errors.contains("queued, not sent yet"))
                try home.write("token", home.variables["SHOP_TOKEN"] ?? "")
                let sent = try await Program.run("sync", in: home)
                #expect(sent.status == 0, "\(sent.errors)")
            }
            let shown = try await Program.run("show", "c2", "--file", "contacts.json", in: home)
            #expect(shown.output.contains("Mine"))
        }

        @Test func noConfiguredTokenReachesAnotherProgram() async throws {
            let home = try Shop.home()
            try home.write("config/.keep", "")
            try home.write(
                "config/patchbook/config.toml",
                """
                [profiles.shop]
                base_url = "http://127.0.0.1:9"
                token_command = "env > dump; exit 1"
                [profiles.other]
                token_env = "OTHER_CANARY"
                [profiles.broken]
                token_env = "BROKEN_CANARY"
                base_url = 7

                """)
            home.variables["OTHER_CANARY"] = "canary-of-other"
            home.variables["BROKEN_CANARY"] = "canary-of-broken"
            home.variables["OTHER_CANARY_2"] = "canary-in-sight"
            home.variables["QYVO_TOKEN"] = "canary-of-the-service"
            _ = try await Program.run("list", "--profile", "shop", in: home)
            let canaries = try home.text("dump").split(separator: "\n")
                .filter { $0.contains("canary") }
            #expect(canaries == ["OTHER_CANARY_2=canary-in-sight"])
        }

        @Test func anUndoThatTakesNothingBackWritesNothing() async throws {
            let home = try await Shop.known()
            try await withServer(over: home) {
                _ = try await Program.run("update", "c2", "--name", "Mine", in: home)
                _ = try await Program.run(
                    "update", "c2", "--name", "Theirs", "--file", "contacts.json", in: home)
                let log = try await Program.run("log", in: home)
                let undone = try await Program.run("undo", in: home)
                #expect(undone.status == 2 && undone.output == "")
                #expect(undone.errors.contains("Theirs was changed since"), "\(undone.errors)")
                let later = try await Program.run("log", in: home)
                #expect(later.output == log.output)
            }
        }
    }
}
