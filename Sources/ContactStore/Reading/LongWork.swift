/// Tells whoever waits for a long search how far it has come, and lets it end when nobody waits.
package enum LongWork {
    /// Told from time to time which part is done, from 0 to 1.
    @TaskLocal package static var progress: (@Sendable (Double) -> Void)?

    /// Whether to go on; a search that is ended has found only a part, which is thrown away.
    static func goesOn(done: Int, of whole: Int) -> Bool {
        progress?(Double(done) / Double(max(1, whole)))
        return !Task.isCancelled
    }
}
