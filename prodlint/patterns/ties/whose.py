"""Names that say who asks, or that hold what a client sent, by how a language's frameworks fill them.

Knows: fields that a container injects (Java, Kotlin), methods of a base class of handlers, properties of Laravel's request. Does not know: the
function in which a name stands (`values.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from prodlint import regex as re
from prodlint.patterns.ruby.handmade import source, turns_away
from prodlint.patterns.text.meanings import Resolve, Value
from prodlint.patterns.text.reader import Function
from prodlint.patterns.text.spans import DOTS
from prodlint.patterns.text.tokens import Code
from prodlint.patterns.text.types import TYPED
from prodlint.patterns.text.words import Words

HOLDS_SENT = frozenset(("params", "query", "body", "valid", "Form", "PostForm", "URL", "files", "args", "rawInput", "Variables"))
# steps from what was sent to one part of it that name no part
OF_SENT = frozenset(("get", "getAll", "Get", "Query", "data", "toString", "as", "catch", "then", "finally"))
GIVEN_BACK = frozenset(("MustGet", "Get", "Value", "Locals", "get", "var"))
PART = re.compile(r"json|param|query|form|header|cookie")  # what Hono's validators give
PARTS = frozenset(
    ("params", "searchParams", "Msg")
)  # what a page or a handler of Next.js is handed holds these, and a request of Connect its message
_RESPONSE = re.compile(r"_?res(?:ponse)?|reply")
_GIVEN = re.compile(r"\$request->(?:get|input|attributes->get)\(\s*['\"]\w+['\"]\s*\)\s*;")
_OF_SYMFONY = frozenset(("request", "attributes", "headers", "cookies", "server", "session"))
_USER = re.compile(r"(?:current|logged|login|auth)?[uU]ser(?:Details|Info|Context|Session|Principal)?|(?:current)?[tT]enant")
_COMPONENT = re.compile(r"\bextends\s+\\?(?:\w+\\)*\w*(?:Component|Page)\b")
_BEAN = re.compile(r"@(?:Rest)?Controller\b|@(?:Service|Component|Path)\b")
_OF_BASE = re.compile(r"get(?:Login)?(?:User(?:Id|Name|name)?|AccountId|MemberId|TenantId)")
FIELD = re.compile(r"_?(?:user|(?!new|other|target|selected)[a-z]+User)(?:Info|Context|Session)?")
OWN = re.compile(r"(?:Logged(?:In|On)|Signed(?:In)?|Auth(?:enticated)?)?(?:User|Account|Tenant|Organi[sz]ation|Customer)Id(?:entifier)?")
ASKED = re.compile(r"(?:Controller|Hub|Endpoint|PageModel)(?:Base)?$")
HOLDER = re.compile(
    r"(?i)\w*(?:holder|facade|accessor|current|security)(?:service|context)?|\w*(?:tenant|user|request|auth\w*|security|work)_?context"
)
NOBODY = frozenset(("Function", "UnaryOperator"))  # Java: `Function.identity()`
# services that know who asks: what they have, and not what they answer, is the caller's
KNOWS = re.compile(r"(?i)\w*(?:identity|claims?|session|auth(?:entication)?|logged_?in)_?(?:service|provider|accessor|manager|helper|info)")
HELD = re.compile(
    r"(?i)(?:project|repo(?:sitory)?|group|channel|household|library)(?:_?(?:id|entity|dto|or_?null))?|\w*(?:user|tenant|organi[sz]ation|account)(?:_?\w*)?"
)
# C#: what a controller's base class, or an extension of controllers, gives of who asks
_OF_TOKEN = re.compile(r"Get(?:Current|Auth|Access|User|Web|Api|Game|Login)?(?:Token|Session)")
# Go: what a context gives by a key, and of it what only a middleware puts there
_SET_BEFORE = r"Get(?:String|Int|Int64|Uint|Uint64|Bool)\w*|MustGet"
SET_BEFORE = re.compile(_SET_BEFORE)
KEPT_BEFORE = re.compile(rf"{_SET_BEFORE}|Value|Get|Locals|UserValue|\w*(?:Context|Ctx)(?:Value|Var|Key)?")
_OF_CONTEXT = re.compile(r"\w*(?:Context|Ctx)(?:Value|Var|Key)?")
# what a signature or a key of the server vouches for is no longer the client's choice
VOUCHED = re.compile(
    r"(?i)(?:jwt_?)?verify(?:_?\w*(?:token|jwt|signature|signed|ticket|code|otp))?|verified!?|find_signed!?|(?:un_?sign(?!ed)|unseal|decrypt)(?:_?(?!password)\w+)?"
)
# calls that let somebody in by what they sent: what these give is who asks
OF_SPAN = re.compile(
    r"[sS]tart|(?:[sS]tart|[nN]ew|[bB]egin)\w*(?:Span|Trace|Segment)\w*"
)  # `tracer.Start(r.Context(), "orders.show")`: a name, and no key
LOGS_IN = re.compile(
    r"(?:Password)?(?:Log|Sign)_?[iI]n(?:User)?(?:Async)?|Authenticate(?:User)?(?:Async)?|(?:Validate|Verify|Check)Credentials(?:Async)?"
)
# Go: what a context carries beside who asks, `logger.FromContext(ctx)`
_OF_APP = re.compile(
    r"(?i)\w*log(?:ger|ging|s|ctx)?|slog|zap|zerolog|logrus|\w*trac(?:e|er|ing)|span|otel|metrics?|db|database|sqlx?|g?orm|pgx?|bun|ent|pool|tx|txn|transactions?|conn|config|i18n|locali[sz]er?"
    r"|locale|lang|sentry|newrelic|hub|request_?id"
)
_FOR_REQUEST = re.compile(r"_?(?:cls|als)(?:Service)?|async_?[lL]ocal_?[sS]torage")  # what lives as long as a request does
_ITS_ID = re.compile(r"(?i)u?id")  # gin's `c.GetInt("id")`: what a middleware put there, and no part of the path
# C#, Java, Kotlin: types of services that know who asks, `ICurrentUserService`, `IUserContext`
_KNOWS_WHO = (
    r"(?:I?\w{0,30}?Current\w{0,30}?(?:User|Tenant|Account|Member|Customer|Company|Organi[sz]ation)\w{0,30}|I\w{0,30}?(?:User|Tenant)Context\w{0,30}"
    r"|I?\w{0,30}?(?:User|Tenant)(?:Accessor|Session|Principal)\w{0,30}"
    r"|ITenantProvider|IUser)"
)
_KNOWING = re.compile(rf"\b{_KNOWS_WHO}\s+(\w+)\s*[;,)={{]")
_KNOWING_KOTLIN = re.compile(rf"\b(\w+)\s*:\s*{_KNOWS_WHO}\b")
# what only a context of Entity Framework is asked, whose name may be `IUserContext` too
_HOLDS_ROWS = re.compile(
    r"\b(\w+)\s*\.\s*(?:SaveChanges|Set<|Entry\(|[A-Z]\w*\s*\.\s*(?:Find(?:Async)?|Include|Remove\w*|Add\w*|AsNoTracking|\w{3,20}Async)\()"
)
_FROM_CONTEXT = re.compile(r"(?:From|In)_?(?:Context|Ctx)")
_DECODES = re.compile(r"decode_?(?:\w*(?:[jJ]wt|JWT|[tT]oken|[aA]uth)\w*)?|jwtDecode")
_GIVES_SENT = re.compile(
    r"(?:URL)?Vars|(?i:(?:decode|bind|parse|read|validate)(?:_?(?:and_?)?(?:valid\w*|json|body|request|req|input|payload|form|params?))*)"
)
OF_CALLER = re.compile(r"(?i)(?:access|auth|bearer|session)?_?token|authorization|api_?key")  # go-kit: a part of what was decoded, `req.token`
_OF_TOKENS = re.compile(r"(?i)\w*(?:jw[ts]|paseto|tokens?|claims|sessions?)")

# Node: parts of a request that bear what a caller proves itself with, and what that is called there
BEARS = {
    "headers": re.compile(r"(?i)authorization|cookie|(?:x-)?api-?key|x-(?:access|auth)-token"),
    "cookies": re.compile(r"(?i)(?!\w*[cx]srf)(?:[\w-]*[-_.])?(?:(?:access|auth|session|id|bearer)?_?-?(?:token|jwt)|session(?:[-_]?id)?|sid)"),
}
# whom a middleware found by the key that came with the request, `req.client`, `req.apiKey`
_KEY_HOLDER = re.compile(r"client|(?:api|service)_?(?:key|client|account)|apiConsumer")
# what a request of a framework holds of the client
OF_REQUEST = re.compile(
    r"(?i)\w*(?:params|query|body|headers?|cookies|files?|url|args|input|data|fields|payload|form|valid\w*|value|request|req|json|detail)"
)
# `c.set("appId", app.id)`, and what says that the value was sent
_PUT = re.compile(r"\.set\(\s*[\"'](\w+)[\"']\s*,\s*((?:await\s+)?[\w.$?!\[\]\"'()]{1,120})")
_KEY = re.compile(r"(?i)^(?:ctx|context|token|jwt|session)_?(?:key)?_?(?=\w)|^key_?(?=[A-Z_])|_?(?:ctx|context)?_?(?:key|ctx|context)$")
MAX_PUT = 200  # in one file
_FIRST = re.compile(r"(?!await\b)\b[A-Za-z_]\w*")
_SENT = re.compile(r"\.req\b|\breq\.|\b(?:query|param|params|body|headers?)\b")


# `next({ ctx: { ...ctx, userId, teamId: team.id } })`, and what of it a client sent
_CONTEXTS = re.compile(r"\bctx\s*:\s*\{((?:[^{}]|\{[^{}]{0,300}\}){0,1200})\}")
_ENTRIES = re.compile(r"(?<![\w.$])([A-Za-z_$][\w$]*(?:Id|ID|_id|Uuid))(?:\s*:\s*([^,\n]{1,120}))?\s*(?=,|$|\n)")
MAX_CONTEXTS = 40  # in one file, and keys of one
_MADE = re.compile(r"\b(?:const|let|var)\s+\[?\s*(\w+)\b[^=]{0,80}=(?![=>])")
_ONLY_SAYS = re.compile(
    r"\b(?:\w{0,20}[lL]og\w{0,20}|audit\w{0,20}|track\w{0,20}|set\w{0,20}Context|set(?:Tag|User))(?:\.\w+)?\((?:[^()]|\([^()]*\)){0,400}\)"
)
_REFUSED = re.compile(r"\bthrow\b|\breturn\s+(?:null|undefined|false)\b|\breject")
_ASKS_WHO = re.compile(r"(?i)\b(?:user_?id|user\.id|session\.\w+|member\w*|owner\w*)\b")
_OF_INPUT = re.compile(r"\b(?:rawInput|getRawInput|parsedInput|clientInput|bindArgs\w*|input|params|query|body|headers?|searchParams)\b")


def is_member(words: Words, name: str) -> bool:
    return bool(words.member.fullmatch(name) or words.principal.fullmatch(name))


def context_key(function: Function, words: Words, opened: int, name: str) -> str:
    """Go: who the key of a context names, `ctx.Value(middleware.UserIDKey)`, `c.Value(contextKey("userID"))`, `c.Get(UserIDKey.String())`; "" for
    nobody."""
    code = function.code
    if code.language != "go" or not KEPT_BEFORE.fullmatch(name):
        return ""
    given = [code.texts[at].strip('"`') for at in range(opened + 1, code.mate[opened]) if code.kinds[at] in ("n", "s")]
    said = _KEY.sub("", next((each for each in reversed(given) if each != "String"), ""))
    held = is_member(words, said) or words.container.fullmatch(said)  # `ctx.Value(CtxParams)`
    return said if said and (held or its_id(function, words, said)) else ""


def of_app(parts: list[str]) -> bool:
    """Go: does a package of the app's own workings give what a context carries: `logger.FromContext(ctx)`, `log.FromContext(ctx).Info`?"""
    return len(parts) > 1 and _FROM_CONTEXT.fullmatch(parts[1]) is not None and _OF_APP.fullmatch(parts[0]) is not None


def decodes(parts: list[str]) -> bool:
    """Does a call read what a token says, which somebody verified, or nobody?"""
    return _DECODES.fullmatch(parts[-1]) is not None and (parts[-1] != "decode" or parts[0].lower() == "jwt")


def holds_key(language: str, member: str) -> bool:
    """JavaScript: did a middleware put there whom it found by the key that came with the request: `req.client`, `req.apiKey`?"""
    return language in ("javascript", "typescript") and _KEY_HOLDER.fullmatch(member) is not None


def kept_id(code: Code, parts: list[str], words: Words, key: str) -> bool:
    """Hono: is it an id that something before the handler put into the context, `c.get("appId")`? In Koa, and of a request, it is a header."""
    if code.language not in ("javascript", "typescript") or parts[1:2] != ["get"] or not words.is_id(key) or key not in words.kept:
        return False
    return parts[0] == "c" or (parts[0] in ("ctx", "context") and re.search(r"[hH]ono", code.text) is not None)


def put_by_middleware(texts: Iterable[str]) -> frozenset[str]:
    """JavaScript: the keys that are put into a request's context, `c.set("appId", app.id)`, and nowhere with what the client sent."""
    found: set[str] = set()
    sent: set[str] = set()
    for text in texts:
        for key, value in _PUT.findall(text)[:MAX_PUT]:
            name = _FIRST.search(value)
            of_client = _SENT.search(value) or (
                name is not None and re.search(rf"\b{name.group()}\b[^=;\n]{{0,80}}=[^=;\n]{{0,40}}(?:\.req\b|\breq\.)", text)
            )
            (sent if of_client else found).add(key)
    return frozenset(found - sent)


def put_unchecked(texts: Iterable[str]) -> frozenset[str]:
    """tRPC, next-safe-action: ids that a middleware puts into the context as the client sent them, `next({ ctx: { teamId: rawInput.teamId } })`,
    and that it holds against nobody before: no statement names both the id and who asks, or nothing refuses."""
    out: set[str] = set()
    for text in texts:
        text = _ONLY_SAYS.sub(" ", text) if "ctx" in text and _OF_INPUT.search(text) else ""
        for found in list(_CONTEXTS.finditer(text))[:MAX_CONTEXTS]:
            before = text[max(0, found.start() - 4000) : found.start()]
            before = before[max(before.rfind(".use("), before.rfind("iddleware("), 0) :]
            for key, value in _ENTRIES.findall(found.group(1))[:MAX_CONTEXTS]:
                name = named.group() if (named := _FIRST.search(value or key)) is not None else key
                at = max(before.rfind(f" {name} ="), before.rfind(f" {name} }} ="))
                made, _, asked = before[at:].partition(";") if at >= 0 else ("", "", before)
                sent = _OF_INPUT.search(value) or _OF_INPUT.search(made)
                if sent and not (_REFUSED.search(asked) and _held_there(asked.split(";"), key)):
                    out.add(key)
    return frozenset(out)


def _held_there(statements: list[str], key: str) -> bool:
    """Does one name who asks beside the id, or beside what another one found by it?"""
    found = [made.group(1) for each in statements if key in each and (made := _MADE.search(each)) is not None]
    return any(_ASKS_WHO.search(each) and any(re.search(rf"\b{name}\b", each) for name in (key, *found[:MAX_CONTEXTS])) for each in statements)


def is_locals(parts: list[str], language: str) -> bool:
    """Express: `res.locals`, where middleware puts who asks."""
    return parts[1:2] == ["locals"] and _RESPONSE.fullmatch(parts[0]) is not None and language in ("javascript", "typescript")


def awaited_part(code: Code, at: int, last: int) -> str:
    """JavaScript: the name behind the bracket that closes here, `(await props.params).orderId`, where it is not called; else ""."""
    if code.language not in ("javascript", "typescript") or at + 2 >= last + 1 or code.texts[at : at + 1] != [")"]:
        return ""
    if code.texts[at + 1 : at + 2] != ["."] or code.kinds[at + 2 : at + 3] != ["n"] or code.texts[at + 3 : at + 4] == ["("]:
        return ""
    opened = code.mate[at]
    return code.texts[at + 2] if opened >= 0 and code.texts[opened + 1] == "await" else ""


def vouches(resolve: Resolve, parts: list[str], name: str) -> bool:
    """JavaScript: does a helper that reads an id off the request hold it against who asks before it gives it, as `getProjectId(req)` that looks the
    project up with `req.client.organizationId`? One that gives what was sent where nobody is known does not."""
    known = resolve(parts[-1], parts[-2] if len(parts) > 1 else "", 1)
    return known is not None and known.caller and name.lower() in {each.lower() for each in known.vouched}


def of_context(code: Code, words: Words, name: str, key: str) -> bool:
    """Go: does a function of the project give who asks by a key, `handlers.ContextValue[int64](w, r, UserIDKey)`?"""
    return code.language == "go" and _OF_CONTEXT.fullmatch(name) is not None and is_member(words, key)


def sent_by(parts: list[str], called: set[int] | tuple[()]) -> str | None:
    """Go: "" where a call that is handed the request gives what the client sent, `mux.Vars(r)`, `decode[Order](r)`, else the one part of it that is
    asked for, `mux.Vars(r)["id"]`; None for other calls."""
    at = next((place for place in sorted(called) if _GIVES_SENT.fullmatch(parts[place]) and not _OF_TOKENS.fullmatch(parts[0])), -1)
    return None if at < 0 else "".join(parts[at + 1 :][-1:])


def injected(code: Code, name: str) -> bool:
    """C#, Java, Kotlin: is it a field that the container fills with who asks, `@Autowired protected ClientDetails user`, `ICurrentUser _user`, and
    not what a client sends?"""
    if code.language in TYPED and name in _knowing(code.text, code.language):
        return True
    if code.language not in TYPED or _USER.fullmatch(name) is None:
        return False
    if re.search(rf"@(?:Autowired|Inject)\b[^;{{}}()=]{{0,90}}\b{name}\s*[;:]", code.text) is not None:
        return True
    by_constructor = re.search(rf"\b(?:private|protected)\s+(?:final\s+)?[A-Z]\w*\s+{name}\s*;", code.text) and f"this.{name} = {name};" in code.text
    return bool(by_constructor) and _BEAN.search(code.text) is not None


# a helper of a handler that is handed nothing but the request: `issueID(c)`
SOME_ID = re.compile(r"((?!request|trace|session|correlation|client|span|device)[a-z]\w*I[dD])")


@lru_cache(maxsize=512)
def _knowing(text: str, language: str) -> frozenset[str]:
    """The fields, parameters and properties of a file that are services which know who asks."""
    form = _KNOWING_KOTLIN if language == "kotlin" else _KNOWING
    return frozenset(form.findall(text)) - frozenset(_HOLDS_ROWS.findall(text))


def its_id(function: Function, words: Words, name: str) -> bool:
    """Is what a middleware or a filter put there under such a name an id: in Java, where it may be that of a shop, whatever it is of?"""
    return words.is_id(name) if function.code.language in TYPED or function.code.language == "php" else _ITS_ID.fullmatch(name) is not None


def asks_for_own(function: Function, name: str, start: int) -> bool:
    """Ruby: does anything hang on whether a row has something of who asks: `member = @room.members.find_by(user: current_user)` and then
    `return unless member`?"""
    code = function.code
    if code.language != "ruby" or name not in ("find_by", "find_by!", "exists?"):
        return False
    if name == "find_by!":
        return True
    given = code.texts[start - 2] if start > 1 and code.texts[start - 1] == "=" else ""
    asked = rf"(?<![\w.@:]){re.escape(given)}(?![\w?!])(?:\.(?:present|persisted)\?)?" if given else rf"\.{re.escape(name)}[( ]"
    return turns_away(source(function), asked)


def held_row(function: Function, parts: list[str]) -> bool:
    """Livewire: is it the id of a row that the component holds, `$this->article->id`, which was put there when the page was made, and which a client
    cannot change?"""
    if function.code.language != "php" or len(parts) != 3 or parts[0] != "$this" or parts[2] not in ("id", "uuid", "getKey"):
        return False
    return function.owner is not None and _COMPONENT.search(function.owner.header) is not None


def asks_base(code: Code, name: str) -> bool:
    """Java, Kotlin, C#: is it a method of a base class that gives who asks, where it is called on nothing: `getUserId()`?"""
    return code.language in TYPED and _OF_BASE.fullmatch(name) is not None


def asks_token(function: Function, parts: list[str], literal: str, words: Words) -> bool:
    """C#: is it the token, or the session, of this request that a controller asks itself for, handing over nothing: `this.GetToken()`? JavaScript: is
    it who asks that was put aside for the request: `this.cls.get("user.id")` of nestjs-cls?"""
    if literal:
        kept = function.code.language in ("javascript", "typescript") and parts[-1] == "get" and len(parts) > 1
        return kept and _FOR_REQUEST.fullmatch(parts[-2]) is not None and is_member(words, literal.partition(".")[0])
    if function.code.language != "csharp" or function.owner is None or len(parts) > 2 or (len(parts) == 2 and parts[0] != "this"):
        return False
    return _OF_TOKEN.fullmatch(parts[-1]) is not None and ASKED.search(function.owner.name) is not None


_ASKS_SENT = re.compile(r"Get(?:String|Strings|Int|Int8|Int16|Int32|Int64|Uint\d*|Bool|Float)")


def was_put(function: Function, members: list[str]) -> bool:
    """Is it what something before the handler put there? Go: `c.GetString(key)`, and `c.Get(key)` of gin (that of echo may give a part of the path);
    Java, Kotlin: `request.getAttribute("shopId")`, which no client sets."""
    if function.code.language in ("java", "kotlin"):
        return members[-1] == "getAttribute"
    if function.code.language == "php":
        return members == ["attributes", "get"]
    if function.code.language != "go":
        return False
    if not function.params and _ASKS_SENT.fullmatch(members[-1]) and len(members) == 1:
        return False  # Beego: `c.GetString("id")`, where the controller is the request
    return SET_BEFORE.fullmatch(members[-1]) is not None or (members == ["Get"] and any("gin.Context" in param.text for param in function.params))


def asserted(code: Code, at: int, last: int) -> int:
    """Go: the dot behind a type that is asserted at this dot, `ctx.Value(key).(Claims).UserID`; -1 for none."""
    closed = code.mate[at + 1] if code.language == "go" and at + 1 < last and code.texts[at + 1] == "(" else -1
    return closed + 1 if 0 < closed < last - 2 and code.texts[closed + 1] == "." else -1


def cast(code: Code, start: int, at: int, last: int) -> int:
    """TypeScript: the token behind a name whose type is told in brackets and of which a part is taken, `(req as AuthRequest).user`, where `at` stands
    behind the name; -1 for none."""
    if code.language not in ("javascript", "typescript") or start < 1 or at >= last:
        return -1
    opened = start - 1
    while opened > start - 8 and opened > 0 and code.texts[opened] != "(":  # `(<any>req).user`
        opened -= 1
    closed = code.mate[opened] if code.texts[opened] == "(" else -1
    told = code.texts[at] == "as" if opened == start - 1 else code.texts[opened + 1] == "<" and code.texts[start - 1] == ">" and closed == at
    return closed + 1 if told and at <= closed < last - 1 and code.texts[closed + 1] in (*DOTS, "!") else -1


def of_route(code: Code, at: int) -> tuple[str, int] | None:
    """FastEndpoints: the name of what a client sends, and the token behind the call, where one is asked for at this token, `Route<int>("id")`."""
    if code.language != "csharp" or code.texts[at] not in ("Route", "Query") or code.texts[at - 1] in DOTS:
        return None
    opened = next((each for each in range(at + 2, min(at + 9, len(code))) if code.texts[each] == "("), -1)
    if opened < 0 or code.mate[opened] < 0 or code.texts[opened - 1] != ">":
        return None
    named = next((each for each in range(opened + 1, code.mate[opened]) if code.kinds[each] == "s"), -1)
    name = code.texts[named].strip('"') if named > 0 else ""
    return (name, code.mate[opened] + 1) if re.fullmatch(r"[\w-]+", name) is not None else None  # `Query<Order>("SELECT ...")` is one of a database


def sent(code: Code, words: Words, name: str) -> bool:
    """Laravel: does a property of the request hold what the client sent, `$request->order_id`? Not who asks, nor what Symfony's is made of."""
    if code.language != "php" or words.container.fullmatch(name) or name in HOLDS_SENT or name in _OF_SYMFONY or name.isupper():
        return False  # `Input::TYPE_INT` is a constant
    return words.is_id(name) or not (words.member.fullmatch(name) or words.principal.fullmatch(name))


def put_there(code: Code, body: str, name: str) -> bool:
    """PHP: is a variable, of which a property is used, what the request gives by a key, `$project = $request->get('project')`? A client sends texts
    and lists, so that a middleware put the object there."""
    if code.language != "php" or not name.startswith("$"):
        return False
    made = [_GIVEN.match(body, found.end()) for found in re.finditer(rf"{re.escape(name)}\s*=\s*(?!=)", body)]
    return bool(made) and all(made)


_PROVES = re.compile(r"authenticate(?:_\w*password\w*)?|valid_password\?|(?:check|verify|correct)_?password[!?]?")  # has_secure_password, Devise
# Java, Kotlin: `key.checkInProject()`, which raises where the row is of another one; `order.checkMemberLimit()` asks for its state
_CHECKS = re.compile(
    r"(?:check|assert|ensure|validate|verify|require)(?:BelongsTo\w*|Ownership|(?:Has)?(?:\w*Access(?:ible|Rights?)?|Permissions?)|Authori[sz](?:ed|ation)"
    r"|(?:Is)?(?:In|Of)(?:Project|Org|Organi[sz]ation|Team|Workspace|Tenant|Company|Account|Group|Space))"
)


def proves(language: str, name: str, args: Value) -> bool:
    """Does a call of a row say that it is for who asks: by the password that was sent, or by a check that it names?"""
    if language == "ruby":
        return bool(args.ids or args.container) and _PROVES.fullmatch(name) is not None
    said = (args.ids or args.container) and not args.principal  # that an order is of the customer whom the request names says nothing of who asks
    return language in ("java", "kotlin") and not said and _CHECKS.fullmatch(name) is not None


_OF_PARAMS = frozenset(("require", "permit", "fetch", "dig", "to_i", "to_s", "presence", "expect", "permit!"))
_OF_VALUE = re.compile(
    r"to_\w+|compact(?:_blank)?!?|reject|select|filter\w*|map|flat_map|each\w*|split|lines|first|last|strip|squish|downcase|upcase|(?:present|blank|nil|empty)\?"
    r"|uniq|flatten|sort\w*|join|size|length|count|(?:include|any|in|is_a|starts_with|start_with|key|has_key)\?|tr|g?sub|dup|merge|slice|except|values|keys|try|then|tap"
)


def keys_of_params(members: Sequence[str]) -> list[str]:
    """Rails: the keys in `params.require(:order)[:item_ids].reject(&:blank?).map`, without what is then done with the value."""
    keys = [part for part in members if part not in _OF_PARAMS]
    while len(keys) > 1 and _OF_VALUE.fullmatch(keys[-1]):
        keys.pop()
    return keys
