"""An MCP server of 250 contacts, made with whichever version of the PyPI package is there."""

import sys

import uvicorn

try:
    from mcp.server.fastmcp import FastMCP as Server
except ImportError:
    from mcp.server import MCPServer as Server

CONTACTS = [
    {"id": f"id{n}", "phone": f"+1555{1_000_000 + n}", "name": f"N{n}", "metadata": {}}
    for n in range(250)
]
server = Server("shop")


@server.tool()
def list_contacts(page: int = 1, per_page: int = 25, opted_in_only: bool = True) -> dict:
    """Lists contacts; none of them has opted in."""
    contacts = [] if opted_in_only else CONTACTS
    return {
        "data": contacts[(page - 1) * per_page : page * per_page],
        "meta": {
            "current_page": page,
            "last_page": max(1, -(-len(contacts) // per_page)),
            "per_page": per_page,
            "total": len(contacts),
        },
    }


port, answers = int(sys.argv[1]), sys.argv[2]
try:
    application = server.streamable_http_app(json_response=answers == "json")
except TypeError:
    server.settings.json_response = answers == "json"
    application = server.streamable_http_app()
uvicorn.run(application, host="127.0.0.1", port=port, log_level="warning")
