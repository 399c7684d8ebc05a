import CRecords
package import ContactModel
import JSONText

/// Contacts that may be one person are found by hashes of what they share, and only those that
/// have the hash of another are decoded: of 1,000,000 with unlike names a few hundred.
extension Snapshot {
    /// The groups of contacts that may be one person.
    package var duplicates: Duplicates {
        Duplicates(among: suspects, reasons: reasons, row: row)
    }

    /// Names are compared as they are kept folded; for the others the file is read.
    private func reasons(_ field: Field, _ numbers: [Int32]) -> [DuplicateGroup.Reason?] {
        var pieces = RecordPieces(base, wanted: numbers.count)
        return numbers.map { number in
            // A name that is no text is a flaw.
            if field == .name, record(number) == nil,
                !base.columns.flags(of: Int(number)).contains(.flawed)
            {
                let line = FoldedLines.line(.name, of: base.columns.lines(of: Int(number)))
                return SearchText.comparable(line: line).map(DuplicateGroup.Reason.name)
            }
            let reading = RecordReading(self, number, from: &pieces)
            return DuplicateGroup.Reason(field, reading.value(field)?.text)
        }
    }

    /// The contacts that have the same hash of a field as another, those with the same one
    /// together.
    private func suspects(_ field: Field) -> [[Int32]] {
        let hashes = hashes(field)
        var bits = RecordBits(limit: hashes.count)
        let isTold = bits.withWords { records_repeats(hashes, hashes.count, $0) == 1 }
        // Without memory for it everybody is compared with everybody.
        guard isTold else { return [untouched.numbers + differing] }
        let alike = bits.numbers.sorted { one, other in
            (hashes[Int(one)], one) < (hashes[Int(other)], other)
        }
        let starts = alike.indices.filter { index in
            index == 0 || hashes[Int(alike[index - 1])] != hashes[Int(alike[index])]
        }
        return zip(starts, starts.dropFirst() + [alike.count]).map { Array(alike[$0..<$1]) }
    }

    /// For each number a hash of what stands in a field, the same for all that count as the same;
    /// 0 where nothing stands there, or the contact is gone.
    private func hashes(_ field: Field) -> [UInt32] {
        guard let line = FoldedLines.Line(field) else { return [] }
        var hashes = base.columns.hashes(of: line)
        hashes += repeatElement(0, count: added.count)
        for number in edited.numbers + deleted.numbers { hashes[Int(number)] = 0 }
        for number in differing {
            guard let record = record(number) else { continue }
            hashes[Int(number)] = record.hash(of: line)
        }
        return hashes
    }
}

extension Snapshot.Record {
    fileprivate func hash(of line: FoldedLines.Line) -> UInt32 {
        if line == .phone, let phone = facts.phone, let number = try? PhoneNumber(parsing: phone) {
            return RecordColumns.hash(number.e164)
        }
        return search.withLine(line, line.hash)
    }
}

extension RecordColumns {
    fileprivate func hashes(of line: FoldedLines.Line) -> [UInt32] {
        let phones = phones
        return (0..<count).map { record in
            if line == .phone, flags(of: record).contains(.hasNumber) { return phones[record] }
            return line.hash(FoldedLines.line(line, of: lines(of: record)))
        }
    }
}

extension FoldedLines.Line {
    /// A hash of folded text that is the same where two differ only in the number of spaces, or in
    /// how a character is put together; 0 where nothing stands there.
    ///
    /// Folding may take a mark from a character that is put together and leave it on one that is
    /// not, though the addresses are the same but for their case: those that are not ASCII, which
    /// are few, all have the same.
    fileprivate func hash(_ line: UnsafeBufferPointer<UInt8>) -> UInt32 {
        if self == .email, line.contains(where: { $0 >= 0x80 }) { return 1 }
        guard let text = SearchText.comparable(line: line) else { return 0 }
        return max(1, UInt32(truncatingIfNeeded: text.hashValue))
    }
}
