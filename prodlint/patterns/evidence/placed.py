"""Keys of other rows that one function writes as they came: `models.Issue{ProjectID: req.ProjectID}`, `issue.ProjectId = dto.ProjectId`.

Knows: rows that Go and C# fill by literals, fields, text keys and builders, statements of SQL that only write; what else looks at such an id: a
comparison, a check, a query, a function that nobody read. Does not know: whose the other row is (`owners.py`), what mappers copy, keys that only a
database checks.

An id that anything else looks at is never told: what looks at it may ask whose it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from prodlint import regex as re
from prodlint.patterns.javascript.staff_branches import StaffBranches
from prodlint.patterns.text.meanings import NOTHING, Meaning, Slot, Value
from prodlint.patterns.text.spans import DOTS, chain_start, expression_end, operand_end, split
from prodlint.patterns.text.types import TYPED
from prodlint.patterns.ties.queries import selecting

MAX_INDEX = 30  # tokens between the brackets of an index
PLACED = "placed"  # in the place of the name of a call: a key that is written
_LANGUAGES = frozenset(("go", "csharp"))
# `ProjectID`, `project_id`, `SystemUUID`
KEY = re.compile(r"(\w*?[A-Za-z0-9])_?(?:I[dD]|UU?ID|Uu?id|Guid|_id|_uuid)")
_EMPTY = frozenset(("nil", "null", "Nil", "Empty", "default", "0", '""', "``", "1", "true", "false"))
# calls that only bring an id into another form, or say it
_SAYS = re.compile(
    r"(?i)(?:must_?|try_?)?(?:parse|convert|decode|scan)\w*|\w*(?:uuid|guid|ulid|object_?id)\w*|(?:from|to)_?(?:string|int\d*|uint\d*|hex|pg\w*|ptr)\w*"
    r"|u?int(?:8|16|32|64)?|string|str|itoa|atoi|format(?:u?int)?|sprintf?|errorf?|trim\w*|len|append|make|new|ptr|valid|strings?"
    r"|(?:log|print|debug|info|warn|trace|fatal|with)\w*|struct(?:ctx)?|validate_?struct|bind\w*|should_?bind\w*|json|ok|created|created_?at_?action|string\w*value|with_?error"
)
_OF_LOG = re.compile(r"(?i)_?\w*log(?:ger)?|slog|zap|fmt|strconv|uuid|guid|span|console|strings|errors|http|metrics")
_WRITES = re.compile(
    r"(?i)(?:create|insert|save|add|store|put|upsert|update|append|persist|write|attach|new|record|set|modify|edit|patch|replace)\w*"
)
_ENFORCES = re.compile(r"(?i)enforce(?:r|_?security|_?access|_?permissions?)?|(?:security|access|permission)_?(?:enforcer|checker|guard)")
# what is called like this holds things against each other, by whatever way: a token that is unpacked, and the id in it
_CHECKS = re.compile(r"(?i)valid|verif|check|auth|permi|allow|access|^can|own|ensure|require|belong|match|guard|assert")
_STORES = re.compile(r"Create|Save|Insert(?:One|Many)?|Updates?|AddAsync|Add|Update|FirstOrCreate|CreateInBatches|Persist|Put|Upsert")
_SETS = re.compile(r"Set(?:Nillable|OrClear)?([A-Z]\w*)")
_BUILDS = re.compile(r"Create|Update(?:One(?:ID)?)?|\w*(?:[bB]uilder|[cC]reate|[uU]pdate|[mM]utation|[qQ]uery)")
_QUERIES = re.compile(
    r"(?:Query(?:Row|x|Rowx)?|Exec|Get|Select|NamedExec|NamedQuery|MustExec|Execute|QueryFirst\w*|QuerySingle\w*|Scan)(?:Context|Async)?"
)


class Placed(StaffBranches):
    """The part of the sweep that follows keys into rows."""

    @cached_property
    def placed(self) -> dict[str, tuple[str, int]]:
        """Id -> the key that it is written to, and where."""
        return {}

    @cached_property
    def looked(self) -> set[str]:
        """Ids, or parameters as a whole, at which something looks; "*": all that was sent."""
        return set()

    @cached_property
    def _rows(self) -> dict[str, dict[str, tuple[str, int]]]:
        """Name of a row -> the ids that were put into it, with their keys, and where."""
        return {}

    def written_as_it_came(self) -> tuple[tuple[str, str, int], ...]:
        """(id, key, place) of what is put into rows, and nothing else looks at."""
        self._look_by_index()
        every = self.placed.items() if "*" not in self.looked else ()
        return tuple((name, key, at) for name, (key, at) in every if name not in self.looked and name.partition(".")[0] not in self.looked)

    # ------------------------------------------------------------ rows are filled
    def _assign(self, sign: int) -> None:
        super()._assign(sign)
        code = self.code
        if code.language not in _LANGUAGES:
            return
        texts, end, left = code.texts, expression_end(code, sign + 1), code.texts[sign - 1]
        if code.language == "go" and self._binds(sign + 1, end):
            self.env |= dict.fromkeys(self._targets(sign - 1), Value(container=True))
        if left == "]" and code.mate[sign - 1] > 0 and code.mate[sign - 1] == sign - 3 and code.kinds[sign - 2] == "s":
            self._place(texts[sign - 2].strip("\"'`"), sign + 1, end, texts[sign - 4])  # `updates["project_id"] = *req.ProjectID`
        elif code.kinds[sign - 1] != "n":
            return
        elif texts[sign - 2] in DOTS:
            self._place(left, sign + 1, end, texts[chain_start(code, sign - 1)])
            self._overwrite(left, texts[chain_start(code, sign - 1)], sign, self.value(sign + 1, end))
        elif code.language == "csharp" and left[:1].isupper() and texts[sign - 2] in (";", "{", "}"):
            self._place(left, sign + 1, end, "this")  # in a constructor
        elif (brace := self._row_literal(sign + 1, end)) >= 0:
            for name in self._targets(sign - 1):
                self._rows[name] = self._fields(brace)
        elif end - sign < 4 and texts[end - 1] in self._rows and texts[sign + 1] in ("&", "*", texts[end - 1]):
            self._rows[left] = self._rows[texts[end - 1]]

    def _overwrite(self, field: str, holder: str, sign: int, value: Value) -> None:
        """Go: `rq.UserID = claims.UserID`: from there on that part of what was sent is who asks."""
        held = self.env.get(holder)
        alone = sum(each.container for each in self.env.values()) == 1  # else nobody can tell of which of them
        if self.code.language == "go" and held is not None and held.container and value.principal and not value.ids and alone and self._always(sign):
            self.given = re.compile(f"{self.given.pattern}|{field}" if self.given is not None else field)

    def _binds(self, first: int, last: int) -> bool:
        """`order := orderFrom(c)`: does a function of the project give what the request holds?"""
        code = self.code
        opened = code.mate[last - 1] if code.texts[last - 1] == ")" else -1
        if opened <= first or code.kinds[opened - 1] != "n" or chain_start(code, opened - 1) != first or not self.value(opened + 1, last - 1).request:
            return False
        before = [code.texts[at] for at in range(first, opened - 1) if code.kinds[at] == "n"]
        known = self._read_function(opened - 1, code.texts[opened - 1], before, len(split(code, opened + 1, last - 1)))
        return known is not None and known.sent and not known.caller

    def _returned(self, index: int) -> None:
        """`return c.Locals("user").(*User)`: a helper that only gives who asks; `return &Issue{ProjectID: projectID}`."""
        end = expression_end(self.code, index + 1)
        self.value(index + 1, end)
        brace = self._row_literal(index + 1, end) if self.code.language in _LANGUAGES else -1
        if brace >= 0:
            self._write(self._fields(brace))

    def _row_literal(self, first: int, last: int) -> int:
        """The brace of a row that is the whole of an expression: `&Issue{...}`, `new Issue { ... }`, `new Issue() { ... }`; else -1."""
        code = self.code
        brace = code.mate[last - 1] if last - 1 > first and code.texts[last - 1] == "}" else -1
        return brace if brace > first and brace - first < 12 and self._is_row(brace) else -1

    def _is_row(self, brace: int) -> bool:
        code = self.code
        before = code.texts[brace - 1]
        if code.language == "csharp":
            at = code.mate[brace - 1] if before == ")" else brace
            return at > 1 and "new" in code.texts[max(at - 6, 0) : at]
        return (code.kinds[brace - 1] == "n" and before[:1].isupper()) or (before == "}" and code.texts[brace - 2] == "{")

    def _fields(self, brace: int) -> dict[str, tuple[str, int]]:
        """The ids that a literal gives to keys of other rows."""
        entries = ((key, start, end) for key, start, end in self._entries(brace) if KEY.fullmatch(key))
        return {name: (key, start) for key, start, end in entries if (name := self._one(start, end))}

    def _place(self, key: str, first: int, last: int, row: str) -> None:
        """One id is given to a key of a row; "this": of the object that a constructor makes; "": of what is written here."""
        name = self._one(first, last) if KEY.fullmatch(key) else ""
        if not name:
            return
        self._rows.setdefault(row, {})[name] = (key, first)
        if row in ("", "this") or (self.code.language == "csharp" and "SaveChanges" in self.function.body):
            self._write({name: (key, first)})

    def _write(self, row: dict[str, tuple[str, int]]) -> None:
        for name, said in row.items():
            self.placed.setdefault(name, said)

    def _one(self, first: int, last: int) -> str:
        """The only id of what is assigned, where it is what the client sent and nothing that was found by it; else ""."""
        value = self.value(first, last)
        if value.principal or value.objects or value.container or value.request or len(value.ids) != 1:
            return ""
        return next(iter(value.ids))

    # ------------------------------------------------------------ something looks at it
    def _compare(self, sign: int) -> None:
        super()._compare(sign)
        code = self.code
        if code.language not in _LANGUAGES:
            return
        start, end = chain_start(code, sign - 1), operand_end(code, sign + 1)
        if code.texts[end - 1] in _EMPTY or code.texts[sign - 1] in _EMPTY:
            return
        self._look((self.value(start, sign) | self.value(sign + 1, end)).ids)

    def _look_by_index(self) -> None:
        """`servers[req.ServerID]`: what is found so may be asked whose it is."""
        code = self.code
        if code.language not in _LANGUAGES:
            return
        for at in range(self.function.first, min(self.function.last, len(code))):
            if code.texts[at] == "[" and at + 1 < code.mate[at] < at + MAX_INDEX and code.kinds[at - 1] == "n":
                self._look(self.value(at + 1, code.mate[at]).ids)

    def _look(self, names: frozenset[str] | set[str]) -> None:
        self.looked |= names

    def _handed(self, name_at: int, name: str, first: int, last: int) -> None:
        """What a call does with the ids that it is handed."""
        code = self.code
        if code.language not in _LANGUAGES or first >= last:
            return
        start = chain_start(code, name_at)
        before = [code.texts[at] for at in range(start, name_at) if code.kinds[at] == "n"]
        if _SAYS.fullmatch(name) or (before and _OF_LOG.fullmatch(before[-1])):
            return
        parts = split(code, first, last)
        values = [self._handed_over(*part) for part in parts]
        if len(before) == 1 and self.env.get(before[0], NOTHING).container and any(value.principal for value in values):
            self.looked.add("*")  # `body.Validate(c, user)`: what was sent is held against who asks, whatever of it
        rows = [self._row_at(*part) for part in parts]
        if not any(rows) and not any(value.ids or value.container for value in values):
            return
        if self._only_sets(name, parts, before):
            return
        known = self._read_function(name_at, name, before, len(parts))
        for place, (value, row) in enumerate(zip(values, rows, strict=True)):
            if row:
                self._hand_row(known, place, row, name)
            elif value.container or (value.ids & self.whole and _by_fields(known, place)):
                self._hand_whole(known, place, value, parts[place])
            elif value.ids and not (
                known is None and value.ids & self.whole and _STORES.fullmatch(name)
            ):  # `db.Create(order)`, below whoever filled it
                self._hand_id(known, place, value, parts, name)

    def _handed_over(self, first: int, last: int) -> Value:
        """The value of an argument; a function is none."""
        texts = self.code.texts
        return Value() if texts[first] in ("func", "async", "delegate") or "=>" in texts[first:last] else self.value(first, last)

    def _row_at(self, first: int, last: int) -> dict[str, tuple[str, int]]:
        """The ids that were put into the row which is an argument, with their keys."""
        code = self.code
        if last - first < 3 and code.kinds[last - 1] == "n":
            return self._rows.get(code.texts[last - 1], {})
        brace = self._row_literal(first, last)
        return self._fields(brace) if brace >= 0 else {}

    def _only_sets(self, name: str, parts: list[tuple[int, int]], before: list[str]) -> bool:
        """`client.Issue.Create().SetProjectID(id)`, `record.Set("project", id)`."""
        texts, setter = self.code.texts, _SETS.fullmatch(name)
        if self.code.language != "go" or "Save" not in self.function.body:
            return False
        if setter is not None and len(parts) == 1 and any(map(_BUILDS.fullmatch, before)):
            self._place(setter.group(1), *parts[0], "")
            return True
        if name == "Set" and len(parts) == 2 and texts[parts[0][0]][:1] in "\"'`":
            key = texts[parts[0][0]].strip("\"'`")
            self._place(key if KEY.fullmatch(key) else f"{key}_id", *parts[1], "")
            return True
        return False

    def _read_function(self, name_at: int, name: str, before: list[str], count: int) -> Meaning | None:
        """What the called function of the project means, None where nobody read it, or nobody knows of what it is a method."""
        typed = self.code.language in TYPED
        if not typed and self.code.texts[name_at - 1] in DOTS and self.code.texts[name_at - 2] == ")":
            return None  # `s.db.WithContext(ctx).Create(task)`
        known = self.resolve(name, self._named_receiver(before) if typed else before[-1] if before else "", count)
        return known if known is not None and known.read else None

    def _of_enforcer(self, name_at: int) -> bool:
        """Go: is something asked that is there to refuse, whatever the call is named: `uc.enforceSecurity.ReadInbox(inbox)`?"""
        texts = self.code.texts
        return self.code.language == "go" and texts[name_at - 1] == "." and _ENFORCES.fullmatch(texts[name_at - 2]) is not None

    def _brought_together(self, name: str, start: int, name_at: int, first: int, last: int) -> Value:
        """What a call is handed, but for words and numbers and for what the called function surely never holds against who asks."""
        return self._without_plain(first, last, self._apart(name, start, name_at, first, last))

    def _apart(self, name: str, start: int, name_at: int, first: int, last: int) -> frozenset[int]:
        """The arguments that a function of the project, which was read, never brings together with who asks: it cannot check whose they are."""
        before = [self.code.texts[at] for at in range(start, name_at) if self.code.kinds[at] == "n"]
        parts = split(self.code, first, last) if first < last and self.code.language in _LANGUAGES else []
        known = self._read_function(name_at, name, before, len(parts)) if len(parts) > 1 else None
        if known is None or not known.exact or known.caller or known.ties or _CHECKS.search(name):
            return frozenset()
        asking = {place for place, part in enumerate(parts) if self.value(*part).principal}
        groups = [{_of(slot) if isinstance(slot, tuple) else slot for slot in group} for group in known.groups]
        met = set().union(*(group for group in groups if group & asking))
        return frozenset(range(len(parts))) - asking - met

    def _hand_row(self, known: Meaning | None, place: int, row: dict[str, tuple[str, int]], name: str) -> None:
        """A row is handed to a call that writes it, or looks at its keys."""
        looks = {_last(slot) for slot in known.looks if _of(slot) == place} if known is not None else set()
        writes = {_last(slot) for slot, _ in known.places if _of(slot) == place} if known is not None else set()
        for each, (key, at) in row.items():
            if each in self.placed:
                continue  # what looks at a row that is written comes too late
            if key in looks or (known is None and not _WRITES.match(name)) or (known is not None and place in known.looks):
                self._look({each})
            elif key in writes or _WRITES.match(name):
                self._write({each: (key, at)})

    def _hand_whole(self, known: Meaning | None, place: int, value: Value, part: tuple[int, int]) -> None:
        """All that a client sent, or a parameter as a whole, is handed on."""
        held = value.ids & self.whole
        if known is None or place in known.looks:
            self._look(held or {"*"})
            return
        for slot in known.looks:
            if isinstance(slot, tuple) and _of(slot) == place:
                self._look(self._named_in(held, slot[1]))
        for slot, key in known.places:
            if _of(slot) == place or slot == place:
                names = self._named_in(held, slot[1]) if isinstance(slot, tuple) else held
                self._write(dict.fromkeys(names, (key, part[0])))

    @staticmethod
    def _named_in(held: frozenset[str], path: str) -> set[str]:
        return {f"{each}.{path}" for each in held} or {path.rpartition(".")[2]}

    def _hand_id(self, known: Meaning | None, place: int, value: Value, parts: list[tuple[int, int]], name: str) -> None:
        """One id is handed to a statement, or to a function."""
        told = self._told(parts, name)
        if told is not None:
            at, (holes, changes) = told
            if place - at - 1 in holes or not changes:
                self._look(value.ids)
            elif len(value.ids) == 1:
                self._place_by_name(next(iter(value.ids)), parts[place][0])
            return
        key = next((key for slot, key in known.places if slot == place), "") if known is not None and place not in known.looks else ""
        if not key:  # what is found by it may be asked whose it is
            self._look(value.ids)
        elif len(value.ids) == 1 and not value.objects and not value.principal:
            self._write({next(iter(value.ids)): (key, parts[place][0])})

    def _place_by_name(self, name: str, at: int) -> None:
        last = name.rpartition(".")[2]
        if KEY.fullmatch(last):
            self.placed.setdefault(name, (last, at))

    def _told(self, parts: list[tuple[int, int]], name: str) -> tuple[int, tuple[frozenset[int], bool]] | None:
        """(which argument is SQL, what it selects by, does it write) of a call that runs a statement."""
        for place, (start, end) in enumerate(parts if _QUERIES.fullmatch(name) else ()):
            text = self._sql(start) if end == start + 1 else ""
            told = selecting(text) if text else None
            if told is not None:
                return place, (told[0], told[1] or re.search(r"\A\W*(?:--[^\n]*\n\s*)*(?:INSERT|UPDATE)\b", text, re.I) is not None)
        return None


def _last(slot: Slot) -> str:
    return slot[1].rpartition(".")[2] if isinstance(slot, tuple) else ""


def _of(slot: Slot) -> int:
    return slot[0] if isinstance(slot, tuple) else -1


def _by_fields(known: Meaning | None, place: int) -> bool:
    """Does a called function use fields of an argument, and not the argument itself?"""
    return known is not None and any(_of(slot) == place for slot in (*known.looks, *(each for each, _ in known.places)))


def somebodys(placed: tuple[tuple[str, str, int], ...]) -> Iterator[tuple[str, str, str, int]]:
    """(id, key, what the key names, place)."""
    for name, key, at in placed:
        found = KEY.fullmatch(key)
        if found is not None:
            yield name, key, found.group(1).strip("_"), at
