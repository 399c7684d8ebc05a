import ContactServer
import JSONText

/// A golden file: requests with the answers they get, in order.
///
/// A block is a request line, header fields, and a body; after the arrow stand the status, the
/// header fields and the body of the answer. Blank lines part blocks, `#` begins a remark.
/// `GOOD` stands for the right token; requests without `Authorization` carry it.
struct Transcript {
    struct Exchange {
        var remark: [String] = []
        var request: Request
        var requestLines: [String] = []
        var answer: [String] = []

        var text: String { (remark + requestLines + answer).joined(separator: "\n") }
    }

    var exchanges: [Exchange] = []

    init(_ text: String, token: String) {
        for block in text.split(separator: "\n\n") {
            let lines = block.split(separator: "\n").map(String.init)
            let remark = lines.filter { $0.hasPrefix("#") }
            let rest = lines.filter { !$0.hasPrefix("#") }
            guard let arrow = rest.firstIndex(where: { $0.hasPrefix("=> ") }) else { continue }
            let asked = Array(rest[..<arrow])
            exchanges.append(
                Exchange(
                    remark: remark, request: Transcript.request(asked, token: token),
                    requestLines: asked, answer: Array(rest[arrow...])))
        }
    }

    private static func request(_ lines: [String], token: String) -> Request {
        let words = lines[0].split(separator: " ").map(String.init)
        var request = Request(
            method: words[0], path: words[1], authorization: "Bearer \(token)",
            contentType: "application/json")
        var rest = lines.dropFirst()
        while let match = rest.first?.wholeMatch(of: /([A-Z][A-Za-z-]+): ?(.*)/) {
            let value = match.2.replacing("GOOD", with: token)
            let field = value.isEmpty ? nil : String(value)
            if match.1 == "Authorization" { request.authorization = field }
            if match.1 == "Content-Type" { request.contentType = field }
            if match.1 == "MCP-Protocol-Version" { request.mcp.version = field }
            if match.1 == "Mcp-Method" { request.mcp.method = field }
            if match.1 == "Mcp-Name" { request.mcp.name = field }
            if match.1 == "Origin" { request.mcp.origin = field }
            if match.1 == "Host" { request.mcp.host = field }
            rest = rest.dropFirst()
        }
        request.body = .bytes(Array(rest.joined(separator: "\n").utf8))
        return request
    }

    /// An answer as it stands in a golden file: what was made just now is named, not shown.
    static func lines(of response: Response) -> [String] {
        let fields = response.fields.map { "\($0.name): \($0.value)" }
        guard response.hasBody else { return ["=> \(response.status)"] + fields }
        let body = response.body.prettyText
            .replacing(/20(2[5-9]|[3-9]\d)-\d\d-\d\dT[0-9:]+\+00:00/, with: "NOW")
            .replacing(/file-[0-9a-f]{16}/, with: "BOOK")
            .replacing(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/, with: "UUID")
        return ["=> \(response.status)"] + fields + body.split(separator: "\n").map(String.init)
    }
}
