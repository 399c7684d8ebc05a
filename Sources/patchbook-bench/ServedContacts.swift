import ArgumentParser
import Glibc
import JSONText

/// `patchbook serve` over contacts that were made for it, and what wrk is to ask of it.
struct ServedContacts {
    let service: Service
    /// Where it listens, such as `http://127.0.0.1:40123`.
    let address: String
    /// Who may ask.
    let token = "pat-" + String(repeating: "0123456789abcdef", count: 4)
    /// The arguments of wrk for updates of any contact, each with another value.
    let updates: [String]
    /// The arguments of wrk for reading any contact.
    let reads: [String]
    /// The arguments of wrk for tags that nobody bears yet.
    let tags: [String]
    /// The answer of get-contact for one of them.
    let contact: [UInt8]

    init(count: Int, in folder: String) throws {
        let path = folder + "/contacts.json"
        try Generator.write(count, toFile: path)
        setenv("HOME", folder, 1)
        setenv("PATCHBOOK_SERVE_TOKEN", token, 1)
        let limits = ["--rate-limit", "1000000000", "--mcp-rate-limit", "1000000000"]
        let options = ["--listen", "127.0.0.1:0", "--quiet"] + limits
        guard
            let service = Service(
                [try Program.path, "serve", "--file", path] + options, greets: true),
            let address = service.greeting.split(separator: " ").last?.dropLast()
        else { throw ValidationError("patchbook serve does not start") }
        self.service = service
        let actions = "\(address)/v1/actions/"
        self.address = String(address)
        let script = { [token] (name: String, body: String) in
            let file = "\(folder)/\(name).lua"
            let code = ServedContacts.script(token: token, count: count, body: body)
            guard Files.write(Array(code.utf8), to: file) else { throw ExitCode.failure }
            return ["-s", file, actions + name]
        }
        updates = try script(
            "update-contact", #"'","email":"n' .. step .. '@example.com"}'"#)
        reads = try script("get-contact", #"'"}'"#)
        tags = try script("add-tag", #"'","tag":"w' .. step .. '"}'"#)
        let first = ServedContacts.phone(0)
        contact = Array(
            (Child([
                "curl", "-s", "-H", "Authorization: Bearer \(token)", "-H",
                "Content-Type: application/json", "-d", #"{"phone":"\#(first)"}"#,
                actions + "get-contact",
            ])?.output ?? "").utf8)
    }

    func stop() { service.stop() }

    /// The number of the generator's contact with this index.
    static func phone(_ index: Int) -> String { "+1\(2_000_000_000 + index * 7)" }

    /// Asks for contacts all over the file. What is written says when wrk began, so that each run
    /// writes something new.
    private static func script(token: String, count: Int, body: String) -> String {
        """
        wrk.method = "POST"
        wrk.headers["Authorization"] = "Bearer \(token)"
        wrk.headers["Content-Type"] = "application/json"
        local number = 0
        local began = os.time() .. "x"
        function request()
            number = number + 1
            local step = began .. number
            local phone = 2000000000 + (number * 7919 % \(count)) * 7
            return wrk.format(nil, nil, nil,
                '{"phone":"+1' .. string.format("%d", phone) .. \(body))
        end
        """
    }
}

/// nginx with one file.
struct StaticServer {
    let address: String
    private let service: Service

    /// Nil where there is no nginx.
    init?(serving bytes: [UInt8], in folder: String) {
        let configuration = """
            daemon off;
            worker_processes auto;
            pid \(folder)/nginx.pid;
            error_log /dev/null;
            events { worker_connections 256; }
            http {
                access_log off;
                keepalive_requests 1000000000;
                server { listen 127.0.0.1:18089; root \(folder)/static; }
            }
            """
        mkdir(folder + "/static", 0o755)
        guard Files.write(bytes, to: folder + "/static/contact"),
            Files.write(Array(configuration.utf8), to: folder + "/nginx.conf"),
            chmod(folder, 0o755) == 0,
            let service = Service(
                ["nginx", "-e", "/dev/null", "-c", folder + "/nginx.conf"], greets: false)
        else { return nil }
        self.service = service
        address = "http://127.0.0.1:18089/contact"
        // It listens a moment after it was started.
        for _ in 0..<100 where Child(["curl", "-sf", "-o", "/dev/null", address])?.status != 0 {
            usleep(50_000)
        }
    }

    func stop() { service.stop() }
}
