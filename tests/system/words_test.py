#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What a transfer says to a person: what it waits for, one line of progress, who failed and why."""
from harness import KIB, MIB, World, check, equal, run_cases, transferring, wait_until
from terminal import Terminal


def case_waiting():
    """while it waits it says for how many receivers, on which group and by which interface"""
    with World(2) as w:
        terminal = Terminal(w, w.sender, ["mcsend", "-n", 4, w.file(100 * KIB)], columns=120)
        terminal.shows("waiting for 4 more of 4 receivers on 239.255.77.77:7701 via e0")
        for receiver in w.receivers:
            receiver.start("mcrecv")
        terminal.shows("waiting for 2 more of 4 receivers on 239.255.77.77:7701 via e0")
        w.sender.run("mcsend", "start").exits(0)
        done = terminal.exits(0)
        check(any("to 2 receivers, verified" in line for line in done), "the outcome is told")


def case_output():
    """a receiver says in full where it will put what it gets, and where that is in the end"""
    with World(1) as w:
        receiver, payload = w.receivers[0], w.file(100 * KIB)
        (receiver.folder / "sub").mkdir()
        for output, place in (".", payload.name), ("sub", f"sub/{payload.name}"), ("./a", "a"):
            receiving = receiver.start("mcrecv", "-o", output)
            told = f"receiving into {receiver.folder / output}"
            wait_until("it is told", lambda: told in receiving.err)
            w.sender.run("mcsend", payload).exits(0)
            receiving.exits(0).says(f"saved as {receiver.folder / place}\n")
            equal(receiver.status("mcrecv")["path"], str(receiver.folder / place), "path")


def case_progress():
    """a transfer is one line, redrawn in place, with percent, rate, time left and receivers"""
    with World(2) as w:
        for receiver in w.receivers:
            receiver.start("mcrecv")
        terminal = Terminal(w, w.sender, ["mcsend", "-n", 2, "--rate", "20M", w.file(6 * MIB)],
                            columns=100)
        seen = terminal.wait("progress is shown", lambda now: any(" left, 0/2" in x for x in now))
        equal(sum(" left, 0/2" in x for x in seen), 1, "lines of progress")
        line = next(x for x in seen if " left, 0/2" in x)
        for word in ("mcsend: ", " % ", "Mbit/s, ", "s left, ", "0/2 done"):
            check(word in line, f"{word!r} is in {line!r}")
        done = terminal.exits(0)
        check(not any(" left, " in x for x in done), "the line is taken away in the end")


def case_who_failed():
    """each receiver that failed is named in the end, with the cause and what to do"""
    with World(2) as w:
        w.receivers[0].start("mcrecv")
        full = w.small_disk(w.receivers[1], "1m")
        w.receivers[1].start("mcrecv", "-o", full)
        terminal = Terminal(w, w.sender, ["mcsend", "-n", 2, "--start-after", 1, w.file(3 * MIB)], columns=300)
        seen = terminal.exits(4)
        told = [line for line in seen if "(10.77.0.2): failed at" in line]
        equal(len(told), 1, f"lines about the one that failed: {seen}")
        check("no_space" in told[0] and "make room" in told[0], told[0])


def case_interrupted():
    """Ctrl-C cancels a transfer: it exits with 130, and the receivers are told and say so"""
    with World(1) as w:
        receiving = w.receivers[0].start("mcrecv")
        terminal = Terminal(w, w.sender, ["mcsend", "--rate", "8M", w.file(8 * MIB)])
        w.sender.wait_status("mcsend", "data flows", transferring())
        terminal.press("C-c")
        terminal.exits(130)
        receiving.exits(1).says("cancelled")


def case_commands():
    """rate, detach, receivers and close --force act on a running transfer, and say what they did"""
    with World(2) as w:
        for receiver in w.receivers:
            receiver.start("mcrecv")
        sending = w.sender.start("mcsend", "-n", 2, "--rate", "4M", w.file(8 * MIB))
        w.sender.wait_status("mcsend", "data flows", transferring())
        w.sender.run("mcsend", "start").exits(9).says("already_started")
        w.sender.run("mcsend", "rate", "8M").exits(0).says("set to 8.0 Mbit/s")
        table = w.sender.run("mcsend", "receivers").exits(0).out
        equal(len(table.splitlines()), 3, f"a header and two receivers: {table}")
        gone = w.sender.status("mcsend")["receivers"][0]["id"]
        w.sender.run("mcsend", "detach", "payload.bin", gone).exits(0).says("detached " + gone)
        w.sender.run("mcsend", "detach", "payload.bin", "nobody").exits(2).says("mcsend receivers")
        wait_until("it is shown as detached",
                   lambda: "detached by the sender" in w.sender.run("mcsend", "receivers").exits(0).out)
        w.sender.run("mcsend", "close", "payload.bin").exits(9).says("still_running")
        w.sender.run("mcsend", "close", "payload.bin", "--force").exits(0).says("closed")
        sending.exits(1).says("cancelled")
        equal(w.sender.status("mcsend"), None, "what is left of it")


def case_wait_for_several():
    """wait takes several sessions, and exits as the first of them that failed"""
    with World(1) as w:
        receiver = w.receivers[0]
        lonely = receiver.start("mcrecv", "-g", "239.255.77.9", "--timeout", 1)
        first = receiver.wait_status("mcrecv", "it waits", lambda s: True)["session"]
        w.sender.start("mcsend", w.file(100 * KIB))
        receiver.run("mcrecv").exits(0)
        second = receiver.wait_status("mcrecv", "the other is there", lambda s: s["session"] != first)
        both = receiver.run("mcrecv", "wait", second["session"], first, "--json")
        equal([s["session"] for s in both.exits(3).json_lines()], [second["session"], first],
              "sessions in the order they were named")
        lonely.exits(3)
        receiver.run("mcrecv", "wait", first, "0badcafe").exits(5)


run_cases(globals())
