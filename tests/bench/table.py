# SPDX-License-Identifier: MIT
"""The scenarios, the bars, and the table that comes of the lines of results."""
import dataclasses
import math
import os
import platform
import re
import statistics
import subprocess
import typing


@dataclasses.dataclass(frozen=True)
class Scenario:
    """What is sent to whom; every contender does it in turn."""

    text: str
    receivers: int
    mib: int
    contenders: tuple
    null: bool = False    # received content is discarded by those who can
    single: bool = False  # packets are single on every link
    loss: float = 0       # percent, independently on the way to each receiver
    mbits: int = 0        # the rate that every sender is told; 0: as fast as it goes
    alone: bool = False   # each contender sends to one receiver, too, as "NAME/1"


PEERS = ("udpcast", "uftp", "norm")
SCENARIOS = {
    "null": Scenario("4 receivers, 1 GiB, null sink", 4, 1024, ("mcast", "udpcast", "raw"),
                     null=True),
    "files": Scenario("4 receivers, 1 GiB, files on tmpfs", 4, 1024, ("mcast", *PEERS, "raw")),
    "one": Scenario("1 receiver, 1 GiB, null sink", 1, 1024, ("mcast", *PEERS), null=True),
    "pipe": Scenario("4 receivers, 1 GiB through `cat`, null sinks or pipes", 4, 1024,
                     ("mcast", "mcast+pipe", "mcast+pipes", "udpcast+pipes"), null=True),
    "sparse": Scenario("4 receivers, 256 MiB, or the same in 8 GiB of holes, files on tmpfs", 4, 256,
                       ("mcast", "mcast+sparse")),
    "eight": Scenario("8 receivers, 512 MiB, null sink", 8, 512, ("mcast", "udpcast"), null=True),
    "single": Scenario("4 receivers, single packets", 4, 256, ("mcast", *PEERS), single=True),
    "loss1": Scenario("the same, 1 % loss", 4, 256, ("mcast", *PEERS), single=True, loss=1),
    "loss5": Scenario("the same, 5 % loss", 4, 256, ("mcast", *PEERS), single=True, loss=5),
    "small": Scenario("1 MiB to 4 waiting receivers", 4, 1, ("mcast", "udpcast", "uftp")),
    "status": Scenario("4 receivers, 1 GiB, null sink, asked for status", 4, 1024,
                       ("mcast", "mcast+socket", "mcast+command", "mcast+nothing"), null=True),
    "flat50": Scenario("32 receivers, 50 Mbit/s, single packets, 1 % loss", 32, 64,
                       ("mcast", *PEERS), null=True, single=True, loss=1, mbits=50, alone=True),
    "flat200": Scenario("32 receivers, 200 Mbit/s", 32, 256, ("mcast", *PEERS), null=True,
                        mbits=200, alone=True),
}


class Results:
    """The lines of one scenario, by contender."""

    def __init__(self, lines):
        self._lines = {}
        for line in lines:
            self._lines.setdefault(line["contender"], []).append(line)

    def has(self, contender):
        return contender in self._lines

    def median(self, contender, key):
        """Of the good runs; None where there is none."""
        good = [line[key] for line in self._lines.get(contender, []) if line["ok"]]
        return statistics.median(good) if good else None

    def ratio(self, contender, other, key):
        """The median of those to `other` in the same round, as the machine drifts meanwhile."""
        pairs = zip(self._lines.get(contender, []), self._lines.get(other, []))
        good = [a[key] / b[key] for a, b in pairs if a["ok"] and b["ok"]]
        return statistics.median(good) if good else None

    def most(self, contender, key):
        return max((line[key] for line in self._lines.get(contender, [])), default=None)

    def best(self, key, contenders, pick=max):
        """(figure, contender) of the best of these."""
        found = [(self.median(c, key), c) for c in contenders if self.median(c, key) is not None]
        return pick(found, default=(None, ""))

    def percentile(self, contender, percent):
        asked = sorted(ms for line in self._lines.get(contender, []) for ms in line["latency_ms"])
        return asked[math.ceil(len(asked) * percent / 100) - 1] if asked else None

    def runs(self):
        """"mcast 5/5, uftp 0/1": good runs of all."""
        return ", ".join(f"{c} {sum(line['ok'] for line in lines)}/{len(lines)}"
                         for c, lines in self._lines.items())


@dataclasses.dataclass(frozen=True)
class Row:
    """A bar: `judge` gives our figure, the other's and whose, both as text, the ratio, and met."""

    scenario: str
    what: str
    bar: str
    judge: typing.Callable
    needs: str = "mcast"  # the contender that the row is about


def _figure(number, unit):
    if number is None:
        return "none"
    return (f"{number:.0f}" if number >= 100 else f"{number:.4g}") + f" {unit}".rstrip()


def _against(key, unit, bar, contenders, *, lower=False):
    """Our median of `key` is at least (lower: at most) `bar` times the best of the contenders."""
    def judge(results):
        ours = results.median("mcast", key)
        theirs, who = results.best(key, contenders, min if lower else max)
        ratio = ours / theirs if ours is not None and theirs else None
        met = None if ratio is None else (ratio <= bar if lower else ratio >= bar)
        if ours is None:
            met = False
        return _figure(ours, unit), f"{_figure(theirs, unit)} {who}".strip(), ratio, met
    return judge


def _at_most(figure, unit, limit, other=lambda results: ""):
    def judge(results):
        ours = figure(results)
        return _figure(ours, unit), other(results), None, ours is not None and ours <= limit
    return judge


def _unchanged(contender):
    def judge(results):
        ours, alone = results.median(contender, "mbps"), results.median("mcast", "mbps")
        ratio = results.ratio(contender, "mcast", "mbps")
        floor = results.ratio("mcast+nothing", "mcast", "mbps")
        if contender != "mcast+command":
            floor = None
        return (_figure(ours, "Mbit/s"), f"{_figure(alone, 'Mbit/s')} unasked" +
                (f"; with an empty program {floor:.2f}" if floor else ""), ratio,
                ratio is not None and ratio >= 0.97)
    return judge


def _beside(contender, other, key, unit, bar, *, lower=False):
    """The median of `contender` by that of another contender, in the same rounds."""
    def judge(results):
        ratio = results.ratio(contender, other, key)
        met = ratio is not None and (ratio <= bar if lower else ratio >= bar)
        return (_figure(results.median(contender, key), unit),
                f"{_figure(results.median(other, key), unit)} {other}", ratio, met)
    return judge


def _growth(results, contender):
    """Time to all receivers by time to one; None: one of the two failed."""
    many, one = results.median(contender, "wall_s"), results.median(f"{contender}/1", "wall_s")
    return many / one if many and one else None


def _flat(bar):
    def judge(results):
        ours = _growth(results, "mcast")
        peers = [f"{_figure(_growth(results, p), '')} {p}" for p in PEERS if results.has(p)]
        one = results.median("mcast/1", "wall_s")
        return (f"{_figure(ours, '')} ({_figure(one, 's')} to one)", ", ".join(peers), None,
                ours is not None and ours <= bar)
    return judge


def _latency(contender):
    def other(results):
        text = (f"median {_figure(results.percentile(contender, 50), 'ms')}, asked "
                f"{_figure(results.median(contender, 'asked_per_s'), 'times a second')}")
        floor = results.percentile("mcast+nothing", 99) if contender == "mcast+command" else None
        return text + (f"; an empty program {_figure(floor, 'ms')}" if floor else "")
    return _at_most(lambda r: r.percentile(contender, 99), "ms", 5, other)


def _speed(bar, contenders=PEERS):
    return _against("mbps", "Mbit/s", bar, contenders)


def _memory(side):
    return _at_most(lambda r: r.most("mcast", f"{side}_anonymous_mib"), "MiB", 64)


ROWS = [
    Row("null", "goodput to each", "≥ 8 × UDPcast", _speed(8, ["udpcast"])),
    Row("null", "goodput to each", "≥ 0.6 × raw", _speed(0.6, ["raw"])),
    Row("null", "CPU of the sender", "≤ 0.3 × UDPcast",
        _against("sender_cpu_s_per_gib", "s/GiB", 0.3, ["udpcast"], lower=True)),
    Row("null", "CPU of each receiver", "≤ 0.3 × UDPcast",
        _against("receiver_cpu_s_per_gib", "s/GiB", 0.3, ["udpcast"], lower=True)),
    Row("files", "goodput to each", "≥ 3 × best peer", _speed(3)),
    Row("files", "goodput to each", "≥ 0.6 × raw to files", _speed(0.6, ["raw"])),
    Row("files", "memory of the sender", "≤ 64 MiB", _memory("sender")),
    Row("files", "memory of a receiver", "≤ 64 MiB", _memory("receiver")),
    Row("one", "goodput", "≥ 3 × best peer", _speed(3)),
    Row("pipe", "from `cat` to null sinks", "≥ 0.7 × a file",
        _beside("mcast+pipe", "mcast", "mbps", "Mbit/s", 0.7), "mcast+pipe"),
    Row("pipe", "from `cat` to pipes", "≥ 6 × UDPcast",
        _beside("mcast+pipes", "udpcast+pipes", "mbps", "Mbit/s", 6), "mcast+pipes"),
    Row("sparse", "time of the file with holes", "≤ 1.3 × without",
        _beside("mcast+sparse", "mcast", "wall_s", "s", 1.3, lower=True), "mcast+sparse"),
    Row("eight", "goodput to each", "≥ 8 × UDPcast", _speed(8)),
    Row("single", "goodput to each", "≥ 1.5 × best peer", _speed(1.5)),
    Row("single", "wire / file bytes", "≤ 1.05",
        _at_most(lambda r: r.median("mcast", "wire_ratio"), "", 1.05,
                 lambda r: _figure(r.median("udpcast", "wire_ratio"), "udpcast"))),
    Row("loss1", "goodput to each", "≥ 1.4 × best peer", _speed(1.4)),
    Row("loss5", "goodput to each", "≥ 1.5 × best peer", _speed(1.5)),
    Row("small", "start to last verified", "≤ 50 ms",
        _at_most(lambda r: _times(r.median("mcast", "wall_s"), 1e3), "ms", 50,
                 lambda r: f"{_figure(_times(r.best('wall_s', PEERS, min)[0], 1e3), 'ms')} "
                           f"{r.best('wall_s', PEERS, min)[1]}")),
    Row("status", "control socket, 100/s, p99", "≤ 5 ms", _latency("mcast+socket"),
        "mcast+socket"),
    Row("status", "goodput meanwhile", "≥ 0.97 × unasked", _unchanged("mcast+socket"),
        "mcast+socket"),
    Row("status", "`status --json`, 100/s, p99", "≤ 5 ms", _latency("mcast+command"),
        "mcast+command"),
    Row("status", "goodput meanwhile", "≥ 0.97 × unasked", _unchanged("mcast+command"),
        "mcast+command"),
    *(Row(flat, "time by that to one receiver", "≤ 1.1", _flat(1.1)) for flat in
      ("flat50", "flat200")),
]


def _times(number, factor):
    return None if number is None else number * factor


def markdown(lines, scenarios):
    """The table of those scenarios, then how often each contender got it through."""
    out = ["| scenario | figure | bar | mcast | against | ratio | |", "|---|---|---|---|---|---|---|"]
    counts = []
    for name, scenario in scenarios.items():
        results = Results([line for line in lines if line["scenario"] == name])
        for row in (r for r in ROWS if r.scenario == name and results.has(r.needs)):
            ours, theirs, ratio, met = row.judge(results)
            verdict = "nobody to compare with" if met is None else "pass" if met else "FAIL"
            out.append(f"| {scenario.text} | {row.what} | {row.bar} | {ours} | {theirs} | "
                       f"{'' if ratio is None else f'{ratio:.2f}'} | {verdict} |")
        counts.append(f"{name}: {results.runs()}")
    return "\n".join([*out, "", "Good runs: " + "; ".join(counts) + "."])


def machine(root):
    """Where and of what the figures are: a line of text."""
    with open("/proc/cpuinfo", encoding="utf-8") as f:
        model = re.search(r"model name\s*:\s*(.+)", f.read())
    with open("/proc/meminfo", encoding="ascii") as f:
        memory = int(re.search(r"MemTotal:\s+(\d+)", f.read())[1]) / (1 << 20)
    described = subprocess.run(["git", "-C", root, "describe", "--always", "--dirty"],
                               capture_output=True, text=True, check=False).stdout.strip()
    return (f"{model[1] if model else platform.machine()}, {os.cpu_count()} cores, "
            f"{memory:.0f} GiB, Linux {platform.release()}; commit {described or 'unknown'}")
