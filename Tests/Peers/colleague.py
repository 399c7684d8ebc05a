"""A colleague changes the same contacts during a run; a run is stopped, gone on with and undone."""

import json
import signal
import subprocess
import time

from premises import Home, Shop, wait_for

COUNT = 1000


def tags_of(shop):
    return {c["id"]: c["tags"] for c in shop.contacts()}


def queue(home, shop, *words):
    """Queues a run while there is no server."""
    shop.kill()
    home.run(*words, status=75)
    shop.open()
    assert home.status()["waiting"] == COUNT


def part(home, shop, least, sign=signal.SIGINT):
    """Sends the queue until enough is through, and ends it there."""
    sender = home.start("sync")
    wait_for(lambda: len(shop.statuses("add-tag")) >= least, "a part of the run")
    sender.send_signal(sign)
    sender.wait()
    return home.status()["waiting"]


def meanwhile():
    """Others' tags stay, their deletions are told by name, and nobody is written twice."""
    with Shop(COUNT) as shop, Home(f"http://127.0.0.1:{shop.port}") as home, \
            Home(f"http://127.0.0.1:{shop.port}") as other:
        home.run("sync", status=0)
        sender = home.start("tag", "--all", "--add", "mine")
        plan = other.folder / "plan.jsonl"
        plan.write_text("".join(
            json.dumps({"contact_id": f"id{n}", "add_tags": ["theirs"], "remove_tags": ["old"]})
            + "\n" for n in reversed(range(0, COUNT, 2))))
        wait_for(lambda: len(shop.statuses("add-tag")) > 20, "the run")
        other.run("apply", str(plan), status=0)
        sender.wait()
        assert sender.returncode == 0, sender.returncode
        for name, tags in tags_of(shop).items():
            wanted = {"mine", "theirs"} if int(name[2:]) % 2 == 0 else {"mine", "old"}
            assert set(tags) == wanted and len(tags) == 2, (name, tags)
        home.run("sync", status=0)
        known = home.run("list", "tag:theirs", "--format", "jsonl", status=0)
        assert len(known.stdout.splitlines()) == COUNT // 2
    print(f"a colleague in the same {COUNT} contacts: both runs are whole")


def gone():
    """Contacts that a colleague deleted are refused by name; the others are changed."""
    with Shop(COUNT) as shop, Home(f"http://127.0.0.1:{shop.port}") as home:
        home.run("sync", status=0)
        queue(home, shop, "tag", "--all", "--add", "mine")
        shop.kill()
        shop.without({"id3", "id500"})
        shop.open()
        told = home.run("sync", status=2)
        assert "N3, +mine: deleted on the server" in told.stderr, told
        status = home.status()
        assert (status["waiting"], status["refused"]) == (0, 2), status
        assert {c["contact"] for c in status["changes"]} == {"N3", "N500"}, status
        home.run("sync", "--drop", "--yes", status=0)
        assert all(tags == ["old", "mine"] for tags in tags_of(shop).values())
    print("two of them deleted meanwhile: refused by name, the others changed")


def halfway(sign):
    """A run that was stopped in the middle goes on, or is taken back whole.

    Up to 256 tags that are through are noted at once: a kill before that leaves all of them to send.
    """
    with Shop(COUNT) as shop, Home(f"http://127.0.0.1:{shop.port}") as home:
        home.run("sync", status=0)
        queue(home, shop, "tag", "--all", "--add", "mine")
        left = part(home, shop, 400, sign)
        assert 0 < left < COUNT, left
        told = home.run("log", "--limit", "1", status=0).stdout
        assert "1000" in told or "1,000" in told, told
        home.run("undo", status=0)
        home.run("sync", status=0)
        status = home.status()
        assert status["waiting"] + status["refused"] + status["in_conflict"] == 0, status
        assert all(tags == ["old"] for tags in tags_of(shop).values())
        home.run("redo", status=0)
        home.run("sync", status=0)
        assert all(tags == ["old", "mine"] for tags in tags_of(shop).values())
    print(f"stopped by {sign.name} with {left} left: undone whole, redone whole")


def resumed():
    """What Ctrl-C left in the queue is sent by the next sync."""
    with Shop(COUNT) as shop, Home(f"http://127.0.0.1:{shop.port}") as home:
        home.run("sync", status=0)
        queue(home, shop, "tag", "--all", "--add", "mine")
        for least in (100, 300, 600):
            part(home, shop, least)
        home.run("sync", status=0)
        assert all(tags == ["old", "mine"] for tags in tags_of(shop).values())
        calls = len(shop.statuses("add-tag"))
        assert calls == COUNT, calls
    print(f"stopped three times and gone on with: {COUNT} calls for {COUNT} contacts")


def ended(sign):
    """An import that is ended tells what it did; the rest stays queued where no person ended it."""
    with Shop(COUNT) as shop, Home(f"http://127.0.0.1:{shop.port}") as home:
        home.run("sync", status=0)
        numbers = {c["id"]: c["phone"] for c in shop.contacts()}
        table = home.folder / "people.csv"
        table.write_text("phone,name,tags\n" + "".join(
            f"{number},New {name},mine\n" for name, number in numbers.items()))
        importing = home.start("import", str(table), stdout=subprocess.PIPE)
        wait_for(lambda: len(shop.statuses("update-contact")) >= 50, "a part of the import")
        importing.send_signal(sign)
        told, _ = importing.communicate()
        begun = [c for c in shop.contacts() if c["name"].startswith("New") or "mine" in c["tags"]]
        assert f" {len(begun)} updated," in " " + told, (told, len(begun))
        isKept = sign == signal.SIGTERM
        assert importing.returncode == (75 if isKept else 2), importing.returncode
        assert (home.status()["waiting"] > 0) == isKept, home.status()
        home.run("sync", status=0)
        done = [c for c in shop.contacts() if c["name"].startswith("New") and "mine" in c["tags"]]
        assert (len(done) == COUNT) == isKept, len(done)
    print(f"an import ended by {sign.name}: {len(begun)} told, {len(done)} after the next sync")


start = time.monotonic()
meanwhile()
gone()
halfway(signal.SIGINT)
halfway(signal.SIGKILL)
resumed()
ended(signal.SIGINT)
ended(signal.SIGTERM)
print(f"{time.monotonic() - start:.0f} s")
