"""GraphQL in Ruby: resolvers and mutations, and what they check before they answer.

Knows: classes of graphql-ruby by the name of what they extend, `resolve` with the arguments of the client as keywords, `authorized?` and `ready?`,
which refuse before it runs. Does not know: methods of types that answer for one field, arguments that `loads:` turns into objects, `authorized?` of
the types that these are of.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from prodlint import regex as re
from prodlint.patterns.entries.parameters import Entry, entry_of
from prodlint.patterns.text.meanings import Value
from prodlint.patterns.text.reader import Function
from prodlint.patterns.text.words import Words

_BASE = re.compile(r"<\s*(?:::)?(?:\w+::)*(\w*(?:Mutation|Resolver|Subscription)|(?:Mutations|Resolvers)::Base)\b")
_BEFORE = frozenset(("authorized?", "ready?"))


def resolved(found: Sequence[Function], words: Words) -> Iterator[Entry]:
    """The `resolve` of each class of a file that extends a resolver or a mutation."""
    for function in found:
        owner = function.owner
        base = _BASE.search(owner.header) if owner is not None else None
        if owner is None or base is None or function.name != "resolve":
            continue
        checks = " ".join(each.body for each in owner.functions if each.name in _BEFORE)
        method = "MUTATION" if "Mutation" in base.group(1) else "QUERY"
        entry = entry_of(function, "graphql-ruby", (method,), "", owner.name, words, checks)
        for param in function.params:
            if param.name:
                whole = param.text.startswith("**") or words.container.fullmatch(param.name)
                entry.start[param.name] = Value(container=True) if whole else Value(ids=frozenset((param.name,)))
        entry.start["context"] = Value(request=True)
        yield entry
