#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Without any option: mcrecv -o FOLDER here, mcsend FILE there."""
from harness import KIB, MIB, World, absent, check, equal, identical, run_cases


def send_and_receive(world, sender, receiver):
    payload = world.file(3 * MIB + 5)
    copies = receiver.folder / "copies"
    copies.mkdir()
    receiving = receiver.start("mcrecv", "-o", copies)
    sending = sender.start("mcsend", payload)
    sending.exits(0)
    receiving.exits(0)
    identical(payload, copies / payload.name)
    equal([p.name for p in copies.iterdir()], [payload.name], "what is in the output folder")


def case_loopback_only():
    """on a machine that has nothing but a loopback interface a file goes from one tool to the other"""
    with World(0) as w:
        send_and_receive(w, w.sender, w.sender)


def case_same_machine():
    """on one machine with a network a file goes from one tool to the other"""
    with World(1) as w:
        send_and_receive(w, w.sender, w.sender)


def case_two_machines():
    """from one machine to another a file goes without options"""
    with World(1) as w:
        send_and_receive(w, w.sender, w.receivers[0])


def case_slow_link_of_the_sender():
    """a file that goes out through a slow link fills it, and does not run over: hardly a packet is sent twice"""
    with World(1, rate="20mbit") as w:
        payload = w.file(2 * MIB)
        receiving = w.receivers[0].start("mcrecv")
        w.sender.run("mcsend", payload).exits(0)
        receiving.exits(0)
        identical(payload, w.receivers[0].folder / payload.name)
        sent = w.sender.status("mcsend")["stats"]["bytes"]
        check(sent < 1.25 * payload.stat().st_size, f"{sent} bytes were sent")


def case_sender_first():
    """it does not matter who is started first: the sender waits for its receiver"""
    with World(1) as w:
        payload = w.file(100 * KIB)
        sending = w.sender.start("mcsend", payload)
        w.sender.wait_status("mcsend", "the sender waits", lambda s: s["phase"] == "waiting")
        w.receivers[0].start("mcrecv").exits(0)
        sending.exits(0)
        identical(payload, w.receivers[0].folder / payload.name)


def case_file_name():
    """an output that is no folder is the name of the copy"""
    with World(1) as w:
        payload = w.file(100 * KIB)
        copy = w.receivers[0].folder / "other.name"
        receiving = w.receivers[0].start("mcrecv", "-o", copy)
        w.sender.run("mcsend", payload).exits(0)
        receiving.exits(0)
        identical(payload, copy)
        absent(w.receivers[0].folder / payload.name)


def case_standard_output():
    """with -o - the content goes to standard output in order, and nothing else does"""
    with World(1, loss=2) as w:
        payload = w.file(5 * MIB + 1)
        receiving = w.receivers[0].start("mcrecv", "-o", "-")
        w.sender.run("mcsend", payload).exits(0)
        receiving.exits(0)
        equal(receiving.out_bytes == payload.read_bytes(), True, "standard output equals the file")


run_cases(globals())
