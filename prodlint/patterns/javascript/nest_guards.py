"""NestJS: decorators that only write down what a handler asks for, and the guards that read it.

Knows: `SetMetadata` and `Reflector.createDecorator`, guards of the project that ask the reflector for the same key, `@UseGuards` on the method, its
class and the classes it extends, guards for the whole app; a key that only lets everybody in. Does not know: guards of libraries; what a guard
decides by the other keys.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from prodlint import regex as re
from prodlint.patterns.entries.around import ties_by_name
from prodlint.patterns.entries.parameters import Entry
from prodlint.report import Finding, Related

_MARK = re.compile(
    r"\bconst\s+(\w+)\b[^=;\n]{0,80}=\s*(?:\(?[^;=]{0,200}?=>\s*\{?\s*(?:return\s+)?SetMetadata(?:<[^;()]{0,80}>)?\(\s*([\w.]+|['\"][\w:.-]+['\"])"
    r"|Reflector\.createDecorator\b)"
)
_MARKS = re.compile(
    r"\bfunction\s+(\w+)\s*\([^)]*\)[^{;]{0,80}\{[^{}]{0,200}?\breturn\s+SetMetadata(?:<[^;()]{0,80}>)?\(\s*([\w.]+|['\"][\w:.-]+['\"])"
)
_GUARD = re.compile(r"\bclass\s+(\w+)\s*(?:extends\s+([\w.]+)[^{]{0,120})?\s*(?:implements\s+[\w, ]*CanActivate)?[^{]{0,80}\{")
_READS = re.compile(r"\.(?:get|getAll|getAllAndOverride|getAllAndMerge)(?:<[^;]{0,160}?>)?\(\s*([\w.]+|['\"][\w:.-]+['\"])\s*,")
_GLOBAL = re.compile(
    r"\bAPP_GUARD\b[^}]{0,200}?\buse(?:Class|Existing)\s*:\s*(\w+)|\buse(?:Class|Existing)\s*:\s*(\w+)[^}]{0,80}\bAPP_GUARD\b"
    r"|\bAPP_GUARD\b[^;{}]{0,80}?\buseFactory\b[^;]{0,600}?\bnew\s+(\w+)"  # `useFactory: (reflector: Reflector) => new RolesGuard(reflector)`
    r"|\buseGlobalGuards\(([^;]{0,400})"
)
_USED = re.compile(r"\bUseGuards\(((?:[^()]|\((?:[^()]|\([^()]*\))*\))*)\)")
_NAME = re.compile(r"[A-Za-z_]\w*")
_ASKS = re.compile(r"(?i)role|permission|privilege|polic|abilit|scope|admin|access|owner")
# a guard for which such a key is the end of its questions
_OPENS = r"\bif\s*\(\s*{}\s*(?:===?\s*true\s*)?\)\s*\{{?\s*return\s+(?:true|super\.|next)"
# a guard that has nothing to ask where nobody wrote down what for
_NOTHING = r"\bif\s*\(\s*!\s*{0}\b(?:\s*\|\|\s*!?\s*{0}\b\??\.length(?:\s*===?\s*0)?|\??\.length)?\s*\)\s*\{{?\s*return\s+true\b"
_DECIDES = re.compile(r"\bthrow\b|\breturn\b|\bsuper\.")
_HELD = re.compile(r"\b(?:const|let|var)\s+(\w+)\b[^=;]{0,80}=\s*(?:await\s+)?[^;]{0,200}?$")
_PERSON = re.compile(r"\buser\w*\b|\baccount\b|\bsession\b|\bpayload\b")
_EXTENDS = re.compile(r"\bclass\s+\w+\s+extends\s+([A-Z]\w*)")
# parts of a request that are looked at by name
_PARTS = re.compile(r"\b(?:req|request)\w*\??\.(?:params|query|body)\??(?:\.(\w+)|\[['\"](\w+)['\"]\])")
# what may ask for more: parts without a name, metadata, services, a role that all others lack
_ALSO = re.compile(
    r"\b(?:req|request)\w*\??\.(?:params|query|body|url|path|route)\b(?!\??\.\w|\[['\"])|[rR]eflector\.get|this\.(?!reflector\b)\w+\??\.|\bsuper\.|!==?\s*(?:[\w.]*\.)?['\"]?(?i:admin)"
)
NAMED = 12  # handlers that the words name
OPEN, ASKED = " permitAll ", " permissionByMark "


def without_marks(around: str) -> str:
    """What stands around a handler, without permissions of which only the database knows who has them."""
    return around.replace(ASKED, " ")


def _plain(key: str) -> str:
    return key.strip("'\"")


def at_once(guard: str, each: list[Finding]) -> Finding:
    """One answer for all handlers whose decorators are read by a guard that stands before none."""
    first = each[0]
    named = list(dict.fromkeys(told.symbol for told in each))
    more = f" and {len(named) - NAMED} more" if len(named) > NAMED else ""
    words = f"{guard} stands before no handler, and decorators that only it reads ask for something on {len(named)}: {', '.join(named[:NAMED])}{more}"
    related = tuple(Related(told.at, f"the handler {told.symbol}") for told in each[1:])
    return Finding(first.at, words, first.confidence, first.symbol, None, first.route, related)


class Marks:
    """The decorators of a project that a guard of the project reads."""

    def __init__(self, texts: Iterable[tuple[str, str]]) -> None:
        """texts: (path, text) of the files in TypeScript and JavaScript."""
        self.keys: dict[str, str] = {}  # decorator -> key
        self.readers: dict[str, set[str]] = {}  # key -> guards
        self.above: dict[str, str] = {}  # class -> what it extends
        self.headers: dict[str, str] = {}  # class -> what stands above it
        self.everywhere: set[str] = set()
        self.placed: set[str] = set()  # guards that stand before some handler
        self.opens: set[str] = set()  # keys that let everybody in
        self.asking: dict[str, set[str]] = {}  # key -> guards that look at who calls by it
        self.silent: dict[str, set[str]] = {}  # guard that lets everybody through where no decorator sets one of these keys
        self.reads: dict[str, set[str]] = {}  # guard that asks for nothing else -> names of the request's parts that it looks at
        for _, text in texts:
            for found in (*_MARK.finditer(text), *_MARKS.finditer(text)) if "SetMetadata" in text or "createDecorator" in text else ():
                self.keys[found.group(1)] = found.group(2) or found.group(1)
            for groups in _GLOBAL.findall(text) if "APP_GUARD" in text or "useGlobalGuards" in text else ():
                self.everywhere.update(_NAME.findall(" ".join(groups)))
            self.placed.update(name for listed in _USED.findall(text) for name in _NAME.findall(listed))
            self._classes(text)

    def stands_nowhere(self, guard: str) -> bool:
        """Is a guard put before no handler at all, by its own name or by that of one that extends it?"""
        return not any(guard in self._with_parents(name) for name in (*self.placed, *self.everywhere))

    def _classes(self, text: str) -> None:
        found = list(_GUARD.finditer(text)) if "class " in text else []
        for number, each in enumerate(found):
            name, parent = each.group(1), (each.group(2) or "").rsplit(".", 1)[-1]
            if parent:
                self.above[name] = parent
            self.headers.setdefault(name, text[max(0, each.start() - 600) : each.start()].rsplit("}\n", 1)[-1])
            body = text[each.end() : found[number + 1].start() if number + 1 < len(found) else len(text)]
            if "canActivate" in body:
                for read in _READS.finditer(body):
                    self._read(name, body, read.group(1), read.start())
                self._silence(name, body)
                parts = {part for groups in _PARTS.findall(body) for part in groups if part}
                if parts and not _ALSO.search(body):
                    self.reads[name] = parts

    def _read(self, guard: str, body: str, key: str, at: int) -> None:
        """A guard asks the reflector for a key: does it let everybody in by it, or look at who calls?"""
        self.readers.setdefault(key, set()).add(guard)
        held = _HELD.search(body[:at])
        if held is not None and re.search(_OPENS.format(held.group(1)), body):
            self.opens.add(_plain(key))
        elif _PERSON.search(body):
            self.asking.setdefault(_plain(key), set()).add(guard)

    def _silence(self, guard: str, body: str) -> None:
        """Is it the first thing that a guard does: to let everybody through where nothing is written down for it?"""
        reads = list(_READS.finditer(body))
        first = reads[0] if reads else None
        held = _HELD.search(body[: first.start()]) if first is not None else None
        if first is None or held is None or _DECIDES.search(body[: first.start()]):
            return
        asked = re.search(_NOTHING.format(re.escape(held.group(1))), body)
        if asked is not None and not _DECIDES.search(body[first.end() : asked.start()]):
            self.silent[guard] = {_plain(first.group(1))}

    def _unmarked(self, entry: Entry) -> set[str]:
        """The guards before a handler that ask for nothing there: `@UseGuards(JwtAuthGuard, RolesGuard)` of a class, where no `@Roles` stands."""
        used = {name for listed in _USED.findall(entry.around) for name in _NAME.findall(listed)} & self.silent.keys()
        if not used:
            return set()
        around, parent = entry.around, _EXTENDS.search(entry.around)
        for name in sorted(self._with_parents(parent.group(1))) if parent is not None else ():
            if name not in self.headers:
                return set()  # what a class of a library brings along is not known
            around += f" {self.headers[name]}"
        setting = {key: {mark for mark, of in self.keys.items() if _plain(of) == key} for guard in used for key in self.silent[guard]}
        marked = {key for key, marks in setting.items() if any(re.search(rf"\b{re.escape(name)}\b", around) for name in (*marks, key))}
        return {guard for guard in used if all(setting[key] and key not in marked for key in self.silent[guard])}

    def _with_parents(self, name: str) -> set[str]:
        out = {name}
        while (name := self.above.get(name, "")) and name not in out:
            out.add(name)
        return out

    def says(self, entry: Entry) -> str:
        """What the decorators of a handler mean to the guards before it: `OPEN` to everybody, `ASKED` for something that its user may do or not."""
        keys = {_plain(self.keys[name]) for name in re.findall(r"@(\w+)\(", entry.around) if name in self.keys}
        if keys & self.opens:
            return OPEN
        used = {name for listed in _USED.findall(entry.around) for name in _NAME.findall(listed)} | self.everywhere
        standing = {parent for name in used for parent in self._with_parents(name)}
        return ASKED if any(self.asking.get(key, frozenset()) & standing for key in keys) else ""

    def without_strange(self, entry: Entry) -> str:
        """What stands around a handler, without guards that hold who calls against another part of the request than those of its path: where a
        guard compares `request.query.email`, the `id` of `PATCH /users/:id` is as free as before; and without those that ask for nothing there."""
        named = set(re.findall(r":(\w+)", entry.path))
        strange = {guard for guard, parts in self.reads.items() if named and not parts & named}
        used = {name for listed in _USED.findall(entry.around) for name in _NAME.findall(listed)} & strange | self._unmarked(entry)
        return re.sub(rf"\b(?:{'|'.join(sorted(used))})\b", "AuthGuard", entry.around) if used else entry.around

    def unread(self, entry: Entry) -> Iterator[tuple[str, str, bool]]:
        """(decorator, guard, does another guard ask for more than a login) of every decorator of a handler that names what is asked for, and whose
        guard is put nowhere before it."""
        marks = [name for name in dict.fromkeys(re.findall(r"@(\w+)\(", entry.around)) if name in self.keys and _ASKS.search(name)]
        if not marks:
            return
        around = entry.around
        parent = _EXTENDS.search(around)
        for name in sorted(self._with_parents(parent.group(1))) if parent is not None else ():
            if name not in self.headers:
                return  # what a class of a library brings along is not known
            around += f" {self.headers[name]}"
        used = {name for listed in _USED.findall(around) for name in _NAME.findall(listed)} | self.everywhere
        standing = {parent for name in used for parent in self._with_parents(name)}
        for mark in marks:
            key = self.keys[mark]
            readers = self.readers.get(key, set()) | self.readers.get(key.strip("'\""), set())
            # a guard that some decorator of the project puts there by another name, or a list of guards, is not followed
            if readers and not readers & standing and all(name in self.headers or name[:1].islower() or "Guard" in name for name in used):
                yield mark, sorted(readers)[0], ties_by_name(f"UseGuards({', '.join(sorted(used))})")
