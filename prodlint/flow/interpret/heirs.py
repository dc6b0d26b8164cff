"""The one class that does what an abstract one only declares: a repository behind its interface, a service that a container hands over.

Knows: which classes of the project descend from which. Does not know: which of several implementations a program is started with.
"""

from __future__ import annotations

from typing import Any

from prodlint import ir
from prodlint import regex as re
from prodlint.flow.frames import is_stub
from prodlint.names import Definition, Names

STANDS_IN = re.compile(r"(?:^|/)(?:tests?|fakes?|mocks?|stubs?)(?:/|_|\.py$)|(?:^|/)test_")  # what tests put in its place


def find(names: Names) -> dict[Definition, Definition]:
    """The one class without heirs of its own that descends from each class of the project, where there is just one."""
    below: dict[Definition, list[Definition]] = {}
    for cls in names.classes():
        for ancestor in names.mro(cls)[1:]:
            if isinstance(ancestor, Definition) and ancestor.kind == "class":
                below.setdefault(ancestor, []).append(cls)
    last = {ancestor: [cls for cls in heirs if cls not in below and not STANDS_IN.search(cls.module.path)] for ancestor, heirs in below.items()}
    return {ancestor: heirs[0] for ancestor, heirs in last.items() if len(heirs) == 1}


def instead(run: Any, method: Definition) -> tuple[Definition, Definition] | None:
    """(class, method) that runs where a method is called that does nothing but to be declared; None where nobody can tell."""
    cls = method.owner
    if cls is None or cls.kind != "class" or not isinstance(method.node, ir.Function) or not is_stub(run.names.body(method.node)):
        return None
    heir = run.knowledge.heirs.get(cls)
    found = run.names.class_member(heir, method.name) if heir is not None else None
    if heir is None or not isinstance(found, Definition) or not isinstance(found.node, ir.Function) or is_stub(run.names.body(found.node)):
        return None
    return heir, found
