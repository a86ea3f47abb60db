# SPDX-License-Identifier: MIT
"""What the links of a private network do and count."""
import json
import subprocess


def bytes_sent(network):
    """That left the sender's interface, with all headers."""
    shown = subprocess.run(["ip", "-n", network.name("s"), "-s", "-j", "link", "show", "e0"],
                           check=True, capture_output=True, text=True).stdout
    return json.loads(shown)[0]["stats64"]["tx"]["bytes"]


def route_everywhere(network):
    """A default route on every machine: UDPcast calls the broadcast address of all networks."""
    for host in ["s", *network.receivers]:
        subprocess.run(["ip", "-n", network.name(host), "route", "add", "default", "dev", "e0"],
                       check=True)


def single_packets(network):
    """Cuts every batch before it leaves a device, as a plain network card would."""
    devices = [("s", "e0"), ("sw", "p-s")]
    for host in network.receivers:
        devices += [(host, "e0"), ("sw", f"p-{host}")]
    for host, device in devices:
        subprocess.run(network.exec(host, ["ethtool", "-K", device, "tx-udp-segmentation", "off",
                                           "gso", "off", "tso", "off"]),
                       check=True, capture_output=True)
