# SPDX-License-Identifier: MIT
"""The pages of docs/guide do what they say."""
from guide import run_page
from harness import ROOT, check, run_cases

PAGES = {"image-a-lab.md", "push-to-a-cluster.md", "script-it.md", "firewall-and-switch.md",
         "when-it-does-not-work.md"}


def case_every_page_is_tried():
    """There is no page in docs/guide that this test does not know."""
    found = {p.name for p in (ROOT / "docs/guide").glob("*.md")}
    check(found == PAGES, f"pages: {found ^ PAGES}")


def case_image_a_lab():
    """The commands of "Image a lab" work."""
    run_page("image-a-lab.md")


def case_push_to_a_cluster():
    """The commands of "Push a model or data set to a cluster" work."""
    run_page("push-to-a-cluster.md")


def case_script_it():
    """The commands of "Script it" work."""
    run_page("script-it.md")


def case_firewall_and_switch():
    """The commands of "Firewall, switch and Wi-Fi" work."""
    run_page("firewall-and-switch.md")


def case_when_it_does_not_work():
    """The commands of "When it does not work" work."""
    run_page("when-it-does-not-work.md")


run_cases(globals())
