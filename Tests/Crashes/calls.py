"""A durable edit costs one write and one wait for the disk; a change of 100,000 contacts one wait
as well, and as many writes as its bytes take, hardly more than their names; a folding reads the
file once: what others cannot measure away on a loaded machine."""

import os
import re
import sys

from book import Book, expect, traced
from crashes import LARGE, Presence, unfolded

COUNT = 100_000
# The most bytes that a call is given.
CALL = 128 << 10
MANY = "[" + ",\n".join(f'{{"id":"c{number}","tags":[]}}' for number in range(COUNT)) + "]\n"
CHANGES = {
    "an edit": ["update", "c1", "--name", "new", "--quiet"],
    f"a change of {COUNT} contacts": ["tag", "--all", "--add", "b", "--quiet"],
}


def bytes_read(book):
    """How many bytes are read for an edit, by all threads."""
    outcome, _, lines = traced(book, ["update", "c1", "--name", "a longer one", "--quiet"])
    expect(outcome.returncode == 0, outcome.stderr)
    return sum(int(re.search(r"= (\d+)$", line)[1]) for line in lines
               if "pread64" in line and "unfinished" not in line)


def fold_once():
    """A folding reads the file once; what it has written it does not read."""
    with Book(LARGE) as start:
        size = os.path.getsize(start.path)
        with start.copy() as book, Presence(book):
            without = bytes_read(book)
        with start.copy() as book:
            folding = bytes_read(book) - without
            expect(os.path.getsize(book.path) != size, "nothing was folded")
        expect(size <= folding < size + (1 << 20), "of", size, "bytes,", folding, "are read")
        print("a folding reads the file once", flush=True)


def main():
    fold_once()
    with Book(MANY) as start:
        unfolded(start)
        # Who is not in the file yet must not make every other one a change of its own.
        with Presence(start):
            start.done("create", "+15550001009", "--quiet")
        before = os.path.getsize(start.path + ".journal")
        for name, words in CHANGES.items():
            with start.copy() as book, Presence(book):
                outcome, calls, _ = traced(book, words)
                size = os.path.getsize(book.path + ".journal") - before
            expect(outcome.returncode == 0, outcome.stderr)
            made = [call.name for call in calls]
            # What is long is written from where it stands, in pieces.
            writes = made.count("write") + made.count("writev")
            expect(writes == 1 + size // CALL, name, "makes", writes, "writes")
            expect(made.count("fdatasync") == 1, name, "waits", made.count("fdatasync"), "times")
            for call in ("pwrite64", "pwritev", "fsync", "msync", "sync_file_range"):
                expect(call not in made, name, "calls", call)
            expect(size < 12 * COUNT, name, "takes", size, "bytes")
            print(f"{name}: writes: {writes}, waits: 1", flush=True)


if __name__ == "__main__":
    sys.exit(main())
