"""Guards of Go that stand before all handlers of an app and that nobody read: a filter or an interceptor that asks a policy for what is asked of it.

Knows: functions that take a request, ask something named like a policy for an object, a path or a message, and refuse; where they are put before
everything (filters of Beego, interceptors of gRPC and Connect) or stand around a handler. Does not know: whom they let through.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from prodlint import regex as re
from prodlint.patterns.evidence.unreadguards import Guard

OPERATIONS = "go-operation"  # the framework of the entries before which a guard stands that no route names
_BEGINS = re.compile(r"^func[ \t]*(?:\([^()\n]*\)[ \t]*)?(\w+)\(", re.M)
_TAKES = re.compile(
    r"\bcontext\.Context\b|\bhttp\.(?:Request|Handler|HandlerFunc)\b|\b(?:gin|echo|iris)\.Context\b|\bfiber\.Ctx\b|\bgrpc\.UnaryHandler\b|\bAnyRequest\b"
)
# a policy that is asked for something: by whom, what, how
_DECIDES = re.compile(
    r"\b(?:Enforce|[iI]sAllowed|Allowed?|[aA]uthori[sz]e\w{0,30}|[cC]heckAccess\w{0,30}|[hH]asAccess\w{0,30}|[cC]heckPermissions?|[hH]asPermissions?)"
    r"\(([^(){}\n]{3,300}(?:\([^(){}\n]{0,100}\)[^(){}\n]{0,200}){0,4})\)"
)
_OBJECT = re.compile(r"(?i)\bobj(?:ect)?\w*|\bresource\w*|\b(?:url)?path\w*|\burl\w*|\buri\b|\bentity\w*|\btarget\w*|\bowner\w*")
# a role by the place, the route as it is registered, where a browser comes from: these say nothing of rows
_OF_NO_ROW = re.compile(r"(?i)role|origin|FullPath\(|FullMethod|ClientIP|RemoteAddr")
# what the object is taken from
_LOOKS = re.compile(
    r"\bURL\.Path\b|\bRequestURI\b|\bFullPath\(|\.Path\(\)|mux\.Vars\(|URLParam\(|PathValue\(|\.(?:Query|Param|Params)\(|\.Input\b|\.Body\b|[gG]etObject\w*\("
    r"|\breq\.\(|\bGet\w{0,40}I[dD]\(\)|ProtoReflect\("
)
_REFUSES = re.compile(r"(?i)forbidden|\bdeny\w*\(|\bdenied\b|unauthori[sz]ed|PermissionDenied|\b403\b")
# filters of Beego and interceptors
_OF_ALL = re.compile(
    r"^func[^\n(]*\(\w+ \*context\.Context\)|\bgrpc\.UnaryServerInfo\b|\bUnaryServerInterceptor\b|\bconnect\.(?:UnaryFunc|AnyRequest)\b"
)
MAX_FUNCTION = 8000


def found(texts: Iterable[tuple[str, str]]) -> tuple[Guard, ...]:
    """The guards among (path, text) of Go: marked with the handlers that one stands before whatever their routes say, else with its name."""
    wanted = ((path, text) for path, text in texts if _DECIDES.search(text) and _REFUSES.search(text))
    return tuple(guard for path, text in wanted for guard in _of_file(path, text))


def _of_file(path: str, text: str) -> Iterator[Guard]:
    heads = list(_BEGINS.finditer(text))
    ends = [*(each.start() for each in heads), len(text)][1:]
    for head, after in zip(heads, ends, strict=False):
        body = text[head.start() : min(after, head.start() + MAX_FUNCTION)]
        said = [found.group(1) for found in _DECIDES.finditer(body, head.end() - head.start())]
        asked = any(_OBJECT.search(words) and not _OF_NO_ROW.search(words) for words in said)
        if asked and _TAKES.search(body) and _LOOKS.search(body) and _REFUSES.search(body):
            mark = OPERATIONS if _OF_ALL.search(body) else head.group(1)
            yield Guard(path, text.count("\n", 0, head.start()) + 1, head.group(1), frozenset(), frozenset((mark,)))


def before(guards: Iterable[Guard], around: str, framework: str) -> Guard | None:
    """The guard that stands before a handler with this around it; framework: of its entry."""
    words = frozenset((framework, *re.findall(r"\w+", around)))
    return next((each for each in guards if not words.isdisjoint(each.marks)), None)
