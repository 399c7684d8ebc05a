import ContactModel

/// A query made ready for one snapshot: its words as bytes to look for, its tags as answers
/// for every list of tags, and what costs least asked first.
indirect enum Probe {
    case all([Probe])
    case any([Probe])
    case not(Probe)
    /// Bytes in the folded text of a record, or digits among those of its phone.
    case word(Needle)
    /// The same in one line of it.
    case line(FoldedLines.Line, Needle)
    /// The answer for every list of tags of the file; the test itself for other records.
    case tag([Bool], Query.TagTest)
    case marked
    /// A state of which only whoever asks knows who is in it.
    case given(Query.State)
    /// A term that is put to values decoded from the record.
    case decoded(Query.Term)

    /// The bytes of a word.
    struct Needle {
        let folded: [UInt8]
        let digits: [UInt8]?

        init(_ word: Query.Word) {
            folded = Array(word.folded.utf8)
            digits = word.digits.map { Array($0.utf8) }
        }
    }

    init(_ condition: Query.Condition, tags: TagColumn) {
        switch condition {
        case .all(let parts): self = .all(Probe.ordered(parts, tags))
        case .any(let parts): self = .any(Probe.ordered(parts, tags))
        case .not(let part): self = .not(Probe(part, tags: tags))
        case .term(let term): self.init(term, tags: tags)
        }
    }

    private init(_ term: Query.Term, tags: TagColumn) {
        switch term {
        case .word(let word): self = .word(Needle(word))
        case .tag(let test): self = .tag(tags.lists.map(test.matches), test)
        case .text(let field, .contains(let word)):
            let line = FoldedLines.Line(field)
            self = line.map { .line($0, Needle(word)) } ?? .decoded(term)
        case .state(.marked): self = .marked
        case .state(.pending): self = .given(.pending)
        case .state(.failed): self = .given(.failed)
        case .state(.conflict): self = .given(.conflict)
        case .text, .metadata, .date, .state: self = .decoded(term)
        }
    }

    private static func ordered(_ parts: [Query.Condition], _ tags: TagColumn) -> [Probe] {
        parts.map { Probe($0, tags: tags) }.enumerated()
            .sorted { ($0.element.cost, $0.offset) < ($1.element.cost, $1.offset) }
            .map(\.element)
    }

    /// How dear an answer is, in no unit.
    private var cost: Int {
        switch self {
        case .given, .marked, .tag: 0
        case .word, .line: 1
        case .not(let part): part.cost
        case .all(let parts), .any(let parts): (parts.map(\.cost).max() ?? 0) + 1
        case .decoded(.state(.flagged)): 100
        case .decoded(.date), .decoded(.state): 1
        case .decoded: 10
        }
    }
}
