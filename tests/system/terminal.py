# SPDX-License-Identifier: MIT
"""A terminal of a given size with a program in it, driven by tmux: what a person would see."""
import shlex
import shutil
import subprocess

from harness import BIN, Failure, Skip, wait_until


class Terminal:
    """One of a host of a World, and taken down with it. The shell says `exit=STATUS` at the end; with
    `jobs` it says `stopped` when the program is, and continues it at the next Enter."""

    def __init__(self, world, host, argv, columns=80, lines=24, environment=None, jobs=False):
        if not shutil.which("tmux"):
            raise Skip("tmux is not installed")
        self._socket = str(world.folder / f"tmux-{world.started}")
        # In the foreground (-D), so that it belongs to the world like any other process.
        self._server = host.start("tmux", "-S", self._socket, "-f", "/dev/null", "-D",
                                  environment=environment)
        wait_until("tmux answers", lambda: self._tmux("list-sessions", check=False) is not None)
        program = shlex.join([str(BIN / argv[0]), *map(str, argv[1:])])
        if jobs:
            program = f"set -m; {program}; echo stopped; read -r enter; fg"
        self._tmux("new-session", "-d", "-x", str(columns), "-y", str(lines), "-c",
                   str(host.folder), f"{program}; echo exit=$?; exec cat")

    def _tmux(self, *argv, check=True):
        done = subprocess.run(["tmux", "-S", self._socket, *argv], capture_output=True, text=True,
                              check=False)
        if done.returncode != 0 and check:
            raise Failure(f"tmux {' '.join(argv)}: {done.stderr.strip()}")
        # Without sessions it answers with an error, but it does.
        return None if "error connecting" in done.stderr or "no server" in done.stderr else done.stdout

    def lines(self):
        """What is on the screen, without the empty lines at its end."""
        return self._tmux("capture-pane", "-p").rstrip().split("\n")

    def text(self):
        return "\n".join(self.lines())

    def wraps(self):
        """Whether a line was longer than the terminal is wide."""
        joined = self._tmux("capture-pane", "-p", "-J").rstrip().split("\n")
        return len(joined) != len(self.lines())

    def colours(self):
        """The screen with its colours as escape sequences."""
        return self._tmux("capture-pane", "-p", "-e")

    def wait(self, what, condition, deadline=30):
        """Looks until the lines on the screen meet the condition; those lines."""
        seen = []

        def met():
            seen[:] = self.lines()
            return seen if condition(seen) else None
        try:
            return wait_until(what, met, deadline)
        except Failure as late:
            raise Failure(f"{late}; the terminal shows\n" + "\n".join(seen)) from None

    def shows(self, *words, deadline=30):
        return self.wait(f"the terminal shows {words}",
                         lambda lines: all(w in "\n".join(lines) for w in words), deadline)

    def exits(self, status):
        return self.shows(f"exit={status}")

    def press(self, *keys):
        self._tmux("send-keys", *keys)

    def resize(self, columns, lines):
        self._tmux("resize-window", "-x", str(columns), "-y", str(lines))

    def restored(self):
        """Whether the first screen is there, with its cursor."""
        return self._tmux("display-message", "-p", "#{alternate_on}#{cursor_flag}").strip() == "01"
