package import JSONText

/// The way to a value within metadata: a key, or several into nested objects.
package struct MetadataPath: Hashable, Sendable {
    /// The keys, outermost first; at least one.
    package let keys: [String]

    /// A path of keys that are taken as they are.
    package init(keys: [String]) {
        self.keys = keys
    }

    /// A path written with dots, such as `address.city`.
    package init(dotted text: String) {
        keys = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    }

    /// The value at the end of the path; a key that itself holds the dots goes first.
    ///
    /// - Returns: nil where there is none.
    package func value(in object: JSONObject) -> JSONValue? {
        var object = object
        var rest = keys[...]
        while let key = rest.first {
            if rest.count > 1, let value = object[rest.joined(separator: ".")] { return value }
            rest = rest.dropFirst()
            guard let value = object[key] else { return nil }
            if rest.isEmpty { return value }
            guard let inner = value.object else { return nil }
            object = inner
        }
        return nil
    }
}
