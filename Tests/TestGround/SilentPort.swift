import Glibc
import Synchronization

/// A port of this machine that is taken and that nobody listens on, for as long as it is held:
/// no other test can get its number meanwhile.
package final class SilentPort: Sendable {
    /// The number.
    package let number: Int
    private let descriptor: Int32

    /// Takes a port of the system's choosing.
    package init() throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { [descriptor] pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
            }
        }
        number = Int(UInt16(bigEndian: address.sin_port))
        guard isBound else { throw ScratchFailure(code: errno) }
    }

    private static let given = Mutex<Set<Int>>([])

    /// A number that nobody has now, that no other test was given, and that the system gives to
    /// nobody who asks for any: a server can come and go there.
    package static func unused() throws -> Int {
        while true {
            let number = Int.random(in: 10_000..<32_000)
            let isNew = given.withLock { $0.insert(number).inserted }
            if try isNew && isFree(number) { return number }
        }
    }

    /// Whether nobody listens on a port.
    package static func isFree(_ number: Int) throws -> Bool {
        let probe = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard probe >= 0 else { throw ScratchFailure(code: errno) }
        defer { close(probe) }
        // Connections that are over do not count.
        var yes: Int32 = 1
        setsockopt(probe, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        address.sin_port = UInt16(number).bigEndian
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(probe, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }

    deinit {
        close(descriptor)
    }
}
