"""Lines of the files that were examined, for fingerprints and for formats that show code.

Knows: how to decode and split what was read. Does not know: the disk, what is wrong with a line.
"""

from __future__ import annotations

from collections.abc import Mapping

from prodlint import regex as re
from prodlint.model import Source, Span


class Texts:
    """Lines of the examined files, decoded only for files that somebody asks about."""

    def __init__(self, sources: Mapping[str, Source]) -> None:
        self._sources = sources
        self._lines: dict[str, list[str]] = {}

    def lines(self, path: str) -> list[str]:
        """The lines of a file without their ends; none for a path that was not read."""
        if path not in self._lines:
            source = self._sources.get(path)
            text = source.data.decode("utf-8", "replace").removeprefix("\ufeff") if source else ""
            self._lines[path] = re.split(r"\r\n|\r|\n", text)
        return self._lines[path]

    def at(self, span: Span) -> str:
        """The text of a span, of its whole first line where it has no end; white space folded."""
        lines = self.lines(span.path)[span.line - 1 : max(span.end_line, span.line)]
        if lines and span.end_column:
            lines = list(lines)
            lines[-1] = lines[-1][: span.end_column - 1]
            lines[0] = lines[0][span.column - 1 :]
        return " ".join(" ".join(lines).split())
