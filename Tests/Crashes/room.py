"""Disks that take a part of a write and no more, and file systems without locks."""

import os
import resource
import signal
import subprocess
import sys

from book import Book, expect, traced
from crashes import EDIT, Presence, named, unfolded

WITHOUT_LOCKS = ["ENOLCK", "EOPNOTSUPP", "ENOSYS", "EINVAL"]


def limited(size):
    """Lets files grow to this size; a write beyond it is cut there, and would kill a program
    that does not ignore that."""
    def prepare():
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
        signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    return prepare


def expect_as_told(book, outcome, size):
    """A step that was refused is not there, and can be made again."""
    is_told = outcome.returncode == 74 and outcome.stderr.startswith("patchbook: ")
    done = outcome.returncode == 0
    expect(done or is_told, size, "status", outcome.returncode, outcome.stderr)
    expect(named("c1", "new")(book.contacts()) == done, size, "seen otherwise")
    expect(named("c2", "earlier")(book.contacts()), size, "an earlier edit is lost")
    book.done(*EDIT)
    now = book.folded()
    expect(named("c1", "new")(now) and named("c2", "earlier")(now), size, now)
    book.done("undo", "2")
    expect(book.text == book.original, size, "taken back, the file is", book.text)
    return is_told


def cut_writes():
    """The journal's line is cut here and there, while others have the file open."""
    with Book() as start:
        unfolded(start)
        size = os.path.getsize(start.path + ".journal")
        with start.copy() as book, Presence(book):
            book.done(*EDIT)
            line = os.path.getsize(book.path + ".journal") - size
        told = 0
        cuts = [*range(0, line, 9), line - 1, line]
        for cut in cuts:
            with start.copy() as book:
                with Presence(book):
                    outcome = book.run(*EDIT, preexec_fn=limited(size + cut))
                expect((outcome.returncode == 0) == (cut == line), cut, outcome.stderr)
                told += expect_as_told(book, outcome, cut)
    print(f"a write cut at {len(cuts)} lengths: {told} times told", flush=True)


def full_disk():
    """A disk of 64 KiB, filled to the last page."""
    with Book() as start:
        unfolded(start)
        folder = start.folder + ".disk"
        os.mkdir(folder)
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "none", folder], check=True)
        try:
            fill_and_edit(start, folder)
        finally:
            subprocess.run(["umount", folder], check=True)
            os.rmdir(folder)
    print("a full disk: told, nothing lost, and done when there is room", flush=True)


def fill_and_edit(start, folder):
    book = start.copy()
    os.rename(book.folder, book.folder + ".was")
    for name in os.listdir(book.folder + ".was"):
        subprocess.run(["mv", f"{book.folder}.was/{name}", folder], check=True)
    os.rmdir(book.folder + ".was")
    book.folder, book.path = folder, f"{folder}/contacts.json"
    big = ["update", "c1", "--name", "n" * 9000, "--quiet"]
    filler = os.open(f"{folder}/filler", os.O_WRONLY | os.O_CREAT)
    try:
        while os.write(filler, bytes(1024)):
            pass
    except OSError:
        os.close(filler)
    outcome = book.run(*big)
    expect(outcome.returncode == 74 and "space" in outcome.stderr, outcome.stderr)
    expect(named("c2", "earlier")(book.contacts()), "an earlier edit is lost")
    expect(not named("c1", "n" * 9000)(book.contacts()), "refused, and done all the same")
    os.unlink(f"{folder}/filler")
    book.done(*big)
    expect(named("c1", "n" * 9000)(book.folded()), "not done when there was room")


def no_locks():
    """Where locks do not work nothing is written, and everything can be read."""
    for error in WITHOUT_LOCKS:
        with Book() as book:
            outcome, _, _ = traced(book, EDIT, f"--inject=fcntl:error={error}")
            expect(outcome.returncode == 74 and "no locks" in outcome.stderr, error,
                   outcome.returncode, outcome.stderr)
            outcome, _, _ = traced(book, ["list"], f"--inject=fcntl:error={error}")
            expect(outcome.returncode == 0 and "Ana" in outcome.stdout, error, outcome.stderr)
            expect(book.text == book.original, "written all the same")
    print("a file system without locks: read, not written", flush=True)


def no_way_back():
    """A disk that keeps a step and says that it does not, and lets nothing be taken back: what was
    refused is in the way of nothing that comes after."""
    with Book() as book:
        refused = [f"--inject={call}:error=EIO" for call in ("fdatasync", "ftruncate", "unlink")]
        outcome, _, lines = traced(book, EDIT, *refused)
        expect(any("(INJECTED)" in line for line in lines), "nothing was injected")
        expect(outcome.returncode == 74 and outcome.stderr, outcome.returncode, outcome.stderr)
        expect(not named("c1", "new")(book.contacts()), "refused, and there all the same")
        book.done("update", "c3", "--name", "after", "--quiet")
        now = book.folded()
        expect(named("c3", "after")(now) and not named("c1", "new")(now), now)
    print("a disk that takes nothing back: what was refused is not there", flush=True)


if __name__ == "__main__":
    cut_writes()
    no_way_back()
    no_locks()
    if os.geteuid() == 0:
        full_disk()
    sys.exit()
