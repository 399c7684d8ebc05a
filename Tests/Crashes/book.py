"""A file of contacts in a folder of its own, the program that keeps it, and what strace says of
the program's calls on it."""

import json
import os
import re
import shutil
import subprocess
import tempfile

NEW = ".contacts.json.new"
PROGRAM = os.environ["PATCHBOOK"]
CONTACTS = '[\n {"id": "c1", "name": "Ana", "note": 1.50},\n {"id":"c2"},\n{"id":"c3","tags":[]}\n]\n'


class Failure(Exception):
    """Something that was promised and is not so."""


def expect(condition, *words):
    if not condition:
        raise Failure(" ".join(str(word) for word in words))


class Book:
    """A folder that holds `contacts.json` and what stands beside it."""

    def __init__(self, text=CONTACTS):
        self.folder = tempfile.mkdtemp(prefix="patchbook-crash-")
        self.path = f"{self.folder}/contacts.json"
        self.original = text
        self.query = []
        if text is not None:
            with open(self.path, "w", encoding="utf-8") as file:
                file.write(text)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.folder)

    def text_of(self, name):
        with open(f"{self.folder}/{name}", encoding="utf-8") as file:
            return file.read()

    @property
    def text(self):
        return self.text_of("contacts.json")

    @property
    def names(self):
        return sorted(os.listdir(self.folder))

    def run(self, *words, under=(), **options):
        """Runs a command of the program on the file."""
        environment = {**os.environ, "HOME": self.folder + "/none", "LC_ALL": "C.UTF-8"}
        try:
            return subprocess.run(
                [*under, PROGRAM, *words, "--file", self.path], env=environment,
                capture_output=True, text=True, check=False, timeout=120, **options)
        except subprocess.TimeoutExpired as error:
            raise Failure(f"{words} never ended") from error

    def done(self, *words):
        """The output of a command that must succeed."""
        outcome = self.run(*words)
        expect(outcome.returncode == 0, words, outcome.returncode, outcome.stderr)
        return outcome.stdout

    def contacts(self):
        """The contacts by id as somebody sees who only reads."""
        outcome = self.run("list", *self.query, "--format", "jsonl")
        expect(outcome.returncode in (0, 1), "list", outcome.returncode, outcome.stderr)
        expect("damage" not in outcome.stderr, outcome.stderr)
        rows = [json.loads(line) for line in outcome.stdout.splitlines()]
        return {row.get("id", row.get("phone")): row for row in rows}

    def copy(self):
        """The same folder once more, with other inodes."""
        other = Book(None)
        other.original = self.original
        other.query = self.query
        for name in self.names:
            shutil.copy2(f"{self.folder}/{name}", f"{other.folder}/{name}")
        return other

    def folded(self):
        """The contacts by id as the file itself holds them; nothing stands beside it but what
        should."""
        wanted = ["contacts.json", "contacts.json.history", "contacts.json.lock"]
        names = [name for name in self.names if ".torn-" not in name]
        expect(names == wanted, names)
        return {row.get("id", row.get("phone")): row for row in json.loads(self.text)}

    def history_length(self):
        """How many steps the history holds, each once; every line of it is JSON."""
        with open(self.path + ".history", encoding="utf-8") as history:
            return len({json.loads(line)[1]["step"] for line in history})


class Call:
    """One call of the program on one of the files, and how strace names it: by how many calls of
    that name its thread has made."""

    def __init__(self, name, count, line, thread):
        self.name = name
        self.count = count
        self.thread = thread
        self.line = line

    def __str__(self):
        return f"{self.name} {self.count} of thread {self.thread}: {self.line}"


def paths(book):
    """The files of a book."""
    beside = [book.path + end for end in ("", ".journal", ".lock", ".history")]
    made = [book.path + end for end in (".journal.new", ".history.new")]
    return [*beside, *made, book.folder, f"{book.folder}/{NEW}"]


def traced(book, words, *inject, only=None, **options):
    """Runs a command and answers its outcome and its calls on the files, or on a single one of
    them, in order."""
    log = book.folder + ".trace"
    seen = [f"{book.folder}/{only}"] if only else paths(book)
    looks = [word for path in seen for word in ("-P", path)]
    under = ["strace", "-f", "-qq", "-o", log, *looks, *inject]
    outcome = book.run(*words, under=under, **options)
    with open(log, encoding="utf-8", errors="replace") as file:
        lines = file.read().splitlines()
    os.unlink(log)
    expect(lines, "strace could not trace:", outcome.stderr)
    calls = []
    counts, threads = {}, {}
    for line in lines:
        match = re.match(r"(\d+) +(\w+)\((.*)", line)
        if not match:
            continue
        thread = threads.setdefault(match[1], len(threads))
        name = match[2]
        count = counts[thread, name] = counts.get((thread, name), 0) + 1
        calls.append(Call(name, count, match[3].replace(book.folder, ""), thread))
    return outcome, calls, lines
