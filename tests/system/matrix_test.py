#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Sizes around every boundary, losses and numbers of receivers: every copy is identical.

A covering subset by default; every combination, 1 GiB and a sparse 5 GiB file with MCAST_TEST_FULL.
"""
import itertools

import harness
from harness import BLOCK, FULL, GIB, MIB, SEGMENT, World, check, identical, run_cases

SIZES = [0, 1, SEGMENT - 1, SEGMENT, SEGMENT + 1, BLOCK - 1, BLOCK, BLOCK + 1, 10 * MIB + 7]
LARGE = SIZES[-1]
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
            print(f"        {size} bytes, {loss} % loss, {receivers} receivers", flush=True)
            transfer(w, size)


def case_every_size():
    """every size around the boundaries of segment and block arrives, at one receiver and at four"""
    transfers(SIZES, 0, 1)
    transfers(SIZES, 0, 4)


def case_every_size_with_loss():
    """every size arrives although a twentieth, or a fifth, of the packets is lost"""
    transfers(SIZES, 5, 4)
    transfers(SIZES, 20, 1)


def case_every_loss():
    """a large file arrives at any loss"""
    for loss in LOSSES:
        transfers([LARGE], loss, 4)


def case_eight_receivers():
    """eight receivers get small and large files, each losing different packets"""
    transfers([1, SEGMENT + 1, BLOCK + 1, LARGE], 1, 8)
    transfers([LARGE], 20, 8)


def case_feedback_loss():
    """a file arrives although what the receivers say is lost as well"""
    transfers([1, BLOCK, LARGE], 1, 4, feedback_loss=5)


def case_full_matrix():
    """every combination of size, loss, loss of feedback and number of receivers"""
    only_full()
    for loss, receivers, feedback in itertools.product(LOSSES, RECEIVERS, (0, 5)):
        transfers(SIZES, loss, receivers, feedback_loss=feedback)


def case_gibibyte():
    """1 GiB arrives at four receivers"""
    only_full()
    with World(4) as w:
        transfer(w, GIB, deadline=600)


def case_sparse():
    """a sparse file of 5 GiB arrives, beyond what 32 bits count, and stays sparse"""
    only_full()
    with World(1) as w:
        payload = w.file(5 * GIB, sparse=True)
        receiving = w.receivers[0].start("mcrecv")
        w.sender.start("mcsend", payload).exits(0, deadline=600)
        receiving.exits(0)
        copy = w.receivers[0].folder / payload.name
        identical(payload, copy)
        check(copy.stat().st_blocks * 512 < GIB, "the copy takes as much room as the content")


def only_full():
    if not FULL:
        raise harness.Skip("runs with MCAST_TEST_FULL=1")


run_cases(globals())
