import ContactModel

/// Reads contacts out of cards.
struct VCardRecords: RecordReader {
    private let options: ReadingOptions
    private var start = TextStart()
    private var parser = VCardParser()
    private(set) var unread = UnreadValues()

    init(_ options: ReadingOptions) {
        self.options = options
    }

    mutating func feed(_ chunk: [UInt8]) throws(FormatError) -> [ImportEntry] {
        entries(try parser.feed(try start.take(chunk)))
    }

    mutating func finish() throws(FormatError) -> [ImportEntry] {
        let last = try parser.feed(try start.take([], isLast: true))
        return entries(last) + entries(try parser.finish())
    }

    private mutating func entries(_ cards: [VCard]) -> [ImportEntry] {
        cards.map { card in
            if let flaw = card.flaw { return .flawed(line: card.flawLine ?? card.line, flaw) }
            var reading = VCardReading(card, options.plan)
            unread.attachments += reading.dropAttachments()
            unread.agents += card.hasAgent ? 1 : 0
            return .record(reading.record())
        }
    }
}
