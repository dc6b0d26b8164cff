"""What a value holds that a function gives back: the yes or no in it, and the data.

Knows: answers that stand in pairs and in parts of an object, the rows in a value. Does not know: what a return proves (`interpreter.py`).
"""

from __future__ import annotations

from typing import Any

from prodlint import ir
from prodlint import regex as re
from prodlint.flow.frames import Frame
from prodlint.flow.judging.siblings import CONTENT, REMARKS
from prodlint.flow.lookups.queries import keys_found
from prodlint.flow.values import CALLER, FRESH, PRESENCE, Origin, Selection, Value
from prodlint.flow.verdicts import spelled
from prodlint.names import Definition

# rows that are somebody, and no data of theirs
_PERSON = re.compile(r"(?:.*User|Account|Member|Customer|Profile|Person|Employee)s?$", re.I)
# lists of a row that those who see it put themselves or their own words into
_LEFT = re.compile(
    r"^(?:(?:user_?)?(?:dis)?likes?|(?:dis)?liked_?by|(?:users?_)?(?:(?:dis)?liked?|voted?|favou?rited?|bookmarked|read|viewed)(?:_users)?|(?:up|down)voted_users"
    r"|(?:up|down)?votes?|(?:up|down)?voters|(?:up|down)?voted_by|comments|replies|answers|reactions|reviews|ratings|followers|followed_by|subscribers"
    r"|views|viewed_by|seen_by|read_by|bookmarks|bookmarked_by|favou?rites|favou?rited_by|saves|saved_by)$",
    re.I,
)
VERDICT = re.compile(
    r"^(?:is_|has_|can_)?(?:allow(?:ed)?|ok|success(?:ful)?|succeeded|valid|granted|permit(?:ted)?|authori[sz]ed|accessible|access|passed|approved)$"
)


def verdict_of(value: Value) -> str | None:
    """The part of an object or a dictionary that says yes or no, by a literal or by what was compared: `{"success": False, "error": ...}`."""
    if not value.fields or value.receiver is not None or value.selections or CALLER in value.origins:
        return None
    return next((n for n, part in value.fields.items() if type(n) is str and VERDICT.match(n) and (part.truth is not None or part.outcomes)), None)


def extended(left: Value, right: Value) -> Value | None:
    """`permission_classes += [IsPending]`; None where either is no list that is known."""
    if left.items is None or right.items is None or left.const is not None:
        return None
    return Value(left.origins | right.origins, items=(*left.items, *right.items))


def answer(value: Value) -> Value:
    """What says yes or no of what a function gives: the first of a pair, `return False, "not yours"`, or a part, `Decision(allowed=False)`."""
    if value.items is not None and 2 <= len(value.items) <= 3 and value.kind is None and value.const is None:
        return value.items[0]
    name = verdict_of(value)
    return value if name is None else value.fields[name]  # type: ignore[index]


def decided(value: Value, told: frozenset[Origin]) -> Value:
    """The value with what its return says, where its answer stands."""
    first = answer(value)
    if first is value:
        return value.plus(told)
    if value.items is not None and first is value.items[0]:
        return value.plus(told).with_items((first.plus(told), *value.items[1:]))
    return value.with_field(verdict_of(value) or "", first.plus(told))


def told_whom(value: Value, frame: Frame) -> None:
    """Notes of a return that is not a no who gets it: whoever brings a key, and is it a yes that none but known callers get?"""
    frame.keys.append(keys_found(value, frame.tests))
    frame.known.append(value.has(PRESENCE) or (frame.callers > 0 and answer(value).truth is True))


def carried(value: Value) -> frozenset[Selection]:
    """The data in a value: its own, and that in its fields and items."""
    out: set[Selection] = set()
    seen: set[int] = set()
    pending = [value]
    while pending and len(seen) <= 200:
        current = pending.pop()
        if id(current) in seen:
            continue
        seen.add(id(current))
        out.update(current.selections)
        if current.fields and current.receiver is None:
            mine = isinstance(current.kind, Definition) and any(part.has(CALLER) for part in current.fields.values())
            pending.extend(part for part in current.fields.values() if not (mine and is_person(part)))  # whom my message goes to
        if current.items:
            pending.extend(current.items)
    return frozenset(out)


def joined(name: str, receiver: Value | None, value: Value) -> bool:
    """`team.members.remove(user)`: it is the team that changes. `cache.delete(f"room:{room.id}")`: what is kept under that name, and no room."""
    if name == "delete" and value.kind == "builtins.str":
        return True
    held = receiver is not None and (bool(receiver.selections) or receiver.has(CALLER))  # `request.user.friends.add(user)`
    return name in ("add", "remove") and held and is_person(value)


def grows(run: Any, name: str, receiver: Value, expr: ir.Call) -> bool:
    """`team.members.append(user)`, `order.tags.extend(tags)`: a list that the model keeps, and so the row changes."""
    held = expr.func.base if isinstance(expr.func, ir.Attr) else None
    if name not in ("append", "extend", "insert") or not isinstance(held, ir.Attr):
        return False
    models = [row.model for row in receiver.selections if isinstance(row.model, Definition)]
    return bool(models) and all(isinstance(run.names.class_member(model, held.name), Definition) for model in models)


def remarks(row: Selection, expr: ir.Call, args: list[Value]) -> bool:
    """`post.likes.append(user.id)`, `comment.replies.append(reply)`: does a caller leave a remark of their own with what is made to be read?"""
    name = spelled(row.model)
    if not (CONTENT.search(name) or REMARKS.search(name)):
        return False
    return bool(args) and isinstance(expr.func, ir.Attr) and put_by_readers(expr.func.base) and all(_own(value) for value in args)


def put_by_readers(expr: ir.Expr) -> bool:
    """`post.likes.all()`, `post.likes.filter(id=user.id)`: a list into which all who see the row put themselves: who stands there owns nothing."""
    while isinstance(expr, ir.Call):
        expr = expr.func.base if isinstance(expr.func, ir.Attr) else expr.func
    return isinstance(expr, ir.Attr) and _LEFT.match(expr.name) is not None


def liked(name: str, expr: ir.Call, args: list[Value]) -> bool:
    """`post.likes.add(request.user)`: is all that changes whether the caller stands in such a list?"""
    own = bool(args) and all(CALLER in value.origins and not value.selections and not value.clients for value in args)
    return name in ("add", "append", "remove", "discard") and own and isinstance(expr.func, ir.Attr) and put_by_readers(expr.func.base)


def _own(value: Value) -> bool:
    """The caller, or something that was made just now and names them."""
    return CALLER in value.origins or FRESH in value.origins or any(CALLER in part.origins for part in (value.fields or {}).values())


def is_person(value: Value) -> bool:
    """Is it somebody, and no data of theirs?"""
    names = [spelled(row.model) for row in value.selections]
    return bool(names) and all(_PERSON.match(name) for name in names)
