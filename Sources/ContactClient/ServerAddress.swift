import ContactModel

/// Where a server of the API is: scheme, host, port, and the path it is mounted under.
package struct ServerAddress: Hashable, Sendable {
    /// Whether the connection is encrypted.
    package let isSecure: Bool
    /// A name in lower case, or an IP address without brackets.
    package let host: String
    /// 1 to 65535.
    package let port: Int
    /// What stands before `/api/v1`: empty, or a path that starts with a slash and does not end
    /// with one.
    package let prefix: String

    /// The service's own address.
    package static let standard = ServerAddress(
        isSecure: true, host: "www.qyvo.io", port: 443, prefix: "")

    /// Reads `https://host[:port][/path]`, a trailing slash or `/api/v1` left out.
    ///
    /// - Parameter insecure: allows plain `http` to other machines; to this one it always is.
    /// - Throws: `ProfileFlaw.address` or `.plainHTTP`.
    package init(_ written: String, insecure: Bool = false) throws(ProfileFlaw) {
        let text = written.trimmingWhitespace()
        guard let parts = AddressParts(text) else { throw .address(written) }
        isSecure = parts.isSecure
        host = parts.host
        port = parts.port ?? (parts.isSecure ? 443 : 80)
        prefix = parts.prefix
        guard isSecure || insecure || isLoopback else { throw .plainHTTP(host: host) }
    }

    private init(isSecure: Bool, host: String, port: Int, prefix: String) {
        self.isSecure = isSecure
        self.host = host
        self.port = port
        self.prefix = prefix
    }

    /// Whether the host is this machine.
    package var isLoopback: Bool { ServerAddress.isLoopback(host) }

    /// Whether a host is this machine: `localhost`, a name below it, `127.0.0.0/8` or `::1`.
    package static func isLoopback(_ host: String) -> Bool {
        if host == "localhost" || host.hasSuffix(".localhost") || host == "::1" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }

    /// Scheme, host and port: what a token and a mirror are bound to.
    package var origin: String {
        let isStandard = port == (isSecure ? 443 : 80)
        return "\(isSecure ? "https" : "http")://\(authority)\(isStandard ? "" : ":\(port)")"
    }

    private var authority: String { host.contains(":") ? "[\(host)]" : host }

    /// The address of a path of the API, such as `/me`.
    func url(_ path: String) -> String {
        "\(origin)\(prefix)/api/v1\(path)"
    }

    /// The address that speaks the Model Context Protocol.
    var mcpURL: String { "\(origin)\(prefix)/mcp" }
}

/// An address taken apart (RFC 3986), without user information, query or fragment.
private struct AddressParts {
    var isSecure: Bool
    var host: String
    var port: Int?
    var prefix: String

    init?(_ text: String) {
        let lowered = text.lowercased()
        guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }),
            !text.contains(where: { "?#@\\<>\"".contains($0) })
        else { return nil }
        if lowered.hasPrefix("https://") {
            isSecure = true
        } else if lowered.hasPrefix("http://") {
            isSecure = false
        } else {
            return nil
        }
        let rest = text.dropFirst(isSecure ? 8 : 7)
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        guard let (host, port) = AddressParts.hostAndPort(rest[..<slash]) else { return nil }
        self.host = host
        self.port = port
        prefix = AddressParts.prefix(rest[slash...])
    }

    private static func hostAndPort(_ text: Substring) -> (String, Int?)? {
        var host = text
        var port: Substring?
        if text.first == "[" {
            guard let end = text.firstIndex(of: "]") else { return nil }
            host = text[text.index(after: text.startIndex)..<end]
            let rest = text[text.index(after: end)...]
            guard rest.isEmpty || rest.first == ":" else { return nil }
            port = rest.isEmpty ? nil : rest.dropFirst()
            guard host.contains(":"), host.allSatisfy({ $0.isHexDigit || ":.".contains($0) })
            else { return nil }
        } else {
            if let colon = text.firstIndex(of: ":") {
                host = text[..<colon]
                port = text[text.index(after: colon)...]
            }
            guard host.allSatisfy({ $0.isLetter || $0.isNumber || "-._".contains($0) })
            else { return nil }
        }
        guard !host.isEmpty else { return nil }
        guard let port else { return (host.lowercased(), nil) }
        guard let number = UInt16(port), number > 0 else { return nil }
        return (host.lowercased(), Int(number))
    }

    private static func prefix(_ path: Substring) -> String {
        var path = path
        while path.last == "/" { path.removeLast() }
        if path.hasSuffix("/api/v1") { path.removeLast("/api/v1".count) }
        while path.last == "/" { path.removeLast() }
        return String(path)
    }
}
