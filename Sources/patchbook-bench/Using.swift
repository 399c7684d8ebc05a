import ContactStore
import Glibc

/// What is measured of the program as people use it: started on a terminal, typed to, and as a
/// command.
extension Measuring {
    /// Keys as a terminal sends them; a second one leads back to where the next press is the same.
    private static let keys: [(name: String, press: String, back: String?, times: Int)] = [
        ("Down", "\u{1B}[B", nil, 20), ("PageDown", "\u{1B}[6~", nil, 20),
        ("End", "\u{1B}[F", "\u{1B}[H", 5), ("* marks all", "*", "U", 5),
    ]

    private static let starts = 9

    /// The list stands in its order by then.
    private static let rest: Int32 = 1500

    func addUsing(to report: inout Report, _ program: String) throws {
        let few = folder + "/few.json"
        try Generator.write(1000, toFile: few)
        let figures = medians([
            { started(program, with: file) }, { started(program, with: few) }, { typed(program) },
        ])
        report.add(
            Report.Row(
                what: "exec to first painted list", unit: "ms", figure: figures[0].at(0),
                reference: "1,000 contacts", referenceFigure: figures[1].at(0), limit: 1.5,
                isRelative: true))
        for (index, key) in Measuring.keys.enumerated() {
            report.add(limited("key \(key.name)", figures[2].at(index), 16))
        }
    }

    /// What a command takes that changes one contact.
    func addCommands(to report: inout Report, _ program: String, _ database: String?) {
        var round = 0
        let figures = medians([
            { onRestedCopy { updated(program, $0) } }, { onRestedCopy { step("load", file: $0) } },
            {
                round += 1
                return database.flatMap { references.oneCommand($0, round: round) }.map { [$0] }
            },
        ])
        let load = figures[1].at(0)
        for (index, what) in ["the first patchbook update", "patchbook update KEY"].enumerated() {
            report.add(
                Report.Row(
                    what: "\(what), CPU", unit: "ms", figure: figures[0].at(index),
                    reference: "load", referenceFigure: load, limit: 1.2, isRelative: true))
        }
        report.add(
            Report.Row(
                what: "patchbook update KEY, CPU", unit: "ms", figure: figures[0].at(1),
                reference: "sqlite", referenceFigure: figures[2].at(0), limit: .infinity,
                isRelative: true))
    }

    /// Milliseconds from the start to the first list, the median of a few starts.
    private func started(_ program: String, with file: String) -> [Double]? {
        (0..<Measuring.starts).map { _ in PaintedProgram([program, file])?.firstPaint }
            .allMeasured?.median.map { [$0] }
    }

    /// Milliseconds from each of the keys until all was painted, the median of many presses.
    private func typed(_ program: String) -> [Double]? {
        guard let painted = PaintedProgram([program, file]) else { return nil }
        painted.rest(Measuring.rest)
        let medians = Measuring.keys.map { key in
            var times: [Double] = []
            for _ in 0..<key.times {
                if let time = painted.press(key.press) { times.append(time) }
                if let back = key.back { _ = painted.press(back) }
            }
            return times.median
        }
        return medians.allMeasured
    }

    /// Hands over a copy that was left alone for a while: one written a moment ago gets no index.
    private func onRestedCopy(_ work: (String) -> [Double]?) -> [Double]? {
        onCopy { file in
            sleep(UInt32(StoreOptions().restBeforeIndex + 1))
            return work(file)
        }
    }

    /// CPU milliseconds of changing one contact, named by a number in the middle of the file: of
    /// the command that leaves an index beside it, and of one that finds it there.
    private func updated(_ program: String, _ file: String) -> [Double]? {
        (1...2).map { run in
            let number = Generator.phone(count / 2 + run)
            let child = Child([
                program, "update", number, "--email", "new@example.com", "--file", file, "--quiet",
            ])
            return child.flatMap { $0.status == 0 ? $0.cpu : nil }
        }.allMeasured
    }
}
