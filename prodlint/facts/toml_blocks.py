"""TOML files as one block each, with dotted keys: tomllib for the values, a search of our own for their lines.

Knows: TOML; which tool a file name belongs to. Does not know: what a key means.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator

from prodlint import regex as re
from prodlint.facts.blocks import broken
from prodlint.model import Block, Entry, Problem

MAX_ENTRIES = 20_000
KINDS = (
    (re.compile(r"(?:^|/)fly[\w.-]*\.toml$"), "fly"),
    (re.compile(r"(?:^|/)netlify\.toml$"), "netlify"),
    (re.compile(r"(?:^|/)railway[\w.-]*\.toml$"), "railway"),
    (re.compile(r"(?:^|/)wrangler[\w.-]*\.toml$"), "wrangler"),
    (re.compile(r"(?:^|/)supabase/config\.toml$"), "supabase"),
    (re.compile(r"(?:^|/)samconfig\.toml$"), "samconfig"),
    (re.compile(r"(?:^|/)pyproject\.toml$"), "pyproject"),
)
_HEADER = re.compile(r"^\s*\[\[?\s*([^\]#]+?)\s*\]\]?\s*(?:#.*)?$")
_PAIR = re.compile(r"""^\s*((?:[\w-]+|"[^"\n]*"|'[^'\n]*')(?:\s*\.\s*(?:[\w-]+|"[^"\n]*"|'[^'\n]*'))*)\s*=\s*""")


def read(path: str, text: str) -> tuple[tuple[Block, ...], tuple[Problem, ...]]:
    """The file as one block. kind: the tool ("fly", "supabase", "pyproject", ...) or "toml"."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"at line (\d+)", str(error))
        return (), broken(path, int(found.group(1)) if found else 1, "not valid TOML")
    except RecursionError:
        return (), broken(path, 1, "nested too deeply")
    kind = next((word for pattern, word in KINDS if pattern.search(path)), "toml")
    if kind == "fly" and re.search(r"[{}<>]|^your[-_]", str(data.get("app", ""))):
        kind = "toml"  # a form for those who run the product themselves
    places = _places(text)
    entries: list[Entry] = []
    for key, value in _flat(data, ""):
        line, column = places.get(key) or places.get(re.sub(r"\.\d+(?=\.|$)", "", key)) or (1, 1)
        entries.append(Entry(key, value[1], value[0], line, column))
        if len(entries) >= MAX_ENTRIES:
            break
    return (Block(kind, path.rpartition("/")[2], 1, text.count("\n") + 1, tuple(entries)),), ()


def _flat(value: object, key: str) -> Iterator[tuple[str, tuple[str, str]]]:
    if isinstance(value, dict):
        if key:
            yield key, ("block", "")
        for name, inner in value.items():
            yield from _flat(inner, f"{key}.{name}" if key else name)
    elif isinstance(value, list):
        yield key, ("block", "")
        for index, inner in enumerate(value):
            yield from _flat(inner, f"{key}.{index}")
    elif isinstance(value, bool):
        yield key, ("bool", "true" if value else "false")
    elif isinstance(value, (int, float)):
        yield key, ("number", str(value))
    else:
        yield key, ("string", str(value))


def _places(text: str) -> dict[str, tuple[int, int]]:
    """(line, column) of the value of every dotted key, as far as lines tell; items of an array of tables share the first one's."""
    places: dict[str, tuple[int, int]] = {}
    table = ""
    for number, line in enumerate(text.splitlines(), 1):
        header = _HEADER.match(line)
        if header and "=" not in header.group(1):
            table = _key(header.group(1))
            places.setdefault(table, (number, 1))
        elif pair := _PAIR.match(line):
            key = _key(pair.group(1))
            places.setdefault(f"{table}.{key}" if table else key, (number, pair.end() + 1))
    return places


def _key(written: str) -> str:
    return ".".join(part.strip().strip("\"'") for part in re.findall(r""""[^"]*"|'[^']*'|[^.]+""", written))
