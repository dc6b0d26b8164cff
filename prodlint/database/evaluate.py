"""Expressions and catalog queries of migration code, evaluated as far as the migrations themselves decide them.

Knows: text functions that build statements (format, quote_ident, ||), conditions, queries over the system catalogs, which are answered from the
replayed state. Does not know: data. What depends on data is UNKNOWN, and so is everything made from it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from prodlint import regex as re
from prodlint.database.catalog import UNKNOWN_NAME
from prodlint.database.expressions import Call, Column, Expression, Literal, Operation, Query

MAX_TEXT = 20_000  # characters of one value
MAX_NAME, MAX_WILD = 300, 6  # of a LIKE: characters, and `%` in it


class _Unknown:
    """What only a running database knows."""

    def __repr__(self) -> str:
        return "UNKNOWN"

    def __bool__(self) -> bool:
        raise TypeError("an unknown value is neither true nor false")


class Record(str):
    """A row of one column in a loop: its value where a plain variable is meant, its field where a record is."""

    __slots__ = ("row",)
    row: dict[str, Any]

    def __new__(cls, row: dict[str, Any], only: str) -> Record:
        made = super().__new__(cls, only)
        made.row = row
        return made


UNKNOWN: Any = _Unknown()
Rows = Callable[[tuple, Mapping[str, Any]], Any]  # a query's tokens and the variables -> rows, or UNKNOWN
_PLAIN = re.compile(r"[a-z_][a-z0-9_$]*")
_FORMAT = re.compile(r"%(?:(\d+)\$)?-?\d*([sIL%])")
_RESERVED = {"user", "order", "group", "table", "select", "from", "where", "all", "default", "end", "column", "check", "references", "primary"}


def quoted(name: str) -> str:
    """A name as it must stand in a statement."""
    if _PLAIN.fullmatch(name) and name not in _RESERVED:
        return name
    return '"' + name.replace('"', '""') + '"'


class Evaluator:
    """Values of expressions. variables: by name, rows as dictionaries; rows: how a query is answered; exists: is there a relation of that name?
    called: what a function of the migrations returns."""

    def __init__(self, variables: Mapping[str, Any], rows: Rows, exists: Callable[[str], bool], called: Callable[[str, list], Any]) -> None:
        self.variables, self.rows, self.exists, self.called = variables, rows, exists, called

    def value(self, expression: Expression) -> Any:
        if isinstance(expression, Literal):
            return expression.value
        if isinstance(expression, Column):
            return self.column(expression.parts)
        if isinstance(expression, Call):
            return self.call(expression)
        if isinstance(expression, Operation):
            return self.operation(expression.op, expression.items)
        if isinstance(expression, Query):
            return self.query(expression)
        return UNKNOWN

    def column(self, parts: tuple[str, ...]) -> Any:
        value: Any = self.variables
        for part in parts:
            value = value.row if isinstance(value, Record) else value
            if not isinstance(value, Mapping) or part not in value:
                return UNKNOWN
            value = value[part]
        return value

    # ------------------------------------------------------------ operations
    def operation(self, op: str, items: tuple[Expression, ...]) -> Any:
        if op in ("and", "or"):
            return self.joined(op == "and", items)
        if op in ("any", "all", "item", "whole", "row"):
            return UNKNOWN
        if op == "case":
            return self.case(items)
        if op in ("=", "<>", "like", "ilike", "~~", "~~*") and isinstance(items[1], Operation) and items[1].op in ("any", "all"):
            return self.any_of(op, items[0], items[1])
        if op == "array":
            return [self.value(each) for each in items]
        values = [self.value(each) for each in items]
        if op == "in":
            return self.within(values[0], values[1:])
        if op == "||":
            return self.concat(values)
        if any(value is UNKNOWN for value in values):
            return UNKNOWN
        return _applied(op, values)

    def joined(self, both: bool, items: tuple[Expression, ...]) -> Any:
        doubt: Any = both
        for each in items:
            value = self.value(each)
            if value is UNKNOWN or value is None:
                doubt = UNKNOWN
            elif bool(value) is not both:
                return not both
        return doubt

    def case(self, items: tuple[Expression, ...]) -> Any:
        """`case when c then r ... else e`; any other form is not evaluated."""
        for n in range(0, len(items) - 1, 2):
            test = self.value(items[n])
            if not isinstance(test, bool):
                return UNKNOWN
            if test:
                return self.value(items[n + 1])
        return self.value(items[-1]) if len(items) % 2 else None

    def any_of(self, op: str, left: Expression, right: Operation) -> Any:
        value, several = self.value(left), self.value(right.items[0])
        several = as_list(several)
        if value is UNKNOWN or not isinstance(several, list):
            return UNKNOWN
        answers = [UNKNOWN if each is UNKNOWN else _applied(op, [value, each]) for each in several]
        wanted = right.op == "any"
        if any(answer is not UNKNOWN and answer is wanted for answer in answers):
            return wanted
        return UNKNOWN if any(answer is UNKNOWN or answer is None for answer in answers) else not wanted

    def within(self, value: Any, several: list[Any]) -> Any:
        if value is UNKNOWN or value is None:
            return UNKNOWN
        if any(each is not UNKNOWN and each == value for each in several):
            return True
        return UNKNOWN if any(each is UNKNOWN for each in several) else False

    def concat(self, values: list[Any]) -> Any:
        if any(isinstance(value, list) for value in values):
            flat: list[Any] = []
            for value in values:
                if value is UNKNOWN:
                    return UNKNOWN
                flat += value if isinstance(value, list) else [value]
            return flat
        return "".join(UNKNOWN_NAME if value is UNKNOWN else _text(value) for value in values)[:MAX_TEXT]

    def query(self, expression: Query) -> Any:
        found = self.rows(expression.tokens, self.variables)
        if expression.kind == "exists":
            return UNKNOWN if found is UNKNOWN else bool(found)
        if found is UNKNOWN:
            return UNKNOWN
        values = [next(iter(row.values()), None) for row in found]
        if expression.kind == "array":
            return values
        if expression.kind == "in":
            return self.within(self.value(expression.items[0]), values)
        return values[0] if values else None

    # ------------------------------------------------------------ functions
    def call(self, call: Call) -> Any:
        name = call.name.removeprefix("pg_catalog.")
        if name in ("current_schema", "current_user", "current_role", "session_user", "current_database"):
            return {"current_schema": "public", "current_database": "postgres"}.get(name, "postgres")
        values = [self.value(each) for each in call.args]
        if name == "format" and values:
            return _formatted(values)
        if name in ("quote_ident", "quote_literal") and len(values) == 1:
            if values[0] is UNKNOWN:
                return UNKNOWN_NAME
            return quoted(_text(values[0])) if name == "quote_ident" else _literal(values[0])
        if name in ("concat", "array_cat", "array_append"):
            return self.concat(values)
        if any(value is UNKNOWN for value in values):
            return UNKNOWN
        return self.known(name, values)

    def known(self, name: str, values: list[Any]) -> Any:
        if name in ("lower", "upper", "trim", "btrim", "initcap") and len(values) == 1 and isinstance(values[0], str):
            return {"lower": str.lower, "upper": str.upper, "initcap": str.title}.get(name, str.strip)(values[0])
        if name in ("to_regclass", "to_regnamespace") and values and isinstance(values[0], str):
            if name == "to_regnamespace":
                return UNKNOWN
            return values[0] if self.exists(values[0]) else None
        if name == "coalesce":
            return next((value for value in values if value is not None), None)
        if name == "replace" and len(values) == 3 and all(isinstance(value, str) for value in values):
            return values[0].replace(values[1], values[2])[:MAX_TEXT] if values[1] else values[0]
        if name == "string_to_array" and len(values) >= 2 and all(isinstance(value, str) for value in values[:2]):
            return values[0].split(values[1]) if values[1] else [values[0]]
        if name in ("array_length", "cardinality") and values and isinstance(values[0], list):
            return len(values[0])
        return self.called(name, values)


def _formatted(values: list[Any]) -> Any:
    """format(): unknown parts are marked in the text."""
    if not isinstance(values[0], str):
        return UNKNOWN
    place = 0

    def one(found: re.Match[str]) -> str:
        nonlocal place
        if found.group(2) == "%":
            return "%"
        place = int(found.group(1)) if found.group(1) else place + 1
        value = values[place] if place < len(values) else UNKNOWN
        if value is UNKNOWN:
            return UNKNOWN_NAME
        if found.group(2) == "I":
            return quoted(_text(value))
        return _literal(value) if found.group(2) == "L" else _text(value)

    return _FORMAT.sub(one, values[0])[:MAX_TEXT]


def _literal(value: Any) -> str:
    return "NULL" if value is None else "'" + _text(value).replace("'", "''") + "'"


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def as_list(value: Any) -> Any:
    """An array, also where it is written as text: {a,b}; UNKNOWN where it is none."""
    if isinstance(value, str) and value.startswith("{") and value.endswith("}"):
        return [part.strip().strip('"') for part in value[1:-1].split(",") if part.strip()]
    return value if isinstance(value, list) else UNKNOWN


def _applied(op: str, values: list[Any]) -> Any:
    """An operator over known values."""
    if op == "isnull":
        return values[0] is None
    if op == "same":
        return values[0] == values[1]
    if op == "not":
        return None if values[0] is None else not values[0]
    if op in ("istrue", "isfalse"):
        return values[0] is (op == "istrue")
    if any(value is None for value in values):
        return None
    if op in ("=", "<>"):
        return (values[0] == values[1]) is (op == "=")
    if op in ("like", "ilike", "~~", "~~*", "!~~", "!~~*") and all(isinstance(value, str) and len(value) < MAX_NAME for value in values):
        if values[1].count("%") > MAX_WILD:
            return UNKNOWN
        found = _like(values[1], op in ("ilike", "~~*", "!~~*")).fullmatch(values[0]) is not None
        return not found if op.startswith("!") else found
    if op in ("<", ">", "<=", ">=") and type(values[0]) is type(values[1]) and not isinstance(values[0], list):
        return {"<": values[0] < values[1], ">": values[0] > values[1], "<=": values[0] <= values[1], ">=": values[0] >= values[1]}[op]
    return UNKNOWN


def _like(pattern: str, folded: bool) -> re.Pattern[str]:
    out, escaped = [], False
    for sign in pattern:
        if escaped:
            out.append(re.escape(sign))
            escaped = False
        elif sign == "\\":
            escaped = True
        else:
            out.append({"%": ".*", "_": "."}.get(sign) or re.escape(sign))
    return re.compile("".join(out), re.S | (re.I if folded else 0))
