/// Which proxy requests go through, as the customary environment variables say.
package struct ProxySettings: Hashable, Sendable {
    private let proxy: String?
    private let exceptions: [String]

    /// No proxy at all.
    package static let none = ProxySettings(environment: [:])

    /// Reads `https_proxy`, `HTTPS_PROXY`, `no_proxy` and `NO_PROXY`; lower case goes first.
    package init(environment: [String: String]) {
        let written = environment["https_proxy"] ?? environment["HTTPS_PROXY"] ?? ""
        proxy = written.isEmpty ? nil : written
        let spared = environment["no_proxy"] ?? environment["NO_PROXY"] ?? ""
        exceptions = spared.lowercased().split { $0 == "," || $0.isWhitespace }.map(String.init)
    }

    /// A proxy that was read.
    package struct Route: Hashable, Sendable {
        /// Its name or IP address.
        package let host: String
        /// 1 to 65535.
        package let port: Int
        /// Whom it asks for; nil where it asks nobody.
        package let user: String?
        /// Empty where there is none.
        package let password: String
    }

    /// The proxy on the way to `address`; nil where the way is direct: on this machine, without
    /// encryption, and to hosts that `no_proxy` spares.
    ///
    /// - Throws: `ProfileFlaw.proxy` where what the variable says is no `http://host:port`.
    package func route(to address: ServerAddress) throws(ProfileFlaw) -> Route? {
        guard let proxy, address.isSecure, !address.isLoopback, !spares(address) else {
            return nil
        }
        guard let route = ProxySettings.parse(proxy) else { throw .proxy }
        return route
    }

    private func spares(_ address: ServerAddress) -> Bool {
        exceptions.contains { exception in
            if exception == "*" { return true }
            var name = exception[...]
            if let colon = name.lastIndex(of: ":"), name.firstIndex(of: ":") == colon {
                guard Int(name[name.index(after: colon)...]) == address.port else { return false }
                name = name[..<colon]
            }
            while name.first == "." || name.first == "*" { name.removeFirst() }
            guard !name.isEmpty else { return false }
            return address.host == name || address.host.hasSuffix("." + name)
        }
    }

    private static func parse(_ written: String) -> Route? {
        var rest = written[...]
        if let scheme = rest.firstRange(of: "://") {
            guard rest[..<scheme.lowerBound].lowercased() == "http" else { return nil }
            rest = rest[scheme.upperBound...]
        }
        var user: String?
        var password = ""
        if let at = rest.lastIndex(of: "@") {
            let parts = rest[..<at].split(
                separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            user = decodingPercents(parts[0])
            password = parts.count > 1 ? decodingPercents(parts[1]) : ""
            rest = rest[rest.index(after: at)...]
        }
        guard let place = try? ServerAddress("http://" + rest, insecure: true) else { return nil }
        return Route(host: place.host, port: place.port, user: user, password: password)
    }

    private static func decodingPercents(_ text: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            let digits = String(decoding: rest.prefix(2), as: UTF8.self)
            if byte == UInt8(ascii: "%"), digits.utf8.count == 2,
                let code = UInt8(digits, radix: 16)
            {
                bytes.append(code)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
