"""Whether a value is a credential or only looks like one.

Knows: placeholders, templates, look-ups, words, digests, addresses, values made up by hand; what a machine draws and what a person thinks of.
Does not know: in which file a value stands (`place`).
"""

from __future__ import annotations

from prodlint import regex as re
from prodlint.facts.secrets.published import FOR_EVERYBODY
from prodlint.facts.secrets.token_shapes import entropy
from prodlint.facts.secrets.wordlike import fluency, worded

LONGEST = 1500

# words that people write where a value has to be filled in
_MADE_UP = re.compile(
    r"(?i)ex[ae]mple|placeholder|dummy|(?:^|[^a-z])(?:your|my)[_-]|your(?:api|secret|token|pass|key)"
    r"|change[_ -]?(?:me|this|it)|changeit|replace[_ -]?(?:me|this|with)"
    r"|redacted|fake|sample|insert[_ -]|(?:^|[^a-z])todo|fill[_ -]?(?:me|in)"
    r"|goes[_ -]?here|not[_-]?(?:a[_-]?)?(?:real|secret|so[_-]?secret)|foobar|lorem"
    r"|key[_-]?here|paste[_-]|some[_-]?(?:secret|random|long|key|token|pass)|random[_ -]?(?:secret|string|key|value|password)"
    r"|(?:super|top)[_ -]?secret"
    r"|insecure|unsafe|mock|stub|^test|test[_-]?(?:key|secret|token|pass)|[_-]test$|^(?:default|local|dev)[_-]|please"
    r"|generate[_ -]|sanitized|hidden|masked|(?:xyz|abc)_?(?:789|123)|6LeIxAcTAAAAA|a[01]b[12]c[23]d[34]"
    r"|(?:^|[_-])invalid(?:[_-]|$)|^this[_ -]?is[_ -]?(?:an?|my|the)|base32secret|SW2YcwTIb9zpOOhoPsMm"
    # a signed token that lost its signature, or has a word in its place: an example in documentation, which nobody lets in
    r"|^eyJ[\w-]+\.eyJ[\w-]+(?:\.[\w-]{0,19})?$"
)
_RUN = re.compile(r"(?i)(.)\1{5}|(..)\2{4}|(...)\3{3}|x{4}|\*{3}|\.{3}|…|0123456|1234567|2345678|9876543|abcdefg|bcdefgh|qwertyu")
_TEMPLATE = re.compile(
    r"\$\{|\{\{|<%|%\(|#\{|\$\(|^\$[A-Za-z_]\w*(?:$|->|\[|\(|::|[./:-])|\\u[0-9A-Fa-f]{4}|^%[A-Z_]+%$|^\{[^{}]*\}$|^<[^<>]*>$|^\[[^\[\]]*\]$"
    r"|^[a-z_]+(?:\|[a-z_]+(?::[\w,.]+)?)+$|^id=|\w=[^,=]+,\w+=|^__\w+__$|^`|^@[A-Z][\w.]*\(|\{[a-z_]\w*(?:\.\w+)*\}|\$\$|%[sdv](?![0-9A-Za-z])"
    # what a template of Smarty or Latte fills in, what PHP joins on to a text
    r"|^\{\$|^\.\s*\$[A-Za-z_]"
    # parameters and services of Symfony's container: `%env(APP_SECRET)%`, `%kernel.project_dir%/key.pem`, `@app.credentials`
    r"|^%(?:env\([\w:.]+\)|[a-z_][\w.]*)%|^@[a-z_]\w*(?:\.\w+)+$"
    # elements of a page, and what PHP prints into one
    r"|</[a-z]\w*>|<\?(?:=|php\b)"
    # the environment, and members of classes, in PowerShell
    r"|\$env:[A-Za-z]|^\[[A-Za-z][\w.]*\]::\w"
    # names of classes in PHP
    r"|^\\{0,2}(?:[A-Za-z_]\w*\\{1,2})+[A-Z]\w*(?:::\w+)?$"
    # code, and names of code, between two strings
    r"|^\+\s|\s\+$|^\)|\)\[\d|\]\(|\)\??\.\w+\(|^(?:[A-Z_]+|[a-z_]+)=$|Controller@\w|^[\"']\s*[.+]|[.+]\s*[\"']$|^\d+/(?:[smhd]\b|m/|sec|min|hour|day)"
    r"|(?i:^(?:hmac[-_]?)?(?:sha[-_]?\d{1,3}|md5|[hrep]s\d{3}|aes[-_]?\d{3}(?:[-_]\w{3})?|bcrypt|argon2\w{0,2}|utf-?\d+)$)"
    # a part of an address's query, what KMS has encrypted
    r"|^[?&][\w\[\]-]+=|^AQIC[AH][A-Za-z0-9+/]{40}"
    # patterns: regular expressions, and forms of a date
    r"|\(\?[:P<=!i]|\[\^|\[(?:0-9|a-z|A-Z)|\\+[dws][+*{]|%[YmdHMSyjBb][^A-Za-z0-9]?%[YmdHMSyjBb]"
)
_LOOKUP = re.compile(
    r"(?i)^(?:process\.env|import\.meta|os\.|getenv|env[(.:\[]|environ|config[(.\[]|settings[(.\[]|self\.|this\.|var\.|local\.|data\.|module\.|secrets?[.\[]"
    r"|vault[:.]|ssm:|op://|aws:|arn:|projects/|keyvault|enc[\[(]|\{cipher\}|encrypted:|\$ansible|sops|file[:(]|env:|ref\+|random_|aws_|azurerm_|google_"
    r"|kms:|gcp:|sm://|bws:|doppler:|!{1,2}[A-Za-z]+(?:\s|$)|&[a-z_]+$|\*[a-z_]+$"
    r"|secretmanager|new |await |function|async |\(|lambda|get[A-Z_]\w*\(|[\w.]+\(|[\w.]+\[)"
)
_EMPTY = frozenset({
    "none", "null", "nil", "true", "false", "undefined", "empty", "yes", "no", "on", "off", "tbd", "n/a", "na", "string", "str", "text", "bytes",
    "int", "number", "any", "object", "unknown", "password", "secret", "token", "key", "admin", "root", "user", "test", "guest", "default", "value",
    "bearer", "basic", "digest", "oauth2", "jwt", "hidden", "required", "optional",
})  # fmt: skip
_WORDS = re.compile(r"[A-Za-z]+(?:[\s._:/,;|+&'?!()<>#=-]+[A-Za-z]+)*[\s._:/,;|!?>)-]*")
_PATH = re.compile(
    r"^(?:~|\.{0,2}/|[A-Za-z]:[\\/])|^(?:[\w.-]+/){2,}[\w.-]+$|^[\w./-]+\.(?:pem|key|json|ya?ml|txt|crt|cer|p12|pfx|jks|env|ini|toml|py|js|ts|html?|md|sql|sock|svg|png|jpe?g|gif|ico|webp|woff2?|ttf)$"
)
_ADDRESS = re.compile(
    r"^(?:https?|ftp|wss?|file|data|mailto)://?[^\s:@]+$|^(?:postgres(?:ql)?|mysql|mariadb|mongodb(?:\+srv)?|rediss?|amqps?)://[^\s@?]+$|^[\w.+-]+@[\w-]+\.[\w.-]+$|^(?:https?|wss?)://"
    # the name of a host, as it stands behind the password in `smtp.PlainAuth("", user, mailPassword, "smtp.163.com")`
    r"|^(?:[a-z0-9][a-z0-9-]{0,40}\.){1,5}(?:com|net|org|edu|gov|io|dev|app|cloud|info|co|ai|internal|local|localhost)(?:\.[a-z]{2})?(?::\d{2,5})?$",
    re.I,
)
_PLAIN = re.compile(
    r"^[\d.,:/\s+-]+$|^v?\d+(?:\.\d+)+[\w.-]*$|^\d{4}-\d\d-\d\d|^#[0-9A-Fa-f]{3,8}$|^(?:P|PT)\d|^\d+(?:px|em|rem|ms|s|m|h|d|kb|mb|gb)$"
)
_HASH = re.compile(
    r"^\{[A-Za-z0-9.-]{3,20}\}|^\$(?:2[abxy]?|5|6|1|apr1|argon2\w*|pbkdf2\S*|scrypt)\$|^pbkdf2_|^argon2|^sha(?:1|256|512)[$:-]|^bcrypt|^\{?(?:SSHA|SHA|MD5|CRYPT)\}"
    r"|^AQAAAA[EI]AA\w{3}AAAAE[\w+/]{40}",  # ASP.NET Identity
    re.I,
)
_UUID = re.compile(r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$", re.I)
_KNOWN_DIGESTS = frozenset({
    "d41d8cd98f00b204e9800998ecf8427e", "da39a3ee5e6b4b0d3255bfef95601890afd80709", "5f4dcc3b5aa765d61d8327deb882cf99",
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    # the tokens of Django REST framework's documentation and of the docstring of its TokenAuthentication, which others copy with the class
    "9944b09199c62bcf9418ad846dd0e4bbdfc6ee4b", "401f7ac837da42b97f613d789819ff93537bee6a",
})  # fmt: skip
# Chinese, Japanese and Korean: nobody can type these where a password is asked for, and texts that people read are full of them
# a condition of a query
_SQL = re.compile(r"\bIS\s+(?:NOT\s+)?NULL\b|\b(?:WHERE|AND|OR)\b[^=<>]{1,60}[=<>]\s*(?:\?|\$\d|:\w)")
# letters from Hebrew to Lao and Tibetan, kana, Chinese, Hangul: a text that somebody reads
_EAST = re.compile(r"[\u0590-\u0fff\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]")
# names of things, made of words in small letters: `cpu-intel-core-i5-10500t`, `admin.2fa.user_id`
_SLUG = re.compile(r"(?=(?:.*?(?:^|[-_.:/])[a-z]{3,}(?=[-_.:/]|$)){2})[a-z0-9]+(?:[-_.:/][a-z0-9]+){2,}")
# of the environment, or the code of an error with its number: `011_NOT_EXISTED_TOKEN`
_VARIABLE = re.compile(r"(?=(?:.*?(?:^|_)[A-Z]{3,}(?=_|$)){2})[A-Z0-9]+(?:_[A-Z0-9]+){2,}")
_DOTTED = re.compile(r"(?=(?:.*?(?:^|[_.])[a-z]{2,}(?=[_.]|$)){3})[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)+")
_MEMBER = re.compile(
    r"[a-z]{2,}\d?(?:[A-Z][a-z]+)*(?:\.[a-z]{2,}\d?(?:[A-Z][a-z]+)*){2,}"
)  # an attribute by its full name: `acme.oauth2.refreshToken`
# what a clerk writes down: letters alone and digits alone by turns, `PA-UHC-2026-11234`
_REFERENCE = re.compile(r"[A-Z]{2,4}(?:-[A-Z]{2,4})*(?:-\d{1,8}){1,3}")
_SYMBOL = re.compile(r"[^\w\s.:/-]")


def made_up(value: str) -> bool:
    """Is this a value that nobody could use: filled in by hand to show where one belongs?"""
    return bool(_MADE_UP.search(value) or _RUN.search(value) or len(set(value)) < 5 <= len(value))


def repeats(value: str) -> bool:
    """Runs and sequences that a machine does not draw; for tokens of a known shape, in which words mean little."""
    return bool(_RUN.search(value)) or (len(value) >= 24 and entropy(value) < 2.6)


def runs(value: str) -> float:
    """The share of a value that is one sign over and over, or a row of neighbours (`abcdef`, `123456`)."""
    total = sum(len(found.group()) for found in re.finditer(r"(.)\1{3,}|(..)\2{2,}|(...)\3{2,}", value))
    return total / max(len(value), 1)


def stands_for_another(value: str) -> bool:
    """A template, a look-up, a reference: the value is elsewhere."""
    return bool(_TEMPLATE.search(value) or _LOOKUP.match(value))


def drawn(value: str) -> bool:
    """Does the value have the variety of one that a machine drew?"""
    if len(value) < 16 or any(sign.isspace() for sign in value):
        return len(value) >= 32 and len(_SYMBOL.findall(value)) >= 6 and entropy(value) > 4 and not _sentence(value)
    digits = sum(sign.isdigit() for sign in value)
    if not digits or (digits == len(value) and len(value) < 24):
        return _tangled(value)
    lowest = 2.9 if re.fullmatch(r"[0-9a-fA-F-]+", value) else 3.3
    return entropy(value) >= lowest and worded(value) < 0.45


def _sentence(value: str) -> bool:
    """Of the signs that keys are drawn from a space is one of ninety; a query, or the name of a browser, has one behind every word."""
    return value.count(" ") > 4


def _tangled(value: str) -> bool:
    """Letters alone, in an order that no word has, or capitals where no word begins."""
    if not value.isalpha() or len(value) < 14 or not value.isascii():
        return False
    words = re.findall(r"[A-Z]?[a-z]+|[A-Z]+", value)
    return entropy(value) > 3 and (fluency(value) < -0.4 or (len(value) / len(words) < 2.5 and entropy(value) > 3.3))


def thought_of(value: str) -> bool:
    """Could a person have chosen this as a password: letters, and digits or signs that no name has?"""
    if not 6 <= len(value) <= 64 or any(sign.isspace() for sign in value) or not any(sign.isalpha() for sign in value):
        return False
    if re.fullmatch(
        r"(?i)\W?(?:new|old|current|confirm|repeat|user|root|admin|my)?[_-]?(?:pass(?:w|word|wd|wort|phrase)?|secret|demo|test|example|dev|local)[_-]?\d{0,4}\W?",
        value,
    ):
        return False
    digits = any(sign.isdigit() for sign in value)
    signs = _SYMBOL.search(value) is not None
    if digits and re.fullmatch(r"[A-Za-z]+\d?(?:[._/:-][A-Za-z]+\d?)+|(?:[a-z]+[_-])+[a-z]*\d{1,2}|[a-z]+\d[a-z]*", value):
        return False
    return digits or (signs and not re.fullmatch(r"[\W_]*[A-Za-z _.,-]+[\W_]*", value))


_COMMON_PARTS = ("password", "passwd", "pass", "secret", "dev", "local", "test", "demo", "admin", "user", "default", "service", "my", "app", "db")


def echoes(value: str, words: tuple[str, ...]) -> bool:
    """Is a value made of the words of its own name (`RUSTFS_PASSWORD=devrustfs123`): one for development, which everybody can guess?"""
    left = re.sub(r"[^a-z]", "", value.lower())
    for word in sorted({*words, *_COMMON_PARTS}, key=lambda each: (-len(each), each)):
        if len(word) > 1:
            left = left.replace(word, "")
    return len(left) < 2


def handed_out(value: str) -> bool:
    """Is it a key that browsers are given to send with, a client token of Datadog, or by which Firebase finds one telephone?"""
    return re.fullmatch(r"pub[0-9a-f]{32}|[\w-]{20,30}:APA91b[\w-]{100,200}", value) is not None


def uuid(value: str) -> bool:
    return _UUID.match(value) is not None


def nothing(value: str) -> bool:
    """Values that are no credential under any name."""
    lowered = value.lower()
    return (
        not 4 <= len(value) <= LONGEST
        or lowered in _EMPTY
        or lowered in _KNOWN_DIGESTS
        or value in FOR_EVERYBODY
        or stands_for_another(value)
        or made_up(value)
        or _ADDRESS.search(value) is not None
        or (_PATH.search(value) is not None and not _noise_of_base64(value))
        or _PLAIN.search(value) is not None
        or (_WORDS.fullmatch(value) is not None and not _tangled(value))
        or not value.isprintable()
        or _EAST.search(value) is not None
        or _SQL.search(value) is not None
        or _DOTTED.fullmatch(value) is not None
        or (_MEMBER.fullmatch(value) is not None and fluency(value) > 0)
        or _VARIABLE.fullmatch(value) is not None
    )


def _noise_of_base64(value: str) -> bool:
    """Slashes in what a machine drew are no path."""
    return len(value) >= 20 and any(map(str.isdigit, value)) and any(map(str.isupper, value)) and fluency(value) < -0.4 and "." not in value


_STARTERS = ("django-insecure-",)


def judge(promised: str, value: str, *, code: bool) -> str:
    """What a value under a name of this promise is: "drawn", "thought-of", "word" (maybe one, too simple to tell), or "" (none).

    code: stands the value in source code, where a string is mostly something else, or in a file of settings?"""
    value = value.strip()
    if value.startswith(_STARTERS) and drawn(value.partition("-insecure-")[2]):
        return "thought-of"  # made for this project, and marked as not to be used in production
    if _noise(value):
        return "drawn"
    weak = "word" if promised == "password" and not code and _weak(value) else ""
    if nothing(value) or _HASH.match(value):
        return weak
    if uuid(value):
        return "drawn" if promised in ("secret", "token", "key") or (promised == "password" and not code) else ""
    if promised in ("token", "key", "some-key") and _REFERENCE.fullmatch(value):
        return ""
    if promised == "some-key":
        return "drawn" if drawn(value) and len(value) >= 20 and not _SLUG.fullmatch(value) else ""
    if drawn(value) or (promised == "secret" and _mashed(value)):
        return "drawn"
    if promised == "password" and thought_of(value):
        return "thought-of"
    if promised == "secret" and thought_of(value) and len(value) >= 8 and (not code or worded(value) < 0.7):
        return "thought-of"
    if (
        promised in ("key", "token")
        and len(value) >= 16
        and not any(map(str.isspace, value))  # a command, a sentence
        and worded(value) < 0.5
        and any(s.isdigit() for s in value)
        and any(s.isalpha() for s in value)
    ):
        return "drawn" if entropy(value) > 3 else ""
    if (
        promised in ("key", "token")
        and 10 <= len(value) < 16
        and value.isalnum()
        and worded(value) < 0.3
        and _three_sorts(value)
        and entropy(value) > 3.2
    ):
        return "thought-of"
    return weak


def _mashed(value: str) -> bool:
    """Long, and struck with both hands on a keyboard: `h4f8093h4f983yhrt98...`. Few signs, no word, and nobody guesses it."""
    return len(value) >= 32 and value.isalnum() and sum(map(str.isdigit, value)) >= 8 and entropy(value) > 3 and worded(value) < 0.15


def _three_sorts(value: str) -> bool:
    return any(map(str.islower, value)) and any(map(str.isupper, value)) and sum(map(str.isdigit, value)) > 1


def _noise(value: str) -> bool:
    """Long, of every sort of sign, and nothing that can be read: what a generator of keys prints."""
    signs = set(_SYMBOL.findall(value)) if 40 <= len(value) <= 200 and _EAST.search(value) is None and not _sentence(value) else ()
    return len(signs) >= 8 and entropy(value) > 4.6 and worded(value) < 0.2


def _weak(value: str) -> bool:
    return value.isalnum() and 3 <= len(value) <= 20 and value.lower() not in ("none", "null", "true", "false", "undefined", "string", "required")
