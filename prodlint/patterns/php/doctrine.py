"""Which entity a lookup of Doctrine is about.

Knows: `getRepository(Order::class)->find($id)`, also through a variable or in the old form `'Shop:Order'`, `$em->find(Order::class, $id)`. Does not
know: what a repository does; who owns the entity (`owners.py`).
"""

from __future__ import annotations

from prodlint import regex as re
from prodlint.patterns.text.reader import Function
from prodlint.patterns.text.tokens import Code

_NAMED = re.compile(r"(?:getRepository|find|getReference)\(\s*(?:\\?(?:\w+\\)*(\w+)::class|[\"'][\w\\]*[:\\](\w+)[\"'])")


def entity(code: Code, function: Function, start: int, name_at: int) -> str:
    """The entity that a chain of calls names, from its first token to the name of the call; "" where it names none."""
    last = name_at + 1
    close = code.mate[last] if last < len(code) and code.texts[last] == "(" else -1
    found = _NAMED.search(code.source(start, close if close > 0 else last))
    if found is None and code.texts[start].startswith("$"):
        given = re.search(rf"{re.escape(code.texts[start])}\s*=\s*([^;]{{0,300}}getRepository\([^)]*\))\s*;", _body(function, name_at))
        found = _NAMED.search(given.group(1)) if given is not None else None
    return next(filter(None, found.groups()), "") if found is not None else ""


def _body(function: Function, until: int) -> str:
    code = function.code
    return code.text[code.starts[function.first] : code.starts[until]] if function.first < until < len(code) else ""
