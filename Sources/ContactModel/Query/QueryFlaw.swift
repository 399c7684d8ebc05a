/// Where a query stops making sense, and why.
package struct QueryFlaw: Error, Hashable, Sendable {
    /// What is wrong.
    package let problem: Problem
    /// Where it begins, in Unicode scalars from 0.
    package let offset: Int
    /// How many Unicode scalars it is long; 0 where something is missing.
    package let length: Int

    /// A flaw at a place.
    package init(_ problem: Problem, offset: Int, length: Int) {
        self.problem = problem
        self.offset = offset
        self.length = length
    }

    /// Everything that can be wrong with a query.
    package indirect enum Problem: Hashable, Sendable {
        /// A quote that is never closed.
        case openQuote
        /// A bracket that is never closed.
        case openGroup
        /// A closing bracket without an opening one.
        case strayClose
        /// Nothing stands between two brackets.
        case emptyGroup
        /// `OR` has nothing on its left or on its right.
        case nothingBesideOr
        /// `-` has nothing after it.
        case nothingToExclude
        /// No field has this name; the known one that is nearest, where one is near.
        case unknownField(String, nearest: String?)
        /// Nothing follows the sign that compares; `field` as it was written.
        case missingValue(field: String)
        /// `meta.` names no key.
        case missingKey
        /// The field is not compared by this sign but by others.
        case wrongSign(String, field: String, allowed: [String])
        /// Neither a day, a month, a year, nor an age such as `-7d`.
        case notADate(String)
        /// `is:` knows no such state; the known one that is nearest, where one is near.
        case unknownState(String, nearest: String?)
        /// No query is saved under this name; the known one that is nearest, where one is near.
        case unknownSaved(String, nearest: String?)
        /// A saved query leads back to itself by way of this name.
        case circle(String)
        /// The saved query of this name makes no sense itself.
        case inSaved(String, Problem)
        /// The query, with those it names, has more Unicode scalars than this.
        case tooLong(limit: Int)
        /// Brackets and `-` stand within each other deeper than this.
        case tooDeep(limit: Int)
    }
}
