"""What rows say themselves of who may see them: `project.is_public`, `page.status == "published"`.

Knows: habits of naming, and which rows a test asks. Does not know: whether the test refuses (`branching.py`).

A route that shows strangers such rows only says nothing of the others.
"""

from __future__ import annotations

from typing import Any

from prodlint import ir
from prodlint import regex as re
from prodlint.flow.frames import Frame
from prodlint.flow.lookups.queries import SHOWN, VISIBLE, narrowed_from
from prodlint.flow.proofs.comparisons import words
from prodlint.flow.values import CALLER, Selection, Value
from prodlint.routing.walking import inside

# what is on offer: whoever comes may choose one of these, and take it
FREE = re.compile(r"^(?:is_|not_)?(?:available|booked|reserved|taken|bookable|vacant)$", re.I)
STATE = re.compile(r"^(?:\w+_)?(?:status|state)$", re.I)
HIDDEN = re.compile(r"^(?:is_)?(?:hidden|private|unlisted|(?:shadow_?)?banned)$", re.I)  # what everybody may see where this is not said
SHARED = frozenset({"shared", "is_shared"})  # as a column of a query only: rows are called so too
# columns that say who may see a row, and what stands in them where everybody may
SEEN_BY = re.compile(
    r"(?:^|_)(?:privacy|visibility|publicity|publication|access|sharing|publish\w*)(?:_?(?:level|type|mode|scope|status|state|policy))?$|^(?:status|state)$",
    re.I,
)
EVERYBODY = re.compile(r"^(?:is_)?(?:public(?:ly\w*)?|published|everyone|everybody|anyone|anybody|listed|world\w*)$", re.I)


def sifted(run: Any, test: ir.Expr, frame: Frame) -> None:
    """Notes what a test says of rows where one of its sides ends."""
    run.sifted_out.update(shown_by(run, test, frame))
    for row in shown_by(run, test, frame, FREE):
        row.offered = True
    for called in (SHOWN, HIDDEN):
        for row in shown_by(run, test, frame, called):
            row.shown = True


def free_rows(run: Any, test: ir.Expr, frame: Frame) -> list[Selection]:
    """The rows that a test finds free: `slot.is_booked`, `slot.status == "available"`."""
    found = shown_by(run, test, frame, FREE)
    for part in run.knowledge.about(_states, test):
        if any(FREE.match(word) for word in words(run.eval(part.rights[0], frame))):
            found.extend(run.eval(part.left, frame).selections)
    return found


def _states(test: ir.Expr) -> list[ir.Cmp]:
    """The parts of a test that hold what is called a state against one thing."""
    compared = [part for part in inside(test) if isinstance(part, ir.Cmp) and len(part.rights) == 1]
    return [part for part in compared if part.ops[0] in ("==", "!=", "in") and STATE.search(last_name_of(part.left))]


def last_name_of(expr: ir.Expr) -> str:
    if isinstance(expr, ir.Sub) and isinstance(expr.index, ir.Const):
        return str(expr.index.value)
    return expr.name if isinstance(expr, ir.Attr) else ""


def free(kwargs: dict[str, Value]) -> bool:
    """`filter(is_booked=False)`, `get(is_available=True)`."""
    return any(FREE.match(name) and value.truth is not None and value.ref != "builtins.None" for name, value in kwargs.items() if not value.origins)


def shown(kwargs: dict[str, Value]) -> bool:
    """`filter(is_public=True)`, `filter(hidden=False)`, `filter(privacy_level=PUBLIC)`."""
    return any(
        ((SHOWN.match(name) or name in SHARED) and value.truth is True)
        or (HIDDEN.match(name) and value.truth is False)
        or _for_everybody(name, value)
        for name, value in kwargs.items()
        if not value.origins
    )


def _for_everybody(name: str, value: Value) -> bool:
    return bool(SEEN_BY.search(name)) and any(EVERYBODY.match(word) for word in words(value))


def shown_by(run: Any, test: ir.Expr, frame: Frame, called: re.Pattern[str] = VISIBLE) -> list[Selection]:
    """The rows that a test asks whether everybody may see them, or choose them."""
    out: list[Selection] = []
    for name, rows in run.knowledge.about(_named, test):
        if called.search(name):
            found = run.eval(rows, frame).selections
            out.extend(found)
            if isinstance(rows, ir.Name):  # `is_published = file.releases.filter(approved=True).exists()`: the answer is of the file too
                out.extend(row for each in found for row in narrowed_from(each)[1:])
    return out


def taken(run: Any, base: Value, value: Value) -> None:
    """`if slot.status == "available": slot.booked_by = user`: who comes takes one that nobody has, and it is theirs from then on."""
    if value.has(CALLER):
        for row in base.selections:
            row.offered = row.offered or row in run.free


def _named(test: ir.Expr) -> list[tuple[str, ir.Expr]]:
    """What a test asks, by name, and of what."""
    out: list[tuple[str, ir.Expr]] = []
    for part in inside(test):
        if isinstance(part, ir.Name):
            name, rows = part.id, part
        elif isinstance(part, ir.Attr):
            name, rows = part.name, part.base
        elif isinstance(part, ir.Sub) and isinstance(part.index, ir.Const):
            name, rows = part.index.value, part.base
        else:
            continue
        if isinstance(name, str) and len(name) < 60:
            out.append((name, rows))
    return out
