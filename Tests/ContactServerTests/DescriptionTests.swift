import ContactClient
import ContactServer
import JSONText
import TestGround
import Testing

/// What `config/openapi.json` promises is what is answered: every path, status, field and shape,
/// and nothing that it does not promise.
@Suite struct DescriptionTests {
    /// One answer that is described.
    private struct Promise: Hashable {
        let path: String
        let method: String
        let status: Int
    }

    private let schema: JSONSchema
    private let paths: JSONObject

    init() throws {
        let document = try JSONValue(
            parsing: try Scratch.text(at: Self.root + "config/openapi.json"))
        schema = JSONSchema(document: document)
        paths = try #require(document.object?["paths"]?.object)
    }

    private static var root: String {
        "\(#filePath)".split(separator: "/").dropLast(3).reduce("/") { $0 + $1 + "/" }
    }

    private var promises: Set<Promise> {
        var found: Set<Promise> = []
        for (path, method, operation) in operations {
            for status in operation["responses"]?.object?.names ?? [] {
                found.insert(Promise(path: path, method: method, status: Int(status) ?? 0))
            }
        }
        return found
    }

    private var operations: [(path: String, method: String, operation: JSONObject)] {
        paths.members.flatMap { path in
            (path.value.object?.members ?? []).compactMap { operation in
                operation.value.object.map { (path.name, operation.name.uppercased(), $0) }
            }
        }
    }

    private func path(of request: Request) -> String {
        let path = request.path.hasSuffix("/") ? String(request.path.dropLast()) : request.path
        return path.hasPrefix("/v1/") ? "/api" + path : path
    }

    /// Checks an answer and tells which promise it kept; a wrong method is answered for the one
    /// that the path has.
    private func kept(_ request: Request, _ response: Response) throws -> Promise? {
        let path = path(of: request)
        guard let described = paths[path]?.object else {
            #expect(response.status == 404 || path == "/mcp", "\(path) is not described")
            return nil
        }
        let method = described.names[0]
        let answers = described[method]?.object?["responses"]?.object
        let answer = try #require(
            schema.resolved(answers?["\(response.status)"]),
            "\(response.status) of \(path) is not described")
        let content = answer["content"]?.object?["application/json"]?.object
        let flaws = schema.flaws(of: response.body, by: content?["schema"])
        #expect(flaws.isEmpty, "\(path) \(response.status) \(flaws) \(response.body.jsonText)")
        let given = Set(response.fields.map(\.name))
        let wanted = answer["headers"]?.object?.names ?? []
        #expect(Set(wanted) == given, "\(path) \(response.status)")
        return Promise(path: path, method: method.uppercased(), status: response.status)
    }

    @Test func everyActionIsDescribed() {
        let described = paths.names.filter { $0.hasPrefix("/api/v1/actions/") }
        let expected = APIAction.allCases.map { "/api/v1/actions/" + $0.rawValue }
        #expect(Set(described) == Set(expected))
    }

    @Test func promisesAreKeptAndNothingElseIsAnswered() async throws {
        var seen: Set<Promise> = []
        for name in GoldenTests.files {
            let golden = try Scratch.text(at: GoldenTests.path("\(name).txt"))
            let scratch = try Scratch()
            let book = try scratch.file(
                "contacts.json", try Scratch.text(at: GoldenTests.path("contacts.json")))
            let client = try LocalClient(opening: book, title: "book")
            let responder = try responder(client)
            for exchange in Transcript(golden, token: GoldenTests.token).exchanges {
                let response = await responder.respond(to: exchange.request)
                if let promise = try kept(exchange.request, response) { seen.insert(promise) }
            }
            await client.close()
        }
        for request in flawed {
            for backend in broken {
                let response = try await responder(backend).respond(to: request)
                if let promise = try kept(request, response) { seen.insert(promise) }
            }
            let throttled = try responder(broken[0], limit: 1)
            _ = await throttled.respond(to: request)
            let response = await throttled.respond(to: request)
            if let promise = try kept(request, response) { seen.insert(promise) }
        }
        let missing = promises.subtracting(seen).map { "\($0.method) \($0.path) \($0.status)" }
        #expect(missing.sorted() == [])
    }

    private var broken: [BrokenBackend] {
        [
            BrokenBackend(cause: .badAnswer(.shape("id"))),
            BrokenBackend(cause: .notSent(.refused)),
        ]
    }

    private func responder(
        _ backend: any ContactBackend, limit: Int = 1_000
    ) throws -> Responder {
        Responder(
            backend: backend, token: try #require(Token(GoldenTests.token)),
            callsPerMinute: limit)
    }

    /// Requests to every path that fail before or within the backend, whatever the action.
    private var flawed: [Request] {
        operations.flatMap { path, method, _ in
            let good = Request(
                method: method, path: path, authorization: "Bearer \(GoldenTests.token)",
                contentType: "application/json",
                body: .bytes(Array(#"{"contact_id": "1", "tag": "t"}"#.utf8)))
            let create = good.with { $0.body = .bytes(Array(#"{"phone": "+15550000001"}"#.utf8)) }
            let bodies = [
                good.with { $0.body = .late }, good.with { $0.body = .tooLarge(limit: 5) },
                good.with { $0.body = .bytes([0x78]) }, good.with { $0.contentType = "text/plain" },
            ]
            return [
                good, create, good.with { $0.method = "PUT" },
                good.with { $0.authorization = nil },
            ] + (method == "GET" ? [] : bodies)
        }
    }
}

extension Request {
    fileprivate func with(_ change: (inout Request) -> Void) -> Request {
        var copy = self
        change(&copy)
        return copy
    }
}
