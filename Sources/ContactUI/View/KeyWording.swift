/// What metadata keys look like.
enum KeyWording {
    /// A key as it is shown: one that cannot be seen stands in quotes.
    static func shown(_ key: String) -> String {
        key.allSatisfy(\.isWhitespace) ? "\"\(key)\"" : key
    }
}
