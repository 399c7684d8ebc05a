"""Several processes that edit one file at the same time, some of them killed: every edit that was
acknowledged is there, and nobody loses a field to another one's different field."""

import json
import os
import random
import signal
import subprocess
import sys
import threading

from book import PROGRAM, Book, expect

WRITERS = 8
CONTACTS = 20
TEXT = "[" + ",\n".join(f'{{"id":"c{number}"}}' for number in range(CONTACTS)) + "]\n"


class Writer(threading.Thread):
    """Makes edits one after the other, each of a metadata key of its own in some contact."""

    def __init__(self, book, number, edits):
        super().__init__()
        self.book = book
        self.number = number
        self.key = f"w{number}"
        self.edits = edits
        self.random = random.Random(number)
        self.acknowledged = {}
        self.attempted = {}
        self.kills = 0
        self.problems = []

    def run(self):
        try:
            for edit in range(self.edits):
                contact = f"c{self.random.randrange(CONTACTS)}"
                self.attempted.setdefault(contact, []).append(edit)
                if self.write(contact, edit):
                    self.acknowledged[contact] = edit
            self.end()
        except Exception as problem:  # Whatever it is, the run has failed.
            self.problems.append(repr(problem))

    def write(self, contact, edit):
        """Makes one edit, now and then one that is killed; answers whether it was
        acknowledged."""
        child = subprocess.Popen(
            [PROGRAM, "update", contact, "--metadata", json.dumps({self.key: edit}), "--quiet",
             "--file", self.book.path],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        if self.random.random() < 0.33:
            try:
                child.wait(self.random.uniform(0, 0.08))
            except subprocess.TimeoutExpired:
                child.send_signal(signal.SIGKILL)
                self.kills += 1
        _, words = child.communicate()
        expect(child.returncode in (0, -signal.SIGKILL), child.returncode, words)
        return child.returncode == 0

    def end(self):
        """Leaves nothing running."""


def write_at_once(kind, edits):
    """Lets writers of a kind write at once, and answers the book when they have ended."""
    book = Book(TEXT)
    writers = [kind(book, number, edits) for number in range(WRITERS)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    problems = [problem for writer in writers for problem in writer.problems]
    expect(not problems, *problems)
    book.done("update", "c0", "--name", "last", "--quiet")
    contacts = book.folded()
    for writer in writers:
        for contact, edit in writer.acknowledged.items():
            found = contacts[contact].get("metadata", {}).get(writer.key)
            # A killed edit that came after may be there or not.
            allowed = [late for late in writer.attempted[contact] if late >= edit]
            expect(found in allowed, contact, "of writer", writer.number, "is", found)
    count = sum(len(writer.acknowledged) for writer in writers)
    expect(count >= WRITERS, "hardly anything was acknowledged")
    kills = sum(writer.kills for writer in writers)
    print(f"{WRITERS} of {kind.__name__}, {edits} edits each, {kills} killed: nothing was lost",
          flush=True)
    return book


def main(edits):
    with write_at_once(Writer, edits) as book:
        book.done("undo", str(book.history_length()))
        expect(book.text == TEXT, "taken back, the file is", book.text[:300])


if __name__ == "__main__":
    os.environ["HOME"] = "/nonexistent"
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 30)
