import ArgumentParser
import Glibc

/// Measures the served API with wrk: durable updates beside the disk's own rate, and reading
/// beside nginx with a file of the same size.
struct Serve: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measure the served API with wrk, beside the disk and nginx.")

    @Option(help: "How many contacts.") var count = 100_000
    @Option(help: "How often each is measured; the table holds the medians.") var rounds = 3
    @Option(help: "Seconds of each measurement.") var seconds = 5
    @Option(help: "How many requests the memory is watched for.") var requests = 1_000_000
    @Option(help: "A folder on the disk that is measured; what is made there is removed.")
    var folder = "/tmp"
    @Flag(help: "Fail where something could not be measured or a limit is not kept.")
    var strict = false

    private static let connections = 32

    func run() throws {
        let place = try Workplace(in: folder)
        defer { place.remove() }
        let served = try ServedContacts(count: count, in: place.path)
        defer { served.stop() }
        let nginx = StaticServer(serving: served.contact, in: place.path)
        defer { nginx?.stop() }
        let disk = SyncRate(folder: place.path)
        var (updates, reads, statics, syncs): ([Load], [Load], [Load], [Double]) = ([], [], [], [])
        for _ in 0..<rounds {
            syncs.append(disk.microseconds(for: Double(seconds)))
            if let load = load(served.updates) { updates.append(load) }
            if let load = load(served.reads) { reads.append(load) }
            if let load = nginx.flatMap({ self.load([$0.address]) }) { statics.append(load) }
        }
        var report = Report()
        add("update-contact, durable", updates, "fdatasync", syncs.median, limit: 1, to: &report)
        add(
            "get-contact", reads, "nginx", statics.map(\.microseconds).median, limit: 2.5,
            to: &report)
        add("p99 of update-contact", updates.map(\.slowest).median, to: &report)
        add("p99 of get-contact", reads.map(\.slowest).median, to: &report)
        if !reads.isEmpty { addMemory(of: served, to: &report) }
        try report.print(strict: strict)
    }

    private func add(
        _ what: String, _ loads: [Load], _ reference: String, _ figure: Double?, limit: Double,
        to report: inout Report
    ) {
        report.add(
            Report.Row(
                what: what, unit: "µs a call", figure: loads.map(\.microseconds).median,
                reference: reference, referenceFigure: figure, limit: limit, isRelative: true))
    }

    private func add(_ what: String, _ figure: Double?, to report: inout Report) {
        report.add(
            Report.Row(
                what: what, unit: "ms", figure: figure, reference: "", referenceFigure: nil,
                limit: .infinity, isRelative: false))
    }

    /// What the server holds after very many requests beside what it held before them.
    private func addMemory(of served: ServedContacts, to report: inout Report) {
        let before = held(by: served)
        var done = 0
        while done < requests, let load = load(done % 2 == 0 ? served.reads : served.updates) {
            done += load.requests
        }
        report.add(
            Report.Row(
                what: "memory after \(done) calls", unit: "MB",
                figure: held(by: served) / 1e6, reference: "before",
                referenceFigure: before / 1e6, limit: 1.1, isRelative: true))
    }

    /// What the server holds once all that was written has become part of the file: up to that it
    /// holds as much more as was written since the last time.
    private func held(by served: ServedContacts) -> Double {
        sleep(Serve.untilFolded)
        return Double(served.service.privateBytes)
    }

    /// Seconds after which a server that nobody writes to has folded.
    private static let untilFolded: UInt32 = 8

    private func load(_ words: [String]) -> Load? {
        Load(words, connections: Serve.connections, seconds: seconds)
    }
}

/// What wrk found.
struct Load {
    let requests: Int
    /// Of one call, with as many under way as wrk has connections.
    let microseconds: Double
    /// Milliseconds in which 99 of 100 calls are answered.
    let slowest: Double

    /// Runs wrk; nil where it is missing, or an answer was not as it should be.
    init?(_ words: [String], connections: Int, seconds: Int) {
        let options = ["-t1", "-c\(connections)", "-d\(seconds)s", "--latency"]
        guard let output = Child(["wrk"] + options + words)?.output else { return nil }
        var fields: [String: String] = [:]
        for line in output.split(separator: "\n") {
            let words = line.split(separator: " ").map(String.init)
            if words.count > 1 { fields[words[0]] = words[1] }
            if words.count > 3, words[1] == "requests" { fields["count"] = words[0] }
        }
        guard fields["Non-2xx"] == nil, let rate = fields["Requests/sec:"].flatMap(Double.init),
            let count = fields["count"].flatMap(Int.init), count > 0,
            let slowest = fields["99%"].flatMap(Load.milliseconds)
        else { return nil }
        requests = count
        microseconds = 1e6 / rate
        self.slowest = slowest
    }

    private static func milliseconds(_ text: String) -> Double? {
        for (unit, factor) in [("us", 1e-3), ("ms", 1), ("s", 1e3)] where text.hasSuffix(unit) {
            return Double(text.dropLast(unit.count)).map { $0 * factor }
        }
        return nil
    }
}

/// How often this disk makes a small write durable.
struct SyncRate {
    let folder: String

    /// Microseconds of one write and its fdatasync, the mean of as many as fit in a time.
    func microseconds(for seconds: Double) -> Double {
        let path = folder + "/synced"
        let file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_TRUNC, 0o600)
        defer {
            close(file)
            unlink(path)
        }
        let line = [UInt8](repeating: 0x20, count: 400)
        let start = Stopwatch.wall
        var count = 0.0
        while Stopwatch.wall - start < seconds * 1e3 {
            write(file, line, line.count)
            fdatasync(file)
            count += 1
        }
        return (Stopwatch.wall - start) * 1e3 / count
    }
}
