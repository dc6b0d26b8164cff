"""SQL that PHP hands to a database as text: which of its values select rows, and which of these are the caller's.

Knows: PDO, mysqli, pg_*, DBAL, Laravel's DB and WordPress's `$wpdb` by their shape: a text that begins like a statement, put together from
literals, names and variables, values that are bound later (`execute`, `bind_param`, `bindValue`) or stand beside it, the rows of `$wpdb->update` and
`delete`. Does not know: builders of queries; statements that another function puts together.
"""

from __future__ import annotations

from typing import Any

import msgspec

from prodlint import regex as re
from prodlint.patterns.javascript.statements import Hole, Statements, holes
from prodlint.patterns.php.scripts import SENT
from prodlint.patterns.text.meanings import CALLER, NOTHING, Lookup, Value, merged
from prodlint.patterns.text.spans import DOTS, expression_end, split
from prodlint.patterns.ties.queries import KIND

MAX_PIECES = 200
_PREPARES = re.compile(r"(?:mysqli_|pg_|oci_|odbc_)?(?:prepare|parse)|createStatement")
_EXECUTES = re.compile(r"execute|mysqli_stmt_execute|mysqli_execute|executeQuery|executeStatement")
_BINDS = re.compile(r"bind_?(?:param|value)|mysqli_stmt_bind_param|bindParam", re.I)
_BINDS_RESULT = re.compile(r"bind_result|mysqli_stmt_bind_result")
_BUILDERS = re.compile(r"createQuery|createNativeQuery")  # of Doctrine, whose values are set on the query
# what stands in a text between double quotes for a value
_INSIDE = re.compile(r"\{\$(?:[^{}])*\}|\$\{\w+\}|\$[A-Za-z_]\w*(?:\[[^\[\]]*\]|->[A-Za-z_]\w*)?")
_NAMES_TABLE = re.compile(r"\b(?:FROM|JOIN|UPDATE|INTO|TABLE)\s+[`\"\[]?$", re.I)
# what a statement holds behind its first word, more than words that begin so, as `authorize('delete multiple orders')`
_HOLDS = {
    "select": re.compile(r"\bFROM\b", re.I),
    "delete": re.compile(r"(?<=delete)\s+(?:\w+\s+)?FROM\b", re.I),
    "update": re.compile(r"\bSET\s+[\w`.\"\x01]+\s*=", re.I),
    "insert": re.compile(r"\bINTO\b", re.I),
    "replace": re.compile(r"\bINTO\b", re.I),
}
_COMMENT = re.compile(r"--[^\n]*|/\*(?:[^*]|\*(?!/))*+(?:\*/|\Z)")
_CASTS = re.compile(r"(?:int|integer|float|double|string|bool|boolean)", re.I)
_VALUE = "\x01"
_QUOTED = re.compile(r"'%?\x01%?'|\"%?\x01%?\"")
_PLACE = re.compile(
    r"--[^\n]*|/\*(?:[^*]|\*(?!/))*+(?:\*/|\Z)|'(?:[^'%?]|'')*'|(?P<value>\x01)|(?P<next>\?)(?!\?)|'?%(?:\d+\$)?[dsfiF]'?|(?<![:\w]):(?P<name>[A-Za-z_]\w*)"
)
_OF_FORM = re.compile(r"(?i)\w*(?:csrf|xsrf|forger|nonce)\w*|_token|security")
_WPDB = frozenset(("$wpdb", "wpdb"))

# a value that is known, its place among those that are bound later, or its name among these
Slot = Value | int | str


class Prepared(msgspec.Struct):
    """A statement whose values are bound later: its text, one `?` for each value, and what stands for each."""

    text: str
    slots: list[Slot]
    bound: dict[int | str, Value] = msgspec.field(default_factory=dict)

    def pending(self) -> list[int | str]:
        return [slot for slot in self.slots if not isinstance(slot, Value)]


class PhpStatements(Statements):
    """The part of the sweep that reads statements of SQL in PHP."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.own_calls = set()
        if self.code.language == "php":
            self.env = {**dict.fromkeys(SENT, Value(container=True)), **self.env}
        self.written: dict[str, tuple[str, list[Value]]] = {}  # names that hold a statement, with a sign for each of its values
        self.prepared: dict[str, Prepared] = {}  # statements whose values are bound later, by the name or the bracket that holds them

    def _asked_by_statement(self, name_at: int, name: str, start: int, first: int, last: int, close: int) -> bool:
        if self.code.language != "php":
            return super()._asked_by_statement(name_at, name, start, first, last, close)
        name = name.lstrip("\\")
        parts = [part for part in split(self.code, first, last) if part[0] < part[1]]
        if self._on_wpdb(name_at) and name in ("update", "delete", "replace"):
            return self._rows_of_wpdb(name, parts, name_at, start, close)
        if self._bound_later(name, parts, name_at, start, close):
            return True
        told = None if _BUILDERS.fullmatch(name) else next(((at, found) for at, part in enumerate(parts[:2]) if (found := self._sql_of(*part))), None)
        if told is None:
            return False
        place, prepared = told
        rest = parts[place + 1 :]
        if _PREPARES.fullmatch(name) and not rest:
            self.prepared[f"@{close}"] = prepared
            return True
        self._bind(prepared, rest)
        self._run(prepared, name, name_at, start, close)
        return True

    def _named(self, parts: list[str], called: set[int] | tuple[()], literal: str = "", inside: Value = NOTHING) -> Value:
        """Also what a helper takes out of what was sent, by the key that it is handed: `valid($_GET, 'order_id', 'int')`."""
        if self.code.language == "php" and literal and inside.container and called and len(parts) < 3 and self.env.get(parts[0]) is None:
            return self._client(literal)
        return super()._named(parts, called, literal, inside)

    def _client(self, name: str) -> Value:
        """What only says that a form is the app's own selects nothing."""
        return NOTHING if self.code.language == "php" and _OF_FORM.fullmatch(name) else super()._client(name)

    # ------------------------------------------------------------ the text
    def _sql_of(self, first: int, last: int) -> Prepared | None:
        """The statement that an argument is, as far as it is written here; None for anything else."""
        code = self.code
        if code.kinds[first] != "s" and not (code.kinds[first] == "n" and code.texts[first] in self.written):
            return None
        text, values = self._pieces(first, last)
        kind = KIND.match(text)
        if kind is None or _HOLDS[kind.group(1).lower()].search(text, kind.end() - 1) is None:
            return None
        text = _QUOTED.sub(_VALUE, text)
        slots: list[Slot] = []
        out, at, place = [], 0, 0
        for found in _PLACE.finditer(text):
            kind, said = found.lastgroup, found.group().strip("'")
            if kind is None and not said.startswith("%"):
                continue  # a text of the statement's own, a comment
            if kind == "value":
                slots.append(values[text.count(_VALUE, 0, found.start())])
            elif kind == "name":
                slots.append(found.group("name"))
            else:
                slots.append(place)
                place += 1
            out.append(f"{text[at : found.start()]}?")
            at = found.end()
        return Prepared(_COMMENT.sub(" ", "".join(out) + text[at:]), slots)

    def _pieces(self, first: int, last: int) -> tuple[str, list[Value]]:
        """(the text of an expression, with a sign in the place of each value, the values)."""
        code, text, values, at = self.code, "", [], first
        while at < last and len(values) < MAX_PIECES:
            if code.kinds[at] == "s":
                more, held = self._interpolated(code.texts[at])
                text, values, at = text + more, values + held, at + 1
            elif code.kinds[at] == "n" and code.texts[at] in self.written and code.texts[at + 1 : at + 2] != ["["]:
                more, held = self.written[code.texts[at]]
                text, values, at = text + more, values + held, at + 1
            elif code.kinds[at] == "n" and code.texts[at - 1] == "(" and _CASTS.fullmatch(code.texts[at]) and code.texts[at + 1] == ")":
                at += 2
            elif code.kinds[at] == "n":
                value, after = self._chain(at, last)
                if _NAMES_TABLE.search(text[-80:]) or (value is NOTHING and code.texts[after - 1] == "prefix"):
                    text += "" if code.texts[after - 1] in ("prefix", "base_prefix") else re.sub(r"\W", "", code.texts[after - 1])
                else:
                    text, values = text + _VALUE, [*values, value]
                at = after
            else:
                at += 1
        return text, values

    def _interpolated(self, literal: str) -> tuple[str, list[Value]]:
        """The same for one literal."""
        inner = literal[1:-1]
        if literal[0] != '"' or "$" not in inner or inner.count("$") > MAX_PIECES:
            return inner, []
        out, values, at = "", [], 0
        for found in _INSIDE.finditer(inner):
            out += inner[at : found.start()]
            at = found.end()
            name = found.group().strip("{}")
            parts = re.findall(r"\$?\w+", name)
            value = self._named(parts, ()) if parts else NOTHING
            last = parts[-1].lstrip("$") if parts else ""
            if f"${last}" in self.written and name == f"${last}":
                more, held = self.written[name]
                out, values = out + more, values + held
            elif _NAMES_TABLE.search(out[-80:]) or (value == NOTHING and last in ("prefix", "base_prefix")):
                out += "" if last in ("prefix", "base_prefix") or re.match(r"\w", inner[at : at + 1]) else last
            else:
                out, values = out + _VALUE, [*values, value]
        return out + inner[at:], values

    def _assign(self, sign: int) -> None:
        super()._assign(sign)
        code = self.code
        if code.language != "php" or sign < 2:
            return
        if code.texts[sign - 1] == "]" and code.texts[sign - 2].strip("'\"") == "ID" and code.kinds[sign - 4] == "n":  # `$post['ID'] = $id`
            held, value = code.texts[sign - 4], self.value(sign + 1, expression_end(code, sign + 1))
            self.env[held] = self.env.get(held, NOTHING) | Value(ids=value.ids, objects=value.objects)
            return
        more = code.texts[sign - 1] == "."  # `$sql .= " AND id = $id"`
        name, end = code.texts[sign - 1 - more], expression_end(code, sign + 1)
        if code.kinds[sign - 1 - more] != "n" or name[:1] != "$" or code.texts[sign - 2 - more] in DOTS:
            return
        if (known := self.prepared.get(f"@{end - 1}")) is not None:
            self.prepared[name] = known
        if more and name in self.written:
            text, values = self._pieces(sign + 1, end)
            self.written[name] = (self.written[name][0] + text, self.written[name][1] + values)
        elif code.kinds[sign + 1] == "s" and KIND.match(code.texts[sign + 1][1:]):
            self.written[name] = self._pieces(sign + 1, end)
        elif not more:
            self.written.pop(name, None)

    # ------------------------------------------------------------ values that come later
    def _bound_later(self, name: str, parts: list[tuple[int, int]], name_at: int, start: int, close: int) -> bool:
        """Is a statement that was prepared handed a value, or run?"""
        texts = self.code.texts
        if (
            parts
            and texts[parts[0][0]] in self.prepared
            and parts[0][1] == parts[0][0] + 1
            and not (_BINDS.fullmatch(name) or _BINDS_RESULT.fullmatch(name))
        ):
            known = self.prepared[texts[parts[0][0]]]  # a function of the project runs it: `Database::execute($query, ['id' => $id])`
            self._bind(known, parts[1:])
            self._run(known, name, name_at, start, close)
            return True
        executes, binds, fills = _EXECUTES.fullmatch(name), _BINDS.fullmatch(name), _BINDS_RESULT.fullmatch(name)
        if not (executes or binds or fills):
            return False
        plain = name_at == start or texts[name_at - 1] not in DOTS  # `mysqli_stmt_execute($stmt)`
        if plain and parts:
            held, parts = texts[parts[0][0]], parts[1:]
        else:
            held = f"@{name_at - 2}" if texts[name_at - 2] == ")" else texts[name_at - 2]
        known = self.prepared.get(held)
        if known is None:
            return False
        if fills:
            for first, _ in parts:
                self.env[texts[first]] = self.env.get(held, NOTHING)
        elif binds:
            self._bind_one(known, name, parts)
        else:
            self._bind(known, parts)
            self._run(known, name, name_at, start, close)
            if close in self.at_call:
                number = self.at_call[close]
                self.env[held] = Value(objects=frozenset((number,)), principal=self.lookups[number].tied)
            elif close in self.at_caller:
                self.env[held] = CALLER
        return True

    def _bind_one(self, known: Prepared, name: str, parts: list[tuple[int, int]]) -> None:
        """`bind_param("ii", $id, $userId)`, `bindValue(":id", $id)`, `bindParam(1, $id)`."""
        if name in ("bind_param", "mysqli_stmt_bind_param"):
            known.bound.update(enumerate(self.value(*part) for part in parts[1:]))
        elif len(parts) > 1:
            key = self.code.texts[parts[0][0]].strip("'\"")
            known.bound[int(key) - 1 if key.isdigit() else key.lstrip(":")] = self.value(*parts[1])

    def _bind(self, known: Prepared, parts: list[tuple[int, int]]) -> None:
        """The values that stand beside a statement, in a list or one by one; where that cannot be told, all of them for each."""
        code = self.code
        if not parts:
            return
        opened = parts[0][0]
        if code.texts[opened] == "array" and code.texts[opened + 1 : opened + 2] == ["("]:
            opened += 1
        listed = split(code, opened + 1, code.mate[opened]) if code.texts[opened] in ("[", "(") and code.mate[opened] == parts[0][1] - 1 else parts
        listed = [part for part in listed if part[0] < part[1]]
        keyed = {
            code.texts[first].strip("'\"").lstrip(":"): (first + 2, last) for first, last in listed if code.texts[first + 1 : first + 2] == ["=>"]
        }
        known.bound.update((key, self.value(*part)) for key, part in keyed.items())
        pending = known.pending()
        if len(listed) == len(pending) and not keyed and "..." not in {code.texts[part[0]] for part in listed}:
            known.bound.update((slot, self.value(*part)) for slot, part in zip(pending, listed, strict=True))
        elif not keyed:
            every = merged(self.value(*part) for part in parts)
            known.bound.update((slot, every) for slot in pending)

    def _run(self, known: Prepared, name: str, name_at: int, start: int, close: int) -> None:
        """Notes what a statement selects, once its values are known."""
        held = [slot if isinstance(slot, Value) else known.bound.get(slot, NOTHING) for slot in known.slots]
        values: list[tuple[Hole, Value]] = [(hole, held[hole.place]) for hole in holes(known.text) if 0 <= hole.place < len(held)]
        self._selects(known.text, values, name, name_at, start, close)

    # ------------------------------------------------------------ WordPress
    def _on_wpdb(self, name_at: int) -> bool:
        return self.code.texts[name_at - 1] == "->" and self.code.texts[name_at - 2] in _WPDB

    def _rows_of_wpdb(self, name: str, parts: list[tuple[int, int]], name_at: int, start: int, close: int) -> bool:
        """`$wpdb->update($table, $data, ["id" => $id])`, `$wpdb->delete($table, ["id" => $id])`; what is put into a table selects nothing."""
        where = parts[2:3] if name == "update" else parts[1:2] if name == "delete" else []
        chosen = merged(self.value(*part) for part in where)
        if not chosen.ids and not chosen.principal and not chosen.objects:
            return True
        names = [self.code.texts[at].strip("'\"$") for at in range(*parts[0]) if self.code.kinds[at] in ("n", "s")]
        number = self.by_chain[start] = len(self.lookups)
        lookup = Lookup(name, f"{names[-1] if names else 'wpdb'}.{name}", name_at, set(self._ids_of(chosen)), strong=True, changes=True, direct=True)
        lookup.tied = lookup.of_caller = chosen.principal
        lookup.made_of = set(chosen.objects)
        self.lookups.append(lookup)
        self.at_call[close] = number
        if len(lookup.ids) > 1:
            self.edges.append(frozenset(lookup.ids))
        if lookup.tied:
            self.tied |= lookup.ids
        return True
