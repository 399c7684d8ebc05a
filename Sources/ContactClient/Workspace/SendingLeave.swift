import ContactModel

/// How much of runs may begin at one turn of sending.
///
/// What would only wait for the quota does not begin: a contact is nobody else's while a call
/// about it is under way, and an edit that somebody waits for would have to wait as well.
struct SendingLeave: Sendable {
    private var calls = 0
    private var wait: Duration?
    /// How long what is next of a run has to wait; nil where nothing has to.
    private(set) var heldBackFor: Duration?

    /// - Parameter leaves: what each part of the service leaves to runs. Which of them an entry
    ///   asks is not known before it begins, so that the most generous counts.
    init(_ leaves: [RunLeave]) {
        for leave in leaves {
            switch leave {
            case .calls(let count): calls = max(calls, count)
            case .wait(let time):
                wait = min(wait ?? .milliseconds(time), .milliseconds(time))
            }
        }
    }

    /// Whether a change of a run may begin.
    mutating func admits(_ change: Change) -> Bool {
        guard calls > 0 else {
            heldBackFor = wait ?? .zero
            return false
        }
        calls -= change.callCount
        return true
    }
}

extension RemoteClient {
    /// What the parts of the service that runs ask leave to them now.
    var leaves: [RunLeave] { [leave, tools.leave] }
}
