"""The entry points outside Python as `prodlint routes` lists them: only what a router, a decorator or a file's place makes a route.

Knows: what was read of each entry point; names of middleware that let in only who is signed in. Does not know: how an entry point was found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property

import msgspec

from prodlint import regex as re
from prodlint.model import Span
from prodlint.patterns.entries.entrypoints import Known
from prodlint.patterns.entries.filed import file_route
from prodlint.patterns.entries.handlers import Routed
from prodlint.patterns.evidence.judge import confidence
from prodlint.patterns.javascript.left_out import left_out
from prodlint.patterns.javascript.next_proxy import Proxies
from prodlint.patterns.questions import PatternQuestions
from prodlint.patterns.text import ownwords
from prodlint.patterns.text.kept import language_of
from prodlint.patterns.text.meanings import Lookup
from prodlint.patterns.ties.roles import is_staff
from prodlint.report import Access, Finding, Related, Route, RouteRef

_SCRIPTS = ("javascript", "typescript")
_PAGE_API = re.compile(r"(?:^|/)pages/api/")
_PROCEDURES = re.compile(r"@trpc/|initTRPC|TRPCRouter|\w*[pP]rocedure\b|@orpc/|next-safe-action|[aA]ctionClient|createServerFn|defineAction")
_FRAMEWORKS = (
    ("hono", re.compile(r"\bHono\b|['\"]hono")), ("fastify", re.compile(r"[fF]astify")), ("koa", re.compile(r"\b[kK]oa\b|koa-router|koa/router")),
    ("elysia", re.compile(r"\bElysia\b")), ("express", re.compile(r"express|\bRouter\(")),
)  # fmt: skip
_LISTED_AS = {"nest": "nestjs", "next": "nextjs", "loader": "loader", "server-action": "server-action", "procedure": "trpc"}
_REFUSES = re.compile(r"\b401\b|[uU]nauthori[sz]ed|UNAUTHORIZED|redirect\(\s*['\"`]/(?:auth/)?(?:log-?in|sign-?in)")
# what ends a handler that found nothing, and calls that do so themselves
_TURNS_AWAY = re.compile(r"\breturn\b|\bthrow\b|\bnotFound\(|\bredirect\(|\berror\(|\breject\(")
_ENDS = re.compile(r"Or(?:Throw|Fail|404|Reject)$")
_HANDED_ON = re.compile(
    r"^export\s*\{[^}]*\bas\s+(?:GET|POST|PUT|PATCH|DELETE)\b[^}]*\}|^export\s+const\s*\{[^}]*\b(?:GET|POST|PUT|PATCH|DELETE)\b[^}]*\}", re.M
)
_GLOBAL_PREFIX = re.compile(r"\.setGlobalPrefix\(\s*['\"`]([^'\"`]+)['\"`]")
_TEXTS = re.compile(r"'[^'\n]*'|\"[^\"\n]*\"|`[^`]*`")
_ROUTE_TEXT = re.compile(r"['\"`][^'\"`\n]*/[^'\"`\n]*['\"`]")
# decorators of NestJS that let in
_DECORATED = re.compile(r"@(?:Roles|UseGuards|Auth|Authorize|Require\w*|Allow\w*|\w*Admin\w*)\((?:[^()]|\([^()]*\))*\)")
_ALSO = frozenset(("protect", "isLoggedIn", "verifyToken", "checkToken"))
_GUARD = re.compile(r"@?\b[\w$]+")


class PatternRoutes(PatternQuestions):
    """Mixin of Project: the table of routes."""

    def pattern_routes(self) -> tuple[Route, ...]:
        """Every route that patterns read. What is called protected says by what word it was judged."""
        return self._pattern_routes

    @cached_property
    def _pattern_routes(self) -> tuple[Route, ...]:
        known = {(each.path, each.entry.function.first): each for each in self._pattern_entries}
        rows = [self._at_router(each, known.get((each.target, each.function.first)) if each.function else None) for each in self._script_routes]
        rows += [self._row(each) for each in self._pattern_entries if self._is_route(each)]
        rows += self._handed_on()
        return tuple(sorted(map(self._as_configured, rows), key=lambda route: (route.file, route.line, route.path, route.methods)))

    def _as_configured(self, row: Route) -> Route:
        """A row whose owner is missing or unknown, and of which the project says that it is open on purpose."""
        opened = row.ownership in ("missing", "unknown") and ownwords.opens(self.vocabulary.get("public", ()), row.path, row.handler)
        return msgspec.structs.replace(row, ownership="public") if opened else row

    def routes_left_out(self) -> Iterator[Finding]:
        """Routes that change rows and stand outside of the login that nearly all others of their file ask for."""
        for row, usual, asking, among in left_out(self._script_routes, self._texts_of):
            ref = RouteRef((row.method,), row.path, row.label or "(anonymous)", row.file, row.line)
            if self._said_open(ref):
                continue
            words = f"{row.method} {row.path} changes rows and asks nobody who calls; {asking} of {among} such routes of this file ask ({usual})"
            yield Finding(Span(row.file, row.line), words, "medium", ref.handler, None, ref)

    def _handed_on(self) -> Iterator[Route]:
        """Next.js: `export { handler as GET, handler as POST }`, `export const { GET, POST } = handlers`."""
        for path in self._kept:
            if re.search(r"(?:^|/)route\.[jt]sx?$", path):
                text = self._text(path)
                for found in _HANDED_ON.finditer(text):
                    line = text.count("\n", 0, found.start()) + 1
                    for method in re.findall(r"\b(?:GET|POST|PUT|PATCH|DELETE)\b", found.group()):
                        at = (Related(Span(path, line), "read by patterns"),)
                        yield Route((method,), file_route(path), method, path, line, "nextjs", evidence=at)

    def _is_route(self, known: Known) -> bool:
        """Does something make the entry point a route, beside the table of routers?"""
        entry = known.entry
        if entry.function.code.language == "go":  # a function of a context that nothing registers is a middleware, or a helper
            ref = self._ref(known)
            return bool(ref.methods or ref.path) and not ref.handler.lower().endswith("middleware")
        if entry.function.code.language not in _SCRIPTS:
            return True
        if entry.framework == "http":
            return _PAGE_API.search(known.path) is not None and "export default" in entry.function.code.text
        if entry.framework == "procedure":
            return _PROCEDURES.search(entry.function.code.text) is not None
        return entry.framework != "router"

    def _at_router(self, routed: Routed, known: Known | None) -> Route:
        file, line = (routed.target, routed.function.line) if routed.function is not None else (routed.file, routed.line)
        framework = next((name for name, form in _FRAMEWORKS if form.search(self._text(routed.file))), "") or self._router_framework
        methods = () if routed.method == "ALL" else (routed.method,)
        at = Related(Span(routed.file, routed.line), "the route is registered here (read by patterns)")
        name = routed.label or (routed.function.name if routed.function is not None else "") or "(anonymous)"
        if known is None:
            login, said = self._login(routed.guards, routed.file, routed.line)
            return Route(methods, routed.path, name, file, line, framework, login, "unknown", (), (at, *said))
        return self._judged(known, Route(methods, routed.path, name, file, line, framework, evidence=(at,)), routed.guards)

    @cached_property
    def _router_framework(self) -> str:
        texts = [self._text(path) for path in self._kept]
        return next((name for name, form in _FRAMEWORKS if any(form.search(text) for text in texts)), "router")

    def _row(self, known: Known) -> Route:
        ref, language = self._ref(known), known.entry.function.code.language
        evidence = (Related(Span(ref.file, ref.line), f"read by patterns ({language})"),)
        framework = _LISTED_AS.get(known.entry.framework, known.entry.framework) if language in _SCRIPTS else known.entry.framework
        path = file_route(known.path) if known.entry.framework == "http" else self._prefixed(known, ref.path)
        if known.entry.framework == "procedure" and not path:
            path = self._procedure(known)
        row = Route(ref.methods, path, ref.handler, ref.file, ref.line, "nextjs" if framework == "http" else framework, evidence=evidence)
        return self._judged(known, row, known.entry.around)

    def _procedure(self, known: Known) -> str:
        """tRPC: the name with those of its routers, `posts.list`; "" where it has none."""
        function = known.entry.function
        before = function.code.text[: function.code.starts[function.head]] if function.head < len(function.code) else ""
        called = re.search(r"\.(?:query|mutation|subscription)\(\s*['\"`]([\w.-]+)['\"`]\s*,[^()]{0,2000}$", before[-2000:])
        name = called.group(1) if called is not None else known.entry.name
        routers = re.findall(r"\b(?:const|let|var)\s+(\w+)(?:\s*:[^=\n]{1,80})?\s*=\s*(?:\w+\.)?\w*[rR]outer\(", before)
        holder, parts = (routers[-1] if routers else ""), [name]
        for _ in range(3):
            key = self._router_keys.get(holder)
            if key is None:
                break
            parts.append(key[0])
            holder = key[1]
        return ".".join(reversed(parts)) if name and name != "resolve" else ""

    @cached_property
    def _router_keys(self) -> dict[str, tuple[str, str]]:
        """Router of tRPC -> (the key under which another one holds it, that other one)."""
        out: dict[str, tuple[str, str]] = {}
        for path in self._kept:
            text = self._text(path)
            for made in re.finditer(r"\b(?:const|let|var)\s+(\w+)\s*=\s*(?:\w+\.)?\w*[rR]outer\(\s*\{", text):
                for key, value in re.findall(r"(?m)^[ \t]*(\w+)(?:\s*:\s*(\w+))?\s*,?\s*$", text[made.end() : made.end() + 6000].split("});")[0]):
                    if (value or key).lower().endswith("router") or value:
                        out.setdefault(value or key, (key, made.group(1)))
        return out

    def _prefixed(self, known: Known, path: str) -> str:
        """NestJS: with the prefix that the whole app has."""
        if known.entry.framework != "nest" or not path.startswith("/") or not self._global_prefix:
            return path
        return f"/{self._global_prefix}{path}".rstrip("/")

    @cached_property
    def _proxies(self) -> Proxies:
        return Proxies((path, self._text(path)) for path in sorted(self._kept) if language_of(path) in _SCRIPTS)

    @cached_property
    def _global_prefix(self) -> str:
        given = {found.group(1).strip("/") for path in self._kept if (found := _GLOBAL_PREFIX.search(self._text(path))) is not None}
        return given.pop() if len(given) == 1 else ""

    def _judged(self, known: Known, row: Route, guards: str) -> Route:
        """The row with what was read of the handler."""
        code, reading = known.entry.function.code, known.reading
        loose = dict(reading.missing(row.path))
        script = code.language in _SCRIPTS
        missing = {name for name, lookup in loose.items() if lookup.strong and (not script or self._shown(known, name, lookup))}
        lookups = tuple(
            Access(lookup.model, name, "request", "missing" if name in missing else "unknown", known.path, code.line(lookup.at))
            for name, lookup in loose.items()
        )
        if not script:
            return Route(row.methods, row.path, row.handler, row.file, row.line, row.framework, "unknown", "unknown", lookups, row.evidence)
        login, said = self._login(guards, known.path, known.entry.function.line)
        if login == "unknown" and reading.caller and _REFUSES.search(known.entry.function.body):
            login, said = "required", (Related(Span(known.path, known.entry.function.line), "who is not known is refused (read by patterns)"),)
        if login == "unknown" and known.entry.framework == "next" and (proxy := self._proxies.asks(known.path, row.path)):
            login, said = "required", (Related(Span(proxy, 1), "asks for a login before this path (read by patterns)"),)
        owned = self._owned_lookups(known, loose)
        ownership = "missing" if missing else "unknown" if loose else self._ownership(known, row.path, row.methods)
        if ownership == "unknown" and (by := self._staff(_decorators(guards) if known.entry.framework == "nest" else guards)):
            ownership = "admin"
            said = (*said, Related(Span(known.path, known.entry.function.line), f"{by} lets in only staff (read by its name)"))
        return Route(
            row.methods, row.path, row.handler, row.file, row.line, row.framework, login, ownership, (*lookups, *owned), (*row.evidence, *said)
        )

    def _shown(self, known: Known, name: str, lookup: object) -> bool:
        return confidence(self._loose(known, name, lookup, self._tied_models)) != "low"  # type: ignore[arg-type]

    def _ownership(self, known: Known, path: str, methods: tuple[str, ...]) -> str:
        """Of a handler in which nothing is loose: "owned" where every id of the path and of every lookup stands beside the caller in a query, and
        "not-applicable" where it only reads and no id of the client was seen at all."""
        reading = known.reading
        sign = ":" if known.entry.framework in ("router", "nest") else "{"  # `{BASE}` stands for a part of the path that is not known
        named = set(re.findall(rf"[{sign}](?:\.\.\.)?([A-Za-z_]\w*)", path))
        if not named and not reading.ids and not any(lookup.ids for lookup in reading.lookups):
            return "not-applicable" if methods == ("GET",) else "unknown"
        sure = {name for lookup in reading.lookups if lookup.of_caller for name in lookup.ids}
        return "owned" if sure and named | reading.ids <= sure and all(map(self._after_refusal(known), reading.lookups)) else "unknown"

    def _after_refusal(self, known: Known) -> Callable[[Lookup], bool]:
        """Whether a lookup is made with the caller, or behind one that is, and that ends the handler where it finds nothing."""
        code, own = known.entry.function.code, [lookup for lookup in known.reading.lookups if lookup.of_caller]

        def stands(lookup: Lookup) -> bool:
            before = [each for each in own if each.at < lookup.at and each.ids & lookup.ids]
            return (
                lookup.of_caller
                or not lookup.ids
                or any(_ENDS.search(each.name) or _TURNS_AWAY.search(code.source(each.at, lookup.at)) for each in before)
            )

        return stands

    def _owned_lookups(self, known: Known, loose: dict) -> tuple[Access, ...]:
        code = known.entry.function.code
        return tuple(
            Access(lookup.model, name, "request", "owned", known.path, code.line(lookup.at))
            for lookup in known.reading.lookups
            if lookup.of_caller
            for name in sorted(lookup.ids - loose.keys())
        )

    def _staff(self, guards: str) -> str:
        """What lets in only staff, as it is written; "" where nothing does, or where it names other roles too."""
        admin = self._words("typescript").admin
        for piece in re.findall(r"[@\w.$]+(?:\([^()]*(?:\([^()]*\)[^()]*)*\))?", _ROUTE_TEXT.sub(" ", guards)):
            roles = [next(filter(None, pair)) for pair in re.findall(r"\.([A-Z]\w*)|['\"`](\w[\w -]*)['\"`]", piece)]
            named = any(admin.fullmatch(word) for word in re.findall(r"\w+", piece))
            if named and all(is_staff(role) for role in roles):
                return piece[:60]
        return ""

    def _login(self, guards: str, path: str, line: int) -> tuple[str, tuple[Related, ...]]:
        """(authentication, what says so): by names of middleware and decorators that stand before the handler."""
        words = self._words("typescript")
        known = (word.lstrip("@") for word in _GUARD.findall(_TEXTS.sub(" ", guards)))
        found = next((word for word in known if words.signed.fullmatch(word) or word in _ALSO), "")
        if not found:
            return "unknown", ()
        return "required", (Related(Span(path, line), f"{found} stands before the handler (read by its name)"),)


def _decorators(around: str) -> str:
    """The decorators of NestJS that let in; of several lists of roles the last one, which the handler itself bears."""
    found = _DECORATED.findall(around)
    roles = [each for each in found if each.startswith("@Roles")]
    return " , ".join([*(each for each in found if each not in roles), *roles[-1:]])
