"""Declarations of stored models in Go, Java, Kotlin, C# and SQL: their columns, and what they point to.

Knows: struct tags of gorm, xorm, Beego, go-pg, bun, sqlx, bson and stores of clouds, structs that others embed or that are called like a table of a
query, ent schemas, entities of JPA, Spring Data and MyBatis-Plus, sets of Entity Framework and its Identity with the classes that they extend, tables
of Exposed, CREATE TABLE and ALTER TABLE, also in texts of Go. Does not know: who owns what (`owners.py`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

import msgspec

from prodlint import regex as re

_STRUCT = re.compile(r"^type\s+(\w+)\s+struct\s*\{([^\n]*\n(?:(?!\}|type\b)[^\n]*\n)*)\}", re.M)
# the same within `type ( ... )`
_GROUPED = re.compile(r"^\t(\w+)\s+struct\s*\{([^\n]*\n(?:(?!\t?\}|type\b)[^\n]*\n)*)\t\}", re.M)
_TAGGED = re.compile(r"\b(?:gorm|xorm|orm|pg|bun|db|bson|dynamodbav|datastore|firestore|spanner):\"|\bgorm\.Model\b|\bbun\.BaseModel\b")
_GO_FIELD = re.compile(r"^[ \t]+(\w+)[ \t]+(?:\[\])?\*?((?:\w+\.)?\w+)", re.M)
# `Base`, `models.Base`: a struct that another one embeds
_EMBEDS = re.compile(r"^[ \t]+\*?(?:\w+\.)?([A-Z]\w*)[ \t]*(?:`[^`\n]*`)?[ \t]*$", re.M)
# Go: tables that a program makes itself, and those that its queries name
_MADE = re.compile(r"\bCREATE\s+(?:\w+\s+){0,3}TABLE\b[^;`]{0,6000}", re.I)
_QUERIED = re.compile(r"\b(?:FROM|INTO|UPDATE|JOIN)\s+(?:\w+\.)?[\"`]?([a-z_]\w*)|\.(?:From|Into|Table|Insert|Update|Delete)\(\s*\"(?:\w+\.)?(\w+)\"")
_HAS_ID = re.compile(r"^[ \t]+(?:ID|Id|UUID)[ \t]+", re.M)
_OF_TABLE = re.compile(r"^db(?=[A-Z])|(?<=\w)Row$")
_ENT = re.compile(r"\btype\s+(\w+)\s+struct\s*\{\s*ent\.Schema")
_ENT_EDGE = re.compile(r"edge\.From\(\s*\"(\w+)\"\s*,\s*(\w+)\.Type")
_ENT_FIELD = re.compile(r"field\.\w+\(\s*\"(\w+)\"")
_ENTITY = re.compile(r"@(?:Entity|Document|TableName|MappedEntity)\b.{0,600}?\bclass\s+(\w+)", re.S)
_JAVA_FIELD = re.compile(r"\b(?:private|protected|public)\s+(?:final\s+)?[\w<>?.]+\s+(\w+)\s*[;=]|\bva[lr]\s+(\w+)\s*:")
_JAVA_POINTS = re.compile(
    r"@(?:ManyToOne|OneToOne|DBRef)\b(?:[^;{}]|\{[^;{}]{0,300}\}){0,300}?(?:\b([A-Z]\w*)(?:<[^<>]*>)?\s+(\w+)\s*[;=]|\bva[lr]\s+(\w+)\s*:\s*([A-Z]\w*))"
)
_SET = re.compile(r"\b(?:DbSet|IEntityTypeConfiguration|Entity)<(?:\w+\.)*(\w+)>|\bIdentity(?:User)?(?:Db)?Context<(?:\w+\.)*(\w+)\s*[,>]")
_OF_USER = re.compile(r"(?:\bextends|:)\s*(?:Identity|Application|App|Base|Abstract)?(?:User|Account)(?:\.User)?\b")
_CLASS = re.compile(r"\bclass\s+(\w+)([^{;]{0,600})\{")
_BASES = re.compile(r"[:,]\s*(?:\w+\.)*([A-Z]\w*)")  # of the header of a class
_PROPERTY = re.compile(r"\bpublic\s+(?:(?:virtual|required|override)\s+)*([\w.]+)\??\s+(\w+)\s*\{\s*get;")
_TABLE = re.compile(
    r"(?i)\A(?:CREATE\s+(?:\w+\s+)*?TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?|ALTER\s+TABLE\s+(?:IF\s+EXISTS\s+)?(?:ONLY\s+)?)([\w\"`\[\].]+)\s*(.*)", re.S
)
_ADDS = re.compile(r"(?i)\s*ADD\s+(?:COLUMN\s+)?(?:IF\s+NOT\s+EXISTS\s+)?")
_REFERS = re.compile(r"(?i)\bREFERENCES\s+([\w\"`\[\].]+)")
_FOREIGN = re.compile(r"(?i)\bFOREIGN\s+KEY\s*(?:[\w\"`]+\s*)?\(\s*([\w\"`\[\]]+)\s*\)")
_NO_COLUMN = frozenset(("CONSTRAINT", "PRIMARY", "FOREIGN", "UNIQUE", "KEY", "INDEX", "CHECK", "EXCLUDE", "LIKE", "FULLTEXT", "PERIOD"))
_EXPOSED = re.compile(r"\bobject\s+(\w+)\s*:\s*\w*Table\b[^{]{0,120}\{")
_EXPOSED_COLUMN = re.compile(r"\bva[lr]\s+(\w+)(?:\s*:[^=\n]{0,200})?\s*=\s*(\w+)\(([^\n]*)")
_SUFFIX = re.compile(r"(?<=\w)(?:Entity|Model|PO|DO|Data|Schema)$")
_ID_TYPE = re.compile(r"(?<=\w)Id$")
MAX_BASES = 6  # classes above one
_PLAIN = frozenset(("string", "String", "int", "int64", "long", "Long", "Integer", "bool", "Guid", "UUID", "DateTime", "DateTimeOffset", "Time"))


class Entity(msgspec.Struct):
    """One declared model: its columns, and (column, model) of what it points to; bases: what a class of C# extends."""

    name: str
    columns: list[str] = msgspec.field(default_factory=list)
    points: list[tuple[str, str]] = msgspec.field(default_factory=list)
    bases: list[str] = msgspec.field(default_factory=list)


def entities(texts: Iterable[tuple[str, str]]) -> Iterator[Entity]:
    """The models that files (language, text) declare."""
    sets: set[str] = set()
    classes: list[Entity] = []
    structs: list[tuple[str, str]] = []
    queried: set[str] = set()
    for language, text in texts:
        if language == "go":
            structs += _STRUCT.findall(text) + _GROUPED.findall(text)
            queried |= {_flat(name) for pair in _QUERIED.findall(text) for name in pair if name}
            yield from _ents(text)
            yield from tables(_MADE.findall(text))
        elif language in ("java", "kotlin"):
            yield from _jvm(text)
            yield from _exposed(text) if language == "kotlin" else ()
        elif language == "csharp":
            sets.update(name for pair in _SET.findall(text) for name in pair if name)
            classes += _csharp(text)
    yield from _structs(structs, queried)
    classes = list(_with_bases(classes))
    yield from (each for each in classes if each.name in sets)
    yield from (Entity(_SUFFIX.sub("", each.name), each.columns, each.points) for each in classes if each.name in sets and _SUFFIX.search(each.name))


def _with_bases(classes: list[Entity]) -> Iterator[Entity]:
    """The classes of C#, each with the properties of those that it extends: `class Note : OwnedEntity`, which holds the `UserId`."""
    often = Counter(each.name for each in classes)
    known = {each.name: each for each in classes if often[each.name] == 1}
    for each in classes:
        chain, above = [each], [name for name in each.bases if name in known and name != each.name]
        while above and len(chain) <= MAX_BASES:
            base = known[above.pop()]
            if base not in chain:
                chain.append(base)
                above += [name for name in base.bases if name in known]
        yield Entity(each.name, [column for one in chain for column in one.columns], [point for one in chain for point in one.points])


def _structs(structs: list[tuple[str, str]], queried: set[str]) -> Iterator[Entity]:
    """The structs (name, body) that are stored: their fields say so, or those of a struct that they embed (gorm's `Base` of the project), or a query
    reads the table that is called so."""
    tagged = {name for name, body in structs if _TAGGED.search(body) or (_flat(name) in queried and _HAS_ID.search(body))}
    often = Counter(name for name, _ in structs)
    bodies = {name: body for name, body in structs if name in tagged and often[name] == 1}
    for name, body in structs:
        embedded = _EMBEDS.findall(body)
        if name in tagged or not tagged.isdisjoint(embedded):
            # what `Base` of the project holds, as `UserID`, is a column of every struct that embeds it
            whole = "\n".join([body, *(bodies[each] for each in embedded if each in bodies and each != name)])
            fields = _GO_FIELD.findall(whole)
            points = [(column, kind.rsplit(".", 1)[-1]) for column, kind in fields if kind.rsplit(".", 1)[-1][:1].isupper() and "time" not in kind]
            yield Entity(_OF_TABLE.sub("", _SUFFIX.sub("", name)), [_lower(column) for column, _ in fields], points)


def _flat(name: str) -> str:
    """A struct or a table, as one compares them: `dbOrderItem`, `order_items`."""
    flat = _OF_TABLE.sub("", name).replace("_", "").lower()
    return f"{flat[:-3]}y" if flat.endswith("ies") else flat.removesuffix("s")


def _ents(text: str) -> Iterator[Entity]:
    for name in _ENT.findall(text):
        yield Entity(name, _ENT_FIELD.findall(text), _ENT_EDGE.findall(text))


def _jvm(text: str) -> Iterator[Entity]:
    for each, body in slices(_ENTITY, text):
        columns = [one or other for one, other in _JAVA_FIELD.findall(body)]
        if _OF_USER.match(body.split("{", 1)[0].lstrip()[:80]):  # whoever extends the user signs in
            columns.append("password")
        points = [(column or other, _SUFFIX.sub("", kind or target)) for kind, column, other, target in _JAVA_POINTS.findall(body)]
        yield Entity(_SUFFIX.sub("", each.group(1)), columns, points)


def _csharp(text: str) -> Iterator[Entity]:
    for each, body in slices(_CLASS, text):
        properties = _PROPERTY.findall(body)
        signs_in = ["password"] if _OF_USER.search(each.group(2)) else []
        # `UserId SeekerId`: an id that has a type of its own
        points = [(column, _ID_TYPE.sub("", kind)) for kind, column in properties if kind[:1].isupper() and kind not in _PLAIN]
        yield Entity(each.group(1), [*signs_in, *(_lower(column) for _, column in properties)], points, _BASES.findall(each.group(2)))


def _exposed(text: str) -> Iterator[Entity]:
    for each, body in slices(_EXPOSED, text):
        columns = _EXPOSED_COLUMN.findall(body)
        points = [
            (name, _SUFFIX.sub("", found.group(1)))
            for name, kind, rest in columns
            if "eference" in kind or "references" in rest
            for found in re.finditer(r"\b([A-Z]\w*)", rest)
        ]
        yield Entity(_SUFFIX.sub("", each.group(1)), [name for name, _, _ in columns], points)


def tables(statements: Iterable[str]) -> Iterator[Entity]:
    """The tables that SQL statements make or add columns to."""
    for statement in statements:
        found = _TABLE.match(statement)
        if found is None:
            continue
        made, rest = statement[:6].upper() == "CREATE", found.group(2)
        entity = Entity(_bare(found.group(1)))
        for part in _parts(rest[1 : rest.rfind(")")] if made and rest.startswith("(") else "" if made else rest):
            if not made:
                added = _ADDS.match(part)
                part = part[added.end() :] if added is not None else ""
            column = _bare(part.split(None, 1)[0].split("(")[0]) if part.split() else ""
            foreign, refers = _FOREIGN.search(part), _REFERS.search(part)
            if column and column.upper() not in _NO_COLUMN:
                entity.columns.append(column)
            if refers is not None:
                entity.points.append((_bare(foreign.group(1)) if foreign is not None else column, _bare(refers.group(1))))
        if entity.columns or entity.points:
            yield entity


def _parts(body: str) -> Iterator[str]:
    """What stands between commas that no bracket holds."""
    depth = start = 0
    for found in re.finditer(r"'(?:[^']|'')*'|[(),]", body):
        if found.group() == ",":
            if not depth:
                yield body[start : found.start()]
                start = found.end()
        elif found.group() in "()":
            depth += 1 if found.group() == "(" else -1
    yield body[start:]


def _bare(name: str) -> str:
    return name.rsplit(".", 1)[-1].strip('"`[]')


def slices(form: re.Pattern[str], text: str) -> Iterator[tuple[re.Match[str], str]]:
    """Every declaration with the text up to the next one."""
    found = list(form.finditer(text))
    for number, each in enumerate(found):
        yield each, text[each.end() : found[number + 1].start() if number + 1 < len(found) else len(text)]


def _lower(name: str) -> str:
    """`UserID` as other languages write it: `userID`."""
    return name[:1].lower() + name[1:]
