"""The paths that a project's own DRF router lays down: its `routes`, each with the methods that lead to actions.

Knows: `Route` and `DynamicRoute` with their holes `{prefix}`, `{lookup}`, `{url_path}` and `{trailing_slash}`. Does not know: what is registered on
a router (`drf.py`), what an action serves. Source: djangorestframework 3.16 routers.py and "Custom Routers" of its documentation.
"""

from __future__ import annotations

import msgspec

from prodlint import ir
from prodlint.names import Definition, Names
from prodlint.routing.items import Item
from prodlint.routing.lists import Lists
from prodlint.routing.regexes import simplify
from prodlint.routing.values import UNKNOWN, argument
from prodlint.routing.walking import last_name

_DETAIL = {"Route": 3, "DynamicRoute": 2}  # where `detail` stands among the arguments


class Template(msgspec.Struct, frozen=True):
    """One of a router's `routes`. leads: (method, action), none where the view set's own `@action` methods stand."""

    url: str
    leads: tuple[tuple[str, str], ...]
    detail: bool
    dynamic: bool

    def path(self, prefix: str, lookup: str, slash: str, word: str = "") -> str:
        """Its path for a view set. lookup: the parameter of one object; word: what an action adds."""
        text = f"^{self.url[2:]}" if not prefix and self.url.startswith("^/") else self.url
        holes = {"{prefix}": prefix, "{lookup}": f"(?P<{lookup}>[^/.]+)", "{url_path}": word, "{trailing_slash}": slash}
        for hole, value in holes.items():
            text = text.replace(hole, value)
        return simplify(text)


def templates(names: Names, lists: Lists, router: Definition) -> tuple[Template, ...] | None:
    """The `routes` of a router class; None where it has none of its own, or they are not written out."""
    member = names.class_member(router, "routes")
    if not isinstance(member, Definition) or member.owner is None or not isinstance(member.node, ir.Assign) or member.node.value is None:
        return None
    items = lists.choices(Item(member.node.value, names.class_scope(member.owner)))
    found = [_read(names, lists, lists.followed(item)) for item in items or ()]
    return None if not found or None in found else tuple(each for each in found if each is not None)


def _read(names: Names, lists: Lists, item: Item) -> Template | None:
    call = item.expr
    kind = last_name(call.func) if isinstance(call, ir.Call) else ""
    if not isinstance(call, ir.Call) or kind not in _DETAIL:
        return None
    url = lists.text(argument(call, [0, "url"]), item.scope, item.env)
    detail = argument(call, [_DETAIL[kind], "detail"])
    mapping = lists.table(Item(asked, item.scope, item.env)) if (asked := argument(call, [1, "mapping"])) is not None and kind == "Route" else {}
    if url is None or UNKNOWN in url or not isinstance(detail, ir.Const) or mapping is None:
        return None
    leads = [(verb.upper(), lists.text(value.expr, value.scope, value.env)) for verb, value in mapping.items()]
    if any(action is None or UNKNOWN in action for _, action in leads):
        return None
    return Template(url, tuple((verb, action) for verb, action in leads if action), detail.value is True, kind == "DynamicRoute")
