#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""`metrics` as Prometheus' own parser reads it, and by the conventions for names and units."""
import re

from harness import KIB, MIB, Failure, Skip, World, check, equal, run_cases, transferring
from modules import optional

OPENMETRICS = optional("prometheus_client.openmetrics.parser")
OLDER_TEXT = optional("prometheus_client.parser")


def parsed(text):
    """All families by their names."""
    if OPENMETRICS is None:
        raise Skip("python3-prometheus-client is not installed")
    check(text.endswith("# EOF\n"), "the text ends with # EOF")
    families = {family.name: family for family in OPENMETRICS.text_string_to_metric_families(text)}
    for family in families.values():
        conventional(family)
    return families


def conventional(family):
    check(re.fullmatch("mcast_session_[a-z_]*[a-z]", family.name), f"name {family.name}")
    check(family.samples, f"{family.name} has samples")
    check(re.fullmatch(r"[A-Z].*\.", family.documentation), f"help of {family.name}")
    # What node exporter's textfile collector takes.
    check(family.type in ("gauge", "counter"), f"type {family.type} of {family.name}")
    for unit in ("seconds", "bytes", "ratio"):
        equal(family.unit == unit, family.name.endswith(f"_{unit}"), f"unit {unit} of {family.name}")
    for sample in family.samples:
        check({"session"} <= set(sample.labels) and ("role" in sample.labels) != ("host" in sample.labels),
              f"labels of {sample}")
        if family.unit == "ratio":
            check(0 <= sample.value <= 1, f"{sample} is a ratio")


def value(families, family, **labels):
    """Of the only sample with these labels; None when there is none."""
    name = f"mcast_session_{family}"
    found = [s.value for f in families.values() for s in f.samples
             if s.name == name and labels.items() <= s.labels.items()]
    if len(found) > 1:
        raise Failure(f"{len(found)} samples of {name} {labels}")
    return found[0] if found else None


def metrics(host, tool):
    return parsed(host.run(tool, "metrics").exits(0).out)


def case_nothing():
    """without sessions there are no metrics but the end"""
    with World(0) as w:
        equal(w.sender.run("mcsend", "metrics").exits(0).out, "# EOF\n", "metrics")


def case_transfer():
    """a running and then ended transfer, and a failed one, read as their status says"""
    with World(1) as w:
        receiver = w.receivers[0]
        receiver.run("mcrecv", "--timeout", 0.2).exits(3)
        failed = receiver.status("mcrecv")
        receiving = receiver.start("mcrecv", "--host", 'lab "02"\\')
        sending = w.sender.start("mcsend", "--rate", "10M", w.file(3 * MIB, 'a "b"\\c.bin'))
        session = w.sender.wait_status("mcsend", "data flows", transferring(5))["session"]
        running = metrics(w.sender, "mcsend")
        equal(value(running, "state", session=session, state="in_progress"), 1, "state")
        check(0 < value(running, "progress_ratio", session=session) < 1, "progress")
        check(1e5 < value(running, "rate_bytes_per_second", session=session) < 1e7, "rate")
        equal(value(running, "info", session=session, name='a "b"\\c.bin', role="sender"), 1, "name")
        equal(value(running, "end_timestamp_seconds", session=session), None, "no end before the end")
        equal(value(running, "receiver_loss_ratio", session=session, host='lab "02"\\'), 0, "loss")
        sending.exits(0)
        receiving.exits(0)
        status = w.sender.status("mcsend", session)
        ended = metrics(w.sender, "mcsend")
        equal(value(ended, "progress_ratio", session=session), 1, "progress")
        equal(value(ended, "size_bytes", session=session), 3 * MIB, "size")
        equal(value(ended, "bytes_total", session=session), status["stats"]["bytes"], "a counter")
        equal(value(ended, "packets_total", session=session), status["stats"]["packets"], "a counter")
        equal(value(ended, "receivers", session=session, state="success"), 1, "receivers")
        check(value(ended, "end_timestamp_seconds", session=session)
              > value(ended, "start_timestamp_seconds", session=session), "dates")
        # Both tools, and both roles.
        at_receiver = metrics(receiver, "mcsend")
        equal(value(at_receiver, "error", session=failed["session"], error="no_sender"), 1, "error")
        equal(value(at_receiver, "done_bytes", role="receiver",
                    session=receiver.status("mcrecv")["session"]), 3 * MIB, "done")


def case_textfile_collector():
    """the older text format, which node exporter reads, finds the same gauges in it"""
    with World(0) as w:
        w.sender.start("mcsend", w.file(KIB))
        w.sender.wait_status("mcsend", "it is registered", lambda s: True)
        text = w.sender.run("mcsend", "metrics").exits(0).out
        gauges = {name: f for name, f in parsed(text).items() if f.type == "gauge"}
        older = {f.name: f for f in OLDER_TEXT.text_string_to_metric_families(text)}
        for name, family in gauges.items():
            equal([(s.labels, s.value) for s in older[name].samples],
                  [(s.labels, s.value) for s in family.samples], name)


run_cases(globals())
