#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Zeros are not sent: of sparse files, of disks and of streams; and the copy is as sparse."""
import os
import subprocess

from devices import device
from harness import GIB, MIB, SEGMENT, World, check, equal, identical, run_cases

EDGES = 1.3  # parts of blocks beside zeros, unasked parity, and control messages


def packets(host):
    return host.status("mcsend")["stats"]["packets"]


def few_packets(world, content):
    """The claim that the sender sent little more than packets for so many bytes."""
    sent, most = packets(world.sender), EDGES * content / SEGMENT + 2000
    check(sent < most, f"{sent} packets for {content} bytes of content")


def stored(path):
    return os.stat(path).st_blocks * 512


def case_sparse_file():
    """a sparse file costs the packets of its content, and its copies take as little room"""
    with World(3, loss=1) as w:
        payload = w.file(2 * GIB, sparse=True)
        receiving = [host.start("mcrecv") for host in w.receivers]
        w.sender.run("mcsend", "-n", 3, payload).exits(0)
        for process, host in zip(receiving, w.receivers):
            process.exits(0)
            identical(payload, host.folder / payload.name)
            check(stored(host.folder / payload.name) <= stored(payload) + 16 * 512 * 1024,
                  f"{stored(host.folder / payload.name)} bytes on the disk, {stored(payload)} of the original")
        few_packets(w, 16 * MIB + 32 * 256 * 1024)


def case_nothing_but_zeros():
    """a file that is one hole arrives, though no data is sent"""
    with World(1) as w:
        payload = w.sender.folder / "hole"
        with open(payload, "wb") as f:
            f.truncate(GIB + 1)
        receiving = w.receivers[0].start("mcrecv")
        w.sender.run("mcsend", payload).exits(0)
        receiving.exits(0)
        identical(payload, w.receivers[0].folder / "hole")
        equal(w.receivers[0].status("mcrecv")["bytes_done"], GIB + 1, "bytes done")
        check(stored(w.receivers[0].folder / "hole") <= 2 * MIB, "the copy is a hole")


def case_written_zeros():
    """zeros that take room on the sender's disk are not sent either, and take none at the receiver"""
    with World(1) as w:
        payload = w.file(8 * MIB)
        with open(payload, "ab") as f:
            f.write(bytes(300 * MIB))
            f.write(os.urandom(MIB))
        receiving = w.receivers[0].start("mcrecv")
        w.sender.run("mcsend", payload).exits(0)
        receiving.exits(0)
        identical(payload, w.receivers[0].folder / payload.name)
        check(stored(w.receivers[0].folder / payload.name) < 12 * MIB, "the copy is sparse")
        few_packets(w, 9 * MIB)


def case_stream():
    """a pipe full of zeros costs few packets, and gives them all at another pipe and in a file"""
    with World(2) as w:
        command = "head -c 3000000 /dev/urandom; head -c 400000000 /dev/zero; head -c 3000000 /dev/urandom"
        to_file = w.receivers[0].start("mcrecv")
        to_pipe = w.receivers[1].start("mcrecv", "--exec", "cat >copy")
        w.sender.run("mcsend", "-n", 2, "--exec", command).exits(0)
        to_file.exits(0)
        to_pipe.exits(0)
        equal((w.receivers[0].folder / "stdin").stat().st_size, 406000000, "the size of the copy")
        identical(w.receivers[0].folder / "stdin", w.receivers[1].folder / "copy")
        check(stored(w.receivers[0].folder / "stdin") < 16 * MIB, "the file is sparse")
        few_packets(w, 8 * MIB)


def case_late_joiner():
    """a late joiner is told of the zeros that it has missed"""
    with World(2) as w:
        payload = w.file(GIB, sparse=True)
        first = w.receivers[0].start("mcrecv")
        sending = w.sender.start("mcsend", "-n", 1, "--rate", "40M", payload)
        w.sender.wait_status("mcsend", "data flows", lambda s: s["bytes_done"] > 300 * MIB)
        late = w.receivers[1].start("mcrecv")
        for process in (sending, first, late):
            process.exits(0)
        for host in w.receivers:
            identical(payload, host.folder / payload.name)
        few_packets(w, 2 * (16 * MIB + 32 * 256 * 1024))


def case_plain():
    """with --plain everything is sent, as plain NORM receivers need it"""
    with World(1) as w:
        payload = w.file(64 * MIB, sparse=True)
        receiving = w.receivers[0].start("mcrecv", "--plain")
        w.sender.run("mcsend", "--plain", "-n", 1, payload).exits(0)
        receiving.exits(0)
        identical(payload, w.receivers[0].folder / payload.name)
        check(packets(w.sender) > 64 * MIB / SEGMENT, "all of it was sent")


def case_disk_to_disk():
    """zeros of a disk replace what was on the other one, which keeps no room for them"""
    with World(1) as w:
        content = os.urandom(3 * MIB) + bytes(90 * MIB) + os.urandom(3 * MIB)
        source, _ = device(w, "source", content=content)
        target, copy = device(w, "target", 100 * MIB)
        receiving = w.receivers[0].start("mcrecv", "-o", target)
        w.sender.run("mcsend", source).exits(0)
        receiving.exits(0)
        subprocess.run(["blockdev", "--flushbufs", target], check=True)
        check(copy.read_bytes()[:96 * MIB] == content, "the copy equals the disk")
        check(stored(copy) < 20 * MIB, f"{stored(copy)} bytes are kept for the copy")
        few_packets(w, 7 * MIB)


run_cases(globals())
