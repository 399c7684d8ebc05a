import Testing

extension EndToEnd {
    /// `check` tells what is damaged, sets it aside when asked to, and loses nothing.
    @Suite struct Check {
        /// A journal with two steps, as a killed program leaves it, of which the first is damaged
        /// afterwards.
        private func damagedShop() async throws -> Home {
            let home = try await Shop.unfolded([("c1", "Ana"), ("c2", "Bo")])
            let journal = try home.text("contacts.json.journal")
            try home.put("contacts.json.journal", journal.replacing("\"Ana\"", with: "\"Eve\""))
            return home
        }

        @Test func damageIsToldSetAsideAndFolded() async throws {
            let home = try await damagedShop()
            let damaged = try home.text("contacts.json.journal")
            let told = try await Program.run("check", "contacts.json", in: home)
            #expect(told.status == 65)
            #expect(told.output.contains("contacts.json.journal: damaged at byte "))
            let listed = try await Program.run("list", "--file", "contacts.json", in: home)
            #expect(listed.errors.contains("check --repair"))
            let refused = try await Program.run(
                "update", "c3", "--name", "x", "--file", "contacts.json", in: home)
            #expect(refused.status == 74)
            #expect(try home.text("contacts.json.journal") == damaged)
            let mended = try await Program.run(
                "check", "contacts.json", "--repair", "--compact", in: home)
            #expect(mended.status == 0)
            #expect(mended.output.contains("saved again from after the damage: 1 step\n"))
            #expect(mended.output.contains("made part of the file: 1 step\n"))
            #expect(
                try home.text("contacts.json")
                    == Shop.text.replacing("Bo Lindqvist", with: "Bo"))
            let kept = try #require(home.names.first { $0.contains(".damaged-") })
            #expect(try home.text(kept) == damaged)
        }

        @Test func undoNamesWhomItLeavesAloneAndGoesOnBeforeIt() async throws {
            let home = try Shop.home()
            for (id, name) in [("c1", "Ana"), ("c2", "Bo")] {
                _ = try await Program.run(
                    "update", id, "--name", name, "--file", "contacts.json", in: home)
            }
            try home.put(
                "contacts.json",
                try home.text("contacts.json").replacing("\"Bo\"", with: "\"Beau\""))
            let first = try await Program.run("undo", "--file", "contacts.json", in: home)
            #expect(first.status == 2)
            #expect(first.errors.contains("Beau (c2) was changed since and is left alone"))
            let second = try await Program.run("undo", "--file", "contacts.json", in: home)
            #expect(second.status == 0)
            #expect(second.output.contains("took back: "))
            #expect(try !home.text("contacts.json").contains("\"Ana\""))
        }

        @Test func logTellsOfLinesOfTheHistoryThatAreDamaged() async throws {
            let home = try Shop.home()
            _ = try await Program.run(
                "update", "c1", "--name", "Ana", "--file", "contacts.json", in: home)
            let history = try home.text("contacts.json.history")
            try home.put("contacts.json.history", history.replacing("\"Ana\"", with: "\"Eve\""))
            let told = try await Program.run("log", "--file", "contacts.json", in: home)
            #expect(told.status == 0)
            #expect(
                told.errors.contains(
                    "1 line of the history is damaged and left out; see patchbook check"))
        }

        @Test func whatIsSoundIsToldAndABrokenFileIsLeftToItsOwner() async throws {
            let home = try Shop.home()
            let sound = try await Program.run("check", "contacts.json", "--json", in: home)
            #expect(sound.status == 0)
            #expect(sound.output.contains("\"sound\": true"))
            #expect(home.names == ["contacts.json"])
            try home.put("contacts.json", "[{]")
            let broken = try await Program.run("check", "contacts.json", "--repair", in: home)
            #expect(broken.status == 65)
            #expect(broken.output.contains("line 1, column 3"))
            #expect(try home.text("contacts.json") == "[{]")
            let missing = try await Program.run("check", "none.json", in: home)
            #expect(missing.status == 74)
        }
    }
}
