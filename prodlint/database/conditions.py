"""What the expression of a row policy amounts to.

Knows: when it holds for everybody, when for everybody who is signed in, whether it looks at the caller at all (also through functions that the
migrations define and through tables with policies of their own). Does not know: data, the meaning of columns.
"""

from __future__ import annotations

import msgspec

from prodlint import regex as re
from prodlint.database.askers import CALLER_WORDS, Askers
from prodlint.database.catalog import Catalog, Function
from prodlint.database.expressions import Call, Column, Expression, Literal, Operation, Query, Raw, parse, walk
from prodlint.database.statements import sources
from prodlint.database.tokens import Cursor, Token

Tokens = tuple[Token, ...]
_CALLER = {
    "auth.uid",
    "auth.jwt",
    "auth.role",
    "auth.email",
    "current_setting",
    "current_user",
    "session_user",
    "current_role",
    "user",
    "auth.session_id",
}
_METADATA = re.compile(r"user_metadata|raw_user_meta_data", re.I)
# functions that say nothing about who calls
_PLAIN = {
    "now", "coalesce", "lower", "upper", "length", "char_length", "date_trunc", "age", "count", "min", "max", "sum", "array_length",
    "cardinality", "random", "nullif", "greatest", "least", "abs", "extract", "to_char", "trim", "btrim", "split_part",
    "jsonb_array_length", "gen_random_uuid", "clock_timestamp", "current_date", "current_timestamp", "localtimestamp",
    "statement_timestamp", "timezone", "jsonb_typeof", "json_typeof", "octet_length", "string_to_array", "storage.foldername",
    "storage.filename", "storage.extension", "replace", "substring", "substr", "left", "right", "position", "date", "concat",
}  # fmt: skip


class Signed(msgspec.Struct, frozen=True):
    """What is known of somebody who is signed in and nothing else: an id that is not null, a role."""

    what: str


UNDECIDED = object()


class Conditions:
    """Answers about the policies of one database; functions are looked into once."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self.askers = Askers(catalog)
        self._answers: dict[tuple[Tokens, bool], object] = {}

    # ------------------------------------------------------------ always true
    def always(self, expression: Tokens | None) -> bool:
        """Does it hold for every row, whoever asks? No expression holds always."""
        return expression is None or self.truth(expression, False) is True

    def never(self, expression: Tokens | None) -> bool:
        """Does it hold for no row, whoever asks?"""
        return expression is not None and self.truth(expression, False) is False

    def for_everybody_signed_in(self, expression: Tokens | None) -> bool:
        """Does it hold for every row, whoever asks, so long as somebody is signed in?"""
        return expression is None or self.truth(expression, True) is True

    def for_all_of_bucket(self, expression: Tokens | None, bucket: str) -> bool:
        """Does it hold for every file of a bucket, so long as somebody is signed in?"""
        return expression is None or _value(parse(expression), True, bucket) is True

    def truth(self, expression: Tokens, signed_in: bool) -> object:
        key = expression, signed_in
        if key not in self._answers:
            self._answers[key] = _value(parse(expression), signed_in)
        return self._answers[key]

    # ------------------------------------------------------------ the caller
    def asks_caller(self, expression: Tokens | None) -> bool | None:
        """Does the answer depend on who asks? None where a function decides that is not in the migrations."""
        if expression is None:
            return False
        return self._asks(parse(expression))

    def trusts_metadata(self, expression: Tokens | None) -> bool:
        """Does it read what users can write about themselves?"""
        return expression is not None and any(_METADATA.search(token.text) for token in expression)

    def function_asks(self, function: Function) -> bool | None:
        """Does a function with its owner's rights decide by who calls it? None where it names the caller for something else, or in doubt."""
        return self.askers.asks(function)

    @staticmethod
    def mentions_caller(query: Tokens) -> bool:
        """Does a query name the caller itself?"""
        return CALLER_WORDS.search(" ".join(token.text for token in query if token.kind != "string")) is not None

    def _asks(self, expression: Expression) -> bool | None:
        doubt: bool | None = False
        for each in walk(expression):
            found: bool | None = False
            if isinstance(each, Call):
                found = self._call_asks(each.name)
            elif isinstance(each, Query):
                found = self._query_asks(each.tokens)
            elif isinstance(each, Raw):
                found = True if CALLER_WORDS.search(" ".join(token.text for token in each.tokens)) else None
            if found:
                return True
            doubt = None if found is None else doubt
        return doubt

    def _call_asks(self, name: str) -> bool | None:
        if name in _CALLER:
            return True
        if name.removeprefix("pg_catalog.") in _PLAIN:
            return False
        schema, _, bare = name.rpartition(".")
        function = self.catalog.function(schema, bare)
        if function is None:
            return None
        # one that reads data and names no caller may still decide by what only its author knows
        return True if self.askers.mentions(function) else None

    def _query_asks(self, query: Tokens) -> bool | None:
        """A subquery asks where it says so, or where it reads a table whose own policies do."""
        cursor = Cursor(list(query))
        doubt: bool | None = False
        while not cursor.done:
            start = cursor.at
            if cursor.peek().kind in ("word", "name"):
                schema, name = cursor.qualified()
                full = f"{schema}.{name}" if schema else name
                if cursor.sees("(") and name not in (
                    "in",
                    "exists",
                    "any",
                    "all",
                    "and",
                    "or",
                    "not",
                    "select",
                    "where",
                    "on",
                    "from",
                    "values",
                    "as",
                    "some",
                ):
                    found = self._call_asks(full)
                    if found:
                        return True
                    doubt = None if found is None else doubt
                elif full in _CALLER and full != "user":
                    return True
            if cursor.at == start:
                cursor.next()
        for key in sources(query, self.catalog.search):
            relation = self.catalog.relations.get(key)
            if relation is None and key[0] != "public":
                continue
            if relation is None or relation.rls or not relation.is_table:
                return None
        return doubt


def _value(expression: Expression, signed_in: bool, bucket: str = "") -> object:
    """The value where every caller and row has the same, or every row of a bucket; UNDECIDED else."""
    if isinstance(expression, Literal):
        return expression.value
    if isinstance(expression, Column) and expression.parts[-1] == "bucket_id" and bucket:
        return bucket
    if isinstance(expression, Call):
        return _called(expression, signed_in)
    if isinstance(expression, Query):
        return _queried(expression, signed_in)
    if not isinstance(expression, Operation):
        return UNDECIDED
    op = expression.op
    if op in ("and", "or"):
        values = [_value(each, signed_in, bucket) for each in expression.items]
        if (op == "or") in [value for value in values if isinstance(value, bool)]:
            return op == "or"
        return (op == "and") if all(value is (op == "and") for value in values) else UNDECIDED
    if op in ("=", "<>") and expression.items[0] == expression.items[1] and isinstance(expression.items[0], Column):
        return op == "="
    values = [_value(each, signed_in, bucket) for each in expression.items]
    if op == "not":
        return not values[0] if isinstance(values[0], bool) else UNDECIDED
    if op == "isnull":
        return UNDECIDED if values[0] is UNDECIDED else values[0] is None
    if op in ("istrue", "isfalse"):
        return values[0] is (op == "istrue") if isinstance(values[0], bool) else UNDECIDED
    if op == "array":
        return tuple(values)
    if op == "any":
        return values[0]
    if op == "=" and isinstance(values[1], tuple):
        return _among(values[0], values[1])
    if op in ("=", "<>"):
        same = _same(*values)
        return same if same is UNDECIDED else same is (op == "=")
    if op == "in":
        return _among(values[0], tuple(values[1:]))
    if op in ("->>", "->") and values[0] == Signed("claims") and values[1] in ("role", "sub"):
        return Signed("role" if values[1] == "role" else "id")
    return UNDECIDED


def _among(value: object, several: tuple[object, ...]) -> object:
    answers = [_same(value, each) for each in several]
    return True if True in answers else False if all(answer is False for answer in answers) else UNDECIDED


def _same(left: object, right: object) -> object:
    if UNDECIDED in (left, right) or left is None or right is None:
        return UNDECIDED
    for one, other in ((left, right), (right, left)):
        if one == Signed("role"):
            return other == "authenticated" if isinstance(other, str) else UNDECIDED
        if isinstance(one, Signed):
            return UNDECIDED
    return left == right


def _called(call: Call, signed_in: bool) -> object:
    if signed_in and call.name in ("auth.uid", "auth.email", "auth.role", "auth.jwt"):
        return Signed({"auth.uid": "id", "auth.email": "email", "auth.role": "role", "auth.jwt": "claims"}[call.name])
    if signed_in and call.name in ("current_user", "current_role", "user"):
        return Signed("role")
    if call.name == "coalesce" and call.args:
        first = _value(call.args[0], signed_in)
        return UNDECIDED if first is None or isinstance(first, Signed) else first
    return UNDECIDED


def _queried(query: Query, signed_in: bool) -> object:
    """`(select auth.uid())` is the value itself, once for each statement."""
    cursor = Cursor(list(query.tokens))
    if query.kind != "scalar" or not cursor.take("select") or any(token.text == "from" and token.kind == "word" for token in query.tokens):
        return UNDECIDED
    inner = cursor.until("as", ",")
    return _value(parse(inner), signed_in)
