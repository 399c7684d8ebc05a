"""An MCP server of 250 contacts, made with whichever version of the PyPI package is there.

The first line it prints is its port.
"""

import socket
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


answers = sys.argv[1]
try:
    application = server.streamable_http_app(json_response=answers == "json")
except TypeError:
    server.settings.json_response = answers == "json"
    application = server.streamable_http_app()
with socket.create_server(("127.0.0.1", 0)) as listener:
    print(listener.getsockname()[1], flush=True)
    uvicorn.Server(uvicorn.Config(application, log_level="warning")).run([listener])
