import ContactFormats
import Testing

@Suite("UTF-16, as spreadsheets save Unicode text")
struct WideTextTests {
    private let text = "phone\tname\r\n+15550001001\tJosé 👩‍🚀\r\n+15550001002\tŁukasz\r\n"

    private func wide(_ text: String, isLittleEndian: Bool) -> [UInt8] {
        ("\u{FEFF}" + text).utf16.flatMap { unit -> [UInt8] in
            let bytes = [UInt8(truncatingIfNeeded: unit), UInt8(truncatingIfNeeded: unit >> 8)]
            return isLittleEndian ? bytes : bytes.reversed()
        }
    }

    @Test("is read as UTF-8 is, in pieces of any length", arguments: [true, false])
    func read(isLittleEndian: Bool) throws {
        let wanted = try Reading.entries(Array(text.utf8), .csv).entries
        #expect(wanted.compactMap(\.record?.name?.text) == ["José 👩‍🚀", "Łukasz"])
        for pieces in [1, 2, 3, 1000] {
            let bytes = wide(text, isLittleEndian: isLittleEndian)
            let entries = try Reading.entries(bytes, .csv, pieces: pieces).entries
            #expect(entries.compactMap(\.record?.name) == wanted.compactMap(\.record?.name))
            #expect(entries.compactMap(\.record?.phone) == wanted.compactMap(\.record?.phone))
        }
    }

    @Test("every format is read so")
    func formats() throws {
        let texts: [(ContactFormat, String)] = [
            (.json, #"[{"phone":"+15550001001","name":"José"}]"#),
            (.jsonl, #"{"phone":"+15550001001","name":"José"}"#),
            (.vcard, "BEGIN:VCARD\r\nFN:José\r\nTEL:+15550001001\r\nEND:VCARD\r\n"),
        ]
        for (format, text) in texts {
            let entries = try Reading.entries(wide(text, isLittleEndian: true), format).entries
            #expect(entries.compactMap(\.record?.name?.text) == ["José"])
        }
    }

    @Test("half a character and half a pair are told with their line")
    func broken() throws {
        var bytes = wide("phone\n+15550001001\n+15550001002 \n", isLittleEndian: true)
        // The space becomes the first half of a character.
        bytes.replaceSubrange(bytes.count - 4..<bytes.count - 2, with: [0x3D, 0xD8])
        let halved = try Reading.entries(bytes, .csv).entries
        #expect(halved.compactMap(\.flaw) == ["line 3: notUTF8(column: Optional(1))"])
        let cut = try Reading.entries(
            wide("phone\n+15550001001", isLittleEndian: false) + [0x00], .csv
        ).entries
        #expect(cut.compactMap(\.flaw) == ["line 2: notUTF8(column: Optional(1))"])
    }

    @Test("what Windows wrote becomes UTF-8, wherever it is cut")
    func windows() {
        let bytes: [UInt8] = [0x4A, 0xF6, 0x72, 0x67, 0x20, 0x80, 0x20, 0x8A, 0xFF]
        #expect(String(decoding: Windows1252.utf8(bytes), as: UTF8.self) == "Jörg € Šÿ")
        #expect(bytes.flatMap { Windows1252.utf8([$0]) } == Windows1252.utf8(bytes))
        #expect(Windows1252.utf8(Array("plain".utf8)) == Array("plain".utf8))
    }
}
