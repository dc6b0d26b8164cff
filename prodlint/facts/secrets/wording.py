"""What the name of a variable, key or field promises about its value.

Knows: the words that people use for credentials, and the words behind them that make a name speak about a credential instead of holding one
(`token_url`, `password_field`, `max_tokens`). Does not know: values.
"""

from __future__ import annotations

from functools import lru_cache

from prodlint import regex as re

# what stands in a line of text where a credential may have a name; lower case, any of them
HINTS = (
    "pass", "pw", "secret", "token", "key", "cred", "auth", "salt", "_pat", "phrase", "jwt", "bearer", "login(",
    "hmac", "fernet", "signer(", "connect(", "sonar.login", "curl ", " -u ", "--user ",
)  # fmt: skip

_PARTS = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")
_PASSWORD = frozenset({"password", "passwd", "pwd", "passphrase", "passcode", "passwort", "passw", "userpassword", "adminpassword", "dbpassword"})
_PASS_BEFORE = frozenset(
    {"db", "database", "user", "admin", "root", "smtp", "mail", "email", "ftp", "ssh", "redis", "mysql", "postgres", "pg", "irc", "sql"}
)
_SECRET = frozenset({"secret", "secretkey", "clientsecret", "appsecret", "apisecret", "credential", "credentials", "masterkey", "privatekey"})
_SECRET_KEYS = frozenset({
    "private", "signing", "sign", "signature", "encryption", "encrypt", "crypt", "crypto", "master", "hmac", "jwt", "jws", "fernet", "session",
    "cookie",    "secure", "nonce", "logged", "aes", "cipher", "admin", "root", "security", "shared", "secret",
})  # fmt: skip
_API_KEYS = frozenset({
    "api", "apis", "access", "auth", "service", "server", "account", "app", "application", "subscription", "license", "licence",
    "developer", "dev", "deploy", "rest", "client", "integration", "personal", "ingest", "read", "management", "storage", "agent",
})  # fmt: skip
_TOKEN = frozenset({"token", "accesstoken", "authtoken", "apitoken", "bottoken", "bearer", "pat", "authorization", "oauthtoken", "jwt"})
_KEY = frozenset({"key", "apikey", "authkey", "accesskey"})
# a name that ends in one of these speaks about a credential
_ABOUT = frozenset({
    "id", "ids", "name", "names", "url", "uri", "urls", "path", "paths", "file", "filename", "dir", "folder", "field", "fields", "prefix", "suffix",
    "type", "types", "length", "len", "size", "min", "max", "count", "limit", "limits", "expiry", "expires", "expiration", "expire", "exp", "ttl",
    "timeout", "lifetime", "age", "days", "hours", "minutes", "seconds", "duration", "header", "headers", "regex", "regexp", "pattern", "format",
    "label", "title", "text", "placeholder", "hint", "message", "msg", "error", "errors", "help", "description", "class", "cls", "validator",
    "validators", "validation", "hasher", "hashers", "hash", "hashed", "digest", "checksum", "algorithm", "alg", "algo", "method", "mode",
    "version", "provider", "backend", "service", "host", "port", "endpoint", "scope", "scopes", "route", "page", "view", "template", "button",
    "input", "form", "component", "icon", "column", "attribute", "attr", "param", "params", "parameter", "variable", "var", "env", "ref", "arn",
    "alias", "index", "location", "status", "state", "enabled", "disabled", "required", "optional", "policy", "rule", "rules", "reset", "changed",
    "change", "at", "date", "time", "updated", "created", "kind", "schema", "manager", "store", "handler", "generator", "factory", "encoder",
    "encoding", "decoder", "usage", "budget", "cost", "price", "rate", "window", "bucket", "issuer", "audience", "source", "target", "group",
    "role", "level", "strength", "score", "selector", "locator", "xpath", "testid", "request", "response", "link", "separator", "delimiter",
    "position", "offset", "map", "mapping", "cache", "context", "callback", "func", "function", "event", "topic", "queue", "table", "set", "list",
    "tokens", "keys", "secrets", "passwords", "username", "user", "email", "login", "cookie", "session", "model", "entity", "object", "prompt",
    "question", "answer", "action", "step", "flow", "test", "tests", "example", "examples", "fingerprint", "public", "pub", "constraint",
    "characters", "chars", "charset", "entropy", "complexity", "visibility", "toggle", "show", "hide", "forgot", "forgotten", "update", "verify",
    "verification", "confirm", "confirmation", "confirmed", "is", "has",
})  # fmt: skip
_NEVER = frozenset({
    "gpg", "pgp",
    "public", "publishable", "pub", "anon", "anonymous", "site", "foreign", "primary", "partition", "sort", "cache", "query", "translation", "i18n",
    "locale", "idempotency", "routing", "measurement", "tracking", "csrf", "xsrf", "etag", "sha", "sha1", "sha256", "md5", "checksum", "integrity",
    "commit", "revision", "digest", "fingerprint", "encrypted", "encryptedkey", "sealed", "max", "min", "num", "total", "eos", "bos", "pad", "unk",
    "stop", "special", "next", "page", "pagination", "cursor", "continuation", "placeholder", "label", "css", "style", "object", "row", "column",
    "dict", "json", "map", "item", "lookup", "unique", "react", "sync",
})  # fmt: skip
# what is done with a password: `resetPassword` is the name of a page or a policy, unless a machine drew the value
_ACTIONS = frozenset({"reset", "forgot", "forgotten", "change", "recover"})
_OF_A_TEST = frozenset(
    {"fixture", "fixtures", "test", "tests", "testing", "mock", "fake", "dummy", "example", "sample", "stub", "invalid", "wrong", "bad", "demo"}
)
# salts that frameworks publish, the digests of an exported realm of Keycloak, and managers of passwords
_NOT_MEANT = frozenset({
    ("signing", "salt"), ("encryption", "salt"), ("cookie", "salt"), ("one", "password"), ("1", "password"), ("nord", "pass"), ("proton", "pass"),
    ("default", "salt"), ("secret", "data"), ("hashed", "secret"), ("last", "pass"), ("key", "pass"), ("kee", "pass"), ("enpass", "password"),
    # what stands under its own name on the site, so that search engines believe who tells them of its pages
    ("indexnow", "key"),
})  # fmt: skip
_META = frozenset({"facebook", "fb", "meta"})
# where a tool's own setting says "login" and takes a token, or "key" and signs what the app made, or only names it
_SETTINGS_OF_TOOLS = {"sonar.login": "token", "sonar.token": "token", "sonar.projectKey": "", "APP_KEY": "secret"}
_BROWSER = re.compile(r"^(?:NEXT_PUBLIC|VITE|REACT_APP|PUBLIC|NUXT_PUBLIC|EXPO_PUBLIC|GATSBY|VUE_APP)_")


@lru_cache(4096)
def parts_of(name: str) -> tuple[str, ...]:
    """The words of a name in lower case: `dbPassword2` -> db, password, 2."""
    return tuple(word.lower() for word in _PARTS.findall(name[-120:]))


def in_browser(name: str) -> bool:
    """Does a build tool put variables of this name into what every visitor loads?"""
    return _BROWSER.match(name) is not None


@lru_cache(4096)
def promise(name: str) -> str:
    """What the value of this name should be: "password", "secret", "token", "key" (of an API), "some-key" (of anything), or ""."""
    if name in _SETTINGS_OF_TOOLS:
        return _SETTINGS_OF_TOOLS[name]
    parts = parts_of(name)
    while parts and (
        parts[-1].isdigit() or parts[-1] in ("value", "default", "raw", "plain", "plaintext", "string", "str", "prod", "production", "live", "b64")
    ):
        parts = parts[:-1]
    if not parts:
        return ""
    if len(parts) == 2 and parts[0] in _ACTIONS and parts[-1] in _PASSWORD:
        return "some-key"
    if parts[-2:] == ("checksum", "key"):
        return "some-key"  # by which PayOS, Paytm and others sign what they tell an app
    if parts[-2:] == ("client", "token") and not _META.isdisjoint(parts):
        return ""  # it is built into the app, and says only which one it is
    if parts[-1] in _ABOUT or not _NEVER.isdisjoint(parts[-4:]) or parts[-2:] in _NOT_MEANT:
        return ""
    last, before = _run_together(parts[-1]), parts[-2] if len(parts) > 1 else ""
    if last in _PASSWORD or (last in ("pass", "pw") and name != "PW" and (before in _PASS_BEFORE or len(parts) < 3)):
        return "password"
    if (
        last in _SECRET
        or (last == "key" and before in _SECRET_KEYS)
        or (last == "salt" and len(parts) > 1)
        or parts[-3:] == ("secret", "key", "base")
    ):
        return "secret"
    if last in _TOKEN or (last in ("auth", "_auth") and len(parts) < 3):
        return "token"
    if last in _KEY and (before in _API_KEYS or last != "key"):
        return "key"
    if "secret" in parts[-2:] or "password" in parts[-2:]:
        return "secret"
    return "some-key" if last == "key" and len(parts) > 1 else ""


def of_a_test(name: str) -> bool:
    """Does the name say that nothing real hangs on the value?"""
    return not _OF_A_TEST.isdisjoint(parts_of(name))


def _run_together(word: str) -> str:
    """`dbpasswd`, `authtoken`: the word that says what it is stands at the end."""
    return next((end for end in ("password", "passwd", "passphrase", "secret", "token", "apikey", "secretkey") if word.endswith(end)), word)
