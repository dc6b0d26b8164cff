"""What selects data, and by which terms.

Knows: the shapes of ORM, ODM and SQL calls (Django, SQLAlchemy, SQLModel, Peewee, Tortoise, MongoEngine, Beanie, PyMongo, supabase, DB-API). Does
not know: who the caller is, what a handler does with the data.

A selection starts at a model (`Order.objects`, `select(Order)`, `session.get(Order, id)`, `db.orders.find_one(...)`) and is narrowed by method
calls; each narrowing is a selection whose parent is the one before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from prodlint import ir
from prodlint import regex as re
from prodlint.flow.knowledge import AUTH_HEADERS, ID_FIELDS, KEY_FIELDS, SECRET_FIELDS, snake
from prodlint.flow.lookups.schema import IDENTITY, OWNER_COLUMN
from prodlint.flow.values import BESIDE, CALLER, CHOSEN, DOUBT, EMPTY, REQUEST, Client, Link, Outcome, Selection, Tie, Value
from prodlint.names import Definition

MANAGERS = frozenset({"objects", "query", "_default_manager", "_base_manager", "all_objects", "unscoped"})
STARTERS = frozenset({
    "query", "select", "get", "get_object_or_404", "get_list_or_404", "aget_object_or_404", "get_or_404", "one_or_404", "first_or_404", "delete",
    "update", "get_one", "exists", "find", "find_one", "scalar_one_or_none", "refresh", "merge", "paginate", "get_entity", "get_by_id",
})  # fmt: skip
CLASS_METHODS = frozenset({
    "get", "get_or_none", "get_by_id", "select", "filter", "find", "find_one", "find_all", "where", "update", "delete", "delete_by_id", "get_or_404",
    "first", "all", "exists", "objects", "aggregate", "find_many", "fetch", "delete_where", "update_where", "get_or_create", "all_by",
    "set_by_id",
})  # fmt: skip
RAISING = frozenset({
    "get", "get_object_or_404", "get_list_or_404", "get_or_404", "one", "first_or_404", "one_or_404", "scalar_one", "get_by_id", "get_one",
    "earliest", "latest", "aget", "aget_object_or_404", "find_one_or_404",
})  # fmt: skip
# Method names that keep or narrow a selection. Anything else called on data is a method of the object.
NARROW = frozenset({
    "filter", "filter_by", "where", "get", "aget", "exclude", "find", "find_one", "get_or_404", "first_or_404", "one", "one_or_none", "first",
    "afirst", "all", "having", "get_or_none", "get_by_id", "join", "join_from", "outerjoin", "select_from", "options", "order_by", "limit", "offset",
    "eq", "match", "in_", "is_", "neq", "by_id", "select_related", "prefetch_related", "only", "defer", "distinct", "annotate", "values",
    "values_list", "last", "earliest", "latest", "count", "exists", "aexists", "scalars", "scalar", "scalar_one", "scalar_one_or_none", "unique",
    "paginate", "using", "in_bulk", "select", "with_for_update", "select_for_update", "iterator", "union", "intersection", "reverse", "none",
    "single",
    "maybe_single", "execute", "fetch", "fetchone", "fetchall", "to_list", "sort", "skip", "slice", "get_queryset", "update", "delete", "adelete",
    "aupdate", "with_entities", "group_by", "scalar_subquery", "subquery", "cte", "alias", "of_type", "raw", "extra",
})  # fmt: skip
CHANGING = frozenset({
    "delete", "update", "save", "adelete", "aupdate", "asave", "bulk_update", "set", "add", "remove", "clear", "update_one", "delete_one",
    "delete_many", "update_many", "replace_one", "find_one_and_update", "find_one_and_delete", "find_one_and_replace", "destroy", "soft_delete",
    "delete_instance", "delete_by_id", "set_by_id", "modify", "upsert_one",
})  # fmt: skip
WRITING = frozenset({"save", "asave", "delete", "adelete", "update", "aupdate"})
COUNTS = frozenset({"count", "acount", "aggregate", "count_documents"})  # calls that say how many, and nothing of what they are
# Calls that give one row, or no rows.
ROW = RAISING - {"get_list_or_404"} | {"first", "last", "afirst", "one_or_none", "scalar_one_or_none"}
ONE = RAISING | {
    "first", "last", "afirst", "get_or_none", "one_or_none", "count", "exists", "aexists", "values", "values_list", "delete", "update", "scalar",
    "adelete", "aupdate",
}  # fmt: skip
LISTS = frozenset({"all", "fetchall", "fetch_all", "to_list", "paginate", "iterator", "get_multi"})  # calls that give every row of what is selected
CREATING = frozenset({"create", "acreate", "get_or_create", "update_or_create", "insert", "insert_one", "aget_or_create"})
FINDING = frozenset({"get_or_create", "update_or_create", "aget_or_create"})  # of these, what may find a row instead
# Of those, the calls whose arguments say nothing about which rows come back.
TERMLESS = frozenset({
    "update", "aupdate", "annotate", "alias", "values", "values_list", "order_by", "only", "defer", "select_related", "prefetch_related", "using",
    "exclude", "options", "limit", "offset", "distinct", "reverse", "iterator", "select_for_update", "with_for_update", "with_entities", "group_by",
    "sort", "skip", "slice", "extra", "count", "delete", "adelete", "union", "aggregate", "execution_options", "select_from", "paginate",
    "add_columns", "load_only", "returning", "subquery", "cte", "scalar_subquery", "fetchmany", "to_list", "outerjoin",
})  # fmt: skip
WIDENS = frozenset({"orwhere", "or_where", "or_filter"})  # rows that fit these come too: peewee, orator, masonite
# Tests of a column: Order.id.in_(ids).
COLUMN_TESTS = frozenset({"in_", "is_", "like", "ilike", "contains", "any", "any_", "has", "between", "startswith", "endswith", "overlap", "op"})
NOT_TESTS = frozenset({"not_in", "notin_", "is_not", "isnot", "is_distinct_from", "not_like", "notlike", "not_ilike", "notilike"})
ANY_OF = frozenset({"in_", "any_", "overlap"})  # of those, the ones that take a list
MONGO = frozenset({
    "find_one", "find", "update_one", "delete_one", "replace_one", "find_one_and_update", "find_one_and_delete", "find_one_and_replace",
    "delete_many", "update_many", "count_documents", "aggregate", "find_one_or_404",
})  # fmt: skip
COLUMNS = frozenset({"c", "columns"})
# Calls that bring other tables into a query: from there on a term on such a table narrows the rows.
JOINS = frozenset({
    "join", "join_from", "outerjoin", "innerjoin", "full_join", "select_from", "with_entities", "add_entity", "add_columns", "from_statement",
})  # fmt: skip


OPEN_WORDS = re.compile(r"publi|open|visible|shared|live|active|approved|everyone|anyone", re.I)
CLOSED = re.compile(r"(?:^|_)(?:private|draft|hidden)(?:$|_)", re.I)
# what rows say themselves of who may see them
VISIBLE = re.compile(
    r"(?:^|_)(?:public|private|publish\w*|visib\w*|shar(?:ed|ing)|listed|access_?type|access_?level|draft|hidden|state|status)(?:$|_)", re.I
)
# what everybody may see, and nobody else change
SHOWN = re.compile(r"^(?:is_)?(?:published|public|listed|visible)$", re.I)
COLUMN = "column"  # what a name holds that was given `getattr(Order, field)`


class Column(str):
    """The name of a column that a comparison is about, with the class it was written on; `across`: the class of the column that it is held against,
    where that is another one, which joins the two; `many`: it may have any value of a list."""

    __slots__ = ("across", "many", "model")
    model: Definition | None
    across: Definition | None
    many: bool

    def __new__(cls, name: str, model: Definition | None = None, across: Definition | None = None, many: bool = False) -> Column:
        self = super().__new__(cls, name)
        self.model, self.across, self.many = model, across, many
        return self

    def __eq__(self, other: object) -> bool:
        return str.__eq__(self, other) is True and (not isinstance(other, Column) or other.model is self.model)

    def __hash__(self) -> int:
        return str.__hash__(self)


def term_name(expr: ir.Expr) -> str:
    """The field a comparison is about: `Order.user_id`, `t.c.user_id`, `col(Order.id)`, "orders.id"."""
    if isinstance(expr, ir.Attr):
        if isinstance(expr.base, ir.Attr) and expr.name in ("id", "pk", "uuid") and expr.base.name[:1].islower() and expr.base.name not in COLUMNS:
            return f"{expr.base.name}_{expr.name}"  # Board.owner.id, as the column of the foreign key is called
        return expr.name
    if isinstance(expr, ir.Name):
        return expr.id
    if isinstance(expr, ir.Const) and isinstance(expr.value, str):
        return expr.value.rpartition(".")[2]
    if isinstance(expr, ir.Call) and isinstance(expr.func, ir.Name) and expr.func.id == "getattr" and len(expr.args) > 1:
        return term_name(expr.args[1]) if isinstance(expr.args[1], ir.Const) else ""
    if isinstance(expr, ir.Call):
        return term_name(expr.args[0]) if expr.args else term_name(expr.func)
    if isinstance(expr, ir.Sub):
        return term_name(expr.index) if isinstance(expr.index, ir.Const) else term_name(expr.base)
    return ""


def by_kind(chain: Iterable[Selection]) -> bool:
    """`if user.role == "doctor": Prescription.objects.get(id=id)`: being one of a kind proves nothing of a row that the client names."""
    elements = list(chain)
    named = any(KEY_FIELDS.search(name) or ID_FIELDS.search(name) for element in elements for name, _ in client_terms(element))
    return named and all(element.by_kind for element in elements if element.admin)


def of_caller(selection: Selection, depth: int = 8) -> bool:
    """Does a term name the caller, on every way from where the selection began? What only staff come to does not count, nor a caller whom the
    client may replace (`owner=request.GET.get("owner", user.pk)`)."""
    if selection.from_caller or any(value.has(CALLER) and not (value.has(DOUBT) or replaced(value)) for _, value in selection.terms):
        return True
    above = [parent for parent in selection.parents if not parent.admin] or list(selection.parents)
    return bool(above) and depth > 0 and all(of_caller(parent, depth - 1) for parent in above)


def replaced(value: Value) -> bool:
    """May the client put somebody else in the caller's place: `User.objects.get(pk=request.GET["as"]) if "as" in request.GET else request.user`?"""
    said = any(client.source in CHOSEN or (client.source != "files" and not AUTH_HEADERS.search(client.name)) for client in value.clients)
    if said or not value.selections:
        return said
    return any(chosen_by_client(row) for row in value.selections if not of_caller(row))


def chosen_by_client(row: Selection) -> bool:
    return any(client.source in CHOSEN or in_plain_words(name, client) for part in narrowed_from(row) for name, client in client_terms(part))


def in_plain_words(name: str, client: Client) -> bool:
    """Does a header or parameter say which row, as anybody may write it: `X-Tenant: acme`? A token or key in one says who they are who send it."""
    words = (name, client.name)
    return client.source in ("header", "query") and not any(AUTH_HEADERS.search(word) or SECRET_FIELDS.search(snake(word)) for word in words)


def either_way(value: Value) -> bool:
    """Is it the caller on one way, and on another somebody whom the client names: `request.profile = me if name == "me" else find(name)`?"""
    return value.has(CALLER) and bool(value.selections) and replaced(value)


def callers_own(selection: Selection) -> bool:
    """Is it looked up by nothing but who the caller is?"""
    return of_caller(selection) and not any(value.clients for part in narrowed_from(selection) for _, value in part.terms)


def by_credential(selection: Selection) -> bool:
    """Is it found by what a header or cookie brings to say who is calling, and by nothing else that the client says: the row of an API key?"""
    found = False
    for part in narrowed_from(selection):
        for name, client in naming_terms(part):
            if client.source not in ("header", "cookie") or not (SECRET_FIELDS.search(name) or AUTH_HEADERS.search(client.name)):
                return False
            found = True
    return found


def keys_found(value: Value, tests: list[tuple[Value, bool]]) -> frozenset[Selection]:
    """The rows of API keys in a value that was tested to be there: `if client is not None and client.enabled: return client`."""
    rows = [row for row in value.selections if by_credential(row)]
    return frozenset(row for row in rows if any(which and row in test.origins for test, which in tests))


def client_terms(selection: Selection) -> list[tuple[str, Client]]:
    """(field, client value) for each term in which the client chooses."""
    return [(name, client.plain) for name, client in naming_terms(selection)]


def naming_terms(selection: Selection) -> list[tuple[str, Client]]:
    """The same, with what is known of which row a client value names."""
    out = []
    for name, value in selection.terms:
        clients = value.clients
        if len(clients) > 1:
            clients.sort(key=lambda c: (c.name, c.source, c.of is None))
        out += [(name, client) for client in clients]
    return out


def key_terms(selection: Selection) -> list[tuple[str, Client, bool]]:
    """Of these, the terms that name a row, and whether one client value does: of `get(pk=request.args.get("id", order_id))` nothing sure is said."""
    several = {name for name, value in selection.terms if one_of_several(value)}
    return [(name, client, name not in several) for name, client in naming_terms(selection) if KEY_FIELDS.search(name) or name == ""]


def one_of_several(value: Value) -> bool:
    """May the client name something else than another value does, or than what stands in a row: `request.args.get("team") or project.team_id`?"""
    said = len(value.chosen)
    return said > 1 or (bool(value.selections) and (said == 1 or value.has(DOUBT)))  # or the row is found by the key of something else


def of_many(name: str, value: Value) -> bool:
    """Does a term take rows by a list (`id__in=ids`, `Order.id.in_(ids)`)? That one of them is there says nothing of the others."""
    listed = name.endswith("__in") or (isinstance(name, Column) and name.many)
    return listed and bool(value.clients) and not (value.items is not None and len(value.items) == 1)


def by_list(selection: Selection) -> bool:
    """Is it what a list of ids that the client sends selects, and not the caller's only?"""
    return any(of_many(name, value) for part in narrowed_from(selection) for name, value in part.terms) and not of_caller(selection)


def in_order(rows: Iterable[Selection]) -> tuple[Selection, ...]:
    """Rows as they stand in the source: the sets that they come in have no order of their own."""
    return tuple(sorted(rows, key=lambda row: (row.path, row.at)))


def certain(held: Iterable[object]) -> frozenset[Outcome]:
    """Of what is held at a place, the outcomes that say yes."""
    return frozenset(o for o in held if isinstance(o, (Tie, Link)) and o.sign > 0)


def narrowed_from(leaf: Selection) -> list[Selection]:
    """A selection and what it was narrowed from, as far as there is one way; their terms all hold for what comes out at the end."""
    out = [leaf]
    while len(out[-1].parents) == 1 and not out[-1].part:
        out.append(out[-1].parents[0])
    return out


def found_by_app(value: Value) -> bool:
    """Rows that the app finds by what it says itself, by the caller, or by other such rows, in however many steps: nothing that a client says, or of
    which nobody knows what it is, chooses one of them."""
    seen: set[Selection] = set()
    rows = list(value.selections)
    left = [value] if rows else []
    while left:
        each = left.pop()
        known = each.selections or each.const is not None or each.has(CALLER) or isinstance(each.ref, Definition)
        if each.clients or each.has(REQUEST) or not known:
            return False
        rows = [row for row in each.selections if row not in seen]
        while rows:
            row = rows.pop()
            seen.add(row)
            left += [term for _, term in row.terms]
            rows += [parent for parent in row.parents if parent not in seen]
    return bool(seen)


def narrower(target: object) -> bool:
    """Is a row asked for by more than what the client says: `Order.objects.filter(pk=pk, team__in=mine).exists()`?"""
    return isinstance(target, Selection) and any(not value.clients for element in narrowed_from(target) for _, value in element.terms)


def implied(outcomes: frozenset[Outcome], named: Callable[[Client, Selection, str], Client]) -> frozenset[Outcome]:
    """The outcomes, with those for the client values that name a held object: who may see the order may name its id."""
    out = set(outcomes)
    for outcome in outcomes:
        leaf = outcome.target if isinstance(outcome, Tie) else None
        while isinstance(leaf, Selection):
            terms = [(name, client) for name, client in naming_terms(leaf) if KEY_FIELDS.search(name) or not name]
            out.update(Tie(named(client, leaf, name), outcome.weak) for name, client in terms)  # type: ignore[union-attr]
            leaf = leaf.parents[0] if len(leaf.parents) == 1 else None
    return frozenset(out)


def on_all_ways(ways: list[frozenset[Outcome]]) -> frozenset[Outcome]:
    """What holds on each of several ways: weak where it is weak on one of them."""
    common = frozenset.intersection(*ways)
    surely = {outcome.target for outcome in common if isinstance(outcome, Tie)}
    each = [{outcome.target for outcome in way if isinstance(outcome, Tie) and outcome.sign > 0} for way in ways]
    return common | {Tie(target, True) for target in set.intersection(*each) - surely}


def both(sides: Iterable[Value]) -> dict[str, Value] | None:
    """The terms of conditions that all hold; two on columns of one name are kept apart."""
    out: dict[str, Value] = {}
    for side in sides:
        for name, value in (side.fields or {}).items():
            while name in out and out[name].origins != value.origins:
                name = Column(f"of_{name}", getattr(name, "model", None), getattr(name, "across", None), getattr(name, "many", False))
            out[name] = value
    return out or None


def either(sides: Iterable[Value]) -> dict[str, Value] | None:
    """The terms of conditions of which one holds: the caller's count only if none of the others takes whatever the client names."""
    given = [side for side in sides if not _never(side)]
    fields = _tied_alike(given, both(given) or {})
    others = [side.fields or {} for side in given if not any(map(mine, (side.fields or {}).values()))]
    if len(others) == len(given) > 1:  # what one of them holds says nothing of the rows that another one takes
        fields = {name: value.plus({DOUBT}) for name, value in fields.items()}
    elif any(value.clients for other in others for value in other.values()):
        fields = {name: value for name, value in fields.items() if not mine(value)}
    elif not all(any(_anybodys(name, value) for name, value in other.items()) for other in others):
        fields = {name: value.plus({DOUBT}) if mine(value) else value for name, value in fields.items()}
    if any(others) and len(others) < len(given):
        fields = {name: value.plus({BESIDE}) if value.has(CALLER) else value for name, value in fields.items()}
    return fields or None


def _tied_alike(sides: list[Value], fields: dict[str, Value]) -> dict[str, Value]:
    """Without what ties two tables in one of several conditions only."""
    ties = [{(k.model, k.across) for k in side.fields or {} if isinstance(k, Column) and k.across is not None} for side in sides]
    always = set.intersection(*ties) if ties else set()
    alone = [k for k in fields if isinstance(k, Column) and k.across is not None and (k.model, k.across) not in always]
    return {Column(k, k.model, None, k.many) if k in alone else k: v for k, v in fields.items()} if alone else fields  # type: ignore[attr-defined]


def mine(value: Value) -> bool:
    """Does a term name the caller, or rows of theirs?"""
    rows = [selection for selection in value.selections if not selection.admin]
    return value.has(CALLER) or bool(rows and all(of_caller(selection) for selection in rows))


def published(name: str, value: Value) -> bool:
    """`Q(is_public=True)`: does a term take the rows that everybody may see, and nobody else change?"""
    return not value.origins and bool(SHOWN.match(name)) and value.truth is True


def _never(side: Value) -> bool:
    """`Q()`, `false()`: a condition that an "or" begins with."""
    return not side.fields and (side.truth is False or (isinstance(side.kind, str) and side.kind.endswith((".Q", ".false()"))))


def _anybodys(name: str, value: Value) -> bool:
    """Rows that nobody owns, and those that are open to everybody: `owner__isnull=True`, `Order.user_id == None`, `is_public=True`."""
    absent = value.truth is True if name.endswith("__isnull") else value.ref == "builtins.None"
    owner = name.removesuffix("__isnull").rpartition("__")[2]
    if absent or not VISIBLE.search(name):
        return absent and bool(OWNER_COLUMN.match(owner) or IDENTITY.match(owner))
    if value.const is not None:
        return bool(OPEN_WORDS.search(value.const))
    return (value.truth is False) is bool(CLOSED.search(name))


def nothing(value: Value | None) -> Value:
    return value if value is not None else EMPTY


def made_with(row: Selection) -> bool:
    """`Member.objects.get_or_create(user=user, team_id=team_id)`: a row that is made where it is not there, with what somebody else chose: it is the
    caller's, and what it goes with may not be."""
    return row.fresh and any(value.targets and not value.has(CALLER) for _, value in row.terms)
