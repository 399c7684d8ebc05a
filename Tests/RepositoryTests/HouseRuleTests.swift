import Testing

/// The rules of the house, held against every file of the package.
@Suite struct HouseRuleTests {
    @Test(arguments: Rule.all)
    func everyFileKeeps(_ rule: Rule) {
        let breaches = rule.breaches(in: Repository.package)
        #expect(breaches.isEmpty, "\(breaches.map(\.description).joined(separator: "\n"))")
    }

    @Test func everyTargetIsRead() {
        let targets = Set(Repository.package.files.compactMap(\.target))
        for target in ["JSONText", "ContactModel", "patchbook", "CCurses", "RepositoryTests"] {
            #expect(targets.contains(target), "no file of \(target) was found")
        }
    }

    @Test func onlyWhatBelongsStandsAtTheTop() {
        let allowed: Set = [
            "Package.swift", "Sources", "Tests", "README.md", "CONTRIBUTING.md", "screenshots",
            "config",
        ]
        let strangers = Repository.topLevel.filter { !$0.hasPrefix(".") && !allowed.contains($0) }
        #expect(strangers.isEmpty, "\(strangers.joined(separator: ", "))")
    }

    @Test func everyDependencyIsPinned() {
        let package = Repository.text(of: "Package.swift")
        let pins = package.split(separator: "exact:").count
        #expect(package.split(separator: "url:").count == pins)
        #expect(pins > 1)
    }

    @Test func lengthsAreTold() {
        let sources = Repository.package.files.filter { $0.path.hasPrefix("Sources/") }
        let functions = sources.flatMap(\.functions).map(\.length).sorted()
        let files = sources.map(\.lines.count).sorted()
        print("lines a function: \(summary(functions)); lines a file: \(summary(files))")
        #expect(!functions.isEmpty && !files.isEmpty)
    }

    private func summary(_ sorted: [Int]) -> String {
        guard let longest = sorted.last else { return "none" }
        let ninetieth = sorted[sorted.count * 9 / 10]
        let median = sorted[sorted.count / 2]
        return "median \(median), 90th percentile \(ninetieth), longest \(longest)"
    }
}
