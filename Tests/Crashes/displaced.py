"""Another program that replaces the file at the very moment of a folding, and once more while it is
given its name back: what it wrote last stands, and the edit that was folded comes on top."""

import glob
import json
import os
import subprocess
import sys
import time

from book import NEW, PROGRAM, Book, expect

DELAY = 400_000  # Microseconds before the first exchange of names, and after it.
RENAMEAT2 = {"x86_64": "316", "aarch64": "276"}


def replace(book, name, change):
    """Puts a changed file in the place of the old one, as editors do; answers its inode."""
    path = f"{book.folder}/{name}"
    with open(path, "w", encoding="utf-8") as file:
        file.write(book.original.replace(*change))
    inode = os.stat(path).st_ino
    os.rename(path, book.path)
    return inode


def wait_for(what, holds):
    """Looks until something holds that the traced program does."""
    end = time.monotonic() + 60
    while not holds():
        expect(time.monotonic() < end, "never came:", what)


def replaced_twice():
    with Book() as book:
        made = f"{book.folder}/{NEW}"
        inject = f"inject=renameat2:delay_enter={DELAY}:delay_exit={DELAY}:when=1"
        writer = subprocess.Popen(
            ["strace", "-f", "-qq", "-o", os.devnull, "-e", "trace=renameat2", "-e", inject,
             PROGRAM, "update", "c1", "--name", "new", "--quiet", "--file", book.path],
            env={**os.environ, "HOME": book.folder + "/none"}, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        wait_for("the exchange", lambda: exchanges(writer.pid))
        ours = os.stat(made).st_ino
        first = replace(book, "first", ('"id":"c2"', '"id":"c2","email":"first@example.com"'))
        wait_for("its end", lambda: os.stat(book.path).st_ino == ours)
        second = replace(book, "second", ('"id":"c2"', '"id":"c2","email":"second@example.com"'))
        _, words = writer.communicate(timeout=60)
        expect(first != second and writer.returncode in (0, 74), writer.returncode, words)
        book.done("update", "c3", "--name", "after", "--quiet")
        contacts = {row["id"]: row for row in json.loads(book.text)}
        expect(contacts["c2"]["email"] == "second@example.com", contacts["c2"], words)
        expect(contacts["c1"]["name"] == "new", contacts["c1"], words)
        expect(contacts["c3"]["name"] == "after", contacts["c3"])
    print("a file that is replaced twice in the middle of a folding stands as it was left",
          flush=True)


def exchanges(tracer):
    """Whether the traced program stands before its first exchange of names."""
    for task in read(f"/proc/{tracer}/task/{tracer}/children").split():
        for thread in glob.glob(f"/proc/{task}/task/*"):
            if read(thread + "/syscall").startswith(RENAMEAT2[os.uname().machine] + " "):
                return True
    return False


def read(path):
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except (FileNotFoundError, ProcessLookupError):
        return ""


if __name__ == "__main__":
    replaced_twice()
    sys.exit()
