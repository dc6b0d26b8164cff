"""How guards say no, as it is written: what they raise, give back or call where somebody may not come in.

Knows: names of exceptions and responses, status codes, redirects; which blocks end, which handlers go on where somebody was turned away. Does not
know: for what somebody is turned away (`meeting.py`), what running the guard proves (`proofs/refusals.py`).
"""

from __future__ import annotations

from prodlint import ir
from prodlint import regex as re
from prodlint.flow.frames import ABORTS
from prodlint.flow.knowledge import last_name
from prodlint.flow.proofs import refusals
from prodlint.routing.walking import inside

KEEPS_OUT = re.compile(r"Forbidden|NotFound|404|403|Denied|Permission|NotAllowed|Authorization(?:Error|Failed)")
ENFORCES = re.compile(
    r"(?:^|_)(?:enforce|authori[sz]e|demand)(?:_|$)"
    r"|(?:check|ensure|assert|verify|require)_(?:\w+_)?(?:perm|access|right|role|allow|capab|polic|owner|author)",
    re.I,
)
# what holds back who comes too often, or writes down that somebody came
COUNTS = re.compile(r"(?:^|_)(?:limit\w*|throttl\w*|rates?|locks?|cached?|seen|viewed|visit\w*|track\w*|logs?|logger|audit\w*|getattr)(?:_|$)", re.I)
LOGIN = re.compile(r"log_?in|sign_?in|denied|forbidden", re.I)
BROAD = frozenset({"Exception", "BaseException", ""})


def ends(body: tuple[ir.Stmt, ...]) -> bool:
    last = body[-1] if body else None
    if isinstance(last, ir.If):
        return ends(last.body) and ends(last.orelse)
    return isinstance(last, (ir.Return, ir.Raise)) or (isinstance(last, ir.Simple) and last.kind in ("continue", "break"))


def swallows(handler: ir.Handler) -> bool:
    """Does it go on where somebody was turned away?"""
    kind = handler.type
    named = [last_name(item) for item in kind.items] if isinstance(kind, ir.Seq) else [last_name(kind) if kind is not None else ""]
    return any(name in BROAD or KEEPS_OUT.search(name) for name in named) and not ends(handler.body)


def is_no(expr: ir.Expr | None, raised: bool = False) -> bool:
    """What is raised or given back where somebody may not come in. Who is asked for a login (401, most redirects) was not known, or too long away."""
    name = last_name(expr) if expr is not None else ""
    if KEEPS_OUT.search(name) or (name in ABORTS and not name.endswith(("abort", "halt", "fail"))):
        return True
    said = list(inside(expr))
    if any((isinstance(part, ir.Const) and part.value == 401) or (isinstance(part, ir.Attr) and "401" in part.name) for part in said):
        return False
    if isinstance(expr, ir.Call) and name in refusals.REDIRECTS:
        return not raised and any(isinstance(part, ir.Const) and LOGIN.search(str(part.value)) for part in said)
    placed = expr.args[:1] if isinstance(expr, ir.Call) and (raised or name in ABORTS) else ()
    return refusals.is_refusal(expr) or any(isinstance(arg, ir.Const) and arg.value in refusals.NO for arg in placed)


def says_yes(test: ir.Expr) -> int:
    """1 where a test holds for whom something fits, `user.role in roles`, `may(user)`; -1 where it holds for the others, 0 where nobody can tell."""
    if isinstance(test, ir.Unary) and test.op == "not":
        return -says_yes(test.value)
    if isinstance(test, ir.Bool):
        signs = {says_yes(part) for part in test.values}
        return signs.pop() if len(signs) == 1 else 0
    if isinstance(test, ir.Cmp):
        if len(test.ops) != 1 or test.ops[0] not in ("==", "!=", "in", "not in", "is", "is not"):
            return 0
        nothing = any(isinstance(side, ir.Const) and not side.value for side in (test.left, *test.rights))
        return 1 if (test.ops[0] in ("==", "in", "is")) is not nothing else -1
    return 1 if isinstance(test, (ir.Name, ir.Attr, ir.Call, ir.Await, ir.Sub, ir.Comp)) else 0


def aborts(expr: ir.Expr | None) -> bool:
    return isinstance(expr, ir.Call) and is_no(expr) and last_name(expr.func) in ABORTS
