#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What an operator does to a running transfer from outside: start, rate, detach, drain, cancel and
close by force; what each of them refuses, and what the other side learns of it."""
import signal

from harness import KIB, MIB, World, check, equal, run_cases, transferring, wait_until


def waiting(world, *options, size=100 * KIB):
    """A sender that waits, and its session."""
    sending = world.sender.start("mcsend", *options, world.file(size))
    status = world.sender.wait_status("mcsend", "it waits", lambda s: s["phase"] == "waiting")
    return sending, status["session"]


def joined(world, session, count):
    wait_until(f"{count} have joined", lambda: len(
        world.sender.status("mcsend", session)["receivers"]) == count)


def case_start():
    """start begins with who is there; it is refused with nobody there, and the second time"""
    with World(2) as w:
        sending, session = waiting(w, "-n", 2, "--rate", "10M", size=4 * MIB)
        w.sender.run("mcsend", "start", session).exits(3).says("no_receivers")
        receiving = w.receivers[0].start("mcrecv")
        joined(w, session, 1)
        w.sender.run("mcsend", "start", session).exits(0)
        w.sender.wait_status("mcsend", "data flows", transferring())
        w.sender.run("mcsend", "start", session).exits(9).says("already_started")
        sending.exits(0)
        receiving.exits(0)
        w.sender.run("mcsend", "start", session).exits(9).says("too_late")


def case_rate():
    """the rate can be changed while data flows: what would take minutes is done at once"""
    with World(1) as w:
        receiving = w.receivers[0].start("mcrecv")
        sending = w.sender.start("mcsend", "--rate", "1M", w.file(64 * MIB))  # nine minutes
        session = w.sender.wait_status("mcsend", "data flows",
                                       lambda s: s["stats"]["packets"] > 0)["session"]
        for wrong in ("0", "-1", "fast"):
            w.sender.run("mcsend", "rate", session, wrong).exits(2)
        w.sender.run("mcsend", "rate", session, "2M").exits(0)
        w.sender.run("mcsend", "rate", session, "auto").exits(0)
        sending.exits(0)
        receiving.exits(0)
        w.sender.run("mcsend", "rate", session, "auto").exits(9).says("too_late")


def case_detach():
    """a receiver is detached by its host name, learns it, and no longer holds the others up"""
    with World(2) as w:
        kept = w.receivers[0].start("mcrecv", "--host", "lab-01")
        sent_away = w.receivers[1].start("mcrecv", "--host", "lab-02")
        sending = w.sender.start("mcsend", "-n", 2, "--rate", "10M", w.file(4 * MIB))
        session = w.sender.wait_status("mcsend", "data flows", transferring())["session"]
        w.sender.run("mcsend", "detach", session, "lab-03").exits(2).says("no receiver lab-03")
        w.sender.run("mcsend", "detach", session, "lab-02").exits(0)
        sent_away.exits(1).says("detached")
        wait_until("the sender knows it too", lambda: any(
            r["host"] == "lab-02" and r["state"] == "failure" and r["error"]["name"] == "detached"
            for r in w.sender.status("mcsend", session)["receivers"]))
        w.sender.run("mcsend", "detach", session, "lab-02").exits(9).says("too_late")
        kept.exits(0)
        sending.exits(0)  # it counts those that are attached


def case_cancel_reason():
    """the other side of a cancelled session says that it was cancelled, and why"""
    for side in ("mcsend", "mcrecv"):
        with World(1) as w:
            receiving = w.receivers[0].start("mcrecv")
            sending = w.sender.start("mcsend", "--rate", "10M", w.file(8 * MIB))
            w.sender.wait_status("mcsend", "data flows", transferring())
            host, other = (w.sender, receiving) if side == "mcsend" else (w.receivers[0], sending)
            host.run(side, "cancel", "--reason", "wrong image").exits(0)
            other.exits(1).says("cancelled", "wrong image")


def case_close_by_force():
    """close --force ends a running session and removes it, even one that is stopped"""
    for stopped in (False, True):
        with World(0) as w:
            sending, session = waiting(w)
            if stopped:
                sending.signal(signal.SIGSTOP)
            w.sender.run("mcsend", "close", session).exits(9).says("still_running")
            w.sender.run("mcsend", "close", "--force", session).exits(0)
            equal(w.sender.status("mcsend", session), None, "status")
            sending.signal(signal.SIGCONT)
            sending.exits(1)
            equal(list(w.sender.runtime.iterdir()), [], "what is left in the folder")


run_cases(globals())
