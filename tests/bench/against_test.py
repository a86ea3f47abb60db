#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What scripts/bench --against makes of its runs."""
import pathlib
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).parent))

import against  # noqa: E402


def line(scenario, contender, mbps, cpu=1.0, good=True):
    return {"scenario": scenario, "contender": contender, "mbps": mbps, "ok": good,
            "why": None if good else "it hung", "sender_cpu_s_per_gib": cpu,
            "receiver_cpu_s_per_gib": cpu / 2}


class Ratios(unittest.TestCase):
    def test_a_ratio_is_that_of_the_medians_of_good_runs(self):
        lines = [line("null", "mcast", m) for m in (90, 100, 500)]
        lines += [line("null", "mcast-old", m, cpu=2.0) for m in (199, 200, 201)]
        lines.append(line("null", "mcast-old", 1, good=False))
        found = {unit: (old, new, ratio) for _, unit, old, new, ratio in
                 against.rows(lines, ["null", "one"])}
        self.assertEqual(found["Mbit/s"], (200, 100, 0.5))
        self.assertEqual(found["sender CPU s/GiB"], (2.0, 1.0, 0.5))
        self.assertEqual(found["receiver CPU s/GiB"], (1.0, 0.5, 0.5))

    def test_a_scenario_that_one_build_never_got_through_has_no_ratio(self):
        lines = [line("null", "mcast", 100), line("null", "mcast-old", 1, good=False)]
        self.assertEqual(against.rows(lines, ["null"]), [])
        self.assertIn("of which failed: 1", against.markdown(lines, ["null"]))
        self.assertIn("null mcast-old: it hung", against.markdown(lines, ["null"]))

    def test_one_receiver_alone_is_a_row_of_its_own(self):
        lines = [line("flat50", c, m) for c, m in
                 (("mcast", 10), ("mcast-old", 20), ("mcast/1", 30), ("mcast-old/1", 30))]
        self.assertEqual([(row[0], row[4]) for row in against.rows(lines, ["flat50"])
                          if row[1] == "Mbit/s"], [("flat50", 0.5), ("flat50/1", 1.0)])
        self.assertIn("| flat50 | Mbit/s | 20 | 10 | 0.500 |", against.markdown(lines, ["flat50"]))

    def test_the_order_turns_from_round_to_round(self):
        pair = (against.NEW, against.OLD)
        self.assertEqual(against.order(0, pair), ["mcast", "mcast-old"])
        self.assertEqual(against.order(1, pair), ["mcast-old", "mcast"])
        self.assertEqual(against.order(2, pair), against.order(0, pair))


class UnitBench(unittest.TestCase):
    def test_times_are_nanoseconds_of_single_runs(self):
        report = {"benchmarks": [
            {"name": "parse", "run_type": "iteration", "cpu_time": 2.0, "time_unit": "us"},
            {"name": "parse_mean", "run_type": "aggregate", "cpu_time": 9.0, "time_unit": "ns"},
            {"name": "broken", "cpu_time": 0, "time_unit": "ns", "error_occurred": True}]}
        self.assertEqual(against.times(report), {"parse": 2000.0})

    def test_a_speed_is_the_median_of_the_rounds_of_what_both_have(self):
        rounds = [{"mcast": {"parse": new, "added": 1.0}, "mcast-old": {"parse": 100.0}}
                  for new in (50.0, 100.0, 400.0)]
        self.assertEqual(against.speeds(rounds), {"parse": 1.0})
        self.assertIn("| geometric mean | 1.000 |", against.unit_markdown(rounds))

    def test_builds_without_a_common_benchmark_are_said_to_be(self):
        self.assertIn("no benchmark in common",
                      against.unit_markdown([{"mcast": {"a": 1.0}, "mcast-old": {"b": 1.0}}]))


class Folders(unittest.TestCase):
    def test_a_build_is_a_folder_of_tools_or_that_of_cmake(self):
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            self.assertIsNone(against.tools(folder))
            self.assertIsNone(against.unit_bench(folder))
            (folder / "apps").mkdir()
            (folder / "tests/bench").mkdir(parents=True)
            for tool in ("mcsend", "mcrecv"):
                (folder / "apps" / tool).touch()
            (folder / "tests/bench/unit_bench").touch()
            self.assertEqual(against.tools(folder), folder / "apps")
            self.assertEqual(against.unit_bench(folder), folder / "tests/bench/unit_bench")
            for tool in ("mcsend", "mcrecv", "unit_bench"):
                (folder / tool).touch()
            self.assertEqual(against.tools(folder), folder)
            self.assertEqual(against.unit_bench(folder), folder / "unit_bench")


if __name__ == "__main__":
    unittest.main()
