"""Small repositories from text, for the tests of operations."""

from __future__ import annotations

from textwrap import dedent

from prodlint.facts import extract
from prodlint.project import Project, link
from tests.pages import source


def project(files: dict[str, str]) -> Project:
    """path -> text, dedented."""
    facts, problems = extract([source(path, dedent(text).lstrip("\n")) for path, text in files.items()], jobs=1)
    assert not problems
    return link(facts)


def workflow(jobs: str, on: str = "push", **more: str) -> dict[str, str]:
    """One workflow of GitHub with these jobs (indented by two), and further files."""
    text = f"on: {on}\njobs:\n" + "".join(f"  {line}\n" for line in dedent(jobs).strip("\n").splitlines())
    return {".github/workflows/main.yml": text, **more}


def gates(files: dict[str, str]) -> list[tuple[str, str]]:
    """(job, gate) of every deploy."""
    return [(deploy.node.job.id, deploy.gate) for deploy in project(files).delivery.deploys]
