/// Files that are judged together.
struct SourcePackage: Sendable {
    let files: [SourceFile]
    /// What each protocol asks for, by its name.
    private let requirements: [String: Set<String>]

    init(files: [SourceFile]) {
        self.files = files
        var requirements: [String: Set<String>] = [:]
        for declaration in files.flatMap(\.declarations) where declaration.isRequirement {
            requirements[declaration.outer ?? "", default: []].insert(declaration.name)
        }
        self.requirements = requirements
    }

    /// Whether a protocol of the package already says what a member is; the protocol itself is
    /// held to the rule.
    func isDocumentedByProtocol(_ declaration: Declaration) -> Bool {
        declaration.outerConformances.contains {
            requirements[$0]?.contains(declaration.name) ?? false
        }
    }
}
