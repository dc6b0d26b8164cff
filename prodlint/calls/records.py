"""The nouns that answers about external calls are made of, as rules and renderers read them.

Knows: positions and words. Does not know: how anything is found.
"""

from __future__ import annotations

import msgspec

from prodlint import ir
from prodlint import regex as re
from prodlint.calls.callers import Entry
from prodlint.model import Span
from prodlint.report import Finding, Fix, Related, RouteRef


class Reached(msgspec.Struct, frozen=True):
    """What runs a call. kind: "route", "task", "thread", "command"; `label` for a person; `route` as the contract prints it."""

    kind: str
    label: str
    at: Span
    route: RouteRef | None = None


class Told(msgspec.Struct, frozen=True):
    """A noun that rules report: it knows where it stands, in which function, which external call it is about, and what runs that."""

    def finding(
        self, message: str, *, at: Span | None = None, confidence: str = "high", runs: str = "", related: tuple[Related, ...] = (),
        severity: str | None = None, fix: Fix | None = None,
    ) -> Finding:  # fmt: skip
        """A finding about it; beside the app its confidence is low. runs: what the route, task or command behind it does with the call."""
        run, (library, call) = self.runner, self.about
        if run is not None and runs:
            related = (Related(run.at, f"{run.kind} {run.label} {runs}"), *related)
        return Finding(
            at or self.at, message, confidence="low" if self.beside else confidence, symbol=self.symbol,
            subject={"library": library or None, "call": call or None} if library or call else None,
            route=run.route if run is not None else None, related=related, severity=severity, fix=fix,
        )  # fmt: skip

    @property
    def about(self) -> tuple[str, str]:
        """The library and the call that it is about, "" for none."""
        return self.library, self.call

    @property
    def runner(self) -> Reached | None:
        """What runs it."""
        return None


# what only looks at what a provider keeps
_ASKS = re.compile(r"(?i)(?:^|[._])(?:retrieve\w*|list\w*|get\w*|find\w*|search\w*|fetch\w*|auto_paging_iter|construct_event|verify\w*)$")
# what a provider only keeps, or shows to whoever is to pay: nothing was paid when it fails, and nothing is half done
_KEPT = re.compile(
    r"(?i)(?:^|[._])(?:products?|plans?|prices?|coupons?|promotion_?codes?|tax_?(?:rates?|ids?)|customers?|accounts?|account_?links?|ephemeral_?keys?"
    r"|webhook_?endpoints?|checkout\.sessions?|billing_?portal|setup_?intents?)[._]"
)


class ExternalCall(Told, frozen=True):
    """One external call, or a call of a wrapper around one (`via`: the wrapper's name).

    role: "call", or "client" where the object is made that will call. timeout: "set", "default" (finite), "missing", "removed" (None is given),
    "client" (told where the client is made), "inside" (told in the wrapper), "unknown". handled: "handled", "unhandled" (nothing takes it on a way
    to `reached`), "partial" (the main family is taken, `escapes` are not), "unknown" (not reached, or a handler that cannot be told), "" for a
    client. `app_handler`: the app's own last resort takes it. `sure`: every step of the way was resolved. `tail`: where another
    keyword can be put, `keyword`: which one sets a timeout there ("" where none does). `seconds`: how long one try can
    take, where that is known, and `tries`, how often the library tries by itself;
    `retried`: what else tries again ("@retry", "a loop"). `taken`: the classes that `handlers` name. `beside`: in a script, an example or a tool,
    not in the app. `stake`: "payment" or "auth" where money or a login hangs on it, told by the library's kind, or by the names around a call that a
    request waits for. `setting`: the project's setting that bounds every call of this library, "" where there is no such one."""

    at: Span
    library: str
    package: str
    kind: str
    call: str
    symbol: str
    role: str = "call"
    via: str = ""
    timeout: str = "unknown"
    how: str = ""
    handled: str = ""
    family: str = ""
    escapes: tuple[str, ...] = ()
    narrow: tuple[str, ...] = ()
    handlers: tuple[Span, ...] = ()
    reached: Reached | None = None
    app_handler: bool = False
    sure: bool = True
    tail: Span | None = None
    keyword: str = ""
    seconds: float | None = None
    tries: int = 1
    retried: str = ""
    taken: tuple[str, ...] = ()
    beside: bool = False
    stake: str = ""
    setting: str = ""

    @property
    def runner(self) -> Reached | None:
        return self.reached

    @property
    def charges(self) -> bool:
        """Does it ask a payment provider to do something with money, so that nobody knows what was done when it fails half way?"""
        return self.kind == "payment" and _ASKS.search(self.call) is None and _KEPT.search(self.call) is None


class Answer(Told, frozen=True):
    """An HTTP answer that is used (or dropped, `how` "ignored") with no look at its status."""

    at: Span
    how: str
    call: ExternalCall
    name: str
    symbol: str

    @property
    def about(self) -> tuple[str, str]:
        return self.call.library, self.name

    @property
    def runner(self) -> Reached | None:
        return self.call.reached

    @property
    def beside(self) -> bool:
        return self.call.beside


class Helper(msgspec.Struct, frozen=True):
    """A function of the project that something passes through."""

    at: Span
    name: str


class CaughtError(Told, frozen=True):
    """An except clause. `call`: the external call in its try, "" for none; `silent`: "pass" or "return" where it does nothing else; `log`: a log
    record that tells neither traceback nor value, with its `log_level`, the place of the method's name, and where a keyword can be put (only for a
    logger of the standard library); `dropped`: a raise that does not name its cause, `cause`: its `None` (or where a cause can be put), `name`: the
    name of what was caught; `leaks`: places where the exception's text goes to the client, `through`: for each the function that
    lets it through, None where there is none; `staff`: only those who run the app read what it answers."""

    at: Span
    types: tuple[str, ...]
    broad: bool
    library: str
    call: str
    symbol: str
    silent: str
    log: Span | None
    leaks: tuple[Span, ...]
    reached: bool = True
    beside: bool = False
    log_level: str = ""
    log_name: Span | None = None
    log_tail: Span | None = None
    dropped: Span | None = None
    cause: Span | None = None
    name: str = ""
    through: tuple[Helper | None, ...] = ()
    staff: bool = False


class Again(Told, frozen=True):
    """Something that tries again and lacks a "limit" or a "backoff"; `words` say what it is."""

    at: Span
    lacks: str
    words: str
    library: str
    call: str
    symbol: str
    beside: bool = False


class Hazard(Told, frozen=True):
    """Something else that goes wrong with errors. `name`: what a person would call it; `how`: one word that the question explains; `library` and
    `call`: an external call that it is about, "" for none; `kinds`: what runs it ("route", "task", ...), as far as that is known; `reached`: the
    first of these; `other`: a second name that the question explains; `related`: the other place that it takes to understand it; `sure`: nothing
    had to be guessed; `beside`: as above."""

    at: Span
    name: str
    how: str = ""
    symbol: str = ""
    library: str = ""
    call: str = ""
    kinds: tuple[str, ...] = ()
    reached: Reached | None = None
    related: Span | None = None
    sure: bool = True
    beside: bool = False
    other: str = ""

    @property
    def runner(self) -> Reached | None:
        return self.reached


def reached(entry: Entry) -> Reached:
    """What runs a call, as the report says it."""
    unit, endpoint = entry.unit, entry.endpoint
    at = Span(unit.module.path, ir.line_of(unit.node.at) if unit.node is not None else 1)
    if endpoint is None:
        return Reached(entry.kind, unit.symbol, at)
    ref = RouteRef(endpoint.methods, endpoint.path, endpoint.name, endpoint.file, endpoint.line)
    return Reached(entry.kind, f"{','.join(endpoint.methods) or 'ANY'} {endpoint.path}", at, ref)


_AUTH = re.compile(r"(?:^|[._/-])(?:oauth\w*|auth|authn|authentication|login|sign_?in|sso|saml|oidc|openid\w*|jwt\w*|jwks?)(?:$|[._/-])")
_PAYMENT = re.compile(r"(?:^|[._/-])(?:payments?|charges?|checkout|refunds?|payouts?|billing|invoices?|stripe|paypal|braintree)(?:$|[._/-])")


def stake(kind: str, symbol: str, run: Reached | None) -> str:
    """What hangs on a call: "payment", "auth" or ""."""
    if kind in ("payment", "auth"):
        return kind
    if run is None or run.kind != "route":
        return ""
    names = f"{symbol}/{run.route.path if run.route is not None else run.label}".lower()
    return "payment" if _PAYMENT.search(names) else "auth" if _AUTH.search(names) else ""


_BESIDE = re.compile(
    r"^(?:tools?|bin|dev|extras?|contrib|ci|hack|misc|deploy)/|^(?:populate|seeds?|fabfile|noxfile|setup|release|locustfile|cli|\w+_(?:tester|example|demo))\.py$"
    r"|(?:^|/)(?:scripts?|examples?|samples?|bench(?:marks?)?|evals?|demos?|docs?|tutorials?|notebooks?|cookbook|playground|load_?tests?|mocks?|\.\w[^/]*)/"
    r"|(?:^|/)(?:(?:mock|fake|dummy)_\w+|\w+_mock)\.py$"
)


def beside(path: str) -> bool:
    """Does a file stand beside the app: a script, an example, a benchmark, a stand-in, a tool for its makers?"""
    return _BESIDE.search(path) is not None


def span(path: str, at: int, end: int = 0) -> Span:
    """Packed positions as a Span."""
    return Span(path, ir.line_of(at), ir.column_of(at), ir.line_of(end) if end else 0, ir.column_of(end) if end else 0)


def end_of(expr: ir.Expr) -> int | None:
    """Where an expression ends (packed), where that is known; parentheses around it are not seen."""
    while isinstance(expr, ir.Bin | ir.Cmp | ir.Bool | ir.IfExp | ir.Unary | ir.Await | ir.Star | ir.Walrus):
        expr = _last_part(expr)
    if isinstance(expr, ir.Name):
        return expr.at + len(expr.id)
    return getattr(expr, "end", None)


def _last_part(expr: ir.Expr) -> ir.Expr:
    kind = type(expr)
    if kind is ir.Bin:
        return expr.right  # type: ignore[union-attr]
    if kind is ir.Cmp:
        return expr.rights[-1]  # type: ignore[union-attr]
    if kind is ir.Bool:
        return expr.values[-1]  # type: ignore[union-attr]
    return expr.orelse if kind is ir.IfExp else expr.value  # type: ignore[union-attr]


def tail(path: str, call: ir.Call) -> Span | None:
    """Where another keyword can be put: right behind the last argument; None where that cannot be told, or where `**` may hold the keyword."""
    values = [*call.args, *(k.value for k in call.kwargs)]
    alone = len(values) == 1 and isinstance(values[0], ir.Comp) and values[0].kind == "gen"
    if not values or alone or any(k.name == "" for k in call.kwargs):
        return None
    ends = [end_of(value) for value in values]
    if None in ends:
        return None
    end = max(e for e in ends if e is not None)
    return span(path, end, end)
