"""The power goes off: a disk in a file is copied while it is mounted and written to, and what the
copy holds is what a disk would hold. Wants to be root, and loop devices.

Whether the test can tell anything shows a run in which nothing is ever waited for: there the edit
must be lost."""

import os
import shutil
import subprocess
import sys
import tempfile

from book import Book, expect, traced
from crashes import EDIT, Presence, killed, named

WAITS = ("fdatasync", "fsync")
IMPORTANT = (*WAITS, "write", "writev", "renameat2", "rename", "unlink", "openat", "ftruncate")


class Disk:
    """A file system of its own in a file, whose journal is written only when somebody waits."""

    def __init__(self, image=None):
        self.folder = tempfile.mkdtemp(prefix="patchbook-disk-")
        self.image = f"{self.folder}/image"
        self.mounted = f"{self.folder}/mounted"
        os.mkdir(self.mounted)
        if image:
            call("cp", "--sparse=always", image, self.image)
        else:
            call("truncate", "-s", "24M", self.image)
            call("mkfs.ext4", "-q", "-F", "-E", "lazy_itable_init=0", self.image)

    def __enter__(self):
        call("mount", "-o", "loop,commit=300", self.image, self.mounted)
        return self

    def __exit__(self, *_):
        call("umount", self.mounted)
        shutil.rmtree(self.folder)

    def book(self):
        """The book on this disk, which is there to stay before anything begins."""
        book = Book(None)
        os.rmdir(book.folder)
        book.folder = self.mounted
        book.path = f"{self.mounted}/contacts.json"
        return book


def call(*words):
    outcome = subprocess.run(words, capture_output=True, text=True, check=False)
    expect(outcome.returncode == 0, words, outcome.stderr)


def cut(disk):
    """The disk as it is found when the power is back."""
    return Disk(disk.image)


def begun(disk):
    with Book() as fresh:
        shutil.copy(fresh.path, disk.mounted)
    call("sync", "-f", disk.mounted)
    return disk.book()


def kept(disk):
    """Whether the edit is there when the power is back; whoever writes next must succeed."""
    with cut(disk) as after:
        book = after.book()
        is_kept = named("c1", "new")(book.contacts())
        book.done("update", "c3", "--name", "after", "--quiet")
        expect(named("c1", "new")(book.contacts()) == is_kept, "the next one changed it")
        return is_kept


def main():
    with Disk() as disk:
        book = begun(disk)
        with Presence(book):
            words = "--inject=" + ",".join(WAITS) + ":retval=0"
            outcome, _, _ = traced(book, EDIT, words)
            expect(outcome.returncode == 0, outcome.stderr)
            expect(not kept(disk), "without waiting nothing is lost: the test tells nothing")
    with Disk() as disk:
        book = begun(disk)
        with Presence(book):
            book.done(*EDIT)
            expect(kept(disk), "an edit that was acknowledged is lost")
    with Disk() as disk:
        calls = traced(begun(disk), EDIT)[1]
        expect(kept(disk), "an edit that was folded is lost")
    committed = next(i for i, one in enumerate(calls) if one.name == "fdatasync")
    tried = [i for i, one in enumerate(calls) if i > committed and one.name in IMPORTANT]
    for index in tried:
        one = calls[index]
        with Disk() as disk:
            inject = f"--inject={one.name}:signal=SIGKILL:when={one.count}"
            outcome, _, lines = traced(begun(disk), EDIT, inject)
            expect(killed(outcome, lines), "not killed at", one)
            expect(kept(disk), "lost when the power goes off at", one)
    print(f"the power went off at {len(tried) + 2} moments: nothing was lost", flush=True)


if __name__ == "__main__":
    sys.exit(main())
