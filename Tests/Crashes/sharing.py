"""What stands beside a file that a team shares is shared like it, to the access control list,
whoever made it and whatever rights the file had then."""

import os
import struct
import sys

from book import Book, expect
from crashes import Presence, unfolded

NAME = "system.posix_acl_access"
OWNER, USER, GROUP, MASK, OTHERS = 1, 2, 4, 16, 32
OURS, COLLEAGUE, TEAM, STRANGER = 65534, 5, 60, 7
RIGHTS = [(OWNER, 6, -1), (USER, 6, 65534), (GROUP, 4, -1), (MASK, 6, -1), (OTHERS, 0, -1)]


def person(user):
    """What makes a command run as one of the team."""
    def become():
        os.setgroups([])
        os.setgid(TEAM)
        os.setuid(user)
    return {"preexec_fn": become}


def shared(book, mode):
    """A file of ours, in a folder where the team may make others."""
    os.chown(book.folder, OURS, TEAM)
    os.chmod(book.folder, 0o770)
    os.chown(book.path, OURS, TEAM)
    os.chmod(book.path, mode)


def edit(name):
    return ["update", "c1", "--name", name, "--quiet"]


def made_by_root():
    """What root makes beside a file belongs to whoever the file belongs to."""
    with Book() as book:
        shared(book, 0o600)
        unfolded(book)
        for end in ("", ".lock", ".journal"):
            expect(os.stat(book.path + end).st_uid == OURS, "the owner of", end)
        outcome = book.run(*edit("ours"), **person(OURS))
        expect(outcome.returncode == 0, outcome.stderr)
        outcome = book.run("undo", "2", **person(OURS))
        expect(outcome.returncode in (0, 1), outcome.stderr)
    print("what root makes beside a file is its owner's", flush=True)


def other_rights():
    """A file that is shared later: until its owner comes by, the others are told what is in the
    way; then they can write."""
    with Book() as book:
        shared(book, 0o600)
        unfolded(book)
        os.chmod(book.path, 0o660)
        outcome = book.run(*edit("theirs"), **person(COLLEAGUE))
        words = outcome.stderr
        expect(outcome.returncode == 74 and ".journal may not be opened" in words, words)
        expect("nobody's, with the rights 600" in words, words)
        os.chmod(book.path + ".journal", 0o660)
        outcome = book.run(*edit("theirs"), **person(COLLEAGUE))
        expect(".lock may not be opened; it is nobody's" in outcome.stderr, outcome.stderr)
        outcome = book.run("list", **person(COLLEAGUE))
        expect(outcome.returncode == 0 and "earlier" in outcome.stdout, outcome.stderr)
        with Presence(book):
            outcome = book.run(*edit("ours"), **person(OURS))
            expect(outcome.returncode == 0, outcome.stderr)
            for end in (".lock", ".journal"):
                mode = os.stat(book.path + end).st_mode & 0o777
                expect(mode == 0o660, "the rights of", end, oct(mode))
            outcome = book.run(*edit("theirs"), **person(COLLEAGUE))
            expect(outcome.returncode == 0, outcome.stderr)
    print("a file that is shared later is shared with all that stands beside it", flush=True)


def access_lists():
    wanted = struct.pack("<I", 2) + b"".join(struct.pack("<HHi", *entry) for entry in RIGHTS)
    with Book() as book:
        os.setxattr(book.path, NAME, wanted)
        unfolded(book)
        for end in ("", ".journal"):
            expect(os.getxattr(book.path + end, NAME) == wanted, "the list of", end or "the file")
        book.done("update", "c1", "--name", "new", "--quiet")
        for end in ("", ".history"):
            expect(os.getxattr(book.path + end, NAME) == wanted, "the list of", end or "the file")
        os.unlink(book.path + ".lock")
        with Presence(book):
            os.unlink(book.path + ".lock")
            book.done("update", "c1", "--name", "newer", "--quiet")
        expect(os.getxattr(book.path + ".lock", NAME) == wanted, "the list of the lock")
        for end in ("", ".history"):
            os.removexattr(book.path + end, NAME)
        os.setxattr(book.path + ".history", NAME, wanted)
        book.done("update", "c1", "--name", "newest", "--quiet")
        book.folded()
        expect(NAME not in os.listxattr(book.path + ".history"), "a list that the file has not")
    print("what stands beside a file takes its access control list", flush=True)


def stranger():
    """What somebody makes whom a list alone lets in is its owner's and the team's to use."""
    def become():
        os.setgroups([])
        os.setgid(STRANGER)
        os.setuid(STRANGER)
    rights = [(OWNER, 6, -1), (USER, 6, STRANGER), (GROUP, 6, -1), (MASK, 6, -1), (OTHERS, 0, -1)]
    with Book() as book:
        shared(book, 0o660)
        os.chmod(book.folder, 0o777)
        os.setxattr(book.path, NAME, struct.pack("<I", 2) + b"".join(
            struct.pack("<HHi", *entry) for entry in rights))
        outcome = book.run(*edit("ours"), **person(OURS))
        expect(outcome.returncode == 0, outcome.stderr)
        with Presence(book):
            outcome = book.run(*edit("theirs"), preexec_fn=become)
            expect(outcome.returncode == 0, outcome.stderr)
            expect(os.stat(book.path + ".journal").st_uid == STRANGER, "whose the journal is")
            for user in (COLLEAGUE, OURS):
                outcome = book.run("list", **person(user))
                expect("theirs" in outcome.stdout, user, "sees", outcome.stdout, outcome.stderr)
                outcome = book.run(*edit(f"by {user}"), **person(user))
                expect(outcome.returncode == 0, user, outcome.stderr)
                outcome = book.run("undo", **person(user))
                expect(outcome.returncode == 0, user, outcome.stderr)
    print("what a list alone lets somebody make is not kept from the owner", flush=True)


def attributes():
    """What people note about a file stays with its name."""
    notes = {"user.origin": b"the shop", "user.empty": b""}
    with Book() as book:
        for name, value in notes.items():
            os.setxattr(book.path, name, value)
        before = os.stat(book.path).st_ino
        book.done("update", "c1", "--name", "new", "--quiet")
        book.folded()
        expect(os.stat(book.path).st_ino != before, "nothing was folded")
        found = {name: os.getxattr(book.path, name) for name in os.listxattr(book.path)
                 if name.startswith("user.")}
        expect(found == notes, "the attributes are", found)
    print("a folded file keeps its extended attributes", flush=True)


if __name__ == "__main__":
    access_lists()
    attributes()
    if os.geteuid() == 0:
        made_by_root()
        other_rights()
        stranger()
    sys.exit()
