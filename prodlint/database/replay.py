"""Statements, in order, to a final state.

Knows: which statement goes to whom, how code blocks run. Does not know: files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from prodlint import regex as re
from prodlint.database import buckets, drops, functions, grants, queues, statements
from prodlint.database.catalog import UNKNOWN_NAME, Catalog, Function, Held, Relation
from prodlint.database.evaluate import UNKNOWN, Record, as_list, quoted
from prodlint.database.procedures import Step, compiles, parse
from prodlint.database.queries import Queries
from prodlint.database.tokens import Cursor, Token, split, tokens
from prodlint.database.transactions import lasting
from prodlint.model import Span, Statement

MAX_STEPS = 20_000  # statements run by code blocks of one history
MAX_CALLS = 4  # code that runs code
MAX_RELATIONS = 50_000
_HEARD = re.compile(
    r"(?i)(?:create|alter|drop|grant|revoke|do|set|select|reset|call|execute)\b|(?:insert\s+into|update|delete\s+from)\s+\"?storage\"?\s*\.\s*\"?buckets\b"
)
_PASSED = re.compile(
    r"(?i)create\s+(?:unique\s+)?(?:index|sequence|extension|trigger|type|domain|publication|constraint|rule|aggregate|operator|cast|text|server|role|user)\b"
    r"|(?:alter|drop)\s+(?:sequence|type|index|extension|trigger|publication|domain|aggregate|operator)\b"
)
_CALLS = re.compile(r'(?i)select\s+(?:(?:\*\s*)?from\s+)?([\w."]+)\s*\(')
_INTO = re.compile(r"(?i)\binto\b")
_SYSTEM = re.compile(r"pg_|information_schema$|to_reg")
_SECURITY = re.compile(r"(?i)row\s+level\s+security")


class Replay:
    """Runs statements against a catalog. supabase: are there the roles, schemas and default privileges of that platform?"""

    def __init__(self, catalog: Catalog, supabase: bool) -> None:
        self.catalog, self.supabase = catalog, supabase
        self.queries = Queries(catalog)
        self.steps = MAX_STEPS
        self.session = catalog.search
        self.calls = 0

    # ------------------------------------------------------------ files and statements
    def files(self, listed: Iterable[tuple[str, Iterable[Statement]]], unordered: bool) -> None:
        """All files. unordered: a statement that misses something is run again at the end."""
        late: list[tuple[str, Span]] = []
        for path, found in listed:
            every = [(each.text, Span(path, each.line)) for each in found]
            if unordered:
                late += self.file(every)
            else:
                self.file(every)
        if late:
            self.catalog.missing.clear()
            self.file(late)

    def file(self, every: list[tuple[str, Span]]) -> list[tuple[str, Span]]:
        """One file, in a session of its own; the statements that missed something."""
        missed = []
        self.catalog.search = self.session
        for text, at in lasting(every):
            before = self.catalog.misses
            self.statement(text, at)
            if self.catalog.misses > before:
                missed.append((text, at))
        self.catalog.forget_temporary()
        self.catalog.search = self.session
        return missed

    def statement(self, text: str, at: Span) -> None:
        if _HEARD.match(text) and not _PASSED.match(text) and (text[:6].lower() != "select" or self.calls_something(text)):
            self.run(tokens(text), at)

    def calls_something(self, text: str) -> bool:
        """Does this SELECT call a function of the migrations, set something, or make a table? Most only read."""
        called = _CALLS.match(text)
        schema, _, name = called.group(1).lower().replace('"', "").rpartition(".") if called else ("", "", "")
        return name == "set_config" or schema == queues.SCHEMA or self.catalog.function(schema, name) is not None or _INTO.search(text) is not None

    def run(self, source: list[Token], at: Span) -> None:
        cursor = Cursor(source)
        catalog = self.catalog
        word = cursor.next().text
        if word == "create":
            made = statements.create(catalog, cursor, at) if len(catalog.relations) < MAX_RELATIONS else None
            if made is not None and catalog.triggers:
                self.created(made, at)
        elif word == "alter":
            self.alter(cursor, at)
        elif word == "drop":
            drops.drop(catalog, cursor, at)
        elif word in ("grant", "revoke"):
            grants.grant(catalog, cursor, at, word == "grant")
        elif word == "do":
            self.do(cursor, at)
        elif word in ("set", "reset"):
            self.set(cursor)
        elif word in ("select", "call"):
            self.select(source, at)
        elif word in ("insert", "update", "delete"):
            buckets.change(catalog, word, cursor, at)
        elif word == "execute":  # a migration in Python runs what only it knows
            self.catalog.doubts.setdefault("enable", at)
            self.catalog.doubts.setdefault("policy", at)

    def alter(self, cursor: Cursor, at: Span) -> None:
        catalog = self.catalog
        if cursor.take("table") or cursor.take("view") or cursor.take("materialized", "view") or cursor.take("foreign", "table"):
            statements.alter_table(catalog, cursor, at)
        elif cursor.take("policy"):
            statements.alter_policy(catalog, cursor, at)
        elif cursor.take("schema"):
            statements.alter_schema(catalog, cursor)
        elif cursor.take("default", "privileges"):
            grants.default_privileges(catalog, cursor, self.supabase)
        elif cursor.take_any("role", "user", "database"):
            grants.alter_role(catalog, cursor)
        elif cursor.take_any(*functions.KINDS):
            functions.alter(catalog, cursor)
        elif cursor.take("event", "trigger"):
            name = cursor.name()
            if cursor.take("disable"):
                catalog.triggers.pop(name, None)

    def set(self, cursor: Cursor) -> None:
        cursor.take_any("local", "session")
        if cursor.take("search_path"):
            cursor.take_any("to", "=")
            self.search(
                ",".join(quoted(token.text) if token.kind == "name" else token.text for token in cursor.tokens[cursor.at :] if token.text != ",")
            )
        elif cursor.take("schema") and cursor.peek().kind == "string":
            self.search(cursor.next().text)
        elif cursor.take("all") or cursor.done:
            self.catalog.search = self.session

    def search(self, listed: str) -> None:
        names = [Cursor(tokens(part)).name() or part.strip("' ") for part in listed.split(",")]
        self.catalog.search = self.session if names == ["default"] else tuple(name for name in names if name and name != "$user")

    # ------------------------------------------------------------ code
    def do(self, cursor: Cursor, at: Span) -> None:
        body, language = "", "plpgsql"
        while not cursor.done:
            if cursor.take("language"):
                language = cursor.next().text
            else:
                token = cursor.next()
                body = token.text if token.kind == "string" else body
        if language == "plpgsql":
            self.whole(lambda: self.code(body, {}, at))

    def whole(self, run: Callable[[], Any]) -> Any:
        """Runs a block, which PostgreSQL does whole or not at all: where one of its statements needs what is not in the repository, what it has
        changed is in doubt."""
        catalog, failures, outer = self.catalog, self.catalog.failures, self.catalog.journal
        catalog.journal = {} if outer is None else outer
        done = run()
        if outer is None:
            if catalog.failures > failures:
                for key, held in catalog.journal.items():
                    if key in catalog.relations:
                        _in_doubt(catalog.relations[key], held)
            catalog.journal = None
        return done

    def code(self, body: str, variables: dict[str, Any], at: Span) -> None:
        if not re.search(r"(?i)\b(?:execute|table|policy|grant|revoke|schema|view|perform|buckets)\b", body):
            return
        if self.calls < MAX_CALLS:
            self.calls += 1
            steps = parse(tokens(body))
            if compiles(steps, frozenset(variables)):
                self.walk(steps, variables, at)
            self.calls -= 1

    def select(self, source: list[Token], at: Span) -> None:
        """Calls functions that the migrations have defined, sets the search path, makes tables with INTO."""
        cursor = Cursor(source, 1)
        if cursor.sees("pg_catalog", ".", "set_config") or cursor.sees("set_config"):
            cursor.until("(")
            inner = cursor.group()
            if inner and inner[0].text == "search_path" and len(inner) > 2:
                self.search(inner[2].text)
            return
        if not cursor.take("*", "from"):
            cursor.take("from")
        if self.whole(lambda: self.called(source[cursor.at :], {}, at)):
            return
        if any(token.text == "into" and token.kind == "word" for token in source):
            statements.select_into(self.catalog, Cursor(source, 1), at)

    def called(self, source: list[Token], variables: dict[str, Any], at: Span) -> bool:
        """Runs `function(...)` where the migrations have defined it."""
        cursor = Cursor(source)
        schema, name = cursor.qualified()
        function = self.catalog.function(schema, name) if cursor.sees("(") else None
        if function is None and schema != queues.SCHEMA:
            return False
        inner = cursor.group()
        if function is None:
            queues.called(self.catalog, name, self.given(next(iter(split(inner)), []), variables), at)
            return True
        rows: list[dict[str, Any]] = [variables]
        if cursor.take("from"):
            several = self.queries.rows([Token("word", "select"), Token("op", "*"), Token("word", "from"), *cursor.tokens[cursor.at :]], variables)
            rows = [{**variables, **row} for row in several] if isinstance(several, list) else [variables]
        for row in rows:
            self.invoke(function, inner, row, at)
        return True

    def invoke(self, function: Function, arguments: list[Token], variables: dict[str, Any], at: Span) -> None:
        values = [self.given(each, variables) for each in split(arguments)]
        names = [name or f"${place + 1}" for place, name in enumerate(function.parameters)]
        given = {**dict.fromkeys(function.outputs), **dict(zip(names, values, strict=False))}
        if function.language == "plpgsql":
            self.code(function.body, given, at)
        elif function.language == "sql" and self.calls < MAX_CALLS:
            self.calls += 1
            for each in _statements(tokens(function.body)):
                self.step(Step("sql", each), given, at)
            self.calls -= 1

    def given(self, argument: list[Token], variables: dict[str, Any]) -> Any:
        return self.queries.value(argument[2:] if len(argument) > 2 and argument[1].text in (":=", "=>") else argument, variables)

    def created(self, made: Relation, at: Span) -> None:
        """Event triggers that run when a table was made."""
        name = f"{quoted(made.schema)}.{quoted(made.name)}"
        row = {
            "object_identity": name,
            "schema_name": made.schema,
            "object_type": "table",
            "command_tag": "CREATE TABLE",
            "objid": name,
            "in_extension": False,
        }
        for key in list(self.catalog.triggers.values()):
            function = self.catalog.function(*key)
            if function is not None and self.queries.event is None:
                self.queries.event = [row]
                self.invoke(function, [], {"tg_tag": "CREATE TABLE", "tg_event": "ddl_command_end"}, at)
                self.queries.event = None

    def walk(self, steps: list[Step], variables: dict[str, Any], at: Span) -> str:
        """Runs statements; "exit", "continue" or "return" where they leave the loop or the function."""
        for step in steps:
            self.steps -= 1
            if self.steps < 0:
                return "return"
            if left := self.step(step, variables, at):
                return left
        return ""

    def step(self, step: Step, variables: dict[str, Any], at: Span) -> str:
        kind = step.kind
        if kind == "block":
            failures = self.catalog.failures
            left = self.walk(step.body, variables, at)
            if step.names:
                self.catalog.failures = failures
            return left
        if kind in ("exit", "continue"):
            asked = Cursor(step.tokens)
            asked.until("when")
            return kind if not asked.take("when") or self.queries.value(asked.tokens[asked.at :], variables) is True else ""
        if kind == "if":
            return self.choose(step, variables, at)
        if kind == "return":
            return kind
        if kind == "sql":
            self.embedded(step.tokens, variables, at)
        elif kind == "execute":
            self.execute(step.tokens, variables, at)
        elif kind == "assign":
            variables[step.names[0]] = self.queries.value(step.tokens, variables) if step.tokens else UNKNOWN
        elif kind == "into":
            self.into(step, variables)
        elif kind == "perform":
            self.called(step.tokens, variables, at)
        else:
            return self.loop(step, variables, at)
        return ""

    def embedded(self, source: list[Token], variables: dict[str, Any], at: Span) -> None:
        if source and source[0].text not in ("begin", "commit", "rollback", "end", "start"):
            if source[0].text == "select":
                self.called(source[1:], variables, at)
            else:
                self.run(source, at)

    def execute(self, source: list[Token], variables: dict[str, Any], at: Span) -> None:
        text = self.queries.value(source, variables)
        if not isinstance(text, str):
            spoken = " ".join(token.text for token in source if token.kind == "string")
            if _SECURITY.search(spoken):
                self.catalog.doubts.setdefault("enable", at)
            return
        if text.strip() == UNKNOWN_NAME:
            return
        for each in _statements(tokens(text)):
            if each and each[0].text not in ("begin", "commit", "rollback"):
                self.run(each, at)

    def into(self, step: Step, variables: dict[str, Any]) -> None:
        rows = self.queries.rows(step.tokens, variables)
        if rows is UNKNOWN:
            variables.update(dict.fromkeys(step.names, UNKNOWN))
        elif not rows:
            variables.update(dict.fromkeys(step.names))
        elif len(step.names) == 1 and len(rows[0]) > 1:
            variables[step.names[0]] = rows[0]
        else:
            variables.update(zip(step.names, rows[0].values(), strict=False))

    def choose(self, step: Step, variables: dict[str, Any], at: Span) -> str:
        """The branch whose condition holds; where that is not known, the first, in doubt."""
        for condition, body in step.branches:
            value = self.queries.value(condition, variables)
            if value is UNKNOWN:
                before, self.catalog.doubtful = self.catalog.doubtful, True
                self.walk(body, variables, at)
                self.catalog.doubtful = before
                return ""
            if value:
                return self.asked(condition, body, variables, at)
        return self.walk(step.body, variables, at)

    def asked(self, question: list[Token], body: list[Step], variables: dict[str, Any], at: Span) -> str:
        """Runs what is done only where the system catalogs name a table: with those that PostgreSQL may not have made it does not fail."""
        before = self.catalog.listed
        self.catalog.listed = before or any(_SYSTEM.match(token.text) for token in question if token.kind == "word")
        left = self.walk(body, variables, at)
        self.catalog.listed = before
        return left

    def loop(self, step: Step, variables: dict[str, Any], at: Span) -> str:
        before, left = self.catalog.doubtful, ""
        for row in self.rounds(step, variables):
            if isinstance(row, dict) and len(step.names) == 1 and step.kind != "each":
                only = next(iter(row.values())) if len(row) == 1 else None
                variables[step.names[0]] = Record(row, only) if isinstance(only, str) else row
            elif isinstance(row, dict):
                variables.update(zip(step.names, row.values(), strict=False))
            else:
                variables.update(dict.fromkeys(step.names, row))
            left = self.asked(step.tokens, step.body, variables, at)
            if left in ("exit", "return"):
                break
        self.catalog.doubtful = before
        return "return" if left == "return" else ""

    def rounds(self, step: Step, variables: dict[str, Any]) -> list[Any]:
        """What a loop runs over; one round over something unknown where that is not decided here."""
        if step.kind == "each":
            value = as_list(self.queries.value(step.tokens, variables))
            return value if isinstance(value, list) else [UNKNOWN]
        if step.kind == "query" or step.kind == "executed":
            source = step.tokens
            if step.kind == "executed":
                text = self.queries.value(step.tokens, variables)
                source = tokens(text) if isinstance(text, str) else []
            self.queries.doubtful = False
            rows = self.queries.rows(source, variables)
            self.catalog.doubtful = self.catalog.doubtful or self.queries.doubtful
            return rows if isinstance(rows, list) else [UNKNOWN]
        return [UNKNOWN]


def _in_doubt(relation: Relation, held: Held) -> None:
    """A relation that a block has changed which PostgreSQL may have refused."""
    if relation.rls is not held.rls:
        relation.doubt = "the block that switches it needs tables that this repository does not create"
    if any(rights - relation.grants.get(role, set()) for role, rights in held.grants.items()):
        relation.contested = True
    for role, rights in held.grants.items():
        relation.grants.setdefault(role, set()).update(rights)


def _statements(source: list[Token]) -> list[list[Token]]:
    return [each for each in split(source, ";") if each]
