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


def plan(writer, edit):
    """Each writer has a metadata key of its own in every contact, and a tag for each edit."""
    contact = f"c{edit % CONTACTS}"
    return contact, ["update", contact, "--metadata", json.dumps({f"w{writer}": edit}), "--quiet"]


class Writer(threading.Thread):
    """Runs edits one after the other; every third is killed at some moment."""

    def __init__(self, book, number, edits):
        super().__init__()
        self.book = book
        self.number = number
        self.edits = edits
        self.random = random.Random(number)
        self.acknowledged = {}
        self.attempted = {}
        self.problems = []

    def run(self):
        for edit in range(self.edits):
            contact, words = plan(self.number, edit)
            self.attempted.setdefault(contact, []).append(edit)
            child = subprocess.Popen(
                [PROGRAM, *words, "--file", self.book.path],
                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
            if edit % 3 == 2:
                try:
                    child.wait(self.random.uniform(0, 0.08))
                except subprocess.TimeoutExpired:
                    child.send_signal(signal.SIGKILL)
            _, words = child.communicate()
            if child.returncode == 0:
                self.acknowledged[contact] = edit
            elif child.returncode != -signal.SIGKILL:
                self.problems.append(f"status {child.returncode}: {words}")


def main(edits):
    text = "[" + ",\n".join(f'{{"id":"c{number}"}}' for number in range(CONTACTS)) + "]\n"
    with Book(text) as book:
        writers = [Writer(book, number, edits) for number in range(WRITERS)]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()
        book.done("update", "c0", "--name", "last", "--quiet")
        contacts = book.folded()
        for writer in writers:
            expect(not writer.problems, writer.problems)
            for contact, edit in writer.acknowledged.items():
                found = contacts[contact].get("metadata", {}).get(f"w{writer.number}")
                # A killed edit that came after may be there or not.
                allowed = [late for late in writer.attempted[contact] if late >= edit]
                expect(found in allowed, contact, "of writer", writer.number, "is", found)
        count = sum(len(writer.acknowledged) for writer in writers)
        expect(count >= WRITERS, "hardly anything was acknowledged")
        book.done("undo", str(book.history_length()))
        expect(book.text == text, "taken back, the file is", book.text[:300])
    print(f"{WRITERS} writers, {edits} edits each: nothing was lost", flush=True)


if __name__ == "__main__":
    os.environ["HOME"] = "/nonexistent"
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 30)
