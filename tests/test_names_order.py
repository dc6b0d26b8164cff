"""What names answer does not depend on what was asked before."""

from __future__ import annotations

from itertools import permutations

import pytest

from prodlint.facts import facts_of
from prodlint.names import Names
from tests.pages import source

CYCLE = {
    "a.py": "from b import g\n\n\ndef f(x):\n    if x:\n        return g(x)\n    return Repo()\n\n\nclass Repo:\n    pass\n",
    "b.py": "from a import f\n\n\ndef g(x):\n    return f(x)\n\n\ndef h(x):\n    return g(x)\n",
}
CHAIN = {"a.py": "class Repo:\n    pass\n\n\n" + "\n\n".join(f"def f{n}():\n    return {f'f{n - 1}()' if n else 'Repo()'}\n" for n in range(13))}
BASES = {
    "a.py": "from b import Second\n\n\nclass First(Second):\n    def own(self):\n        pass\n",
    "b.py": "from a import First\n\n\nclass Second(First):\n    pass\n\n\nclass Third(Second):\n    pass\n",
}


def names(files: dict[str, str]) -> Names:
    return Names({path: facts_of(source(path, text)) for path, text in files.items()})


def said(found: Names, name: str) -> str:
    definition = next(module.symbols[name] for module in found.modules.values() if name in module.symbols and module.symbols[name].kind != "import")
    answer = found.return_type(definition) if definition.kind == "function" else found.mro(definition)
    return str(answer)


@pytest.mark.parametrize(("files", "asked"), [(CYCLE, ("f", "g", "h")), (CHAIN, ("f12", "f6", "f0")), (BASES, ("First", "Second", "Third"))])
def test_answers_are_the_same_in_whatever_order_they_are_asked_for(files: dict[str, str], asked: tuple[str, ...]) -> None:
    alone = {name: said(names(files), name) for name in asked}
    for order in permutations(asked):
        found = names(files)
        assert {name: said(found, name) for name in order} == alone
