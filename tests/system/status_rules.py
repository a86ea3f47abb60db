# SPDX-License-Identifier: MIT
"""The status contract (docs/status.md) as a script: what each status must look like by itself, and
what must hold from one to the next of the same session."""
import re

from harness import check, equal, one_of

KEYS = {"version", "session", "name", "role", "pid", "state", "phase", "percent", "error",
        "bytes_total", "bytes_expected", "bytes_done", "bytes_reached", "rate_bps", "eta_s", "started", "ended", "elapsed_s", "group",
        "interface", "peer", "feedback_port", "stats", "meta", "waiting_for", "path", "digest"}
SENDER_KEYS = KEYS | {"receivers", "paced_by", "best_bytes_done", "rate_mode", "rate_reason"}
STATS = {"packets", "lost", "repaired", "nacks", "dropped_by_host", "foreign", "malformed",
         "refused", "unserved", "malformed_kinds", "unopened", "unopened_kinds"}
RECEIVER_KEYS = {"id", "host", "address", "state", "percent", "error", "rate_bps", "loss",
                 "limited_by", "cause", "lag_s", "joined_s", "report_age_s", "verified",
                 "attached"}
STATES = ("in_progress", "success", "failure")
PHASES = ("waiting", "transferring", "verifying", "finishing", "ended")
DATE = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z"


def well_formed(s, head=False):
    """The rules that one status must keep by itself; `head`: without its receivers, as in events."""
    keys = SENDER_KEYS - ({"receivers"} if head else set()) if s["role"] == "sender" else KEYS
    equal(keys - set(s), set(), "keys that are missing")
    equal(s["version"], 2, "version")
    check(re.fullmatch("[0-9a-f]{8}", s["session"]), f"session {s['session']!r} is no id")
    one_of(s["role"], ("sender", "receiver"), "role")
    one_of(s["phase"], PHASES, "phase")
    final = s["state"] != "in_progress"
    equal(s["phase"] == "ended", final, "phase is ended exactly when the state is final")
    died = final and (s["error"] or {}).get("name") == "process_died"  # nobody knows when
    equal(s["ended"] is not None, final and not died, "ended is set exactly when the state is final")
    for date in (s["started"], s["ended"]):
        check(date is None or re.fullmatch(DATE, date), f"{date!r} is no RFC 3339 date in UTC")
    progress(s, whole=final)
    if s["bytes_total"] is None and s["bytes_expected"] is None and not final:
        equal(s["percent"], 0, "percent while the size is unknown")
    if s["bytes_total"] is not None:
        check(0 <= s["bytes_done"] <= s["bytes_reached"] <= s["bytes_total"],
              f"bytes_done {s['bytes_done']}, bytes_reached {s['bytes_reached']}")
    if s["state"] != "success":
        equal((s["path"], s["digest"]), (None, None), "path and digest without success")
    equal(STATS - set(s["stats"]), set(), "stats that are missing")
    for receiver in s.get("receivers", []):
        equal(RECEIVER_KEYS - set(receiver), set(), "keys missing in a receiver")
        one_of(receiver["limited_by"], ("none", "network", "host", "disk", "gone"), "limited_by")
        one_of(receiver["cause"], (None, "link", "loss", "disk", "reader", "host"), "cause")
        check(0 <= receiver["loss"] <= 1, f"loss {receiver['loss']}")
        success = receiver["state"] == "success"
        progress(receiver, whole=success)
        check(success or not receiver["verified"], "verified without success")


def progress(s, whole):
    """State, error and percent; a session's is 100 at its end, a receiver's with success."""
    one_of(s["state"], STATES, "state")
    equal(s["error"] is not None, s["state"] == "failure", "error is set exactly on failure")
    if s["error"]:
        equal(set(s["error"]) >= {"code", "name", "message"}, True, "error has code, name, message")
        check(s["error"]["message"], "an error without a message")
    check(isinstance(s["percent"], int), f"percent {s['percent']!r} is no integer")
    if whole:
        equal(s["percent"], 100, "percent of a final state")
    else:
        check(0 <= s["percent"] <= 99, f"percent {s['percent']}")


class Watch:
    """All statuses of one session, in the order in which they were asked for."""

    def __init__(self):
        self.seen = []

    def observe(self, status, head=False):
        if status is None:
            check(not self.seen, "a session that was there is gone without a close")
            return None
        well_formed(status, head)
        if self.seen:
            self._follows(self.seen[-1], status)
        self.seen.append(status)
        return status

    @staticmethod
    def _follows(before, now):
        for key in ("version", "session", "role", "pid", "started"):
            equal(now[key], before[key], f"{key}, which never changes")
        check(now["percent"] >= before["percent"],
              f"percent fell from {before['percent']} to {now['percent']}")
        if before["state"] != "in_progress":
            equal(now, before, "the status of an ended session, which never changes")
        if before["bytes_total"] is not None:
            equal(now["bytes_total"], before["bytes_total"], "bytes_total once it is known")

    @property
    def last(self):
        return self.seen[-1]

    def phases(self):
        return {s["phase"] for s in self.seen}
