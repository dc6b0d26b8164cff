"""What a name, a look-up or an attribute stands for on the way: loop variables, parameters, assignments, settings, tables that are written out.

Knows: Python's ways to hand an expression on, and what the arguments of a call are. Does not know: lists (`lists.py`), strings (`strings.py`), what
any of it means to a framework. Nothing is executed, and the work is bounded.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from msgspec.structs import replace

from prodlint import ir
from prodlint.names import Definition, Module, Names, Ref, Scope, is_static, is_super, statements
from prodlint.routing.items import Env, Gap, Given, Item
from prodlint.routing.settings import DJANGO, Settings
from prodlint.routing.strings import text_of
from prodlint.routing.values import UNKNOWN, argument
from prodlint.routing.walking import last_name

MAX_ACTIVE = 60  # expressions being read within one another
BUDGET = 400_000  # expressions read in one run; real projects need a hundredth
NOWHERE = Module("", "", False, ())  # where rows that loops make stand
FLASKS = ("flask", "quart", "sanic", "apiflask", "flask_openapi3", "connexion")  # packages whose apps carry their settings in `config`
APPS = ("app", "application", "current_app")
NEVER = 99  # no argument by place
# Where the default of what is read from outside stands. Sources: pydantic 2.12 fields.py, sqlmodel 0.0.27, dataclasses, attrs 25, msgspec 0.19,
# python-decouple 3.8, starlette 0.48 config.py (its second is the cast), environs 14, django-environ 0.12 (its second is the cast, too).
DECLARES = {"pydantic.Field": 0, "pydantic.fields.Field": 0, "sqlmodel.Field": 0, "dataclasses.field": NEVER, "attr.ib": 0, "attrs.field": NEVER,
            "attr.field": NEVER, "msgspec.field": NEVER, "decouple.config": 1, "starlette.config.Config": NEVER, "environs.Env": 1,
            "environs.env": 1, "environ.Env": NEVER}  # fmt: skip
_SOME_MODULE = "types.ModuleType."  # what an annotation says of a module that is imported by its name


T = TypeVar("T")


class Following:
    """Follows the expressions of a project; a part of `Lists`."""

    def __init__(self, names: Names, special: Callable[[Item], list[Item] | None], gap: Gap) -> None:
        """special: what a call or attribute of a framework means, None for anything else. gap: told of what cannot be read."""
        self.names, self.special, self.gap = names, special, gap
        self.active: set[object] = set()
        self.known: dict[Definition, list[Item]] = {}
        self.displays: dict[ir.Call, ir.Map] = {}
        self.debugging: set[ir.Expr] = set()  # items that only stand in a list where the app is being debugged
        self.steps = 0
        self.elsewhere: dict[Definition, list[Item]] | None = None
        self.settings = Settings(names)

    if TYPE_CHECKING:

        def choices(self, item: Item, tell: bool = False) -> list[Item] | None: ...

    # ------------------------------------------------------------ names on the way
    def deref(self, item: Item) -> Item:
        """The expression that a loop variable or parameter stands for."""
        for _ in range(12):
            bound = item.env.get(item.expr.id) if isinstance(item.expr, ir.Name) else None
            if not isinstance(bound, Item):
                return item
            item = replace(bound, prefix=item.prefix + bound.prefix)
        return item

    def followed(self, item: Item) -> Item:
        """The expression that a name was given, through loop variables, parameters and assignments; the item itself if there is none."""
        for _ in range(12):
            item = self.deref(item)
            if isinstance(item.expr, (ir.Sub, ir.Call)):
                inner = self._guarded(item, self._picked)
            else:
                inner = self._assigned(item)
            if inner is None:
                return item
            item = inner
        return item

    def _guarded(self, item: Item, read: Callable[[Item], T | None]) -> T | None:
        """`read` of an item, unless it is being read already (`x = list(x)`) or too much is."""
        key = (item.expr, read.__name__)
        if key in self.active or len(self.active) > MAX_ACTIVE:
            return None
        self.active.add(key)
        try:
            return read(item)
        finally:
            self.active.discard(key)

    def _assigned(self, item: Item) -> Item | None:
        ref = self.resolve(item.expr, item.scope, item.env) if isinstance(item.expr, (ir.Name, ir.Attr)) else None
        if isinstance(ref, str) and ref.startswith(DJANGO):
            ref = self.settings.value(ref[len(DJANGO) :])
        if not isinstance(ref, Definition) or ref.kind != "value" or not isinstance(ref.node, ir.Assign) or ref.node.value is None:
            return None
        inside = item.env if ref.owner is item.scope.function else {}
        return Item(ref.node.value, self.names.scope_of(ref), inside, item.prefix)

    def _picked(self, item: Item) -> Item | None:
        """`table["key"]`, `options.get("key", default)`, `options.pop("key")`, `row[0]` where the table is written out; settings by their names;
        `cast(T, x)` is x."""
        expr = item.expr
        self.steps += 1
        if self.steps > BUDGET:
            return None
        if isinstance(expr, ir.Call):
            return self._given_by(item, expr)
        if isinstance(expr, ir.Sub) and isinstance(expr.index, ir.Attr):
            return self._member_of(item, expr)
        if not isinstance(expr, ir.Sub) or not isinstance(expr.index, ir.Const):
            return None
        table = self.table(replace(item, expr=expr.base, prefix=""))
        if table is not None:
            return table.get(str(expr.index.value))
        source = self.followed(replace(item, expr=expr.base))
        place = expr.index.value
        if isinstance(source.expr, ir.Seq) and isinstance(place, int) and -len(source.expr.items) <= place < len(source.expr.items):
            return replace(source, expr=source.expr.items[place])
        return self._setting(place, item) if self._is_config(replace(item, expr=expr.base)) else None

    def _member_of(self, item: Item, expr: ir.Sub) -> Item | None:
        """`PATHS[Action.CREATE]`, where the keys of the table are members of a class."""
        wanted = self.resolve(expr.index, item.scope, item.env)
        source = self.followed(replace(item, expr=expr.base, prefix=""))
        if wanted is None or not isinstance(source.expr, ir.Map):
            return None
        for key, value in source.expr.items:
            if isinstance(key, ir.Attr) and self.resolve(key, source.scope, source.env) == wanted:
                return replace(source, expr=value, prefix=item.prefix)
        return None

    def _given_by(self, item: Item, call: ir.Call) -> Item | None:
        """What a look-up gives, its default where the table has no such key."""
        func, args = call.func, call.args
        if (default := self._declared(call, item.scope)) is not None:
            return replace(item, expr=default)
        if isinstance(func, ir.Name) and func.id == "cast" and len(args) == 2:
            return replace(item, expr=args[1])
        if isinstance(func, ir.Name) and func.id == "dict" and len(args) < 2 and (args or call.kwargs):  # dict(defaults, rule="/orders", view=orders)
            return replace(item, expr=self._display(call))
        if isinstance(func, ir.Name) and func.id == "getattr" and len(args) == 3 and isinstance(args[1], ir.Const):
            named = replace(item, expr=ir.Attr(args[0], str(args[1].value), call.at, call.end))
            return self._assigned(named) or replace(item, expr=args[2])
        if not isinstance(func, ir.Attr) or func.name not in ("get", "pop") or not args or not isinstance(args[0], ir.Const):
            return None
        default = args[1] if len(args) > 1 else ir.Const(None, call.at, call.end)
        table = self.table(replace(item, expr=func.base, prefix=""))
        if table is None:
            mine = self._is_config(replace(item, expr=func.base))
            return (self._setting(args[0].value, item) or replace(item, expr=default)) if mine else None
        return table.get(str(args[0].value)) or replace(item, expr=default)

    def _declared(self, call: ir.Call, scope: Scope) -> ir.Expr | None:
        """The default of a setting or field that a library reads from outside: `Field("/api")`, `config("PREFIX", default="/api")`."""
        if not call.args and not any(keyword.name == "default" for keyword in call.kwargs):
            return None
        ref = self.names.resolve(call.func, scope) if isinstance(call.func, (ir.Name, ir.Attr)) else None
        if not isinstance(ref, str):  # env = environ.Env(); env("PREFIX", default="/api"), env.str("PREFIX", "/api")
            reader = call.func.base if isinstance(call.func, ir.Attr) else call.func
            ref = self.names.type_of(reader, scope) if isinstance(reader, ir.Name) else None
        words = (ref.partition("()")[0], ref.rpartition(".")[0]) if isinstance(ref, str) else ()  # the reader's own call, or a method of it
        place = next((DECLARES[word] for word in words if word in DECLARES), None)
        if place is None:
            return None
        found = argument(call, [place, "default"])
        return None if isinstance(found, ir.Const) and found.kind == "..." else found  # `Field(...)`: it must be given

    def _display(self, call: ir.Call) -> ir.Map:
        """The display that a call of `dict` stands for; one for each call, for expressions are told apart by which they are."""
        if call not in self.displays:
            pairs = [(None, arg) for arg in call.args]
            pairs += [(ir.Const(each.name, call.at, call.end) if each.name else None, each.value) for each in call.kwargs]
            self.displays[call] = ir.Map(tuple(pairs), call.at, call.end)
        return self.displays[call]

    def _is_config(self, item: Item) -> bool:
        """Is this `app.config` of an app of Flask or of its kin? Any other dict that is called `config` may hold anything."""
        item = self.followed(item)
        if not isinstance(item.expr, ir.Attr) or item.expr.name != "config":
            return False
        app = self.deref(replace(item, expr=item.expr.base))
        ref = self.resolve(app.expr, app.scope, app.env)
        made = ref if isinstance(ref, str) else self.names.type_of(app.expr, app.scope)
        if made is None:  # an argument that nothing says more of
            return (ref is None or (isinstance(ref, Definition) and ref.kind == "param")) and last_name(app.expr) in APPS
        kin = self.names.mro(made) if isinstance(made, Definition) and made.kind == "class" else (made,)
        return any(isinstance(each, str) and each.partition(".")[0] in FLASKS for each in kin)

    def _setting(self, name: object, item: Item) -> Item | None:
        """What the project's own settings say."""
        found = self.settings.value(name) if isinstance(name, str) and name.isupper() else None
        if found is None or not isinstance(found.node, ir.Assign) or found.node.value is None:
            return None
        return Item(found.node.value, self.names.scope_of(found), {}, item.prefix)

    def table(self, item: Item, depth: int = 4) -> dict[str, Item] | None:
        """A dict display by its keys, `**others` put in; None where it is none."""
        source = self.followed(item)
        if not isinstance(source.expr, ir.Map) or depth <= 0:
            return None
        out: dict[str, Item] = {}
        for key, value in source.expr.items:
            inner = replace(source, expr=value, prefix="")
            if key is None:
                out.update(self.table(inner, depth - 1) or {})
            elif isinstance(key, ir.Const):
                out[str(key.value)] = self.deref(inner)
        return out

    def text(self, expr: ir.Expr | None, scope: Scope, env: Env) -> str | None:
        """The string an expression is, loop variables and parameters put in; see `strings.py`."""
        return text_of(self, expr, scope, env)

    def resolve(self, expr: ir.Expr, scope: Scope, env: Env) -> Ref | None:
        """What a name or attribute chain means, loop variables and parameters put in."""
        if isinstance(expr, ir.Name):
            item = self.deref(Item(expr, scope, env))
            if item.expr is not expr:
                return self.resolve(item.expr, item.scope, item.env)
            return None if expr.id in env else self.names.resolve(expr, scope)
        if isinstance(expr, ir.Call):
            return self._guarded(Item(expr, scope, env), self._imported)
        if not isinstance(expr, ir.Attr):
            return self.names.resolve(expr, scope)
        if is_super(expr.base):
            return self._inherited(expr.name, scope)
        root: ir.Expr = expr
        while isinstance(root, ir.Attr):
            root = root.base
        if not isinstance(root, ir.Name) or root.id not in env:
            found = self.names.resolve(expr, scope)
            if isinstance(expr.base, (ir.Name, ir.Call)) and (found is None or (isinstance(found, str) and found.startswith(_SOME_MODULE))):
                module = self._guarded(Item(expr.base, scope, env), self._imported)
                found = self.names.member(module, expr.name) if module is not None else None
            return found
        owner = self.resolve(expr.base, scope, env)
        kind = self.names.value_type(owner) if isinstance(owner, Definition) and owner.kind in ("value", "param") else None
        if owner is None:
            made = self.deref(Item(expr.base, scope, env))
            kind = self.names.type_of(made.expr, made.scope) if isinstance(made.expr, ir.Call) else None
        elif kind is None and not (isinstance(owner, Definition) and owner.kind in ("value", "param")):
            return self.names.member(owner, expr.name)
        return self.names.instance_member(kind, expr.name) if kind is not None else None

    def _inherited(self, name: str, scope: Scope) -> Ref | None:
        """The member that `super().name` means in a method."""
        owner = scope.function.owner if scope.function is not None else None
        above = self.names.mro(owner)[1:] if owner is not None and owner.kind == "class" else ()
        found = (self.names.members(cls).get(name) for cls in above if isinstance(cls, Definition))
        return next((member for member in found if member is not None), None)

    def _imported(self, item: Item) -> Definition | None:
        """The module that `importlib.import_module("package.name")` gives, also through a project function that returns it."""
        source = self.followed(item)
        call = source.expr
        if not isinstance(call, ir.Call) or not call.args:
            return None
        if last_name(call.func) not in ("import_module", "__import__", "import_string"):
            ref = self.names.resolve(call.func, source.scope)
            returned = self.returns(ref) if isinstance(ref, Definition) and ref.kind == "function" else []
            if len(returned) != 1 or not isinstance(ref, Definition):
                return None
            inside = self.parameters(ref, call, source.scope, source.env)
            return self._guarded(Item(returned[0], self.names.scope(ref), inside), self._imported)
        dotted = self.text(call.args[0], source.scope, source.env) or ""
        if dotted.startswith("."):
            dotted = f"{source.scope.module.dotted if source.scope.module.is_package else source.scope.module.dotted.rpartition('.')[0]}{dotted}"
        module = self.names.find_module(dotted, source.scope.module) if UNKNOWN not in dotted else None
        return Definition("module", module.dotted, module, module) if module is not None else None

    # ------------------------------------------------------------ calls
    def parameters(self, function: Definition, call: ir.Call, scope: Scope, env: Env) -> dict[str, Item | tuple[Item, ...]]:
        """What the parameters of a project function stand for in a call."""
        params = list(function.node.params)  # type: ignore[attr-defined]
        method = function.owner is not None and function.owner.kind == "class"
        out: dict[str, Item | tuple[Item, ...]] = {}
        if method and params and not is_static(function.node):  # type: ignore[arg-type]
            own = params.pop(0)
            called_on = self._called_on(call, scope, env) if _of_class(function.node) else None
            if called_on is not None:
                out[own.name] = called_on
        given = self.given(call, scope, env)
        outer = self.names.scope_of(function)
        for index, param in enumerate(params):
            if param.kind == "*":
                out[param.name] = tuple(given.args[index:])
            elif param.kind == "**":
                taken = {each.name for each in params}
                left = {name: item for name, item in given.kwargs.items() if name not in taken}
                pairs = tuple((ir.Const(name, call.at, call.end), ir.Name(f"{name} of a row", call.at)) for name in left)
                out[param.name] = Item(ir.Map(pairs, call.at, call.end), Scope(NOWHERE), {f"{name} of a row": item for name, item in left.items()})
            else:
                found = given.pick(param.name if param.kind == "kw" else [index, param.name])
                if found is not None:
                    out[param.name] = found
                elif param.default is not None:
                    out[param.name] = Item(param.default, outer)
        return out

    def _called_on(self, call: ir.Call, scope: Scope, env: Env) -> Item | None:
        """The class that a class method is called on, through `super()` the one that the caller was called on; None where it cannot be told."""
        base = call.func.base if isinstance(call.func, ir.Attr) else None
        if base is not None and is_super(base) and scope.function is not None:
            params = scope.function.node.params
            base = ir.Name(params[0].name, base.at) if params and params[0].name in env else None
        ref = self.resolve(base, scope, env) if isinstance(base, (ir.Name, ir.Attr)) else None
        return self.deref(Item(base, scope, env)) if isinstance(ref, Definition) and ref.kind == "class" else None

    def given(self, call: ir.Call, scope: Scope, env: Env) -> Given:
        """The arguments of a call; `*names` and `**options` are put in where they can be told."""
        args: list[Item] = []
        kwargs: dict[str, Item] = {}
        told = True
        for arg in call.args:
            if not isinstance(arg, ir.Star):
                args.append(self.deref(Item(arg, scope, env)))
                continue
            more = self.choices(Item(arg.value, scope, env))
            if more is None:
                told = False
                break
            args.extend(more)
        for keyword in call.kwargs:
            if keyword.name:
                kwargs[keyword.name] = self.deref(Item(keyword.value, scope, env))
                continue
            for name, item in (self.table(Item(keyword.value, scope, env)) or {}).items():
                kwargs.setdefault(name, item)
        return Given(tuple(args), kwargs, told)

    def returns(self, function: Definition) -> list[ir.Expr]:
        """The expressions a function returns."""
        body = self.names.body(function.node)  # type: ignore[arg-type]
        return [s.value for s in statements(body) if isinstance(s, ir.Return) and s.value is not None]


def _of_class(function: ir.Function) -> bool:
    """Is the first parameter the class that the method is called on? django.utils.decorators has the second."""
    return any(last_name(decorator) in ("classmethod", "classonlymethod") for decorator in function.decorators)
