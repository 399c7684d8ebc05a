import Glibc
import TestGround
import Testing

extension EndToEnd {
    /// What is asked for later counts, be what was asked for before still queued.
    @Suite struct LastWords {
        struct Later: Sendable, CustomTestStringConvertible {
            let queued: String
            let command: [String]
            var input = ""
            let wanted: String

            var testDescription: String { "\(command) after \(queued)" }
        }

        static let later = [
            Later(
                queued: #"{"contact_id":"c2","add_tags":["new"]}"#, command: ["apply", "-"],
                input: #"{"contact_id":"c2","remove_tags":["new"]}"#, wanted: "lindqvist -tag:new"),
            Later(
                queued: #"{"contact_id":"c2","remove_tags":["eu"]}"#, command: ["apply", "-"],
                input: #"{"phone":"+15550001002","add_tags":["eu"]}"#, wanted: "tag:eu"),
            Later(
                queued: #"{"contact_id":"c2","remove_tags":["eu"]}"#,
                command: ["tag", "lind", "--add", "eu"], wanted: "tag:eu"),
            Later(
                queued: #"{"contact_id":"c2","name":"Otto"}"#,
                command: ["create", "+15550001002", "--name", "Bo Lindqvist"],
                wanted: "lindqvist"),
            Later(
                queued: #"{"contact_id":"c2","name":"Otto"}"#,
                command: ["update", "+15550001002", "--name", "Bo Lindqvist"],
                wanted: "lindqvist"),
            Later(
                queued: #"{"contact_id":"c2","name":"Otto"}"#,
                command: ["create", "+15550001002", "--tags", "new"], wanted: "otto tag:new"),
            Later(
                queued: #"{"phone":"+15550001099","create":true,"name":"Bo Lindqvist"}"#,
                command: ["create", "+15550001099", "--email", "b@example.org"],
                wanted: "lindqvist email:b@example.org"),
        ]

        @Test(arguments: later, [true, false])
        func whatIsAskedForLaterCounts(_ later: Later, isThere: Bool) async throws {
            let home = try await Shop.known()
            try await queue(later.queued, in: home)
            let run = { try await Program.run(later.command, in: home, input: later.input) }
            if !isThere {
                let more = try await run()
                #expect(more.status == 75, "\(more.errors)")
            }
            try await withServer(over: home) {
                if isThere {
                    let more = try await run()
                    #expect(more.status == 0, "\(more.errors)")
                }
                let sent = try await Program.run("sync", in: home)
                #expect(sent.status == 0, "\(sent.output)\(sent.errors)")
            }
            let found = try await Program.run(
                ["list", "--file", "contacts.json", "--columns", "name", later.wanted], in: home)
            #expect(found.status == 0 && found.output.split(separator: "\n").count >= 2)
        }

        private func queue(_ plan: String, in home: Home) async throws {
            let queued = try await Program.run("apply", "-", in: home, input: plan)
            #expect(queued.status == 75, "\(queued.errors)")
        }

        @Test(arguments: [
            [#""name":"Otto""#, #""name":"Bo Lindqvist""#],
            [#""metadata":{"ltv":2}"#, #""metadata":{"ltv":3}"#],
            [#""add_tags":["new"]"#, #""tags":"new,lead""#, #""remove_tags":["lead"]"#],
        ])
        func aPlanIsInNoConflictWithItself(_ lines: [String]) async throws {
            let home = try await Shop.known()
            let plan = lines.map { #"{"contact_id":"c2",\#($0)}"# }.joined(separator: "\n")
            try await queue(plan, in: home)
            try await withServer(over: home) {
                let sent = try await Program.run("sync", in: home)
                #expect(sent.status == 0, "\(sent.output)\(sent.errors)")
                #expect(sent.output.hasPrefix("\(lines.count) sent; everything is sent\n"))
            }
        }
    }
}
