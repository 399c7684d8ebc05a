import Glibc
import Testing

extension EndToEnd {
    /// Commands whose server is away, or will not have them.
    @Suite struct Queues {
        private func away() async throws -> Home {
            let home = try Shop.home()
            home.variables["PATCHBOOK_PROFILE"] = "shop"
            try await withServer(over: home) {
                let synced = try await Program.run("sync", in: home)
                #expect(synced.status == 0)
            }
            return home
        }

        @Test func whatAColleagueChangedMeanwhileIsAConflict() async throws {
            let home = try await away()
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
    }
}
