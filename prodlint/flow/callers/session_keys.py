"""What of a session anybody may choose: a shop that a visitor names, a name that somebody takes in a chat, with nothing that shows it is theirs.

Knows: where functions write into a session, whether what they write comes from the request, and what an app asks before it believes somebody: a
password, a token, a code, a login that is there already. Does not know: values (`expressions.py`), what a session is kept in.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from prodlint import ir
from prodlint import regex as re
from prodlint.flow.knowledge import last_name
from prodlint.names import Definition, Names, statements
from prodlint.routing.walking import inside

# words of a function that asks for something which only the right one has, or for a login that is there already; as the facts write them
PROOF = re.compile(
    rb"pass(?:w|_|key|phrase)|pwd|hash|token|otp|oauth|openid|secret|verif|authenti|authori|log(?:ged)?_?in(?:_user|_required)?\b|sign_?in|credential|jwt|google"
    rb"|senha|contrase|\bclave|mot_?de_?passe|parola?\b|wachtwoord|sifre"  # a password, in other languages
    rb"|github|saml|sso|ldap|firebase|current_user|user_id|is_admin|permission|signature|\bpin\b|code",
    re.I,
)
ASKS = re.compile(r"login|log_in|auth|require|permission|protect|staff|admin|token|user|member|secure", re.I)
BEFORE = re.compile(r"before_\w*request|middleware", re.I)
SESSION = "session"


def chosen(names: Names) -> frozenset[str]:
    """The keys of the session that some function fills with what the client says, and asks nothing of whoever says it."""
    filling = list(_filling(names))
    called = frozenset[str]().union(*(function.node.calls for function in filling))  # type: ignore[attr-defined]
    proving = {function.name for function in names.functions() if function.name in called and _proves(function)}
    return frozenset(key for function in filling if proving.isdisjoint(function.node.calls) for key in _written(names, function))  # type: ignore[attr-defined]


def _filling(names: Names) -> Iterator[Definition]:
    """The functions that may write into a session, and ask nothing themselves."""
    for module in names.modules.values():
        functions = [function for function in names.functions_in(module) if isinstance(function.node, ir.Function)]
        found = [function for function in functions if SESSION.encode() in bytes(function.node.body) and not _proves(function)]  # type: ignore[attr-defined]
        if found and not any(BEFORE.search(last_name(decorator)) for function in functions for decorator in _decorators(function)):
            yield from found  # what runs before them may ask


def is_chosen(keys: frozenset[str], expr: ir.Expr, key: str | None) -> bool:
    """Is one of them read here: `session["shop"]`, `session.get("shop")`, `"shop" in session`?"""
    if key not in keys:
        return False
    if isinstance(expr, ir.Call):
        expr = expr.func
        return isinstance(expr, ir.Attr) and last_name(expr.base) == SESSION
    return last_name(expr.base if isinstance(expr, ir.Sub) else expr) == SESSION


def _decorators(function: Definition) -> tuple[ir.Expr, ...]:
    owner = function.owner.node if function.owner is not None else None
    around = (*owner.decorators, *owner.bases) if isinstance(owner, ir.Class) else ()
    return (*function.node.decorators, *around)  # type: ignore[attr-defined]


def _proves(function: Definition) -> bool:
    node = function.node
    asks = any(ASKS.search(last_name(decorator)) for decorator in _decorators(function))
    return asks or (isinstance(node, ir.Function) and PROOF.search(bytes(node.body)) is not None)


def _written(names: Names, function: Definition) -> Iterator[str]:
    node = function.node
    assert isinstance(node, ir.Function)
    said = {param.name for param in node.params if param.name not in ("self", "cls")}  # `request` itself, or a part of the path
    said.add("request")
    for statement in statements(names.body(node)):
        if not isinstance(statement, ir.Assign) or not _mentions(statement.value, said):
            continue
        for target in statement.targets:
            if isinstance(target, ir.Name):
                said.add(target.id)
            elif isinstance(target, ir.Sub) and last_name(target.base) == SESSION and isinstance(target.index, ir.Const):
                yield str(target.index.value)


def _mentions(expr: ir.Expr | None, names: Iterable[str]) -> bool:
    return any(isinstance(part, ir.Name) and part.id in names for part in inside(expr))
