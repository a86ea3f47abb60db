#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Streams: standard input and the output of a command, whose size nobody knows before the end."""
import json
import os
import signal

from harness import BIN, MIB, World, absent, check, equal, identical, run_cases

CHUNK = 2 * MIB  # receivers pass on whole chunks of that size


def case_standard_input():
    """what comes in on standard input arrives whole, as a file and at a pipe, with loss as well"""
    with World(2, loss=3) as w:
        payload = w.file(20 * MIB + 12345)
        to_file = w.receivers[0].start("mcrecv")
        to_pipe = w.receivers[1].start("mcrecv", "-o", "-")
        sending = w.sender.start("mcsend", "-", "-n", 2, fed=True)
        sending.feed(payload.read_bytes())
        sending.end_input()
        sending.exits(0)
        to_file.exits(0)
        to_pipe.exits(0)
        identical(payload, w.receivers[0].folder / "stdin")
        equal(to_pipe.out_bytes == payload.read_bytes(), True, "the content at the pipe")
        final = w.sender.status("mcsend")
        equal((final["bytes_total"], final["percent"]), (20 * MIB + 12345, 100), "size and percent")


def case_borders():
    """an empty stream, one byte, and ends on and beside the border of a chunk all arrive whole"""
    with World(1) as w:
        for size in (0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK):
            name = f"s{size}"
            receiving = w.receivers[0].start("mcrecv")
            w.sender.run("mcsend", "--exec", f"yes | head -c {size}", "--session", name).exits(0)
            receiving.exits(0)
            copy = w.receivers[0].folder / name
            equal(copy.read_bytes() == (b"y\n" * size)[:size], True, f"the content of {size} bytes")


def case_producer_fails():
    """a command that fails fails the session everywhere, with its status and its last words"""
    with World(2) as w:
        to_file = w.receivers[0].start("mcrecv")
        to_pipe = w.receivers[1].start("mcrecv", "-o", "-")
        command = "head -c 9000000 /dev/urandom; echo the tape is torn >&2; exit 3"
        sending = w.sender.run("mcsend", "-n", 2, "--exec", command).exits(6)
        sending.says("(exec_failed)", "exited with status 3", "the tape is torn")
        to_file.exits(1).says("the tape is torn", "(sender_failed)")
        to_pipe.exits(1).says("the tape is torn")
        absent(w.receivers[0].folder / "stdin")
        equal(w.sender.status("mcsend")["error"]["name"], "exec_failed", "the error in the status")


def case_producer_killed():
    """a command that is killed fails the session: half of a stream is not a stream"""
    with World(1) as w:
        receiving = w.receivers[0].start("mcrecv")
        sending = w.sender.run("mcsend", "--exec", "head -c 5000000 /dev/urandom; kill -9 $$").exits(6)
        sending.says("was killed by SIGKILL")
        receiving.exits(1)
        absent(w.receivers[0].folder / "stdin")


def case_pause():
    """a producer that writes nothing for longer than the timeout harms nobody"""
    with World(1) as w:
        receiving = w.receivers[0].start("mcrecv", "--timeout", 2)
        sending = w.sender.start("mcsend", "-", "--timeout", 2, "-n", 1, fed=True)
        begin = os.urandom(CHUNK + 1000)
        sending.feed(begin)
        w.sender.wait_status("mcsend", "it waits for the producer",
                             lambda s: s["phase"] == "transferring"
                             and s["waiting_for"] == "waiting for more content from the source")
        waited = w.sender.wait_status("mcsend", "for twice the timeout", lambda s: s["elapsed_s"] > 5)
        equal((waited["percent"], waited["bytes_total"]), (0, None), "percent and size meanwhile")
        sending.feed(b"the end")
        sending.end_input()
        sending.exits(0)
        receiving.exits(0)
        copy = (w.receivers[0].folder / "stdin").read_bytes()
        equal(copy == begin + b"the end", True, "the content")


def case_late():
    """a late receiver is taken while the beginning is kept, and later refused, which is a failure"""
    with World(3) as w:
        first = w.receivers[0].start("mcrecv")
        sending = w.sender.start("mcsend", "-", "--buffer", "16M", fed=True)
        sending.feed(os.urandom(8 * MIB))
        w.sender.wait_status("mcsend", "the beginning has arrived", lambda s: s["bytes_done"] >= 4 * MIB)
        second = w.receivers[1].start("mcrecv")
        w.sender.wait_status("mcsend", "the second is in", lambda s: len(s["receivers"]) == 2)
        sending.feed(os.urandom(40 * MIB))
        w.sender.wait_status("mcsend", "the beginning is gone", lambda s: s["bytes_done"] > 30 * MIB)
        third = w.receivers[2].run("mcrecv").exits(1)
        third.says("(joined_late)")
        sending.end_input()
        sending.exits(4).says("(receivers_failed)", "-n")
        first.exits(0)
        second.exits(0)
        for receiver in w.receivers[:2]:
            equal((receiver.folder / "stdin").stat().st_size, 48 * MIB, "the size of a copy")
        absent(w.receivers[2].folder / "stdin")


def case_reader_gone():
    """a reader that leaves early is that receiver's failure, and nobody else's"""
    with World(2) as w:
        good = w.receivers[0].start("mcrecv")
        bad = w.receivers[1].start("sh", "-c", "{ $MCRECV -o - 2>err; echo $? >status; } | head -c 1000 >/dev/null",
                                   environment={"MCRECV": str(BIN / "mcrecv")})
        w.sender.run("mcsend", "-n", 2, "--exec", "head -c 30000000 /dev/urandom").exits(4)
        good.exits(0)
        bad.exits(0)
        equal((w.receivers[1].folder / "status").read_text().strip(), "6", "its exit status")
        equal((w.receivers[0].folder / "stdin").stat().st_size, 30000000, "the size of the copy")


def case_reader_stands_still():
    """a reader that never reads is given up after the timeout; the others get the rest"""
    with World(2) as w:
        good = w.receivers[0].start("mcrecv")
        bad = w.receivers[1].start("sh", "-c", "{ $MCRECV -o - --timeout 3 2>err; echo $? >status; } | sleep 60",
                                   environment={"MCRECV": str(BIN / "mcrecv")})
        w.sender.run("mcsend", "-n", 2, "--timeout", 3, "--buffer", "16M",
                     "--exec", "head -c 90000000 /dev/urandom").exits(4)
        good.exits(0)
        equal((w.receivers[0].folder / "stdin").stat().st_size, 90000000, "the size of the copy")
        bad.stop()


def case_list():
    """what is on offer says that a stream has no size"""
    with World(1) as w:
        sending = w.sender.start("mcsend", "-", fed=True)
        w.sender.wait_status("mcsend", "it waits for receivers", lambda s: s["phase"] == "waiting")
        receiver = w.receivers[0]
        offers = json.loads(receiver.run("mcrecv", "list", "--timeout", 3, "--json").exits(0).out)
        equal([(o["name"], o["bytes_total"]) for o in offers], [("stdin", None)], "the offers")
        listed = receiver.run("mcrecv", "list", "--timeout", 3).exits(0).out
        equal(listed.splitlines()[-1].split()[:2], ["stdin", "stream"], "the row")
        sending.signal(signal.SIGTERM)
        sending.exits(130)


def case_size_hint():
    """the size that the sender expects gives percent at both ends, and nothing else, right or wrong"""
    with World(1) as w:
        for hint in (16 * MIB, 4 * MIB):
            name = f"expected{hint}"
            receiving = w.receivers[0].start("mcrecv", "--session", name)
            sending = w.sender.start("mcsend", "-", "-n", 1, "--size-hint", hint, "--session", name,
                                     fed=True)
            sending.feed(bytes(9 * MIB))
            for tool, host in (("mcsend", w.sender), ("mcrecv", w.receivers[0])):
                half = host.wait_status(tool, "the first part has arrived",
                                        lambda s: s["bytes_done"] > 7 * MIB)
                equal((half["bytes_total"], half["bytes_expected"]), (None, hint), f"sizes of {tool}")
                part = min(99, 100 * half["bytes_done"] // hint)
                equal([half["percent"]] + [r["percent"] for r in half.get("receivers", [])],
                      [part] * (2 if tool == "mcsend" else 1), f"progress of {tool}")
            sending.end_input()
            sending.exits(0)
            receiving.exits(0)
            equal((w.receivers[0].folder / name).stat().st_size, 9 * MIB, "the size of the copy")
            final = w.sender.status("mcsend")
            equal((final["percent"], final["bytes_total"]), (100, 9 * MIB), "at the end")
            for tool, host in (("mcsend", w.sender), ("mcrecv", w.receivers[0])):
                host.run(tool, "close").exits(0)


def case_usage():
    """what cannot be is refused at once, with what to do"""
    with World(0, network=False) as w:
        for words, claim in (
                (["-", "--on-slow", "defer"], "--on-slow drop"),
                (["--exec", "true", "file"], "leave one of the two out"),
                (["-", "--buffer", "1M"], "16 MiB"),
                (["-", "--buffer", "lots"], "is not a size"),
                ([__file__, "--size-hint", "5M"], "--size-hint is for a stream"),
                (["-", "--plain", "--buffer", "4G"], "4032 MiB")):
            refused = w.sender.run("mcsend", "-i", "lo", *words).exits(2)
            check(claim in refused.err, f"{words}: {claim!r} is not said:\n{refused.err}")


run_cases(globals())
