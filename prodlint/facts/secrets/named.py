"""Credentials that no shape gives away: values under names that promise one, passwords in addresses, files made for credentials.

Knows: which reader reads which file, how names and values are judged together, Kubernetes' encoded data. Does not know: tokens of a known shape.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator

from prodlint import ir
from prodlint import regex as re
from prodlint.facts.secrets import connection_strings, credential_files, decoding, judgement, text_pairs, urls, wording
from prodlint.facts.secrets.hits import Hit
from prodlint.facts.secrets.text_pairs import Pair
from prodlint.model import Block

_SEALED_BY = ("SealedSecret", "ExternalSecret", "sops", "$ANSIBLE_VAULT")
_SEALED = re.compile(r"^kind:\s*[\"']?(?:SealedSecret|ExternalSecret|ClusterExternalSecret)\b|^sops:\s*$|^[ \t]*\"sops\":|^\$ANSIBLE_VAULT", re.M)
_CONNECTS = re.compile(r"(?i:password|pwd)[ \t]?=[ \t]?[^\s;\"']{4}")
_LITERAL = re.compile(r"^(?P<prefix>[A-Za-z]{0,2})(?P<quote>\"\"\"|'''|\"|')")
# what the image of a database takes as the password of a container that nobody else reaches
_CONTAINER = re.compile(
    r"^(?:POSTGRES|PG|MYSQL|MARIADB|MONGO\w*|REDIS|RABBITMQ|MINIO|KEYCLOAK|ELASTIC|MSSQL|SA)_(?:\w+_)?(?:PASSWORD|PASS)$|^PGPASSWORD$"
)
# a trial against a mail server of the own machine, which asks nobody who is there
_OWN_MAIL = re.compile(
    r"(?i)(?:createTransport|smtp|mailer?)[^;]{0,160}\bhost[\"']?\s{0,4}[:=]\s{0,4}[\"'](?:localhost|127\.0\.0\.1)[\"'][^;]{0,160}$"
)
_CAUGHT_MAIL = re.compile(r"\bethereal\.email\b")  # a server that sends nothing on, whose accounts anybody draws and that run out by themselves
_COMMENTED = re.compile(r"[ \t]*(?://|#|/?\*|--|<!--|;)")
# what the app encrypted before it kept it: nonce, tag and text
_SEALED_NAME = re.compile(r"(?:[a-z]Enc|_enc|_ENC|[Ee]ncrypted|ENCRYPTED)$")
_SEALED_VALUE = re.compile(r"[\w+/=-]{8,64}(?:[:.$][\w+/=-]{6,400}){1,3}")
# what stands behind the value on its line
_SAID_LOCAL = re.compile(
    r"(?i)[\"'`);,]{0,6}[ \t]{0,8}(?://|#)[^\n]{0,40}?"
    r"\b(?:local(?:ly|host)?|for (?:dev(?:elopment)?|tests?|testing)|(?:dev(?:elopment)?|tests?) only)\b"
)
_SAMPLE = re.compile(r"\.ya?ml\.\w+$")  # a copy of a YAML file beside it, whatever its ending
# by which a page tells Rollbar what went wrong in it
_ROLLBAR = re.compile(r"_rollbarConfig\s*=\s*\{\s*[\"']?accessToken|\bconfig\.js_options\s*=\s*\{\s*:?accessToken")
_BUGSNAG = re.compile(r"\b[Bb]ugsnag(?:Client|Js)?(?:\.start)?\(\s*\{\s*[\"']?apiKey")  # likewise
# the key by which a page opens the channel of Pusher, or of what speaks like it; what signs is another one
_PUSHER = re.compile(r"(?i)(?:pusher|reverb|soketi)(?:_?app)?_?key\W{1,12}\Z")
# a point of a curve, uncompressed: the half of a pair that browsers are given, to know who may send them something
_VAPID = re.compile(r"B[A-Za-z0-9_-]{86}=?")
_PUSH = re.compile(r"(?i)application_?server|vapid|web_?push")
# the key by which a page asks Yandex for its maps, which are told the sites that may
_YMAPS = re.compile(r"(?i)ymaps|api-maps\.yandex")
# what a provider's form calls a trial, and Chromatic's, which may be shown to whoever opens a pull request
_TRIAL = re.compile(r"(?:[a-z]{2,10}_)?(?:test|sandbox)_|[A-Z]{3,10}_TEST-|chpt_|T_[SC]_[0-9a-f]{8}-")
# the id of a key of Razorpay's sandbox, beside the key itself, which has no form
_TRIAL_ID = re.compile(r"\brzp_test_[A-Za-z0-9]{10}")
_OF_RAZORPAY = re.compile(r"(?i)razor|rzp|key_?secret")
# the address of a provider's sandbox, and words that speak of the other one
_SANDBOX = re.compile(r"(?i)\b(?:[\w-]{1,30}[.-])?(?:sandbox|test-payment|uat|testbox)[.-][\w.-]{3,60}")
_FOR_REAL = re.compile(r"(?i)(?<![a-z])(?:live|prod(?:uction)?)(?![a-z])")
_OF_NOBODY = frozenset({  # what a host is called, whoever's it is
    "sandbox", "checkout", "secure", "service", "services", "payment", "payments", "gateway", "merchant", "developer", "auth", "login", "identity",
    "account", "accounts", "test", "testbox", "token", "secret", "config", "client", "oauth", "rest", "server", "application",
})  # fmt: skip
_SEED = re.compile(r"(?i)(?:^|/)(?:seed[\w-]*\.[cm]?[jt]s$|seed(?:er)?s?/)")  # where the sessions of those who are made up are made up too
_SHOWN_JSON = re.compile(r"[ \t]*(?://+|\*)[ \t]+[{,]?[ \t]*\"[\w.-]+\"[ \t]*:[ \t]*\"")
# an answer that an annotation of OpenAPI shows; lines that a compiler takes for the documentation of what stands below
_SHOWN_ANSWER = re.compile(r"[ \t]*(?:\*|//+|#)[^\n]{0,300}?\bexamples?[\"']?\s{0,4}[=:(]\s{0,4}[\[{\"']")
_DOCUMENTS = re.compile(r"[ \t]*///(?!/)")
_DOCUMENTED = re.compile(r"\.(?:cs|rs|swift|dart)$")
_TOP = re.compile(r"^([A-Za-z_][\w-]*):", re.M)
TITLES = {
    "password": "password", "secret": "secret", "token": "token", "key": "API key", "some-key": "key", "basic": "Basic credentials",
}  # fmt: skip


def hits(
    path: str, text: str, language: str, syntax: Callable[[], ir.Module | None] | None, blocks: tuple[Block, ...], workshop: str
) -> Iterator[Hit]:
    """Every such credential of a file that is the app's own."""
    for pair, kind, title in credential_files.find(path, text):
        confidence = "low" if workshop == "throw-away" else "medium" if kind == "password-hash" else "high"
        yield Hit(pair.start, pair.end, 1, kind, "", confidence, title)
    if "://" in text:
        for address in urls.find(text):
            confidence = "low" if workshop == "throw-away" and address.near else address.confidence
            yield Hit(address.start, address.end, 2, "url-password", "", confidence, f"password in a {address.scheme} address")
    for setting in connection_strings.find(text) if _CONNECTS.search(text) else ():
        confidence = "low" if workshop and not setting.drawn else "medium" if workshop or not setting.drawn else "high"
        yield Hit(setting.start, setting.end, 2, "url-password", "", confidence, "password in a connection string")
    read_as = text_pairs.language_for(path, language)
    if not read_as or (any(word in text for word in _SEALED_BY) and _SEALED.search(text)):
        return
    keeps = credential_files.keeps_passwords(path)
    seen = text.replace('\\"', ' "') if read_as == "notebook" else text
    lines = text_pairs.hint_lines(seen)
    taken, sections = [], Sections(seen if read_as == "yaml" or _SAMPLE.search(path) else "")
    for pair in _pairs(seen, read_as, syntax, blocks, lines):
        taken.append((pair.start, pair.end))
        if "data-cf-beacon" in seen[max(0, pair.start - 60) : pair.start]:
            continue  # the token of Cloudflare's analytics, which every page shows
        if _VAPID.fullmatch(pair.value) and _PUSH.search(pair.name):
            continue
        if pair.name.lower() == "apikey" and _YMAPS.search(seen, max(0, pair.start - 120), pair.start):
            continue
        if pair.name.lower().endswith("key") and _PUSHER.search(seen, max(0, pair.start - 60), pair.start):
            continue
        if _SEALED_NAME.search(pair.name) and _SEALED_VALUE.fullmatch(pair.value):
            continue
        if pair.name == "apiKey" and _BUGSNAG.search(seen, max(0, pair.start - 60), pair.start):
            continue
        if pair.name == "accessToken" and _ROLLBAR.search(seen, max(0, pair.start - 80), pair.start):
            continue
        place = "throw-away" if pair.thrown_away else sections.thrown_away(pair.start) or workshop
        if pair.code and not place and _OWN_MAIL.search(seen, max(0, pair.start - 360), pair.start):
            place = "throw-away"
        hit = _judged(pair._replace(code=False) if keeps else pair, place, keeps)
        if hit is not None:
            if hit.confidence == "high" and (_TRIAL.match(pair.value) or _of_a_sandbox(path, seen, pair)):
                hit = hit._replace(confidence="medium")  # it opens no more than a sandbox
            made_up = pair.code and (_shown_form(path, seen, pair.start, hit) or (hit.title == "token" and _SEED.search(path)))
            if hit.confidence == "high" and _COMMENTED.match(seen, seen.rfind("\n", 0, pair.start) + 1, pair.start):
                hit = hit._replace(confidence="medium")  # it was taken out of use, and may have been altered or ended
            if hit.confidence == "high" and pair.code and _SAID_LOCAL.match(seen, pair.end):
                hit = hit._replace(confidence="medium")  # it opens what a developer runs, unless the environment forgets to say otherwise
            caught = hit.title == "password" and _CAUGHT_MAIL.search(seen, max(0, pair.start - 400), pair.start) is not None
            yield hit._replace(confidence="low") if made_up or caught else hit
    yield from _second_opinion(path, seen, lines, taken, workshop)


def _shown_form(path: str, text: str, at: int, hit: Hit) -> bool:
    """Stands the value in JSON that a comment shows, line by line: the form of what somebody else sends or keeps? Or in what documentation shows,
    where no machine drew it?"""
    line = text.rfind("\n", 0, at) + 1
    if _SHOWN_JSON.match(text, line, at) or _SHOWN_ANSWER.match(text, line, at):
        return True
    return hit.confidence != "high" and _DOCUMENTED.search(path) is not None and _DOCUMENTS.match(text, line) is not None


def _of_a_sandbox(path: str, text: str, pair: Pair) -> bool:
    """Does the address of a provider's sandbox stand beside, with the provider in the name of the value or of the file, and none for real?"""
    near = text[max(0, pair.start - 250) : pair.end + 250]
    if _OF_RAZORPAY.search(pair.name) and _TRIAL_ID.search(near) and "rzp_live_" not in near:
        return True
    found = _SANDBOX.search(near)
    if found is None or _FOR_REAL.search(near):
        return False
    said = re.sub(r"[^a-z]", "", f"{pair.name} {path.rpartition('/')[2].partition('.')[0]}".lower())
    words = (word for word in re.split(r"[.-]", found.group().lower()) if len(word) > 3 and word not in _OF_NOBODY)
    return any(word[:5] in said for word in words)


def samples(text: str) -> Iterator[Hit]:
    """What a machine drew in a sample of the environment: whoever copies the file shares it, and often it is the real one."""
    for pair in text_pairs.pairs(text, "dotenv", text_pairs.hint_lines(text)):
        promised = "" if _VAPID.fullmatch(pair.value) and _PUSH.search(pair.name) else wording.promise(pair.name)
        if promised and len(pair.value) >= 20 and not wording.of_a_test(pair.name) and not judgement.uuid(pair.value):
            if judgement.judge(promised, pair.value, code=True) == "drawn":
                yield Hit(pair.start, pair.end, 4, "keyword", pair.name, "medium", TITLES[promised], "", pair.value)


class Sections:
    """The parts of a YAML file, by what stands at the left edge."""

    def __init__(self, text: str) -> None:
        found = list(_TOP.finditer(text))
        self.ends, self.names = [each.end() for each in found], [each.group(1) for each in found]

    def thrown_away(self, at: int) -> str:
        """ "throw-away" within one that is for a developer's machine or a test: `development:`."""
        last = bisect_right(self.ends, at) - 1
        return "throw-away" if last >= 0 and self.names[last] in ("development", "dev", "test", "testing", "local", "ci") else ""


def _second_opinion(path: str, text: str, lines: list[tuple[int, int]], taken: list[tuple[int, int]], workshop: str) -> Iterator[Hit]:
    """What detect-secrets says about lines of which no reader of ours made a name and a value."""
    from prodlint.facts.secrets import engine

    left = engine.candidates(text, lines, taken)
    for start, end, title in engine.find(path, text, left) if left else ():
        yield Hit(start, end, 5, "keyword", "", "low" if workshop else "medium", title.lower())


def _pairs(
    text: str, language: str, syntax: Callable[[], ir.Module | None] | None, blocks: tuple[Block, ...], lines: list[tuple[int, int]]
) -> Iterator[Pair]:
    if not lines:
        return
    declared = [pair for block in blocks if block.kind in ("k8s/Secret", "variable") for pair in _declared(text, block)]
    encoded = {at for pair in declared for at in (pair.start, pair.start + 1)}
    if syntax is None:
        yield from (pair for pair in text_pairs.pairs(text, language, lines) if pair.start not in encoded)
    else:
        yield from _python(text, syntax, lines)
    yield from declared


# ---------------------------------------------------------------- one pair
def _judged(pair: Pair, workshop: str, keeps: bool) -> Hit | None:
    if pair.promised == "basic" or (pair.name.rpartition("_")[2].lower() == "auth" and (keeps or ":" in (decoding.text_of(pair.value) or ""))):
        inside = decoding.basic(pair.value)
        if inside is None or judgement.nothing(inside[1]) or (not judgement.thought_of(inside[1]) and not judgement.drawn(inside[1])):
            return None
        return Hit(pair.start, pair.end, 3, "basic-auth", pair.name, "medium", "user and password, encoded for Basic authentication", "", inside[1])
    promised = pair.promised or wording.promise(pair.name)
    if not promised:
        return None
    if (promised != "password" and wording.of_a_test(pair.name)) or judgement.handed_out(pair.value):
        return None
    sort = judgement.judge(promised, pair.value, code=pair.code)
    if not sort or (promised == "password" and pair.value == pair.name):
        return None
    if workshop and not keeps and judgement.echoes(pair.value, wording.parts_of(pair.name)):
        return None
    confidence = _confidence(promised, sort, pair.value, workshop, keeps)
    if workshop == "throw-away" and (_CONTAINER.search(pair.name) or pair.name.lower().endswith("passphrase")):  # of a key that lies elsewhere
        confidence = "low"
    return Hit(pair.start, pair.end, 4, "keyword", pair.name, confidence, TITLES[promised], "", pair.value)


def _confidence(promised: str, sort: str, value: str, workshop: str, keeps: bool) -> str:
    if sort == "word":
        return "medium" if keeps else "low"
    if sort == "drawn" and workshop == "throw-away" and (promised in ("secret", "some-key") or judgement.uuid(value[-36:])):
        return "low"  # what signs or encrypts for a test run, or on a developer's machine: the first two sections of Rails' secrets.yml
    if keeps:
        return "high"
    if sort == "drawn":
        return "high" if not workshop and promised != "some-key" else "medium"
    if workshop == "throw-away":
        return "low"
    return "medium" if not workshop or _classes(value) >= 3 else "low"


def _classes(value: str) -> int:
    """How many sorts of signs: small letters, capitals, digits, others."""
    sorts = (str.islower, str.isupper, str.isdigit, lambda sign: not sign.isalnum())
    return sum(any(sort(sign) for sign in value) for sort in sorts) if len(value) >= 8 else 0


# ---------------------------------------------------------------- readers
def _python(text: str, syntax: Callable[[], ir.Module | None], lines: list[tuple[int, int]]) -> Iterator[Pair]:
    """What the syntax says, and commented lines, which hold no syntax. The syntax is asked for only where a literal could be a credential."""
    from prodlint.facts.secrets import python_literals

    wanted = []
    for start, end in lines:
        line = text[start:end]
        if '"' in line or "'" in line or line.rstrip().endswith(("(", "=", ",", "[", "{", "\\")):
            wanted.append((start, end))
    promising = bool(wanted) and python_literals.promising(text, wanted)
    module = syntax() if promising else None
    if promising and module is None:
        yield from text_pairs.pairs(text, "python", lines)
        return
    for start, end in lines:
        line = text[start:end]
        if "#" in line:
            comment = line.index("#")
            yield from text_pairs.quoted(line[comment:], start + comment)
        yield from text_pairs.headers(line, start)
    if module is not None:
        yield from _parsed(text, module, [text.count("\n", 0, start) + 1 for start, _ in wanted])


def _parsed(text: str, module: ir.Module, wanted: list[int]) -> Iterator[Pair]:
    """The names and values that the syntax tells of these lines."""
    from prodlint.facts.secrets import python_pairs

    starts = [0]
    starts.extend(found.end() for found in re.finditer(r"\r\n|\n|\r", text))
    for (name, value, at, end, promised), thrown_away in python_pairs.pairs(module, wanted):
        if not promised and not wording.promise(name):
            continue
        start = starts[ir.line_of(at) - 1] + ir.column_of(at) - 1
        finish = starts[ir.line_of(end) - 1] + ir.column_of(end) - 1
        literal = text[start:finish]
        opened = _LITERAL.match(literal)
        if opened:
            quote = opened.group("quote")
            inner = literal[opened.end() : -len(quote)] if literal.endswith(quote) else literal[opened.end() :]
            yield Pair(name, value, start + opened.end(), start + opened.end() + len(inner), True, promised, thrown_away)


def _declared(text: str, block: Block) -> Iterator[Pair]:
    """Kubernetes' Secret, whose data is encoded, and the default of a Terraform variable, whose name is the variable's."""
    starts = [0]
    starts.extend(found.end() for found in re.finditer("\n", text))
    for entry in block.entries:
        if entry.kind != "string" or not 0 < entry.line <= len(starts):
            continue
        section, _, key = entry.key.partition(".")
        start = starts[entry.line - 1] + entry.column - 1
        end = starts[entry.line - 1] + entry.end_column - 1 if entry.end_column else start + len(entry.value)
        if block.kind == "variable" and entry.key == "default":
            yield Pair(block.name, entry.value, start, end, False)
        elif section == "data" and key and (inside := decoding.text_of(entry.value)):
            yield Pair(key, inside.strip(), start, end, False, wording.promise(key) or ("secret" if judgement.drawn(inside.strip()) else ""))
        elif section == "stringData" and key:
            yield Pair(key, entry.value, start, end, False)
