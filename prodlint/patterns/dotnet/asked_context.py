"""C#: objects that hold who asks, and what handlers ask of them: `if (!await currentContext.ViewBilling(orgId)) return Unauthorized();`.

Knows: names of such objects, and of questions of what somebody may do with what is named. Does not know: what the question looks at; whether there is
such a thing (`currentContext.Exists(id)`) is none.
"""

from __future__ import annotations

from prodlint import regex as re
from prodlint.patterns.evidence.placed import Placed

_CONTEXT = re.compile(
    r"_?(?i:current_?(?:user|member|account|caller|context|session|principal)\w*|(?:user|session|identity|caller)_?(?:context|accessor))"
)
MAY = re.compile(
    r"(?:View|See|Edit|Manage|Access|Administer|Can|May|Owns|HasAccess|HasPermission|IsIn|IsOf|IsMemberOf|IsOwnerOf|BelongsTo)(?:[A-Z]\w*)?"
    r"|(?!Get|Find|Load|Try|Exist|Has|Set|Add|Remove|IsValid|IsActive)[A-Z]\w*(?:Owner|Admin|Member|Manager|User)(?:Async)?"
)
_AWAY = re.compile(r"^throw$|Unauthori[sz]ed|Forbid|NotFound|Challenge|AccessDenied")


class AskedContext(Placed):
    """The part of the sweep that knows such questions."""

    def _refused_by_context(self, name: str, name_at: int, start: int) -> bool:
        """C#: `if (!await currentContext.ViewBilling(orgId)) return Unauthorized();`: does the object that holds who asks say whether they may, and
        does nothing run where they may not?"""
        texts = self.code.texts
        if self.code.language != "csharp" or name_at - start > 4 or not (_CONTEXT.fullmatch(texts[name_at - 2]) and MAY.fullmatch(name)):
            return False
        first = start - (texts[start - 1] == "await")
        if texts[first - 1] != "!" or not self._end_here(first - 1, name_at + 1):
            return False
        branch = self._alone(self._branch(first - 1, name_at + 1)[0])
        return any(self.code.kinds[at] != "s" and _AWAY.search(texts[at]) for at in branch)
