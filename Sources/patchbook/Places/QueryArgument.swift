import ArgumentParser
import ContactModel
import ContactUI

/// Queries as commands take them.
enum QueryArgument {
    /// Reads the words of a command line as one query.
    ///
    /// - Throws: a `ValidationError` that shows the place.
    static func query(_ words: [String]) throws -> Query {
        let text = words.joined(separator: " ")
        // Only a query that may name a saved one costs a look into the configuration.
        let saved = text.contains("@") ? try Configuration.load().queries : [:]
        do throws(QueryFlaw) {
            return try Query(text, clock: LocalClock.queries, saved: saved)
        } catch {
            throw ValidationError(QueryWording.complaint(error, in: text))
        }
    }
}
