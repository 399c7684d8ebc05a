extension Int {
    /// As people read it, with a comma between each three digits: `84,211`.
    var grouped: String {
        var text = String(magnitude)
        var index = text.endIndex
        while let comma = text.index(index, offsetBy: -3, limitedBy: text.startIndex),
            comma > text.startIndex
        {
            text.insert(",", at: comma)
            index = comma
        }
        return self < 0 ? "-" + text : text
    }

    /// So many contacts.
    var asContacts: String { self == 1 ? "1 contact" : "\(grouped) contacts" }
}
