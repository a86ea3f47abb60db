#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Machines that are away for a while and come back: silence is borne for as long as --timeout says
at both ends, who was given up is told so, and nobody takes its own sleep for the others' silence."""
import signal
import time

from harness import MIB, World, check, equal, identical, run_cases, transferring

AWAY = 7  # seconds: more than any reason to be quiet but being away


def begun(world, rate, size, sender=(), receiver=()):
    payload = world.file(size)
    receiving = [r.start("mcrecv", *receiver) for r in world.receivers]
    sending = world.sender.start("mcsend", "-n", len(receiving), "--rate", rate, *sender, payload)
    world.sender.wait_status("mcsend", "a tenth is there", transferring(10))
    return payload, sending, receiving


def all_have(world, payload, sending, receiving):
    sending.exits(0)
    for process, host in zip(receiving, world.receivers):
        process.exits(0)
        identical(payload, host.folder / payload.name)


def waits_in_silence(status):
    return "silent for" in (status["waiting_for"] or "")


def case_port_down():
    """a receiver whose cable is out for seven seconds is waited for by name, and completes"""
    with World(2) as w:
        payload, sending, receiving = begun(w, "20M", 8 * MIB)
        w.network.unplug("r1")
        until = time.monotonic() + AWAY
        receiving[1].exits(0)
        check(time.monotonic() < until, "the other one is done before it is back")
        w.sender.wait_status("mcsend", "it is named", waits_in_silence)
        time.sleep(max(until - time.monotonic(), 0))
        w.network.plug_in("r1")
        all_have(w, payload, sending, receiving)


def case_sender_port_down():
    """a sender whose cable is out for seven seconds goes on, and so do its receivers"""
    with World(2) as w:
        payload, sending, receiving = begun(w, "20M", 8 * MIB)
        w.network.unplug("s")
        w.receivers[0].wait_status("mcrecv", "it is waited for", waits_in_silence)
        time.sleep(AWAY)
        w.network.plug_in("s")
        all_have(w, payload, sending, receiving)


def case_own_sleep():
    """who sleeps longer than its own --timeout goes on when the others' is longer"""
    with World(1) as w:
        payload, sending, receiving = begun(w, "20M", 8 * MIB, ("--timeout", 3), ("--timeout", 30))
        sending.signal(signal.SIGSTOP)
        time.sleep(5)
        sending.signal(signal.SIGCONT)
        all_have(w, payload, sending, receiving)
    with World(1) as w:
        payload, sending, receiving = begun(w, "20M", 8 * MIB, ("--timeout", 30), ("--timeout", 3))
        receiving[0].signal(signal.SIGSTOP)
        time.sleep(5)
        receiving[0].signal(signal.SIGCONT)
        all_have(w, payload, sending, receiving)


def case_given_up():
    """a receiver that comes back after --timeout is told so at once, and the other one has its copy"""
    with World(2) as w:
        payload, sending, receiving = begun(w, "10M", 8 * MIB, ("--timeout", 2))
        receiving[0].signal(signal.SIGSTOP)
        w.sender.wait_status("mcsend", "it is given up", lambda s: any(
            r["state"] == "failure" for r in s["receivers"]))
        check(not sending.ended(), "the transfer goes on")
        receiving[0].signal(signal.SIGCONT)
        receiving[0].exits(1).says("timed_out", "fell silent for longer than the sender's --timeout")
        receiving[1].exits(0)
        identical(payload, w.receivers[1].folder / payload.name)
        sending.exits(4).says("receiver_lost", "nothing was heard from it for 2 s")
        lost = {r["address"]: (r["error"] or {}).get("name")
                for r in w.sender.status("mcsend")["receivers"]}
        equal(lost, {"10.77.0.1": "receiver_lost", "10.77.0.2": None}, "the receivers' errors")


run_cases(globals())
