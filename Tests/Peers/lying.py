"""A server that lies: every answer is wrong in a way of its own, and none may be believed."""

import http.server
import json
import threading

from premises import Home, contact

ESCAPES = "\x1b]0;owned\x07\x1b[2J\u202e"
TRUE = contact(1)


def listed(rows, page, last, total):
    content = {"data": rows, "meta": {"current_page": page, "last_page": last, "total": total}}
    return {"structuredContent": content, "content": [], "resultType": "complete"}


class Liar(http.server.BaseHTTPRequestHandler):
    """Tells the truth but for the one call that it lies about."""

    protocol_version = "HTTP/1.1"
    lies, calls = {}, []

    def log_message(self, *_):
        pass

    def do_GET(self):
        self.answer("me", {}, {"id": "u", "tenant": {"id": "t", "name": "T"}})

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        name = self.path.rsplit("/", 1)[-1]
        if name != "mcp":
            truth = {"add-tag": {**TRUE, "tag_added": body.get("tag"), "tags": ["old", "x"]},
                     "update-contact": {**TRUE, "name": body.get("name")}}
            return self.answer(name, body, truth.get(name, TRUE))
        number = body["params"].get("arguments", {}).get("page", 1)
        result = Liar.lies.get("pages", lambda n: listed([TRUE], n, 1, 1))(number)
        self.answer(name, body, {"jsonrpc": "2.0", "id": body["id"], "result": result})

    def answer(self, name, body, truth):
        Liar.calls.append(name)
        lie = Liar.lies.get(name, truth)
        text = json.dumps(lie(body) if callable(lie) else lie).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        try:
            self.wfile.write(text)
        except ConnectionError:
            # Nobody reads on where it is too much.
            pass


def story(home, lies, words, status, says=""):
    """What a command makes of a lie; nothing of it reaches the terminal as it came."""
    Liar.lies, Liar.calls = lies, []
    told = home.run(*words)
    assert told.returncode == status, (words, status, told.returncode, told.stderr[:500])
    assert says in told.stderr, (words, says, told.stderr[:500])
    assert "\x1b" not in told.stdout + told.stderr, words
    assert len(told.stderr) < 5000, words


def main():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Liar)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    show, update = ["show", "id1"], ["update", "id1", "--name", "New"]
    list_all, tag = ["list", "--sort", "name"], ["tag", "--all", "--add", "x"]
    huge = {**TRUE, "name": ESCAPES * 1_000_000}
    large = {**TRUE, "name": ESCAPES * 2000}
    with Home(f"http://127.0.0.1:{server.server_port}") as home:
        story(home, {}, show, 0)
        for odd in ([], "x", 5, None, {}, {"id": 5}, {"id": [], "phone": {}}):
            story(home, {"get-contact": odd}, show, 65, "answered what the API does not")
        story(home, {"get-contact": {**TRUE, "id": "id2"}}, show, 65, "id2 where id1")
        story(home, {"get-contact": {**TRUE, "id": ESCAPES}}, show, 65, "where id1")
        story(home, {"get-contact": huge}, show, 65, "more than 8388608 bytes")
        story(home, {"get-contact": large}, show, 0)
        story(home, {"pages": lambda n: listed([large], n, 1, 1)}, list_all, 0)
        for odd in ({"id": "id1", "name": {"a": 1}, "tags": "x", "metadata": []}, {**TRUE, "tags": 5}):
            story(home, {"pages": lambda n, odd=odd: listed([odd], n, 1, 1)}, list_all, 0)
        # Pages that go round, never end, or are others than were asked for.
        story(home, {"pages": lambda n: listed([TRUE], n, 99, 1)}, list_all, 65, "meta")
        story(home, {"pages": lambda n: listed([contact(n)], n, n + 1, 3)}, list_all, 65, "meta")
        assert len(Liar.calls) < 200, len(Liar.calls)
        story(home, {"pages": lambda n: listed([TRUE], 7, 9, 1)}, ["sync"], 65, "not read anew")
        story(home, {"me": {"id": {}}}, ["sync"], 65, "id")
        # A write is believed where the contact reads so, and not where it does not.
        other = {**TRUE, "id": "id2"}
        story(home, {"update-contact": other}, update, 65, "id2 where id1")
        seen = iter([TRUE, {**TRUE, "name": "New"}])
        story(home, {"update-contact": other, "get-contact": lambda _: next(seen)}, update, 0)
        assert Liar.calls.count("update-contact") == 1
        story(home, {"add-tag": {"id": "id1"}}, tag, 65, "tags")
        story(home, {"add-tag": {"id": "id1", "tags": 7}}, tag, 65, "tags")
        assert home.status()["changes"] == []
    print("a server that lies is not believed, and nothing of it reaches the terminal")


main()
