"""The tables of databases in each format: row-level security, policies, who may do what.

Knows: an aligned table, one section for each schema. Does not know: how the state of a database was found.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from prodlint.model import Problem
from prodlint.render import html, markdown
from prodlint.render.common import plural, problem, safe
from prodlint.render.json import document
from prodlint.render.text import paint, problem_line
from prodlint.report import TableAccess

Rights = Sequence[tuple[str, str]]


def render_tables(
    tables: Iterable[TableAccess], problems: Sequence[Problem] = (), form: str = "text", *, colour: bool = False, verbose: bool = False
) -> str:
    """The tables as text, json, markdown or html; colour and verbose (the policies below each table) are for text."""
    listed = sorted(tables, key=lambda table: (table.schema, table.name, table.path, table.line))
    if form == "json":
        return document({"schema": 1, "tables": [_json(table) for table in listed], "problems": [problem(each) for each in problems]})
    if form == "markdown":
        return _markdown(listed, problems)
    if form == "html":
        return html.page("prodlint tables", tables=listed, may=may, problems=problems)
    return _text(listed, problems, colour, verbose)


def may(rights: Rights) -> str:
    """What a role may do, in words: to every row, and to those that policies allow."""
    parts = []
    for how, before in (("all", ""), ("policy", "by policy ")):
        said = [right for right, word in rights if word == how]
        if said:
            parts.append(before + ("everything" if len(said) == len(rights) else ", ".join(said)))
    return "; ".join(parts) or "nothing"


def _json(table: TableAccess) -> dict:
    return {
        "schema": table.schema,
        "table": table.name,
        "path": table.path,
        "line": table.line,
        "row_level_security": table.security,
        "served": table.served,
        "policies": [{"name": name, "command": command, "roles": list(roles)} for name, command, roles in table.policies],
        "may": {role: dict(rights) for role, rights in table.may},
    }


def _text(tables: list[TableAccess], problems: Sequence[Problem], colour: bool, verbose: bool) -> str:
    width = max((len(safe(table.name)) for table in tables), default=0)
    blocks: list[list[str]] = []
    for schema, rows in groupby(tables, key=lambda table: table.schema):
        several = list(rows)
        lines = [paint(safe(schema), "bold", colour) + ("" if several[0].served else "  not served")]
        for table in several:
            lines.append(_line(table, width, colour))
            lines += [f"      {safe(name)}: {command} to {safe(', '.join(roles))}" for name, command, roles in table.policies] if verbose else []
        blocks.append(lines)
    if problems:
        blocks.append([problem_line(each, colour) for each in problems])
    return "\n".join("".join(f"{line}\n" for line in lines) for lines in blocks)


def _line(table: TableAccess, width: int, colour: bool) -> str:
    style = "error" if table.security == "off" and table.served else "good" if table.security in ("on", "forced") else "dim"
    word = f"row-level security {table.security}"
    cells = [safe(table.name).ljust(width), paint(word, style, colour) + " " * (26 - len(word)), _count(len(table.policies)).ljust(11)]
    return "  ".join(["", *cells, *(f"{role} ({may(rights)})" for role, rights in table.may), f"{safe(table.path)}:{table.line}"]).rstrip()


def _count(policies: int) -> str:
    return "1 policy" if policies == 1 else f"{policies} policies"


def _markdown(tables: list[TableAccess], problems: Sequence[Problem]) -> str:
    lines = ["# Tables", "", f"{plural(len(tables), 'table')}.", ""]
    if tables:
        head = ("table", "row-level security", "served", "policies", "who may do what", "place")
        rows = [markdown.row(*map(markdown.text, _row(table))) for table in tables]
        lines += [markdown.row(*head), markdown.row(*["---"] * len(head)), *markdown.cut(rows), ""]
    return "\n".join([*lines, *markdown.problems(problems)])


def _row(table: TableAccess) -> tuple[str, ...]:
    policies = "; ".join(f"{name} ({command})" for name, command, _ in table.policies)
    people = "; ".join(f"{role}: {may(rights)}" for role, rights in table.may)
    place = f"{table.path}:{table.line}"
    return f"{table.schema}.{table.name}", table.security, "yes" if table.served else "no", policies, people, place
