"""Servers over one file, each answering many edits while the others write too, some of them
killed and started anew: every edit that was answered is there."""

import http.client
import json
import os
import random
import subprocess
import sys
import threading

from book import PROGRAM, Book, expect

SERVERS = 8
CONTACTS = 20
TOKEN = "pat-" + "0123456789abcdef" * 4


class Server:
    """A running `patchbook serve` and a connection to it."""

    def __init__(self, book):
        self.process = subprocess.Popen(
            [PROGRAM, "serve", "--file", book.path, "--listen", "127.0.0.1:0",
             "--rate-limit", "1000000", "--quiet"],
            env={**os.environ, "PATCHBOOK_SERVE_TOKEN": TOKEN, "HOME": book.folder + "/none"},
            stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        line = self.process.stderr.readline()
        expect(line.startswith("patchbook: serving"), line)
        self.connection = http.client.HTTPConnection(
            "127.0.0.1", int(line.strip().rsplit(":", 1)[1]), timeout=60)

    def update(self, body):
        """The status of the answer; None where the server died before it answered."""
        headers = {"Authorization": "Bearer " + TOKEN, "Content-Type": "application/json"}
        try:
            self.connection.request(
                "POST", "/api/v1/actions/update-contact", json.dumps(body), headers)
            answer = self.connection.getresponse()
            answer.read()
            return answer.status
        except (ConnectionError, http.client.HTTPException):
            return None

    def end(self, kill):
        self.connection.close()
        self.process.kill() if kill else self.process.terminate()
        _, words = self.process.communicate(timeout=60)
        return words


class Writer(threading.Thread):
    """Sends edits one after the other; now and then its server is killed at some moment."""

    def __init__(self, book, number, edits):
        super().__init__()
        self.book = book
        self.number = number
        self.edits = edits
        self.random = random.Random(number)
        self.answered = {}
        self.attempted = {}
        self.kills = 0
        self.problems = []

    def run(self):
        try:
            server = Server(self.book)
            for edit in range(self.edits):
                server = self.send(server, edit)
            words = server.end(kill=False)
            expect(server.process.returncode == 0, server.process.returncode, words)
        except Exception as problem:  # Whatever it is, the run has failed.
            self.problems.append(repr(problem))

    def send(self, server, edit):
        """Sends one edit and answers the server that takes the next one."""
        contact = f"c{self.random.randrange(CONTACTS)}"
        self.attempted.setdefault(contact, []).append(edit)
        timer = None
        if self.random.random() < 0.01:
            timer = threading.Timer(self.random.uniform(0, 0.02), server.process.kill)
            timer.start()
        status = server.update(
            {"contact_id": contact, "metadata": {f"w{self.number}": edit}})
        if status == 200:
            self.answered[contact] = edit
        else:
            expect(status is None and timer, "answered", status)
        if not timer:
            return server
        timer.join()
        server.end(kill=True)
        self.kills += 1
        return Server(self.book)


def main(edits):
    text = "[" + ",\n".join(f'{{"id":"c{number}"}}' for number in range(CONTACTS)) + "]\n"
    with Book(text) as book:
        writers = [Writer(book, number, edits) for number in range(SERVERS)]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()
        problems = [problem for writer in writers for problem in writer.problems]
        expect(not problems, *problems)
        book.done("update", "c0", "--name", "last", "--quiet")
        contacts = book.folded()
        for writer in writers:
            for contact, edit in writer.answered.items():
                found = contacts[contact].get("metadata", {}).get(f"w{writer.number}")
                # A killed edit that came after may be there or not.
                allowed = [late for late in writer.attempted[contact] if late >= edit]
                expect(found in allowed, contact, "of server", writer.number, "is", found)
        kills = sum(writer.kills for writer in writers)
    print(f"{SERVERS} servers, {edits} edits each, {kills} killed: nothing was lost", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
