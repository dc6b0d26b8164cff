"""Functions that answer to the people who run an app: pages of an admin, views behind a decorator that lets staff through.

Knows: the admin of Django and of Flask-Admin; habits of naming decorators and modules. Does not know: what such a decorator really asks.
"""

from __future__ import annotations

from prodlint import ir
from prodlint import regex as re
from prodlint.calls.exceptions import last_name
from prodlint.calls.walk import Unit, every
from prodlint.names import Names

_ADMINS = ("django.contrib.admin.", "flask_admin.")
_LETS_STAFF = re.compile(r"(?i)(?:^|_)(?:staff|superuser|is_?admin|admin_(?:required|only))(?:_|$)|^(?:require|is)_?admin")


def for_staff(names: Names, unit: Unit) -> bool:
    """Do only those who run the app read what this answers?"""
    if unit.module.path.endswith("/admin.py"):
        return True
    definition = unit.definition
    while definition is not None:
        node = definition.node
        if isinstance(node, ir.Class) and any(isinstance(base, str) and base.startswith(_ADMINS) for base in names.mro(definition)):
            return True
        if isinstance(node, ir.Function) and any(_lets_staff(decorator) for decorator in node.decorators):
            return True
        definition = definition.owner
    return False


def _lets_staff(decorator: ir.Expr) -> bool:
    if _LETS_STAFF.search(last_name(decorator)):
        return True
    if not isinstance(decorator, ir.Call) or last_name(decorator) != "user_passes_test":
        return False
    asked = (e.name if isinstance(e, ir.Attr) else e.id for arg in decorator.args for e in every(arg) if isinstance(e, ir.Attr | ir.Name))
    return any(_LETS_STAFF.search(name) for name in asked)
