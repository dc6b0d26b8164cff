"""What selects data in stores that are no ORM: DynamoDB, MongoDB, Firestore, Redis, supabase (Prisma: `prisma.py`).

Knows: the shapes of these clients' calls, by `models/stores.yaml`. Does not know: ORMs and SQL (`queries.py`, `sql.py`), who the caller is, what is
tied.

What the store itself holds against the caller by the token that a client was made with (row-level security) stands outside Python: such
selections are `unknown`, not owned.
"""

from __future__ import annotations

from typing import Any

from prodlint import ir
from prodlint import regex as re
from prodlint.flow.frames import Frame
from prodlint.flow.knowledge import last_name
from prodlint.flow.lookups import narrowing, prisma, queries, tallies
from prodlint.flow.values import CALLER, Value, origins_of
from prodlint.names import Definition

_PAIR = re.compile(r"#?([A-Za-z_][\w.]*)\s*(?:=|,)\s*(:\w+)")
_SUFFIX = re.compile(r"_(?:collection|coll|table|col|tbl|ref)$|(?<=[a-z])(?:Collection|Table)$|^(?:collection|coll|table|tbl)_")
_ANY_COLLECTION = re.compile(r"_?(?:get_)?(?:collection|coll|col|table|model)$", re.I)  # what says nothing of what is in there
_KEEPER = re.compile(r"(?<=[a-z])(?:Repository|Repo|Store|Storage|DAO|Dao|Collection|CRUD|Crud|Gateway)$")
_TYPES = frozenset({"S", "N", "B"})  # {"id": {"S": order_id}}, as DynamoDB's low-level client has it


def selecting(run: Any, receiver: Value | None, name: str, args: list[Value], kwargs: dict[str, Value], expr: ir.Call, frame: Frame) -> Value | None:
    """The selection that a call makes in one of these stores; None where it makes none."""
    if receiver is None:
        return None
    known = run.knowledge.stores
    if not receiver.selections and (found := prisma.selecting(run, name, args, kwargs, expr, frame)) is not None:
        return found
    if name in known["repositories"]["reads"] or name in known["repositories"]["changes"]:
        model = kept_model(run, receiver)
        if model is not None:
            return repository(run, model, name, args, kwargs, expr, frame)
    if name in known["dynamodb"]["reads"] or name in known["dynamodb"]["changes"]:
        return dynamodb(run, receiver, name, kwargs, expr, frame)
    if name in known["dynamodb"]["makes"] and (item := kwargs.get(known["dynamodb"]["makes"][name])) is not None:
        run.made_row(
            model_called(run, table_called(run, receiver, kwargs, expr)), item.fields if item.fields is not None else {"**": item}, expr, frame
        )
        return None
    if name in known["documents"]["collections"]:
        return collection(run, receiver, args, expr, frame)
    if name in known["documents"]["documents"] and args and (receiver.selections or expr.args):
        return document(run, receiver, args, expr, frame)
    if name in known["supabase"]["tables"] or name in known["supabase"]["rpc"]:
        return supabase(run, receiver, name, args, expr, frame)
    if (name in known["redis"]["reads"] or name in known["redis"]["changes"]) and args and is_redis(run, receiver, expr):
        return redis(run, name, args, expr, frame)
    return None


def condition(run: Any, receiver: Value | None, callee: Value, name: str, args: list[Value], expr: ir.Call) -> Value | None:
    """A condition that names a field and its value: `Key("user_id").eq(user_id)`, `FieldFilter("owner", "==", uid)`."""
    known = run.knowledge.stores
    if isinstance(callee.ref, str) and callee.ref in known["documents"]["filters"] and len(args) == 3 and args[0].const:
        return Value(args[2].origins, fields={args[0].const: args[2]})
    dynamo = known["dynamodb"]
    if receiver is None or name not in dynamo["tests"] or not args:
        return None
    if receiver.ref not in dynamo["conditions"] and f"{receiver.kind}()" not in dynamo["conditions"]:
        return None
    made = expr.func.base if isinstance(expr.func, ir.Attr) else None
    word = made.args[0].value if isinstance(made, ir.Call) and made.args and isinstance(made.args[0], ir.Const) else None
    return Value(args[0].origins, fields={word: args[0]}) if isinstance(word, str) else None


def model_called(run: Any, name: str) -> Definition | str:
    """The model that keeps a table of this name, else the name."""
    found = run.schema.named(name) if run.schema is not None and name else None
    return found if found is not None else name


# ------------------------------------------------------------ repositories of libraries
def kept_model(run: Any, receiver: Value) -> Definition | None:
    """The model that a repository or service of a library keeps: `class Orders(SQLAlchemyAsyncRepository[Order])`, `FastCRUD(Order)`."""
    how = run.knowledge.stores["repositories"]
    kind = receiver.kind
    made = receiver.ref.node.value if isinstance(receiver.ref, Definition) and isinstance(receiver.ref.node, ir.Assign) else None
    if isinstance(made, ir.Call) and isinstance(receiver.ref, Definition) and kind in how["generic"]:
        return _a_model(run, made.args[0] if made.args else None, run.names.scope_of(receiver.ref))
    if not isinstance(kind, Definition) or kind.kind != "class":
        return None
    return _model_of(run, kind) if any(isinstance(a, str) and a.endswith(tuple(how["classes"])) for a in run.names.mro(kind)) else None


def _model_of(run: Any, cls: Definition, depth: int = 4) -> Definition | None:
    """By `model_type = Order`, by the repository that a service has, or by what a generic base is made for."""
    for word in run.knowledge.stores["repositories"]["models"] if depth else ():
        found = run.names.class_member(cls, word)
        if isinstance(found, Definition) and isinstance(found.node, ir.Assign):
            scope = run.names.class_scope(found.owner or cls)
            named = run.names.resolve(found.node.value, scope) if isinstance(found.node.value, (ir.Name, ir.Attr)) else None
            found = named if isinstance(named, Definition) else found
        if isinstance(found, Definition) and found.kind == "class":
            return found if run.knowledge.is_model(found) else _model_of(run, found, depth - 1)
    for base in cls.node.bases:  # type: ignore[attr-defined]
        if isinstance(base, ir.Sub):
            inner = base.index.items[0] if isinstance(base.index, ir.Seq) and base.index.items else base.index
            if (model := _a_model(run, inner, run.names.class_scope(cls))) is not None:
                return model
    return None


def _a_model(run: Any, expr: ir.Expr | None, scope: Any) -> Definition | None:
    ref = run.names.resolve(expr, scope) if isinstance(expr, (ir.Name, ir.Attr)) else None
    return ref if isinstance(ref, Definition) and run.knowledge.is_model(ref) else None


def repository(run: Any, model: Definition, name: str, args: list[Value], kwargs: dict[str, Value], expr: ir.Call, frame: Frame) -> Value:
    """`orders.get(order_id)`, `orders.get_one(Order.id == order_id, owner_id=user.id)`, `orders.update(item_id=order_id, data=data)`."""
    how = run.knowledge.stores["repositories"]
    changes = name in how["changes"]
    rows = [value for value in (*args, *kwargs.values()) if isinstance(value.kind, Definition) and value.kind is model]
    if changes and rows:  # the row itself is handed over
        for row in rows:
            run.use(row)
            run.use_changed(row)
    said = {key: value for key, value in kwargs.items() if not changes or key in how["ids"]}
    given = [value for value in args if value not in rows and not (changes and any(c.name == "*" for c in value.clients))]
    terms = run.terms(given, {"id" if key in how["ids"] else key: value for key, value in said.items()})
    selection = run.select(model, expr, frame, terms=terms, changes=changes, raising=name in ("get", "get_one"))
    if changes:
        run.use_changed(Value(frozenset({selection})))
    return run.selected(selection)


# ------------------------------------------------------------ DynamoDB
def dynamodb(run: Any, receiver: Value, name: str, kwargs: dict[str, Value], expr: ir.Call, frame: Frame) -> Value | None:
    """`table.get_item(Key={"id": order_id})`, and the low-level client's call with TableName."""
    how = run.knowledge.stores["dynamodb"]
    where = how["reads"].get(name) or how["changes"][name]
    given = [kwargs[word] for word in where if word in kwargs]
    if not given:
        return None
    terms: list[tuple[str, Value]] = []
    for value in given:
        if value.const is not None:
            terms.extend(_placed(value.const, kwargs.get("ExpressionAttributeValues")))
        else:
            terms.extend((value.fields or {}).items() or [("key", value)])
    changes = name in how["changes"]
    selection = run.select(model_called(run, table_called(run, receiver, kwargs, expr)), expr, frame, terms=terms, changes=changes)
    if changes:
        run.use_changed(Value(frozenset({selection})))
    return run.selected(selection)


def _placed(text: str, values: Value | None) -> list[tuple[str, Value]]:
    """The terms of an expression in text: "user_id = :u AND begins_with(id, :i)"."""
    fields = values.fields if values is not None and values.fields else {}
    return [(name.rpartition(".")[2], fields[place]) for name, place in _PAIR.findall(text) if place in fields]


def table_called(run: Any, receiver: Value, kwargs: dict[str, Value], expr: ir.Call) -> str:
    """What the table of a call is called: the client's by its argument, a resource's by how it was made."""
    table = kwargs.get("TableName")
    return table.const if table is not None and table.const else table_label(run, receiver, expr, run.knowledge.stores["dynamodb"]["tables"])


def table_label(run: Any, receiver: Value, expr: ir.Call, makers: list[str]) -> str:
    """What a table is called: the literal it was made with, else the name of what holds it."""
    base = expr.func.base if isinstance(expr.func, ir.Attr) else expr.func
    made = _made_of(receiver) or base
    if isinstance(made, ir.Call) and last_name(made) in makers and made.args and isinstance(made.args[0], ir.Const):
        return str(made.args[0].value)
    return label_of(base)


def _made_of(receiver: Value | None) -> ir.Expr | None:
    """What a module makes the global of that calls are made on."""
    ref = receiver.ref if receiver is not None else None
    return ref.node.value if isinstance(ref, Definition) and isinstance(ref.node, ir.Assign) else None


def _set_by_constructor(run: Any, base: ir.Expr, frame: Frame) -> ir.Expr | None:
    """`self.collection = db.orders` in the constructor of the class whose method this is."""
    cls = frame.me.kind if frame.me is not None and isinstance(base, ir.Attr) and isinstance(base.base, ir.Name) else None
    init = run.names.class_member(cls, "__init__") if isinstance(cls, Definition) else None
    if not isinstance(init, Definition) or init.kind != "function" or init.owner is None:
        return None
    value, _, scope = run.names.instance_attributes(init.owner).get(base.name, (None, None, None))  # type: ignore[attr-defined]
    return value if scope is not None and scope.function is init else None


def label_of(expr: ir.Expr) -> str:
    """The name of a collection or table by what holds it: `orders_table` -> "orders"."""
    name = queries.term_name(expr)
    return _SUFFIX.sub("", name) or name


# ------------------------------------------------------------ MongoDB
def collection_called(run: Any, receiver: Value | None, expr: ir.Call, frame: Frame) -> str:
    """What a collection is called: by what a module or handler made it of (`db["orders"]`, `db.orders`), else by what holds it."""
    base = expr.func.base if isinstance(expr.func, ir.Attr) else expr.func
    made = _made_of(receiver) or _set_by_constructor(run, base, frame)
    if isinstance(made, ir.Call) and made.args and last_name(made) in ("get_collection", "collection"):
        made = made.args[0]
    elif isinstance(made, ir.Sub):
        made = made.index
    if isinstance(made, ir.Const) and isinstance(made.value, str):
        return _SUFFIX.sub("", made.value) or made.value
    label = label_of(made if isinstance(made, ir.Attr) else base)
    return _kept_by(run, frame) or label if _ANY_COLLECTION.match(label) else label


def _kept_by(run: Any, frame: Frame) -> str:
    """What a repository keeps whose base class has the look-ups (`cls.collection().find_one(...)`): by the class that runs them."""
    asked = frame.env["cls"].ref if "cls" in frame.env else frame.me.kind if frame.me is not None else None
    if not isinstance(asked, Definition) or asked.kind != "class":
        return ""
    for word in ("collection_name", "COLLECTION_NAME", "collection", "COLLECTION"):
        said = run.names.class_member(asked, word)
        value = said.node.value if isinstance(said, Definition) and isinstance(said.node, ir.Assign) else None
        if isinstance(value, ir.Const) and isinstance(value.value, str):
            return value.value
    return _KEEPER.sub("", asked.name) if _KEEPER.search(asked.name) else ""


def is_mongo(name: str, args: list[Value], kwargs: dict[str, Value]) -> bool:
    """Is this a call of a collection: a filter and what it is for, `find()` of all there is, `update` and `remove` of old pymongo?"""
    if name == "find" and not args:
        return not kwargs
    if name == "update":
        return len(args) > 1 and any(key.startswith("$") for key in args[1].fields or ())
    if name == "remove":
        return len(args) == 1 and "_id" in (args[0].fields or ())
    return name in queries.MONGO and bool(args) and is_filter(name, args[0])


def is_filter(name: str, given: Value) -> bool:
    """Is this what `find` is given, or the stages of `aggregate([{"$match": {...}}, ...])`?"""
    return given.fields is not None or bool(given.clients) or (name == "aggregate" and any(item.fields for item in given.items or ()))


def conditions(given: Value) -> list[tuple[str, Value]]:
    """The terms of a filter of MongoDB, or of the stages that match: all that every row that comes back must fit. A search names no row, and who is
    left out says nothing of who is in."""
    if given.items is not None:
        return [term for stage in given.items for term in conditions((stage.fields or {}).get("$match", Value()))]
    out: list[tuple[str, Value]] = []
    for name, value in (given.fields or {}).items():
        if name == "$and":
            out.extend(term for part in value.items or () for term in conditions(part))
        elif name == "$or":
            out.extend((queries.either([Value(fields=dict(conditions(part))) for part in value.items or ()]) or {}).items())
        elif not (value.fields and any(word in _NO_TERMS for word in value.fields)) and name not in _NO_FIELDS:
            loose = name == "$expr" or any(word.startswith("$") and word not in _EQUALS for word in value.fields or ())
            term = narrowing.doubted(value) if loose else value
            out.append((queries.Column(name, many=True) if value.fields and "$in" in value.fields else name, term))
    return out


def adds_own(args: list[Value]) -> bool:
    """Does an update only put something of the caller's into the row, or take it out?"""
    changes = args[1].fields if len(args) > 1 else None
    return bool(changes) and all(word in _LISTS for word in changes) and any(value.has(CALLER) for value in changes.values())  # type: ignore[union-attr]


def counts_up(args: list[Value]) -> bool:
    """`{"$inc": {"views": 1}}`: is all that an update does to count one more of those who came by?"""
    changes = args[1].fields if len(args) > 1 else None
    counted = (changes or {}).get("$inc")
    said = [value for value in (counted.fields or {}).values() if value.clients] if counted is not None else []  # by how much says the client
    return set(changes or ()) == {"$inc"} and bool(counted.fields) and all(map(tallies.COUNTER.match, counted.fields)) and not said  # type: ignore[union-attr, arg-type]


_NO_TERMS = frozenset({"$regex", "$text", "$search", "$ne", "$nin", "$not"})
_NO_FIELDS = frozenset({"$text", "$nor", "$where", "$comment", "$jsonSchema", "$not"})
_EQUALS = frozenset({"$eq", "$in", "$all", "$elemMatch", "$ref", "$id", "$db", "$oid"})  # one value fits, or one of a list
_LISTS = frozenset({"$addToSet", "$push", "$pull", "$pullAll", "$inc"})


# ------------------------------------------------------------ Firestore
def kept(run: Any, ref: Definition) -> Value | None:
    """The collection that a module keeps for its functions: `orders_ref = db.collection("orders")`; None where it keeps something else."""
    made = ref.node.value if isinstance(ref.node, ir.Assign) else None
    named = isinstance(made, ir.Call) and isinstance(made.func, ir.Attr) and made.func.name in run.knowledge.stores["documents"]["collections"]
    if not named or len(made.args) != 1 or not isinstance(made.args[0], ir.Const):  # type: ignore[union-attr]
        return None
    rows = run.eval(made, Frame(run.names.scope_of(ref), {}, 2))
    return rows if rows.selections else None


def collection(run: Any, receiver: Value, args: list[Value], expr: ir.Call, frame: Frame) -> Value | None:
    """`db.collection("orders")`; below a document its rows are reached through it."""
    if len(args) != 1 or args[0].const is None:
        return None
    label = args[0].const.rpartition("/")[2]
    parents = queries.in_order(receiver.selections)
    terms = [("id", item) for item in args[0].items or () if item.origins]
    return Value(frozenset({run.select(model_called(run, label), expr, frame, parents, terms=terms)}))


def document(run: Any, receiver: Value, args: list[Value], expr: ir.Call, frame: Frame) -> Value | None:
    """`.document(order_id)`, `db.document(f"orders/{order_id}")`."""
    parents = queries.in_order(receiver.selections)
    values = [item for item in args[0].items or () if item.origins] or [args[0]]
    if not parents and not (args[0].const and "/" in args[0].const):
        return None
    label = parents[0].model if parents else model_called(run, args[0].const.partition("/")[0])
    return run.selected(run.select(label, expr, frame, parents, terms=[("id", value) for value in values]))


# ------------------------------------------------------------ Redis
def is_redis(run: Any, receiver: Value, expr: ir.Call) -> bool:
    how = run.knowledge.stores["redis"]
    for kind in (receiver.kind, receiver.ref):
        if isinstance(kind, str) and kind.startswith(tuple(how["kinds"])):
            return True
    if receiver.clients or receiver.selections or receiver.has(CALLER):
        return False
    return isinstance(expr.func, ir.Attr) and how["names"] in last_name(expr.func.base).lower()


def redis(run: Any, name: str, args: list[Value], expr: ir.Call, frame: Frame) -> Value | None:
    """A key that is made of ids: whose part of it is the caller, that part holds it against them."""
    how = run.knowledge.stores["redis"]
    key = args[0]
    if name in how["changes"] and run.knowledge.has_models:  # the rows stand in a database, and this forgets or keeps copies of them
        return Value()
    members = [value for value in args[1:2] if name in how["member"] and value.origins]
    if not key.origins and not members:
        return None
    parts = [item for item in key.items or () if item.origins] or [Value(key.origins)]
    terms = [*(("key", part) for part in parts if part.origins), *(("id", value) for value in members)]
    label = re.split(r"[:%{/.\-]", key.const or "", maxsplit=1)[0]
    selection = run.select(model_called(run, label), expr, frame, terms=terms, changes=name in how["changes"])
    if name in how["changes"]:
        run.use_changed(Value(frozenset({selection})))
    return run.selected(selection)


# ------------------------------------------------------------ supabase
def supabase(run: Any, receiver: Value, name: str, args: list[Value], expr: ir.Call, frame: Frame) -> Value | None:
    """`client.table("orders")`; where the client carries the caller's token, policies of the database may hold the rows."""
    if not args or args[0].const is None or (receiver.selections and not receiver.has(CALLER)):
        return None
    called = name in run.knowledge.stores["supabase"]["rpc"]
    if not called and len(args) != 1:
        return None
    terms = list((args[1].fields or {}).items()) if called and len(args) > 1 else []
    selection = run.select(model_called(run, args[0].const), expr, frame, terms=terms)
    if called or receiver.has(CALLER) or any(c.source in ("header", "cookie") for c in receiver.clients):
        run.bind(selection, frozenset(run.branch), True, frame.scope.module.path, expr.at)
    return Value(frozenset({selection}) | origins_of(v for _, v in terms) - frozenset(receiver.origins))
