"""Guards of a project in JavaScript that stand before a handler, look at who calls and at the very id that selects the row, and were not read: told
once as unknown, in the place of findings for the rows behind them (`unreadguards.py`).

Knows: functions, and lists of checks of a validator, `validateGet = rules("get")` with `param("boardId").custom(async (value, { req }) =>
inOrg(req.user.org, value))`, by what stands in them and in what they call in the same file; hooks of SvelteKit. Does not know: what they decide;
guards that are read (`before.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from posixpath import basename

from prodlint import regex as re
from prodlint.patterns.entries.before import candidates
from prodlint.patterns.evidence.unreadguards import Guard
from prodlint.patterns.text.imports import Imports

_CALLER = re.compile(
    r"\b(?:req|request|ctx|c|context|socket)\.(?:user|auth|session|userId|account|member|currentUser)\b|\bres\.locals\b|\bstate\.user\b"
    r"|\.get\(\s{0,9}['\"](?:user|session|auth)\w{0,40}['\"]|\bjwt\.(?:verify|decode)\b|(?<!\w)\w{0,20}(?:decode|verify)\w{0,20}(?:Jwt|JWT|_jwt|Token)\b"
    r"|\b(?:current_?[uU]ser|getSession)\b"
)
# that somebody may not, and not only that there is no such row, or that nobody is signed in
_REFUSES = re.compile(r"\b403\b|[fF]orbidden|FORBIDDEN|(?i:permission|not_?allowed|access_?denied|not_?authori[sz]ed)")
_WHO = re.compile(r"(?i)\b\w{0,30}(?:user|account|member|session|token|caller|actor|owner)")
_DECIDES = re.compile(r"\bif\b|\bawait\b|\breturn\b|[=!]==?|\.(?:has|includes|some|every|find|equals)\(")
_WRITES_DOWN = re.compile(
    r"\s{0,40}(?:await\s{1,9})?(?:this\.)?\w{0,20}(?i:log|logger|console|audit|track|metrics|sentry|analytics)\w{0,20}(?:\.\w+)?\("
)
_MADE = r"\b{}\s*[:=]\s*(?!=)([^;]{{0,600}})"
_CALLS = re.compile(r"(?<![\w$])(?:this\.)?([A-Za-z_$][\w$]{0,60})\s{0,3}\(")
_NAME = re.compile(r"[A-Za-z_$][\w$]*")  # also of `validateGet: rules("get")` in what a file exports
# SvelteKit
_HANDLE, _SESSION = re.compile(r"\w[hH]andle\s?:\s?Handle\b|\bhandle\s?:\s?Handle\b"), re.compile(r"\b(?:session|locals)\b")
_OF_PATH = re.compile(r"\bparams\b")
MAX_CALLED = 8
MAX_TEXT = 20_000


class ScriptGuards:
    """`before(...)`: the guard before a handler that looks at an id and was not read."""

    def __init__(self, imports: Imports, functions: Callable[[str, str], Iterable[str]], places: Callable[[str], Iterable[str]]) -> None:
        """functions: the texts of the functions of a file by name; places: the files that define a function of a name."""
        self.imports, self.functions, self.places = imports, functions, places
        self._known: dict[tuple[str, str], str] = {}

    def before(self, paths: Iterable[str], around: str, own: str, name: str) -> Guard | None:
        """paths: the files of the handler and of its route; own: what the handler itself is called; name: the id."""
        looks, validated = _looks_at(name)
        every = tuple(dict.fromkeys(paths))
        for guard in candidates(around):
            for file, local in self._defined(every, guard) if guard != own else ():
                text = self._text(file, local)
                held = looks.search(text) and _CALLER.search(text) and _REFUSES.search(text) and _together(text, name)
                if held or validated.search(text):
                    return Guard(file, 1, basename(file), frozenset())  # all that one file checks is one cause
        return None

    def of_hooks(self, path: str, name: str, body: str) -> Guard | None:
        """SvelteKit: a `handle` that stands before every route of the app, and asks whether who calls may have this part of its path."""
        root, routes, _ = f"/{path}".rpartition("/routes/")
        if not routes or _OF_PATH.search(body) is None:
            return None
        looks = re.compile(rf"\bparams(?:\?\.|\.){re.escape(name)}\b")
        held = (file for file in self._hooks if f"/{file}".startswith(f"{root}/") and looks.search(self.imports.texts[file]))
        return next((Guard(file, 1, basename(file), frozenset()) for file in held), None)

    @cached_property
    def _hooks(self) -> list[str]:
        texts = self.imports.texts
        return [file for file in sorted(texts) if _HANDLE.search(texts[file]) and _SESSION.search(texts[file]) and _REFUSES.search(texts[file])]

    def _defined(self, paths: tuple[str, ...], name: str) -> Iterator[tuple[str, str]]:
        found = [self.imports.origin(path, name) for path in paths if name in self.imports.of(path)]
        yield from ((file, _NAME.match(local).group()) for file, local in dict.fromkeys(found) if file and _NAME.match(local))
        if not found:
            places = [path for path in self.places(name) if path in self.imports.texts]
            yield from ((path, name) for path in places if len(places) == 1)

    def _text(self, file: str, name: str) -> str:
        """What a guard is made of: its own text, or how it is made, and what that calls in the same file."""
        if (file, name) not in self._known:
            own = list(self.functions(file, name)) if name else []
            if not own and name:
                made = re.search(_MADE.format(re.escape(name)), self.imports.texts[file])
                own = [_first(made.group(1))] if made is not None else []
            said = " ".join(own)[:MAX_TEXT]
            called = list(dict.fromkeys(_CALLS.findall(said)))[: 8 * MAX_CALLED] if own else []
            further = [text for each in called if each != name for text in self.functions(file, each)][:MAX_CALLED]
            self._known[file, name] = "\n".join((said, *further))[: 4 * MAX_TEXT]
        return self._known[file, name]


def _looks_at(name: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """How code takes an id out of what the client sent, and how a validator checks it against who asks."""
    said, sent = re.escape(name), r"(?:params|body|query)"
    looks = rf"\b{sent}\s{{0,9}}(?:\?\.|\.)\s{{0,9}}{said}\b|\b{sent}(?:\?\.)?\[\s{{0,9}}['\"`]{said}['\"`]\s{{0,9}}\]"
    looks += rf"|\{{[^{{}}]{{0,200}}\b{said}\b[^{{}}]{{0,200}}\}}\s{{0,9}}=\s{{0,9}}(?:req|request|ctx|c)(?:\?\.|\.){sent}\b"
    validated = (
        rf"\b(?:param|body|query|check)\(\s{{0,9}}['\"`]{said}['\"`]\s{{0,9}}\)[^;]{{0,200}}?\.custom\([^;]{{0,300}}?\breq\.(?:user|session|auth)\b"
    )
    return re.compile(looks), re.compile(validated)


def _together(text: str, name: str) -> bool:
    """Do the id and who asks meet in a statement that may decide, and that does not only write down what happens?"""
    word = re.compile(rf"(?:(?<![\w.$])|\b(?:params|body|query)\??\.){re.escape(name)}\b")
    parts = (each for each in re.split(r"[;\n{}]", text) if _DECIDES.search(each) and not _WRITES_DOWN.match(each))
    return any(word.search(each) and _WHO.search(each) for each in parts)


def _first(text: str) -> str:
    """What is assigned, as far as its brackets stand open."""
    line = text.split("\n", 1)[0]
    whole = all(line.count(opening) == line.count(closing) for opening, closing in ("()", "[]", "{}"))
    return line if whole else text.split("\n\n", 1)[0]
