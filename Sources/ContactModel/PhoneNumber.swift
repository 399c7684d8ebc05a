/// A telephone number in international form: `+` and 7 to 15 digits (ITU-T E.164).
///
/// It is the natural key of a contact within a workspace. Only writing is normalised; national
/// quirks (the Argentine 9, the Mexican 1, the Brazilian ninth digit) are left as they came.
package struct PhoneNumber: Hashable, Sendable {
    /// The number as it goes on the wire, such as `+15551058756`.
    package let e164: String

    /// Reads any usual writing of a number: `+`, `00`, `tel:`, spaces, dots, dashes, slashes,
    /// brackets, an optional `(0)` after the country, digits of any script.
    ///
    /// - Parameter plan: how a number without a country is completed; nil refuses those.
    /// - Throws: `PhoneNumberFlaw`, saying what stands in the way.
    package init(
        parsing text: String, plan: DialingPlan? = nil
    ) throws(PhoneNumberFlaw) {
        if PhoneNumber.isE164(text) {
            e164 = text
            return
        }
        var digits = try PhoneDigits(text)
        if digits.hasPlus {
            digits.dropBracketedZero()
        } else if digits.text.hasPrefix("00") {
            digits.dropBracketedZero()
            digits.text.removeFirst(2)
        } else {
            guard let plan else { throw .noCountry }
            digits.text = try plan.international(digits.text)
        }
        guard digits.text.first != "0" else { throw .noCountry }
        guard (7...15).contains(digits.text.count) else { throw .length(digits.text.count) }
        e164 = "+" + digits.text
    }

    /// Whether the number is written as it goes on the wire, as it nearly always is.
    private static func isE164(_ text: String) -> Bool {
        let bytes = text.utf8
        guard bytes.first == UInt8(ascii: "+"), (8...16).contains(bytes.count) else { return false }
        let digits = bytes.dropFirst()
        return digits.first != 0x30 && digits.allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
    }
}

/// How numbers are compared: in international form where the text is a number, else as written.
package enum PhoneKey {
    /// The text that two writings of one number have in common.
    package static func normal(_ phone: String) -> String {
        (try? PhoneNumber(parsing: phone))?.e164 ?? phone
    }
}

/// How numbers written without a country are dialled where the user lives.
package struct DialingPlan: Hashable, Sendable {
    /// The country's calling code without `+`, such as `49`.
    package let callingCode: String
    /// The prefix of national numbers that falls away abroad, such as `0`; empty where there is
    /// none, nil where that is not known.
    package let trunkPrefix: String?

    /// A plan from a calling code of one to three digits and a trunk prefix; nil where either
    /// holds anything but digits.
    package init?(callingCode: String, trunkPrefix: String?) {
        let digits = (callingCode + (trunkPrefix ?? "")).utf8
        guard (1...3).contains(callingCode.utf8.count), !callingCode.hasPrefix("0"),
            digits.allSatisfy({ $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") })
        else { return nil }
        self.callingCode = callingCode
        self.trunkPrefix = trunkPrefix
    }

    /// The shortest national number, without a prefix, that may follow a calling code.
    private static let shortest = 7

    /// - Throws: `.noTrunkPrefix` where a zero may be one or belong to the number; `.doubtful`
    ///   where the country may stand there already.
    fileprivate func international(_ digits: String) throws(PhoneNumberFlaw) -> String {
        if let trunkPrefix, !trunkPrefix.isEmpty, digits.hasPrefix(trunkPrefix) {
            return callingCode + digits.dropFirst(trunkPrefix.count)
        }
        if trunkPrefix == nil, digits.hasPrefix("0") { throw .noTrunkPrefix }
        let isLong = digits.count >= callingCode.count + DialingPlan.shortest
        if isLong, digits.hasPrefix(callingCode) { throw .doubtful(callingCode) }
        return callingCode + digits
    }
}

/// Why a text is not a telephone number.
package enum PhoneNumberFlaw: Error, Hashable, Sendable {
    /// Nothing was written.
    case empty
    /// A letter, an extension, or another sign that no number holds.
    case character(Character)
    /// Neither `+`, `00` nor a dialling plan says which country it belongs to.
    case noCountry
    /// It begins with a zero, and the dialling plan does not say whether that falls away abroad.
    case noTrunkPrefix
    /// It begins with this calling code, as if the country stood there already.
    case doubtful(String)
    /// It has this many digits, not 7 to 15.
    case length(Int)
}

/// The digits of a written number, with the grouping taken away.
private struct PhoneDigits {
    var text = ""
    var hasPlus = false
    private var bracketedZero: Int?

    init(_ written: String) throws(PhoneNumberFlaw) {
        var scalars = written.unicodeScalars[...]
        if scalars.prefix(4).map({ $0.properties.lowercaseMapping }) == ["t", "e", "l", ":"] {
            scalars = scalars.dropFirst(4)
        }
        var bracketed: String?
        for scalar in scalars {
            if let digit = PhoneDigits.digit(scalar) {
                text.append(digit)
                bracketed?.append(digit)
            } else if (scalar == "+" || scalar == "\u{FF0B}") && text.isEmpty && !hasPlus {
                hasPlus = true
            } else if scalar == "(" {
                bracketed = ""
            } else if scalar == ")" {
                if bracketed == "0" { bracketedZero = text.count - 1 }
                bracketed = nil
            } else if !PhoneDigits.isGrouping(scalar) {
                throw .character(Character(scalar))
            }
            guard text.utf8.count <= 40 else { throw .length(text.utf8.count) }
        }
        if text.isEmpty { throw .empty }
    }

    /// `+44 (0)20 …` names the trunk prefix that callers from abroad leave out.
    mutating func dropBracketedZero() {
        guard let position = bracketedZero, position > 0 else { return }
        text.remove(at: text.index(text.startIndex, offsetBy: position))
    }

    private static func digit(_ scalar: Unicode.Scalar) -> Character? {
        if scalar.isASCII { return ("0"..."9").contains(scalar) ? Character(scalar) : nil }
        guard scalar.properties.generalCategory == .decimalNumber,
            let value = scalar.properties.numericValue
        else { return nil }
        return Character(String(Int(value)))
    }

    private static func isGrouping(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case ".", "/", "[", "]", "\t", "\u{B7}", "\u{2212}", "\u{30FB}", "\u{FF0E}": true
        default:
            switch scalar.properties.generalCategory {
            case .spaceSeparator, .dashPunctuation, .format: true
            default: false
            }
        }
    }
}
