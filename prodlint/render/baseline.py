"""The baseline file: fingerprints of what is known already.

Knows: that a baseline should merge without conflicts: sorted, one entry a line, no place, no time, no message. Does not know:
where it lies.
"""

from __future__ import annotations

import json

from prodlint.report import Report


def known(report: Report) -> list[str]:
    """The fingerprints of all findings that are shown or in the baseline already."""
    return sorted({verdict.fingerprint for verdict in report.verdicts if verdict.hidden in ("", "baselined")})


def render(report: Report) -> str:
    """They as a JSON list."""
    return "[\n" + ",\n".join(json.dumps(each) for each in known(report)) + "\n]\n"
