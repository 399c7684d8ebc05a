"""What stands beside a file that a team shares is shared like it, to the access control list."""

import os
import struct
import sys

from book import Book, expect
from crashes import Presence, unfolded

NAME = "system.posix_acl_access"
OWNER, USER, GROUP, MASK, OTHERS = 1, 2, 4, 16, 32
RIGHTS = [(OWNER, 6, -1), (USER, 6, 65534), (GROUP, 4, -1), (MASK, 6, -1), (OTHERS, 0, -1)]


def main():
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
    print("what stands beside a file takes its access control list", flush=True)


if __name__ == "__main__":
    sys.exit(main())
