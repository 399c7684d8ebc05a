"""The tools of /mcp with the protocol's own client, of release 1 or 2."""

import asyncio
import os
from importlib.metadata import version

url = os.environ["API_URL"].removesuffix("/api") + "/mcp"
headers = {"Authorization": f"Bearer {os.environ['QYVO_TOKEN']}"}


async def story(call, names: list[str]) -> None:
    assert names == ["list_contacts", "tag_contact", "delete_contact"], names
    is_error, page = await call("list_contacts", {"opted_in_only": False, "per_page": 1})
    assert not is_error and page["meta"]["last_page"] == 1, page
    contact = page["data"][0]["id"]
    is_error, tagged = await call("tag_contact", {"id": contact, "add_tags": ["mcp"]})
    assert not is_error and "mcp" in tagged["tags"], tagged
    is_error, untagged = await call("tag_contact", {"id": contact, "remove_tags": ["mcp"]})
    assert not is_error and "mcp" not in untagged["tags"], untagged
    is_error, refused = await call("delete_contact", {"id": "nobody"})
    assert is_error and refused == {"error": "Contact not found"}, refused


async def release_1() -> None:
    from mcp import ClientSession
    from mcp.client.streamable_http import streamablehttp_client

    async with (
        streamablehttp_client(url, headers=headers) as (reader, writer, _),
        ClientSession(reader, writer) as session,
    ):
        await session.initialize()
        await session.send_ping()

        async def call(name: str, arguments: dict) -> tuple[bool, dict]:
            result = await session.call_tool(name, arguments)
            return result.isError, result.structuredContent

        await story(call, [tool.name for tool in (await session.list_tools()).tools])


async def release_2(mode: str, revision: str) -> None:
    import httpx2
    from mcp.client.client import Client
    from mcp.client.streamable_http import streamable_http_client

    async with (
        httpx2.AsyncClient(headers=headers) as http,
        Client(streamable_http_client(url, http_client=http), mode=mode) as client,
    ):
        assert client.protocol_version == revision, client.protocol_version

        async def call(name: str, arguments: dict) -> tuple[bool, dict]:
            result = await client.call_tool(name, arguments)
            return result.is_error, result.structured_content

        await story(call, [tool.name for tool in (await client.list_tools()).tools])


if version("mcp").startswith("1."):
    asyncio.run(release_1())
else:
    asyncio.run(release_2("auto", "2026-07-28"))
    asyncio.run(release_2("legacy", "2025-11-25"))
