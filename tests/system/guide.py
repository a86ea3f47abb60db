# SPDX-License-Identifier: MIT
"""Reads the pages of docs/guide as scripts and runs them on machines of network namespaces.

A fenced block of the language `console` is a step. Each line in it with a prompt, `HOST$ COMMAND`
(`#` for root), is run on that host; what follows without a prompt is its output, for the reader.
Hosts run beside each other, the lines of one host one after another; a step is over when all have
ended, and each must exit with 0. `lab-*$` means every machine of the lab.

A comment in front of a block says what a reader need not see:

    <!-- run: begin -->       a new network, with empty folders
    <!-- run: status 4 -->    mcsend is expected to exit with 4
    <!-- run: needs A B -->   this block is not run where one of these programs is missing
    <!-- run: not, REASON --> this block is not run
"""
import json
import os
import pathlib
import re
import shlex
import shutil
import signal
import subprocess

from harness import BIN, ROOT, World, check, wait_until

SENDER, RECEIVERS = "depot", 3
MACHINES = [f"lab-{i:02}" for i in range(1, RECEIVERS + 1)]
# What the pages call these is a folder of the machine's own while they run.
PRIVATE = ("/srv", "/etc/mcast", "/var/lib", "/var/log")
PARTITION = 32 << 20
_BLOCK = re.compile(r"(?:<!-- run: (?P<how>.*?) -->\s*\n)?```(?P<language>\w*)\n(?P<text>.*?)^```", re.M | re.S)
_PROMPT = re.compile(r"^(?P<host>[a-z*][a-z0-9*-]*)[$#] +(?P<command>.*)$")


class Step:
    """One block: the command lines of each host, in order."""

    def __init__(self, how, text):
        self.how, self.lines = how or "", {}
        host = None
        for line in text.splitlines():
            prompt = _PROMPT.match(line)
            if prompt:
                host = prompt["host"]
                self.lines.setdefault(host, []).append(prompt["command"])
            elif host and self.lines[host][-1].endswith("\\"):
                self.lines[host][-1] += "\n" + line

    @property
    def is_run(self):
        return bool(self.lines) and not self.how.startswith("not") and not self.missing

    @property
    def missing(self):
        """The programs that the block needs and that are not here."""
        found = re.search(r"(?:^|, )needs (.*)", self.how)
        return [name for name in (found[1].split() if found else []) if not shutil.which(name)]

    @property
    def begins(self):
        return "begin" in self.how

    @property
    def status(self):
        found = re.search(r"status (\d+)", self.how)
        return int(found[1]) if found else 0


def steps(page):
    """The steps of a page; fails on a block that shows mcast commands and is no step."""
    found = []
    for block in _BLOCK.finditer(page.read_text(encoding="utf-8")):
        if block["language"] == "console":
            found.append(Step(block["how"], block["text"]))
        elif block["language"] != "toml":
            check(not re.search(r"\bmc(send|recv)\b", block["text"]),
                  f"{page.name}: commands stand in a block that is not run:\n{block['text']}")
    return found


class Lab:
    """The machines of the pages: a depot that sends, and the receivers of a lab."""

    def __init__(self):
        self.world = World(RECEIVERS)
        self.hosts = dict(zip([SENDER, *MACHINES], [self.world.sender, *self.world.receivers]))
        for host in self.hosts.values():
            for path in PRIVATE:
                (host.folder / "private" / path.strip("/")).mkdir(parents=True)
            (host.folder / "disk").touch()
            with open(host.folder / "part", "wb") as part:
                part.truncate(PARTITION)
        if shutil.which("mkfs.ext4"):
            subprocess.run(["mkfs.ext4", "-q", self.hosts[SENDER].folder / "part"], check=True)
        for name in ("image.raw", "model.safetensors"):
            self.world.file(2 << 20, name)

    def enter(self, name, script):
        """The command line that runs a shell script on the machine of that name."""
        host = self.hosts[name]
        mounts = "; ".join(f"mkdir -p {p} && mount --bind {shlex.quote(str(host.folder / 'private' / p.strip('/')))} {p}"
                           for p in PRIVATE)
        inside = f"hostname {name}; {mounts}; set -e; {script}"
        return host.command(["unshare", "--uts", "--mount", "bash", "-c", inside])

    def environment(self, name):
        host = self.hosts[name]
        workers = pathlib.Path(__file__).with_name("workers")
        return {**os.environ, "PATH": f"{workers}:{BIN}:{os.environ['PATH']}",
                "MCAST_RUNTIME_DIR": str(host.runtime), "DISK": str(host.folder / "disk"),
                "PART": str(host.folder / "part"),
                "GUIDE_MACHINES": json.dumps({n: self.worker(n) for n in MACHINES})}

    def worker(self, name):
        """What a stub of clush, ansible or srun needs to run a command there."""
        host = self.hosts[name]
        return {"argv": self.enter(name, 'eval "$0"'), "cwd": str(host.folder),
                "env": {"MCAST_RUNTIME_DIR": str(host.runtime), "DISK": str(host.folder / "disk")}}

    def run(self, step):
        scripts = {}
        for host, lines in step.lines.items():
            for name in MACHINES if host == "lab-*" else [host]:
                check(name in self.hosts, f"no machine {name}")
                scripts[name] = "\n".join(lines)
        running = {name: self._start(name, script) for name, script in scripts.items()}
        expected = {name: step.status if name == SENDER else 0 for name in running}

        def over():
            """All have ended, or one that should not have ended like that."""
            ended = {n: p.poll() for n, p in running.items() if p.poll() is not None}
            return len(ended) == len(running) or any(s != expected[n] for n, s in ended.items())
        try:
            wait_until("the step " + repr(scripts), over, interval=0.05)
        finally:
            wrong = {n: p.poll() for n, p in running.items() if p.poll() != expected[n]}
            for process in running.values():
                if process.poll() is None:
                    os.killpg(process.pid, signal.SIGKILL)
                    process.wait()
            for name, status in wrong.items():
                print(f"{name}$ {scripts[name]}\n-> {status}, expected {expected[name]}\n"
                      f"{self._log(name).read_text(errors='replace')}")
        check(not wrong, f"the step {scripts!r} works: {wrong}")

    def _log(self, name):
        return self.hosts[name].folder / "step.log"

    def _start(self, name, script):
        with open(self._log(name), "wb") as log:
            return subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", *self.enter(name, script)],
                cwd=self.hosts[name].folder, env=self.environment(name), stdin=subprocess.DEVNULL,
                stdout=log, stderr=log, start_new_session=True)


def run_page(name):
    """Runs one page from its first step to its last."""
    lab = None
    try:
        for step in steps(ROOT / "docs/guide" / name):
            if step.missing:
                print(f"    left out, for want of {', '.join(step.missing)}: {step.lines}")
            if not step.is_run:
                continue
            if lab is None or step.begins:
                if lab:
                    lab.world.remove()
                lab = Lab()
            lab.run(step)
    finally:
        if lab:
            lab.world.remove()
