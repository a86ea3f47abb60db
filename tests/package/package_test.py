#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The installed tree and the packages, used as somebody else would use them."""
import os
import pathlib
import shutil
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "system"))
from harness import MIB, Skip, World, check, equal, identical, run_cases

BUILD = pathlib.Path(os.environ.get("MCAST_BUILD", HERE.parents[1] / "build/release"))
CMAKE = os.environ.get("MCAST_CMAKE", "cmake")
CPACK = os.environ.get("MCAST_CPACK", "cpack")


def files_below(folder):
    return {str(p.relative_to(folder)) for p in folder.rglob("*") if not p.is_dir()}


def case_find_package():
    """a project that knows the installed package only builds against it and transfers a file"""
    with World(0) as w:
        host, installed, build = w.sender, w.folder / "installed", w.folder / "build"
        host.run(CMAKE, "--install", BUILD, "--prefix", installed).exits(0)
        host.run(CMAKE, "-G", "Ninja", "-S", HERE / "consumer", "-B", build,
                 f"-DCMAKE_PREFIX_PATH={installed}",
                 f"-DCMAKE_CXX_COMPILER={os.environ.get('MCAST_CXX', 'c++')}",
                 f"-DCMAKE_CXX_FLAGS={os.environ.get('MCAST_CXX_FLAGS', '')}").exits(0)
        host.run(CMAKE, "--build", build, deadline=200).exits(0)
        payload = w.file(MIB + 1)
        copies = w.folder / "copies"
        copies.mkdir()
        used = host.run(build / "consumer", payload, copies).exits(0)
        check("receiver: 100 %, success" in used.out, used.out)
        identical(payload, copies / payload.name)


def case_components():
    """the runtime component holds the two tools, their pages and completions, and no header"""
    with World(0, network=False) as w:
        w.sender.run(CMAKE, "--install", BUILD, "--prefix", w.folder / "r",
                     "--component", "runtime").exits(0)
        installed = files_below(w.folder / "r")
        check({"bin/mcsend", "bin/mcrecv"} <= installed, f"the tools are among {installed}")
        pages = {"share/man/man1/mcsend.1", "share/man/man1/mcrecv.1"}
        check(not shutil.which("scdoc") or pages <= installed, f"manual pages among {installed}")
        for script in ("bash-completion/completions/mcsend", "zsh/vendor-completions/_mcrecv",
                       "fish/vendor_completions.d/mcsend.fish"):
            check(f"share/{script}" in installed, f"{script} is among {installed}")
        check(not any(f.endswith((".hpp", ".a", ".cmake")) for f in installed),
              f"development files among {installed}")


def case_quick_start():
    """the tools start without libcrypto, whose loading takes longer than the rest of a status"""
    with World(0, network=False) as w:
        for tool in ("mcsend", "mcrecv"):
            loaded = w.sender.run("env", "LD_TRACE_LOADED_OBJECTS=1",
                                  BUILD / "apps" / tool).exits(0).out
            check("libc.so" in loaded, f"{tool} loads {loaded}")
            check("libcrypto" not in loaded, f"{tool} loads {loaded}")


def case_archives():
    """cpack makes a package for users and one for developers, as .deb and as .tar.gz"""
    if not shutil.which("dpkg-deb"):
        raise Skip("dpkg is not installed")
    with World(0, network=False) as w:
        w.sender.run(CPACK, "--config", BUILD / "CPackConfig.cmake", "-B", w.folder / "packed",
                     deadline=120).exits(0)
        packed = sorted(p.name for p in (w.folder / "packed").iterdir() if p.is_file())
        equal(sum(p.endswith(".tar.gz") for p in packed), 2, f"archives among {packed}")
        content = {}
        for deb in (w.folder / "packed").glob("*.deb"):
            name = w.sender.run("dpkg-deb", "-f", deb, "Package").exits(0).out.strip()
            content[name] = w.sender.run("dpkg-deb", "-c", deb).exits(0).out
            depends = w.sender.run("dpkg-deb", "-f", deb, "Depends").exits(0).out
            check("libc6" in depends or name != "mcast", f"{name} depends on {depends}")
            check("libssl3" in depends, f"{name} depends on {depends}")
        equal(sorted(content), ["libmcast-dev", "mcast"], "packages")
        check("usr/bin/mcsend" in content["mcast"], content["mcast"])
        check("usr/include/mcast/session.hpp" in content["libmcast-dev"], content["libmcast-dev"])


run_cases(globals())
