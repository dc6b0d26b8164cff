"""Names and values in texts that prodlint does not parse for them: code of other languages, settings, shell, XML, SQL, comments.

Knows: how a name is given a value in each of these, and which lines are worth reading. Does not know: whether a value is a credential.

Only lines that hold a word for credentials are read, and every form is bounded within its line.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from prodlint import regex as re
from prodlint.facts.secrets.wording import HINTS, promise

LONGEST_LINE = 3000  # characters; a longer line is data, or written by a machine


MOST = 2000  # of one form in one text


class Pair(NamedTuple):
    """A name and the value it is given, with the place of the value."""

    name: str
    value: str
    start: int
    end: int
    code: bool = True
    promised: str = ""  # what the form itself promises, whatever the name
    thrown_away: bool = False  # it holds on a developer's machine only


CODE = frozenset({
    "javascript", "typescript", "go", "ruby", "php", "java", "kotlin", "csharp", "python", "notebook", "hcl", "c", "rust", "swift", "html", "sql",
    "markdown", "rst",
})  # fmt: skip
_BACKQUOTES = frozenset({"javascript", "typescript", "go", "html", "markdown", "python", "notebook"})
_EXTENSIONS = {
    "rs": "rust", "swift": "swift", "c": "c", "h": "c", "cpp": "c", "cc": "c", "hpp": "c", "m": "c", "scala": "java", "groovy": "java",
    "gradle": "java",
    "dart": "swift", "ex": "ruby", "exs": "ruby", "pl": "ruby", "pm": "ruby", "lua": "ruby", "r": "ruby", "vue": "javascript", "svelte": "javascript",
    "astro": "javascript", "html": "html", "htm": "html", "xml": "xml", "plist": "xml", "config": "xml", "csproj": "xml", "xhtml": "html",
    "properties": "properties", "conf": "properties", "cnf": "properties", "env": "dotenv", "zsh": "shell", "ps1": "shell", "bat": "shell",
    "cmd": "shell", "mk": "makefile", "mak": "makefile",
    "fish": "shell", "jinja": "html", "j2": "html", "erb": "html", "txt": "text", "http": "shell", "rest": "shell",
}  # fmt: skip
_SETTINGS = frozenset(
    {"prod", "production", "local", "staging", "rc", "list", "credentials", "secrets", "auth", "pass", "backup", "bak", "old", "orig", "service"}
)
# no person writes a credential's name and value into these
_DATA = re.compile(
    r"(?i)\.(?:po|pot|mo|arb|xlf|xliff|css|scss|sass|less|svg|map|csv|tsv|snap|lock|sum|patch|diff|log|geojson|graphql|proto|strings|resx|hbs|sln"
    r"|mdx?|rst|adoc)$"
    r"|(?:^|/)(?:locales?|i18n|lang|langs|languages|(?:[\w-]*[a-z_-])?translations?|l10n|messages|cassettes|__snapshots__)/|(?:^|/)(?:openapi|swagger|schema"
    r"|introspection)[\w.-]*\."
)
_DOCUMENT = re.compile(r"(?i)\.(?:mdx?|rst|adoc)$")

_QUOTED = re.compile(
    r"""(?<![\w$.-])(?P<name>[A-Za-z_$@][\w$.-]{0,80}+)["'`\])?!]{0,4}+\s{0,40}+
        (?:(?::\s{0,20}+(?P<type>(?:&(?:'\w{1,20}\ )?)?[A-Za-z_][\w.<>\[\]|&?\ ]{0,40}))?
        \s{0,20}+(?:=>|:=|\?\?=?|\|\|=?|={1,3}|!==?|:|,|\bor\b|\{|\(|<<)|\bor\b)\s{0,40}+
        (?:(?!(?:[\w.]*\.)?(?:env|getenv|config|fetch|secret|param|get_secret|derive\w{0,20})\()[A-Za-z_.]{1,24}\(\s{0,20}+)?@?[rbuf]{0,2}
        (?P<quote>["'`])(?!,\s|\s?[.+]\s)(?P<value>(?:\\.|(?!(?P=quote))[^\\\n]){0,600})(?P=quote)""",  # `"token:", token + "..."` is code
    re.X,
)
# names of tables, columns and indexes: `removeIndex("user_credentials", "unique_after_2023")`
_OF_SCHEMA = re.compile(r"(?i)(?:add|remove|rename|drop|change|create|alter)_?(?:index|column|constraint|table|foreign|reference)\w*[( ]\s*[\"'`:]?$")
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)+")
_PLAIN = re.compile(
    r"""(?:^|(?<=[\s;&,{(]))["']?(?P<name>[A-Za-z_$/][\w.$:/@-]{0,120}?)["']?[ \t]{0,40}+(?:[?+:]{0,3}=|:(?=\s)|=>)[ \t]*
        (?:(?P<quote>["'])(?P<quoted>(?:\\.|(?!(?P=quote)).)*)(?P=quote)|(?P<value>[^\s"'#;][^\s"']*))""",
    re.X,
)
_FLAG = re.compile(
    r"""(?<![\w-])--?(?P<name>(?:[a-z]+-)*(?:password|passwd|pass|pwd|token|secret|api-key|apikey|secret-key|access-key))
        (?:=|[ \t]+)(?:(?P<quote>["'])(?P<quoted>[^"'\n]*)(?P=quote)|(?P<value>[^\s"'|;&)-][^\s"'|;&)]*))""",
    re.X | re.I,
)
_ELEMENT = re.compile(r"<(?P<name>[A-Za-z_][\w.:-]*)(?:\s[^<>]*)?>\s*(?P<value>[^<>\n]+?)\s*</")
_ATTRIBUTES = re.compile(
    r"""\b(?:name|key|id)\s*=\s*["'](?P<name>[\w.:-]+)["'][^<>]{0,200}?(?:\bvalue\s*=\s*["'](?P<value>[^"'\n]+)["']|>(?P<text>[^<>\n]+)</)"""
)
_SQL = re.compile(r"(?i)\b(?P<name>password|identified\s+by|identified\s+with\s+\w+\s+by)\s+(?:=\s*)?(?P<quote>['\"])(?P<value>[^'\"\s]+)(?P=quote)")
_SAMPLE_WORD = re.compile(r"[a-z]{2,8}\d{0,4}")  # in a row of data: the password of a device or person that is made up
_UNUSED = re.compile(r"\s*#\s*config\.(?:secret_key|pepper)\s*=")  # what Devise's generator writes, and nobody reads
_OLD_ENV = re.compile(r"^\s*ENV[ \t]+(?P<name>\w+)[ \t]+(?P<quote>[\"']?)(?P<value>[^\s\"'=$][^\s\"']*)(?P=quote)\s*$")
_COLUMNS = re.compile(r"(?i)\binsert\s+into\s+[\w.\"`\[\]]+\s*\((?P<columns>[^()]{1,2000})\)\s*values\s*")
_ROW = re.compile(r"\((?P<row>(?:'(?:''|\\.|[^'\\])*'|[^'()]|\([^()]*\)){1,4000})\)\s*,?\s*")
_CELL = re.compile(r"\s*(?:[EN]?'(?P<value>(?:''|\\.|[^'\\])*)'|(?P<other>(?:\([^()]*\)|[^,'()])*))\s*(?:,|$)")
_HEADER = re.compile(
    r"""(?i)\b(?P<name>authorization|x-[\w-]*(?:token|key))["'\]]*\s*[:=,]\s*\[?\s*[fbru]?["'`]?(?P<scheme>bearer|basic|token|bot|api-?token|api-?key|apikey)\s+(?P<value>[A-Za-z0-9_~+/.=:-]{8,})"""
)
_SCHEME = re.compile(r"""["'`](?P<scheme>Bearer|Basic)\s+(?P<value>[A-Za-z0-9_~+/.=-]{8,})["'`]""")
_TRIED = re.compile(r"\bcurl\b[^\n]*?\b(?:localhost|127\.0\.0\.1)\b")
_USER = re.compile(
    r"""(?<![\w-])(?:-u|--user)(?:\s+|=)["']?(?:(?P<value>[^\s"':]{8,}):(?=["'\s]|$)|(?P<name>[\w.@+-]*)["']?:["']?(?P<quoted>[^\s"'|;&]{4,}))"""
)
_ENTRY = re.compile(
    r"""\bname:\s*["']?(?P<name>[A-Za-z_][\w.-]*)["']?[ \t]{0,40}(?:\#[^\n]{0,200})?(?:\n[ \t]{0,80}|,\s{0,40})value:[ \t]{0,40}"""
    r"""(?:(?P<quote>["'])(?P<quoted>[^"'\n]*)(?P=quote)|(?P<value>[^\s"'#][^\n#]*?)[ \t]*(?:\#|$|,|\}))""",
    re.M,
)
# what is taken where the environment gives nothing: `${JWT_SECRET:...}` of Spring, `${JWT_SECRET:-...}` of shells and Compose
_FALLBACK = re.compile(r"\$\{(?P<name>[A-Za-z_][\w.]{0,80}+):-?(?P<value>[^\s{}\"'$]{20,200})\}")
_PLIST = re.compile(r"<key>(?P<name>[^<>\n]+)</key>\s*<string>(?P<value>[^<>\n]+)</string>")


def language_for(path: str, language: str) -> str:
    """The language whose forms a file is read with; "" where nobody writes credentials by name."""
    document = _DOCUMENT.search(path)
    if document or language == "dotenv":
        return "markdown" if document else language
    if _DATA.search(path):
        return ""
    if language != "text":
        return language
    name = path.rpartition("/")[2]
    ending = name.rpartition(".")[2].lower()
    if "." in name.lstrip("."):
        return _EXTENSIONS.get(ending, "properties" if ending in _SETTINGS else "c")
    return "makefile" if "akefile" in name else "properties"


def hint_lines(text: str, hints: tuple[str, ...] = HINTS) -> list[tuple[int, int]]:
    """(start, end) of the lines that hold a word for credentials, in order."""
    lowered = text.lower()
    if len(lowered) != len(text):  # a letter that is two letters in lower case
        lowered = "".join(sign.lower() if sign.isascii() else sign for sign in text)
    found: dict[int, int] = {}
    for hint in hints:
        at = lowered.find(hint)
        while at >= 0:
            start = lowered.rfind("\n", 0, at) + 1
            end = lowered.find("\n", at)
            end = len(text) if end < 0 else end
            found[start] = end
            at = lowered.find(hint, end)
    return sorted((start, end) for start, end in found.items() if end - start <= LONGEST_LINE and not _UNUSED.match(text, start, end))


def pairs(text: str, language: str, lines: list[tuple[int, int]]) -> Iterator[Pair]:
    """The names and values of these lines, in the forms of the language; a place may come twice."""
    code = language in CODE
    for start, end in lines:
        line = text[start:end]
        if "<%" in line or ("{{" in line and language not in ("javascript", "typescript")):
            continue  # a template: its values are made elsewhere
        if '"' in line or "'" in line or "`" in line:
            told = _forms(line, start, _QUOTED, code)
            # elsewhere what stands between backquotes is run, or names a column
            yield from told if language in _BACKQUOTES or "`" not in line else (pair for pair in told if line[pair.start - start - 1] != "`")
        if not code or language in ("markdown", "rst", "sql"):
            if language not in ("xml", "sql"):
                yield from _plain(line, start, language)
        if language in ("xml", "html", "java"):
            yield from _forms(line, start, _ELEMENT, False)
            yield from _forms(line, start, _ATTRIBUTES, False)
        if "'" in line and ("password" in line.lower() or "dentified" in line.lower()):
            yield from (pair._replace(name="password", promised="password") for pair in _forms(line, start, _SQL, False))
        if " -" in line:
            yield from _forms(line, start, _FLAG, False)
            for pair in _forms(line, start, _USER, False):
                own = pair.name.lower() in ("username", "user", "login", "name", "email")  # whose own is to be filled in, where nobody drew one
                yield pair._replace(name="curl", promised="some-key" if own else "password")
        if language == "dockerfile":
            yield from _forms(line, start, _OLD_ENV, False)
        if "${" in line and not code:  # only what a machine drew: others are meant for the first run on the own machine
            yield from (pair._replace(promised="some-key") for pair in _forms(line, start, _FALLBACK, False) if promise(pair.name))
        yield from headers(line, start)
    if language == "sql":
        yield from rows(text)
    if language in ("yaml", "json"):
        yield from _forms(text, 0, _ENTRY, False)
    elif language == "xml" and "<key>" in text:
        yield from _forms(text, 0, _PLIST, False)


def rows(text: str) -> Iterator[Pair]:
    """What INSERT puts into columns that are named; in a table of settings, of names and values, the value under its name."""
    for found in _COLUMNS.finditer(text):
        columns = [column.strip().strip('"`[]') for column in found.group("columns").split(",")]
        # of nobody's account: a list of what is too easy to guess, unless a machine drew it
        alone = len([column for column in columns if column.lower() != "id"]) < 2
        at = found.end()
        for _ in range(MOST):
            row = _ROW.match(text, at)
            if row is None:
                break
            at = row.end()
            cells = list(_cells(text, row.start("row"), row.end("row")))
            if len(cells) != len(columns):
                break
            named = next((cells[number][0] for number, column in enumerate(columns) if column.lower() in ("name", "key", "setting", "option")), "")
            for column, (value, start) in zip(columns, cells, strict=True):
                if value and not _SAMPLE_WORD.fullmatch(value):
                    name = named if named and column.lower() in ("value", "val", "data", "setting_value") else column
                    yield Pair(name, value, start, start + len(value), True, "some-key" if alone and promise(name) else "")


def _cells(text: str, start: int, end: int) -> Iterator[tuple[str, int]]:
    """The values of a row, "" for what is no string."""
    while start < end:
        cell = _CELL.match(text, start, end)
        if cell is None or cell.end() == start:
            return
        yield cell.group("value") or "", cell.start("value")
        start = cell.end()


def headers(line: str, start: int) -> Iterator[Pair]:
    """Authorization headers; the scheme says what the value is. What somebody sends to a server on the own machine to try it opens nothing else."""
    if _TRIED.search(line):
        return
    for form in (_HEADER, _SCHEME):
        for found in form.finditer(line):
            promised = "basic" if found.group("scheme").lower() == "basic" else "token"
            name = found.groupdict().get("name") or found.group("scheme")
            yield Pair(name, found.group("value"), start + found.start("value"), start + found.end("value"), True, promised)


def quoted(line: str, start: int) -> Iterator[Pair]:
    """Names and values of a line of code, comments too."""
    return _forms(line, start, _QUOTED, True)


def _forms(text: str, offset: int, form: re.Pattern[str], code: bool) -> Iterator[Pair]:
    position = count = 0
    while (found := form.search(text, position)) and (count := count + 1) < MOST:
        groups = found.groupdict()
        kind = next((name for name in ("value", "quoted", "text") if groups.get(name)), "")
        if kind and not (form is _QUOTED and _of_something_else(text, found)):
            name = groups.get("name") or ""
            pair = Pair(name, found.group(kind), offset + found.start(kind), offset + found.end(kind), code)
            yield pair
            if groups.get("type"):  # `old: api_key = "..."` in a comment is no annotation
                yield pair._replace(name=groups["type"].strip())
        # the value of one pair may be the name of the next: `fetch("TOKEN", "...")`
        position = found.start("quote") if groups.get("quote") and form is _QUOTED else found.end()


def _of_something_else(text: str, found: re.Match[str]) -> bool:
    """A name of a schema; two arguments, as in `scrypt(CONFIG.KEY, "salt-of-the-app")`; what a vault keeps, `secret('shop-oauth')`."""
    if _OF_SCHEMA.search(text, max(0, found.start() - 60), found.start("name")):
        return True
    if text[found.end("name")] == "(":
        name = found.group("name").rpartition(".")[2]
        return name.startswith("derive") or (name == "secret" and _SLUG.fullmatch(found.group("value")) is not None)
    return text[found.end("name")] == "," and "." in found.group("name")


def _plain(line: str, start: int, language: str) -> Iterator[Pair]:
    """`NAME=value` and `name: value`. A line of YAML or of settings is one pair whose value may hold spaces; shell has many on one line."""
    if language in ("yaml", "properties", "ini", "dotenv", "text"):
        whole = _WHOLE.match(line.rstrip())
        if whole and whole.group("value"):
            value = _COMMENT.split(whole.group("value"), maxsplit=1)[0].rstrip()
            begin = start + whole.start("value")
            if value[:1] in "\"'" and value.find(value[0], 1) > 0:
                value, begin = value[1 : value.find(value[0], 1)], begin + 1
            yield Pair(whole.group("name"), value, begin, begin + len(value), False)
    for found in _PLAIN.finditer(line):
        kind = "quoted" if found.group("quote") else "value"
        if found.group(kind) and not _OUTCOME.match(line, max(0, found.start("name") - 1)):
            yield Pair(found.group("name"), found.group(kind), start + found.start(kind), start + found.end(kind), False)


_WHOLE = re.compile(
    r"^[ \t]*(?:(?:export|set|-)[ \t]+)*[\"']?(?P<name>[A-Za-z_/][\w./:@-]{0,120}?)[\"']?[ \t]{0,80}+(?:(?:[:=]>?|[?+:]{1,3}=)[ \t]*(?![:=])"
    r"|(?<=[ \t])(?=[^\s=:]+$))(?P<value>\S.*)$"
)
_OUTCOME = re.compile(r"[\"'`]PASS(?:ED)?:\s")  # `echo "PASS: all is well"`
_COMMENT = re.compile(r"[ \t]+[#;](?:[ \t]|$)")
