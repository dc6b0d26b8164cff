"""SQL that migrations in Python run: Alembic's operations, Django's RunSQL.

Knows: literals, also through names and helpers of the file, f-strings over them, loops over literal lists; which operation is which statement.
Does not know:
text that is put together elsewhere, the order of files (it tells what each file says of it).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from prodlint import ir
from prodlint import regex as re
from prodlint.facts import sql
from prodlint.model import Fact, Statement

MAX_STATEMENTS = 5_000  # of one file
MAX_CALLS = 3  # helpers that call helpers
UNKNOWN = "\ufffd"  # stands for what is only known when the migration runs
REVISION = "revision"
_decode = msgspec.msgpack.Decoder(tuple[ir.Stmt, ...]).decode
_SAID = re.compile(r"""^(revision|down_revision)\b[^=\n]*=\s*(.*)$""", re.M)
_FIELD = re.compile(r"\{(\w*)\}")
_NAMES = re.compile(r"""["']([^"']+)["']""")


def revision(text: str) -> tuple[Fact, ...]:
    """What an Alembic migration says of its place: its own revision, and those it follows."""
    found = {match.group(1): match for match in _SAID.finditer(text)}
    own = _NAMES.search(found["revision"].group(2)) if "revision" in found else None
    if own is None:
        return ()
    follows = _NAMES.findall(found["down_revision"].group(2)) if "down_revision" in found else []
    line = text.count("\n", 0, found["revision"].start()) + 1
    return (Fact(REVISION, own.group(1), line, data={"follows": " ".join(follows)}),)


def read(module: ir.Module) -> tuple[Statement, ...]:
    """The statements that a migration runs forward, in order."""
    reader = _Reader({each.name: each for each in module.body if isinstance(each, ir.Function)})
    reader.block(module.body)
    for statement in module.body:
        if isinstance(statement, ir.Function) and statement.name == "upgrade":
            reader.block(_decode(statement.body))
        elif isinstance(statement, ir.Class):
            reader.operations(statement.body)
    return tuple(reader.out)


class _Reader:
    def __init__(self, functions: dict[str, ir.Function]) -> None:
        self.functions = functions
        self.depth = 0
        self.names: dict[str, Any] = {}
        self.out: list[Statement] = []

    # ------------------------------------------------------------ Alembic
    def block(self, body: Sequence[ir.Stmt]) -> None:
        for statement in body:
            if len(self.out) >= MAX_STATEMENTS:
                return
            if isinstance(statement, ir.Assign):
                for target in statement.targets:
                    if isinstance(target, ir.Name) and statement.value is not None:
                        self.names[target.id] = self.value(statement.value)
            elif isinstance(statement, ir.ExprStmt) and isinstance(statement.value, ir.Call):
                self.call(statement.value)
            elif isinstance(statement, ir.For):
                self.loop(statement)
            elif isinstance(statement, (ir.If, ir.With)):
                self.block(statement.body)

    def loop(self, statement: ir.For) -> None:
        values = self.value(statement.iter)
        target = statement.target
        for value in values if isinstance(values, list) else [None]:
            if isinstance(target, ir.Name):
                self.names[target.id] = value
            elif isinstance(target, ir.Seq) and isinstance(value, list):
                for each, part in zip(target.items, value, strict=False):
                    if isinstance(each, ir.Name):
                        self.names[each.id] = part
            self.block(statement.body)

    def call(self, call: ir.Call) -> None:
        if isinstance(call.func, ir.Name):
            self.helper(call)
        if not isinstance(call.func, ir.Attr):
            return
        name, args = call.func.name, [self.value(each) for each in call.args]
        if name == "execute":
            text = self.text(call.args[0]) if call.args else None
            if text is not None:
                self.say(text, call)
            elif call.args and not _changes_rows(call.args[0]):
                self.out.append(Statement(f"EXECUTE {UNKNOWN}", ir.line_of(call.at)))
            return
        if not (isinstance(call.func.base, ir.Name) and call.func.base.id == "op" and args and isinstance(args[0], str)):
            return
        schema = next((value for each in call.kwargs if each.name == "schema" and isinstance(value := self.value(each.value), str)), "")
        table = f'"{schema}"."{args[0]}"' if schema else f'"{args[0]}"'
        if name == "create_table":
            self.say(f"CREATE TABLE {table} ()", call)
        elif name == "drop_table":
            self.say(f"DROP TABLE {table}", call)
        elif name == "rename_table" and len(args) > 1 and isinstance(args[1], str):
            self.say(f'ALTER TABLE {table} RENAME TO "{args[1]}"', call)

    def helper(self, call: ir.Call) -> None:
        """A function of the same file."""
        function = self.functions.get(call.func.id) if isinstance(call.func, ir.Name) else None
        if function is None or self.depth >= MAX_CALLS:
            return
        before, self.names = self.names, dict(self.names)
        for param, given in zip(function.params, call.args, strict=False):
            self.names[param.name] = self.value(given)
        for keyword in call.kwargs:
            self.names[keyword.name] = self.value(keyword.value)
        self.depth += 1
        self.block(_decode(function.body))
        self.depth -= 1
        self.names = before

    # ------------------------------------------------------------ Django
    def operations(self, body: Sequence[ir.Stmt]) -> None:
        for statement in body:
            if isinstance(statement, ir.Assign) and any(isinstance(each, ir.Name) and each.id == "operations" for each in statement.targets):
                for call in _calls(statement.value):
                    if isinstance(call.func, ir.Attr) and call.func.name == "RunSQL":
                        said = call.args[0] if call.args else next((each.value for each in call.kwargs if each.name == "sql"), None)
                        self.say(self.text(said) if said is not None else None, call)

    # ------------------------------------------------------------ values
    def say(self, text: str | None, call: ir.Call) -> None:
        line = ir.line_of(call.at)
        for statement in sql.read(text) if text else ():
            self.out.append(Statement(statement.text, line + statement.line - 1 if text and "\n" in text else line))

    def text(self, expr: ir.Expr) -> str | None:
        """The SQL of an argument: a text, `text("...")`, several texts."""
        if isinstance(expr, ir.Call) and isinstance(expr.func, ir.Attr) and expr.func.name == "format":
            return self.formatted(expr)
        if isinstance(expr, ir.Call) and len(expr.args) > 0:
            name = expr.func.name if isinstance(expr.func, ir.Attr) else getattr(expr.func, "id", "")
            return self.text(expr.args[0]) if name in ("text", "DDL", "dedent") else None
        value = self.value(expr)
        if isinstance(value, list):
            parts = [each[0] if isinstance(each, list) and each else each for each in value]
            return ";\n".join(part for part in parts if isinstance(part, str))
        return value if isinstance(value, str) else None

    def formatted(self, call: ir.Call) -> str | None:
        """`"... {table}".format(table=name)`; what is not known is marked."""
        text = self.value(call.func.base) if isinstance(call.func, ir.Attr) else None
        if not isinstance(text, str):
            return None
        given = {each.name: self.value(each.value) for each in call.kwargs} | {str(n): self.value(each) for n, each in enumerate(call.args)}
        count = iter(range(len(call.args)))
        return _FIELD.sub(lambda found: _shown(given.get(found.group(1) or str(next(count, "")))), text)

    def value(self, expr: ir.Expr) -> Any:
        """The text or list that an expression is; None where it is something else. What is not known in an f-string is marked."""
        if isinstance(expr, ir.Const):
            return expr.value if expr.kind == "" else None
        if isinstance(expr, ir.Name):
            return self.names.get(expr.id)
        if isinstance(expr, ir.Seq):
            return [self.value(each) for each in expr.items]
        if isinstance(expr, ir.Fstr):
            return "".join(_shown(self.value(each)) for each in expr.parts)
        if isinstance(expr, ir.Bin) and expr.op == "+":
            left, right = self.value(expr.left), self.value(expr.right)
            return left + right if isinstance(left, str) and isinstance(right, str) else None
        return None


def _changes_rows(expr: ir.Expr) -> bool:
    """Is it a statement of SQLAlchemy's expression language, which changes rows and no table?"""
    name = expr.func.name if isinstance(expr, ir.Call) and isinstance(expr.func, ir.Attr) else ""
    return name in ("insert", "update", "delete", "select", "values", "where", "bindparams", "params")


def _shown(value: Any) -> str:
    return str(value) if isinstance(value, (str, int)) else UNKNOWN


def _calls(expr: ir.Expr | None) -> Iterator[ir.Call]:
    """The calls in lists and in the arguments of calls, in order."""
    if isinstance(expr, ir.Call):
        yield expr
        for each in (*expr.args, *(keyword.value for keyword in expr.kwargs)):
            yield from _calls(each)
    elif isinstance(expr, ir.Seq):
        for each in expr.items:
            yield from _calls(each)
