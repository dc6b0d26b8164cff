"""Routes that stand in tables: Tornado, Litestar (`route_tables` of the models).

Knows: calls and tuples that name a path and a handler, decorators of route tables, groups that give their children a prefix. Does not
know: what handlers do. A Tornado table is told by its handlers: a (pattern, class) pair counts where the class descends from a
request handler.
"""

from __future__ import annotations

from typing import Any

from prodlint import ir
from prodlint import regex as re
from prodlint.model import Span
from prodlint.models import Models
from prodlint.names import Definition, Names, Ref, Scope, statements
from prodlint.routing.layers import Layers
from prodlint.routing.table import VERBS, Before, Endpoint, Table, Unresolved, params_of
from prodlint.routing.values import UNKNOWN, argument, follow, items, text, words
from prodlint.routing.walking import expressions, imported, inside, last_name


def find(names: Names, models: Models, table: Table) -> None:
    found = imported(names)
    for framework, how in models["route_tables"].items():
        if not found.isdisjoint(how["imports"]):
            Tables(names, framework, how, table).run()


MARKS = re.compile(r"route|url|path|endpoint|handle|mount", re.I)
ADDS = ("append", "extend", "insert")


class Tables:
    """One framework's tables in one project."""

    def __init__(self, names: Names, framework: str, how: dict[str, Any], table: Table) -> None:
        self.names, self.framework, self.how, self.table = names, framework, how, table
        self.calls: dict[str, dict[str, Any]] = how.get("calls", {})
        self.methods: dict[str, dict[str, Any]] = how.get("methods", {})
        self.groups: dict[str, dict[str, Any]] = how.get("groups", {})
        self.views: list[str] = how.get("views", [])
        self.last = {name.rpartition(".")[2] for name in (*self.calls, *self.groups)} | set(self.methods)
        self.last |= self.renamed()
        self.prefix: dict[ir.Expr, str] = {}
        self.layers = Layers(names)
        self.group_of: dict[Definition, list[tuple[str, tuple[Before, ...]]]] = {}
        self.app_layers: tuple[Before, ...] = ()  # what stands above a handler of which it cannot be seen how it comes into the app
        self.whole = False  # is every list that an app or a group is given known, so that who stands in none is not served?

    def renamed(self) -> set[str]:
        """What modules call the framework's calls by names of their own: `from tornado.web import URLSpec as route`."""
        bound = (symbol.node for module in self.names.modules.values() for symbol in module.symbols.values() if symbol.kind == "import")
        return {node.name for node in bound if isinstance(node, ir.Binding) and (node.target in self.calls or node.target in self.groups)}

    def run(self) -> None:
        places = [(Scope(module), module.body) for module in self.names.modules.values()]
        for definition in self.names.functions():
            node = definition.node
            if self.how.get("tuples") or not self.last.isdisjoint(node.calls):  # type: ignore[attr-defined]
                places.append((self.names.scope(definition), self.names.body(node)))  # type: ignore[arg-type]
        for cls in self.names.classes():
            places.append((self.names.class_scope(cls), cls.node.body))  # type: ignore[attr-defined]
        if self.groups:
            made = [(expr, scope) for scope, body in places for expr in expressions(body) if isinstance(expr, ir.Call)]
            made = [(expr, scope) for expr, scope in made if (self.outside(expr.func, scope) or "") in self.groups]
            grown = self.grown() if any((self.outside(expr.func, scope) or "") in self.how.get("apps", ()) for expr, scope in made) else None
            self.whole = grown is not None and all(self.is_whole(expr, scope, grown) for expr, scope in made)
            inner = {id(child) for expr, scope in made for child, _ in self.children(expr, scope) if isinstance(child, ir.Call)}
            apps = [place for place in made if (self.outside(place[0].func, place[1]) or "") in self.how.get("apps", ())]
            if len(apps) == 1:  # who is put into no list that can be seen is served by it
                self.app_layers = self.layers.given(*apps[0])
            for expr, scope in made:
                if id(expr) not in inner:
                    self.group(expr, scope, "", () if any(expr is app for app, _ in apps) else self.app_layers)
        for scope, body in places:
            for expr in expressions(body):
                self.entry(expr, scope)
        if self.how.get("tuples"):
            self.marked()
        self.decorated()

    # ------------------------------------------------------------ prefixes of groups
    def group(self, expr: ir.Expr, scope: Scope, above: str, before: tuple[Before, ...] = (), depth: int = 8) -> None:
        if not isinstance(expr, ir.Call) or depth <= 0:
            return
        how = self.groups.get(self.outside(expr.func, scope) or "")
        if how is None:
            return
        prefix = above.rstrip("/") + (text(self.names, argument(expr, how["path"]), scope) or "")
        before = self.layers.given(expr, scope) + before
        for child, where in self.children(expr, scope):
            if isinstance(child, ir.Call):
                self.prefix[child] = prefix
                self.group(child, where, prefix, before, depth - 1)
            elif isinstance(ref := self.names.resolve(child, where), Definition):
                self.group_of.setdefault(ref, []).append((prefix, before))

    def children(self, group: ir.Call, scope: Scope) -> list[tuple[ir.Expr, Scope]]:
        """What stands in a group: names of groups are followed to the calls that make them."""
        how = self.groups[self.outside(group.func, scope) or ""]
        out: list[tuple[ir.Expr, Scope]] = []
        for child, where in items(self.names, argument(group, how["children"]), scope) or ():
            ref = None if isinstance(child, ir.Call) else self.names.resolve(child, where)
            if isinstance(ref, Definition) and ref.kind == "value" and isinstance(ref.node, ir.Assign) and ref.node.value is not None:
                child, where = ref.node.value, self.names.scope_of(ref)
            out.append((child, where))
        return out

    def is_whole(self, group: ir.Call, scope: Scope, grown: set[str]) -> bool:
        """Is everything known that stands in a group? grown: names of lists that something is added to."""
        gaps: list[ir.Expr] = []
        given = argument(group, self.groups[self.outside(group.func, scope) or ""]["children"])
        found = items(self.names, given, scope, gaps=gaps)
        if gaps or (found is None and given is not None) or any(keyword.name == "" for keyword in group.kwargs):
            return False
        followed = follow(self.names, given, scope) if given is not None else None
        parts = (*inside(given), *inside(followed[0] if followed is not None else None))
        if not grown.isdisjoint(last_name(part) for part in parts):
            return False
        return all(isinstance(child, ir.Call) or self.names.resolve(child, where) is not None for child, where in found or ())

    def grown(self) -> set[str] | None:
        """The names of lists that something is added to, `handlers.append(Orders)`; None where an app may be given handlers out of sight."""
        found: set[str] = set()
        for definition in self.names.functions():
            if definition.name == "on_app_init" or "register" in definition.node.calls:  # type: ignore[attr-defined]
                return None
        places = [m.body for m in self.names.modules.values()]
        places += [self.names.body(d.node) for word in ADDS for d in self.names.functions(word)]  # type: ignore[arg-type]
        for body in places:
            for statement in statements(body):
                if isinstance(statement, ir.AugAssign):
                    found.add(last_name(statement.target))
                call = statement.value if isinstance(statement, ir.ExprStmt) else None
                if isinstance(call, ir.Call) and isinstance(call.func, ir.Attr):
                    if call.func.name == "register":
                        return None
                    if call.func.name in ADDS:
                        found.add(last_name(call.func.base))
        return None if "route_handlers" in found else found

    def outside(self, expr: ir.Expr, scope: Scope) -> str | None:
        ref = self.names.resolve(expr, scope)
        return ref if isinstance(ref, str) else None

    # ------------------------------------------------------------ entries
    def entry(self, expr: ir.Expr, scope: Scope) -> None:
        if isinstance(expr, ir.Call):
            self.call(expr, scope)
        elif isinstance(expr, ir.Seq) and expr.kind == "tuple" and self.how.get("tuples") and 2 <= len(expr.items) <= 4:
            path = expr.items[0]
            if isinstance(path, (ir.Const, ir.Fstr, ir.Bin, ir.Name, ir.Attr)) and self.is_view(expr.items[1], scope):
                pattern = text(self.names, path, scope)
                if pattern is not None and (pattern.startswith(("/", "^", "(", ".", UNKNOWN)) or pattern == ""):
                    self.serve(expr.items[1], scope, pattern, None, ())

    def call(self, call: ir.Call, scope: Scope) -> None:
        func = call.func
        last = last_name(func)
        if last not in self.last:
            return
        how = self.calls.get(self.outside(func, scope) or "")
        if how is None and last in self.methods and isinstance(func, ir.Attr) and self.is_router(func.base):
            how = self.methods[last]
        if how is None:
            return
        pattern = text(self.names, argument(call, how["path"]), scope)
        handler = argument(call, how["handler"])
        if handler is None:
            return
        prefix = self.prefix.get(call, "")
        self.serve(handler, scope, prefix + (pattern if pattern is not None else UNKNOWN), self.verbs(call, scope, how), ())

    @staticmethod
    def is_router(base: ir.Expr) -> bool:
        return last_name(base) in ("router", "app_router")

    def verbs(self, call: ir.Call, scope: Scope, how: dict[str, Any]) -> tuple[str, ...] | None:
        if "verbs" in how:
            return tuple(how["verbs"])
        if "method" in how:
            method = text(self.names, argument(call, how["method"]), scope)
            return (method.upper(),) if method and method not in ("*", UNKNOWN) else ()
        given = argument(call, how.get("methods"))
        if given is not None:
            return words(self.names, given, scope) or ()
        return tuple(how["default"]) if "default" in how else None

    def is_view(self, expr: ir.Expr, scope: Scope) -> bool:
        ref = self.named(expr, scope) if isinstance(expr, (ir.Name, ir.Attr)) else None
        return isinstance(ref, Definition) and ref.kind == "class" and self.names.is_a(ref, *self.views)

    def named(self, expr: ir.Expr, scope: Scope, depth: int = 4) -> Ref | None:
        """What a name stands for, other names of it followed: `orders = OrdersHandler`."""
        ref = self.names.resolve(expr, scope)
        again = follow(self.names, expr, scope) if isinstance(ref, Definition) and ref.kind == "value" else None
        return self.named(*again, depth - 1) if again is not None and depth and isinstance(again[0], (ir.Name, ir.Attr)) else ref

    def serve(self, handler: ir.Expr, scope: Scope, path: str, verbs: tuple[str, ...] | None, before: tuple[Before, ...]) -> None:
        while isinstance(handler, ir.Call) and handler.args:  # decorator(handler) in the table
            before = (*before, Before("decorator", handler.func, scope))
            handler = handler.args[0]
        ref = self.named(handler, scope)
        if isinstance(ref, Definition) and ref.kind == "function":
            scope_of = self.names.scope_of(ref)
            before += tuple(Before("decorator", d, scope_of) for d in ref.node.decorators)  # type: ignore[attr-defined]
            cls = ref.owner if ref.owner is not None and ref.owner.kind == "class" else None
            self.add(verbs if verbs is not None else ("GET",), path, ref, cls, ref.dotted, before)
        elif isinstance(ref, Definition) and ref.kind == "class":
            self.add_class(ref, path, verbs, before)
        elif not isinstance(ref, str):
            at = getattr(handler, "at", 1 << 12 | 1)
            message = f"{path}: the handler could not be resolved"
            self.table.unresolved.append(Unresolved(Span(scope.module.path, ir.line_of(at), ir.column_of(at)), message))

    def add_class(self, cls: Definition, path: str, verbs: tuple[str, ...] | None, before: tuple[Before, ...]) -> None:
        scope = self.names.class_scope(cls)
        before += tuple(Before("decorator", d, scope) for d in cls.node.decorators)  # type: ignore[attr-defined]
        served = False
        for verb in VERBS:
            if verbs and verb.upper() not in verbs:
                continue
            method = self.names.method(cls, verb)
            if method is not None:
                served = True
                own = tuple(Before("decorator", d, scope) for d in method.node.decorators)  # type: ignore[attr-defined]
                self.add((verb.upper(),), path, method, cls, f"{cls.dotted}.{verb}", before + own, action=verb)
        if not served:  # a base of its own or of the framework answers
            self.table.endpoints.append(
                Endpoint(self.framework, verbs or (), path, None, cls, cls.dotted, cls.module.path, ir.line_of(cls.at), "", before, params_of(path))
            )

    def add(
        self, verbs: tuple[str, ...], path: str, handler: Definition, cls: Definition | None, name: str, before: tuple[Before, ...],
        action: str = "",
    ) -> None:  # fmt: skip
        self.table.endpoints.append(
            Endpoint(self.framework, verbs, path, handler, cls, name, handler.module.path, ir.line_of(handler.at), action, before, params_of(path))
        )

    # ------------------------------------------------------------ decorators
    def marked(self) -> None:
        """`@route("/orders/(\\d+)")` over a request handler: a decorator of a library (tornado-utils) or of the project, which puts the class into a
        table of its own."""
        for cls in self.names.classes():
            scope = self.names.scope_of(cls)
            for decorator in cls.node.decorators:  # type: ignore[attr-defined]
                if not isinstance(decorator, ir.Call) or not MARKS.search(last_name(decorator.func)) or not self.handles(cls):
                    continue
                others = tuple(Before("decorator", d, scope) for d in cls.node.decorators if not isinstance(d, ir.Call) or d.func != decorator.func)  # type: ignore[attr-defined]
                patterns = [text(self.names, arg, scope) for arg in (decorator.args or (argument(decorator, "path"),))]
                for pattern in patterns:
                    if pattern is not None and pattern.startswith(("/", "^/", "(")):
                        self.add_class(cls, pattern, None, others)

    def handles(self, cls: Definition) -> bool:
        """Is this a request handler? Where a base could not be read, by its name."""
        if self.names.is_a(cls, *self.views):
            return True
        return cls.name.endswith("Handler") and any(self.lost(ancestor) for ancestor in self.names.mro(cls))

    def lost(self, ancestor: object) -> bool:
        """A class of which it cannot be told what it descends from, and which is called like a request handler."""
        if not isinstance(ancestor, Definition):
            return str(ancestor).endswith("Handler")
        scope = self.names.scope_of(ancestor)
        bases = ancestor.node.bases if isinstance(ancestor.node, ir.Class) else ()
        return any(last_name(base).endswith("Handler") and self.names.resolve(base, scope) is None for base in bases)

    def decorated(self) -> None:
        tables = self.how.get("decorators", {})
        handlers = self.how.get("handlers", {})
        if not tables and not handlers:
            return
        everything = [*self.names.functions(), *(cls for cls in self.names.classes() if tables)]
        for definition in everything:
            owner = definition.owner
            scope = self.names.class_scope(owner) if owner is not None and owner.kind == "class" else self.names.scope_of(definition)
            for decorator in definition.node.decorators:  # type: ignore[attr-defined]
                if not isinstance(decorator, ir.Call):
                    continue
                name = self.outside(decorator.func, scope)
                if name is None:
                    continue
                others = tuple(Before("decorator", d, scope) for d in definition.node.decorators if d is not decorator)  # type: ignore[attr-defined]
                owner_name, _, method = name.rpartition(".")
                if method in tables.get(owner_name, ()):
                    self.on_table(definition, decorator, scope, method, others)
                elif name in handlers:
                    self.litestar(definition, decorator, scope, tuple(handlers[name]), others)

    def on_table(self, definition: Definition, call: ir.Call, scope: Scope, method: str, before: tuple[Before, ...]) -> None:
        pattern = text(self.names, argument(call, [1 if method == "route" else 0, "path"]), scope) or UNKNOWN
        if definition.kind == "class":
            self.add_class(definition, pattern, None, before)
            return
        verb = (text(self.names, call.args[0], scope) or "").upper() if method == "route" and call.args else method.upper()
        cls = definition.owner if definition.owner is not None and definition.owner.kind == "class" else None
        self.add(() if verb == "*" else (verb,), pattern, definition, cls, definition.dotted, before)

    def litestar(self, definition: Definition, call: ir.Call, scope: Scope, verbs: tuple[str, ...], before: tuple[Before, ...]) -> None:
        told = argument(call, [0, "path"])
        paths = [text(self.names, part, where) or "/" for part, where in items(self.names, told, scope) or ()] or [
            text(self.names, told, scope) or "/"
        ]
        verbs = verbs or words(self.names, argument(call, "http_method"), scope) or self._verb(argument(call, "http_method"))
        cls = definition.owner if definition.owner is not None and definition.owner.kind == "class" else None
        key: Definition = definition
        inner = ""
        own = before + self.layers.given(call, scope)
        if cls is not None and self.names.is_a(cls, *self.how.get("controllers", ())):
            key = cls
            inner = text(self.names, self._attribute(cls, "path"), scope) or ""
            own += self.layers.of_class(cls)
        for prefix, above in self.group_of.get(key, [] if self.whole else [("", self.app_layers)]):
            for given in paths:
                parts = [part.strip("/") for part in (prefix, inner, given)]
                joined = "/" + "/".join(part for part in parts if part)
                self.add(verbs, joined, definition, cls, definition.dotted, own + self.layers.kept(above, call))

    @staticmethod
    def _verb(expr: ir.Expr | None) -> tuple[str, ...]:
        """`HttpMethod.GET`."""
        return (expr.name.upper(),) if isinstance(expr, ir.Attr) else ()

    def _attribute(self, cls: Definition, name: str) -> ir.Expr | None:
        found = self.names.class_member(cls, name)
        return found.node.value if isinstance(found, Definition) and isinstance(found.node, ir.Assign) else None
