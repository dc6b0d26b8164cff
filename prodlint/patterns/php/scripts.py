"""Scripts of plain PHP: files that a web server runs for a request, and what they and the files that they include ask before.

Knows: what stands outside of all functions of a file, what the client sent (`$_GET`, `$_POST`, `$_REQUEST`), words for roles in the session, files
that are included by their name. Does not know: front controllers, which files the server hands out, rules of `.htaccess`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from posixpath import basename

from prodlint import regex as re
from prodlint.patterns.text.reader import Function
from prodlint.patterns.text.tokens import Code

SENT_IN_TEXT = re.compile(r"\$_(?:GET|POST|REQUEST)\b|\bINPUT_(?:GET|POST)\b")
SENT = frozenset(("$_GET", "$_POST", "$_REQUEST", "INPUT_GET", "INPUT_POST"))  # `filter_input(INPUT_POST, "id")`
# whoever signs in there is none of many: `$_SESSION['role']`, `$_SESSION['admin_id']`, `if (!is_admin())`
_SAYS = r"(?:admin|role|permission|privilege|staff|access|authori[sz]e)"
_DEMANDS = r"(?:require|check|ensure|must|verify|assert|enforce|only|need|restrict|validate|guard|protect|deny|block)"
_ON = r"(?:\$?\w{1,40}(?:->|::)){0,2}"
_ROLE = re.compile(
    r"\$_SESSION\s*\[\s*['\"]\w{0,40}?(?:admin|alogin|staff|role|type|level|rank|employee|doctor|teacher|manager|permission|privilege|access|grade|group)\w{0,40}['\"]"
    # a call that is tested, or whose name turns others away; `log_access($id)`, `use_admin_theme()` and what is only defined ask nobody
    rf"|(?:\bif|\band|\bor|&&|\|\||!|[=!]==?)\s{{0,9}}[(!\s]{{0,9}}{_ON}\w{{0,40}}?{_SAYS}\w{{0,40}}\s{{0,3}}\("
    rf"|(?<!function )\b\w{{0,40}}?{_SAYS}\w{{0,40}}\s{{0,3}}\([^()]{{0,80}}\)\s{{0,9}}(?:or\b|and\b|\|\||&&|\?|[!=]==?)"
    rf"|=\s{{0,9}}{_ON}(?:is|has|can|check|get)_?\w{{0,40}}?{_SAYS}\w{{0,40}}\s{{0,3}}\("
    rf"|(?<!function )\b{_DEMANDS}\w{{0,40}}?{_SAYS}\w{{0,40}}\s{{0,3}}\("
    rf"|(?<!function )\b(?:authori[sz]e\w{{0,40}}|\w{{0,40}}?{_SAYS}_?(?:only|required|check|guard))\s{{0,3}}\(",
    re.I,
)
SIGNED = " is_user_logged_in "  # a login, in words of what stands around a handler
_SESSION = re.compile(r"\$_SESSION\b")
_INCLUDES = re.compile(r"\b(?:require|include)(?:_once)?\b[^;'\"]{0,80}['\"]([^'\"\n]{1,200}\.php)['\"]")
_GUARDS = re.compile(r"(?i)auth|guard|permission|access|admin|(?:^|[_-])acl")
MAX_DEEP = 3
MAX_TOKENS = 8_000  # of a script: longer ones are left alone, and told as not read


def script(code: Code, found: Sequence[Function]) -> Function | None:
    """What a file does outside of its functions, where it reads there what the client sent."""
    if len(code) > MAX_TOKENS:
        return None
    inside = [(each.first, each.last) for each in found]
    reads = (at for at, text in enumerate(code.texts) if text in SENT or (text[0] == '"' and SENT_IN_TEXT.search(text)))
    if not any(all(not first <= at < last for first, last in inside) for at in reads):
        return None
    return Function(code, "", [], 0, 0, len(code), at=0)


def included(texts: Iterable[str]) -> frozenset[str]:
    """The names of files that others include, which are no scripts of their own."""
    return frozenset(basename(said) for text in texts for said in _INCLUDES.findall(text))


def asked(path: str, text_of: Callable[[str], str], named: Callable[[str], Sequence[str]]) -> str:
    """What a script and the files that it includes ask of who calls, in words of what stands around a handler. named: the files of that name."""
    texts = [text_of(path)]
    out = ""
    for depth, other in _included(path, text_of, named):
        if not other:
            out += " hasPermission( "  # one that nobody has here, whose name says that it guards
        elif depth:
            texts.append(text_of(other))
    if any(map(_ROLE.search, texts)):
        out += " hasRole( "
    return out + (SIGNED if any(map(_SESSION.search, texts)) else "")


def _included(path: str, text_of: Callable[[str], str], named: Callable[[str], Sequence[str]]) -> Iterator[tuple[int, str]]:
    """(how deep, file) of what a script includes, and of what that includes; "" for one that is not there and that guards by its name."""
    seen, queue = {path}, [(0, path)]
    while queue:
        depth, at = queue.pop(0)
        yield depth, at
        for said in _INCLUDES.findall(text_of(at)) if depth < MAX_DEEP else ():
            files = _nearest(said, named(basename(said)))
            if not files and _GUARDS.search(basename(said)):
                yield depth + 1, ""
            queue += [(depth + 1, each) for each in files if each not in seen]
            seen.update(files)


def _nearest(said: str, files: Sequence[str]) -> list[str]:
    """Of several files of a name those that end like the path by which one is included."""
    parts = [part for part in said.split("/") if part not in ("", ".", "..")]
    while parts:
        same = [each for each in files if f"/{each}".endswith("/" + "/".join(parts))]
        if same:
            return same[:4]
        parts = parts[1:]
    return []
