import ArgumentParser
import ContactModel
import ContactUI

/// Queries as commands take them.
enum QueryArgument {
    /// Reads the words of a command line as one query.
    ///
    /// - Throws: a `ValidationError` that shows the place.
    static func query(_ words: [String], saved: [String: String] = [:]) throws -> Query {
        let text = words.joined(separator: " ")
        do throws(QueryFlaw) {
            return try Query(text, clock: LocalClock.queries, saved: saved)
        } catch {
            throw ValidationError(QueryWording.complaint(error, in: text))
        }
    }
}
