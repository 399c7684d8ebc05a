import ArgumentParser
import Glibc

/// Measures what a workspace behind a server on this machine costs: a run of many changes beside
/// wrk and a client in Python that have as many calls under way, and a long queue.
struct Remote: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measure bulk runs over the API and a long queue, beside wrk and httpx.")

    @Option(help: "How many contacts.") var count = 20_000
    @Option(help: "How many changes wait in the long queue.") var queue = 100_000
    @Option(help: "How often runs are measured; the table holds the medians.") var rounds = 3
    @Option(help: "A folder on the disk that is measured; what is made there is removed.")
    var folder = "/tmp"
    @Flag(help: "Fail where something could not be measured or a limit is not kept.")
    var strict = false

    /// As many calls are under way as a run has.
    private static let width = 8

    func run() throws {
        let place = try Workplace(in: folder)
        defer { place.remove() }
        var report = Report()
        try measureRuns(in: place, &report)
        try measureQueue(in: place, &report)
        try report.print(strict: strict)
    }

    private func measureRuns(in place: Workplace, _ report: inout Report) throws {
        let served = try ServedContacts(count: count, in: place.path)
        defer { served.stop() }
        let shop = try Workspace(served, in: place)
        let python = PythonClient(served, count: count, width: Remote.width, in: place)
        var (whole, own): ([Double], [Double]) = ([], [])
        var (loads, others): ([Load], [Double]) = ([], [])
        for round in 0..<rounds {
            let plan = try shop.plan(tagging: count, "run\(round)")
            // Before it calls for each contact a run reads them all, as its dry run does.
            if let reading = shop.child("apply", "--dry-run", plan), reading.status == 0,
                let child = shop.child("apply", plan), child.status == 0
            {
                whole.append(child.wall * 1e3 / Double(count))
                own.append((child.wall - reading.wall) * 1e3 / Double(count))
            }
            if let load = Load(served.tags, connections: Remote.width, seconds: 5) {
                loads.append(load)
            }
            if let time = python?.microseconds(round) { others.append(time) }
        }
        let what = "add-tag, \(Remote.width) in flight"
        report.add(
            Report.Row(
                what: what, unit: "µs a call", figure: own.median, reference: "wrk",
                referenceFigure: loads.map(\.microseconds).median, limit: 1 / 0.7,
                isRelative: true))
        report.add(
            Report.Row(
                what: what, unit: "µs a call", figure: own.median, reference: "httpx",
                referenceFigure: others.median, limit: 0.2, isRelative: true))
        report.add(
            Report.Row(
                what: "the same, with reading the contacts", unit: "µs a call",
                figure: whole.median, reference: "", referenceFigure: nil, limit: .infinity,
                isRelative: false))
    }

    /// Queued while nobody listens, looked at, sent.
    private func measureQueue(in place: Workplace, _ report: inout Report) throws {
        let served = try ServedContacts(count: queue, in: place.path)
        defer { served.stop() }
        let shop = try Workspace(served, in: place)
        _ = shop.child("sync")
        try shop.lead(to: "http://127.0.0.1:9")
        let queued = shop.child("apply", try shop.plan(tagging: queue, "queued"))
        let told = shop.child("sync", "--status", "--quiet")
        try shop.lead(to: served.address)
        let sent = shop.child("sync")
        func add(_ what: String, _ unit: String, _ figure: Double?, _ limit: Double) {
            report.add(
                Report.Row(
                    what: what, unit: unit, figure: figure, reference: "",
                    referenceFigure: nil, limit: limit, isRelative: false))
        }
        let isSent = sent?.status == 0
        add("\(queue) queued", "ms", queued?.wall, 5_000)
        add("\(queue) listed", "ms", told?.wall, 5_000)
        add(
            "\(queue) sent", "µs a call", isSent ? sent.map { $0.wall * 1e3 / Double(queue) } : nil,
            2_000)
        let peak = [queued, told, sent].compactMap { $0?.peak }.max()
        add("memory at most", "MB", peak.map { Double($0) / 1e6 }, 600)
    }
}

/// A workspace that leads to served contacts, as the program knows it.
private struct Workspace {
    private let place: Workplace
    private let program: String

    init(_ served: ServedContacts, in place: Workplace) throws {
        self.place = place
        program = try Program.path
        setenv("XDG_STATE_HOME", "\(place.path)/state\(UInt32.random(in: 0 ... .max))", 1)
        setenv("PATCHBOOK_CONFIG", place.path + "/config.toml", 1)
        setenv("SHOP_TOKEN", served.token, 1)
        try lead(to: served.address)
    }

    func lead(to address: String) throws {
        let text = "[profiles.shop]\nbase_url = \"\(address)\"\ntoken_env = \"SHOP_TOKEN\"\n"
        guard Files.write(Array(text.utf8), to: place.path + "/config.toml") else {
            throw ExitCode.failure
        }
    }

    /// A file that gives so many contacts a tag.
    func plan(tagging count: Int, _ tag: String) throws -> String {
        let lines = (0..<count).map {
            "{\"phone\":\"\(ServedContacts.phone($0))\",\"add_tags\":[\"\(tag)\"]}\n"
        }
        let path = "\(place.path)/\(tag).jsonl"
        guard Files.write(Array(lines.joined().utf8), to: path) else { throw ExitCode.failure }
        return path
    }

    func child(_ words: String...) -> Child? {
        Child([program] + words + ["--profile", "shop"])
    }
}

/// A client such as people write: httpx with as many calls under way.
private struct PythonClient {
    private let arguments: [String]

    /// Nil where it cannot be had.
    init?(_ served: ServedContacts, count: Int, width: Int, in place: Workplace) {
        let folder = place.path + "/python"
        let script = """
            import asyncio, sys, time, httpx
            async def main(round):
                head = {"Authorization": "Bearer \(served.token)"}
                limits = httpx.Limits(max_connections=\(width))
                async with httpx.AsyncClient(headers=head, limits=limits) as client:
                    numbers = iter(range(\(min(count, 5_000))))
                    async def work():
                        for n in numbers:
                            body = {"phone": f"+1{2000000000 + n * 7}", "tag": f"p{round}"}
                            answer = await client.post(
                                "\(served.address)/api/v1/actions/add-tag", json=body)
                            answer.raise_for_status()
                    start = time.perf_counter()
                    await asyncio.gather(*(work() for _ in range(\(width))))
                    print((time.perf_counter() - start) * 1e6 / \(min(count, 5_000)))
            asyncio.run(main(sys.argv[1]))
            """
        guard Child(["python3", "-m", "venv", folder])?.status == 0,
            Child([folder + "/bin/pip", "-q", "install", "httpx"])?.status == 0,
            Files.write(Array(script.utf8), to: folder + "/client.py")
        else { return nil }
        arguments = [folder + "/bin/python", folder + "/client.py"]
    }

    /// Microseconds of one call.
    func microseconds(_ round: Int) -> Double? {
        guard let child = Child(arguments + ["\(round)"]), child.status == 0 else { return nil }
        return child.output.split(separator: "\n").first.flatMap { Double($0) }
    }
}
