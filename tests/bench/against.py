# SPDX-License-Identifier: MIT
"""Two builds of mcast in the same rounds: what the newer one costs or gains, whatever the machine
does meanwhile. Figures drift, ratios of runs beside each other do not."""
import json
import math
import pathlib
import statistics
import subprocess

NEW, OLD = "mcast", "mcast-old"
UNIT = "unit"            # the row of unit_bench
SLICE = "0.1"            # seconds of each of its benchmarks a round
FIGURES = (("mbps", "Mbit/s"), ("sender_cpu_s_per_gib", "sender CPU s/GiB"),
           ("receiver_cpu_s_per_gib", "receiver CPU s/GiB"))


def tools(folder):
    """Where mcsend and mcrecv are: in the folder itself, or in apps/ of a build's."""
    for place in (pathlib.Path(folder), pathlib.Path(folder) / "apps"):
        if (place / "mcsend").is_file() and (place / "mcrecv").is_file():
            return place
    return None


def unit_bench(folder):
    """That of the build, or None."""
    for place in ("unit_bench", "tests/bench/unit_bench"):
        if (pathlib.Path(folder) / place).is_file():
            return pathlib.Path(folder) / place
    return None


def order(turn, contenders):
    """Of a round: the first of the last one comes last, so that no build always runs on a machine
    that the other one has warmed up."""
    return list(contenders) if turn % 2 == 0 else list(reversed(contenders))


def medians(lines, key):
    """{contender: median of its good runs}."""
    good = {}
    for line in lines:
        if line["ok"]:
            good.setdefault(line["contender"], []).append(line[key])
    return {name: statistics.median(values) for name, values in good.items()}


def rows(lines, scenarios):
    """(scenario, figure, old, new, ratio) for each that both builds have good runs of. What a
    contender did with one receiver only ("/1") is a row of its own."""
    found = []
    for name in scenarios:
        of_scenario = [line for line in lines if line["scenario"] == name]
        for suffix in ("", "/1"):
            for key, unit in FIGURES:
                median = medians(of_scenario, key)
                new, old = median.get(NEW + suffix), median.get(OLD + suffix)
                if new is not None and old:
                    found.append((name + suffix, unit, old, new, new / old))
    return found


def figure(number):
    return f"{number:.0f}" if number >= 100 else f"{number:.3g}"


def markdown(lines, scenarios):
    out = ["| row | figure | old | new | new / old |", "|---|---|---|---|---|"]
    for name, unit, old, new, ratio in rows(lines, scenarios):
        out.append(f"| {name} | {unit} | {figure(old)} | {figure(new)} | {ratio:.3f} |")
    bad = [line for line in lines if not line["ok"]]
    out += ["", f"Runs: {len(lines)}, of which failed: {len(bad)}."]
    return "\n".join(out + [f"* {l['scenario']} {l['contender']}: {l['why']}" for l in bad])


def run_unit(program):
    """{benchmark: nanoseconds of CPU}."""
    out = subprocess.run([program, "--benchmark_format=json", f"--benchmark_min_time={SLICE}"],
                         capture_output=True, text=True, check=True).stdout
    return times(json.loads(out))


def times(report):
    scale = {"ns": 1, "us": 1e3, "ms": 1e6, "s": 1e9}
    return {b["name"]: b["cpu_time"] * scale[b["time_unit"]] for b in report["benchmarks"]
            if b.get("run_type", "iteration") == "iteration" and not b.get("error_occurred")}


def speeds(rounds):
    """{benchmark: median over the rounds of old time / new time}: above 1 the new one is faster.
    Only what both builds have. A round is {NEW: times, OLD: times}."""
    shared = set.intersection(*(set(one[side]) for one in rounds for side in (NEW, OLD)))
    return {name: statistics.median([one[OLD][name] / one[NEW][name] for one in rounds])
            for name in sorted(shared)}


def unit_markdown(rounds):
    found = speeds(rounds)
    if not found:
        return "unit_bench: the builds have no benchmark in common."
    mean = math.exp(statistics.mean(math.log(speed) for speed in found.values()))
    out = ["| unit_bench | speed, new / old |", "|---|---|"]
    out += [f"| {name} | {speed:.3f} |" for name, speed in found.items()]
    return "\n".join([*out, f"| geometric mean | {mean:.3f} |"])
