# SPDX-License-Identifier: MIT
"""The limit of the machine: the highest rate at which a plain blast reaches every receiver whole."""
import json
import pathlib
import shutil
import time

from transfer import Process, warm

_GROUP = ["239.255.78.1", "7801"]
_STEPS = 6       # of the search: its answer is within 2 % of the unpaced rate
_WHOLE = 0.9999  # of the content


class Raw:
    """Searches in its first run, and repeats what it found in the others."""

    def __init__(self, build):
        self._folder = pathlib.Path(build) / "tests/bench"
        self._best = None  # Mbit/s; 0: as fast as it goes

    def missing(self):
        return None if (self._folder / "bench_blast").exists() else "bench_blast"

    def run(self, scenario, network, folder, source, limit):
        def blast(rate):
            return self._blast(scenario, network, folder, source, limit, rate)
        if self._best is not None:
            return blast(self._best)
        blast(0)  # warms up
        line = blast(0)
        if line["ok"]:
            self._best = 0
            return line
        low, high, best = 0.0, line["sent_mbps"], line
        for _ in range(_STEPS):
            rate = (low + high) / 2
            line = blast(round(rate))
            if line["ok"]:
                low, best = rate, line
            else:
                high = rate
        self._best = round(low)
        return best

    def _blast(self, scenario, network, folder, source, limit, rate):
        folders = [folder / f"raw-{host}" for host in ["s", *network.receivers]]
        processes = []
        try:
            for number, host in enumerate(network.receivers, 1):
                at = folders[number]
                at.mkdir()
                argv = [self._folder / "bench_sink", f"10.77.0.{number}", *_GROUP]
                argv += [] if scenario.null else [at / "copy"]
                processes.append(Process(network.name(host), argv, at))
            time.sleep(0.3)
            if not scenario.null:
                warm(folder, scenario.receivers * source.stat().st_size)
            folders[0].mkdir()
            argv = [self._folder / "bench_blast", "10.77.0.250", *_GROUP, source, str(rate)]
            processes.append(Process(network.name("s"), argv, folders[0]))
            end = time.monotonic() + limit
            for process in reversed(processes):
                process.wait(max(0, end - time.monotonic()))
            return self._line([json.loads(p.text() or "{}") for p in processes], rate)
        finally:
            for process in processes:
                process.stop()
            for at in folders:
                shutil.rmtree(at, ignore_errors=True)

    @staticmethod
    def _line(totals, rate):
        if not all(totals):
            return {"ok": False, "why": "not done in time", "mbps": 0, "sent_mbps": 0}
        *received, sent = totals
        part = min(r["bytes"] for r in received) / sent["bytes"]
        speed = min(r["bytes"] * 8e-6 / max(r["wall_s"], 1e-4) for r in received)
        return {"ok": part >= _WHOLE, "why": None if part >= _WHOLE else f"{part:.2%} came",
                "mbps": round(speed, 1), "sent_mbps": round(sent["bytes"] * 8e-6 / sent["wall_s"], 1),
                "asked_mbps": rate}
