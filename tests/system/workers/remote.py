# SPDX-License-Identifier: MIT
"""Runs a command on machines of the guide's network, as a tool for many machines would by ssh."""
import json
import os
import re
import subprocess
import sys


def names(text):
    """lab-[01-03],lab-07 as a list of names."""
    found = []
    for part in re.findall(r"[^,\[]+(?:\[[^\]]*\])?", text):
        folded = re.fullmatch(r"(.*)\[(\d+)-(\d+)\]", part)
        if not folded:
            found.append(part)
            continue
        head, first, last = folded.groups()
        found += [f"{head}{n:0{len(first)}}" for n in range(int(first), int(last) + 1)]
    return found


def run(hosts, command):
    """The worst exit status of the command, run on all of them at once."""
    machines = json.loads(os.environ["GUIDE_MACHINES"])
    running = [subprocess.Popen([*machines[h]["argv"], command], cwd=machines[h]["cwd"],
                                env={**os.environ, **machines[h]["env"]}) for h in hosts]
    return max(process.wait() for process in running)


def all_machines():
    return list(json.loads(os.environ["GUIDE_MACHINES"]))


def fail(text):
    sys.exit(f"{os.path.basename(sys.argv[0])}: {text}")
