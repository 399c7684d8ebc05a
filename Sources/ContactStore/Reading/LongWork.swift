/// Tells whoever waits for a long search how far it has come, and lets it end when nobody waits.
package final class LongWork: Sendable {
    /// Who is told by what the current task does; nobody where it is nil.
    ///
    /// An object and not a closure: optimised and linked statically, Swift 6.3 finds no type for
    /// an optional closure here and the program ends.
    @TaskLocal package static var current: LongWork?

    private let tell: @Sendable (Double) -> Void

    /// Calls `tell` from time to time with the part that is done, from 0 to 1.
    package init(_ tell: @escaping @Sendable (Double) -> Void) {
        self.tell = tell
    }

    /// Whether to go on; a search that is ended has found only a part, which is thrown away.
    static func goesOn(done: Int, of whole: Int) -> Bool {
        current?.tell(Double(done) / Double(max(1, whole)))
        return !Task.isCancelled
    }
}
