# SPDX-License-Identifier: MIT
"""Packets as tshark shows them with packaging/wireshark/mcast.lua."""
import os
import pathlib
import socket
import struct
import subprocess
import tempfile

from harness import ROOT, Failure, check

SCRIPT = ROOT / "packaging/wireshark/mcast.lua"
RAW_IP = 101  # LINKTYPE_RAW
PORT = 7701


def write_pcap(path, datagrams, port=PORT, captured=1 << 16):
    """A capture of these UDP payloads, from a sender to the group, with so much of each packet."""
    with open(path, "wb") as f:
        f.write(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, captured, RAW_IP))
        for number, datagram in enumerate(datagrams):
            udp = struct.pack("!HHHH", port, port, 8 + len(datagram), 0) + datagram
            ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 0, 0, 1, socket.IPPROTO_UDP, 0,
                             socket.inet_aton("10.77.0.250"), socket.inet_aton("239.255.77.77"))
            kept = (ip + udp)[:captured]
            f.write(struct.pack("<IIII", number, 0, len(kept), len(ip + udp)) + kept)


def read(path, *fields, script=SCRIPT, options=()):
    """Of each packet of a capture, the values of these fields, each a list of texts.

    Fails on any error in the script, on loading and later.
    """
    named = ["_ws.expert.message", *fields]
    with tempfile.TemporaryDirectory() as home:  # what the user has set up would be loaded as well
        done = subprocess.run(
            ["tshark", "-n", "-X", f"lua_script:{script}", *options, "-r", path, "-T", "fields",
             "-E", "separator=/t", "-E", "aggregator=|", *(a for name in named for a in ("-e", name))],
            capture_output=True, env={**os.environ, "HOME": home, "XDG_CONFIG_HOME": home})
    err = done.stderr.decode(errors="replace")
    if done.returncode != 0 or "Lua" in err:
        raise Failure(f"tshark ended with {done.returncode}:\n{err}")
    shown = []
    for line in done.stdout.decode(errors="replace").splitlines():
        values = [v.split("|") if v else [] for v in line.split("\t")]
        check(len(values) == len(named), f"columns of {line!r}")
        check("Lua Error" not in line, f"packet {len(shown) + 1}: {line}")
        shown.append(dict(zip(named, values)))
    return shown


def show(datagrams, *fields, **how):
    """read() of a capture of these datagrams."""
    written = {name: how.pop(name) for name in ("port", "captured") if name in how}
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "some.pcap"
        write_pcap(path, datagrams, **written)
        shown = read(path, *fields, **how)
    check(len(shown) == len(datagrams), f"{len(shown)} of {len(datagrams)} packets are shown")
    return shown
