"""How sure a loose id is a missing check: what the handler and its siblings show, as a confidence.

Knows: evidence (`LooseId`). Does not know: code.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prodlint.patterns.questions import LooseId


def confidence(loose: LooseId) -> str:
    """Shown by default ("medium") only where the call surely selects data and something says that such data belongs to somebody."""
    if loose.admin or (loose.role and loose.only_id):
        return "low"
    if loose.strong or (loose.changes and loose.others_tied):
        return "medium"
    return "low"
