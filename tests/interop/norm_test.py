#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Files to and from NRL's NORM library, which knows nothing of us."""
import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "system"))
from harness import MIB, Skip, World, check, equal, identical, run_cases, wait_until

GROUP, PORT = "239.255.77.77", "7701"
SIZE = 3 * MIB + 77


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
