#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""--trace: what both ends write down of a transfer with loss, and a trace that cannot be written."""
import json
import subprocess

from harness import MIB, ROOT, World, check, equal, run_cases


def events(path):
    """The events of a trace, whose every record must be whole."""
    texts = path.read_text().split("\x1e")
    equal(texts[0], "", "text before the first record")
    header, *records = [json.loads(text) for text in texts[1:]]
    equal(header["serialization_format"], "application/qlog+json-seq", "format")
    times = [record["time"] for record in records]
    equal(times, sorted(times), "times")
    return header["trace"]["vantage_point"]["name"], records


def some(records, name, **data):
    return [r for r in records
            if r["name"] == f"mcast:{name}" and data.items() <= r["data"].items()]


def case_both():
    """sender and receiver tell the same story of loss and repair"""
    with World(1, loss=2) as w:
        source = w.file(8 * MIB)
        sender, receiver = w.sender.folder / "s.qlog", w.receivers[0].folder / "r.qlog"
        got = w.receivers[0].start("mcrecv", "--trace", "r.qlog")
        w.sender.run("mcsend", source, "--trace", "s.qlog").exits(0)
        got.exits(0)
        vantage, sent = events(sender)
        equal(vantage, "sender", "vantage point")
        check(some(sent, "packets_sent", kind="offer"), "the offer is in it")
        check(some(sent, "packets_sent", kind="data"), "the data is in it")
        check(some(sent, "epoch_judged"), "the rate is in it")
        asked = some(sent, "repair_requested")
        check(asked, "a request is in it")
        equal(len(some(sent, "receiver_changed", change="success")), 1, "receivers that succeeded")
        vantage, heard = events(receiver)
        equal(vantage, "receiver", "vantage point")
        stages = [r["data"]["stage"] for r in some(heard, "stage_reached")]
        equal((stages[0], sorted(stages[1:-1]), stages[-1]),
              ("offered", ["joined", "started"], "ended"), "stages")
        check(some(heard, "message_heard", kind="repair"), "the repairs are in it")
        wanted = some(heard, "repair_requested")
        check(len(wanted) >= len(asked), "what was asked for is asked for at both ends")
        check(all(r["data"]["good"] for r in some(heard, "chunk_verified")), "all chunks are good")
        for trace in (sender, receiver):
            plot = subprocess.run([ROOT / "scripts/plot_trace", trace], capture_output=True, text=True)
            check(plot.returncode == 0 or "needs gnuplot" in plot.stderr, plot.stderr)


def case_full():
    """a full disk ends the trace with a word, and not the transfer"""
    with World(1) as w:
        source = w.file(2 * MIB)
        got = w.receivers[0].start("mcrecv")
        done = w.sender.run("mcsend", source, "--trace", "/dev/full").exits(0)
        got.exits(0)
        check("the trace ends here: cannot write to /dev/full" in done.err, done.err)


def case_nowhere():
    """a trace that cannot be begun is an error before anything is sent"""
    with World(0) as w:
        source = w.file(1000)
        done = w.sender.run("mcsend", source, "--trace", "/nosuch/trace").exits(6)
        check("cannot write the trace to /nosuch/trace" in done.err, done.err)


run_cases(globals())
