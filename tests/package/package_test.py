#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The installed tree and the packages, used as somebody else would use them."""
import os
import pathlib
import re
import shutil
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "system"))
from harness import MIB, Skip, World, check, equal, identical, run_cases

BUILD = pathlib.Path(os.environ.get("MCAST_BUILD", HERE.parents[1] / "build/release"))
CMAKE = os.environ.get("MCAST_CMAKE", "cmake")
CPACK = os.environ.get("MCAST_CPACK", "cpack")


DOCUMENTS = ("doc/mcast/copyright", "doc/mcast/README.md", "doc/mcast/docs/status.md",
             "doc/mcast/changelog.gz", "doc/mcast/examples/60-mcast.conf",
             "mcast/status.schema.json", "mcast/event.schema.json", "mcast/mcast.lua")
LICENCES = ("mcast", "fmt", "CLI11", "toml++", "asio", "nlohmann_json", "ISA-L", "utf8proc",
            "xxHash", "OpenSSL")


def links_hold(page):
    """Every link of the page to a file beside it leads somewhere."""
    for target in re.findall(r"\]\(([^):#]+)\)", page.read_text()):
        check((page.parent / target).exists(), f"{page.name} links to {target}")


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


def case_pkg_config():
    """a program builds with the flags that pkg-config tells, wherever the tree was moved to"""
    if not shutil.which("pkg-config"):
        raise Skip("pkg-config is not installed")
    with World(0, network=False) as w:
        w.sender.run(CMAKE, "--install", BUILD, "--prefix", w.folder / "first").exits(0)
        (w.folder / "first").rename(w.folder / "moved")
        folder = next((w.folder / "moved").rglob("mcast.pc")).parent
        ask = f"PKG_CONFIG_PATH={folder} pkg-config --print-errors"
        version = w.sender.run("sh", "-c", f"{ask} --modversion mcast").exits(0).out.strip()
        told = w.sender.run(BUILD / "apps" / "mcsend", "--version").exits(0).out
        check(told.startswith(f"mcsend {version}\n"), f"mcast.pc says {version}, the tool {told}")
        w.sender.run("sh", "-c", f"{os.environ.get('MCAST_CXX', 'c++')} -std=c++23 "
                     f"{os.environ.get('MCAST_CXX_FLAGS', '')} {HERE / 'consumer/consumer.cpp'} "
                     f"-o consumer $({ask} --cflags --libs mcast)", deadline=200).exits(0)
        w.sender.run("./consumer").exits(2)  # its usage


def case_components():
    """the runtime component holds the two tools, their pages and completions, and no header"""
    with World(0, network=False) as w:
        w.sender.run(CMAKE, "--install", BUILD, "--prefix", w.folder / "r",
                     "--component", "runtime").exits(0)
        installed = files_below(w.folder / "r")
        check({"bin/mcsend", "bin/mcrecv"} <= installed, f"the tools are among {installed}")
        pages = {"share/man/man1/mcsend.1.gz", "share/man/man1/mcrecv.1.gz"}
        check(not shutil.which("scdoc") or pages <= installed, f"manual pages among {installed}")
        for script in ("bash-completion/completions/mcsend", "zsh/site-functions/_mcrecv",
                       "fish/vendor_completions.d/mcsend.fish"):
            check(f"share/{script}" in installed, f"{script} is among {installed}")
        for file in DOCUMENTS:
            check(f"share/{file}" in installed, f"{file} is among {installed}")
        links_hold(w.folder / "r/share/doc/mcast/README.md")
        symbols = w.sender.run("readelf", "-S", w.folder / "r/bin/mcsend").exits(0).out
        check(".symtab" not in symbols, "mcsend is stripped")
        check(not any(f.endswith((".hpp", ".a", ".cmake")) for f in installed),
              f"development files among {installed}")


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
            wanted = ("libc6", "libssl3") if name == "mcast" else ("libssl-dev", "libutf8proc-dev")
            check(all(one in depends for one in wanted), f"{name} depends on {depends}")
        equal(sorted(content), ["libmcast-dev", "mcast"], "packages")
        for name, files in (("mcast", ("bin/mcsend", "share/man/man1/mcsend.1.gz",
                                       "share/zsh/vendor-completions/_mcsend",
                                       "share/doc/mcast/copyright")),
                            ("libmcast-dev", ("include/mcast/session.hpp", "lib/pkgconfig/mcast.pc",
                                              "share/doc/libmcast-dev/copyright"))):
            for file in files:
                check(f"./usr/{file}" in content[name], f"{file} is among {content[name]}")


def case_place_of_packages():
    """without a word on where to, cpack writes below the build folder"""
    text = (BUILD / "CPackConfig.cmake").read_text()
    folder = re.search(r'set\(CPACK_PACKAGE_DIRECTORY "([^"]+)"\)', text)
    check(folder and pathlib.Path(folder[1]) == BUILD / "packages", f"packages go to {folder}")


def case_licences():
    """the copyright file names everything that is linked in"""
    text = (HERE.parents[1] / "packaging/copyright").read_text()
    for name in LICENCES:
        check(re.search(rf"^(Upstream-Name|Files): {re.escape(name)}$", text, re.M),
              f"{name} is in packaging/copyright")


def case_lintian():
    """lintian finds no error in the packages"""
    if not shutil.which("lintian"):
        raise Skip("lintian is not installed")
    with World(0, network=False) as w:
        w.sender.run(CPACK, "--config", BUILD / "CPackConfig.cmake", "-G", "DEB",
                     "-B", w.folder / "packed", deadline=120).exits(0)
        debs = sorted((w.folder / "packed").glob("*.deb"))
        equal(len(debs), 2, f"packages among {debs}")
        found = w.sender.run("lintian", "--allow-root", "--fail-on", "error", *debs, deadline=280)
        print(found.out)
        found.exits(0)


run_cases(globals())
