import ArgumentParser
import Glibc

/// A folder for what is made while measuring.
struct Workplace {
    let path: String

    /// Makes it in a folder on the disk that is measured.
    init(in folder: String = "/tmp") throws {
        var template = Array((folder + "/patchbook-bench-XXXXXX").utf8CString)
        guard mkdtemp(&template) != nil else { throw ValidationError("cannot write to \(folder)") }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Lets programs that are started find nothing of this user, and a terminal that they know.
    func stayHome() {
        setenv("HOME", path, 1)
        setenv("TERM", "xterm-256color", 1)
        setenv("LC_ALL", "C.UTF-8", 1)
        for name in ["XDG_CONFIG_HOME", "XDG_STATE_HOME", "PATCHBOOK_CONFIG"] { unsetenv(name) }
    }

    func remove() { _ = Child(["rm", "-r", path]) }
}

/// The program that is measured: the one that was built together with this one.
enum Program {
    /// Builds it where that was not done.
    static var path: String {
        get throws {
            guard let own = realpath("/proc/self/exe", nil) else { throw ExitCode.failure }
            defer { free(own) }
            let folder = String(cString: own).split(separator: "/").dropLast().joined(
                separator: "/")
            let program = "/\(folder)/patchbook"
            if access(program, X_OK) == 0 { return program }
            let build = Child(["swift", "build", "-c", "release", "--product", "patchbook"])
            guard build?.status == 0, access(program, X_OK) == 0 else {
                throw ValidationError("build it first: swift build -c release")
            }
            return program
        }
    }
}
