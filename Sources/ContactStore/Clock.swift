import CPlatform
import Glibc

/// The time of day as records and logs hold it.
package enum Timestamp {
    /// Now in UTC, as the API writes it: `2026-05-07T08:14:23+00:00`.
    package static func now() -> String {
        var seconds = time(nil)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        let date = [Int(parts.tm_year) + 1900, Int(parts.tm_mon) + 1, Int(parts.tm_mday)]
        let clock = [Int(parts.tm_hour), Int(parts.tm_min), Int(parts.tm_sec)]
        return date.map(padded).joined(separator: "-") + "T"
            + clock.map(padded).joined(separator: ":") + "+00:00"
    }

    private static func padded(_ number: Int) -> String {
        number < 10 ? "0\(number)" : "\(number)"
    }
}

/// The person that a journal names, and the names it gives.
enum Signature {
    /// The login name and the host, such as `ana@desk`.
    static let author: String = {
        let user = getpwuid(getuid()).map { String(cString: $0.pointee.pw_name) } ?? "\(getuid())"
        return user + "@" + host
    }()

    /// Whoever the host serves, such as `(api)@desk`; no login name has brackets.
    static let others = "(api)@" + host

    private static let host: String = {
        var name = [CChar](repeating: 0, count: 256)
        gethostname(&name, 255)
        return String(decoding: name.prefix { $0 != 0 }.map(UInt8.init), as: UTF8.self)
    }()

    /// Random bytes in hexadecimal digits.
    static func randomHex(_ count: Int) throws(StoreError) -> String {
        var bytes = [UInt8](repeating: 0, count: count)
        guard platform_random(&bytes, count) == 0 else {
            throw .io(StoreError.IOFailure(operation: "getentropy", path: "", code: errno))
        }
        return bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// A random UUID (RFC 9562, version 4).
    static func uuid() throws(StoreError) -> String {
        var digits = Array(try randomHex(16))
        digits[12] = "4"
        digits[16] = ["8", "9", "a", "b"][(digits[16].hexDigitValue ?? 0) & 3]
        let groups = [
            digits[0..<8], digits[8..<12], digits[12..<16], digits[16..<20], digits[20...],
        ]
        return groups.map { String($0) }.joined(separator: "-")
    }
}
