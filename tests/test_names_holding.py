"""Where nodes stand in nodes: what walks over a tree by it must come everywhere."""

from __future__ import annotations

from prodlint import ir
from prodlint.facts import python
from prodlint.names import holding
from prodlint.operations.python_signs import nodes
from prodlint.routing.walking import inside

SOURCE = """
import os as o
from a import b
@deco(x)
class C(B, key=k):
    y: int = f(*a, **kw)
    z += 1
    def m(self, p: T = d, *, q=1) -> R: pass
for i, j in g(h):
    while not (w := u): break
    else: continue
with open(n) as fh: del fh.q, s[1:t]
try: assert v, "m"
except (E1, E2) as e: raise E from e
else: r = lambda l=1: l if c else [a async for a in b if a]
finally: t = {**m, k: {1}, "x": f"{p!r} {-q}"}
match subject:
    case {"a": Cls(x=1)} if guard: r2 = a < b <= c and (d or e), (yield)
"""


def everywhere(node: object) -> list[ir.Node]:
    if isinstance(node, tuple):
        return [inner for each in node for inner in everywhere(each)]
    return [node, *(inner for field in node.__struct_fields__ for inner in everywhere(getattr(node, field)))] if isinstance(node, ir.Node) else []


def test_no_node_stands_where_none_is_looked_for() -> None:
    module, _, problems = python.read("a.py", SOURCE)
    assert module is not None and not problems
    found = everywhere(module)
    assert len({type(node) for node in found}) > 30
    assert list(map(id, nodes(module, ir.Node))) == list(map(id, found))  # and in their order
    for node in found:
        for field in set(node.__struct_fields__) - set(holding(type(node))):
            assert not everywhere(getattr(node, field)), f"{type(node).__name__}.{field}"
    whole = next(node for node in found if isinstance(node, ir.Map))
    assert set(map(id, inside(whole))) == set(map(id, everywhere(whole)))
