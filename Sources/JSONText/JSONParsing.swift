/// What becomes of an escape such as `\ud800` that is half of a surrogate pair.
package enum LoneSurrogates: Hashable, Sendable {
    /// An error: for what people type and what comes over the wire.
    case refuse
    /// U+FFFD: for reading a file, whose bytes stay as they are.
    case replace
}

extension JSONValue {
    /// Reads one JSON value that fills all of `text`.
    ///
    /// - Throws: `JSONSyntaxError`, with line, column and offset.
    package init(parsing text: String) throws(JSONSyntaxError) {
        try self.init(parsing: Array(text.utf8))
    }

    /// Reads one JSON value that fills all of `range` of `bytes`, white space around it allowed.
    ///
    /// - Throws: `JSONSyntaxError`, with line, column and offset.
    package init(
        parsing bytes: [UInt8], in range: Range<Int>? = nil,
        depthLimit: Int = JSONTokenizer.standardDepthLimit,
        loneSurrogates: LoneSurrogates = .refuse
    ) throws(JSONSyntaxError) {
        var tokens = JSONTokenizer(bytes, in: range, depthLimit: depthLimit)
        var builder = JSONBuilder(bytes, loneSurrogates)
        while let token = try tokens.next() { try builder.take(token) }
        try tokens.finish()
        guard let value = builder.finished else {
            throw JSONSyntaxError(.unexpectedEnd, at: tokens.position, in: bytes)
        }
        self = value
    }
}

/// Puts tokens together into a value, without recursion.
private struct JSONBuilder {
    private enum Container {
        case array([JSONValue])
        case object([JSONObject.Member])
    }

    private let bytes: [UInt8]
    private let loneSurrogates: LoneSurrogates
    private var open: [Container] = []
    private var names: [String] = []
    private(set) var finished: JSONValue?

    init(_ bytes: [UInt8], _ loneSurrogates: LoneSurrogates) {
        self.bytes = bytes
        self.loneSurrogates = loneSurrogates
    }

    mutating func take(_ token: JSONToken) throws(JSONSyntaxError) {
        switch token {
        case .beginArray: open.append(.array([]))
        case .beginObject: open.append(.object([]))
        case .endArray, .endObject: close()
        case .name(let range): names.append(try text(range))
        case .string(let range): put(.string(try text(range)))
        case .number(let range):
            let literal = String(decoding: bytes[range], as: UTF8.self)
            if let number = JSONNumber(literal) { put(.number(number)) }
        case .bool(let value): put(.bool(value))
        case .null: put(.null)
        }
    }

    private func text(_ range: Range<Int>) throws(JSONSyntaxError) -> String {
        let text = JSONString.decode(
            bytes, range, replacingLoneSurrogates: loneSurrogates == .replace)
        guard let text else {
            throw JSONSyntaxError(.loneSurrogate, at: range.lowerBound, in: bytes)
        }
        return text
    }

    private mutating func close() {
        switch open.removeLast() {
        case .array(let elements): put(.array(elements))
        case .object(let members): put(.object(JSONObject(members)))
        }
    }

    private mutating func put(_ value: JSONValue) {
        switch open.popLast() {
        case nil: finished = value
        case .array(var elements):
            elements.append(value)
            open.append(.array(elements))
        case .object(var members):
            members.append(JSONObject.Member(name: names.removeLast(), value: value))
            open.append(.object(members))
        }
    }
}
