#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Sizes around every boundary, losses and numbers of receivers: every copy is identical.

MCAST_TEST_FULL=1 adds 1 GiB and a sparse file of 5 GiB.
"""
import itertools
import os
import pathlib

import harness
from harness import (BLOCK, FULL, GIB, MIB, SEGMENT, Failure, World, check, identical, run_cases,
                     wait_until)

SIZES = [0, 1, SEGMENT - 1, SEGMENT, SEGMENT + 1, BLOCK - 1, BLOCK, BLOCK + 1, 10 * MIB + 7]
LOSSES = [0, 1, 5, 20]
RECEIVERS = [1, 4, 8]


def transfer(world, size, sparse=False, deadline=harness.HANG):
    """One file to all receivers of that world, in folders of their own."""
    payload = world.file(size, f"payload-{size}.bin", sparse)
    receiving = [r.start("mcrecv", "-o", r.folder) for r in world.receivers]
    sending = world.sender.start("mcsend", "-n", len(receiving), payload)
    sending.exits(0, deadline=deadline)
    for process, host in zip(receiving, world.receivers):
        process.exits(0, deadline=deadline)
        identical(payload, host.folder / payload.name)
        (host.folder / payload.name).unlink()
    payload.unlink()


def transfers(sizes, loss, receivers, **conditions):
    with World(receivers, loss=loss, **conditions) as w:
        for size in sizes:
            try:
                transfer(w, size)
            except Failure as claim:
                raise Failure(f"{size} bytes, {loss} % loss, {receivers} receivers: {claim}") from None


def case_one_receiver():
    """every size arrives at one receiver, at any loss"""
    for loss in LOSSES:
        transfers(SIZES, loss, 1)


def case_four_receivers():
    """every size arrives at four receivers, at any loss"""
    for loss in LOSSES:
        transfers(SIZES, loss, 4)


def case_eight_receivers():
    """every size arrives at eight receivers, each losing different packets"""
    for loss in LOSSES:
        transfers(SIZES, loss, 8)


def case_second_thread():
    """where packets go singly to four receivers a second thread sends, and every copy is identical"""
    if len(os.sched_getaffinity(0)) < 2:
        raise harness.Skip("needs two processors")
    with World(4, loss=1) as w:
        payload = w.file(64 * MIB)
        receiving = [r.start("mcrecv", "-o", r.folder) for r in w.receivers]
        sending = w.sender.start("mcsend", "-n", 4, payload)
        wait_until("a second thread that sends", lambda: "mc-send" in threads(sending))
        sending.exits(0)
        for process, host in zip(receiving, w.receivers):
            process.exits(0)
            identical(payload, host.folder / payload.name)


def threads(process):
    """The names of its threads."""
    tasks = pathlib.Path(f"/proc/{process.pid}/task").glob("*/comm")
    return {task.read_text().strip() for task in tasks}


def case_feedback_loss():
    """every combination arrives although what the receivers say is lost as well"""
    for loss, receivers in itertools.product(LOSSES, RECEIVERS):
        transfers(SIZES, loss, receivers, feedback_loss=5)


def case_gibibyte():
    """1 GiB arrives at four receivers"""
    only_full()
    with World(4) as w:
        transfer(w, GIB, deadline=600)


def case_sparse():
    """a sparse file of 5 GiB arrives, beyond what 32 bits count, and most of its holes stay holes"""
    only_full()
    with World(1) as w:
        payload = w.file(5 * GIB, sparse=True)
        receiving = w.receivers[0].start("mcrecv")
        w.sender.start("mcsend", payload).exits(0, deadline=600)
        receiving.exits(0)
        copy = w.receivers[0].folder / payload.name
        identical(payload, copy)
        takes = copy.stat().st_blocks * 512
        check(takes < 5 * GIB // 2, f"16 MiB of content and the rest zeros take {takes} bytes")


def only_full():
    if not FULL:
        raise harness.Skip("runs with MCAST_TEST_FULL=1")


run_cases(globals())
