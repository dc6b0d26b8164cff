"""A rule's page for a terminal: what it finds, why, how to fix it, then a few examples.

Knows: the headings that every page has. Does not know: how pages are found (`rulebook.py`), what an example shows.
"""

from __future__ import annotations

import re

SHOWN = 3  # examples, of pages that have more than LONG lines
LONG = 120
_SECTION = re.compile(r"^(?=## )", re.MULTILINE)
_EXAMPLE = re.compile(r"^(?=### )", re.MULTILINE)


def shortened(page: str) -> tuple[str, int]:
    """(the page with its examples last and few of them, how many were left out); a short page as it is."""
    if page.count("\n") <= LONG:
        return page, 0
    told: list[str] = []
    examples: list[str] = []
    for section in _SECTION.split(page):
        text, *under = _EXAMPLE.split(section)
        if text.strip() != "## Examples":
            told.append(text.rstrip() + "\n\n")
        examples += under
    return "".join([*told, "## Examples\n\n", *examples[:SHOWN]]), max(0, len(examples) - SHOWN)
