"""Judges: what to do when the app breaks is written down."""

import re

from prodlint import Finding, Project, Proof, Skip, Span

SETUP_ONLY = re.compile(r"set ?up|install|local|develop|contribut|windows|wsl|macos|build", re.I)


def check(project: Project):
    first = project.first_code() or project.first_infrastructure()
    if first is None:
        yield Skip("there is no code here")
        return
    found = project.documents.broken()
    running = [part for part in found if not SETUP_ONLY.search(" ".join((part.heading, part.path.rpartition("/")[2], *part.above)))]
    readme = project.readme()
    if running:
        yield Proof(running[0].at, f"{running[0].heading or running[0].path} says what to do")
    elif found:
        yield Skip(f"{found[0].heading} is about setting up a machine, not about the app that runs", found[0].at, verdict="partial")
    elif elsewhere := project.documents.kept_elsewhere():
        part, link = elsewhere
        yield Skip(
            f"{part.heading} sends the reader to {link}: what to do when the app breaks is kept outside this repository", part.at, verdict="partial"
        )
    else:
        yield Finding(Span(readme, 1) if readme else first, "nothing says what to do when the app breaks")
