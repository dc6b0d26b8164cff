"""Branches of JavaScript that only staff reach: a row that is chosen there, and a name that is given something else there.

Knows: `if (user.isAdmin) { ... }` around a place, `if (!user.isAdmin) return` before it in the same block. Does not know: roles by other names; what
such a question is asked of.
"""

from __future__ import annotations

from prodlint.patterns.php.sql import PhpStatements
from prodlint.patterns.text.spans import DOTS, expression_end
from prodlint.patterns.ties.comparisons import STAFF_MEMBER

_ENDS = frozenset(("return", "throw"))


class StaffBranches(PhpStatements):
    """The part of the sweep that knows where only staff come."""

    def _assign(self, sign: int) -> None:
        name = self.code.texts[sign - 1]
        before = self.env.get(name)
        super()._assign(sign)
        if before is not None and before.principal and self._of_script() and self._for_staff(sign):
            self.env[name] = self.env[name] | before  # `if (user.isAdmin) userId = query.userId`: for everybody else it is their own

    def _of_script(self) -> bool:
        return self.code.language in ("javascript", "typescript")

    def _settle_staff(self) -> None:
        """What only staff may select is tied for everybody else."""
        for lookup in self.lookups if self._of_script() and self.roles else ():
            lookup.tied |= lookup.at > 0 and not lookup.tied and self._for_staff(lookup.at)

    def _for_staff(self, index: int) -> bool:
        """Does a block around a place, or what stands before it in one, let in only staff?"""
        at = index
        while (at := self._opened(at)) > self.function.first:
            if self.code.texts[at] == "{" and (self._asks_before(at) or self._turned_away(at + 1, index)):
                return True
        return False

    def _asks_before(self, brace: int) -> bool:
        """`if (user.isAdmin && ...) {`: every part between `&&` is asked, and one asks for staff."""
        code = self.code
        if code.texts[brace - 1] != ")" or code.mate[brace - 1] < 0 or code.texts[code.mate[brace - 1] - 1] != "if":
            return False
        first, last = code.mate[brace - 1] + 1, brace - 1
        return "||" not in code.texts[first:last] and any(self._asks(at, negated=False) for at in range(first, last))

    def _turned_away(self, first: int, last: int) -> bool:
        """`if (!user.isAdmin) return ...` among the statements from `first` on, before `last`."""
        code, at = self.code, first
        while at < last:
            if code.texts[at] == "if" and code.texts[at + 1] == "(" and code.mate[at + 1] > 0:
                inside, close = range(at + 2, code.mate[at + 1]), code.mate[at + 1]
                then = close + 2 if code.texts[close + 1] == "{" else close + 1
                asked = "&&" not in code.texts[at + 2 : close] and any(self._asks(each, negated=True) for each in inside)
                end = code.mate[close + 1] if code.texts[close + 1] == "{" else expression_end(code, close + 1)
                if asked and end < last and not _ENDS.isdisjoint(code.texts[then:end]):
                    return True
                at = close
            at = code.mate[at] + 1 if code.texts[at] in ("(", "[", "{") and code.mate[at] > at else at + 1
        return False

    def _asks(self, index: int, negated: bool) -> bool:
        """Is it `user.isAdmin`, or where negated `!user.isAdmin`, asked of who calls?"""
        code, start = self.code, index
        if STAFF_MEMBER.fullmatch(code.texts[index]) is None or code.texts[index - 1] not in DOTS:
            return False
        while start > 1 and code.texts[start - 1] in DOTS:
            start -= 2
        return self.value(start, index + 1).principal and (code.texts[start - 1] == "!") is negated
