"""Ruby: calls without brackets, and rows that are changed by being told so.

Knows: where the arguments of `authorize! :read, @post` end; `order.destroy`, `order.save`, which are handed nothing. Does not know: what a call means
(`flow.py`), keywords that a project's own words may be.
"""

from __future__ import annotations

from prodlint import regex as re
from prodlint.patterns.dotnet.asked_context import AskedContext
from prodlint.patterns.text.spans import chain_start, expression_end

CHANGES = re.compile(
    r"(?:destroy|delete|discard|archive|unarchive|cancel|revoke|approve|reject|publish|unpublish|deactivate|restore|destroy_all|delete_all|save)!?"
)
_NO_NAME = frozenset(("if", "unless", "return", "and", "or", "not", "end", "do", "then", "else"))
_NO_ARGUMENT = frozenset(("if", "unless", "do", "and", "or", "rescue", "while", "until", "then", "end", "?"))
_STOPS = frozenset(("if", "unless", "do", "rescue", "and", "or"))
_FINDS = r"\s*(?:\|\|)?=\s*(?:::)?[A-Z][\w:]*(?:\.\w+(?:\([^()\n]{0,200}\))?){0,6}?\.find(?:_by\w*)?!?[ (]"


class BareCalls(AskedContext):
    """The part of the sweep that reads calls of Ruby without brackets."""

    def _changed(self, name_at: int) -> None:
        """`order.destroy`, which is handed nothing; `order.save` changes a row that was found, and makes one of what is new."""
        code = self.code
        start = chain_start(code, name_at)
        if code.texts[name_at].startswith("save") and not self._is_found(start, name_at):
            return
        row = self.value(start, name_at - 1)
        selected = (at for at, each in enumerate(self.lookups) if each.strong and each.ids and each.ids == row.ids)  # `Order.find params[:id]`
        for other in row.objects or selected:
            self.lookups[other].changes = True

    def _is_found(self, start: int, name_at: int) -> bool:
        name = self.code.texts[start]
        return start == name_at - 2 and re.search(rf"(?<![\w@]){re.escape(name)}{_FINDS}", self.function.body) is not None

    def _bare_call(self, index: int) -> bool:
        """`authorize @post` or `Post.find params[:id]`."""
        code, after = self.code, index + 1
        if code.line(after) != code.line(index) or (index and code.texts[index] in _NO_NAME):
            return False
        return code.kinds[after] in ("n", "s") and code.texts[after] not in _NO_ARGUMENT

    def _bare_end(self, name_at: int) -> int:
        """Where the arguments of a call without brackets end, `authorize! :read, @post`."""
        code, end = self.code, expression_end(self.code, name_at + 1)
        while code.texts[end : end + 1] == [","] and end + 1 < self.function.last:
            end = expression_end(code, end + 1)
        return end

    def _call_without_brackets(self, name_at: int) -> None:
        end = self._bare_end(name_at)
        stop = next((at for at in range(name_at + 1, end) if self.code.texts[at] in _STOPS), end)
        self._called(name_at, name_at + 1, stop, stop - 1)

    def _called(self, name_at: int, first: int, last: int, close: int) -> None:
        raise NotImplementedError
