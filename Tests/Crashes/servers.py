"""Servers over one file, each answering many edits while the others write too, some of them
killed and started anew: every edit that was answered is there."""

import http.client
import json
import os
import subprocess
import sys
import threading

from book import PROGRAM, expect
from writers import Writer, write_at_once

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


class ServedWriter(Writer):
    """Writes by a server of its own; one edit in a hundred kills it at some moment."""

    server = None

    def write(self, contact, edit):
        self.server = self.server or Server(self.book)
        timer = None
        if self.random.random() < 0.01:
            wait = self.random.uniform(0, 0.02)
            timer = threading.Timer(wait, self.server.process.kill)
            timer.start()
        status = self.server.update({"contact_id": contact, "metadata": {self.key: edit}})
        expect(status == 200 or status is None and timer, "answered", status)
        if timer:
            timer.join()
            self.server.end(kill=True)
            self.server = None
            self.kills += 1
        return status == 200

    def end(self):
        if self.server:
            words = self.server.end(kill=False)
            expect(self.server.process.returncode == 0, words)


if __name__ == "__main__":
    with write_at_once(ServedWriter, int(sys.argv[1]) if len(sys.argv) > 1 else 1000):
        pass
