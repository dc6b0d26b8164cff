"""Which functions of a file are entry points, by what patterns found.

Knows: how a pattern's place leads to a function; routes, methods and names. Does not know: what parameters hold (`parameters.py`), frameworks that
go by files (`filed.py`), what the function does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from prodlint import regex as re
from prodlint.model import Match
from prodlint.patterns.dotnet import fastendpoints
from prodlint.patterns.entries import inline
from prodlint.patterns.entries.filed import exported, server_actions
from prodlint.patterns.entries.handlers import Routed
from prodlint.patterns.entries.parameters import Entry, entry_of
from prodlint.patterns.go import operations as go_operations
from prodlint.patterns.go import receivers as go_receivers
from prodlint.patterns.go import signed as go_signed
from prodlint.patterns.javascript import served
from prodlint.patterns.php import laravel, symfony
from prodlint.patterns.php import scripts as php_scripts
from prodlint.patterns.ruby import graphql as ruby_graphql
from prodlint.patterns.ruby import sinatra
from prodlint.patterns.text.meanings import CALLER, Value
from prodlint.patterns.text.reader import Function, owners
from prodlint.patterns.text.tokens import Code
from prodlint.patterns.text.words import Words

_HTTP = re.compile(
    r"(?:\[Http|@)(Get|Post|Put|Patch|Delete)(?:Mapping)?\b|@(GET|POST|PUT|PATCH|DELETE|Path)\b|@(RequestMapping)\b|\[(Route)\b|#\[(Route)\b"
)
_PATH = re.compile(r"\(\s*(?:(?:value|path|name|template)\s*[:=]\s*)?[\[{]?\s*[\"'`]([^\"'`]*)[\"'`]")
# annotations that give a class or a method its path, up to the bracket of their arguments
_GIVES_PATH = re.compile(
    r"(?:@(?:(?:Get|Post|Put|Patch|Delete|Request)Mapping|Path|Get|Post|Put|Patch|Delete|Controller|RestController)"
    r"|\[(?:Route|Http(?:Get|Post|Put|Patch|Delete))|#\[Route)"
    r"\(\s*(?:\w+\s*=\s*[\w.]+\s*,\s*)?(?:(?:value|path|name|template|uri)\s*[:=]\s*)?[\[{]?\s*[\"'`]([^\"'`]*)[\"'`]"
)
_NEST_PATH = re.compile(r"^@?\w+\(\s*(?:\[\s*|\{[^{}'\"`]*\b(?:url|path)\s*:\s*)?['\"`]([^'\"`]*)['\"`]")
_CONTROLLER = re.compile(r"@(?:[cC]|JsonC|RestC)ontroller\(\s*(?:\[?\s*['\"`]([^'\"`]*)['\"`]|\{([^}]*)\})?")
# what such a call of a builder is given says of which form the data is
_FORMS = frozenset(("input", "output", "inputSchema", "outputSchema", "bindArgsSchemas"))
_PROCEDURE = re.compile(r"\.(query|mutation|subscription)\(\s*['\"`]([\w.-]+)['\"`]\s*,\s*\{")
MAX_BEFORE = 90  # steps back from a function expression; what stands in brackets is one
_PLUMBING = frozenset((
    "__construct", "constructor", "boot", "booted", "mount", "render", "middleware", "initialize", "dispose", "onModuleInit", "setUp",
    "hydrate", "dehydrate", "rules", "messages", "authorize",
))  # fmt: skip


def entries(path: str, code: Code, found: Sequence[Function], matches: Sequence[Match], words: Words, routed: Sequence[Routed] = ()) -> list[Entry]:
    """The entry points of one file, in source order, each function once. routed: routes that a function of the file handles."""
    out: dict[int, Entry] = {}
    for each in routed:
        if each.function is not None and each.function.first not in out:
            name = each.function.name or each.label
            kind = "wordpress" if code.language == "php" else "router"
            entry = entry_of(each.function, kind, (each.method,) if each.method else (), each.path, name, words, each.beside)
            if kind == "wordpress" and each.path and each.function.params:
                entry.start[each.function.params[0].name] = Value(request=True)
            out[each.function.first] = entry
    for match in sorted(matches, key=lambda match: (_ORDER.get(match.metadata.get("framework", ""), 9), match.line, match.column)):
        read = _BY_FRAMEWORK.get(match.metadata.get("framework", ""), _ranged)
        for entry in read(path, code, found, match, words):
            if entry.function.first in out:
                known = out[entry.function.first]
                known.methods, known.path = known.methods or entry.methods, known.path or entry.path
            else:
                out[entry.function.first] = entry
    if len(out) > 1:  # a script that stands around what is an entry point of its own
        out = {first: entry for first, entry in out.items() if entry.framework != "php-script"}
    inner = {id(function) for entry in out.values() for function in _within(found, entry.function)}
    return [entry for _, entry in sorted(out.items()) if id(entry.function) not in inner]


def _within(found: Sequence[Function], outer: Function) -> Iterator[Function]:
    return (each for each in found if outer.first <= each.at and each.last <= outer.last and each is not outer)


def _first_in(found: Sequence[Function], code: Code, first: int, last: int) -> Function | None:
    """The outermost function that begins between two tokens."""
    inside = [each for each in found if first <= max(each.at, each.head) < last or first <= each.at < last]
    return min(inside, key=lambda each: each.at, default=None)


# ---------------------------------------------------------------- by framework
def _ranged(path: str, code: Code, found: Sequence[Function], match: Match, words: Words) -> Iterator[Entry]:
    """The function whose parameters stand where the pattern matched."""
    first = code.index_at(match.line, match.column)
    last = code.index_at(match.end_line, match.end_column)
    framework = match.metadata["framework"]
    for function in found:
        opened = next((at for at in range(function.at, min(function.first, function.at + 8)) if code.texts[at] == "("), -1)
        if opened >= 0 and (first <= opened < max(last, first + 1) or first <= function.at < last):
            method = _method_of(match.message, framework)
            name = function.name or _enclosing_name(found, function)
            if framework == "procedure" and name == "resolve":
                method, name = _resolved(code, function) or (method, name)
            yield entry_of(function, framework, method, "", name, words, f"{_before(code, function)}{_exported_with(path, code, function)}")
            return


def _resolved(code: Code, function: Function) -> tuple[tuple[str, ...], str] | None:
    """tRPC before version 10: the procedure in which a `resolve` stands, `.mutation("remove", { input, async resolve({ ctx, input }) {`."""
    start = code.starts[function.head]
    named = _PROCEDURE.findall(code.text, max(start - 3000, 0), start)
    return ((named[-1][0].upper(),), named[-1][1]) if named else None


def _exported_with(path: str, code: Code, function: Function) -> str:
    """Next.js: what a handler of `pages/api` is handed to where the file exports it, `export default withUser(handler, { administrator: true })`, or
    where its one function does, `return withUser(handler)(req, res)`."""
    if "pages/api/" not in path or not function.name:
        return ""
    name = re.escape(function.name)
    found = re.search(rf"\bexport\s+default\s+([\w.]+\([^;]{{0,200}}?\b{name}\b[^;]{{0,400}})", code.text)
    if found is None and not re.search(rf"(?<!function )\b{name}\(", code.text):  # another function of the file may hand it on
        found = re.search(rf"\b(with[A-Z]\w*\(\s*{name}\s*[,)][^;]{{0,400}})", code.text)
    return f" {found.group(1)}" if found is not None else ""


def _method_of(message: str, framework: str) -> tuple[str, ...]:
    if framework == "procedure":
        return (message.upper(),) if message in ("query", "mutation", "subscription", "action") else ()
    return ()


def _enclosing_name(found: Sequence[Function], function: Function) -> str:
    around = [each for each in found if each.first <= function.at < each.last and each.name]
    return max(around, key=lambda each: each.first).name if around else ""


def _before(code: Code, function: Function) -> str:
    """The wrappers and the chain of calls in which a function expression stands, without what only says of which form the data is."""
    start = end = function.head
    parts: list[str] = []
    for _ in range(MAX_BEFORE):
        if start <= 0 or code.texts[start - 1] in (";", "}", "{"):
            break
        start -= 1
        if code.texts[start] in (")", "]") and code.mate[start] >= 0:
            close, start = start, code.mate[start]
            if start and code.texts[start - 1] in _FORMS:
                parts.append(code.source(close, end))
                end = start + 1
        elif code.texts[start] == "," and _opener(code, start) == "{":  # the property before it
            start += 1
            break
    return "".join((code.source(start, end), *reversed(parts)))


def _opener(code: Code, index: int) -> str:
    """The bracket in which a token stands, "" where it stands in none nearby."""
    for _ in range(400):
        index -= 1
        if index < 0:
            return ""
        if code.texts[index] in (")", "]", "}") and code.mate[index] >= 0:
            index = code.mate[index]
        elif code.texts[index] in ("(", "[", "{"):
            return code.texts[index]
    return ""


def _decorated(path: str, code: Code, found: Sequence[Function], match: Match, words: Words) -> Iterator[Entry]:
    """The method below a decorator, and what decorators of its class and parameters say."""
    first = code.index_at(match.line, match.column)
    function = next((each for each in found if each.head <= first + 1 and first < each.at and each.owner is not None), None)
    if function is None:
        function = next((each for each in found if each.at > first and code.line(each.at) - match.line < 30 and each.owner is not None), None)
    if function is None or function.owner is None:
        return
    around = f"{function.owner.header} {function.header}"
    method = match.message.upper().removeprefix("HTTP")
    literal = _NEST_PATH.search(code.source(first, function.at))
    path = literal.group(1) if literal is not None else ""
    if method not in ("QUERY", "MUTATION", "MESSAGEPATTERN"):
        path = f"/{inline.joined(_nest_base(function.owner.header), path)}"
    elif function.at < first or "@Controller" in function.owner.header:
        return  # `@Query("page") page: string` on a line of its own
    yield entry_of(function, "nest", (method,), path, f"{function.owner.name}.{function.name}", words, around)


def _nest_base(header: str) -> str:
    """What `@Controller("x")` or `@Controller({ path: "x", version: "1" })` puts before the paths of a class."""
    found = _CONTROLLER.search(header)
    if found is None:
        return ""
    plain, given = found.groups("")
    if plain:
        return plain
    path, version = re.search(r"\b(?:path|route)\s*:\s*['\"`]([^'\"`]*)", given), re.search(r"\bversion\s*:\s*['\"`](\d+)", given)
    return inline.joined(f"v{version.group(1)}" if version is not None else "", path.group(1) if path is not None else "")


def _of_class(path: str, code: Code, found: Sequence[Function], match: Match, words: Words) -> Iterator[Entry]:
    """The public methods of a controller."""
    framework = match.metadata["framework"]
    attributes = framework == "php" and symfony.SPATIE.search(code.text) is not None
    if framework == "php" and not attributes and symfony.USED.search(code.text):
        framework = "symfony"
    for function in found:
        owner = function.owner
        if owner is None or not _is_action(function, framework) or (laravel.is_page(function) and "Filament" not in code.text):
            continue
        above = function.header.split(f" {function.name}(", 1)[0]
        # what stands at a parameter (`@LoginMember Long memberId`) says who asks, and checks nothing
        around = f"{owner.header} {above if framework == 'spring' else function.header}"
        methods, route = told_route(owner.header if framework in ("spring", "aspnet") else "", above)
        route = route.replace("[controller]", owner.name.removesuffix("Controller")).replace("[action]", function.name)
        if framework == "symfony" or attributes:
            methods, route = symfony.route(function)
            around = f"{around} {symfony.above(function)}" if route else around
        name = f"{owner.name}.{function.name}"
        yield entry_of(function, framework, methods, f"/{route.lstrip('/')}" if route else "", name, words, around)


def told_route(head: str, above: str) -> tuple[tuple[str, ...], str]:
    """(methods, path) by the annotations of a class or an interface, and of one of its methods."""
    verb = _HTTP.search(above)
    route = inline.joined(_given_path(head), _given_path(above) if verb else "")
    return tuple(word.upper() for word in verb.groups() if word in _METHODS or (word or "").title() in _METHODS) if verb else (), route


def serves(above: str) -> bool:
    """Do annotations say that a method handles requests?"""
    return _HTTP.search(above) is not None


def left_out(function: Function) -> bool:
    """Spring: does at least every other handler of the same class ask for a login or a role where it stands, and this one, and the class, not?"""
    owner = function.owner
    if owner is None or _SECURED.search(f"{owner.header} {function.header}"):
        return False
    headers = [each.header for each in owner.functions if serves(each.header)]
    return bool(headers) and 2 * sum(_SECURED.search(header) is not None for header in headers) >= len(headers)


def says_itself(function: Function) -> bool:
    """Java, Kotlin: does a method, or its class, say that it handles requests? Annotations may also stand in an interface that nobody wrote here."""
    return serves(function.header) or (function.owner is not None and _CONTROLS.search(function.owner.header) is not None)


_SECURED = re.compile(r"@(?:PreAuthorize|PostAuthorize|Secured|RolesAllowed|Authenticated)\b")
_CONTROLS = re.compile(r"@(?:(?:Rest)?Controller|Path)\b")


def _given_path(header: str) -> str:
    found = _GIVES_PATH.search(header)
    return found.group(1) if found is not None else ""


_METHODS = frozenset(("Get", "Post", "Put", "Patch", "Delete"))


_OVERRIDES = re.compile(r"@Override\b|\boverride\b")
_TAKES_OVER = re.compile(r"\bimplements\b|\bclass\s+\w+[^:]*:", re.S)  # Kotlin writes a colon


def _is_action(function: Function, framework: str) -> bool:
    owner, header = function.owner, function.header
    if (
        owner is None
        or (function.name in (*_PLUMBING, owner.name) and not (framework == "livewire" and laravel.shows_first(function)))
        or not function.name
        or (function.name.startswith("__") and function.name != "__invoke")
    ):
        return False
    if framework == "spring":  # annotations may stand in an interface that the class implements
        above = header.split(f" {function.name}(", 1)[0]
        return serves(above) or (_OVERRIDES.search(above) is not None and _TAKES_OVER.search(owner.header) is not None)
    if framework == "aspnet":
        signature = header.rsplit("]", 1)[-1] if "(" in header.rsplit("]", 1)[-1] else header
        public = "public" in signature.split("(", 1)[0].split() and "static" not in signature.split("(", 1)[0].split()
        return bool(_HTTP.search(header)) or (public and owner.name.endswith("Controller") and "[NonAction]" not in header)
    if framework == "rails":
        return owner.name.endswith(("Controller", "API")) or "Controller" in owner.header
    words = header.split("(", 1)[0].split()
    return (
        ("public" in words or not {"private", "protected"} & set(words))
        and "static" not in words
        and owner.name.endswith((*_PHP_CLASSES, owner.name))
    )


_PHP_CLASSES = ("Controller", "Procedure", "Component", "Action", "Presenter")


# handlers of these take their context and nothing else
_GO_ALONE = re.compile(r"\b(?:gin\.Context|echo\.Context|fiber\.Ctx|iris\.Context)\b")


_GO_PLAIN = re.compile(r"\bhttp\.(?:ResponseWriter|Request)\b")
_GO_PLAIN_PARAM = re.compile(
    r"\s(?:\[\])?\*?(?:string|u?int(?:8|16|32|64)?|bool|error|(?:\w+\.)?\w*(?:Repo|Repository|Service|Store|DB|Client))$|\bfunc\("
)


def _go(path: str, code: Code, found: Sequence[Function], match: Match, words: Words) -> Iterator[Entry]:
    first, last = code.index_at(match.line, match.column), code.index_at(match.end_line, match.end_column)
    if code.texts[first:last].count("func") > 1:
        return  # `func show(uc Usecases) func(c *gin.Context) {`: what it gives handles requests, and stands below
    function = _first_in(found, code, first, last)
    alone = function is not None and len(function.params) == 1
    if function is not None and not handed_more(function) and not _GO_PLAIN.search(function.params[0].text if function.params else ""):
        if any(_GO_PLAIN_PARAM.search(param.text) for param in function.params[1:]):
            return  # a helper that a handler calls: what the client sent is no `string`
    if function is not None and (go_receivers.is_below(function) or go_receivers.is_handed_on(function)):
        return
    if function is not None and (alone or handed_more(function) or not _GO_ALONE.search(function.params[0].text if function.params else "")):
        entry = entry_of(function, "go", (), "", function.name or _enclosing_name(found, function), words, "")
        for param in function.params[1:] if handed_more(function) else ():
            if words.member.fullmatch(param.name) or words.principal.fullmatch(param.name):
                entry.start[param.name] = CALLER  # what a wrapper hands over: `withUser(ShowOrder)`
        yield entry


def handed_more(function: Function) -> bool:
    """Go: does a function take more than the context of a request, which no router knows how to give?"""
    return bool(function.name) and len(function.params) > 1 and _GO_ALONE.search(function.params[0].text) is not None


def _operation(path: str, code: Code, found: Sequence[Function], match: Match, words: Words) -> Iterator[Entry]:
    """Go: what huma, Connect, gRPC or go-kit calls with a context and one message."""
    first, last = code.index_at(match.line, match.column), code.index_at(match.end_line, match.end_column)
    function = _first_in(found, code, first, last)
    if function is None or len(function.params) != 2:
        return
    if go_operations.remote(function):
        yield entry_of(function, "go-operation", (), "", function.name, words, "")
    elif not function.name and go_operations.endpoint(function):
        yield entry_of(function, "go-operation", (), "", _enclosing_name(found, function), words, "")
    elif (told := go_operations.registered(code.text, function.name)) is not None:
        yield entry_of(function, "go-operation", (told[0],), told[1], function.name, words, told[2])


def _signed(path: str, code: Code, found: Sequence[Function], match: Match, words: Words) -> Iterator[Entry]:
    """Go: what a generated server or a framework of controllers calls, by what it takes."""
    function = _first_in(found, code, code.index_at(match.line, match.column), code.index_at(match.end_line, match.end_column))
    if function is not None:
        yield from go_signed.entries(function, match.message, words)


def _inline(path: str, code: Code, found: Sequence[Function], match: Match, words: Words) -> Iterator[Entry]:
    first, last = code.index_at(match.line, match.column), code.index_at(match.end_line, match.end_column)
    ktor = match.metadata["framework"] == "ktor"
    message = match.message.replace("$2", "").strip()  # a group of the pattern that took nothing
    for each in inline.ktor(code, found, first, message) if ktor else inline.minimal(code, found, first + 1, last, message):
        entry = entry_of(each.function, match.metadata["framework"], (each.method,), each.path, each.name, words, each.around)
        if ktor:
            entry.start["call"] = Value(request=True)
        yield entry


def _block(path: str, code: Code, found: Sequence[Function], match: Match, words: Words) -> Iterator[Entry]:
    """Sinatra, Grape: the block behind a verb and a path."""
    known = sinatra.route(code, code.index_at(match.line, match.column), owners(code))
    if known is not None:
        function, method, route = known
        yield entry_of(function, "sinatra", (method,), route, f"{method} {route}", words, "")


def _graphql_ruby(path: str, code: Code, found: Sequence[Function], match: Match, words: Words) -> Iterator[Entry]:
    return ruby_graphql.resolved(found, words)


def _endpoint(path: str, code: Code, found: Sequence[Function], match: Match, words: Words) -> Iterator[Entry]:
    return fastendpoints.endpoints(found, words)


def _script(path: str, code: Code, found: Sequence[Function], match: Match, words: Words) -> Iterator[Entry]:
    """A script of plain PHP: what stands outside of its functions."""
    function = php_scripts.script(code, found)
    if function is not None:
        yield entry_of(function, "php-script", (), "", path.rpartition("/")[2], words, "")


def _nothing(path: str, code: Code, found: Sequence[Function], match: Match, words: Words) -> Iterator[Entry]:
    """A registration that names its handler: the table of routes reads it (`questions.py`)."""
    return iter(())


_BY_FRAMEWORK = {
    "router": _nothing, "next-route": exported, "loader": exported, "server-action": server_actions, "nest": _decorated,
    "spring": _of_class, "aspnet": _of_class, "php": _of_class, "livewire": _of_class, "rails": _of_class, "go": _go, "go-router": _nothing,
    "go-row": _nothing, "go-operation": _operation, "go-signed": _signed, "sinatra": _block, "graphql-ruby": _graphql_ruby,
    "laravel-route": _nothing, "ktor": _inline, "minimal": _inline,
    "fastendpoints": _endpoint, "wordpress": _nothing, "php-script": _script, served.GRAPHQL: served.resolved, served.EVENT: served.called,
}  # fmt: skip
_ORDER = {"router": 0, "next-route": 1, "procedure": 2, "nest": 3}
