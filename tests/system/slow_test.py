#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""One receiver that is slow, stands still or dies among others: it is named with its cause while
it happens, and waited for, caught up or given up as --on-slow says."""
import signal

from harness import BIN, MIB, World, check, equal, identical, run_cases, transferring

SLOW = "10.77.0.3"


def begun(world, policy, size, last=None, timeout=3):
    """A transfer to three, the third of which may be started by `last`."""
    payload = world.file(size)
    receiving = [r.start("mcrecv", "--timeout", timeout) for r in world.receivers[:2]]
    slow = world.receivers[2]
    receiving.append(last(slow) if last else slow.start("mcrecv", "--timeout", timeout))
    sending = world.sender.start("mcsend", "-n", 3, "--timeout", timeout, "--on-slow", policy,
                                 payload)
    return payload, sending, receiving


def slow_one(status):
    return next((r for r in status["receivers"] if r["address"] == SLOW), None)


def named(world, what, **expected):
    """Waits until the status of the third says that."""
    def met(status):
        one = slow_one(status)
        return one and all(one[key] == value for key, value in expected.items())
    return world.sender.wait_status("mcsend", what, met)


def others_have(world, payload, receiving):
    for process, host in zip(receiving[:2], world.receivers):
        process.exits(0)
        identical(payload, host.folder / payload.name)


def reader_that_sleeps(host):
    return host.start("sh", "-c", f"{BIN}/mcrecv --timeout 3 -o - | sleep 1000")


def case_slow_link_deferred():
    """with defer the others end before one on a slow link, which gets its copy afterwards"""
    with World(3, rate="200mbit") as w:
        w.network.shape("r3", "20mbit")
        payload, sending, receiving = begun(w, "defer", 16 * MIB)
        named(w, "it is deferred for its network", attached=False, limited_by="network")
        others_have(w, payload, receiving)
        equal(slow_one(w.sender.status("mcsend"))["state"], "in_progress", "the slow one")
        receiving[2].exits(0)
        identical(payload, w.receivers[2].folder / payload.name)
        sending.exits(0).says(SLOW, "left behind", "network")


def case_slow_link_waited_for():
    """with wait one on a slow link sets the pace of all, and is shown to do so"""
    with World(3, rate="200mbit") as w:
        w.network.shape("r3", "40mbit")
        payload, sending, receiving = begun(w, "wait", 16 * MIB)
        status = w.sender.wait_status(
            "mcsend", "the slow one sets the pace",
            lambda s: transferring(10)(s) and slow_one(s)["id"] == s["paced_by"]
            and slow_one(s)["limited_by"] == "network")
        check(all(r["attached"] for r in status["receivers"]), "all are waited for")
        w.sender.wait_status(
            "mcsend", "it is named, with its cause, though the rate has adapted long ago",
            lambda s: transferring(60)(s) and slow_one(s)["id"] == s["paced_by"]
            and (slow_one(s)["limited_by"], slow_one(s)["cause"]) == ("network", "link"))
        others_have(w, payload, receiving)
        receiving[2].exits(0)
        sending.exits(0)


def case_slow_link_dropped():
    """with drop one on a slow link is given up and told so, and the others have their copies"""
    with World(3, rate="100mbit") as w:
        w.network.shape("r3", "10mbit")
        payload, sending, receiving = begun(w, "drop", 16 * MIB)
        receiving[2].exits(1).says("detached")
        sending.exits(4).says("too slow for the others", "network")
        others_have(w, payload, receiving)
        equal(slow_one(w.sender.status("mcsend"))["error"]["name"], "detached", "its error")


def case_reader_stands_still_deferred():
    """with defer nobody waits for one whose output nobody reads, and the result names it"""
    with World(3, rate="400mbit") as w:
        payload, sending, receiving = begun(w, "defer", 64 * MIB, reader_that_sleeps)
        others_have(w, payload, receiving)
        equal(slow_one(w.sender.status("mcsend"))["state"], "in_progress", "the slow one")
        named(w, "its output is named", limited_by="disk")
        sending.exits(4).says(SLOW, "left behind", "timed_out", "output")


def case_reader_stands_still_waited_for():
    """with wait all wait for one whose output nobody reads, until its time is over"""
    with World(3, rate="400mbit") as w:
        payload, sending, receiving = begun(w, "wait", 64 * MIB, reader_that_sleeps)
        named(w, "its output is named", limited_by="disk", attached=True)
        status = w.sender.wait_status("mcsend", "it is named as the one that sets the pace",
                                      lambda s: s["paced_by"] == slow_one(s)["id"])
        equal(slow_one(status)["cause"], "reader", "what is the matter with it")
        check("to write out what it has" in status["waiting_for"], status["waiting_for"])
        others_have(w, payload, receiving)
        sending.exits(4).says(SLOW, "output", "timed_out")


def stops(policy, how):
    with World(3, rate="100mbit") as w:
        payload, sending, receiving = begun(w, policy, 24 * MIB, timeout=8)
        w.sender.wait_status("mcsend", "a tenth is there", transferring(10))
        receiving[2].signal(how)
        named(w, "it is gone", limited_by="gone")
        others_have(w, payload, receiving)
        sending.exits(4).says("receiver_lost")
        equal(slow_one(w.sender.status("mcsend"))["error"]["name"], "receiver_lost", "its error")


def case_stopped_deferred():
    """with defer a receiver that was stopped is named as gone, and nobody waits for it"""
    stops("defer", signal.SIGSTOP)


def case_stopped_waited_for():
    """with wait a receiver that was stopped is named as gone before it is given up"""
    stops("wait", signal.SIGSTOP)


def case_killed_deferred():
    """with defer a receiver that was killed is named as gone, and nobody waits for it"""
    stops("defer", signal.SIGKILL)


run_cases(globals())
