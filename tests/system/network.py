# SPDX-License-Identifier: MIT
"""A private multicast network of namespaces: a sender, some receivers and a switch between them.

Several such networks live side by side: every name begins with the process id of its owner. The
owner removes its network in all cases that it lives to see; what a killed one left behind is swept
away by the next (sweep()).

Loss is a rule on the switch's way out to each port that draws a random number for each UDP packet
(nftables' netdev egress hook), which works on kernels built without netem as well.
"""
import itertools
import os
import re
import signal
import subprocess

PREFIX = "mcast-"
LONG_LINE = os.environ.get("MCAST_LONG_LINE", "long_line")
_counter = itertools.count()


class Unavailable(Exception):
    """This machine does not let us make such a network; the text says why."""


def _run(*argv, stdin=None):
    done = subprocess.run(argv, input=stdin, capture_output=True, text=True)
    if done.returncode != 0:
        raise Unavailable(f"{' '.join(argv)}: {done.stderr.strip() or done.returncode}")
    return done.stdout


def _namespaces():
    listing = subprocess.run(["ip", "netns", "list"], capture_output=True, text=True).stdout
    return [line.split()[0] for line in listing.splitlines() if line]


def _remove(namespace):
    pids = subprocess.run(["ip", "netns", "pids", namespace], capture_output=True, text=True).stdout
    for pid in pids.split():
        try:
            os.kill(int(pid), signal.SIGKILL)
        except ProcessLookupError:
            pass
    subprocess.run(["ip", "netns", "del", namespace], capture_output=True)


def sweep():
    """Removes the networks of owners that died without removing them."""
    for name in _namespaces():
        owner = re.match(rf"{PREFIX}(\d+)-", name)
        if owner and not os.path.exists(f"/proc/{owner[1]}"):
            _remove(name)


class Network:
    """Namespaces `s` (10.77.0.250) and `r1`..`rN` (10.77.0.1..N), each with one device e0.

    With receivers=0 there is one machine only, `s`, with nothing but its loopback interface.
    loss and feedback_loss are percent of the UDP packets towards each receiver and towards the
    sender; rate is that of the sender's link, as tc writes it ("100mbit"). far is a long line between
    sender and switch: round_trip_ms, and the bits_per_second and queue_bytes of the way there.
    """

    def __init__(self, receivers, loss=0, feedback_loss=0, rate=None, far=None):
        self._prefix = f"{PREFIX}{os.getpid()}-{next(_counter)}-"
        self._made = []
        self._line = None
        self.receivers = [f"r{i}" for i in range(1, receivers + 1)]
        if os.geteuid() != 0:
            raise Unavailable("network namespaces need root")
        sweep()
        try:
            self._build()
            if far:
                self._stretch(**far)
            self.set_loss(loss)
            self.set_feedback_loss(feedback_loss)
            if rate:
                _run("tc", "-n", self.name("s"), "qdisc", "add", "dev", "e0", "root",
                     "tbf", "rate", rate, "burst", "128k", "latency", "20ms")
        except FileNotFoundError as missing:
            self.remove()
            raise Unavailable(f"{missing.filename} is not installed") from None
        except BaseException:
            self.remove()
            raise

    def name(self, host):
        """The namespace of that host."""
        return self._prefix + host

    def exec(self, host, argv):
        """The command line that runs argv on that host."""
        return ["ip", "netns", "exec", self.name(host), *argv]

    def _build(self):
        self._namespace("s")
        if not self.receivers:
            return
        self._namespace("sw")
        _run("ip", "-n", self.name("sw"), "link", "add", "br0", "type", "bridge",
             "mcast_snooping", "0", "stp_state", "0", "forward_delay", "0")
        _run("ip", "-n", self.name("sw"), "link", "set", "br0", "mtu", "1500", "up")
        self._plug("s", "10.77.0.250")
        for i, host in enumerate(self.receivers, 1):
            self._namespace(host)
            self._plug(host, f"10.77.0.{i}")

    def _namespace(self, host):
        _run("ip", "netns", "add", self.name(host))
        self._made.append(self.name(host))
        _run("ip", "netns", "exec", self.name(host), "sh", "-c",
             "for f in all default; do echo 1 >/proc/sys/net/ipv6/conf/$f/disable_ipv6; done 2>/dev/null; :")
        _run("ip", "-n", self.name(host), "link", "set", "lo", "up")

    def _plug(self, host, address):
        switch, ns = self.name("sw"), self.name(host)
        _run("ip", "link", "add", "e0", "netns", ns, "type", "veth", "peer", "name", f"p-{host}",
             "netns", switch)
        _run("ip", "-n", switch, "link", "set", f"p-{host}", "mtu", "1500", "txqueuelen", "10000",
             "master", "br0", "up")
        _run("ip", "-n", ns, "addr", "add", f"{address}/24", "broadcast", "+",
             "dev", "e0")
        _run("ip", "-n", ns, "link", "set", "e0", "mtu", "1500", "txqueuelen", "10000", "up")
        _run("ip", "-n", ns, "route", "add", "224.0.0.0/4", "dev", "e0")

    def set_loss(self, percent, only=None):
        """Loses so much of what goes to every receiver, or to `only` that one."""
        for host in [only] if only else self.receivers:
            self._drop(host, percent)
        if percent > 0:
            # A rule sees what crosses the switch, which may be a whole batch of segments: let the
            # sender's device cut it before.
            _run(*self.exec("s", ["ethtool", "-K", "e0", "tx-udp-segmentation", "off", "gso", "off"]))

    def set_feedback_loss(self, percent):
        if self.receivers:
            self._drop("s", percent)

    def shape(self, host, rate):
        """Lets only so much through to that host, as tc writes it ("20mbit")."""
        _run("tc", "-n", self.name("sw"), "qdisc", "replace", "dev", f"p-{host}", "root",
             "tbf", "rate", rate, "burst", "64k", "latency", "20ms")

    def _stretch(self, round_trip_ms, bits_per_second, queue_bytes):
        """Puts a long line between the sender and the switch, with a rate and a queue away from it."""
        line, switch = self.name("line"), self.name("sw")
        self._namespace("line")
        _run("ip", "-n", switch, "link", "set", "p-s", "nomaster")
        _run("ip", "-n", switch, "link", "set", "p-s", "netns", line, "name", "near")
        _run("ip", "link", "add", "far", "netns", line, "type", "veth", "peer", "name", "p-s",
             "netns", switch)
        _run("ip", "-n", switch, "link", "set", "p-s", "mtu", "1500", "master", "br0", "up")
        for device in "near", "far":
            _run("ip", "-n", line, "link", "set", device, "mtu", "1500", "txqueuelen", "10000", "up")
        for host in ["s", *self.receivers]:
            # The line carries frames as they are: whole segments, with checksums.
            _run(*self.exec(host, ["ethtool", "-K", "e0", "tx", "off", "gso", "off",
                                   "tx-udp-segmentation", "off"]))
        self._know_each_other()
        # pdeathsig: it does not outlive a test that is killed.
        self._line = subprocess.Popen(["setpriv", "--pdeathsig", "KILL", *self.exec(
            "line", [LONG_LINE, "near", "far", str(round_trip_ms / 2), str(bits_per_second),
                     str(queue_bytes)])])

    def _know_each_other(self):
        """Nobody asks for addresses over the line: on a routed way the next router knows them."""
        address = {host: _run(*self.exec(host, ["cat", "/sys/class/net/e0/address"])).strip()
                   for host in ["s", *self.receivers]}
        for i, host in enumerate(self.receivers, 1):
            for here, there, ip in (("s", host, i), (host, "s", 250)):
                _run("ip", "-n", self.name(here), "neigh", "replace", f"10.77.0.{ip}", "lladdr",
                     address[there], "dev", "e0")

    def set_mtu(self, host, bytes):
        """How large packets may be at that host's port of the switch."""
        _run("ip", "-n", self.name("sw"), "link", "set", f"p-{host}", "mtu", str(bytes))

    def unplug(self, host):
        """Cuts the cable of that host at the switch."""
        _run("ip", "-n", self.name("sw"), "link", "set", f"p-{host}", "down")

    def plug_in(self, host):
        """The cable is there again; what is sent may pass a moment later."""
        _run("ip", "-n", self.name("sw"), "link", "set", f"p-{host}", "up")

    def _drop(self, host, percent):
        rule = f"numgen random mod 1000000 < {round(percent * 10000)} counter drop"
        self.rule(host, "loss", f"ip protocol udp {rule}" if percent > 0 else None)

    def rule(self, host, name, text):
        """Puts one nftables rule on the switch's way out to that host; None removes it."""
        table = f"{name}_{host}"
        nft = self.exec("sw", ["nft", "-f", "-"])
        # Adding before deleting makes the deletion of what may not be there no error.
        script = f"add table netdev {table}\ndelete table netdev {table}\n"
        if text:
            script += (f"table netdev {table} {{ chain out {{\n"
                       f"type filter hook egress device p-{host} priority 0;\n{text}\n}}\n}}\n")
        _run(*nft, stdin=script)

    def counted(self, host, name="loss"):
        """Packets that the rule of that name for that host has counted."""
        listing = _run(*self.exec("sw", ["nft", "list", "table", "netdev", f"{name}_{host}"]))
        return sum(int(n) for n in re.findall(r"counter packets (\d+)", listing))

    def remove(self):
        if self._line:
            self._line.kill()
            self._line.wait()
        for namespace in reversed(self._made):
            _remove(namespace)
        self._made = []
