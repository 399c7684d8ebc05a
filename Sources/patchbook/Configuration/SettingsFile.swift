/// A file of settings as it was found.
package struct SettingsFile: Sendable {
    /// The file as a person knows it.
    package let name: String
    /// What is in it.
    package let bytes: [UInt8]

    /// A file's name and bytes.
    package init(name: String, bytes: [UInt8]) {
        self.name = name
        self.bytes = bytes
    }
}

/// Finds a key set or a theme by a path such as `themes/light.toml`; nil where there is none.
package typealias SettingsLookup = (_ path: String) -> SettingsFile?
