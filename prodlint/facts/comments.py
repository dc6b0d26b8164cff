"""Comments that speak to us: `prodlint: ignore[...] -- reason` and `noqa`.

Knows: the comment signs of file types, and which lines a comment speaks for. Does not know: rules, what is suppressed, what a
suppression must look like to count (`decide.py`).

Almost no file has such a comment, so one search of the whole text decides whether anything else happens. Python files that have
one are tokenised, so that a string which contains the words is not a comment.
"""

from __future__ import annotations

import io
import tokenize
from bisect import bisect_left
from collections.abc import Iterator
from posixpath import basename, splitext

from prodlint import regex as re
from prodlint.model import Comment

_WORDS = re.compile(r"prodlint:|\bnoqa\b", re.IGNORECASE)
_OURS = re.compile(r"prodlint:\s*ignore\b", re.IGNORECASE)
_NOQA = re.compile(r"noqa(?![\w-])", re.IGNORECASE)
_FILE_NOQA = re.compile(r"flake8[:=]\s*noqa(?![\w-])", re.IGNORECASE)
_CODED = re.compile(r"noqa\s*:\s*[A-Z]", re.IGNORECASE)

_C = ("//", "/*", "*")
_SIGNS_OF = {
    "js jsx ts tsx mjs cjs mts cts go java kt kts cs rs swift scala c h cpp hpp css scss proto": _C,
    "tf tfvars hcl php": ("#", *_C),
    "html htm xml svg md markdown": ("<!--",),
    "vue svelte astro jinja j2": ("<!--", *_C),
    "yaml yml toml sh bash zsh rb ex exs pl r env properties dockerfile mk conf": ("#",),
    "ini cfg": ("#", ";"),
    "sql": ("--", "/*", "*"),
    "lua": ("--",),
}
_SIGNS = {kind: signs for kinds, signs in _SIGNS_OF.items() for kind in kinds.split()}
_ANY = ("#", "//", "--", "<!--", "/*", ";")
_LONGEST = 2000  # a longer line is generated text, nobody writes a comment there
_LARGEST = 2_000_000  # a larger Python file is generated; it is scanned by lines
_PYTHON = ("py", "pyi", "pyw")


def read(text: str, path: str) -> tuple[Comment, ...]:
    """The comments of a file that suppress something, in line order, each with the lines it speaks for."""
    lowered = text.lower()
    if "prodlint:" not in lowered and "noqa" not in lowered:
        return ()
    kind = _kind(path)
    if kind not in _PYTHON:
        return tuple(_scan(text, _SIGNS.get(kind, _ANY)))
    if len(text) > _LARGEST:
        return tuple(_scan(text, ("#",)))
    try:
        return tuple(_tokenised(text))
    except (tokenize.TokenError, SyntaxError):
        return tuple(_scan(text, ("#",)))  # newer syntax than the running Python: quotes are counted instead


def _kind(path: str) -> str:
    name = basename(path).lower()
    if name.startswith((".env", "dockerfile", "makefile", "procfile")):
        return "env"
    return splitext(name)[1][1:]


def _speaks(text: str) -> bool:
    return bool(_OURS.match(text) or _NOQA.match(text) or _FILE_NOQA.match(text))


def _parts(comment: str) -> Iterator[str]:
    """`type: ignore  # noqa: PRD301` is two comments in one; each part stands without its sign."""
    for part in re.split(r"\s#\s*|^#+\s*", comment):
        if _speaks(part.strip()):
            yield part.strip()


# ---------------------------------------------------------------- Python
def _tokenised(text: str) -> Iterator[Comment]:
    found, spans, functions = _walk(text)
    starts = [first for first, _ in spans]
    for line, comment, alone in found:
        own = _statement(spans, starts, line, alone)
        for part in _parts(comment):
            if _FILE_NOQA.match(part):
                yield Comment(line, part, 1, 0)
            elif _NOQA.match(part):
                yield Comment(line, part, *((line, line) if alone else own))
            else:
                yield Comment(line, part, min(line, own[0]), functions.get(own[0], own[1]))


def _statement(spans: list[tuple[int, int]], starts: list[int], line: int, alone: bool) -> tuple[int, int]:
    """The lines of the statement that a comment on this line belongs to; alone on its line and outside one: of the next."""
    at = bisect_left(starts, line + 1) - 1
    if at >= 0 and spans[at][0] <= line <= spans[at][1]:
        return spans[at]
    if alone and at + 1 < len(spans):
        return spans[at + 1]
    return line, line


def _walk(text: str) -> tuple[list[tuple[int, str, bool]], list[tuple[int, int]], dict[int, int]]:
    """One pass over the tokens: comments that speak, the line spans of statements, and functions (first header line -> last).

    A function's header begins at its first decorator, and each decorator line leads to the same last line."""
    found: list[tuple[int, str, bool]] = []
    spans: list[tuple[int, int]] = []
    functions: dict[int, int] = {}
    heads: list[int] = []  # decorator and def lines that wait for their body
    blocks: list[list[int]] = []  # for each open indentation the heads it belongs to
    first, words, last_line = 0, [], 0
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        kind = token.type
        if kind == tokenize.COMMENT:
            if _WORDS.search(token.string):
                found.append((token.start[0], token.string, not token.line[: token.start[1]].strip()))
        elif kind == tokenize.NEWLINE:
            spans.append((first, token.start[0]))
            last_line = token.start[0]
            if words[0] == "@":
                heads.append(first)
            elif "def" in words[: 2 if words[0] == "async" else 1]:
                heads.append(first)
                functions.update(dict.fromkeys(heads, last_line))
            else:
                heads = []
            first, words = 0, []
        elif kind == tokenize.INDENT:
            blocks.append(heads)
            heads = []
        elif kind == tokenize.DEDENT:
            functions.update(dict.fromkeys(blocks.pop(), last_line))
            heads = []
        elif kind != tokenize.NL:
            first = first or token.start[0]
            if len(words) < 2:
                words.append(token.string)
    return found, spans, functions


# ---------------------------------------------------------------- every other language
def _scan(text: str, signs: tuple[str, ...]) -> Iterator[Comment]:
    lines = text.split("\n")
    sign = re.compile("|".join(re.escape(each) for each in sorted(signs, key=len, reverse=True)))
    at, number, done = 0, 1, 0
    for word in _WORDS.finditer(text):
        number += text.count("\n", at, word.start())
        at = word.start()
        line = lines[number - 1].rstrip("\r")
        if number == done or len(line) > _LONGEST:
            continue
        done = number
        for match in sign.finditer(line):
            part = re.sub(r"\s*(\*/|-->).*$", "", line[match.end() :].lstrip("#/*-! \t")).strip()
            if (_OURS.match(part) or _CODED.match(part)) and not _inside_string(line[: match.start()]):
                alone = not line[: match.start()].strip()
                yield Comment(number, part, number, _next_code(lines, number, sign) if alone else number)
                break


def _next_code(lines: list[str], number: int, sign: re.Pattern[str]) -> int:
    """The line below a comment that stands alone, past further comments directly under it."""
    below = number
    while below < len(lines) and sign.match(lines[below].strip()):
        below += 1
    return below + 1 if below < len(lines) else number


def _inside_string(before: str) -> bool:
    """Does an odd number of one kind of quote stand before? A cheap check, right for strings that end on their line."""
    plain = re.sub(r"\\.", "", before)
    return any(plain.count(quote) % 2 for quote in "\"'`")
