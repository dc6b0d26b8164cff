"""What the parameters of an entry point hold: the request, ids, what the client sent, the caller; and the entry point with them.

Knows: annotations, types and names of parameters. Does not know: which functions are entry points (`entries.py`), what the function does.
"""

from __future__ import annotations

import msgspec

from prodlint import regex as re
from prodlint.patterns.text.meanings import CALLER, Value
from prodlint.patterns.text.reader import Function, Parameter
from prodlint.patterns.text.types import TYPED
from prodlint.patterns.text.words import Words
from prodlint.patterns.ties.values import CREDENTIAL

_CLIENT_PARAM = re.compile(
    r"@(Param|Path(?=\()|PathVariable|PathParam|[rR]equestParam|[qQ]ueryParam|Args?|Query|MatrixVariable)\b|\[From(Route|Query|Form)"
)
_BODY_PARAM = re.compile(r"@(Body|[rR]equestBody|ModelAttribute|BeanParam|Valid|RequestPart|UploadedFiles?|Payload)\b|\[FromBody|\[Bind")
_CALLER_PARAM = re.compile(
    r"(?i)(?:@|#\[\s*)(?:\w*(user|member|principal|session|auth|account|tenant|owner|identity|claims|viewer|caller|requester)\w*"
    r"|login\w*|(?:current|acting)_?actor|(?:request|session)attribute\b)"
    r"|\b(Principal|Authentication|UserDetails|ClaimsPrincipal|Jwt|OAuth2\w+|SecurityContext|KeycloakPrincipal|CustomUser\w*|UserPrincipal)\b"
)
_REQUEST = re.compile(r"\b(?:Request|HttpServletRequest|ServerHttpRequest|WebRequest|NextRequest|HttpRequest|ServerRequest|HttpContext)\b")
_REQUEST_CSHARP = re.compile(r"\bHttp(?:Request|Context)\b")  # `[AsParameters] Request request` is a record of the project
_SIMPLE = re.compile(r"\b(string|int|long|Guid|uint|Int32|Int64|String|Long|Integer|UUID|Int|short|ulong|ObjectId)\b\??")
_IDS = re.compile(
    r"\b(?:I?List|Set|I?Collection|IEnumerable|Array|HashSet)<(?:Long|long|String|string|Integer|int|Int|UUID|Guid|ObjectId)\??>|\b(?:Long|long|String|string|Integer|int|UUID|Guid)\[\]"
)
_SERVICE = re.compile(
    r"\[FromServices\]|CancellationToken|\bI[A-Z][a-z]\w*(?:<[^<>]*>)?\s|\b\w*(?:DbContext|UserManager|SignInManager|Service|Repository|Mediator|Logger)\b|HttpServletResponse|Model\b|BindingResult|RedirectAttributes|Pageable|Locale|UriComponentsBuilder"
)
_AUTHORIZATION = re.compile(r"@RequestHeader\([^()]{0,80}(?:\bAUTHORIZATION\b|\"[Aa]uthorization\")|\[FromHeader\([^()]{0,80}\"[Aa]uthorization\"")
_WHO = re.compile(r"(?:current|auth(?:enticated)?|session)?_?(?:user|session|account|member)", re.I)
# a wrapper that hands on what was sent: `withForm(async (request, { params, userId }) =>`
_OF_BODY = re.compile(r"(?i)body|pars|valid|form(?!at)|input|payload|query|schema|json|\bwith\w*data(?!base)")
# what a context holds beside who asks and what was found for them
_TOOL = re.compile(
    r"(?i)\w*(?:db|database|prisma|drizzle|tx|conn\w*|client|log(?:ger)?|cache|redis|kv|env|config|service|services|repos?|repositor\w+|supabase|stripe|i18n|queue|storage)"
    r"|t|req(?:uest)?|res(?:ponse)?|reply|headers?|cookies?|params|query|body|input|next|set|get|json|html|text"
)
_ANSWERS = re.compile(r"@Res(?:ponse)?\(|:\s*(?:\w+\.)?(?:Response|FastifyReply|ServerResponse|NextFunction)\b")


class Entry(msgspec.Struct):
    """One entry point: the function that is read, its route, what stands around it, and what its parameters hold."""

    function: Function
    framework: str
    methods: tuple[str, ...]
    path: str
    name: str
    start: dict[str, Value]
    around: str = ""  # annotations, wrappers and middleware, as text
    roles: tuple[str, ...] = ()  # for which annotations ask, where no name says whom they let in


def entry_of(function: Function, framework: str, methods: tuple[str, ...], path: str, name: str, words: Words, around: str) -> Entry:
    start: dict[str, Value] = {}
    for position, param in enumerate(function.params):
        start.update(held(param, position, framework, words, function.code.language, around))
    return Entry(function, framework, methods, path, name, start, around)


def held(param: Parameter, position: int, framework: str, words: Words, language: str, around: str = "") -> dict[str, Value]:
    """What a parameter of an entry point holds, by the names that it gives."""
    if param.taken:
        said = _CALLER_PARAM.search(param.text) is not None  # `@CurrentUser() { userId }`
        # Next.js hands over `params`: what stands beside it is from a wrapper of the project, `withTenant(async (request, { params, tenantId }) =>`
        put = words.member if framework == "next" and position == 1 and not _OF_BODY.search(around) else None
        return {name: CALLER if said or (put is not None and put.fullmatch(key)) else _taken(key, words) for name, key in param.taken}
    name, text = param.name, param.text
    if not name or _SERVICE.search(text) or (framework == "nest" and _ANSWERS.search(text)):
        return {}
    if language in TYPED and (CREDENTIAL.fullmatch(name) or _AUTHORIZATION.search(text)):
        return {name: CALLER}
    if language == "go":
        return (
            {name: Value(request=True)}
            if position == 0 or "http.Request" in text
            else {}
            if "ResponseWriter" in text
            else {name: Value(container=True)}
        )
    request = _REQUEST_CSHARP if language == "csharp" else _REQUEST
    if request.search(text) or (words.request.fullmatch(name) and language not in TYPED):  # `CancelOrder request` is what the client sent
        return {name: Value(request=True)}
    if (
        language in TYPED
        and _CLIENT_PARAM.search(text)
        and not _SIMPLE.search(text)
        and re.search(r"\b[A-Z]\w*(?:Command|Query|Request|Input|Dto|DTO|Model|Form)\b", text)
    ):
        return {name: Value(container=True)}
    if _CLIENT_PARAM.search(text):
        return (
            {name: Value(ids=frozenset((name.lstrip("$"),)))}
            if not re.search(r"@\w+\(\)\s+\w+\s*:\s*\w*(Dto|Input|Args)", text)
            else {name: Value(container=True)}
        )
    if framework == "nest" and words.sent and (mark := re.match(r"@(\w+)\(", text)) is not None and mark.group(1) in words.sent:
        return {name: Value(ids=frozenset((name,)))}  # `@TenantId()`, which reads a header that anybody can send
    if _CALLER_PARAM.search(text):
        return {name: CALLER}
    if language in TYPED and _IDS.search(text) and words.is_id(name):
        return {name: Value(ids=frozenset((name,)))}
    if _BODY_PARAM.search(text) or words.container.fullmatch(name) or framework == "nest":
        return {name: Value(container=True)}
    if language in ("javascript", "typescript"):
        if framework == "next" and position == 1 and _WHO.fullmatch(name):
            return {name: CALLER}  # `withAuthentication(async (request, user) => ...)`: Next.js hands over what holds the parts of the path
        if framework == "next" and position > 1:  # Next.js hands over two: what comes after is from a wrapper of the project
            return {name: CALLER} if words.injected.fullmatch(name) or words.member.fullmatch(name) else {}
        return {name: Value(container=True)} if framework in ("loader", "next") else {name: CALLER} if words.injected.fullmatch(name) else {}
    if language == "ruby":
        return {}
    if language == "php":
        typed = re.match(r"(?:\?)?([A-Z\\]\w*)", text)
        return {} if typed else {name: Value(ids=frozenset((name.lstrip("$"),)))}
    if _SIMPLE.search(text):
        return {name: Value(ids=frozenset((name,)))}
    return {name: Value(container=True)} if language == "csharp" else {}


def _taken(key: str, words: Words) -> Value:
    """What a destructured parameter gives under this key: `input.workspaceId`, `params`, `session`, `context.user`."""
    first, _, rest = key.partition(".")
    last = key.rsplit(".", 1)[-1]
    if words.container.fullmatch(first) or first in ("parsedInput", "rawInput", "data"):
        if not rest or words.container.fullmatch(last):
            return Value(container=True)
        return Value(ids=frozenset((last,)))
    if first in ("ctx", "context", "req", "request", "locals", "event"):
        if rest and (words.injected.fullmatch(last) or words.member.fullmatch(last)):
            return CALLER
        if first in ("ctx", "context") and key.count(".") == 1 and words.is_id(last) and last not in words.unchecked:
            return CALLER  # `ctx: { emailAccountId }`, as `ctx.emailAccountId`: a middleware of the project put it there
        put = first in ("ctx", "context") and key.count(".") == 1 and not _TOOL.fullmatch(last)  # `ctx: { project }`: by a middleware
        return Value(request=True) if not rest or put else Value()
    if words.injected.fullmatch(first) or words.principal.fullmatch(first):
        return CALLER
    return Value()


def http_start(function: Function, words: Words) -> dict[str, Value]:
    """What the parameters of a middleware of JavaScript hold."""
    return entry_of(function, "middleware", (), "", function.name, words, "").start
