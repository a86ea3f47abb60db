#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What breaks while data flows: killed, interrupted and unplugged peers, and a source that changes.
Whatever it is, both ends end in bounded time with an error that has a name."""
import os
import shutil
import signal

from harness import MIB, World, absent, check, equal, identical, one_of, run_cases, transferring

SLOW = ["--rate", "20M", "--timeout", "3"]


def under_way(world, size=8 * MIB):
    """A slow transfer to all receivers, a tenth of which is there."""
    payload = world.file(size)
    receiving = [r.start("mcrecv", "--timeout", 3) for r in world.receivers]
    sending = world.sender.start("mcsend", "-n", len(receiving), *SLOW, payload)
    world.sender.wait_status("mcsend", "a tenth is there", transferring(10))
    return payload, sending, receiving


def error_of(host, tool):
    status = host.status(tool)
    equal(status["state"], "failure", f"state of {tool} on {host.name}")
    return status["error"]["name"]


def case_receiver_killed():
    """a killed receiver is named as lost, and the other one gets its copy"""
    with World(2) as w:
        payload, sending, receiving = under_way(w)
        receiving[0].kill()
        sending.exits(4).says("receiver_lost")
        receiving[1].exits(0)
        identical(payload, w.receivers[1].folder / payload.name)
        lost = {r["address"]: (r["error"] or {}).get("name")
                for r in w.sender.status("mcsend")["receivers"]}
        equal(lost, {"10.77.0.1": "receiver_lost", "10.77.0.2": None}, "the receivers' errors")


def case_only_receiver_killed():
    """a sender whose only receiver was killed gives up with 1"""
    with World(1) as w:
        _, sending, receiving = under_way(w)
        receiving[0].kill()
        sending.exits(1)
        one_of(error_of(w.sender, "mcsend"), ("all_receivers_failed", "timed_out"), "its error")


def case_sender_killed():
    """when the sender is killed its receivers end with sender_lost, and no file has its final name"""
    with World(2) as w:
        payload, sending, receiving = under_way(w)
        sending.kill()
        for process, host in zip(receiving, w.receivers):
            process.exits(1).says("sender_lost")
            equal(error_of(host, "mcrecv"), "sender_lost", "error")
            absent(host.folder / payload.name)
            parts = list(host.folder.glob("*.part"))
            equal(len(parts), 1, "what was received is kept")
            process.says(f"left in {parts[0]}")
        equal(error_of(w.sender, "mcsend"), "process_died", "what the sender's session reads as")


def case_sender_interrupted():
    """Ctrl-C at the sender exits with 130 and its receivers are told"""
    with World(1) as w:
        payload, sending, receiving = under_way(w)
        sending.signal(signal.SIGINT)
        sending.exits(130)
        receiving[0].exits(1)
        equal(error_of(w.sender, "mcsend"), "cancelled", "the sender's error")
        equal(error_of(w.receivers[0], "mcrecv"), "cancelled", "the receiver's error")
        absent(w.receivers[0].folder / payload.name)


def case_receiver_interrupted():
    """Ctrl-C at one receiver exits with 130 there, and the other one gets its copy"""
    with World(2) as w:
        payload, sending, receiving = under_way(w)
        receiving[0].signal(signal.SIGINT)
        receiving[0].exits(130)
        sending.exits(4)
        receiving[1].exits(0)
        identical(payload, w.receivers[1].folder / payload.name)
        absent(w.receivers[0].folder / payload.name)


def case_interrupted_while_waiting():
    """Ctrl-C before anything happens exits with 130 on either side"""
    with World(1) as w:
        for host, argv in ((w.sender, ("mcsend", w.file(1000))), (w.receivers[0], ("mcrecv",))):
            process = host.start(*argv)
            host.wait_status(argv[0], "it waits", lambda s: s["phase"] == "waiting")
            process.signal(signal.SIGINT)
            process.exits(130)
            equal(error_of(host, argv[0]), "cancelled", "its error")


def case_cable_pulled():
    """a receiver that is cut off and one that is not each end with the truth"""
    with World(2) as w:
        payload, sending, receiving = under_way(w)
        w.network.unplug("r1")
        receiving[0].exits(1).says("sender_lost")
        sending.exits(4)
        receiving[1].exits(0)
        identical(payload, w.receivers[1].folder / payload.name)


def source_changes(change):
    with World(1) as w:
        payload, sending, receiving = under_way(w)
        change(payload)
        sending.exits(6).says("source_changed", payload.name)
        equal(error_of(w.sender, "mcsend"), "source_changed", "the sender's error")
        receiving[0].exits(1).says("source_changed")
        equal(error_of(w.receivers[0], "mcrecv"), "sender_failed", "the receiver's error")
        absent(w.receivers[0].folder / payload.name)


def case_source_rewritten():
    """a source that is written to while it is sent fails both ends, and no copy appears"""
    def change(payload):
        with open(payload, "r+b") as f:
            f.seek(6 * MIB)
            f.write(b"changed")
    source_changes(change)


def case_source_truncated():
    """a source that is cut short while it is sent fails both ends, and nobody crashes"""
    source_changes(lambda payload: os.truncate(payload, MIB // 2))


def source_is_sent(change):
    with World(1) as w:
        payload, sending, receiving = under_way(w)
        copy = payload.with_name("copy")
        shutil.copyfile(payload, copy)
        change(payload)
        sending.exits(0)
        receiving[0].exits(0)
        identical(copy, w.receivers[0].folder / payload.name)


def case_source_unlinked():
    """a source that is deleted while it is sent is sent to its end: it is open, and unchanged"""
    source_is_sent(os.unlink)


def case_source_touched():
    """a source whose mode and times change is read anew, and is no error"""
    def change(payload):
        os.chmod(payload, 0o600)
        os.utime(payload)
    source_is_sent(change)


run_cases(globals())
