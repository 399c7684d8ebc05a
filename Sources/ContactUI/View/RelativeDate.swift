import ContactModel

/// How long ago an instant was, short enough for a list.
enum RelativeDate {
    /// Such as `now`, `5m`, `3h`, `3d`, `5w` or `2y`; `in 3d` for what is to come.
    ///
    /// - Returns: nil where the text is no instant.
    static func text(_ written: String, now: Int) -> String? {
        guard let seconds = Timestamp(written)?.seconds else { return nil }
        let age = now - seconds
        let short = short(abs(age))
        return age < -60 ? "in " + short : short
    }

    /// The same behind a date: `just now`, `5m ago`, `in 3d`.
    static func age(_ written: String, now: Int) -> String? {
        text(written, now: now).map { short in
            if short == "now" { return "just now" }
            return short.hasPrefix("in ") ? short : short + " ago"
        }
    }

    /// The same as part of a sentence: `3 days ago`.
    static func sentence(_ written: String, now: Int) -> String? {
        guard let seconds = Timestamp(written)?.seconds, now >= seconds else { return nil }
        let days = (now - seconds) / 86_400
        switch days {
        case 0: return "today"
        case 1: return "yesterday"
        default: return "\(days) days ago"
        }
    }

    private static func short(_ age: Int) -> String {
        switch age {
        case ..<60: "now"
        case ..<3_600: "\(age / 60)m"
        case ..<86_400: "\(age / 3_600)h"
        case ..<(86_400 * 30): "\(age / 86_400)d"
        case ..<(86_400 * 365): "\(age / (86_400 * 7))w"
        default: "\(age / (86_400 * 365))y"
        }
    }
}
