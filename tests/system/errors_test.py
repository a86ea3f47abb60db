#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What goes wrong on one machine: each cause has its exit status and a message that names it."""
import os
import shutil
import signal
import subprocess

import harness
from harness import (KIB, MIB, Skip, World, check, equal, identical, one_of, run_cases,
                     transferring, wait_until)


def case_nobody_came():
    """a sender to whom nobody comes within --timeout exits with 3 and says where it looked"""
    with World(1) as w:
        w.sender.run("mcsend", "--timeout", 1, w.file(KIB)).exits(3).says("no_receivers", "e0")
        equal(w.sender.status("mcsend")["error"]["name"], "no_receivers", "error")


def case_nothing_offered():
    """a receiver that is offered nothing within --timeout exits with 3 and says where it listened"""
    with World(1) as w:
        w.receivers[0].run("mcrecv", "--timeout", 1).exits(3).says("no_sender", "e0")
        equal(w.receivers[0].status("mcrecv")["error"]["name"], "no_sender", "error")


def case_usage():
    """a wrong command line exits with 2 and names what is wrong"""
    with World(1) as w:
        payload = w.file(KIB)
        s, r = w.sender, w.receivers[0]
        s.run("mcsend", "--no-such-option", payload).exits(2).says("--no-such-option")
        s.run("mcsend", "--rate", "12X", payload).exits(2).says("12X")
        s.run("mcsend", "-g", "10.0.0.1", payload).exits(2).says("10.0.0.1")
        s.run("mcsend", "--fec-id", "7", payload).exits(2)
        s.run("mcsend").exits(2)
        r.run("mcrecv", "--timeout", "soon").exits(2).says("soon")


def case_unknown_interface():
    """an interface that does not exist is named, with exit status 2"""
    with World(1) as w:
        w.sender.run("mcsend", "-i", "nosuch0", w.file(KIB)).exits(2).says("nosuch0")
        w.receivers[0].run("mcrecv", "-i", "nosuch0").exits(2).says("nosuch0")
        w.receivers[0].run("mcrecv", "-i", "10.99.99.99").exits(2).says("10.99.99.99")


def case_no_source():
    """a source that is not there, or no file, is named before anything is sent"""
    with World(1) as w:
        w.sender.run("mcsend", "nothing.here").exits(6).says("nothing.here", "not_found")
        w.sender.run("mcsend", w.sender.folder).exits(1, 2).says(str(w.sender.folder))


def case_output_exists():
    """an output that exists is refused and left as it is, unless --overwrite allows it"""
    with World(1) as w:
        payload, copy = w.file(100 * KIB), w.receivers[0].folder / "payload.bin"
        copy.write_text("precious")
        receiving = w.receivers[0].start("mcrecv")
        sending = w.sender.start("mcsend", "--timeout", 3, payload)
        receiving.exits(6).says("exists", "payload.bin")
        sending.exits(1, 3)  # 3: it went on waiting for somebody who can take it
        equal(copy.read_text(), "precious", "the file that was there")
        receiving = w.receivers[0].start("mcrecv", "--overwrite")
        w.sender.run("mcsend", payload).exits(0)
        receiving.exits(0)
        identical(payload, copy)


def case_outputs_that_cannot_work():
    """an output that cannot work is refused before anything is offered, and named"""
    with World(1) as w:
        r = w.receivers[0]
        (r.folder / "there").write_text("precious")
        (r.folder / "by-id").symlink_to("/dev/null")
        r.run("mcrecv", "-o", "no/such/folder").exits(6).says("not_found", "no/such")
        r.run("mcrecv", "-o", "there").exits(6).says("exists", "there")
        r.run("mcrecv", "--session", "there").exits(6).says("exists", "there")
        r.run("mcrecv", "-o", "/proc/nothing").exits(6).says("/proc")
        r.run("mcrecv", "--overwrite", "-o", "by-id").exits(1).says(
            "is a character device", f"--output - > {r.folder / 'by-id'}")
        r.run("mcrecv", "-o", "/dev/fd/77").exits(6).says("descriptor 77")
        check((r.folder / "by-id").is_symlink(), "the link is still one")


def case_name_that_nobody_takes():
    """a name that receivers refuse is refused where it is typed"""
    with World(1) as w:
        payload = w.file(KIB)
        strange = payload.with_name("two\nlines")
        shutil.copyfile(payload, strange)
        w.sender.run("mcsend", strange).exits(2).says("control characters", "--session")
        w.sender.run("mcsend", "--session", "a/b", payload).exits(2).says("'/'")
        w.sender.run("mcsend", "").exits(2).says("the path is empty")
        for host in "two\nlines", "\udcff", 65 * "a":
            w.receivers[0].run("mcrecv", "--host", host).exits(2).says("the host name")


def case_file_size_limit():
    """a limit on the size of files is an error at both ends, and nobody is killed"""
    with World(1) as w:
        receiving = w.receivers[0].start("mcrecv", prefix=["prlimit", "--fsize=1000000", "--"])
        sending = w.sender.start("mcsend", "--timeout", 3, w.file(2 * MIB))
        receiving.exits(6).says("no_space", "ulimit -f")
        sending.exits(1).says("no_space")


def case_standard_output_refuses_late():
    """what the disk behind standard output refuses is told before success"""
    with World(1) as w:
        r = w.receivers[0]
        small = w.small_disk(r, 2 * MIB)
        with open(small / "disk", "wb") as disk:
            disk.truncate(6 * MIB)
        device = loop_device(w, small / "disk")
        receiving = r.start("sh", "-c", f'exec "{harness.BIN}/mcrecv" -o - > {device}')
        sending = w.sender.start("mcsend", w.file(6 * MIB))
        receiving.exits(6).says("standard output")
        sending.exits(1)


def loop_device(world, path):
    made = subprocess.run(["losetup", "-f", "--show", path], capture_output=True, text=True)
    if made.returncode != 0:
        raise Skip(f"no loop device can be made: {made.stderr.strip()}")
    device = made.stdout.strip()
    world.at_end(lambda: subprocess.run(["losetup", "-d", device], check=False))
    return device


def case_reader_gone():
    """a reader of the output that goes away is told as that, and not as a fault of a disk"""
    with World(0) as w:
        tool = f"{harness.BIN}/mcsend"
        w.sender.run("sh", "-c", f"{{ until test -e gone; do sleep 0.01; done; {tool} --help; }} |"
                     "{ exec <&-; : >gone; }").exits(0).says(
            "the reader of standard output has gone", "look at the program")


def case_received_already():
    """a receiver does not take the transfer again that it has, but the next one"""
    with World(2) as w:
        first, second = w.file(MIB, "first"), w.file(2 * MIB, "second")
        fast, slow = w.receivers
        slow_one, fast_one = slow.start("mcrecv"), fast.start("mcrecv", "--overwrite")
        sending = w.sender.start("mcsend", "-n", 2, "--rate", "4M", first)
        w.sender.wait_status("mcsend", "data flows", transferring())
        slow_one.signal(signal.SIGSTOP)
        fast_one.exits(0)
        again = fast.start("mcrecv", "--overwrite")
        wait_until("it is passed over", lambda: "received here already" in again.err)
        slow_one.signal(signal.SIGCONT)
        slow_one.exits(0)
        sending.exits(0)
        next_one = w.sender.start("mcsend", second)
        again.exits(0)
        next_one.exits(0)
        identical(second, fast.folder / "second")


def case_no_space():
    """a disk without room fails its receiver with no_space, and the others have their copy"""
    with World(2) as w:
        payload = w.file(6 * MIB)
        small = w.small_disk(w.receivers[0], 2 * MIB)
        full = w.receivers[0].start("mcrecv", "-o", small)
        other = w.receivers[1].start("mcrecv")
        sending = w.sender.start("mcsend", "-n", 2, "--start-after", 1, payload)
        full.exits(6).says("no_space", str(small), "needs 6291456 bytes")
        other.exits(0)
        sending.exits(4).says("no_space")
        identical(payload, w.receivers[1].folder / payload.name)
        equal(list(small.iterdir()), [], "what is left on the small disk")
        final = w.sender.status("mcsend")
        equal(final["error"]["name"], "receivers_failed", "the sender's error")
        by_address = {r["address"]: (r["error"] or {}).get("name") for r in final["receivers"]}
        equal(by_address, {"10.77.0.1": "no_space", "10.77.0.2": None}, "the receivers' errors")


def nobody(world, host):
    """What makes a command of that host run as nobody, with a runtime directory and tools of its own."""
    tools = world.folder / "tools"
    tools.mkdir()
    for tool in ("mcsend", "mcrecv"):
        shutil.copy(harness.BIN / tool, tools)
    run = host.folder / "run-nobody"
    run.mkdir(mode=0o700)
    os.chown(run, 65534, 65534)
    prefix = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--"]
    host.folder.chmod(0o755)
    if host.run("true", prefix=prefix).exit() != 0:
        raise Skip("nothing can be run as nobody here")
    return str(tools), {"prefix": prefix, "environment": {"MCAST_RUNTIME_DIR": str(run)}}


def case_no_permission_to_write():
    """a folder that may not be written is named before anything is offered"""
    with World(1) as w:
        host = w.receivers[0]
        tools, how = nobody(w, host)
        closed = host.folder / "closed"
        closed.mkdir(mode=0o755)
        host.run(f"{tools}/mcrecv", "-o", closed, **how).exits(6).says("permission", str(closed))


def case_hand_in_folder():
    """a folder that may be written to and not listed gets the file"""
    with World(1) as w:
        host, payload = w.receivers[0], w.file(KIB)
        tools, how = nobody(w, host)
        folder = host.folder / "hand-in"
        folder.mkdir()
        folder.chmod(0o1733)
        receiving = host.start(f"{tools}/mcrecv", "-o", folder, **how)
        w.sender.run("mcsend", payload).exits(0)
        receiving.exits(0)
        identical(payload, folder / payload.name)


def case_no_permission_to_read():
    """a source that may not be read is named"""
    with World(1) as w:
        payload = w.file(KIB)
        payload.chmod(0o600)
        tools, how = nobody(w, w.sender)
        w.sender.run(f"{tools}/mcsend", payload, **how).exits(6).says("permission", str(payload))


def case_foreign_runtime_directory():
    """a runtime directory of somebody else is refused"""
    with World(1) as w:
        tools, how = nobody(w, w.sender)
        payload = w.file(KIB)
        how["environment"] = {"MCAST_RUNTIME_DIR": str(w.sender.runtime)}
        asked = w.sender.run(f"{tools}/mcsend", "--timeout", 1, payload, **how)
        asked.exits(6).says("permission", str(w.sender.runtime))


def case_error_table():
    """--help-errors lists every error with number, name and exit status"""
    with World(1) as w:
        listed = w.sender.run("mcsend", "--help-errors").exits(0).out
        for name in ("no_receivers", "no_sender", "sender_lost", "no_space", "process_died", "too_late"):
            one_of(name in listed, (True,), f"{name} is listed")


run_cases(globals())
