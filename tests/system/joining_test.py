#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Who takes part: late joiners, gates, and the operator's start and drain."""
from harness import MIB, World, equal, identical, one_of, run_cases, transferring


def joined(count):
    return lambda s: len(s["receivers"]) == count


def case_late_joiner():
    """a receiver that joins in the middle gets the whole file in the same session"""
    with World(2) as w:
        payload = w.file(10 * MIB)
        first = w.receivers[0].start("mcrecv")
        sending = w.sender.start("mcsend", "--rate", "20M", payload)
        w.sender.wait_status("mcsend", "a quarter of it is sent", transferring(25))
        second = w.receivers[1].start("mcrecv")
        sending.exits(0)
        first.exits(0)
        second.exits(0)
        for receiver in w.receivers:
            identical(payload, receiver.folder / payload.name)
        final = w.sender.status("mcsend")
        equal([r["state"] for r in final["receivers"]], ["success"] * 2, "receivers' states")


def case_gate():
    """with -n 3 nothing is sent to two, and all is sent once the third has joined"""
    with World(3) as w:
        payload = w.file(2 * MIB)
        sending = w.sender.start("mcsend", "-n", 3, payload)
        receiving = [w.receivers[i].start("mcrecv") for i in (0, 1)]
        two = w.sender.wait_status("mcsend", "two have joined", joined(2))
        equal((two["phase"], two["percent"]), ("waiting", 0), "phase and percent with two of three")
        for receiver in w.receivers[:2]:
            taken = receiver.wait_status("mcrecv", "the offer is taken", lambda s: s["bytes_total"])
            equal(taken["bytes_done"], 0, "bytes received before the third joined")
        receiving.append(w.receivers[2].start("mcrecv"))
        sending.exits(0)
        for process, receiver in zip(receiving, w.receivers):
            process.exits(0)
            identical(payload, receiver.folder / payload.name)


def case_start_after():
    """with --start-after the transfer begins with who is there, although -n names more"""
    with World(2) as w:
        payload = w.file(2 * MIB)
        receiving = [r.start("mcrecv") for r in w.receivers]
        w.sender.run("mcsend", "-n", 5, "--start-after", 2, payload).exits(0)
        for process, receiver in zip(receiving, w.receivers):
            process.exits(0)
            identical(payload, receiver.folder / payload.name)


def case_start():
    """`mcsend start` begins a waiting session now, and once only"""
    with World(1) as w:
        payload = w.file(5 * MIB)
        sending = w.sender.start("mcsend", "-n", 4, "--rate", "20M", payload)
        waiting = w.sender.wait_status("mcsend", "the sender waits", lambda s: s["phase"] == "waiting")
        session = waiting["session"]
        w.sender.run("mcsend", "start", session).exits(3)  # nobody is there
        receiving = w.receivers[0].start("mcrecv")
        w.sender.wait_status("mcsend", "one has joined", joined(1))
        w.sender.run("mcsend", "start", session).exits(0)
        w.sender.run("mcsend", "start", session).exits(9)
        sending.exits(0)
        receiving.exits(0)
        identical(payload, w.receivers[0].folder / payload.name)


def case_drain():
    """after `mcsend drain` those who are there are finished and a newcomer is turned away"""
    with World(2) as w:
        payload = w.file(8 * MIB)
        first = w.receivers[0].start("mcrecv")
        sending = w.sender.start("mcsend", "--rate", "20M", payload)
        running = w.sender.wait_status("mcsend", "data flows", transferring())
        w.sender.run("mcsend", "drain", running["session"]).exits(0)
        late = w.receivers[1].start("mcrecv", "--timeout", 2)
        late.exits(1, 3)
        one_of(w.receivers[1].status("mcrecv")["error"]["name"], ("refused", "no_sender"), "its error")
        sending.exits(0)
        first.exits(0)
        equal(len(w.sender.status("mcsend")["receivers"]), 1, "receivers that were counted")
        identical(payload, w.receivers[0].folder / payload.name)


def case_expected():
    """a host that was expected and does not come is named, and the exit status is 4"""
    with World(2) as w:
        receiving = [r.start("mcrecv", "--host", f"lab-0{i + 1}.example.org")
                     for i, r in enumerate(w.receivers)]
        sending = w.sender.start("mcsend", "--json", "--expect", "LAB-[01-03]", "--start-after", 3,
                                 w.file(MIB))
        for process in receiving:
            process.exits(0)
        sending.exits(4).says("receivers_missing", "LAB-03", "of 3 receivers")
        end = sending.json_lines()[-1]["status"]
        equal((end["missing"], end["receivers_wanted"]), (["LAB-03"], 3), "who is missing")
        equal([r["state"] for r in end["receivers"]], ["success"] * 2, "the others")


def case_all_expected():
    """it begins when all expected hosts are there, whoever else is, and then all is well"""
    with World(3) as w:
        names = ("other", "lab-01", "lab-02")
        receiving = [w.receivers[i].start("mcrecv", "--host", names[i]) for i in (0, 1)]
        (w.sender.folder / "hosts").write_text("# two of them\nlab-[01-02]\n")
        sending = w.sender.start("mcsend", "--expect", "@" + str(w.sender.folder / "hosts"), w.file(MIB))
        w.sender.wait_status("mcsend", "two have joined", lambda s: len(s["receivers"]) == 2
                             and s["missing"] == ["lab-02"] and "lab-02" in (s["waiting_for"] or ""))
        receiving.append(w.receivers[2].start("mcrecv", "--host", names[2]))
        for process in (sending, *receiving):
            process.exits(0)


run_cases(globals())
