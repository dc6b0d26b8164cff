"""Settings by their names: `settings.API_PREFIX` of Django, `app.config["API_PREFIX"]` of Flask, as the source sets them.

Knows: where a project keeps its settings (modules and classes named so; the module that names the root URL configuration counts first). Does not
know: what the environment sets instead. Where files disagree, nothing is said.
"""

from __future__ import annotations

from collections.abc import Iterator

from prodlint import ir
from prodlint.names import Definition, Names

DJANGO = "django.conf.settings."
_PLACES = ("settings", "config", "configs", "conf", "configuration", "default", "defaults")


class Settings:
    """The settings of one project, found when somebody asks."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self._known: dict[str, list[Definition]] | None = None

    def value(self, name: str) -> Definition | None:
        """What a setting is given; None where that cannot be told or where two places differ."""
        found = self._everything().get(name, [])
        root = [d for d in found if d.owner is None and "ROOT_URLCONF" in d.module.symbols]
        found = root[:1] or found
        same = {_text(definition) for definition in found}
        return found[0] if len(found) == 1 or (len(same) == 1 and None not in same) else None

    def sets(self, name: str) -> bool:
        """Does any place give this setting something, told or not?"""
        return name in self._everything()

    def _everything(self) -> dict[str, list[Definition]]:
        if self._known is None:
            self._known = {}
            for definition in self._all():
                self._known.setdefault(definition.name, []).append(definition)
        return self._known

    def _all(self) -> Iterator[Definition]:
        for module in self.names.modules.values():
            if "ROOT_URLCONF" in module.symbols or any(part in _PLACES for part in module.path[:-3].split("/")):
                for symbol in module.symbols.values():
                    if symbol.kind == "value" and symbol.name.isupper() and isinstance(symbol.node, ir.Assign):
                        yield symbol
                    elif symbol.kind == "class":
                        yield from (m for m in self.names.members(symbol).values() if m.kind == "value" and m.name.isupper())


def _text(definition: Definition) -> str | None:
    value = definition.node.value if isinstance(definition.node, ir.Assign) else None
    return value.value if isinstance(value, ir.Const) and isinstance(value.value, str) else None
