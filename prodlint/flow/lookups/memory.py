"""Rows that an app keeps without a database: dictionaries and lists of its modules, and files of JSON.

Knows: what such a store looks like, and how its rows are found, made, changed and taken out. Does not know: databases, what is tied, verdicts.

Only where no model says that there is a database: what is kept in memory beside one is a copy, or says how far some work has come. Caches, sessions
and registries are no stores.
"""

from __future__ import annotations

from typing import Any

from prodlint import ir
from prodlint import regex as re
from prodlint.flow.frames import Frame
from prodlint.flow.knowledge import ID_FIELDS, IDENTITY_KEYS, SECRET_FIELDS, last_name
from prodlint.flow.lookups import queries
from prodlint.flow.lookups.schema import IDENTITY
from prodlint.flow.proofs import showing
from prodlint.flow.values import CALLER, EMPTY, Selection, Value
from prodlint.names import Definition, statements

FILE, REST = "a file of JSON", "what is left of a store"  # as kinds of values
NO_STORE = re.compile(
    r"cache|session|token|connect|socket|lock|regist|handler|limit|config|setting|secret|blacklist|revoked|queue|worker|thread|memo|plugin|route|blocked|otp"
    r"|attempt|progress|process|upload|download|pipeline|agent|metric|stat(?:s|us|e|istics?)(?:$|_)|counter|rate|instance|engine|pool|header|param|error"
    r"|choice|option|permission|role|countr|language|locale|translation|schema|manifest|package|credential|job|model|listener|callback|command|task_?(?:results?|status)"
    r"|^(?:map|mapping|lookup|colou?rs?|weights|features|labels|vocab\w*|stop_?words|active_\w+|running_\w+|pending_\w+)$",
    re.I,
)
HELD = re.compile(r"^(?:\w+_)?(?:tokens?|sessions?|api_?keys?)$", re.I)  # of a file: what says who is calling
GENERIC = re.compile(
    r"^(?:(?:fake|mock|dummy|in_?memory|local|my|the|app)_?)?(?:db|database|data|datas?tore|store|storage|memory|records|rows|table|mem)s?$", re.I
)
AROUND = re.compile(
    r"^(?:fake|mock|dummy|in_?memory|sample|demo|all|_)+_?|_?(?:_db|_database|_store|_storage|_list|_dict|_data|_table|_by_id|_map|_json)$", re.I
)
LOGINS = re.compile(r"^(?:user_?name|email|login|phone)$", re.I)
WRITES = re.compile(r"^_?(?:json_?)?(?:dump|save|write|store|persist|sync|flush|update|set)(?:_|s?$)", re.I)
LOADS = frozenset({"json.load", "json.loads", "ujson.load", "ujson.loads", "orjson.loads", "simplejson.load", "simplejson.loads"})
ADDS = frozenset({"append", "insert", "add", "appendleft", "extend"})
SAME = frozenset({"values", "items", "keys", "copy"})


# ------------------------------------------------------------ what is a store
def store(run: Any, ref: Definition) -> Value | None:
    """The rows that a module keeps under a name; None where that is no store."""
    node = ref.node
    if run.knowledge.has_models or not isinstance(node, ir.Assign) or node.value is None or ref.owner is not None:
        return None
    if (path := _path(run, ref, node.value)) is not None:
        return path
    if ref not in run.stores:
        kept = not NO_STORE.search(ref.name) and _holds_rows(node.value)
        run.stores[ref] = Value(frozenset({_root(run, label(ref.name, node.annotation), ref.module.path, ref.at)})) if kept else EMPTY
        if not kept and _reads_file(run, ref, node.value):  # `database = load_database()`
            given = run.eval(node.value, Frame(run.names.scope_of(ref), {}, 2))
            run.stores[ref] = Value(frozenset(given.selections)) if is_kept(run, given) else EMPTY
    return run.stores[ref] if run.stores[ref] is not EMPTY else None


def _path(run: Any, ref: Definition, made: ir.Expr) -> Value | None:
    """`ORDERS = os.path.join(FOLDER, "orders.json")`, `ORDERS = Path(__file__).parent / "orders.json"`"""
    last = made.right if isinstance(made, ir.Bin) and made.op == "/" else made.args[-1] if isinstance(made, ir.Call) and made.args else None
    if isinstance(last, ir.Name) and isinstance(made, ir.Call) and last_name(made) in ("join", "Path"):
        named = run.names.lookup(last.id, run.names.scope_of(ref))
        last = named.node.value if isinstance(named, Definition) and isinstance(named.node, ir.Assign) else None
    if not isinstance(last, ir.Const) or not isinstance(last.value, str) or not last.value.endswith(".json"):
        return None
    return Value(kind=FILE, const=last.value) if isinstance(made, ir.Bin) or last_name(made) in ("join", "Path") else None


def _reads_file(run: Any, ref: Definition, made: ir.Expr) -> bool:
    """Is a name of a module what a function of the project gives that reads JSON?"""
    reader = run.names.resolve(made.func, run.names.scope_of(ref)) if isinstance(made, ir.Call) else None
    return isinstance(reader, Definition) and reader.kind == "function" and not {"load", "loads"}.isdisjoint(reader.node.calls)  # type: ignore[attr-defined]


def loaded(run: Any, ref: str, args: list[Value], expr: ir.Call, frame: Frame) -> Value | None:
    """`json.load(file)`: the rows of a file; None where that is no store of rows."""
    given = args[0] if ref in LOADS and args else None
    if given is None or given.kind != FILE or given.origins or run.knowledge.has_models:
        return None
    name = str(given.const).rpartition("/")[2].removesuffix(".json")
    if NO_STORE.search(name) and not HELD.search(name):
        return None
    if name not in run.stores:
        run.stores[name] = Value(frozenset({_root(run, label(name), frame.scope.module.path, ir.start_of(expr))}))
    return run.stores[name]  # type: ignore[no-any-return]


def opened(name: str, ref: object, receiver: Value | None, args: list[Value]) -> Value | None:
    """`open("orders.json")`, `Path("orders.json")`, `file.read()`, `os.path.join(FOLDER, "orders.json")`; None for anything else."""
    if args and args[0].kind == FILE and ref in ("builtins.open", "pathlib.Path", "aiofiles.open", "builtins.str"):
        return args[0]
    if receiver is not None and receiver.kind == FILE:
        return receiver if name in ("read", "read_text", "open", "read_bytes") else None
    last = args[-1] if args and ref == "os.path.join" else args[0] if args and ref in ("builtins.open", "pathlib.Path", "aiofiles.open") else None
    if last is None or last.origins or not last.const or not last.const.endswith(".json"):
        return None
    return Value(kind=FILE, const=last.const)


def label(name: str, annotation: ir.Expr | None = None) -> str:
    """What rows are called: by the name of what holds them, else by the class in its annotation; "" where that says nothing."""
    plain = AROUND.sub("", AROUND.sub("", name)).strip("_").lower()
    if plain and not GENERIC.match(name) and not GENERIC.match(plain):
        return plain
    inner = annotation.index if isinstance(annotation, ir.Sub) else None
    last = inner.items[-1] if isinstance(inner, ir.Seq) and inner.items else inner
    named = last.id if isinstance(last, ir.Name) else ""
    return named if named[:1].isupper() and named not in ("Any", "Dict", "List") else ""


def _root(run: Any, model: str, path: str, at: int) -> Selection:
    found = Selection(model, path, at, listing=True)
    run.selections.append(found)
    run.kept_here.add(found)
    run.roots.add(found)
    return found


def _holds_rows(made: ir.Expr) -> bool:
    """Is this an empty dictionary or list, or one of rows that say whose they are, or which?"""
    if isinstance(made, ir.Call) and isinstance(made.func, (ir.Name, ir.Attr)):
        return last_name(made) in ("dict", "list", "defaultdict", "OrderedDict") and not (
            made.kwargs or any(isinstance(a, ir.Comp) for a in made.args)
        )
    parts = (
        [item for _, item in made.items]
        if isinstance(made, ir.Map)
        else list(made.items)
        if isinstance(made, ir.Seq) and made.kind == "list"
        else None
    )
    if parts is None:
        return False
    return all(_is_row(part) for part in parts[:3])


def _is_row(part: ir.Expr) -> bool:
    if isinstance(part, (ir.Map, ir.Seq)) and not part.items:
        return True  # a table: `db = {"orders": [], "users": {}}`
    if isinstance(part, ir.Seq):
        return part.kind == "list" and all(_is_row(item) for item in part.items[:2])
    if isinstance(part, ir.Map):
        keys = [key.value for key, _ in part.items if isinstance(key, ir.Const) and isinstance(key.value, str)]
        inner = [item for _, item in part.items if isinstance(item, ir.Map)]
        return any(IDENTITY.match(key) or key in ("id", "_id", "uuid", "email", "password", "owner", "user") for key in keys) or (
            bool(inner) and len(inner) == len(part.items) and _is_row(inner[0])
        )
    return False


# ------------------------------------------------------------ rows
def is_kept(run: Any, value: Value | None) -> bool:
    """Is this a store, or rows of one?"""
    rows = value.selections if value is not None and run.kept_here else []
    return bool(rows) and run.kept_here.issuperset(rows)


def is_root(run: Any, value: Value) -> bool:
    return bool(value.selections) and run.roots.issuperset(value.selections)


def part(run: Any, base: Value, index: Value, expr: ir.Expr, frame: Frame) -> Value | None:
    """`orders[order_id]`, `db["orders"]`, `orders[position]`; None for a column of a row."""
    rows = queries.in_order(base.selections)
    found = [row for row in index.selections if row in run.kept_here]
    if found and not index.clients:  # the position of a row that was looked for
        return Value(frozenset(found))
    if index.const is not None and not index.origins:
        if IDENTITY_KEYS.match(index.const) and rows and all(map(queries.by_credential, rows)):
            run.caller_seen = True
            return Value(base.origins | {CALLER})  # token["username"]: to whom it was given
        return _table(run, rows, index.const) if is_root(run, base) and not any(row.model for row in rows) else None
    if not index.clients and not index.has(CALLER):
        return None
    named = next((client.name.rpartition(".")[2] for client in index.clients if LOGINS.match(client.name.rpartition(".")[2])), "id")
    return run.selected(run.select(rows[0].model, expr, frame, rows, terms=[(named, index)]))  # type: ignore[no-any-return]


def _table(run: Any, rows: tuple[Selection, ...], name: str) -> Value:
    key = (rows[0], name)
    if key not in run.stores:
        run.stores[key] = Value(frozenset({_root(run, label(name), rows[0].path, rows[0].at)}))
    return run.stores[key]  # type: ignore[no-any-return]


def call(run: Any, receiver: Value, name: str, args: list[Value], expr: ir.Call, frame: Frame) -> Value | None:
    """A method of a store, or of a row of one; None where it is none of those that find, make or change rows."""
    if name in SAME:
        return receiver
    if name in ("get", "pop") and args:
        row = part(run, receiver, args[0], expr, frame)
        if row is not None and name == "pop":
            run.use_changed(row)
        return row
    if name == "index" and args:
        return Value(frozenset(args[0].selections))
    if name in ADDS and args and is_root(run, receiver):
        made(run, receiver, args[-1], expr, frame)
        return EMPTY
    if name == "remove" and args:
        run.use_changed(args[0])
        return EMPTY
    if name in ("update", "setdefault", "clear"):
        for value in args:
            run.use(value)
        if not is_root(run, receiver) or name == "clear":
            run.use_changed(receiver)
        return EMPTY
    return None


def made(run: Any, receiver: Value, row: Value, expr: Any, frame: Frame, key: Value = EMPTY) -> None:
    model = receiver.selections[0].model
    if model and not row.selections:  # what is a row already is put back
        fields = {name: value for name, value in (row.fields or {}).items() if isinstance(name, str)}
        run.made_row(model, {**fields, **({"owner": key} if key.has(CALLER) else {})}, expr, frame)


def put(run: Any, target: ir.Sub, base: Value, index: Value, value: Value, frame: Frame) -> None:
    """`orders[order_id] = order`, `order["paid"] = True`, `db["orders"] = rest`."""
    rewritten(run, value)
    if isinstance(target.index, ir.Slice):
        return
    row = part(run, base, index, target, frame) if index.const is None else None
    there = any(client.source in ("path", "query") for client in index.clients) or index.selections
    if row is not None and there:  # whoever sends a body makes a row under a name of their own
        run.use_changed(row)
    elif is_root(run, base):
        made(run, base, value, target, frame, index)
    else:
        run.use_changed(base)


def rewritten(run: Any, value: Value) -> None:
    """All rows but some are kept from here on: these are gone."""
    if value.kind == REST and value.receiver is not None:
        run.use_changed(value.receiver)


def assigned(run: Any, target: ir.Expr, value: Value, frame: Frame) -> None:
    """`global orders; orders = [order for order in orders if order["id"] != order_id]`, `self.orders = rest`."""
    if value.kind != REST:
        return
    function = frame.scope.function
    body = run.names.body(function.node) if function is not None and isinstance(function.node, ir.Function) else ()
    told = isinstance(target, ir.Name) and any(isinstance(s, ir.Simple) and s.kind == "global" and target.id in s.names for s in statements(body))
    if told or isinstance(target, ir.Attr):
        rewritten(run, value)


# ------------------------------------------------------------ rows that are looked for one by one
def sought(run: Any, test: ir.Expr, frame: Frame, which: bool) -> dict[str, Value]:
    """What the names of a loop hold where a test on a column holds: `for order in orders: if order["id"] == order_id`."""
    out: dict[str, Value] = {}
    for column, value, sign in _held(run, test, frame, which):
        together = next((names for names in frame.sought if column[0] in names), None)
        held = out.get(column[0]) or frame.env.get(column[0])
        if together is None or held is None or sign <= 0 or not is_kept(run, held):
            continue
        found = narrowed(run, held, column[1], value, test, frame)
        out.update((name, found if name == column[0] else Value(found.origins)) for name in together)
    return out or _shown(run, test, frame, which)


def _shown(run: Any, test: ir.Expr, frame: Frame, which: bool) -> dict[str, Value]:
    """`if image["shared"]`: only rows that everybody may see, by what they say themselves."""
    rows = frozenset(showing.shown_by(run, test, frame)) if which else frozenset()
    for name in (name for names in frame.sought for name in names) if rows else ():
        held = frame.env.get(name)
        if held is not None and is_kept(run, held) and rows.issuperset(held.selections):
            above = queries.in_order(held.selections)
            return {name: Value(frozenset({run.select(above[0].model, test, frame, above, part=True, shown=True)}))}
    return {}


def without(run: Any, test: ir.Expr, frame: Frame) -> list[Value]:
    """The rows that a condition leaves out: `[order for order in orders if order["id"] != order_id]`."""
    held = [(frame.env.get(column[0]), column[1], value, sign) for column, value, sign in _held(run, test, frame, True)]
    return [narrowed(run, rows, name, value, test, frame) for rows, name, value, sign in held if rows is not None and sign < 0 and is_kept(run, rows)]


def narrowed(run: Any, rows: Value, name: str, value: Value, test: ir.Expr, frame: Frame) -> Value:
    above = queries.in_order(rows.selections)
    return run.selected(run.select(above[0].model, test, frame, above, terms=[(name, value)]))  # type: ignore[no-any-return]


def _held(run: Any, test: ir.Expr, frame: Frame, which: bool) -> list[tuple[tuple[str, str], Value, int]]:
    """((name, column), what it is held against, sign) of each comparison that must hold on one side of a test."""
    while isinstance(test, ir.Unary) and test.op == "not":
        test, which = test.value, not which
    if isinstance(test, ir.Bool):
        return [found for part in test.values for found in _held(run, part, frame, which)] if (test.op == "and") is which else []
    if not isinstance(test, ir.Cmp) or len(test.ops) != 1 or test.ops[0] not in ("==", "!="):
        return []
    sign = 1 if (test.ops[0] == "==") is which else -1
    out = []
    for side, other in ((test.left, test.rights[0]), (test.rights[0], test.left)):
        column = _column(side, frame)
        value = run.eval(other, frame) if column is not None else EMPTY
        named = column is not None and value.clients and (ID_FIELDS.search(column[1]) or SECRET_FIELDS.search(column[1]))
        mine = column is not None and value.has(CALLER) and sign > 0 and not queries.replaced(value)
        if column is not None and (named or mine) and not value.selections:
            out.append((column, value, sign))
    return out


def _column(expr: ir.Expr, frame: Frame) -> tuple[str, str] | None:
    """(name, column) of `order["id"]`, `order.id`, `order.get("id")`, `str(order["id"])`; ("key", "id") of the key that `items()` gives."""
    if isinstance(expr, ir.Call) and isinstance(expr.func, ir.Name) and expr.func.id in ("str", "int") and expr.args:
        expr = expr.args[0]
    if isinstance(expr, ir.Call) and isinstance(expr.func, ir.Attr) and expr.func.name == "get" and expr.args:
        expr = ir.Sub(expr.func.base, expr.args[0], expr.at, expr.end)
    if isinstance(expr, ir.Sub) and isinstance(expr.base, ir.Name) and isinstance(expr.index, ir.Const) and isinstance(expr.index.value, str):
        return expr.base.id, expr.index.value
    if isinstance(expr, ir.Attr) and isinstance(expr.base, ir.Name):
        return expr.base.id, expr.name
    if isinstance(expr, ir.Name) and any(len(names) > 1 and names[0] == expr.id for names in frame.sought):
        return expr.id, "id"
    return None


def names_of(target: ir.Expr) -> tuple[str, ...]:
    """The names that a loop gives to each of what it goes through."""
    return tuple(part.id for part in (target.items if isinstance(target, ir.Seq) else (target,)) if isinstance(part, ir.Name))
