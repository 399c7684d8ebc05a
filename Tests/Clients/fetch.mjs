// The calls of the API's reference with fetch.
const { API_URL, QYVO_TOKEN } = process.env;

const tell = async (response) => console.log(`${await response.text()}\n${response.status}`);

const action = async (name, body) =>
  tell(
    await fetch(`${API_URL}/v1/actions/${name}`, {
      method: "POST",
      headers: {
        Authorization: `Bearer ${QYVO_TOKEN}`,
        Accept: "application/json",
        "Content-Type": "application/json",
      },
      body: body && JSON.stringify(body),
    }),
  );

const phone = "+15551058756";
await tell(await fetch(`${API_URL}/v1/me`, { headers: { Authorization: `Bearer ${QYVO_TOKEN}` } }));
await action("create-contact", {
  phone: "+1 555 105 8756",
  name: "Ana Pérez",
  tags: "vip, eu",
  metadata: {},
});
await action("update-contact", {
  phone,
  name: "Ana",
  tags: ["vip", "new"],
  metadata: { plan: "gold", ltv: 9120.5 },
});
await action("update-contact", { phone, email: "", metadata: {} });
await action("add-tag", { phone, tag: "späť" });
await action("remove-tag", { phone, tag: "new" });
await action("get-contact", { phone });
await action("search-contacts");
await action("list-tags");
await action("update-contact", { phone: "+15550000000", name: "Nobody" });
await action("update-contact", { phone, email: "none" });
await tell(await fetch(`${API_URL}/v1/me`));
