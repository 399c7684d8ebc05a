import ContactClient
import JSONText

/// What `POST /mcp` answers: the tools by which a remote editor lists everything (Model Context
/// Protocol, revision 2026-07-28, and those with a handshake back to 2024-11-05).
///
/// Every answer is plain JSON and no session is kept, so that any request may come first.
struct MCPEndpoint: Sendable {
    let tools: MCPTools
    /// Who answers, by name and version.
    private let identity: JSONValue

    init(tools: MCPTools, version: String) {
        self.tools = tools
        identity = .object(["name": .string("patchbook"), "version": .string(version)])
    }

    /// The answer to one message.
    func respond(to request: Request) async -> Response {
        let bytes: [UInt8]
        do throws(Refusal) {
            try MCPEndpoint.checkOrigin(request.mcp)
            bytes = try RequestBody.bytes(of: request)
        } catch {
            return error.response
        }
        do throws(JSONSyntaxError) {
            let body = try JSONValue(parsing: bytes, depthLimit: RequestBody.depthLimit)
            return await respond(to: body, request.mcp)
        } catch {
            return MCPFailure(.notJSON, error.sentence).response(to: .null, isModern: true)
        }
    }

    private func respond(to body: JSONValue, _ fields: Request.MCPFields) async -> Response {
        let message: MCPRequest
        do throws(MCPFailure) {
            if let name = body.object?.repeatedNameWithin {
                throw MCPFailure(.invalidRequest, "The body says \"\(name)\" twice.")
            }
            message = try MCPRequest(body)
        } catch {
            return error.response(to: MCPRequest.id(in: body) ?? .null, isModern: true)
        }
        guard let id = message.id else { return .accepted }
        let isModern: Bool
        do throws(MCPFailure) {
            isModern = try message.isModern(fields)
        } catch {
            return error.response(to: id, isModern: true)
        }
        do throws(MCPFailure) {
            let result = try await answer(to: message, isModern)
            return Response(
                200, .object(["jsonrpc": .string("2.0"), "id": id, "result": .object(result)]))
        } catch {
            return error.response(to: id, isModern: isModern)
        }
    }

    private func answer(
        to message: MCPRequest, _ isModern: Bool
    ) async throws(MCPFailure) -> JSONObject {
        switch (message.method, isModern) {
        case ("tools/call", _):
            let result = try await call(message.parameters)
            return isModern ? complete(result) : result
        case ("tools/list", true):
            return cacheable(["tools": MCPTools.described])
        case ("tools/list", false):
            return ["tools": MCPTools.described]
        case ("server/discover", true):
            return cacheable([
                "supportedVersions": .array(MCPVersion.all.map(JSONValue.string)),
                "capabilities": MCPEndpoint.capabilities,
            ])
        case ("initialize", false): return handshake(message.parameters)
        case ("ping", false): return [:]
        default: throw MCPFailure(.unknownMethod, "Method not found")
        }
    }

    private func call(_ parameters: JSONObject) async throws(MCPFailure) -> JSONObject {
        guard let name = parameters["name"]?.text else {
            throw MCPFailure(.invalidParameters, "The name of a tool is missing.")
        }
        guard let tool = MCPTools.Name(rawValue: name) else {
            throw MCPFailure(.invalidParameters, "There is no tool of this name.")
        }
        switch parameters["arguments"] ?? .null {
        case .null: return try await tools.call(tool, [:])
        case .object(let arguments): return try await tools.call(tool, arguments)
        case .array(let elements) where elements.isEmpty: return try await tools.call(tool, [:])
        default: throw MCPFailure(.invalidParameters, "The arguments must be an object.")
        }
    }

    /// A page of another site must not reach a server that only this machine can reach.
    private static func checkOrigin(_ fields: Request.MCPFields) throws(Refusal) {
        guard let origin = fields.origin else { return }
        let authority = origin.split(separator: "//", maxSplits: 1).last.map(String.init)
        guard let host = fields.host, authority?.lowercased() == host.lowercased() else {
            throw Refusal(.error(403, "This origin may not call."))
        }
    }

    private static let capabilities = JSONValue.object(["tools": .object([:])])

    private func handshake(_ parameters: JSONObject) -> JSONObject {
        let wanted = parameters["protocolVersion"]?.text
        let version = MCPVersion.handshake.first { $0 == wanted } ?? MCPVersion.handshake[0]
        return [
            "protocolVersion": .string(version), "capabilities": MCPEndpoint.capabilities,
            "serverInfo": identity,
        ]
    }

    private func complete(_ result: JSONObject) -> JSONObject {
        var result = result
        result["resultType"] = .string("complete")
        result["_meta"] = .object(["io.modelcontextprotocol/serverInfo": identity])
        return result
    }

    /// What never changes while the server runs may be kept for an hour.
    private func cacheable(_ result: JSONObject) -> JSONObject {
        var result = complete(result)
        result["ttlMs"] = .number(JSONNumber(3_600_000))
        result["cacheScope"] = .string("private")
        return result
    }
}
