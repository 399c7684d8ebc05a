"""A shop's contacts behind `patchbook serve`, and a person's home to reach them from."""

import json
import os
import pathlib
import random
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time

PROGRAM = os.environ["PATCHBOOK"]
TOKEN = "pat-canary-0123456789abcdefghijklmnopqrstuvwxyz"


def contact(number):
    return {
        "id": f"id{number}",
        "phone": f"+1555{1_000_000 + number}",
        "name": f"N{number}",
        "tags": ["old"],
        "metadata": {},
    }


def wait_for(answer, what, seconds=30):
    """Asks until the answer is of use."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = answer()
        if found:
            return found
        time.sleep(0.01)
    raise AssertionError(f"never came: {what}")


def free_port():
    """A port below those that Linux gives to connections by itself, so that it stays free until
    it is listened to, and while its server is away."""
    while True:
        port = random.randrange(10_000, 32_768)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


def is_listening(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Shop:
    """A file of contacts with a server over it, which can be killed and started anew."""

    def __init__(self, count, limit=1_000_000):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="patchbook-peer-"))
        self.file = self.folder / "contacts.json"
        self.file.write_text(json.dumps([contact(n) for n in range(count)]))
        self.log = self.folder / "access.log"
        self.port, self.limit, self.server = free_port(), limit, None

    def __enter__(self):
        self.open()
        return self

    def __exit__(self, *_):
        self.kill(signal.SIGTERM)
        shutil.rmtree(self.folder)

    def open(self):
        self.server = subprocess.Popen(
            [PROGRAM, "serve", "--file", self.file, "--listen", f"127.0.0.1:{self.port}",
             "--rate-limit", str(self.limit), "--mcp-rate-limit", "1000000"],
            env=environment(self.folder, PATCHBOOK_SERVE_TOKEN=TOKEN),
            stderr=self.log.open("a"), cwd=self.folder)
        wait_for(lambda: is_listening(self.port), "the server")

    def kill(self, sign=signal.SIGKILL):
        self.server.send_signal(sign)
        self.server.wait()

    def contacts(self):
        """The contacts as the file and its journal have them."""
        told = subprocess.run(
            [PROGRAM, "list", "--format", "jsonl", "--file", self.file],
            env=environment(self.folder), capture_output=True, text=True, check=True)
        return [json.loads(line) for line in told.stdout.splitlines()]

    def without(self, ids):
        """Takes contacts away, while the server is not running."""
        kept = [c for c in self.contacts() if c["id"] not in ids]
        for name in (".journal", ".history"):
            self.file.with_name(self.file.name + name).unlink(missing_ok=True)
        self.file.write_text(json.dumps(kept))

    def statuses(self, path):
        """What calls of an action were answered, in order."""
        return [int(s) for s in re.findall(rf"{path} (\d+) ", self.log.read_text())]


def environment(folder, **more):
    return {
        "PATH": os.environ["PATH"], "HOME": str(folder), "LANG": "C.UTF-8",
        "TERM": "xterm-256color", "XDG_STATE_HOME": str(folder / "state"), **more}


class Home:
    """A person's home whose profile `shop` leads to an address."""

    def __init__(self, address, **settings):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="patchbook-home-"))
        self.lead_to(address, **settings)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.folder)

    def lead_to(self, address, **settings):
        lines = "".join(f"{name} = {json.dumps(value)}\n" for name, value in settings.items())
        (self.folder / "config.toml").write_text(
            f'[profiles.shop]\nbase_url = "{address}"\ntoken_env = "SHOP_TOKEN"\n{lines}')

    def environment(self, **more):
        return environment(
            self.folder, PATCHBOOK_CONFIG=str(self.folder / "config.toml"),
            PATCHBOOK_PROFILE="shop", SHOP_TOKEN=TOKEN, **more)

    def run(self, *words, status=None, seconds=120):
        """Runs the program to its end."""
        told = subprocess.run(
            [PROGRAM, *words], env=self.environment(), capture_output=True, text=True,
            timeout=seconds)
        assert TOKEN not in told.stdout + told.stderr
        assert status is None or told.returncode == status, (words, told)
        return told

    def start(self, *words, stdout=subprocess.DEVNULL):
        return subprocess.Popen(
            [PROGRAM, *words], env=self.environment(), stdout=stdout, stderr=subprocess.DEVNULL,
            text=True)

    def status(self):
        return json.loads(self.run("sync", "--status", "--json", status=0).stdout)
