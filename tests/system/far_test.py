#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Over a way of hundreds of milliseconds, whose narrowest place is not the sender's own link."""
from harness import MIB, World, check, equal, identical, run_cases

MBIT = 1_000_000


def case_long_way():
    """over 400 ms and with loss all get their copies, as a file and in order, and little is sent twice"""
    way = {"round_trip_ms": 400, "bits_per_second": 100 * MBIT, "queue_bytes": 1_000_000}
    with World(2, loss=1, far=way) as w:
        payload = w.file(32 * MIB)
        in_file = w.receivers[0].start("mcrecv")
        in_order = w.receivers[1].start("mcrecv", "-o", "-")
        w.sender.run("mcsend", "-n", 2, payload).exits(0)
        in_file.exits(0)
        in_order.exits(0)
        identical(payload, w.receivers[0].folder / payload.name)
        equal(in_order.out_bytes == payload.read_bytes(), True, "standard output equals the file")
        sent = w.sender.status("mcsend")["stats"]["bytes"]
        check(sent < 1.5 * payload.stat().st_size, f"{sent} bytes were sent")


run_cases(globals())
