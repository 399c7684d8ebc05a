import JSONText

/// The bytes of one element of a list, and where they begin.
struct JSONElement: Hashable, Sendable {
    let line: Int
    let column: Int
    let bytes: [UInt8]
}

/// Cuts the elements out of an array, or out of the array `data` of an object, piece by piece.
///
/// What stands between elements is checked here; the elements themselves are by who reads them.
struct JSONElements: Sendable {
    private enum State {
        case document
        /// Before an element, or with `isFirst` before the end of the list.
        case element(isFirst: Bool)
        case inElement
        case afterElement
        /// Before a name in the outer object.
        case name(isFirst: Bool)
        case inName
        case colon
        case value
        /// In a value beside the list.
        case inOther
        case afterValue
        case end
    }

    private var state = State.document
    private var isEnvelope = false
    private var hasList = false
    private var taken: [UInt8] = []
    private var depth = 0
    private var isText = false
    private var isEscaped = false
    private var line = 1
    private var column = 1
    private var place = (line: 1, column: 1)

    /// Takes the next bytes.
    mutating func feed(_ chunk: [UInt8]) throws(FormatError) -> [JSONElement] {
        var elements: [JSONElement] = []
        for byte in chunk {
            try take(byte, &elements)
            if byte == 0x0A {
                line += 1
                column = 1
            } else if byte & 0xC0 != 0x80 {
                column += 1
            }
        }
        guard taken.count <= ReadingOptions.recordLimit else {
            throw .tooLong(line: place.line, limit: ReadingOptions.recordLimit)
        }
        return elements
    }

    /// Takes the end of the text.
    func finish() throws(FormatError) {
        if case .document = state { throw .empty }
        guard case .end = state else { throw error(.unexpectedEnd) }
        guard hasList else { throw .noList }
    }

    private func error(_ reason: JSONSyntaxError.Reason) -> FormatError {
        .notJSON(reason, line: line, column: column)
    }

    private mutating func take(
        _ byte: UInt8, _ elements: inout [JSONElement]
    ) throws(FormatError) {
        switch state {
        case .inElement, .inOther, .inName:
            if isText || depth > 0 || !JSONElements.endsScalar(byte) {
                scan(byte)
            } else {
                try endValue(&elements)
                try take(byte, &elements)
            }
        default:
            if [0x20, 0x09, 0x0A, 0x0D].contains(byte) { return }
            try takeSign(byte)
        }
    }

    private static func endsScalar(_ byte: UInt8) -> Bool {
        [0x2C, 0x5D, 0x7D, 0x3A, 0x20, 0x09, 0x0A, 0x0D].contains(byte)
    }

    /// A byte between values.
    private mutating func takeSign(_ byte: UInt8) throws(FormatError) {
        switch (state, Unicode.Scalar(byte)) {
        case (.document, "["): beginList()
        case (.document, "{"):
            isEnvelope = true
            state = .name(isFirst: true)
        case (.element(isFirst: true), "]"), (.afterElement, "]"):
            state = isEnvelope ? .afterValue : .end
        case (.element, "]"), (.element, ","), (.element, "}"), (.element, ":"):
            throw error(.unexpectedByte(byte))
        case (.element, _): begin(byte, .inElement)
        case (.afterElement, ","): state = .element(isFirst: false)
        case (.name(isFirst: true), "}"), (.afterValue, "}"): state = .end
        case (.name, "\""): begin(byte, .inName)
        case (.colon, ":"): state = .value
        case (.value, "[") where isListNamed && !hasList: beginList()
        case (.value, _): begin(byte, .inOther)
        case (.afterValue, ","): state = .name(isFirst: false)
        case (.end, "{") where !hasList: throw .noList
        case (.end, _): throw error(.trailingText)
        default: throw error(.unexpectedByte(byte))
        }
    }

    private mutating func beginList() {
        hasList = true
        state = .element(isFirst: true)
    }

    private var isListNamed: Bool { taken.elementsEqual("\"data\"".utf8) }

    private mutating func begin(_ byte: UInt8, _ state: State) {
        self.state = state
        taken = []
        place = (line, column)
        scan(byte)
    }

    /// A byte of a value; beside the list nothing is kept.
    private mutating func scan(_ byte: UInt8) {
        if case .inOther = state {} else { taken.append(byte) }
        if isText {
            if !isEscaped && byte == 0x22 { isText = false }
            isEscaped = byte == 0x5C && !isEscaped
            return
        }
        switch byte {
        case 0x22: isText = true
        case 0x5B, 0x7B: depth += 1
        case 0x5D, 0x7D: depth = max(0, depth - 1)
        default: break
        }
    }

    private mutating func endValue(_ elements: inout [JSONElement]) throws(FormatError) {
        switch state {
        case .inElement:
            elements.append(JSONElement(line: place.line, column: place.column, bytes: taken))
            state = .afterElement
        case .inName: state = .colon
        default: state = .afterValue
        }
    }
}
