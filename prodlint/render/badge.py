"""The checklist as a badge: how many of the items that apply are passed.

Knows: a small SVG without fonts or links of its own. Does not know: which items.
"""

from __future__ import annotations

from collections.abc import Iterable

from prodlint.report import ItemVerdict

_LABEL = "production grade"
_CHARACTER = 6.6
_PAD = 8


def render(items: Iterable[ItemVerdict]) -> str:
    """The SVG text; red where an item fails, green where all that apply pass, amber between."""
    verdicts = [item.verdict for item in items if item.verdict != "not-applicable"]
    value = f"{verdicts.count('pass')} of {len(verdicts)}"
    passed = set(verdicts) <= {"pass"}
    colour = "#b42318" if "fail" in verdicts else "#14713d" if passed and verdicts else "#93580b"
    left, right = _width(_LABEL), _width(value)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + right}" height="20" role="img" aria-label="{_LABEL}: {value}">\n'
        f"<title>{_LABEL}: {value}</title>\n"
        f'<rect width="{left}" height="20" fill="#444c54"/><rect x="{left}" width="{right}" height="20" fill="{colour}"/>\n'
        '<g fill="#fff" text-anchor="middle" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">'
        f'<text x="{left / 2}" y="14">{_LABEL}</text><text x="{left + right / 2}" y="14">{value}</text></g>\n'
        "</svg>\n"
    )


def _width(text: str) -> int:
    return round(len(text) * _CHARACTER) + 2 * _PAD
