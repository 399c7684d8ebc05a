"""The network pulled, the sender and the server killed, at random moments of a run."""

import json
import random
import signal
import socket
import struct
import sys
import threading
import time

from premises import Home, Shop, free_port, wait_for

COUNT = 1000


class Cable:
    """Carries bytes to a port until it is pulled; every connection then ends with a reset."""

    def __init__(self, target):
        self.target, self.port = target, free_port()
        self.pairs, self.is_pulled, self.lock = set(), False, threading.Lock()
        self.listener = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            near, _ = self.listener.accept()
            if self.is_pulled:
                reset(near)
                continue
            try:
                far = socket.create_connection(("127.0.0.1", self.target))
            except OSError:
                reset(near)
                continue
            with self.lock:
                self.pairs.add((near, far))
            for ends in ((near, far), (far, near)):
                threading.Thread(target=self.carry, args=ends, daemon=True).start()

    def carry(self, source, sink):
        try:
            while block := source.recv(65536):
                sink.sendall(block)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            reset(source)
            reset(sink)

    def pull(self, seconds):
        with self.lock:
            self.is_pulled = True
            pairs, self.pairs = self.pairs, set()
        for near, far in pairs:
            reset(near)
            reset(far)
        time.sleep(seconds)
        self.is_pulled = False


def reset(end):
    try:
        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        end.shutdown(socket.SHUT_RDWR)
        end.close()
    except OSError:
        pass


def run(seed, name, start, check):
    """Starts a run, breaks things until it is over, and checks what came of it."""
    chance = random.Random(seed)
    with Shop(COUNT) as shop:
        cable = Cable(shop.port)
        with Home(f"http://127.0.0.1:{cable.port}") as home:
            home.run("sync", status=0)
            sender = home.start(*start(home))
            # Before it is queued nothing is promised.
            wait_for(lambda: home.status()["waiting"] or sender.poll() is not None, "the queue")
            breaks = 0
            while breaks < 14 or sender.poll() is None:
                time.sleep(chance.uniform(0.01, 0.25))
                what = chance.choice(["cable", "cable", "sender", "server"])
                if breaks >= 14:
                    what = "nothing"
                elif what == "cable":
                    cable.pull(chance.uniform(0, 0.1))
                elif what == "sender":
                    sender.send_signal(signal.SIGKILL)
                    sender.wait()
                else:
                    shop.kill()
                    shop.open()
                breaks += what != "nothing"
                if sender.poll() is not None and home.status()["waiting"] > 0:
                    sender = home.start("sync")
            told = home.run("sync")
            for _ in range(20):
                if told.returncode != 75:
                    break
                told = home.run("sync")
            status = home.status()
            assert told.returncode == 0, (seed, told, status)
            assert status["waiting"] + status["refused"] + status["in_conflict"] == 0, status
        check(shop)
    print(f"{name}: {COUNT} contacts, {breaks} breaks, seed {seed}: nothing lost, nothing doubled")


def tagging(home):
    return ["tag", "--all", "--add", "once"]


def every_tag_once(shop):
    contacts = shop.contacts()
    odd = [c["tags"] for c in contacts if c["tags"] != ["old", "once"]]
    assert len(contacts) == COUNT and not odd, (len(odd), odd[:3])


def renaming(home):
    plan = home.folder / "plan.jsonl"
    plan.write_text("".join(
        json.dumps({"contact_id": f"id{n}", "name": f"M{n}"}) + "\n" for n in range(COUNT)))
    return ["apply", str(plan)]


def every_name_once(shop):
    assert sorted(c["name"] for c in shop.contacts()) == sorted(f"M{n}" for n in range(COUNT))


seed = int(sys.argv[1]) if len(sys.argv) > 1 else random.randrange(1 << 30)
run(seed, "tags", tagging, every_tag_once)
run(seed + 1, "names", renaming, every_name_once)
