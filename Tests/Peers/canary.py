"""A token that is looked for wherever the program leaves anything; planted once to be found."""

import os
import pathlib
import pty
import signal
import subprocess
import threading
import time

from premises import PROGRAM, TOKEN, Home, Shop, wait_for

CRASHES = [signal.SIGSEGV, signal.SIGABRT, signal.SIGKILL]


class Screen:
    """The editor on a terminal, all of its output kept."""

    def __init__(self, home, command, variables):
        self.output = b""
        self.child, self.terminal = pty.fork()
        if self.child == 0:
            os.chdir(home)
            os.execvpe(command[0], command, variables)
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        try:
            while block := os.read(self.terminal, 65536):
                self.output += block
        except OSError:
            pass

    def see(self, text, after=0):
        wait_for(lambda: text.encode() in self.output[after:], f"{text} on the screen")

    def press(self, keys):
        os.write(self.terminal, keys.encode())

    def end(self, sign):
        os.kill(self.child, sign)
        # Where the runtime told of the crash it may go on: nothing made the fault but the signal.
        wait_for(lambda: b"Backtrace took" in self.output or self.is_over(), "a crash", 60)
        os.kill(self.child, signal.SIGKILL)
        os.waitpid(self.child, 0)

    def is_over(self):
        how = os.WEXITED | os.WNOHANG | os.WNOWAIT
        return os.waitid(os.P_PID, self.child, how) is not None


def holders(*folders):
    """The files that hold the token, and what holds it of all that processes show of themselves."""
    found = set()
    for folder in folders:
        for path in pathlib.Path(folder).rglob("*"):
            if path.is_file() and TOKEN.encode() in path.read_bytes():
                found.add(path.name)
    return found


def watch_arguments(seen, stop):
    while not stop.is_set():
        for entry in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
            try:
                seen.add(entry.read_bytes())
            except OSError:
                pass
        time.sleep(0.01)


def use(home, shop):
    """Everything that may write something somewhere."""
    outputs = []

    def run(*words):
        told = subprocess.run(
            [PROGRAM, *words], env=variables, capture_output=True, cwd=home.folder)
        outputs.append(told.stdout + told.stderr)

    (home.folder / "token").write_text(TOKEN)
    (home.folder / "token").chmod(0o600)
    (home.folder / "editor").write_text(f'#!/bin/sh\nenv > "{home.folder}/editor-saw"\n')
    (home.folder / "editor").chmod(0o700)
    (home.folder / "config.toml").write_text(
        f'[profiles.shop]\nbase_url = "http://127.0.0.1:{shop.port}"\n'
        "token_command = \"env > command-saw; ps -ef >> command-saw; cat token\"\n"
        f'[profiles.other]\nbase_url = "http://127.0.0.1:{shop.port}"\ntoken_env = "SHOP_TOKEN"\n')
    # What the runtime of Swift tells of a crash is searched too, and nobody is asked for a key.
    variables = home.environment(
        EDITOR=str(home.folder / "editor"), QYVO_TOKEN=TOKEN,
        SWIFT_BACKTRACE="enable=yes,interactive=no,symbolicate=off")
    for words in (["sync"], ["list"], ["show", "id1"], ["update", "id1", "--name", "X"],
                  ["update", "nobody", "--name", "X"], ["tag", "--all", "--add", "x"], ["undo"],
                  ["log"], ["profile", "test", "shop"], ["show", "id1", "--profile", "other"],
                  ["sync", "--status", "--json"], ["config", "--check"], ["check"]):
        run(*words)
    for number, sign in enumerate(CRASHES):
        for draft in home.folder.rglob("drafts/*"):
            draft.rename(home.folder / f"draft-{number}")
        screen = Screen(home.folder, [PROGRAM, "--profile", "shop"], variables)
        screen.see("N0")
        screen.press("\r")
        screen.see("Edit contact")
        before = len(screen.output)
        screen.press("typed\x0f")
        wait_for((home.folder / "editor-saw").exists, "the person's editor")
        screen.see("Edit contact", after=before)
        (home.folder / "editor-saw").rename(home.folder / f"editor-saw-{number}")
        # A draft is written a second after something was typed.
        wait_for(lambda: list(home.folder.rglob("drafts/*")), "a draft")
        screen.end(sign)
        outputs.append(screen.output)
    shop.kill()
    for words in (["update", "id2", "--name", "Y"], ["list"], ["sync"], ["sync", "--status"]):
        run(*words)
    shop.open()
    return outputs


def main():
    seen, stop = set(), threading.Event()
    watcher = threading.Thread(target=watch_arguments, args=(seen, stop))
    watcher.start()
    try:
        with Shop(20) as shop, Home("") as home:
            outputs = use(home, shop)
            names = {path.name for path in home.folder.rglob("*")}
            assert {"outbox", "binding.json", "command-saw", "editor-saw-0"} <= names, names
            assert holders(home.folder, shop.folder) == {"token"}
            assert not any(TOKEN.encode() in output for output in outputs)
            assert not any("core" == name.split(".")[0] for name in names)
            (home.folder / "state" / "planted").write_text(f"x{TOKEN}x")
            assert holders(home.folder) == {"token", "planted"}
    finally:
        stop.set()
        watcher.join()
    assert any(b"token" in arguments for arguments in seen), "arguments were seen"
    assert not any(TOKEN.encode() in arguments for arguments in seen)
    print("the token is nowhere but in its file")


main()
