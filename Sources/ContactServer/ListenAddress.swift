import ContactClient

/// Where a listener waits for connections.
package struct ListenAddress: Hashable, Sendable {
    /// A name or an IP address without brackets.
    package let host: String
    /// 0 to 65535; 0 lets the system choose.
    package let port: Int

    /// This machine only, at the customary port.
    package static let standard = ListenAddress(host: "127.0.0.1", port: 8080)

    /// An address of this machine.
    package init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// Reads `HOST:PORT`, `[IPV6]:PORT` or a port alone, which means this machine only.
    package init?(written text: String) {
        let colon = text.lastIndex(of: ":")
        let digits = colon.map { text[text.index(after: $0)...] } ?? text[...]
        guard let port = UInt16(digits) else { return nil }
        var host = colon.map { text[..<$0] } ?? "127.0.0.1"
        if host.first == "[", host.last == "]" {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            return nil
        }
        guard !host.isEmpty else { return nil }
        self.init(host: String(host), port: Int(port))
    }

    /// Whether only programs on this machine can connect.
    package var isLoopback: Bool { ServerAddress.isLoopback(host.lowercased()) }
}
