"""Code in PL/pgSQL as a tree of statements.

Knows: blocks, declarations, conditions, loops, EXECUTE, assignments, exception handlers (which are left out: they run only where something failed).
Does not know: what a statement does.
"""

from __future__ import annotations

import msgspec

from prodlint.database.tokens import Cursor, Token, split

DEPTH = 24  # of nested statements
Tokens = list[Token]


class Step(msgspec.Struct):
    """One statement.

    kind: "sql", "execute", "perform", "assign" (names, tokens), "into" (names, tokens: the query), "if" (branches), "each" (names, tokens: what is
    walked over), "query" (a loop over a query), "range", "loop" (any other), "block" (named where it handles failures), "return", "exit",
    "continue". declared: the variables of a block."""

    kind: str
    tokens: Tokens = msgspec.field(default_factory=list)
    names: tuple[str, ...] = ()
    body: list[Step] = msgspec.field(default_factory=list)
    branches: list[tuple[Tokens, list[Step]]] = msgspec.field(default_factory=list)
    declared: list[str] = msgspec.field(default_factory=list)


def parse(source: Tokens) -> list[Step]:
    """The statements of a body; as far as it could be read."""
    cursor = Cursor(source)
    if cursor.take("<", "<"):
        cursor.until("declare", "begin")
    return [_block(cursor, 0)] if cursor.sees("declare") or cursor.sees("begin") else []


def compiles(steps: list[Step], known: frozenset[str]) -> bool:
    """Does PostgreSQL take this code? A loop over rows or an array needs a variable that is declared; else nothing of it runs."""
    for step in steps:
        if step.kind in ("query", "executed", "each") and not known.issuperset(step.names):
            return False
        inner = known.union(step.declared)
        if not compiles(step.body, inner) or not all(compiles(body, inner) for _, body in step.branches):
            return False
    return True


def _block(cursor: Cursor, depth: int) -> Step:
    block = Step("block")
    if cursor.take("declare"):
        while not cursor.done and not cursor.sees("begin"):
            _declaration(cursor, block)
    cursor.take("begin")
    block.body += _steps(cursor, depth + 1, "end", "exception")
    if cursor.take("exception"):
        block.names = ("exception",)
        _steps(cursor, depth + 1, "end")
    cursor.take("end")
    cursor.until(";")
    cursor.take(";")
    return block


def _declaration(cursor: Cursor, block: Step) -> None:
    name = cursor.name()
    block.declared.append(name)
    start = cursor.at
    cursor.until(";", ":=", "default", "=")
    if cursor.take_any(":=", "default", "="):
        block.body.append(Step("assign", cursor.until(";"), (name,)))
    elif name and any(token.text == "for" for token in cursor.tokens[start : cursor.at]):
        block.body.append(Step("assign", [], (name,)))
    if not cursor.take(";") and not name:
        cursor.next()


def _steps(cursor: Cursor, depth: int, *ends: str) -> list[Step]:
    out: list[Step] = []
    while not cursor.done and not any(cursor.sees(end) for end in ends):
        before = cursor.at
        if depth > DEPTH:
            cursor.at = len(cursor.tokens)
            break
        step = _step(cursor, depth)
        if step is not None:
            out.append(step)
        if cursor.at == before:
            cursor.next()
    return out


def _step(cursor: Cursor, depth: int) -> Step | None:
    if cursor.take("<", "<"):
        cursor.until(">")
        cursor.take(">", ">")
        return None
    if cursor.sees("declare") or cursor.sees("begin"):
        return _block(cursor, depth)
    if cursor.take("if"):
        return _if(cursor, depth)
    if cursor.take("case"):
        return _case(cursor, depth)
    if cursor.take("for"):
        return _for(cursor, depth)
    if cursor.take("foreach"):
        names = _names(cursor.until("in", "slice"))
        cursor.until("array")
        cursor.take("array")
        return _loop(cursor, depth, Step("each", cursor.until("loop"), names))
    if cursor.take("while"):
        return _loop(cursor, depth, Step("loop", cursor.until("loop")))
    if cursor.sees("loop"):
        return _loop(cursor, depth, Step("loop"))
    return _simple(cursor)


def _simple(cursor: Cursor) -> Step | None:
    if cursor.take("execute"):
        step = Step("execute", cursor.until(";", "into", "using"))
        cursor.until(";")
    elif cursor.take("perform"):
        step = Step("perform", cursor.until(";"))
    elif cursor.take("return"):
        step = Step("return")
        cursor.until(";")
    elif word := cursor.take_any("exit", "continue"):
        step = Step(word, cursor.until(";"))
    elif cursor.take_any("raise", "null", "get", "open", "fetch", "close", "assert", "move"):
        step = None
        cursor.until(";")
    elif cursor.peek().kind in ("word", "name") and _assigned(cursor):
        names = (cursor.name(),)
        cursor.until(":=", "=")
        cursor.next()
        step = Step("assign", cursor.until(";"), names)
    else:
        source = cursor.until(";")
        step = _into(source) or (Step("sql", source) if source else None)
    cursor.take(";")
    return step


def _assigned(cursor: Cursor) -> bool:
    """`x := 1`, `x = 1`, `x[1] := 1`, `r.field := 1`."""
    ahead = cursor.peek(1).text
    return cursor.peek(1).kind == "op" and (ahead in (":=", "=") or (ahead == "." and cursor.peek(3).text in (":=", "=")))


def _into(source: Tokens) -> Step | None:
    """`SELECT ... INTO x FROM ...` as the query without it."""
    cursor = Cursor(source)
    if not (cursor.sees("select") or cursor.sees("with")):
        return None
    before = cursor.until("into")
    if not cursor.take("into"):
        return None
    cursor.take("strict")
    names = []
    while name := cursor.name():
        names.append(name)
        if not cursor.take(","):
            break
    return Step("into", before + source[cursor.at :], tuple(names))


def _if(cursor: Cursor, depth: int) -> Step:
    step = Step("if")
    while True:
        condition = cursor.until("then")
        cursor.take("then")
        step.branches.append((condition, _steps(cursor, depth + 1, "elsif", "elseif", "else", "end")))
        if not cursor.take_any("elsif", "elseif"):
            break
    if cursor.take("else"):
        step.body = _steps(cursor, depth + 1, "end")
    cursor.take("end", "if")
    cursor.take(";")
    return step


def _case(cursor: Cursor, depth: int) -> Step:
    """A CASE statement as an IF whose conditions compare."""
    step = Step("if")
    subject = cursor.until("when")
    while cursor.take("when"):
        tested = cursor.until("then")
        cursor.take("then")
        condition = [*subject, Token("op", "="), *tested] if subject else tested
        step.branches.append((condition, _steps(cursor, depth + 1, "when", "else", "end")))
    if cursor.take("else"):
        step.body = _steps(cursor, depth + 1, "end")
    cursor.take("end", "case")
    cursor.take(";")
    return step


def _for(cursor: Cursor, depth: int) -> Step:
    names = _names(cursor.until("in"))
    cursor.take("in")
    reverse = cursor.take("reverse")
    source = cursor.until("loop")
    first = source[0].text if source and source[0].kind == "word" else ""
    if len(source) > 2 and source[0].text == "(" and source[1].text in ("select", "values"):
        source, first = source[1:-1], source[1].text
    if first in ("select", "values") and not reverse:
        return _loop(cursor, depth, Step("query", source, names))
    if first == "execute":
        return _loop(cursor, depth, Step("executed", source[1:], names))
    return _loop(cursor, depth, Step("range", source, names))


def _loop(cursor: Cursor, depth: int, step: Step) -> Step:
    cursor.take("loop")
    step.body = _steps(cursor, depth + 1, "end")
    cursor.take("end", "loop")
    cursor.until(";")
    cursor.take(";")
    return step


def _names(source: Tokens) -> tuple[str, ...]:
    return tuple(each[0].text for each in split(source) if each and each[0].kind in ("word", "name"))
