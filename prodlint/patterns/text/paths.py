"""What the path of a route says in JavaScript: texts, templates, constants of this file and of others, and pieces of these.

Knows: `"/x"`, `PREFIX + "/x"`, `Routes.USER.LIST`, `Routes.USER.BY_ID(":id")`. Does not know: which calls register routes (`routers.py`), where a
name comes from (`imports.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from prodlint import regex as re
from prodlint.patterns.text.spans import DOTS, split
from prodlint.patterns.text.tokens import Code

# the name of an import -> (the text of the file that defines it, its name there), ("", "") where it is none
Elsewhere = Callable[[str], tuple[str, str]]
# names of paths: `ADMIN_LIST`, `routes.users`
_NAMES_A_PATH = re.compile(r"(?:.*\W)?[A-Z][A-Z0-9_]+|(?i:\w*(?:routes?|paths?|endpoints?|urls?))\W.*")
_GIVEN = r"\b{}\b(?:\s*:\s*string)?\s*[=:]\s*(?:\([^()\n]*\)\s*(?::\s*string\s*)?=>\s*)?(['\"`])((?:(?!\1)[^\n])*)\1"
_HOLDS = r"\b{}\b[^=:\n]{{0,60}}[=:]\s*(?:Object\.freeze\(\s*)?\{{"
MAX_DEPTH = 4
MAX_LENGTH = 400  # of a path: what is longer is none, and constants of constants of constants grow without end


def nowhere(_name: str) -> tuple[str, str]:
    """No name comes from another file."""
    return "", ""


def path_text(code: Code, first: int, last: int, elsewhere: Elsewhere = nowhere, depth: int = MAX_DEPTH) -> str | None:
    """The path that an argument is; `{name}` for what is not known of it. None where it is no path."""
    parts = split(code, first, last, "+")
    out = []
    for start, end in parts:
        if end - start == 1 and code.kinds[start] == "s":
            out.append(_literal(code, code.texts[start], depth))
        elif end := _name_end(code, start, end):
            out.append(constant(code.text, code.source(start, end), elsewhere, depth))
        else:
            return None
    names = [code.texts[_name_end(code, start, end) - 1] for start, end in parts]
    if not any(part is not None for part in out) and not all(_names_a_path(code, *part) for part in parts):
        return None
    text = "".join(part if part is not None else f"{{{name}}}" for part, name in zip(out, names, strict=True))
    return text if text == "" or text[0] in "/*:({" else f"/{text}" if len(out) == 1 and re.fullmatch(r"[\w/:{}.-]*", text) else text


def _name_end(code: Code, start: int, end: int) -> int:
    """The token after a dotted name that the tokens are, without the brackets of a call of it; 0 where they are no name."""
    if end - start > 2 and code.texts[end - 1] == ")" and code.mate[end - 1] > start:
        end = code.mate[end - 1]
    return end if start < end and all(code.kinds[at] == "n" or code.texts[at] in DOTS for at in range(start, end)) else 0


def _names_a_path(code: Code, start: int, end: int) -> bool:
    """Does a name say that it is a path, whatever stands behind it?"""
    end = _name_end(code, start, end)
    return end - start > 2 and _NAMES_A_PATH.fullmatch(code.source(start, end)) is not None


def _literal(code: Code, text: str, depth: int) -> str | None:
    if text.startswith("/"):  # a regular expression
        return None
    bare = text[1:-1]
    if text[0] != "`":
        return bare
    return filled(code.text, bare, depth)


def constant(text: str, name: str, elsewhere: Elsewhere = nowhere, depth: int = MAX_DEPTH) -> str | None:
    """The text that a file gives to `NAME`, `this.path` or `Paths.users`, or the file that the name comes from; None where neither gives one."""
    parts = [part for part in re.split(r"\W+", name) if part]
    if depth <= 0 or not parts:
        return None
    other, local = elsewhere(parts[0])
    if other:
        text, parts[0] = other, local or parts[0]
    at = 0
    for part in parts[:-1]:
        holds = re.compile(_HOLDS.format(re.escape(part))).search(text, at)
        at = holds.end() if holds is not None else at
    given = re.compile(_GIVEN.format(re.escape(parts[-1])))
    found = given.search(text, at)
    return filled(text, found.group(2), depth - 1) if found is not None else None


def filled(text: str, template: str, depth: int = MAX_DEPTH) -> str:
    """A template with the constants that it names; the last part of a name stands for what is not known."""

    def value(found: re.Match[str]) -> str:
        known = _here(text, found.group(1), depth)
        return known if known is not None and len(known) <= MAX_LENGTH else f"{{{re.split(r'[^0-9A-Za-z_]+', found.group(1))[-1]}}}"

    if len(template) > MAX_LENGTH:
        return template
    return re.sub(r"\$\{\s*([^}]*?)\s*\}", value, template)


@lru_cache(maxsize=1_024)
def _here(text: str, name: str, depth: int) -> str | None:
    return constant(text, name, depth=depth)
