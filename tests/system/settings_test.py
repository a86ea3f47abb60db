#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Defaults of options: files below the environment, the environment below the command line."""
from harness import KIB, World, run_cases


def configured(world, text):
    """The environment in which the user's file of mcsend has that text."""
    folder = world.folder / "config" / "mcast"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "mcsend.toml").write_text(text)
    return {"XDG_CONFIG_HOME": str(folder.parent), "HOME": str(world.folder)}


def case_order():
    """the environment counts above the user's file and below the command line, and both are named"""
    with World(1) as w:
        payload = w.file(KIB)
        user = configured(w, 'rate = "2M"\ntimeout = 0.2  # nobody comes\n')

        def sends(*options, **variables):
            return w.sender.run("mcsend", *options, payload, environment={**user, **variables}) \
                .exits(3)
        sends().says("rate 2", "defaults from", "mcsend.toml")
        sends(MCAST_RATE="3M").says("rate 3", "mcsend.toml and MCAST_RATE")
        sends("--rate", "4M", MCAST_RATE="3M").says("rate 4")
        sends(MCAST_RATE="").says("rate 2")


def case_broken_file():
    """a broken file is named with its line, and status answers beside it"""
    with World(1) as w:
        payload = w.file(KIB)
        broken = configured(w, 'ttl = 2\nrecievers = 3\n')
        w.sender.run("mcsend", payload, environment=broken).exits(2) \
            .says("mcsend.toml, line 2: recievers", "receivers?")
        w.sender.run("mcsend", "status", environment=broken).exits(0)
        w.sender.run("mcsend", payload, environment={"MCAST_TTL": "many"}).exits(2).says("MCAST_TTL")


run_cases(globals())
