"""The calls of the API's reference with httpx."""

import os

import httpx

url = os.environ["API_URL"]
phone = "+15551058756"


def tell(response: httpx.Response) -> None:
    print(response.text, response.status_code, sep="\n")


with httpx.Client(
    base_url=url, headers={"Authorization": f"Bearer {os.environ['QYVO_TOKEN']}"}
) as client:

    def action(name: str, body: dict | None = None) -> None:
        tell(client.post(f"/v1/actions/{name}", json=body))

    tell(client.get("/v1/me"))
    action(
        "create-contact",
        {"phone": "+1 555 105 8756", "name": "Ana Pérez", "tags": "vip, eu", "metadata": {}},
    )
    action(
        "update-contact",
        {
            "phone": phone,
            "name": "Ana",
            "tags": ["vip", "new"],
            "metadata": {"plan": "gold", "ltv": 9120.5},
        },
    )
    action("update-contact", {"phone": phone, "email": "", "metadata": {}})
    action("add-tag", {"phone": phone, "tag": "späť"})
    action("remove-tag", {"phone": phone, "tag": "new"})
    action("get-contact", {"phone": phone})
    action("search-contacts")
    action("list-tags")
    action("update-contact", {"phone": "+15550000000", "name": "Nobody"})
    action("update-contact", {"phone": phone, "email": "none"})

tell(httpx.get(f"{url}/v1/me"))
