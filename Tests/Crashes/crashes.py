"""Kills the program at every call it makes on its files, and lets every such call fail in every
way, while it commits, folds, makes a file or puts in order what an earlier crash left. Whatever
happens, the next one who opens the file must see exactly what was acknowledged."""

import fcntl
import json
import os
import struct
import sys
from concurrent.futures import ThreadPoolExecutor

from book import CONTACTS, NEW, Book, Failure, expect, traced

ERRORS = ["ENOSPC", "EIO", "EINTR", "EDQUOT", "ENOLCK"]
WRITES = ["write", "writev"]
# Calls that write nothing fail in one way only.
READING = ["access", "close", "fgetxattr", "newfstatat", "pread64", "readlink"]
MANY = "[" + ",\n".join(f'{{"id":"c{number}","tags":["a"]}}' for number in range(1, 2001)) + "]\n"
# Of more than 16 MiB records are read when they are asked for, and what is not changed is copied by
# the system.
LARGE = CONTACTS.replace("\n]", "".join(
    f',\n{{"id":"f{number}","note":"{"x" * 100_000}"}}' for number in range(168)) + "\n]")


class Scenario:
    """A command, what the folder holds before it, and how to tell that it was done."""

    def __init__(self, name, words, is_done, *, text=CONTACTS, before=None, folds=True, steps=0,
                 query=()):
        self.name = name
        self.words = words
        self.is_done = is_done
        self.text = text
        self.before = before
        self.folds = folds
        self.steps = steps
        self.query = query

    def book(self):
        book = Book(self.text)
        book.query = self.query
        if self.before:
            self.before(book)
        return book


class Presence:
    """Holds the lock that tells others that somebody has the file open: nobody folds then."""

    def __init__(self, book):
        self.file = os.open(book.path + ".lock", os.O_RDWR | os.O_CREAT, 0o600)
        lock = struct.pack("hhqqi4x", fcntl.F_RDLCK, os.SEEK_SET, 1, 1, 0)
        fcntl.fcntl(self.file, 37, lock)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.close(self.file)


def unfolded(book):
    """Leaves a step in the journal, as a killed program does."""
    with Presence(book):
        book.done("update", "c2", "--name", "earlier")


TAIL = '["0123'


def torn(book):
    unfolded(book)
    with open(book.path + ".journal", "a", encoding="utf-8") as journal:
        journal.write(TAIL)


def replaced(book):
    """Another program adds a contact to a file whose journal was not folded."""
    unfolded(book)
    book.original = book.original.replace("\n]", ',\n{"id":"c4"}\n]')
    with open(book.path + ".other", "w", encoding="utf-8") as file:
        file.write(book.original)
    os.rename(book.path + ".other", book.path)


def overwritten(book):
    """Another program sets the very name that waits to be folded."""
    unfolded(book)
    book.original = book.original.replace('{"id":"c2"}', '{"id":"c2","name":"theirs"}')
    with open(book.path, "w", encoding="utf-8") as file:
        file.write(book.original)


def exchanged(book):
    """A folding that was killed when the new file was in place and all else was left to do."""
    unfolded(book)
    calls = traced(book.copy(), ["update", "c2", "--email", "e@example.com"])[1]
    after = next(i for i, call in enumerate(calls) if call.name == "renameat2") + 2
    call = calls[after]
    inject = f"--inject={call.name}:signal=SIGKILL:when={call.count}"
    outcome, _, lines = traced(book, ["update", "c2", "--email", "e@example.com"], inject)
    expect(killed(outcome, lines), "not killed", inject)
    expect(".contacts.json.new" in book.names, book.names)


def named(contact, name):
    return lambda contacts: contacts.get(contact, {}).get("name") == name


EDIT = ["update", "c1", "--name", "new", "--quiet"]
SCENARIOS = [
    Scenario("an edit, and its folding", EDIT, named("c1", "new")),
    Scenario("an edit of an open file", EDIT, named("c1", "new"), before=unfolded, folds=False,
             steps=1),
    Scenario("a bulk change", ["tag", "--all", "--add", "b", "--quiet"],
             lambda contacts: all(row["tags"] == ["a", "b"] for row in contacts.values()),
             text=MANY),
    Scenario("a large file", EDIT, named("c1", "new"), text=LARGE, query=["id:c1"]),
    Scenario("a new file", ["create", "+15550001001", "--name", "new", "--quiet"],
             lambda contacts: any(row["name"] == "new" for row in contacts.values()), text=None),
    Scenario("after a torn write", EDIT, named("c1", "new"), before=torn, steps=1),
    Scenario("after another program", EDIT, named("c1", "new"), before=replaced, steps=1),
    Scenario("after a name was overwritten", EDIT, named("c1", "new"), before=overwritten),
    Scenario("after a folding cut off", EDIT, named("c1", "new"), before=exchanged, steps=2),
]


def run(scenario, book, *inject, only=None):
    if scenario.folds:
        return traced(book, scenario.words, *inject, only=only)
    with Presence(book):
        return traced(book, scenario.words, *inject, only=only)


def killed(outcome, lines):
    return outcome.returncode == -9 and any("killed by SIGKILL" in line for line in lines)


def commit(scenario, calls):
    """Where the one write and the one wait for the disk stand that make the step durable; a
    folding waits once more, for its note in the journal."""
    syncs = [index for index, call in enumerate(calls) if call.name == "fdatasync"]
    synced = syncs[-2] if scenario.folds else syncs[-1]
    wrote = max(index for index in range(synced) if calls[index].name in WRITES)
    return wrote, synced


def expect_kept(scenario, book, must_be_done):
    """What was acknowledged is there; whoever writes next finds nothing in the way; all of it can
    be taken back, to the last byte.

    `must_be_done` is None where the step may be there or not."""
    if scenario.before is overwritten:
        expect_offered(scenario, book, must_be_done)
        return
    if scenario.text is None and not os.path.exists(book.path):
        expect(not must_be_done, "no file")
        book.done(*scenario.words)
        expect(scenario.is_done(book.folded()), "not made by the next one")
        return
    if must_be_done is None:
        must_be_done = scenario.is_done(book.contacts())
    if scenario.text is None:
        book.done("create", "+15550001002", "--name", "after")
    else:
        book.done("update", "c3", "--name", "after", "--quiet")
    now = book.folded()
    expect(scenario.is_done(now) == must_be_done, "done:", not must_be_done)
    if scenario.steps:
        expect(named("c2", "earlier")(now), "an earlier edit is lost")
    if scenario.before is torn:
        # Who was killed while keeping it may have left less.
        kept = [name for name in book.names if ".journal.torn-" in name]
        expect(TAIL in map(book.text_of, kept), "what was cut off is kept nowhere:", kept)
    count = scenario.steps + must_be_done + 1
    expect(book.history_length() == count, "steps:", book.history_length(), "made:", count)
    book.done("undo", str(count))
    if scenario.text is None:
        expect(book.folded() == {}, "not all was taken back")
    else:
        expect(book.text == book.original, "taken back, the file is", book.text[:300])


def expect_offered(scenario, book, must_be_done):
    """What another program overwrote waits for somebody to choose, and can be put on top."""
    now = book.contacts()
    expect(must_be_done in (None, scenario.is_done(now)), "done:", not must_be_done)
    expect(named("c2", "theirs")(now), "the file's value does not stand")
    offered = [one["mine"]["name"] for one in json.loads(book.done("check", "--json"))["conflicts"]]
    expect(offered == ["earlier"], "offered:", offered)
    book.done("check", "--mine", "--quiet")
    expect(scenario.is_done(book.folded()) == scenario.is_done(now), "changed by the choice")
    expect(named("c2", "earlier")(book.folded()), "an overwritten edit is lost")


def kill_at(scenario, start, calls, number):
    call = calls[number]
    wrote, synced = commit(scenario, calls)
    with start.copy() as book:
        inject = f"--inject={call.name}:signal=SIGKILL:when={call.count}"
        outcome, made, lines = run(scenario, book, inject, only=sight(call))
        expect(killed(outcome, lines), "not killed:", outcome.returncode, lines[-1])
        expect(told(made, call) == told(calls[: number + 1], call), "killed elsewhere")
        # Killed at a call means before it: a write that was begun is a write that was not made.
        must_be_done = False if number <= wrote else True if number > synced else None
        if must_be_done is not None and scenario.text is not None:
            expect(scenario.is_done(book.contacts()) == must_be_done, "seen otherwise")
        expect_kept(scenario, book, must_be_done)


def sight(call):
    """On which file alone strace must look to meet a call: a second thread writes the new file,
    whose calls have the same numbers as those of the first on other files."""
    return NEW if call.thread else None


def told(calls, call):
    """The calls of the same thread that are seen then: reading the old file is not."""
    return [c.name for c in calls
            if c.thread == call.thread and not (call.thread and c.name in READING)]


def fail_at(scenario, start, calls, number, error):
    call = calls[number]
    with start.copy() as book:
        inject = f"--inject={call.name}:error={error}:when={call.count}"
        outcome, _, lines = run(scenario, book, inject, only=sight(call))
        expect(any("(INJECTED)" in line for line in lines), "nothing was injected")
        is_told = outcome.stderr.startswith("patchbook: ")
        expect(outcome.returncode == 0 or outcome.returncode == 74 and is_told,
               "status", outcome.returncode, outcome.stderr)
        if outcome.returncode == 74 and scenario.text is not None:
            expect(not scenario.is_done(book.contacts()), "refused, and done all the same")
        if outcome.returncode == 74:
            book.done(*scenario.words)
        expect_kept(scenario, book, True)


def attempts(scenario, start, calls):
    """Every call is killed and fails, in the first scenario in every way; the calls of a folding
    are the same ones in all scenarios and tried in the first."""
    synced = commit(scenario, calls)[1]
    if scenario.text is LARGE:
        yield from attempts_at_new_file(scenario, start, calls, synced)
        return
    for number, call in enumerate(calls):
        is_first, folds = scenario is SCENARIOS[0], number > synced
        if folds and not is_first and number % 5:
            continue
        yield f"killed at {call}", kill_at, (scenario, start, calls, number)
        if folds and not is_first:
            continue
        errors = ERRORS if is_first else [ERRORS[number % len(ERRORS)]]
        for error in ["EIO"] if call.name in READING else errors:
            yield f"{error} at {call}", fail_at, (scenario, start, calls, number, error)


def attempts_at_new_file(scenario, start, calls, synced):
    """What a large file does otherwise: every call that makes its new file is killed, of those that
    write nothing the first and the last; one of each kind that writes fails."""
    noted = max(i for i, call in enumerate(calls) if call.name == "fdatasync")
    names = [call.name if synced < i < noted else None for i, call in enumerate(calls)]
    expect({"copy_file_range", "sync_file_range", "fsync"} <= set(names), "not large:", set(names))
    for number in range(synced + 1, noted):
        call = calls[number]
        ends = names.index(call.name), len(names) - 1 - names[::-1].index(call.name)
        writes = call.name not in [*READING, "fcntl"]
        if call.thread and not writes:
            continue
        if writes or number in ends:
            yield f"killed at {call}", kill_at, (scenario, start, calls, number)
        if writes and number == ends[0]:
            yield f"ENOSPC at {call}", fail_at, (scenario, start, calls, number, "ENOSPC")


def attempt(name, work, arguments):
    try:
        work(*arguments)
        return None
    except Failure as failure:
        return f"{name}\n    {failure}"


def main(chosen):
    failures = 0
    for scenario in SCENARIOS:
        if chosen and not any(word in scenario.name for word in chosen):
            continue
        with scenario.book() as start:
            with start.copy() as book:
                outcome, calls, _ = run(scenario, book)
                expect(outcome.returncode == 0, scenario.name, outcome.stderr)
                expect_kept(scenario, book, True)
            tried = list(attempts(scenario, start, calls))
            with ThreadPoolExecutor(os.cpu_count()) as pool:
                found = [f for f in pool.map(lambda one: attempt(*one), tried) if f]
        print(f"{scenario.name}: {len(calls)} calls, {len(tried)} times killed or failed, "
              f"{len(found)} wrong", flush=True)
        for failure in found:
            print("  " + failure)
        failures += len(found)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
