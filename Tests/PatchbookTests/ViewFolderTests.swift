import ContactModel
import ContactUI
import Glibc
import TestGround
import Testing
import patchbook

@Suite("Views from one run to the next")
struct ViewFolderTests {
    private let scratch: Scratch
    private let standard = Configuration.standardView
    private let chosen = ViewSettings(
        columns: [.field(.phone)], order: SortOrder([SortOrder.Key(.phone)]))

    init() throws { scratch = try Scratch() }

    @Test("are kept by place, for this user alone")
    func kept() {
        #expect(ViewFolder(folder: scratch.path).load(place: "/a", fallback: standard) == nil)
        #expect(ViewFolder(folder: scratch.path).save(chosen, place: "/a"))
        #expect(ViewFolder(folder: scratch.path).save(standard, place: "profile a"))
        let again = ViewFolder(folder: scratch.path)
        #expect(again.load(place: "/a", fallback: standard) == chosen)
        #expect(again.load(place: "profile a", fallback: chosen) == standard)
        #expect(again.load(place: "/b", fallback: standard) == nil)
        var status = stat()
        #expect(stat(scratch.path + "/views.json", &status) == 0)
        #expect(status.st_mode & 0o777 == 0o600)
    }

    @Test("a damaged file is replaced")
    func damaged() throws {
        _ = try scratch.file("views.json", "{\"places\": [")
        let folder = ViewFolder(folder: scratch.path)
        #expect(folder.load(place: "/a", fallback: standard) == nil)
        #expect(folder.save(chosen, place: "/a"))
        #expect(folder.load(place: "/a", fallback: standard) == chosen)
    }

    @Test("a demonstration keeps none, and a folder that cannot be says so")
    func notKept() {
        let demo = ViewFolder(folder: scratch.path, isKept: false)
        #expect(demo.save(chosen, place: "/a"))
        #expect(demo.load(place: "/a", fallback: standard) == nil)
        #expect(access(scratch.path + "/views.json", F_OK) != 0)
        #expect(!ViewFolder(folder: "/dev/null/x").save(chosen, place: "/a"))
    }
}
