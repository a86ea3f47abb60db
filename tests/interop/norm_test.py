#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Files to and from NRL's NORM library, which knows nothing of us."""
import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "system"))
from harness import MIB, SEGMENT, Skip, World, check, equal, identical, run_cases, wait_until

GROUP, PORT = "239.255.77.77", "7701"
SIZE = 3 * MIB + 77
SYMBOL = SEGMENT - 8  # of a stream
BLOCK = 128 * SYMBOL


def peer():
    path = os.environ.get("MCAST_NORM_PEER")
    if not path:
        raise Skip("libnorm is not installed")
    return path


def from_norm(fec_id, loss, segment=1400, block=64, parity=16):
    norm = peer()
    with World(1, loss=loss) as w:
        payload = w.file(SIZE)
        receiving = w.receivers[0].start("mcrecv", "--plain")
        w.sender.start(norm, "send", "10.77.0.250", GROUP, PORT, fec_id, segment, block, parity,
                       100, payload, "from-norm.bin")
        receiving.exits(0)
        identical(payload, w.receivers[0].folder / "from-norm.bin")
        final = w.receivers[0].status("mcrecv")
        equal((final["state"], final["digest"]), ("success", None), "state and digest")
        check("digest" in receiving.err, "it says that no digest was offered")


def to_norm(fec_id, loss, nack="unicast", count=1, ours=0):
    norm = peer()
    with World(count + ours, loss=loss) as w:
        payload = w.file(SIZE)
        theirs, hosts = [], w.receivers[:count]
        for i, host in enumerate(hosts, 1):
            (host.folder / "copies").mkdir()
            theirs.append(host.start(norm, "recv", f"10.77.0.{i}", GROUP, PORT, i, nack,
                                     f"{host.folder}/copies/"))
        mine = [host.start("mcrecv", "-o", host.folder / "copies.bin") for host in w.receivers[count:]]
        sending = w.sender.start("mcsend", "--plain", "-n", count + ours, "--fec-id", fec_id, payload)
        for process, host in zip(theirs, hosts):
            wait_until("the NORM receiver has the file", lambda p=process: "whole" in p.out)
            process.exits(0)
            identical(payload, host.folder / "copies" / payload.name)
        for process, host in zip(mine, w.receivers[count:]):
            process.exits(0)
            identical(payload, host.folder / "copies.bin")
        sending.exits(0)
        final = w.sender.status("mcsend")
        equal(sorted(r["verified"] for r in final["receivers"]), [False] * count + [True] * ours,
              "which receivers are known to have verified")


def stream_to_norm(loss, sizes, count=1, ours=0, fec_id=5, options=()):
    norm = peer()
    with World(count + ours, loss=loss) as w:
        for size in sizes:
            name = f"s{size}"
            payload = w.file(size, name)
            copies, theirs = [], []
            for i, host in enumerate(w.receivers[:count], 1):
                copies.append(host.folder / f"{name}.copy")
                theirs.append(host.start(norm, "stream", f"10.77.0.{i}", GROUP, PORT, i, "unicast",
                                         copies[-1]))
                wait_until("the NORM receiver listens", lambda p=theirs[-1]: "ready" in p.out)
            mine = [host.start("mcrecv", "-o", host.folder / f"{name}.copy")
                    for host in w.receivers[count:]]
            sending = w.sender.start("mcsend", "--plain", "-n", count + ours, "--fec-id", fec_id,
                                     *options, "-", "--session", name, fed=True)
            sending.feed(payload.read_bytes())
            sending.end_input()
            for process, copy in zip(theirs, copies):
                wait_until(f"the NORM receiver has {size} bytes", lambda p=process: "whole" in p.out)
                process.exits(0)
                identical(payload, copy)
            for process, host in zip(mine, w.receivers[count:]):
                process.exits(0)
                identical(payload, host.folder / f"{name}.copy")
            sending.exits(0)
            final = w.sender.status("mcsend")
            equal(sorted(r["verified"] for r in final["receivers"]), [False] * count + [True] * ours,
                  "which receivers are known to have verified")
            w.sender.run("mcsend", "close").exits(0)


def case_from_norm():
    """mcrecv --plain takes a file from a NORM sender, with either FEC id"""
    from_norm(5, 0)
    from_norm(129, 0)


def case_from_norm_with_loss():
    """a tenth of a NORM sender's packets is lost, and mcrecv asks for them so that it is understood"""
    from_norm(5, 10)
    from_norm(129, 10)


def case_from_norm_without_parity():
    """a NORM sender without parity, with small segments and blocks, is repaired as well"""
    from_norm(5, 5, segment=512, block=20, parity=0)


def case_to_norm():
    """mcsend --plain serves a NORM receiver, counts it as joined and as unverified, with either FEC id"""
    to_norm(5, 0)
    to_norm(129, 0)


def case_to_norm_with_loss():
    """a NORM receiver that loses a tenth of the packets gets the file by repair"""
    to_norm(5, 10)
    to_norm(129, 10)


def case_multicast_nack():
    """repair requests that NORM receivers multicast to the group are served too"""
    to_norm(5, 10, nack="multicast", count=2)


def case_mixed():
    """NORM receivers and ours share one transfer"""
    to_norm(5, 2, count=1, ours=2)


def case_stream_to_norm():
    """mcsend --plain - sends a stream to a NORM receiver: nothing, a byte, and ends in and beside a block"""
    stream_to_norm(0, [0, 1, BLOCK, BLOCK + 1])
    stream_to_norm(0, [SIZE], fec_id=129)


def case_stream_to_norm_with_loss():
    """a NORM receiver that loses a tenth of a stream's packets gets all of it by repair"""
    stream_to_norm(10, [1, BLOCK - 1, 3 * BLOCK, SIZE])
    stream_to_norm(10, [SIZE], fec_id=129)


def case_long_stream_to_norm():
    """a stream of several times the buffer waits for NORM receivers, with loss as well"""
    stream_to_norm(0, [50 * MIB + 1], options=("--buffer", "16M"))
    stream_to_norm(5, [40 * MIB + 1], count=2, options=("--buffer", "16M"))


def case_mixed_stream():
    """NORM receivers and ours share one stream"""
    stream_to_norm(2, [BLOCK, 20 * MIB + 5], count=1, ours=2, options=("--buffer", "16M"))


def case_not_without_plain():
    """without --plain a NORM sender and a NORM receiver are named, and neither taken nor served"""
    norm = peer()
    with World(1) as w:
        payload = w.file(SIZE)
        receiving = w.receivers[0].start("mcrecv", "--timeout", 6)
        sending = w.sender.start(norm, "send", "10.77.0.250", GROUP, PORT, 5, 1400, 64, 16, 100,
                                 payload, "from-norm.bin")
        receiving.exits(3).says("plain NORM sender", "--plain")
        sending.kill()
        host = w.receivers[0]
        (host.folder / "copies").mkdir()
        host.start(norm, "recv", "10.77.0.1", GROUP, PORT, 1, "unicast", f"{host.folder}/copies/")
        w.sender.run("mcsend", "--timeout", 4, payload).exits(3)


run_cases(globals())
