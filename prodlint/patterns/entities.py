"""Declarations of stored models in Go, Java, Kotlin and C#: their columns, and what they point to.

Knows: struct tags of gorm, xorm, bun, sqlx and bson, ent schemas, entities of JPA, Spring Data and MyBatis-Plus, sets of Entity Framework. Does not
know: who owns what (`owners.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

_STRUCT = re.compile(r"^type\s+(\w+)\s+struct\s*\{(.*?)^\}", re.M | re.S)
_TAGGED = re.compile(r"\b(?:gorm|xorm|bun|db|bson):\"|\bgorm\.Model\b|\bbun\.BaseModel\b")
_GO_FIELD = re.compile(r"^[ \t]+(\w+)[ \t]+(?:\[\])?\*?((?:\w+\.)?\w+)", re.M)
_ENT = re.compile(r"\btype\s+(\w+)\s+struct\s*\{\s*ent\.Schema")
_ENT_EDGE = re.compile(r"edge\.From\(\s*\"(\w+)\"\s*,\s*(\w+)\.Type")
_ENT_FIELD = re.compile(r"field\.\w+\(\s*\"(\w+)\"")
_ENTITY = re.compile(r"@(?:Entity|Document|TableName)\b.{0,600}?\bclass\s+(\w+)", re.S)
_JAVA_FIELD = re.compile(r"\b(?:private|protected|public)\s+(?:final\s+)?[\w<>?.]+\s+(\w+)\s*[;=]|\bva[lr]\s+(\w+)\s*:")
_JAVA_POINTS = re.compile(
    r"@(?:ManyToOne|OneToOne|DBRef)\b[^;{}]{0,300}?(?:\b([A-Z]\w*)(?:<[^<>]*>)?\s+(\w+)\s*[;=]|\bva[lr]\s+(\w+)\s*:\s*([A-Z]\w*))"
)
_SET = re.compile(r"\bDbSet<(?:\w+\.)*(\w+)>")
_CLASS = re.compile(r"\bclass\s+(\w+)([^{;]*)\{")
_PROPERTY = re.compile(r"\bpublic\s+(?:(?:virtual|required|override)\s+)*([\w.]+)\??\s+(\w+)\s*\{\s*get;")
_SUFFIX = re.compile(r"(?<=\w)(?:Entity|Model|PO|DO|Data|Schema)$")
_PLAIN = frozenset(("string", "String", "int", "int64", "long", "Long", "Integer", "bool", "Guid", "UUID", "DateTime", "DateTimeOffset", "Time"))


@dataclass(slots=True)
class Entity:
    """One declared model: its columns, and (column, model) of what it points to."""

    name: str
    columns: list[str] = field(default_factory=list)
    points: list[tuple[str, str]] = field(default_factory=list)


def entities(texts: Iterable[tuple[str, str, str]]) -> Iterator[Entity]:
    """The models that files (path, language, text) declare."""
    sets: set[str] = set()
    classes: list[Entity] = []
    for _, language, text in texts:
        if language == "go":
            yield from _go(text)
        elif language in ("java", "kotlin") and "class" in text:
            yield from _jvm(text)
        elif language == "csharp":
            sets.update(_SET.findall(text))
            classes += _csharp(text)
    yield from (each for each in classes if each.name in sets)
    yield from (Entity(_SUFFIX.sub("", each.name), each.columns, each.points) for each in classes if each.name in sets and _SUFFIX.search(each.name))


def _go(text: str) -> Iterator[Entity]:
    for name, body in _STRUCT.findall(text):
        if _TAGGED.search(body):
            fields = _GO_FIELD.findall(body)
            points = [(column, kind.rsplit(".", 1)[-1]) for column, kind in fields if kind.rsplit(".", 1)[-1][:1].isupper() and "time" not in kind]
            yield Entity(_SUFFIX.sub("", name), [_lower(column) for column, _ in fields], points)
    for name in _ENT.findall(text):
        yield Entity(name, _ENT_FIELD.findall(text), _ENT_EDGE.findall(text))


def _jvm(text: str) -> Iterator[Entity]:
    found = list(_ENTITY.finditer(text))
    for number, each in enumerate(found):
        body = text[each.end() : found[number + 1].start() if number + 1 < len(found) else len(text)]
        columns = [one or other for one, other in _JAVA_FIELD.findall(body)]
        points = [(column or other, kind or target) for kind, column, other, target in _JAVA_POINTS.findall(body)]
        yield Entity(_SUFFIX.sub("", each.group(1)), columns, points)


def _csharp(text: str) -> Iterator[Entity]:
    found = list(_CLASS.finditer(text))
    for number, each in enumerate(found):
        body = text[each.end() : found[number + 1].start() if number + 1 < len(found) else len(text)]
        properties = _PROPERTY.findall(body)
        signs_in = ["password"] if "IdentityUser" in each.group(2) else []
        points = [(column, kind) for kind, column in properties if kind[:1].isupper() and kind not in _PLAIN]
        yield Entity(each.group(1), [*signs_in, *(_lower(column) for _, column in properties)], points)


def _lower(name: str) -> str:
    """`UserID` as other languages write it: `userID`."""
    return name[:1].lower() + name[1:]
