"""What a test comes to where nobody has set anything: `if not is_true(os.getenv("AUTH_ENABLED", "false")): return`, `if settings.api_key:`.

Knows: the environment and its default, `"AUTH" not in os.environ`, fields of pydantic's and plain settings with theirs, Django's settings, what the
project's own small functions make of them. Sources: pydantic-settings 2.12, python-decouple 3.8, django-environ 0.12, environs 14,
django-configurations 2.5. Does not know: what a deployment sets, what follows from the answer (`switches.py`).
"""

from __future__ import annotations

from typing import Any

from prodlint import ir
from prodlint import regex as re
from prodlint.flow.knowledge import last_name
from prodlint.names import Definition, Names, Scope, is_static, statements
from prodlint.routing.values import argument

STEPS, DEPTH = 300, 8  # expressions that one question may look at, and how deep
UNTOLD: Any = object()
NONE: frozenset[object] = frozenset()
READS = frozenset({"os.getenv", "os.environ.get"})
JSON = {"true": True, "false": False, "null": None}
CASTS = re.compile(r"^(?:decouple|environ|environs|starlette\.config)\.\w+$")
KEPT = re.compile(r"(?:^|_)(?:settings?|config(?:uration)?|flags?|features?|env(?:ironment)?)$|(?:Settings?|Config(?:uration)?)$", re.I)
FIELDS = frozenset({"Field", "field", "BooleanValue", "Value", "PositiveIntegerValue", "SecretValue", "StringValue"})
TEXT = frozenset({"lower", "upper", "strip", "casefold", "lstrip", "rstrip"})
NUMBER = re.compile(r"[-+]?[0-9]{1,18}")
FALSE_WORDS = frozenset({"0", "false", "no", "off", "n", "f", ""})
DJANGO = "django.conf.settings."


def worth(names: Names, expr: ir.Expr, scope: Scope, django: tuple[Any, ...] = (), needed: frozenset[object] = NONE) -> tuple[Any, frozenset[object]]:
    """What an expression comes to where nothing is set, and the settings that it reads; UNTOLD where these say nothing of it, or that cannot be told.
    needed: settings that somebody has set, for without them nobody comes here."""
    asking = _Asking(names, django, needed)
    value = asking.of(expr, scope, {}, DEPTH)
    return (value, frozenset(asking.read)) if asking.read else (UNTOLD, NONE)


class _Asking:
    """One question; `read`: the settings that were looked at."""

    def __init__(self, names: Names, django: tuple[Any, ...], needed: frozenset[object]) -> None:
        self.names, self.django, self.steps, self.needed = names, django, STEPS, needed
        self.read: set[object] = set()

    def looks_at(self, setting: object) -> bool:
        """May it be as it is where nobody sets it?"""
        self.read.add(setting)
        return setting not in self.needed

    def variable(self, key: ir.Expr | None, at: ir.Expr, scope: Scope, given: dict[str, Any], depth: int) -> bool:
        """The same of a variable of the environment, which is known by its name where that can be read."""
        name = self.of(key, scope, given, depth)
        return self.looks_at(name if isinstance(name, str) else at)

    def of(self, expr: ir.Expr | None, scope: Scope, given: dict[str, Any], depth: int) -> Any:
        self.steps -= 1
        if expr is None or depth <= 0 or self.steps <= 0:
            return UNTOLD
        how = _HOW.get(type(expr))
        return how(self, expr, scope, given, depth - 1) if how is not None else UNTOLD

    def const(self, expr: ir.Const, *_: Any) -> Any:
        return UNTOLD if expr.kind else expr.value

    def sequence(self, expr: ir.Seq, scope: Scope, given: dict[str, Any], depth: int) -> Any:
        items = [self.of(item, scope, given, depth) for item in expr.items[:50]]
        return UNTOLD if any(item is UNTOLD for item in items) or len(expr.items) > 50 else tuple(items)

    def unary(self, expr: ir.Unary, scope: Scope, given: dict[str, Any], depth: int) -> Any:
        value = self.of(expr.value, scope, given, depth) if expr.op == "not" else UNTOLD
        return UNTOLD if value is UNTOLD else not value

    def bools(self, expr: ir.Bool, scope: Scope, given: dict[str, Any], depth: int) -> Any:
        """`enabled and ...` is False whatever the rest says, where `enabled` is."""
        values = [self.of(value, scope, given, depth) for value in expr.values]
        decides = [value for value in values if value is not UNTOLD and bool(value) is (expr.op == "or")]
        if decides:
            return decides[0]
        return UNTOLD if any(value is UNTOLD for value in values) else values[-1]

    def compared(self, expr: ir.Cmp, scope: Scope, given: dict[str, Any], depth: int) -> Any:
        if len(expr.ops) != 1:
            return UNTOLD
        if expr.ops[0] in ("in", "not in") and self.names.resolve(expr.rights[0], scope) == "os.environ":  # what nobody sets is not there
            return expr.ops[0] == "not in" if self.variable(expr.left, expr, scope, given, depth) else UNTOLD
        left, right, op = self.of(expr.left, scope, given, depth), self.of(expr.rights[0], scope, given, depth), expr.ops[0]
        if left is UNTOLD or right is UNTOLD:
            return UNTOLD
        if op in ("==", "is", "!=", "is not"):
            return (left == right and type(left) is type(right)) is (op in ("==", "is"))
        if op in ("in", "not in") and (isinstance(right, tuple) or (isinstance(right, str) and isinstance(left, str))):
            return (left in right) is (op == "in")
        return UNTOLD

    def either(self, expr: ir.IfExp, scope: Scope, given: dict[str, Any], depth: int) -> Any:
        test = self.of(expr.test, scope, given, depth)
        return UNTOLD if test is UNTOLD else self.of(expr.body if test else expr.orelse, scope, given, depth)

    def walrus(self, expr: ir.Walrus, scope: Scope, given: dict[str, Any], depth: int) -> Any:
        return self.of(expr.value, scope, given, depth)

    # ------------------------------------------------------------ names
    def name(self, expr: ir.Name, scope: Scope, given: dict[str, Any], depth: int) -> Any:
        if expr.id in given:
            return given[expr.id]
        node = scope.function.node if scope.function is not None else None
        if isinstance(node, ir.Function):
            if any(param.name == expr.id for param in node.params):
                return UNTOLD
            made = _made(self.names.body(node), expr.id)
            if made is not None:
                return self.of(made[0], scope, given, depth) if len(made) == 1 else UNTOLD
        return self.named(self.names.resolve(expr, scope), depth)

    def named(self, ref: object, depth: int) -> Any:
        """What a setting of Django, a name of a module or of a class is."""
        if isinstance(ref, str):
            return self.of_django(ref.removeprefix(DJANGO), depth) if ref.startswith(DJANGO) else UNTOLD
        if not isinstance(ref, Definition) or ref.kind != "value" or not isinstance(ref.node, ir.Assign):
            return UNTOLD
        if ref.owner is None:
            made = _made(ref.module.body, ref.name)
            return self.of(ref.node.value, Scope(ref.module), {}, depth) if made is not None and len(made) == 1 else UNTOLD
        return self.field(ref, depth) if ref.owner.kind == "class" else UNTOLD

    def attribute(self, expr: ir.Attr, scope: Scope, given: dict[str, Any], depth: int) -> Any:
        """`settings.auth_enabled` of an object of the project, `Config.API_KEY` of a class, `config.API_KEY` of a module."""
        ref = self.names.resolve(expr, scope)
        if ref is not None:
            return self.named(ref, depth)
        kind = self.names.type_of(expr.base, scope)
        if not isinstance(kind, Definition) or kind.kind != "class" or self.filled(expr.base, scope):
            return UNTOLD
        found = self.names.class_member(kind, expr.name)
        if isinstance(found, Definition) and found.kind == "value":
            return self.field(found, depth)
        if isinstance(found, Definition) and found.kind == "function":
            return self.called(found, {}, depth, me=True)
        set_there = self.names.instance_attributes(kind).get(expr.name)
        return self.of(set_there[1], set_there[2], {}, depth) if set_there is not None else UNTOLD

    def filled(self, base: ir.Expr, scope: Scope) -> bool:
        """`settings = Settings(auth_enabled=True)`"""
        ref = self.names.resolve(base, scope) if isinstance(base, (ir.Name, ir.Attr)) else None
        made = ref.node.value if isinstance(ref, Definition) and isinstance(ref.node, ir.Assign) else None
        return isinstance(made, ir.Call) and any(not keyword.name.startswith("_") for keyword in made.kwargs)

    def field(self, found: Definition, depth: int) -> Any:
        """A field of a class of settings: what it is where nothing says otherwise; of another class what it says is no setting."""
        cls, value = found.owner, found.node.value if isinstance(found.node, ir.Assign) else None
        if cls is None or value is None:
            return UNTOLD
        bases = self.names.mro(cls)
        kept = any(base.endswith("BaseSettings") if isinstance(base, str) else bool(KEPT.search(base.name)) for base in bases)
        if kept and not self.looks_at(found):
            return UNTOLD
        if isinstance(value, ir.Call) and last_name(value) in FIELDS:
            value = argument(value, "default") or (value.args[0] if value.args else None)
        return self.of(value, self.names.scope_of(found), {}, depth)

    def of_django(self, name: str, depth: int) -> Any:
        self.names.touched |= {module.path for module in self.django}
        found = [ref for module in self.django if (ref := module.symbols.get(name)) is not None and ref.kind == "value"]
        values = [self.named(ref, depth) for ref in found]
        if not self.looks_at(DJANGO + name) or not values or any(value is UNTOLD or value != values[0] for value in values):
            return UNTOLD
        return values[0]

    # ------------------------------------------------------------ calls
    def call(self, expr: ir.Call, scope: Scope, given: dict[str, Any], depth: int) -> Any:
        name = last_name(expr)
        ref = self.names.resolve(expr.func, scope)
        if isinstance(ref, str) and ref in READS:
            if not self.variable(expr.args[0] if expr.args else argument(expr, "key"), expr, scope, given, depth):
                return UNTOLD
            return self.of(expr.args[1], scope, given, depth) if len(expr.args) > 1 else self.default(expr, scope, given, depth, None)
        if isinstance(ref, Definition) and ref.kind == "function":
            return self.called(ref, self.arguments(ref, expr, scope, given, depth), depth)
        if (cast := self.cast(expr, ref, scope)) is not None:
            if not self.variable(expr.args[0] if expr.args else None, expr, scope, given, depth):
                return UNTOLD
            value = self.of(expr.args[1], scope, given, depth) if len(expr.args) > 1 else self.default(expr, scope, given, depth, UNTOLD)
            return value.strip().lower() not in FALSE_WORDS if isinstance(value, str) and "bool" in cast else value
        if ref in ("builtins.any", "builtins.all") and len(expr.args) == 1 and isinstance(expr.args[0], ir.Seq) and expr.args[0].items:
            value = self.bools(ir.Bool("or" if name == "any" else "and", expr.args[0].items), scope, given, depth)
            return UNTOLD if value is UNTOLD else bool(value)
        if ref == "builtins.getattr" and len(expr.args) > 1 and isinstance(word := expr.args[1], ir.Const) and isinstance(word.value, str):
            return self.of(ir.Attr(expr.args[0], word.value, expr.at, expr.at), scope, given, depth)  # `getattr(settings, "auth_enabled", False)`
        args = [self.of(arg, scope, given, depth) for arg in expr.args]
        if any(arg is UNTOLD for arg in args) or expr.kwargs:
            return UNTOLD
        if isinstance(expr.func, ir.Attr) and name in TEXT and not args:
            base = self.of(expr.func.base, scope, given, depth)
            return getattr(base, name)() if isinstance(base, str) else UNTOLD
        return _made_of(ref, name, args[0]) if args else UNTOLD

    def default(self, expr: ir.Call, scope: Scope, given: dict[str, Any], depth: int, without: Any) -> Any:
        said = argument(expr, "default")
        return without if said is None else self.of(said, scope, given, depth)

    def cast(self, expr: ir.Call, ref: object, scope: Scope) -> str | None:
        """`config("AUTH", default=False, cast=bool)`, `env.bool("AUTH", default=False)`: what it is made; None for another call."""
        func = expr.func
        made = isinstance(ref, str) and bool(CASTS.match(ref))
        base = func.base if isinstance(func, ir.Attr) else func
        kind = self.names.type_of(base, scope) if not made and isinstance(base, ir.Name) else None
        if not made and not (isinstance(kind, str) and CASTS.match(kind)):
            return None
        said = argument(expr, "cast")
        return f"{func.name if isinstance(func, ir.Attr) else ''} {last_name(said) if said is not None else ''}"

    def arguments(self, function: Definition, expr: ir.Call, scope: Scope, given: dict[str, Any], depth: int) -> dict[str, Any]:
        params = [p for p in function.node.params if p.kind in ("any", "pos", "kw")]  # type: ignore[attr-defined]
        if function.owner is not None and function.owner.kind == "class" and not is_static(function.node):  # type: ignore[arg-type]
            params = params[1:]
        out = {param.name: self.of(param.default, self.names.scope_of(function), {}, depth) for param in params}
        out.update((param.name, self.of(arg, scope, given, depth)) for param, arg in zip(params, expr.args, strict=False))
        out.update((keyword.name, self.of(keyword.value, scope, given, depth)) for keyword in expr.kwargs)
        return out

    def called(self, function: Definition, given: dict[str, Any], depth: int, me: bool = False) -> Any:
        node = function.node
        if not isinstance(node, ir.Function) or (node.decorators and not me):
            return UNTOLD
        value = self.block(self.names.body(node), self.names.scope(function), dict(given), depth)
        return None if value is _ON else value

    def block(self, body: tuple[ir.Stmt, ...], scope: Scope, given: dict[str, Any], depth: int) -> Any:
        """What a small function returns; _ON where it has not returned."""
        for statement in body:
            if isinstance(statement, ir.Return):
                return self.of(statement.value, scope, given, depth) if statement.value is not None else None
            if isinstance(statement, ir.Assign) and all(isinstance(target, ir.Name) for target in statement.targets):
                value = self.of(statement.value, scope, given, depth)
                given.update((target.id, value) for target in statement.targets)  # type: ignore[union-attr]
            elif isinstance(statement, ir.If):
                test = self.of(statement.test, scope, given, depth)
                value = UNTOLD if test is UNTOLD else self.block(statement.body if test else statement.orelse, scope, given, depth)
                if value is not _ON:
                    return value
            elif not (isinstance(statement, ir.ExprStmt) and isinstance(statement.value, ir.Const)):
                return UNTOLD
        return _ON


_ON: Any = object()
_HOW: dict[type, Any] = {
    ir.Const: _Asking.const, ir.Seq: _Asking.sequence, ir.Unary: _Asking.unary, ir.Bool: _Asking.bools, ir.Cmp: _Asking.compared,
    ir.IfExp: _Asking.either, ir.Name: _Asking.name, ir.Attr: _Asking.attribute, ir.Call: _Asking.call, ir.Walrus: _Asking.walrus,
}  # fmt: skip


def _made_of(ref: object, name: str, value: Any) -> Any:
    """What a call makes of a value: `int("0")`, `json.loads("false")`."""
    if ref == "builtins.bool":
        return bool(value)
    if ref == "builtins.str":
        return str(value)
    if ref == "builtins.len" and isinstance(value, (str, tuple)):
        return len(value)
    if ref == "builtins.int" and isinstance(value, (str, int)):
        return int(value) if NUMBER.fullmatch(str(int(value) if isinstance(value, bool) else value).strip()) else UNTOLD
    if ref == "json.loads" and isinstance(value, str):
        return JSON.get(value.strip(), UNTOLD)
    return value.strip().lower() not in FALSE_WORDS if name == "strtobool" and isinstance(value, str) else UNTOLD


def _made(body: tuple[ir.Stmt, ...], name: str) -> list[ir.Expr | None] | None:
    """What a name is given in a block, once for each time; None where it never is."""
    out: list[ir.Expr | None] = []
    for statement in statements(body):
        targets = statement.targets if isinstance(statement, ir.Assign) else (getattr(statement, "target", None),)
        if any(isinstance(target, ir.Name) and target.id == name for target in targets):
            out.append(statement.value if isinstance(statement, ir.Assign) else None)
    return out or None
