"""What statements do to tables, views, schemas, functions and policies.

Knows: the forms of CREATE, ALTER and DROP that decide who reaches which rows, and when PostgreSQL refuses one. Does not know: privileges
(`grants.py`), blocks of code (`procedures.py`), the order of files.
"""

from __future__ import annotations

from prodlint.database import functions
from prodlint.database.catalog import EVERYBODY, TEMPORARY, UNKNOWN_NAME, Catalog, Policy, Relation
from prodlint.database.tokens import Cursor, Token, split
from prodlint.model import Span

_NO_COLUMN = {"constraint", "primary", "unique", "check", "foreign", "exclude", "like"}
_TRUE = {"", "true", "on", "1", "yes"}


# ---------------------------------------------------------------- create
def create(catalog: Catalog, cursor: Cursor, at: Span) -> Relation | None:
    """After the word CREATE; a table that was made."""
    replace = cursor.take("or", "replace")
    temporary = False
    while word := cursor.take_any("global", "local", "temp", "temporary", "unlogged", "recursive", "foreign"):
        temporary = temporary or word.startswith("temp")
        if word == "foreign" and cursor.sees("table"):
            return _table(catalog, cursor, at, temporary, "foreign")
    if cursor.take("table"):
        return _table(catalog, cursor, at, temporary, "table")
    if cursor.take("view"):
        _view(catalog, cursor, at, "view", replace, temporary)
    elif cursor.take("materialized", "view"):
        _view(catalog, cursor, at, "materialized", False, False)
    elif cursor.take("policy"):
        _policy(catalog, cursor, at)
    elif cursor.take("schema"):
        _schema(catalog, cursor, at)
    elif cursor.take_any("function", "procedure"):
        functions.create(catalog, cursor, at)
    elif cursor.take("event", "trigger"):
        _event_trigger(catalog, cursor)
    return None


def _table(catalog: Catalog, cursor: Cursor, at: Span, temporary: bool, kind: str) -> Relation | None:
    cursor.take("table")
    cursor.take("if", "not", "exists")
    schema, name = cursor.qualified()
    parent = None
    columns: list[str] = []
    shaky = _speaks_of_missing(catalog, cursor, (catalog.home(schema), name))
    if cursor.take("partition", "of"):
        parent = catalog.find(*cursor.qualified())
        columns = list(parent.columns) if parent else []
    elif cursor.sees("("):
        columns = _columns(catalog, cursor.group())
    if cursor.take("inherits"):
        for each in split(cursor.group()):
            above = catalog.find(*Cursor(each).qualified())
            columns += above.columns if above else []
    partitioned = kind == "table" and any(token == Token("word", "partition") for token in cursor.until("as")) and "by" in _words(cursor.tokens)
    shaky = shaky or _read_from_missing(catalog, cursor)
    home = TEMPORARY if temporary else catalog.home(schema)
    made = "partitioned" if partitioned else kind
    return catalog.create(Relation(home, name, at, made, columns=columns, parent=parent.key if parent else None, shaky=shaky))


def _speaks_of_missing(catalog: Catalog, cursor: Cursor, own: tuple[str, str]) -> bool:
    """Does a new table refer to one that is not there?"""
    for place in range(cursor.at, len(cursor.tokens) - 1):
        token = cursor.tokens[place]
        before = cursor.tokens[place - 1].text
        if token.kind == "word" and (
            token.text == "references" or (token.text == "like" and before in "(,") or (token.text == "of" and before == "partition")
        ):
            schema, name = Cursor(cursor.tokens, place + 1).qualified()
            if name and catalog.find(schema, name) is None and (catalog.home(schema), name) != own:
                return True
    return False


def _read_from_missing(catalog: Catalog, cursor: Cursor) -> bool:
    """Is a new table filled from one that is not there, or that PostgreSQL may have refused?"""
    if not (cursor.take("as") and cursor.sees("select")):
        return False
    found = [catalog.relations.get(key) for key in sources(tuple(cursor.tokens[cursor.at :]), catalog.search[:1]) if key[0] == "public"]
    return any(each is None or each.shaky for each in found)


def _words(source: list[Token]) -> set[str]:
    return {token.text for token in source if token.kind == "word"}


def _columns(catalog: Catalog, source: list[Token]) -> list[str]:
    out: list[str] = []
    for each in split(source):
        if not each:
            continue
        if each[0].kind == "word" and each[0].text in _NO_COLUMN:
            if each[0].text == "like" and (model := catalog.find(*Cursor(each, 1).qualified())):
                out += model.columns
        elif each[0].kind in ("word", "name"):
            out.append(each[0].text)
    return out


def select_into(catalog: Catalog, cursor: Cursor, at: Span) -> None:
    """`SELECT ... INTO table FROM ...`, which makes a table."""
    cursor.until("into", "from")
    if not cursor.take("into"):
        return
    temporary = bool(cursor.take_any("temp", "temporary"))
    cursor.take("unlogged")
    cursor.take("table")
    schema, name = cursor.qualified()
    catalog.create(Relation(TEMPORARY if temporary else catalog.home(schema), name, at))


def _view(catalog: Catalog, cursor: Cursor, at: Span, kind: str, replace: bool, temporary: bool) -> None:
    exists_ok = cursor.take("if", "not", "exists")
    schema, name = cursor.qualified()
    columns = [token.text for token in cursor.group() if token.kind in ("word", "name")]
    cursor.until("with", "as")
    options = _options(cursor.group()) if cursor.take("with") else {}
    cursor.until("as")
    cursor.take("as")
    home = TEMPORARY if temporary else catalog.home(schema)
    query = tuple(cursor.tokens[cursor.at :])
    known = catalog.relations.get((home, name))
    if known is not None:
        if replace and known.kind == "view" and not exists_ok:  # its privileges stay, its options are those of the new text
            known.query, known.options, known.at, known.search = query, options, at, catalog.search
            _read(catalog, known)
    elif view := catalog.create(Relation(home, name, at, kind, columns=columns, options=options, query=query, search=catalog.search)):
        _read(catalog, view)


def _read(catalog: Catalog, view: Relation) -> None:
    for key in dict.fromkeys(sources(view.query, view.search)):
        catalog.readers.setdefault(key, []).append(view)


def _options(source: list[Token]) -> dict[str, str]:
    out = {}
    for each in split(source):
        cursor = Cursor(each)
        key = cursor.name()
        out[key] = cursor.next().text.lower() if cursor.take("=") else ""
    return out


def invoker(view: Relation) -> bool:
    """Does the view read with the rights of whoever asks?"""
    return view.options.get("security_invoker", "off") in _TRUE


def _schema(catalog: Catalog, cursor: Cursor, at: Span) -> None:
    cursor.take("if", "not", "exists")
    name = "" if cursor.sees("authorization") else cursor.name()
    if cursor.take("authorization"):
        name = cursor.name() or name
    catalog.schemas.setdefault(name, set())
    before, catalog.search = catalog.search, (name, *catalog.search)
    while cursor.take("create"):
        inner = Cursor(cursor.until("create", "grant"))
        create(catalog, inner, at)
    catalog.search = before


def _event_trigger(catalog: Catalog, cursor: Cursor) -> None:
    name = cursor.name()
    if not cursor.take("on", "ddl_command_end"):
        return
    cursor.until("execute")
    cursor.next()
    cursor.take_any("function", "procedure")
    schema, function = cursor.qualified()
    if found := catalog.function(schema, function):
        catalog.triggers[name] = (found.schema, found.name)


# ---------------------------------------------------------------- policies
def _policy(catalog: Catalog, cursor: Cursor, at: Span) -> None:
    if cursor.sees("if", "not", "exists"):
        return  # PostgreSQL has no such form and refuses the statement
    name = cursor.name()
    if not cursor.take("on"):
        return
    schema, table = cursor.qualified()
    policy = Policy(name, at)
    if cursor.take("as"):
        policy.permissive = cursor.name() != "restrictive"
    if cursor.take("for"):
        policy.command = cursor.name()
    _clauses(catalog, cursor, policy)
    relation = catalog.find(schema, table)
    if UNKNOWN_NAME in table:
        catalog.doubts.setdefault("policy", at)
    elif relation is None:
        catalog.miss(schema, table, at)
    elif name and relation.kind in ("table", "partitioned", "platform"):
        relation.policies.setdefault(name, policy)


def _clauses(catalog: Catalog, cursor: Cursor, policy: Policy) -> None:
    if cursor.take("to"):
        policy.roles = roles(cursor)
        catalog.roles.update(policy.roles)
    if cursor.take("using"):
        policy.using = tuple(cursor.group())
    if cursor.take("with", "check"):
        policy.check = tuple(cursor.group())


def roles(cursor: Cursor) -> tuple[str, ...]:
    """A list of roles."""
    out = []
    while True:
        cursor.take("group")
        name = cursor.name()
        if name:
            out.append(name)
        if not name or not cursor.take(","):
            return tuple(out) or (EVERYBODY,)


def alter_policy(catalog: Catalog, cursor: Cursor, at: Span) -> None:
    name = cursor.name()
    if not cursor.take("on"):
        return
    schema, table = cursor.qualified()
    relation = catalog.find(schema, table)
    policy = relation.policies.get(name) if relation else None
    if relation is None:
        catalog.miss(schema, table, at)
    if relation is None or policy is None:
        return
    if cursor.take("rename", "to"):
        new = cursor.name()
        if new and new not in relation.policies:
            relation.policies[new] = relation.policies.pop(name)
            policy.name = new
        return
    _clauses(catalog, cursor, policy)
    policy.at = at


# ---------------------------------------------------------------- alter
def alter_table(catalog: Catalog, cursor: Cursor, at: Span) -> None:
    """After ALTER TABLE (or VIEW, MATERIALIZED VIEW, FOREIGN TABLE)."""
    if_exists = cursor.take("if", "exists")
    cursor.take("only")
    schema, name = cursor.qualified()
    cursor.take("*")
    relation = catalog.find(schema, name)
    rest = cursor.tokens[cursor.at :]
    if relation is None:
        if any(UNKNOWN_NAME in each for each in (schema, name)):
            if _switches(rest):
                catalog.doubts.setdefault("enable", at)
        elif not if_exists or _switches(rest):
            catalog.miss(schema, name, at, not if_exists)
        return
    catalog.failures += relation.shaky and not catalog.listed
    for action in split(rest):
        _alter(catalog, relation, Cursor(action), at)


def _switches(source: list[Token]) -> bool:
    return any(token.text == "row" for token in source) and any(token.text == "security" for token in source)


def _alter(catalog: Catalog, relation: Relation, action: Cursor, at: Span) -> None:
    catalog.note(relation)
    if action.take("enable", "row", "level", "security"):
        _switch(catalog, relation, True, at)
    elif action.take("disable", "row", "level", "security"):
        _switch(catalog, relation, False, at)
    elif action.take("force", "row", "level", "security"):
        relation.forced = True
    elif action.take("no", "force", "row", "level", "security"):
        relation.forced = False
    elif action.take("rename", "to"):
        catalog.move(relation, relation.schema, action.name())
    elif action.take("rename"):
        _rename_column(relation, action)
    elif action.take("set", "schema"):
        catalog.move(relation, action.name(), relation.name)
    elif action.take("set") and action.sees("("):
        relation.options.update(_options(action.group()))
    elif action.take("reset"):
        for each in split(action.group()):
            relation.options.pop(Cursor(each).name(), None)
    elif action.take("attach", "partition"):
        if child := catalog.find(*action.qualified()):
            catalog.attach(child, relation)
    elif action.take("detach", "partition"):
        if child := catalog.find(*action.qualified()):
            child.parent = None
    elif action.take("add"):
        _add_column(relation, action)
    elif action.take("drop"):
        action.take("column")
        action.take("if", "exists")
        name = action.name()
        relation.columns = [each for each in relation.columns if each != name]


def _switch(catalog: Catalog, relation: Relation, on: bool, at: Span) -> None:
    """Switches row-level security. Under a condition that is not decided it may be as before: in doubt, unless it was so already."""
    if not catalog.doubtful:
        relation.doubt = ""
    elif relation.rls is not on:
        relation.doubt = "it is switched under a condition that only the running database decides"
    relation.rls, relation.said = on, at


def _rename_column(relation: Relation, action: Cursor) -> None:
    if action.take("constraint"):
        return
    action.take("column")
    old = action.name()
    if action.take("to") and old in relation.columns:
        relation.columns[relation.columns.index(old)] = action.name()


def _add_column(relation: Relation, action: Cursor) -> None:
    action.take("column")
    action.take("if", "not", "exists")
    token = action.peek()
    if token.kind == "name" or (token.kind == "word" and token.text not in _NO_COLUMN):
        if token.text not in relation.columns:
            relation.columns.append(token.text)


def alter_schema(catalog: Catalog, cursor: Cursor) -> None:
    old = cursor.name()
    if not cursor.take("rename", "to") or old not in catalog.schemas:
        return
    new = cursor.name()
    if not new or new in catalog.schemas:
        return
    catalog.schemas[new] = catalog.schemas.pop(old)
    catalog.defaults = {(new if schema == old else schema, role): rights for (schema, role), rights in catalog.defaults.items()}
    for relation in [each for each in catalog.relations.values() if each.schema == old]:
        catalog.move(relation, new, relation.name)
    functions.move_schema(catalog, old, new)


# ---------------------------------------------------------------- queries
def sources(query: tuple[Token, ...], search: tuple[str, ...]) -> list[tuple[str, str]]:
    """The relations that a query names after FROM and JOIN, on all levels; a name without a schema once for each schema it may be in."""
    out: list[tuple[str, str]] = []
    cursor = Cursor(list(query))
    while not cursor.done:
        if not cursor.take_any("from", "join"):
            cursor.next()
            continue
        while True:
            cursor.take_any("only", "lateral")
            if cursor.peek().kind not in ("word", "name"):
                break
            schema, name = cursor.qualified()
            if not cursor.sees("("):  # a function
                out += [(schema, name)] if schema else [(each, name) for each in search]
            cursor.take("as")
            if cursor.peek().kind == "name" or (cursor.peek().kind == "word" and cursor.peek(1).text == ","):
                cursor.next()
            if not cursor.take(","):
                break
    return out
