#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Completion as the shells do it: commands, options, values, and the sessions of this machine."""
import os
import shutil

from harness import BIN, Skip, World, check, equal, run_cases

PATH = {"PATH": f"{BIN}:{os.environ['PATH']}"}

BASH = """source <(%(tool)s completion bash)
COMP_WORDS=(%(words)s); COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
compopt() { :; }
_%(tool)s; printf '%%s\\n' "${COMPREPLY[@]}"
"""
FISH = '%(tool)s completion fish | source; complete -C "%(line)s"'


def completed(world, shell, line):
    """What the shell offers at the end of the line."""
    if not shutil.which(shell):
        raise Skip(f"{shell} is not installed")
    words = line.split(" ")
    known = {"tool": words[0], "line": line, "words": " ".join(f"'{w}'" for w in words)}
    script = {"bash": BASH, "fish": FISH}[shell] % known
    done = world.sender.run(shell, "-c", script, environment=PATH).exits(0)
    return {offer.split("\t")[0] for offer in done.out.splitlines()}


def offers(shell):
    with World(1, network=False) as w:
        w.sender.run("mcrecv", "-i", "lo", "-g", "239.255.77.8", "--timeout", "0.2").exits(3)
        session = w.sender.status("mcrecv")["session"]
        check({"status", "start", "receivers"} <= completed(w, shell, "mcsend "), "commands")
        check("list" in completed(w, shell, "mcrecv l"), "a command of the other tool")
        equal(completed(w, shell, "mcsend status --w"), {"--watch"}, "an option of a command")
        check("--on-slow" in completed(w, shell, "mcsend --on"), "an option of the transfer")
        equal(completed(w, shell, "mcsend --on-slow "), {"wait", "defer", "drop"}, "values")
        check("lo" in completed(w, shell, "mcrecv -i "), "interfaces")
        equal(completed(w, shell, "mcrecv status "), {session}, "sessions")
        equal(completed(w, shell, "mcsend completion "), {"bash", "zsh", "fish"}, "shells")


def case_bash():
    """bash completes commands, options, values, interfaces and sessions"""
    offers("bash")


def case_fish():
    """fish completes the same"""
    offers("fish")


def case_zsh():
    """the script for zsh is one that zsh can read"""
    if not shutil.which("zsh"):
        raise Skip("zsh is not installed")
    with World(1, network=False) as w:
        for tool in ("mcsend", "mcrecv"):
            script = w.folder / f"_{tool}"
            script.write_text(w.sender.run(tool, "completion", "zsh").exits(0).out)
            w.sender.run("zsh", "-n", script).exits(0)


run_cases(globals())
