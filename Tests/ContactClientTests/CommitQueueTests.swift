import ContactClient
import ContactModel
import ContactStore
import Synchronization
import TestGround
import Testing

@Suite("Commits that come at the same time")
struct CommitQueueTests {
    @Test("while one is at work the others gather, and all of them are the next")
    func gathering() async {
        let groups = Mutex<[Int]>([])
        let (gate, opened) = AsyncStream<Never>.makeStream()
        let queue = CommitQueue<Int, Int> { requests in
            let isFirst = groups.withLock { groups in
                groups.append(requests.count)
                return groups.count == 1
            }
            if isFirst { for await _ in gate {} }
            return requests.map { $0 * 10 }
        }
        let answers = await withTaskGroup(of: [Int].self) { group in
            for number in 0..<100 {
                group.addTask { [number, await queue.answer(to: number)] }
            }
            // The first may find others beside it already.
            while queue.waitingCount + (groups.withLock(\.first) ?? 0) < 100 {
                try? await Task.sleep(for: .milliseconds(1))
            }
            opened.finish()
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(groups.withLock(\.count) == 2)
        #expect(groups.withLock { $0.reduce(0, +) } == 100)
        #expect(answers.count == 100)
        #expect(answers.allSatisfy { $0[1] == $0[0] * 10 })
        #expect(await queue.answer(to: 7) == 70)
    }

    @Test("callers at the same time get each their own receipt or refusal, and their own step")
    func receipts() async throws {
        let scratch = try Scratch()
        let lines = (0..<40).map { #"{"id":"c\#($0)"}"# }
        let path = try scratch.file("contacts.json", "[\(lines.joined(separator: ","))]")
        let client = try LocalClient(opening: path, title: "book")
        let told = await withTaskGroup(of: (Int, Result<String?, ClientError>).self) { group in
            for number in 0..<80 {
                group.addTask {
                    do throws(ClientError) {
                        let receipt = try await client.update(
                            .id("c\(number)"), ContactPatch(name: .set("n\(number)")),
                            removingMetadata: [])
                        return (number, .success(receipt.contact.name))
                    } catch {
                        return (number, .failure(error))
                    }
                }
            }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        for number in 0..<80 {
            let expected: Result<String?, ClientError> =
                number < 40
                ? .success("n\(number)") : .failure(.notFound(.key(.id("c\(number)"))))
            #expect(told[number] == expected)
        }
        #expect(try await client.log(limit: 100).map(\.contacts) == Array(repeating: 1, count: 40))
        await client.close()
    }
}
