import Glibc
import Testing

extension EndToEnd {
    /// Commands over the API, with a server that is right and with many that are not.
    @Suite struct Remote {
        @Test func theSameCommandsWork() async throws {
            let home = try Shop.home()
            home.variables["PATCHBOOK_PROFILE"] = "shop"
            try await withServer(over: home) {
                let listed = try await Program.run("list", "lind", "--columns", "name", in: home)
                #expect(listed.status == 0 && listed.output == "NAME\nBo Lindqvist\n")
                let shown = try await Program.run("show", "+15550001002", in: home)
                #expect(shown.output.contains(#""ltv": 1e3"#))
                let plan = try await Program.run(
                    "update", "c2", "--name", "Bo", "--dry-run", in: home)
                #expect(plan.output == #"{"contact_id":"c2","name":"Bo"}"# + "\n")
                let updated = try await Program.run(
                    "update", "c2", "--name", "Bo", "--quiet", in: home)
                #expect(updated.status == 0 && updated.output == "")
                let created = try await Program.run(
                    "create", "+15550001009", "--name", "Ida", in: home)
                #expect(created.status == 0 && created.output.contains("Ida"))
                try home.put(
                    "taking.jsonl", #"{"contact_id":"c1","remove_metadata":["ltv"]}"#)
                let foretold = try await Program.run(
                    "apply", "--dry-run", "taking.jsonl", in: home)
                let done = try await Program.run("apply", "taking.jsonl", in: home)
                #expect(foretold.output == "" && foretold.status == done.status)
                #expect(done.status != 0)
                #expect(foretold.errors.contains("c1: the API cannot remove ltv"))
                let missing = try await Program.run("show", "c9", in: home)
                #expect(missing.status == 1 && missing.errors.contains("no contact c9 in shop"))
            }
            let text = try home.text("contacts.json")
            #expect(text.hasPrefix(Shop.text.replacing("Bo Lindqvist", with: "Bo").prefix(400)))
            #expect(text.contains(#""name":"Ida""#))
        }

        @Test("what a long plan would change is read at one go, not contact by contact")
        func longPlan() async throws {
            let home = try Home()
            let contacts = (10...39).map { #"{"id":"c\#($0)","phone":"+155500010\#($0)"}"# }
            try home.put("contacts.json", "[" + contacts.joined(separator: ",") + "]")
            let lines = (10...39).map { #"{"contact_id":"c\#($0)","name":"N\#($0)"}"# + "\n" }
            let log = try await withServer(over: home) {
                home.variables["PATCHBOOK_PROFILE"] = "shop"
                let foretold = try await Program.run(
                    "apply", "--dry-run", "-", in: home, input: lines.joined())
                #expect(foretold.status == 0 && foretold.output == lines.joined())
            }
            #expect(log.contains("POST /mcp"))
            #expect(!log.contains("get-contact"), "\(log)")
        }

        @Test func aWrongTokenIsSaid() async throws {
            let home = try Shop.home()
            try await withServer(over: home) {
                home.variables["SHOP_TOKEN"] = "pat-another0123456789abcdefghijklmnop"
                let outcome = try await Program.run("list", "--profile", "shop", in: home)
                #expect(outcome.status == 77)
                #expect(outcome.errors.contains("shop refused the token"))
                #expect(!outcome.errors.contains("another"))
            }
        }

        @Test func aMissingTokenIsSaid() async throws {
            let home = try Home()
            try home.addProfile(port: 9)
            let outcome = try await Program.run("list", "--profile", "shop", in: home)
            #expect(outcome.status == 77)
            #expect(outcome.errors.contains("SHOP_TOKEN is not set"))
        }

        struct Wrong: Sendable, CustomTestStringConvertible {
            let testDescription: String
            let answer: String?
            let status: Int32
            let words: String
        }

        static let wrong = [
            Wrong(
                testDescription: "nobody listens", answer: nil, status: 69,
                words: "shop was not reached: nothing listens at its address"),
            Wrong(
                testDescription: "a page", answer: http(200, "<html>login</html>", "text/html"),
                status: 65, words: "no JSON at line 1, column 1 (text/html)"),
            Wrong(
                testDescription: "half an answer", answer: http(200, #"{"id":"c1","na"#),
                status: 65, words: "no JSON at line 1, column 15"),
            Wrong(
                testDescription: "another contact",
                answer: http(200, #"{"id":"c7","phone":"+15550001007"}"#), status: 65,
                words: "c7 where c1 was asked for"),
            Wrong(
                testDescription: "a failure", answer: http(500, #"{"message":"Server Error"}"#),
                status: 69, words: "failed (500): Server Error"),
            Wrong(
                testDescription: "nothing", answer: "", status: 69,
                words: "the connection broke off"),
            Wrong(
                testDescription: "a refusal", answer: http(401, #"{"error":"no"}"#), status: 77,
                words: "refused the token"),
        ]

        private static func http(
            _ status: Int, _ body: String, _ type: String = "application/json"
        ) -> String {
            "HTTP/1.1 \(status) X\r\nContent-Type: \(type)\r\nConnection: close\r\n"
                + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
        }

        @Test(arguments: wrong)
        func aServerThatIsWrongIsNamed(_ wrong: Wrong) async throws {
            let home = try Home()
            let server = try CannedServer(answer: wrong.answer)
            try home.addProfile(port: server.port)
            home.variables["SHOP_TOKEN"] = "pat-0123456789abcdefghijklmnopqrstuvwxyz"
            let outcome = try await Program.run("show", "c1", "--profile", "shop", in: home)
            #expect(outcome.status == wrong.status)
            #expect(outcome.output == "")
            #expect(outcome.errors.contains(wrong.words), "\(outcome.errors)")
            #expect(!outcome.errors.contains("0123456789abc"))
            withExtendedLifetime(server) {}
        }

        @Test func aDryRunRefusesASourceThatTheServerWouldRefuse() async throws {
            let home = try Shop.home()
            try home.put("in.csv", "phone,name,source\n+17770000001,New,weird\n")
            try await withServer(over: home) {
                let words = ["import", "in.csv", "--profile", "shop"]
                for more in [["--dry-run"], []] {
                    let outcome = try await Program.run(words + more, in: home)
                    #expect(outcome.status == 2)
                    #expect(outcome.errors.contains("line 2: the source 'weird' is none of"))
                }
            }
        }

        /// The server goes while the editor is open; the editor is left, or killed; the server
        /// comes back at another address.
        @Test(arguments: [false, true])
        func whatIsSavedWithoutTheServerIsSentWhenItIsBack(isKilled: Bool) async throws {
            let home = try Shop.home()
            home.variables["PATCHBOOK_PROFILE"] = "shop"
            try await TmuxSession.open(home) { person in
                try await withServer(over: home) {
                    try await person.run(
                        "SHOP_TOKEN=\(home.variables["SHOP_TOKEN"] ?? "") book --profile shop")
                    try await person.see("Ana Pérez", "Chen Wei", "1 of 3")
                }
                try await person.press("Enter")
                try await person.see("Edit contact", "Ana Pérez")
                try await person.press("C-u")
                try await person.type("Ana Kept")
                try await person.press("C-s")
                try await person.see("> ~ Ana Kept", "kept here until it is sent", "1 unsent ~")
                if isKilled {
                    kill(try #require(person.editor), SIGKILL)
                } else {
                    try await person.press("q")
                    try await person.see("1 change is not sent")
                    try await person.press("x")
                    try await person.expectSane()
                }
            }
            #expect(try home.text("contacts.json") == Shop.text)
            let waiting = try await Program.run("sync", in: home)
            #expect(waiting.status == 75 && waiting.output == "0 sent; 1 waiting ~\n")
            try await withServer(over: home) {
                let sent = try await Program.run("sync", in: home)
                #expect(sent.status == 0, "\(sent.errors)")
                #expect(sent.output == "1 sent; everything is sent\n3 contacts\n")
            }
            let wanted = Shop.text.replacing(#"Ana P\u00e9rez"#, with: "Ana Kept")
            #expect(try home.text("contacts.json") == wanted)
        }

        @Test func commandsQueueWhatCannotBeSent() async throws {
            let home = try Shop.home()
            home.variables["PATCHBOOK_PROFILE"] = "shop"
            try await withServer(over: home) {}
            let queued = try await Program.run("update", "c2", "--name", "Bo", in: home)
            #expect(queued.status == 75 && queued.output == "")
            #expect(queued.errors.contains("'patchbook sync' sends it"))
            let status = try await Program.run("sync", "--status", in: home)
            #expect(status.status == 0)
            #expect(status.output == #"~ {"contact_id":"c2","name":"Bo"}"# + "\n")
            let dropped = try await Program.run("undo", in: home)
            #expect(dropped.status == 0 && dropped.output == "took back: name 1\n")
            let rest = try await Program.run("sync", "--status", in: home)
            #expect(rest.output == "" && rest.errors.contains("everything is sent"))
        }
    }
}
