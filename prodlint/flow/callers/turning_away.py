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

KEEPS_OUT = re.compile(
    r"Forbidden|NotFound|404|403|401|Unauthori[sz]ed|Denied|Permission|NotAllowed|Auth(?:entication|orization)?(?:Error|Required|Failed)"
)
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
    """What is raised or given back where somebody may not come in."""
    name = last_name(expr) if expr is not None else ""
    says = KEEPS_OUT.search(name) or (name in ABORTS and not name.endswith(("abort", "halt", "fail")))
    if says or refusals.is_refusal(expr) or (not raised and isinstance(expr, ir.Call) and name in refusals.REDIRECTS):
        return True
    placed = expr.args[:1] if isinstance(expr, ir.Call) and (raised or name in ABORTS) else ()
    return any(isinstance(arg, ir.Const) and arg.value in refusals.NO for arg in placed)


def aborts(expr: ir.Expr | None) -> bool:
    return isinstance(expr, ir.Call) and is_no(expr) and last_name(expr.func) in ABORTS
