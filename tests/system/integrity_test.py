#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Proof of arrival: digests, and a network that changes bytes without anybody noticing."""
import hashlib

from harness import MIB, World, absent, check, equal, identical, run_cases


def case_sha256():
    """with --digest sha256 both sides name the same sha256 digest"""
    with World(2, loss=1) as w:
        payload = w.file(5 * MIB + 3)
        receiving = [r.start("mcrecv") for r in w.receivers]
        w.sender.run("mcsend", "-n", 2, "--digest", "sha256", payload).exits(0)
        digests = {w.sender.status("mcsend")["digest"]}
        for process, host in zip(receiving, w.receivers):
            process.exits(0)
            identical(payload, host.folder / payload.name)
            digests.add(host.status("mcrecv")["digest"])
        equal(len(digests), 1, "different digests")
        digest = digests.pop()
        check(digest.startswith("sha256:"), f"{digest} is a sha256")
        equal(len(digest.split(":")[1]), hashlib.sha256().digest_size * 2, "its length")


def corrupted(world, packets):
    payload = world.file(8 * MIB)
    damaged, sound = world.receivers
    world.corrupt(damaged, packets)
    receiving = [r.start("mcrecv") for r in world.receivers]
    sending = world.sender.start("mcsend", "-n", 2, payload)
    status = receiving[0].exit()
    sending.exit()
    receiving[1].exits(0)
    identical(payload, sound.folder / payload.name)
    check(world.network.counted(damaged.name, "corrupt") > 0, "the network did damage")
    return payload, damaged, status


def case_few_damaged():
    """damage that no checksum sees is mended before the file appears under its name"""
    with World(2) as w:
        payload, damaged, status = corrupted(w, 3)
        equal(status, 0, "exit status of the receiver with damaged packets")
        identical(payload, damaged.folder / payload.name)


def case_never_a_wrong_file():
    """a network that damages a thousand packets may fail a transfer, but never makes a wrong file"""
    with World(2) as w:
        payload, damaged, status = corrupted(w, 1000)
        if status == 0:
            identical(payload, damaged.folder / payload.name)
        else:
            equal(damaged.status("mcrecv")["error"]["name"], "integrity", "its error")
            absent(damaged.folder / payload.name)


run_cases(globals())
