import ContactModel
import ContactStore
import TestGround
import Testing

/// What a screen shows of an order before all contacts are brought into it.
@Suite struct GlimpseTests {
    private static let orders = [
        "name", "name:desc", "email", "email:desc", "phone", "phone:desc",
    ]

    @Test("what is shown of an order is a part of it", arguments: 0..<8)
    func parts(seed: UInt64) throws {
        var book = MixedBook(seed: seed)
        let scratch = try Scratch()
        let store = try Store(opening: scratch.file("contacts.json", book.file(of: 70)))
        let keys = (0..<5).compactMap { store.snapshot.row(Int32($0 * 13)).key }
        _ = try store.commit(keys.map { ContactChange(key: $0, change: .delete) })
        let snapshot = store.snapshot
        let present = snapshot.select(.all, order: SortOrder())
        let contacts = present.map(snapshot.contact)
        var found = 0
        for written in GlimpseTests.orders {
            let order = try #require(SortOrder(written: written))
            let expected = order.order(of: contacts).map { present[$0] }
            for around in [nil] + (0..<12).map({ _ in book.pick(present) }) {
                let reach = 1 + book.below(20)
                guard let glimpse = snapshot.glimpse(of: order, around: around, reach: reach)
                else { continue }
                found += 1
                let end = glimpse.first + glimpse.numbers.count
                #expect(glimpse.numbers == Array(expected[glimpse.first..<end]), "\(written)")
                #expect(around.map(glimpse.numbers.contains) ?? (glimpse.first == 0))
                #expect(glimpse.count == present.count)
            }
        }
        #expect(found > 40)
    }

    /// What a screen shows of a file that was just opened, which is a part of the whole order.
    private func part(
        of expected: [Int32], _ order: SortOrder, in path: String, around: Int32?
    ) throws -> Glimpse {
        let snapshot = try Store(opening: path).snapshot
        let glimpse = try #require(snapshot.glimpse(of: order, around: around, reach: 30))
        let end = glimpse.first + glimpse.numbers.count
        #expect(glimpse.numbers == Array(expected[glimpse.first..<end]))
        return glimpse
    }

    @Test("so it is where very many begin alike, in all but their last letters")
    func alike() throws {
        let scratch = try Scratch()
        let contacts = (0..<9000).map { index in
            // No two have the same, and every tenth has nothing.
            let name = String(1_000_000 + index * 7919 % 9000)
            return index % 10 == 0
                ? #"{"id":"\#(index)"}"#
                : #"{"id":"\#(index)","name":"\#(index % 11 == 0 ? "b" : "abc")\#(name)"}"#
        }
        let path = try scratch.file("contacts.json", "[\(contacts.joined(separator: ",\n"))]")
        for written in ["name", "name:desc"] {
            let order = try #require(SortOrder(written: written))
            let seen = try Store(opening: path).snapshot
            let expected = seen.select(.all, order: order)
            for place in [0, 1, 40, 700, 4000, 7000, 8050, 8098, 8099, nil] {
                let around = place.map { expected[$0] }
                let glimpse = try part(of: expected, order, in: path, around: around)
                let end = glimpse.first + glimpse.numbers.count
                #expect(glimpse.first == max(0, (place ?? 0) - 30))
                #expect(end >= (place ?? 0) + 30)
            }
        }
    }

    @Test("so it is where one of very many begins otherwise", arguments: [17, 4032, 8801])
    func otherwise(stranger: Int) throws {
        let scratch = try Scratch()
        let contacts = (0..<9000).map { index in
            let name = String(1_000_000 + index * 7919 % 9000)
            return #"{"id":"\#(index)","phone":"\#(index == stranger ? "+3" : "+49")\#(name)"}"#
        }
        let path = try scratch.file("contacts.json", "[\(contacts.joined(separator: ",\n"))]")
        for written in ["phone", "phone:desc"] {
            let order = try #require(SortOrder(written: written))
            let seen = try Store(opening: path).snapshot
            let expected = seen.select(.all, order: order)
            for around in [Int32(stranger), expected[4000], expected[8999], nil] {
                let glimpse = try part(of: expected, order, in: path, around: around)
                #expect(around.map(glimpse.numbers.contains) ?? (glimpse.first == 0))
            }
        }
    }

    @Test("nothing is shown where it is known already, or only the whole order tells")
    func unknown() throws {
        let scratch = try Scratch()
        var text = (0..<9).map { #"{"id":"\#($0)","name":"n\#($0)"}"# }.joined(separator: ",\n")
        text = "[\(text)]"
        let store = try Store(opening: scratch.file("contacts.json", text))
        let byID = SortOrder([SortOrder.Key(.id)])
        let byEmail = SortOrder([SortOrder.Key(.email)])
        let snapshot = store.snapshot
        #expect(snapshot.glimpse(of: byID, around: nil, reach: 3) == nil)
        #expect(snapshot.glimpse(of: byEmail, around: 4, reach: 3) == nil)
        #expect(snapshot.glimpse(of: .byName, around: 12, reach: 3) == nil)
        #expect(snapshot.glimpse(of: .byName, around: 4, reach: 3)?.numbers == [1, 2, 3, 4, 5, 6])
        _ = snapshot.select(.all, order: .byName)
        #expect(snapshot.glimpse(of: .byName, around: 4, reach: 3) == nil)
        let renamed = ContactPatch(name: .set("a"))
        _ = try store.commit([ContactChange(key: .id("3"), change: .update(renamed))])
        let byNameDown = SortOrder([SortOrder.Key(.name, descending: true)])
        #expect(store.snapshot.glimpse(of: byNameDown, around: 4, reach: 3) == nil)
    }
}
