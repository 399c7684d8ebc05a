import ContactModel
import JSONText

/// What changes in one contact, short.
enum SampleText {
    static func text(_ sample: BulkEffect.Sample) -> String {
        let (before, after) = (sample.before, sample.after)
        if before == after { return "goes away" }
        var parts: [String] = []
        if before.tags != after.tags {
            parts += after.tags.subtracting(before.tags).texts.map { "+" + $0 }
            parts += before.tags.subtracting(after.tags).texts.map { "-" + $0 }
        }
        for field in [Field.name, .email] where before.shown(field) != after.shown(field) {
            let new = after.shown(field)
            parts.append("\(field.name): \(new.isEmpty ? "cleared" : new)")
        }
        let (old, new) = (before.metadata ?? [:], after.metadata ?? [:])
        for name in new.names where old[name] != new[name] {
            parts.append("\(KeyWording.shown(name)): \(new[name]?.jsonText ?? "")")
        }
        parts += old.names.filter { new[$0] == nil }.map { "−" + KeyWording.shown($0) }
        return parts.joined(separator: "  ")
    }
}
