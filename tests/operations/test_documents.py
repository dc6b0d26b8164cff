"""What documents tell: where to begin, how to ship, what to do when it breaks."""

from __future__ import annotations

import pytest

from tests.operations.projects import project

CODE = {"app.py": "print('shop')\n"}


def documents(text: str, **more: str):
    return project({"README.md": text, **CODE, **more}).documents


def test_a_heading_without_a_command_is_no_guide():
    assert not documents("# Shop\n\n## Getting started\n\nRead the docs at https://shop.example.com.\n").local()
    assert documents("# Shop\n\n## Getting started\n\n```\ndocker compose up\n```\n").local()


def test_the_command_must_be_one_of_this_repository():
    text = "# Shop\n\n## Development\n\n```sh\nmake up\n```\n"
    assert not documents(text, Makefile="run:\n\ttrue\n").local()
    assert documents(text, Makefile="up:\n\ttrue\n").local()


def test_the_text_of_a_scaffolding_tool_is_no_guide():
    found = documents("# app\n\n## Deploy on Vercel\n\nThe easiest way to deploy your Next.js app is to use the Vercel Platform.\n")
    assert not found.ship()
    assert found.template() is not None


@pytest.mark.parametrize(
    ("path", "text", "speaks"),
    [
        ("docs/runbook.md", "# Runbook\n\n1. Look at the logs.\n", True),
        ("docs/troubleshooting.md", "# Problems\n\n- Restart the worker.\n- Look at the queue.\n", True),
        ("docs/incidents-feature.md", "# Incident cost\n\nEvery incident has a cost:\n\n1. Open it.\n", False),
        ("docs/two-factor.md", "# Recovery codes\n\nStore them.\n", False),
        ("docs/invoices.md", "# Invoices\n\n## Troubleshooting\n\n- The total is wrong.\n- The date is wrong.\n", False),
        ("CLAUDE.md", "# Troubleshooting\n\n```\nmake up\n```\n", False),
        (".claude/skills/ops/runbook.md", "# Runbook\n\n1. Look.\n", False),
        ("web/src/app/docs/content/recovery.md", "# Recovery\n\n1. Click.\n", False),
    ],
)
def test_what_is_a_runbook(path, text, speaks):
    assert bool(project({path: text, **CODE}).documents.broken()) is speaks


def test_commands_after_a_clone_happen_elsewhere():
    found = documents("# Shop\n\n```sh\ngit clone https://example.com/other\nmake nothing\n```\n", Makefile="up:\n\ttrue\n")
    assert [command for _, _, command in found.commands()] == []


def test_links_are_read_from_the_folder_and_from_those_above():
    files = {"docs/guides/a.md": "[b](guides/b.md) [c](../c.md) [web](https://x.example)\n", "docs/guides/b.md": "x\n", "docs/c.md": "x\n", **CODE}
    assert sorted(path for _, _, path in project(files).documents.links()) == ["docs/c.md", "docs/guides/b.md"]


def test_variables_that_code_requires():
    text = """
    import os

    A = os.environ["NEEDED"]
    B = os.environ.get("OPTIONAL")
    os.environ["SET_HERE"] = "1"
    try:
        C = os.environ["GUARDED"]
    except KeyError:
        C = ""
    """
    assert set(project({"settings.py": text}).required_variables()) == {"NEEDED"}


def test_the_readme_may_send_its_reader_to_another_document_or_out_of_the_repository():
    files = {
        "README.md": "# Shop\n\n## Run it\n\nSee [the guide](packages/dev/environment/GUIDE-1.md).\n\n## Support\n\nWe have a runbook [here](https://docs.example.com/r).\n",
        "packages/dev/environment/GUIDE-1.md": "# Local setup\n\n```sh\ndocker compose up\n```\n",
    }
    told = project(files).documents
    assert [part.path for part, _, _ in told.local()] == ["packages/dev/environment/GUIDE-1.md"]
    assert told.kept_elsewhere()[1] == "https://docs.example.com/r"
