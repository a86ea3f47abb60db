#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Disks are sent and written: loop devices stand for them, where this machine can make some."""
import os
import subprocess

from devices import device
from harness import MIB, Skip, World, check, equal, run_cases, transferring

ZEROS = bytes(MIB)


def case_disk_to_disk():
    """a disk is copied onto a larger one, named by a link, and what lies behind the copy stays"""
    with World(1) as w:
        source, image = device(w, "source", 8 * MIB)
        target, copy = device(w, "target", 12 * MIB)
        behind = copy.read_bytes()[8 * MIB:]
        link = w.folder / "by-id"
        link.symlink_to(target)
        receiving = w.receivers[0].start("mcrecv", "-o", link, "--reread-partitions")
        w.sender.run("mcsend", source).exits(0)
        receiving.exits(0)
        equal(w.receivers[0].status("mcrecv")["name"], os.path.basename(source), "the offered name")
        check(copy.read_bytes() == image.read_bytes() + behind, "the copy equals the disk")


def case_a_file_from_a_disk():
    """a disk is stored as a file under the name that --session gives"""
    with World(1) as w:
        source, image = device(w, "source", 3 * MIB)
        receiving = w.receivers[0].start("mcrecv")
        w.sender.run("mcsend", "--session", "image.raw", source).exits(0)
        receiving.exits(0)
        check((w.receivers[0].folder / "image.raw").read_bytes() == image.read_bytes(), "the copy")


def case_source_in_use():
    """a source that is in use is sent with a warning"""
    with World(1) as w:
        source, _ = device(w, "source", 2 * MIB)
        claim = os.open(source, os.O_RDONLY | os.O_EXCL)
        w.at_end(lambda: os.close(claim))
        receiving = w.receivers[0].start("mcrecv")
        w.sender.run("mcsend", source).exits(0).says("mounted, or in use", source)
        receiving.exits(0)


def case_too_small():
    """a device that is too small is told to the sender at once, and keeps its content"""
    with World(1) as w:
        target, copy = device(w, "target", 2 * MIB)
        before = copy.read_bytes()
        receiving = w.receivers[0].start("mcrecv", "-o", target)
        w.sender.run("mcsend", "--timeout", 3, w.file(3 * MIB)).exits(1, 3)
        receiving.exits(6).says("no_space", target)
        check(copy.read_bytes() == before, "the device is as it was")


def case_in_use():
    """a device that is in use, or mounted, is refused before there is an offer"""
    with World(1) as w:
        target, _ = device(w, "target", 16 * MIB)
        claim = os.open(target, os.O_RDONLY | os.O_EXCL)
        try:
            w.receivers[0].run("mcrecv", "-o", target).exits(6).says("mounted, or in use", target)
        finally:
            os.close(claim)
        folder = w.folder / "mounted"
        folder.mkdir()
        subprocess.run(["mkfs.ext4", "-q", target], check=True)
        if subprocess.run(["mount", target, folder], capture_output=True).returncode != 0:
            raise Skip("nothing can be mounted")
        w.at_end(lambda: subprocess.run(["umount", folder], check=False))
        w.receivers[0].run("mcrecv", "-o", target).exits(6).says("mounted, or in use", target)


def case_read_only():
    """a device that is read-only is refused as that"""
    with World(1) as w:
        target, _ = device(w, "target", MIB, read_only=True)
        w.receivers[0].run("mcrecv", "-o", target).exits(6).says("read-only", target)


def case_no_device():
    """a slip in the name of a device creates no file in /dev"""
    with World(1) as w:
        slip = "/dev/no-such-disk"
        w.receivers[0].run("mcrecv", "-o", slip).exits(6).says("not_found", "no device " + slip)
        check(not os.path.lexists(slip), "nothing was created")


def case_killed_half_way():
    """a receiver that is killed half-way leaves a disk whose first MiB is zero"""
    with World(1) as w:
        target, copy = device(w, "target", 16 * MIB)
        receiving = w.receivers[0].start("mcrecv", "-o", target)
        sending = w.sender.start("mcsend", "--rate", "20M", "--timeout", 3, w.file(16 * MIB))
        w.receivers[0].wait_status("mcrecv", "a quarter is there", transferring(25))
        receiving.kill()
        sending.exits(1)
        subprocess.run(["blockdev", "--flushbufs", target], check=True)
        check(copy.read_bytes()[:MIB] == ZEROS, "the first MiB is zero")


def case_cancelled_half_way():
    """a transfer that fails says that the disk does not boot"""
    with World(1) as w:
        target, copy = device(w, "target", 16 * MIB)
        receiving = w.receivers[0].start("mcrecv", "-o", target)
        sending = w.sender.start("mcsend", "--rate", "20M", w.file(16 * MIB))
        w.receivers[0].wait_status("mcrecv", "a quarter is there", transferring(25))
        w.sender.run("mcsend", "cancel", "payload.bin")
        sending.exits(1)
        receiving.exits(1).says("left in " + target, "does not boot")
        check(copy.read_bytes()[:MIB] == ZEROS, "the first MiB is zero")


run_cases(globals())
