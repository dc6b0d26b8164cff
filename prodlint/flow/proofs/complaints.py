"""Variables that remember a refusal: `error = None; if not mine(order): error = "not yours"; if error: return 400`.

Knows: which variables of two branches were set to something true where a test failed, and what a branch that sets nothing takes away. Does not
know: what the test holds (`expressions.py`), who reads the variable.
"""

from __future__ import annotations

from typing import Any

from prodlint.flow.values import KIND, OPEN, Link, Outcome, Tie, Value, flipped, weaker

Env = dict[str, Value]
ON = 0


def noted(before: Env, outcomes: frozenset[Outcome], first: tuple[int, Env], second: tuple[int, Env], merged: Env) -> Env:
    """The merged variables; those that one side of a test sets and that were empty say what the test says."""
    if not outcomes or first[0] != ON or second[0] != ON:
        return merged
    out = merged
    for side, other, held in ((first[1], second[1], outcomes), (second[1], first[1], flipped(outcomes))):
        for name, value in side.items():
            if value is before.get(name):
                continue
            if value.truth is False and (passed := _passes(other.get(name))) is not None:
                out = dict(merged) if out is merged else out
                out[name] = Value(passed | flipped(held))
                continue
            if not _says(value) or not (_empty(other.get(name)) or _complains(other.get(name))):
                continue
            if out is merged:
                out = dict(merged)
            out[name] = merged[name].plus(held) if value.fields else Value(frozenset({*value.origins, *held}))
    return out


def of_kind(before: Env, side: Env, merged: Env) -> Env:
    """`editor = False; if user.is_editor: editor = True`: what it says is what kind of user it is."""
    set_here = [name for name, value in side.items() if value.truth is True and name in before and before[name].truth is False]
    return {**merged, **{name: merged[name].plus({KIND}) for name in set_here}} if set_here else merged


def left(before: Env, env: Env, held: tuple[frozenset[Outcome], ...], asked: frozenset[Any] = frozenset()) -> Env:
    """The variables where a loop was left, under tests that said something: what was set there says what they say (`found = True; break`).
    asked: roles that they ask for, or a secret."""
    out = dict(env)
    for name, value in env.items() if held or asked else ():
        known = before.get(name)
        if value is known:
            continue
        if _says(value) and _empty(known):
            out[name] = Value(frozenset({*value.origins, *asked, *frozenset().union(*held)}))
        elif value.truth is False and len(held) == 1 and (passed := _passes(known)) is not None:
            out[name] = Value(passed | flipped(held[0]))
    return out


def _passes(value: Value | None) -> frozenset[Outcome] | None:
    """What it says that a variable is still true, which only literals and tests were ever put into; None where it holds something else."""
    if value is None or value.truth is False:
        return None
    if value.truth is True:
        return frozenset()
    tests = bool(value.origins) and all(isinstance(origin, (Tie, Link)) for origin in value.origins)
    return value.outcomes if tests and value.kind is None and not value.fields and not value.items else None


def one_more(known: Value, said: Value) -> Value | None:
    """`errors["name"] = "..."` where `errors` holds a complaint already, or may; None where this is something else."""
    return Value(known.origins, ref="builtins.True") if _complains(known) and _message(said) else None


def _complains(value: Value | None) -> bool:
    """All that is known of it is what tests said, or it is a dict of messages."""
    if value is None or value.kind is not None or value.const is not None or value.items or value.truth is False:
        return False
    return is_note(value) or (bool(value.origins) and not value.fields and all(isinstance(origin, (Tie, Link)) for origin in value.origins))


def is_note(value: Value) -> bool:
    """A dict of messages: what a message is added to in one branch, it holds in that branch only."""
    told = all(isinstance(origin, (Tie, Link)) for origin in value.origins)
    return bool(value.fields) and told and value.kind is None and value.receiver is None and all(map(_message, value.fields.values()))  # type: ignore[union-attr]


def _says(value: Value) -> bool:
    """A literal that is true: a message, True, a list or dict of messages."""
    return value.truth is True or _message(value)


def _message(value: Value, depth: int = 3) -> bool:
    parts = value.items or tuple((value.fields or {}).values())
    return bool(value.const) or (bool(parts) and depth > 0 and value.kind is None and all(_message(part, depth - 1) for part in parts))


def _empty(value: Value | None) -> bool:
    if value is None or value.origins or value.kind is not None:
        return False
    return value.truth is False or value.const == "" or value.items == () or value.fields == {}


def doubted(one: Value, other: Value) -> tuple[Value, Value]:
    """Two values that a variable may have. Where one is a literal that lets pass what the other would refuse, the other proves nothing."""
    return _doubt(one, other), _doubt(other, one)


def _doubt(value: Value, literal: Value) -> Value:
    truth = literal.truth
    if truth is None or literal.outcomes or not value.outcomes:
        return value
    changed: set[Any] = set()
    for origin in value.origins:
        if isinstance(origin, Tie) and (origin.sign > 0) is truth:
            origin = weaker(origin)
            changed.add(OPEN)
        elif isinstance(origin, Link) and (origin.sign > 0) is truth:
            continue
        changed.add(origin)
    return value.made_of(frozenset(changed))
