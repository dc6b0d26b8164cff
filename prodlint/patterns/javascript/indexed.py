"""JavaScript: what who asks has, by an id: `if (!session.workspaces[workspaceId]) return res.status(403)`.

Knows: what is missing there, and that somebody is refused for it, at once or by a name that it is given to. Does not know: what stands in a map.
"""

from __future__ import annotations

from prodlint import regex as re
from prodlint.patterns.text.spans import chain_start
from prodlint.patterns.ties.comparisons import Comparisons

# what is marked for who asks, and says nothing of whose it is
_MARKED = re.compile(
    r"(?i)(?:^|\.)(?:view|seen|visit|cart|block|mute|like|prefer|setting|delet|dismiss|hidden|read|histor|recent|flash|cache|temp)\w*$"
)


class Indexed(Comparisons):
    """The part of the sweep that looks at maps of who asks."""

    def _indexed(self, bracket: int) -> None:
        """JavaScript: `if (!session.workspaces[workspaceId]) return res.status(403)`, `const mine = session.workspaces[workspaceId] !== undefined`
        of which the same hangs: who asks has no such one, and is refused. What is only marked there (`session.viewed[id]`) ties nothing."""
        code = self.code
        start, close = chain_start(code, bracket - 1), code.mate[bracket]
        whose, ids = self.value(start, bracket), self.value(bracket + 1, close).ids
        if not ids or not whose.principal or whose.ids or _MARKED.search(code.source(start, bracket)):
            return
        end = close + 1
        while code.texts[end : end + 1] == ["?."] and code.kinds[end + 1] == "n":
            end += 2
        sign, other = (*code.texts[end : end + 2], "", "")[:2]
        nots = {"!": 1, "!!": 2}.get(code.texts[start - 1], 0)
        nothing = other in ("undefined", "null")
        if sign in ("===", "=="):  # in an `if`, does it hold where there is none?
            missing = nothing
        elif sign in ("!==", "!="):
            missing = not nothing and code.kinds[end + 1] == "s"
        else:
            missing = nots % 2 == 1
        stands = bool(nots) or sign in ("===", "==", "!==", "!=")
        first = start - (nots > 0)
        if stands and (self._refuses_if(first, missing=missing) or self._refused_later(first, missing=missing)):
            self.tied |= self._ids_of(self.value(bracket + 1, close))

    def _refuses_if(self, first: int, *, missing: bool) -> bool:
        """`if (!mine[id]) return res.status(403)`, with nothing else asked before it."""
        code = self.code
        plain = missing and code.texts[first - 2 : first] == ["if", "("] and code.mate[first - 1] > 0 and self._runs_always(first - 2)
        return plain and self._turns_out(code.mate[first - 1] + 1)

    def _runs_always(self, place: int) -> bool:
        """Does it stand in the function itself or in a `try`, and in no branch and no function that a call is handed?"""
        code, first = self.code, self.function.first
        around = [at for at in range(first, place) if code.texts[at] in ("{", "(") and code.mate[at] > place]
        return all(code.texts[at] == "{" and code.texts[at - 1] == "try" for at in around)

    def _refused_later(self, first: int, *, missing: bool) -> bool:
        """`const mine = all[id] !== undefined; if (!mine) return res.status(403)`: what it is given to is asked, and somebody refused."""
        code = self.code
        if missing or code.texts[first - 1] != "=" or code.kinds[first - 2] != "n":
            return False
        name = code.texts[first - 2]
        asked = (at for at in range(first, self.function.last - 4) if code.texts[at : at + 5] == ["if", "(", "!", name, ")"])
        return any(self._turns_out(at + 5) and self._runs_always(at) for at in asked)
