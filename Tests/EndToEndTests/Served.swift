import Glibc

/// Runs `serve` over the contacts of a home while `story` runs; the profile `shop` leads there.
///
/// - Returns: what the server logged.
@discardableResult
func withServer(over home: Home, _ story: () async throws -> Void) async throws -> String {
    let token = "pat-0123456789abcdefghijklmnopqrstuvwxyz"
    home.variables["PATCHBOOK_SERVE_TOKEN"] = token
    let server = try Program(
        [
            Program.path, "serve", "--file", "contacts.json", "--listen", "127.0.0.1:0",
            "--rate-limit", "6000",
        ], in: home)
    home.variables["PATCHBOOK_SERVE_TOKEN"] = nil
    home.variables["SHOP_TOKEN"] = token
    let port = try await eventually { () -> Int? in
        let line = server.errors.split(separator: "\n").first { $0.contains("http://") }
        return line.flatMap { Int($0.suffix(while: \.isNumber)) }
    }
    guard let port else { throw Missing("the server", seen: server.errors) }
    try home.addProfile(port: port)
    do {
        try await story()
    } catch {
        server.signal(SIGKILL)
        throw error
    }
    server.signal(SIGTERM)
    let outcome = try await server.outcome()
    if outcome.status != 0 { throw Missing("status 0", seen: outcome.errors) }
    return outcome.errors
}

extension Home {
    /// Writes a configuration in which the profile `shop` leads to a port of this machine.
    func addProfile(port: Int) throws {
        try write("config/.keep", "")
        try write(
            "config/patchbook/config.toml",
            """
            [profiles.shop]
            base_url = "http://127.0.0.1:\(port)"
            token_env = "SHOP_TOKEN"

            """)
    }
}

extension Substring {
    fileprivate func suffix(while isPart: (Character) -> Bool) -> Substring {
        guard let last = lastIndex(where: { !isPart($0) }) else { return self }
        return self[index(after: last)...]
    }
}

/// Answers every call with the same bytes, whatever is asked.
final class CannedServer {
    /// The port it listens on.
    let port: Int
    private let listener: Int32
    private let isServed: Bool

    /// - Parameter answer: nil leaves the port bound with nobody behind it.
    init(answer: String?) throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) == 0 && getsockname(listener, $0, &length) == 0
            }
        }
        guard bound else { throw Missing("a free port", seen: "\(errno)") }
        self.listener = listener
        isServed = answer != nil
        port = Int(UInt16(bigEndian: address.sin_port))
        guard let answer else { return }
        listen(listener, 16)
        Task.detached { await CannedServer.serve(listener, answer) }
    }

    /// Whoever accepts on the descriptor closes it: its number must not become another server's
    /// while it is still waited on.
    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
        if !isServed { close(listener) }
    }

    private static func serve(_ listener: Int32, _ answer: String) async {
        defer { close(listener) }
        var request = pollfd(fd: listener, events: Int16(POLLIN), revents: 0)
        while true {
            request.revents = 0
            if poll(&request, 1, 0) == 0 {
                try? await Task.sleep(for: .milliseconds(5))
                continue
            }
            let peer = accept(listener, nil, nil)
            guard peer >= 0 else { return }
            var asked = ""
            var block = [UInt8](repeating: 0, count: 4096)
            while !asked.contains("\r\n\r\n"), case let count = recv(peer, &block, 4096, 0),
                count > 0
            {
                asked += String(decoding: block.prefix(count), as: UTF8.self)
            }
            _ = send(peer, answer, answer.utf8.count, Int32(MSG_NOSIGNAL))
            shutdown(peer, Int32(SHUT_WR))
            close(peer)
        }
    }
}
