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
            { onCopy { updated(program, $0) } }, { onCopy { step("load", file: $0) } },
        ])
        report.add(
            Report.Row(
                what: "exec to first painted list", unit: "ms", figure: figures[0].at(0),
                reference: "1,000 contacts", referenceFigure: figures[1].at(0), limit: 1.5,
                isRelative: true))
        for (index, key) in Measuring.keys.enumerated() {
            report.add(limited("key \(key.name)", figures[2].at(index), 16))
        }
        report.add(
            Report.Row(
                what: "patchbook update KEY, CPU", unit: "ms", figure: figures[3].at(0),
                reference: "load", referenceFigure: figures[4].first ?? nil, limit: 1.2,
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

    /// CPU milliseconds of changing one contact, named by a number in the middle of the file.
    private func updated(_ program: String, _ file: String) -> [Double]? {
        let number = Generator.phone(count / 2)
        let child = Child([
            program, "update", number, "--email", "new@example.com", "--file", file, "--quiet",
        ])
        return child.flatMap { $0.status == 0 ? [$0.cpu] : nil }
    }
}
