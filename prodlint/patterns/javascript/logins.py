"""Handlers of Next.js, Remix and SvelteKit that change or create rows: does anything on the way ask who calls?

Knows: words for sessions, tokens and shared secrets; routes that are made for strangers (login, sign-up, contact, carts). Does not know: whether
what is asked for is right; middleware of a host.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from prodlint import regex as re
from prodlint.patterns.entries.parameters import Entry
from prodlint.patterns.javascript import supabase
from prodlint.patterns.ties.flow import Reading

HEAD = 600  # characters of a class before its methods
SCRIPTS = ("javascript", "typescript")
FRAMEWORKS = frozenset(("next", "server-action", "loader"))
_CHANGES = re.compile(
    r"\b(prisma\w*|db|database|drizzle|tx|supabase\w*|[A-Z]\w*(?:Model)?)(?:\s*\.\s*\w+(?:\([^()\n]*\))?){0,2}"
    r"\s*\.\s*(?:update|delete|upsert|updateMany|deleteMany|updateOne|deleteOne|findByIdAndUpdate|findByIdAndDelete|findOneAndUpdate|findOneAndDelete|remove)\("
)
_ASKS = re.compile(
    r"(?i)session|\bauth\b|auth\(|\w*auth(?:enticate|orize|ed|or)\w*|current_?user|get_?user|viewer|require_?\w*(?:user|login|role|admin)|protected|private"
    r"|user_?id\b.{0,40}(?:cookie|header|token)|jwt|bearer|authorization|api_?key|secret|signature|verify|verif|token|credential|password|is_?admin|whoami|locals\.|safeAction|actionClient"
    r"|headers\(\)|cookies\(\)|cookies\.get|permission|guard|clerk|with[A-Z]\w*\("
)
_FOR_STRANGERS = re.compile(
    r"(?i)log_?-?in|sign_?-?(?:in|up|out)|register|regist|auth|password|reset|verif|otp|web_?-?hook|cron|schedul|clean_?-?up|callback|newsletter|subscri|contact|wait_?-?list|feedback|health|seed"
    r"|public|invit|unsub|track|view|visit|analytic|metric|cart|guest|demo|test|mock|(?<![a-z])dev(?![a-z])|migrat|setup|install|revalidate|poll|vote|like|click|share|download|stripe|payment|example"
)
# what is called before staff is signed in, or by machines
_SIGNS_IN = re.compile(
    r"(?i)log_?-?in|sign_?-?(?:in|up|out)|auth|password|verif|otp|web_?-?hook|cron|schedul|callback|health|seed|public|setup|install|migrat|test|demo"
)
# what strangers create: they ask, order, apply, write to the app
_STRANGERS_CREATE = re.compile(
    r"(?i)order|checkout|comment|review|lead|inquir|enquir|book|reserv|appl(?:y|i)|submi|form|request|message|chat|rsvp|respon|answer|rating|report|log|donat|quote|event"
)
_CREATES = re.compile(
    r"\b(?:prisma\w*|db|database|tx)\s*\.\s*(\w+)\s*\.\s*(?:create|createMany|createManyAndReturn)\("
    r"|\b(?:db|database|drizzle|tx)\s*\.\s*insert\(\s*(\w+)|\b([A-Z]\w*)\s*\.\s*(?:create|insertMany)\("
)
_TOUCHES = re.compile(
    r"\b(?:prisma\w*|db|database|tx)\s*\.\s*(\w+)\s*\.\s*(?:create|update|delete|upsert)\w*\("
    r"|\b(?:db|database|drizzle|tx)\s*\.\s*(?:insert|update|delete)\(\s*(\w+)|\b([A-Z]\w*)\s*\.\s*(?:create|insertMany|find\w*And\w+|update\w*|delete\w*)\("
)
_OPEN = re.compile(
    r"\bproviders\s*:\s*\[[^\]]{0,200}\b(?:Google|Git[hH]ub|Facebook|Discord|Twitter|Twitch|Spotify|Email|Resend|Nodemailer)(?:Provider)?\b"
    r"|\bsocialProviders\s*:\s*\{|\bemailAndPassword\s*:\s*\{\s*enabled\s*:\s*true"
)
_REGISTERS = re.compile(r"^[ \t]*devise\b(?:[^\n]|,\s*\n)*:registerable\b", re.M)
# a controller of the app's own for whoever signs up: left out of the login by name
_MAKES_USERS = re.compile(r"^[ \t]*class[ \t]+(?:\w{1,60}::){0,6}(?:Users?|Accounts?|Registrations?|Signups?|SignUps?)Controller\b", re.M)
_LEFT_OUT = re.compile(r"\s{0,40}(?:skip_before_(?:action|filter)|allow_unauthenticated_access)\b")
_SELECTS = re.compile(
    r"(?i)\bhd\s*:|endsWith\(|allow(?:ed)?_?(?:list|emails?|domains?|users?)|white_?list|disable_?sign_?up\s*:\s*true|\bsignIn\s*(?:\(|:\s*(?:async\b|\())"
)
_MIDDLEWARE = re.compile(r"(?:^|/)(?:middleware|proxy|hooks\.server)\.[jt]s$")
# Clerk: only the listed pages ask
_LISTED = re.compile(
    r"\bif\s*\(\s*\w*(?i:protected|private|dashboard|admin|secure|auth)\w*\(\s*\w+\s*\)\s*\)\s*\{?\s*(?:return\s+)?(?:await\s+)?auth(?:\(\))?\s*\.\s*protect"
)
# Next.js: the paths on which a middleware runs at all
_MATCHER = re.compile(r"\bmatcher\s*:\s*(\[[^\]]*\]|['\"`][^'\"`]*['\"`])")
# the same for pages that a list of the app's own names, and for all but the routes of the API
_PICKS = re.compile(r"(?i)\b\w*(?:protected|private|secured?|guarded)_?(?:routes?|paths?|pages?|prefixes)\s*\.\s*(?:includes|some|find)\(")
_BUT_API = re.compile(r"\bmatcher\s*:\s*\[?[^\]'\"`]{0,400}['\"`]/\(\(\?!(?:[^'\"`()]{0,200}\|)?/?api[/|)]")
_PLACE = re.compile(r"['\"`]([^'\"`\n]*)['\"`]")
_CALLED = re.compile(r"(?<![.\w])([a-zA-Z_]\w*)\(")
_WORD = re.compile(
    r"if|for|while|switch|catch|return|function|await|async|String|Number|Boolean|parseInt|fetch|require|revalidatePath|redirect|notFound"
)
ENOUGH = 3  # siblings that ask
SHARE = 0.6  # of those that change rows
SHARE_OF_CREATING = 0.75  # of those that create rows: strangers create more than they change


def changes(entry: Entry, text_of: Callable[[str], Iterable[str]]) -> bool:
    """Does the handler, or where it is registered for more than reading a function that it calls, change rows that exist, past the policies of the
    database where there are some?"""
    body = entry.function.body
    if (found := _CHANGES.search(body)) is not None:
        return not supabase.is_client(found.group(1)) or supabase.is_service(body, text_of)
    if entry.framework != "next" or not entry.methods or "GET" in entry.methods:
        return False
    called = (found for text in _texts(body, text_of) if (found := _CHANGES.search(text)) is not None)
    return any(not supabase.is_client(found.group(1)) for found in called)


def created(entry: Entry) -> str:
    """The model of which the handler itself creates rows, as one word; "" where it creates none, or where strangers do."""
    found = _CREATES.search(entry.function.body)
    name = next(filter(None, found.groups()), "") if found is not None else ""
    return "" if _STRANGERS_CREATE.search(f"{name} {entry.name} {entry.path}") else _word(name)


def touched(entry: Entry) -> frozenset[str]:
    """The models of which the handler itself creates, changes or removes rows."""
    return frozenset(_word(name) for names in _TOUCHES.findall(entry.function.body) for name in names if name)


def _word(name: str) -> str:
    return re.sub(r"(?:model|table|s)+$", "", name.lower())


def asks(entry: Entry, reading: Reading, text_of: Callable[[str], Iterable[str]]) -> bool:
    """Does the handler, what wraps it, or a function that it calls speak of who calls? text_of: texts of the project's functions of a name."""
    body = entry.function.body
    if reading.caller or reading.tied or reading.roles or _ASKS.search(f"{body} {entry.around} {entry.function.header}"):
        return True
    return any(map(_ASKS.search, _texts(body, text_of)))


def _texts(body: str, text_of: Callable[[str], Iterable[str]]) -> Iterable[str]:
    """The texts of the project's functions that a handler calls."""
    names = [name for name in dict.fromkeys(_CALLED.findall(body)) if not _WORD.fullmatch(name)]
    return (text for name in names[:12] for text in text_of(name))


def for_strangers(entry: Entry, path: str, route: str, staff: bool = False) -> bool:
    """Is it made for whoever comes? staff: its path says that only staff does, who sign in first."""
    said = f"{path} {route} {entry.name}"
    return _SIGNS_IN.search(said) is not None if staff else made_for_strangers(said)


def made_for_strangers(said: str) -> bool:
    """Do path, route and name of a handler say that whoever comes may call it?"""
    return _FOR_STRANGERS.search(said) is not None


def speaks(text: str) -> bool:
    """Does a text speak of who calls?"""
    return _ASKS.search(text) is not None


def lets_strangers_in(texts: Iterable[tuple[str, str]]) -> bool:
    """NextAuth, Better Auth: may whoever has an account elsewhere, or an address, sign in? Where something of that file looks at the address, not.
    Rails: may whoever comes register, with Devise or in a controller of the app's own? texts: (language, text)."""
    return any(
        _REGISTERS.search(text) or _MAKES_USERS.search(text)
        if language == "ruby"
        else language in SCRIPTS and _OPEN.search(text) and not _SELECTS.search(text)
        for language, text in texts
    )


def _signs_up(text: str) -> bool:
    """Does a controller for users leave their making out of the login: `skip_before_action :authenticate, only: [:create]`?"""
    heads = (text[found.end() : found.end() + HEAD].partition("\n  def ")[0] for found in _MAKES_USERS.finditer(text))
    lines = (line.partition("only")[2] for head in heads for line in head.splitlines() if _LEFT_OUT.match(line))
    return any(re.search(r"\bcreate\b", named) for named in lines)


def unguarded(texts: Iterable[tuple[str, str]]) -> frozenset[str]:
    """The frameworks before whose handlers no middleware of the app asks. A server action may be posted to any page: one that asks for a login on the
    pages that it lists, `if (isProtectedRoute(req)) await auth.protect()`, does not stand before it; nor does one that runs on listed pages alone,
    or on all but `/api`, stand before handlers below that."""
    asking = [text for path, text in texts if _MIDDLEWARE.search(path) and _ASKS.search(text)]
    if all(map(_of_pages, asking)):
        return FRAMEWORKS - {"loader"} if asking else FRAMEWORKS
    listed = all(_LISTED.search(text) or _PICKS.search(text) for text in asking)
    below_api = all(_of_pages(text) or _BUT_API.search(text) for text in asking)
    return (frozenset(("server-action",)) if listed else frozenset()) | (FRAMEWORKS - {"loader", "server-action"} if below_api else frozenset())


def _of_pages(text: str) -> bool:
    """Does a middleware run on pages alone, by the paths that its configuration lists?"""
    found = _MATCHER.search(text)
    places = _PLACE.findall(found.group(1)) if found is not None else []
    return bool(places) and not any("(" in place or place.startswith(("/api", "/:", "/*")) for place in places)
