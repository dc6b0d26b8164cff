"""The expectations that docs/fixtures-excluded.md leaves out, each with its reason."""

from __future__ import annotations

from pathlib import Path

PAGE = Path(__file__).parent.parent.parent / "docs/fixtures-excluded.md"
Key = tuple[str, str, str]  # the tool's rule, file, resource


def excluded() -> dict[Key, str]:
    """(rule, end of the path, resource) -> reason; from the rows of the page's table."""
    out: dict[Key, str] = {}
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip().strip("`") for cell in line.strip().strip("|").split("|")]
        if line.startswith("|") and len(cells) == 4 and not set(cells[0]) <= set("- ") and cells[0] != "rule":
            out[cells[0], cells[1], cells[2]] = cells[3]
    return out
