#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""status --watch in a terminal: what a person sees at 80x24 and 200x50, and what is left behind."""
import re
import signal

from harness import MIB, World, check, equal, run_cases, transferring, wait_until
from terminal import Terminal


def sending(world, rate="20M", size=6 * MIB):
    """A transfer to the receivers of the world, from its beginning on."""
    for receiver in world.receivers:
        receiver.start("mcrecv")
    process = world.sender.start("mcsend", "-n", len(world.receivers), "--rate", rate,
                                 world.file(size))
    world.sender.wait_status("mcsend", "data flows", transferring())
    return process


def percents(lines):
    return [int(n) for n in re.findall(r"(\d+) %", "\n".join(lines))]


def has_columns(lines):
    header = next((line for line in lines if line.startswith("ID")), "")
    return all(word in header for word in ("NAME", "ROLE", "STATE", "PROGRESS", "RATE", "ETA", "DONE"))


def watched_to_the_end(columns, lines, bar):
    with World(2) as w:
        sending(w)
        terminal = Terminal(w, w.sender, ["mcsend", "status", "--watch"], columns, lines)
        first = terminal.wait("a percentage is shown, and all columns that a transfer fills",
                              lambda now: percents(now) and has_columns(now))
        check(not terminal.wraps(), "no line is wrapped")
        later = terminal.wait("the percentage rises in place",
                              lambda now: percents(now) and percents(now)[0] > percents(first)[0])
        equal(sum(line.startswith("ID") for line in later), 1, "headers on the screen")
        check(re.search(bar, "\n".join(later)), f"there is a bar {bar} in\n" + "\n".join(later))
        final = terminal.exits(0)
        check(any("success" in line and "2/2" in line for line in final), "the end stays")
        equal(sum(line.startswith("ID") for line in final), 1, "headers in the end")
        check(terminal.restored(), "the cursor and the first screen are back")


def case_80x24():
    """at 80x24 all columns fit, the picture is redrawn in place and the final one stays"""
    watched_to_the_end(80, 24, r"[#-]{6} ")


def case_200x50():
    """at 200x50 the bar takes the room that there is"""
    watched_to_the_end(200, 50, r"[#-]{30} ")


def case_resized():
    """a terminal that becomes small, and large again, is drawn anew without leftovers"""
    with World(4) as w:
        sending(w, "8M")
        terminal = Terminal(w, w.sender, ["mcsend", "status", "payload.bin", "--watch"])
        terminal.shows("RECEIVER", "ADDRESS", "nacks received")
        terminal.resize(40, 6)
        small = terminal.shows("more lines")
        check(len(small) <= 6, f"it fits six lines: {small}")
        check(not terminal.wraps(), "no line is wrapped")
        terminal.resize(200, 50)
        large = terminal.shows("RECEIVER", "nacks received")
        check("more lines" not in "\n".join(large), "nothing of the small picture is left")


def case_interrupted():
    """Ctrl-C ends the watching with 130 and gives cursor and screen back; the transfer goes on"""
    with World(1) as w:
        process = sending(w)
        terminal = Terminal(w, w.sender, ["mcsend", "status", "--watch"])
        terminal.shows("transferring")
        check(not terminal.restored(), "it draws on the second screen")
        terminal.press("C-c")
        left = terminal.exits(130)
        check(any("payload.bin" in line for line in left), "the last picture stays")
        check(terminal.restored(), "the cursor and the first screen are back")
        process.exits(0)


def case_suspended():
    """Ctrl-Z gives cursor and screen back while it is stopped, and fg draws the picture again"""
    with World(1) as w:
        sending(w)
        terminal = Terminal(w, w.sender, ["mcsend", "status", "--watch"], jobs=True)
        terminal.shows("transferring")
        terminal.press("C-z")
        terminal.shows("stopped")
        check(terminal.restored(), "the cursor and the first screen are back")
        terminal.press("Enter")
        wait_until("it draws on the second screen", lambda: not terminal.restored())
        terminal.exits(0)
        terminal.shows("success", "1/1")
        check(terminal.restored(), "the cursor and the first screen are back in the end")


def case_newcomer():
    """a session that begins while all are watched appears, and is waited for"""
    with World(2) as w:
        waiting = w.sender.start("mcsend", "-g", "239.255.77.9", w.file(MIB, "first.bin"))
        w.sender.wait_status("mcsend", "the first is there", lambda s: True)
        terminal = Terminal(w, w.sender, ["mcsend", "status", "--watch"])
        terminal.shows("first.bin", "waiting for")
        w.receivers[0].start("mcrecv")
        w.sender.start("mcsend", "--rate", "20M", w.file(4 * MIB, "second.bin"))
        rows = terminal.shows("second.bin", "success")
        check(rows[1].split()[1] == "second.bin", "the newest comes first")
        waiting.signal(signal.SIGINT)
        terminal.exits(0)


def case_killed():
    """a session whose process is killed while it is watched ends as process_died, at once"""
    with World(1) as w:
        process = sending(w, "8M")
        terminal = Terminal(w, w.sender, ["mcsend", "status", "payload.bin", "--watch"])
        terminal.shows("transferring")
        process.kill()
        terminal.exits(0)
        terminal.shows("process_died", "failed at")


def case_colour():
    """states are coloured on a terminal, and not with NO_COLOR"""
    with World(1, network=False) as w:
        w.sender.run("mcrecv", "-i", "lo", "-g", "239.255.77.8", "--timeout", "0.2").exits(3)
        show = ["mcrecv", "status"]
        coloured = Terminal(w, w.sender, show, environment={"NO_COLOR": ""})
        coloured.exits(0)
        check("\x1b[31m" in coloured.colours() or "\x1b[1m" in coloured.colours(), "red is used")
        plain = Terminal(w, w.sender, show, environment={"NO_COLOR": "1"})
        plain.exits(0)
        check("\x1b[" not in plain.colours(), "with NO_COLOR there is none")


run_cases(globals())
