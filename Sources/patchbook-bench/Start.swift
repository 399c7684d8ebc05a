import ArgumentParser
import Glibc

/// Measures how soon the list is on the screen, beside the address book that is quickest at it.
struct Start: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measure exec to first paint, on a terminal of 80 by 24, beside abook.")

    @Option(help: "How many contacts.") var count = 1_000
    @Option(help: "How often each program is started; the table holds the medians.")
    var rounds = 41
    @Flag(help: "Fail where something could not be measured or a limit is not kept.")
    var strict = false

    func run() throws {
        let place = try Workplace()
        defer { place.remove() }
        let (contacts, book) = (place.path + "/contacts.json", place.path + "/addressbook")
        try Generator.write(count, toFile: contacts)
        guard Files.write(Start.book(of: contacts), to: book) else { throw ExitCode.failure }
        let program = try Program.path
        place.stayHome()
        let programs = [[program, contacts], ["abook", "--datafile", book]]
        let figures = Start.medians(of: programs, rounds: rounds)
        var report = Report()
        report.add(
            Report.Row(
                what: "exec to first paint, \(count) contacts", unit: "ms", figure: figures[0],
                reference: "abook", referenceFigure: figures[1], limit: 2.5, isRelative: true))
        try report.print(strict: strict)
    }

    /// Each round starts all of them in turn.
    private static func medians(of programs: [[String]], rounds: Int) -> [Double?] {
        var times: [[Double]] = programs.map { _ in [] }
        for _ in 0..<rounds {
            for (index, program) in programs.enumerated() {
                if let painted = PaintedProgram(program) { times[index].append(painted.firstPaint) }
            }
        }
        return times.map(\.median)
    }

    /// The same contacts as abook keeps them.
    private static func book(of contacts: String) -> [UInt8] {
        let fields =
            "to_entries[] | \"[\\(.key)]\\nname=\\(.value.name // .value.phone)\\n"
            + "email=\\(.value.email // \"\")\\nphone=\\(.value.phone)\\n\""
        let text = Child(["jq", "-r", fields, contacts])?.output ?? ""
        return Array(("[format]\nprogram=abook\nversion=0.6.1\n\n" + text).utf8)
    }
}
