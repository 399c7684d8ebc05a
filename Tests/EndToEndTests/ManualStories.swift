import Glibc
import TestGround
import Testing

extension EndToEnd {
    /// The manual page says what the program says of itself.
    @Suite struct Manual {
        private static let path: String = {
            let folder = "\(#filePath)".split(separator: "/").dropLast(3)
            return "/" + (folder + ["config", "patchbook.1"]).joined(separator: "/")
        }()
        private static let begin = ".\\\" Made from the program's own help; a test keeps it true.\n"
        private static let end = ".\\\" So much for the commands.\n"

        @Test func everyCommandAndOptionIsThere() async throws {
            let home = try Home()
            let dump = try await Program.run("--experimental-dump-help", in: home).output
            let section = try ManualSection(dump: dump).text
            let page = try Scratch.text(at: Manual.path)
            let parts = page.split(separator: Manual.begin, maxSplits: 1)
            let rest = try #require(parts.last?.split(separator: Manual.end, maxSplits: 1).last)
            let whole = try #require(parts.first) + Manual.begin + section + Manual.end + rest
            if getenv("PATCHBOOK_RECORD").map({ String(cString: $0) }) == "1" {
                guard let file = fopen(Manual.path, "w") else { throw ScratchFailure(code: errno) }
                fputs(String(whole), file)
                fclose(file)
            }
            #expect(try Scratch.text(at: Manual.path) == whole)
        }
    }
}
