#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The operator's commands and their exit statuses: wait, cancel, close, list, and SESSION itself."""
import json

from harness import KIB, MIB, World, check, equal, run_cases, transferring


def running(world, size=8 * MIB):
    """A transfer under way to the first receiver, and its session ids. It takes minutes, so that
    what is asked of it finds it running on a slow machine, too; hurry() ends it."""
    receiving = world.receivers[0].start("mcrecv")
    sending = world.sender.start("mcsend", "--rate", "500k", world.file(size))
    sent = world.sender.wait_status("mcsend", "data flows", transferring())["session"]
    received = world.receivers[0].status("mcrecv")["session"]
    return sending, receiving, sent, received


def hurry(world, sent):
    """The transfer goes on as fast as it can."""
    world.sender.run("mcsend", "rate", sent, "auto").exits(0)


def case_wait():
    """wait exits as its session did, any number of them, before and after the end"""
    with World(1) as w:
        sending, receiving, sent, received = running(w)
        waiters = [w.sender.start("mcsend", "wait", sent) for _ in range(3)]
        waiters.append(w.receivers[0].start("mcrecv", "wait", received))
        hurry(w, sent)
        for process in (sending, receiving, *waiters):
            process.exits(0)
        w.sender.run("mcsend", "wait", sent).exits(0)
        final = json.loads(w.sender.run("mcsend", "wait", sent, "--json").exits(0).out)
        equal(final["state"], "success", "what wait --json prints")


def case_wait_failed():
    """wait exits with the status of a session that failed"""
    with World(1) as w:
        receiving = w.receivers[0].start("mcrecv", "--timeout", 2)
        session = w.receivers[0].wait_status("mcrecv", "it waits", lambda s: True)["session"]
        waiter = w.receivers[0].start("mcrecv", "wait", session)
        receiving.exits(3)
        waiter.exits(3)
        w.receivers[0].run("mcrecv", "wait", session).exits(3)


def case_wait_timeout():
    """a wait that times out exits with 8 and changes nothing"""
    with World(1) as w:
        sending, receiving, sent, _ = running(w)
        w.sender.run("mcsend", "wait", sent, "--timeout", "0.1").exits(8)
        equal(w.sender.status("mcsend", sent)["state"], "in_progress", "state after the wait")
        hurry(w, sent)
        sending.exits(0)
        receiving.exits(0)


def case_cancel():
    """cancel ends either side, tells the peer, and comes too late for an ended session"""
    for side in ("mcsend", "mcrecv"):
        with World(1) as w:
            sending, receiving, sent, received = running(w)
            host, session, mine, peer = ((w.sender, sent, sending, receiving) if side == "mcsend"
                                         else (w.receivers[0], received, receiving, sending))
            host.run(side, "cancel", session).exits(0)
            mine.exits(1)
            peer.exits(1)
            equal(host.status(side, session)["error"]["name"], "cancelled", f"error of {side}")
            host.run(side, "cancel", session).exits(9).says("too_late")
            equal(host.status(side, session)["error"]["name"], "cancelled", "error afterwards")


def case_cancelled_receiver_is_named():
    """the sender knows a receiver that was cancelled from one that fell silent"""
    with World(2) as w:
        w.receivers[1].start("mcrecv")
        sending, _, sent, received = running(w)
        w.sender.wait_status("mcsend", "both are there", lambda s: len(s["receivers"]) == 2)
        w.receivers[0].run("mcrecv", "cancel", received).exits(0)
        hurry(w, sent)
        sending.exits(4)
        final = w.sender.status("mcsend", sent)
        equal(final["error"]["name"], "receivers_failed", "the sender's error")
        outcome = {r["address"]: (r["error"] or {}).get("name") for r in final["receivers"]}
        equal(outcome, {"10.77.0.1": "cancelled", "10.77.0.2": None}, "the receivers' errors")


def case_close():
    """close refuses a running session and does not touch it; --ended removes all that ended"""
    with World(1) as w:
        sending, receiving, sent, received = running(w)
        w.sender.run("mcsend", "close", sent).exits(9).says("still_running")
        w.receivers[0].run("mcrecv", "close", received).exits(9)
        w.sender.run("mcsend", "close", "--ended").exits(0)
        equal(w.sender.status("mcsend", sent)["state"], "in_progress", "state after close --ended")
        hurry(w, sent)
        sending.exits(0)
        receiving.exits(0)
        w.receivers[0].run("mcrecv", "close", "--ended").exits(0)
        equal(w.receivers[0].status("mcrecv", received), None, "status after close --ended")
        w.sender.run("mcsend", "close", sent).exits(0)
        w.sender.run("mcsend", "close", sent).exits(5)


def case_which_session():
    """of several that run status and wait mean the newest, and what changes one is refused"""
    with World(0) as w:
        payload = w.file(100 * KIB)
        for group in ("239.255.77.1", "239.255.77.2"):
            w.sender.start("mcsend", "-g", group, payload)
            newest = w.sender.wait_status("mcsend", "it waits",
                                          lambda s, g=group: s["group"].startswith(g + ":"))
        w.sender.run("mcsend", "wait", "payload.bin", "--timeout", "0.1").exits(8).says(
            newest["session"])
        equal(w.sender.status("mcsend", "payload.bin")["session"], newest["session"], "by its name")
        sessions = json.loads(w.sender.run("mcsend", "status", "--json").exits(0).out)
        for command in ("cancel", "start", "drain"):
            for name in ("payload.bin", ""):
                asked = w.sender.run("mcsend", command, *([name] if name else [])).exits(5)
                asked.says("ambiguous_session", *(s["session"] for s in sessions))
        w.sender.run("mcsend", "wait", "--timeout", "0.1").exits(5).says("ambiguous_session")
        for command in ("wait", "cancel", "close", "status", "start", "drain"):
            w.sender.run("mcsend", command, "0badcafe").exits(5)
        w.sender.run("mcsend", "cancel", newest["session"]).exits(0)
        w.sender.run("mcsend", "wait", newest["session"]).exits(1)
        w.sender.run("mcsend", "cancel", "payload.bin").exits(0)


def case_list():
    """list shows what is on offer, joins nothing, and exits with 3 when there is nothing"""
    with World(1) as w:
        receiver = w.receivers[0]
        receiver.run("mcrecv", "list", "--timeout", 1).exits(3)
        w.sender.start("mcsend", "--meta", "build 77", w.file(100 * KIB))
        w.sender.wait_status("mcsend", "the sender waits", lambda s: s["phase"] == "waiting")
        offers = json.loads(receiver.run("mcrecv", "list", "--timeout", 3, "--json").exits(0).out)
        equal([(o["name"], o["bytes_total"], o["meta"]) for o in offers],
              [("payload.bin", 100 * KIB, "build 77")], "offers")
        check("payload.bin" in receiver.run("mcrecv", "list").exits(0).out, "the text names it")
        equal(w.sender.status("mcsend")["receivers"], [], "receivers that joined")


def case_choose_offer():
    """with --session a receiver takes the offer of that name and no other"""
    with World(1) as w:
        wanted = w.file(200 * KIB, "wanted.bin")
        other = w.sender.start("mcsend", w.file(100 * KIB, "other.bin"))
        sending = w.sender.start("mcsend", "--session", "nightly", wanted)
        receiving = w.receivers[0].start("mcrecv", "--session", "nightly", "-o", "copy.bin")
        receiving.exits(0)
        sending.exits(0)
        check((w.receivers[0].folder / "copy.bin").read_bytes() == wanted.read_bytes(), "the copy")
        check(not other.ended(), "the other offer still stands")


run_cases(globals())
