"""Imports, aliases, annotations, constructors and class hierarchy -> what a name means, across files.

Knows: the modules of a project and Python's rules for names. Does not know: frameworks, routes, what any library means.

A name means either a `Definition` (something defined in this project) or a string, the dotted name of something outside it
("flask.Flask"). An instance is told by its class: `type_of` gives the class a value is an instance of; the value that an
outside function returns is written "requests.session()". Nothing is imported or executed; what cannot be told is None.

`nouns.py` modules, definitions, scopes · `memos.py` answers that are kept · `modules.py` imports · `classes.py` scopes, classes, members ·
`types.py` the class of a value.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from prodlint import ir
from prodlint.names.memos import Memo
from prodlint.names.nouns import Definition, Module, Ref, Scope, blocks_of, holding, is_static, is_super, statements
from prodlint.names.types import Types

__all__ = ["Definition", "Memo", "Module", "Names", "Ref", "Scope", "blocks_of", "holding", "is_static", "is_super", "statements"]


class Names(Types):
    """All names of a project, of files (path -> facts; only those with a module take part). Answers are memoised; nothing changes after
    construction."""

    def functions(self, calling: str | None = None) -> Iterator[Definition]:
        """Every function of the project outside classes and inside them, top level first, that calls this last name."""
        for module in self.modules.values():
            yield from self._functions_in(module.symbols.values(), calling)

    def functions_in(self, module: Module) -> Iterator[Definition]:
        """Every function of one module outside classes and inside them."""
        self.touched.add(module.path)
        return self._functions_in(module.symbols.values(), None)

    def _functions_in(self, symbols: Iterable[Definition], calling: str | None) -> Iterator[Definition]:
        for definition in symbols:
            for node in (definition.node, *definition.again):
                if isinstance(node, ir.Function):
                    if calling is None or calling in node.calls:
                        yield (
                            definition
                            if node is definition.node
                            else Definition("function", definition.name, definition.module, node, definition.owner)
                        )
                elif isinstance(node, ir.Class) and node is definition.node:
                    yield from self._functions_in(self.members(definition).values(), calling)

    def classes(self) -> Iterator[Definition]:
        """Every class at the top level of a module, and the classes inside those."""
        for module in self.modules.values():
            pending = [d for d in module.symbols.values() if d.kind == "class"]
            while pending:
                cls = pending.pop(0)
                yield cls
                pending.extend(d for d in self.members(cls).values() if d.kind == "class")
