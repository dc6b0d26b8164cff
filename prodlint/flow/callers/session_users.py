"""Of which class `current_user` is: the project's own, with its methods (`current_user.can_edit(order)`, `current_user.orders_of(year)`).

Knows: mixins of flask-login 0.6 and flask-security 5. Does not know: who is logged in (`logged_in.py`), what the methods say.

Two classes with the mixin may both be there, and who has not logged in is of a class of its own: where that one answers for itself, and says
anything but no, nobody can tell what is asked.
"""

from __future__ import annotations

from prodlint import ir
from prodlint import regex as re
from prodlint.names import Definition, Names, statements

USERS = tuple(f"{base}.UserMixin" for base in ("flask_login", "flask_login.mixins", "flask_security", "flask_security.core"))
NOBODY = tuple(f"{base}.{name}" for base in ("flask_login", "flask_login.mixins", "flask_security", "flask_security.core")
               for name in ("AnonymousUserMixin", "AnonymousUser"))  # fmt: skip
GIVEN = re.compile(rb"anonymous_user")  # `login_manager.anonymous_user = Guest`, in an encoded body: any class will do
SOURCES = ("flask_login.", "flask_security.")


def of(names: Names) -> Definition | None:
    """The class of who is logged in; None where nobody can tell."""
    classes = list(names.classes())
    found = [cls for cls in classes if names.is_a(cls, *USERS)]
    if len(found) != 1 or _says_who_strangers_are(names):
        return None
    asked = {name for name, member in names.members(found[0]).items() if member.kind == "function"}
    strangers = [member for cls in classes if names.is_a(cls, *NOBODY) for name, member in names.members(cls).items() if name in asked]
    return found[0] if all(_says_no(names, member) for member in strangers) else None


def _says_who_strangers_are(names: Names) -> bool:
    """Is `anonymous_user` set anywhere?"""
    methods = (member for cls in names.classes() for member in names.members(cls).values())
    bodies = [each.node for each in (*names.functions(), *methods) if isinstance(each.node, ir.Function)]
    targets = [target for module in names.modules.values() for s in statements(module.body) if isinstance(s, ir.Assign) for target in s.targets]
    return any(GIVEN.search(bytes(node.body)) for node in bodies) or any(isinstance(t, ir.Attr) and t.name == "anonymous_user" for t in targets)


def _says_no(names: Names, member: Definition) -> bool:
    body = names.body(member.node) if member.kind == "function" else ()
    last = body[-1] if body else None
    alone = all(isinstance(each, ir.ExprStmt) and isinstance(each.value, ir.Const) for each in body[:-1])  # what it is for, in words
    return alone and isinstance(last, ir.Return) and isinstance(last.value, ir.Const) and last.value.value is False
