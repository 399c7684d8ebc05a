import ArgumentParser
import ContactModel
import ContactStore
import Glibc

/// Runs steps and references in turn, and puts their medians together.
struct Measuring {
    let file: String
    let folder: String
    let count: Int
    private let seed: UInt64
    private let shape: Shape
    private let rounds: Int
    let references: References
    private let size: Double

    /// Makes the contacts.
    init(count: Int, seed: UInt64, shape: Shape, rounds: Int, folder: String) throws {
        file = folder + "/contacts.json"
        self.folder = folder
        self.count = count
        self.seed = seed
        self.shape = shape
        self.rounds = rounds
        let bytes = try Generator.write(count, seed: seed, shape: shape, toFile: file)
        let limit = StoreOptions().sizeLimit
        guard bytes <= limit else {
            throw ValidationError(
                "\(count) contacts of this shape take \(bytes) bytes, of which a file may have "
                    + "\(limit); measure fewer with --count.")
        }
        size = Double(bytes)
        let text = folder + "/searched.txt"
        try Measuring.writeText(of: file, to: text)
        references = References(file: file, text: text, folder: folder)
    }

    /// What is searched of each contact, one a line.
    private static func writeText(of file: String, to path: String) throws {
        let snapshot = try Store(opening: file, options: StoreOptions(readsOnly: true)).snapshot
        guard let output = fopen(path, "w") else { throw ExitCode.failure }
        defer { fclose(output) }
        for number in snapshot.select(.all, order: SortOrder()) {
            let contact = snapshot.contact(number)
            let fields = [contact.name, contact.email, contact.phone].compactMap(\.self)
            let line = Array((fields.joined(separator: " ") + "\n").utf8)
            fwrite(line, 1, line.count, output)
        }
    }

    /// - Parameter program: the path of the program that is measured.
    func report(on program: String) throws -> Report {
        var report = Report()
        addReading(to: &report)
        try addUsing(to: &report, program)
        addSearching(to: &report)
        addSorting(to: &report)
        let database = makeDatabase()
        addWriting(to: &report, database)
        addCommands(to: &report, program, database)
        return report
    }

    /// The medians of some works' figures, each round taking all of them in turn.
    func medians(_ works: [() -> [Double]?]) -> [[Double?]] {
        var figures: [[[Double]]] = works.map { _ in [] }
        for _ in 0..<rounds {
            for (index, work) in works.enumerated() {
                // What earlier work left to be written is no matter of this one.
                _ = Child(["sync", "-f", folder])
                if let result = work() { figures[index].append(result) }
            }
        }
        return figures.map { runs in
            (0..<(runs.first?.count ?? 0)).map { place in runs.map { $0[place] }.median }
        }
    }

    /// The figures of a piece of work in a process of its own; nil where it failed.
    func step(_ work: String, _ words: [String] = [], file: String? = nil) -> [Double]? {
        let child = Child(["/proc/self/exe", "step", work, file ?? self.file] + words)
        guard let child, child.status == 0 else { return nil }
        return child.output.split(separator: "\n").compactMap { Double($0) }
    }

    private func addReading(to report: inout Report) {
        let medians = medians([
            { step("load") }, { references.simdjson.map { [$0] } },
            { references.lines.map { [$0] } }, { references.jq.map { [$0] } },
        ])
        report.add(
            Report.Row(
                what: "load, CPU", unit: "ms", figure: medians[0].first ?? nil,
                reference: "simdjson", referenceFigure: medians[1].first ?? nil, limit: 1,
                isRelative: true))
        for (name, index) in [("wc -l", 2), ("jq", 3)] {
            report.add(
                Report.Row(
                    what: "load, CPU", unit: "ms", figure: medians[0].first ?? nil,
                    reference: name, referenceFigure: medians[index].first ?? nil,
                    limit: .infinity, isRelative: true))
        }
        let memory = medians[0].last ?? nil
        report.add(
            Report.Row(
                what: "private memory", unit: "MB", figure: memory.map { $0 / 1e6 },
                reference: "file", referenceFigure: size / 1e6, limit: 0.3, isRelative: true))
    }

    private func addWriting(to report: inout Report, _ database: String?) {
        var round = 0
        let figures = medians([
            {
                round += 1
                return onCopy { step("edits", file: $0) }
            },
            {
                database.flatMap { references.oneRow($0, count: 50, round: round) }.map { [$0] }
            },
            { onCopy { step("bulk", ["t\(round)"], file: $0) } },
            {
                database.flatMap { references.manyRows($0, count: 100_000, round: round) }
                    .map { [$0] }
            },
            {
                onCopy {
                    references.warmMemory(count: Int(size) * 2)
                    return step("fold", file: $0)
                }
            },
            {
                onCopy {
                    references.warmMemory(count: Int(size) * 2)
                    // Memory is as long out of use then as when the folding begins.
                    _ = step("load", file: $0)
                    return references.written($0).map { [$0] }
                }
            },
        ])
        report.add(
            Report.Row(
                what: "one change, durable", unit: "ms", figure: figures[0].at(0),
                reference: "sqlite", referenceFigure: figures[1].at(0), limit: 1,
                isRelative: true))
        report.add(
            Report.Row(
                what: "tagging 100,000, durable", unit: "ms", figure: figures[2].at(0),
                reference: "sqlite", referenceFigure: figures[3].at(0), limit: 0.02,
                isRelative: true))
        report.add(
            Report.Row(
                what: "folding 100,000 changes", unit: "ms", figure: figures[4].at(0),
                reference: "dd conv=fsync", referenceFigure: figures[5].at(0), limit: 1.5,
                isRelative: true))
    }

    /// A database of the same contacts; nil where that does not work.
    private func makeDatabase() -> String? {
        let lines = folder + "/lines"
        defer { unlink(lines) }
        let written = try? Generator.write(
            count, seed: seed, shape: shape, asLines: true, toFile: lines)
        return written.flatMap { _ in references.database(of: lines) }
    }

    /// A figure that is held against a limit of its own.
    func limited(_ what: String, _ figure: Double?, _ limit: Double) -> Report.Row {
        Report.Row(
            what: what, unit: "ms", figure: figure, reference: "", referenceFigure: nil,
            limit: limit, isRelative: false)
    }

    /// Hands a copy of the contacts to whoever writes, and removes it. The copy is on the disk by
    /// then, as a person's file is; else whoever syncs first would wait for all of it.
    func onCopy(_ work: (String) -> [Double]?) -> [Double]? {
        let place = folder + "/copy"
        mkdir(place, 0o700)
        defer { _ = Child(["rm", "-r", place]) }
        guard Child(["cp", file, place + "/contacts.json"])?.status == 0,
            Child(["sync", place + "/contacts.json", place])?.status == 0
        else { return nil }
        return work(place + "/contacts.json")
    }
}

extension [Double?] {
    /// One of them; nil where there are fewer.
    func at(_ index: Int) -> Double? {
        index < count ? self[index] : nil
    }

    /// All of them; nil where one is missing.
    var allMeasured: [Double]? {
        let measured = compactMap(\.self)
        return measured.count == count ? measured : nil
    }
}
