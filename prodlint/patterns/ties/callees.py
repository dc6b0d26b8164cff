"""What calling a function of the project means: which arguments select data, which of them only together, whether it looks at the caller.

Knows: functions of the project by name and, where types are written, by the class of the receiver. Does not know: entry points; rules.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cached_property

from msgspec.structs import replace

from prodlint import regex as re
from prodlint.patterns.dotnet.messages import HANDLES, Messages
from prodlint.patterns.entries.around import ties_by_name
from prodlint.patterns.go.callees import TYPES, GoCallees
from prodlint.patterns.go.receivers import OWN_LAYER, handles
from prodlint.patterns.javascript.idle_checks import of_checks
from prodlint.patterns.jvm.row_checks import asks
from prodlint.patterns.text.imports import Imports
from prodlint.patterns.text.kept import family, language_of
from prodlint.patterns.text.meanings import IN_TRAITS, Meaning, Resolve, Value
from prodlint.patterns.text.reader import Function
from prodlint.patterns.text.types import COMPILED, HINTED, TYPED, Classes, names
from prodlint.patterns.ties.arguments import beside, groups_of, keyed, keys_of, looks_of, models_of, places_of, takes, takes_sent, ties
from prodlint.patterns.ties.flow import Flow, Reading
from prodlint.patterns.ties.roles import without_plain
from prodlint.patterns.ties.tables import LOADS_BESIDE

MAX_FILES = 4  # that define a function of the same name
MAX_FUNCTIONS = 3
IN_FILE = "in "  # in the place of a class: the file that defines what is called
OUTSIDE = "outside"  # in the place of a class: none, as of a function of PHP that stands in no class
_OWN = frozenset(("", "this", "base", "super"))
_REQUEST = re.compile(
    r"\b(?:HttpServletRequest|ServerHttpRequest|ServerRequest|ServerWebExchange|HttpContext|HttpRequest|http\.Request|fiber\.Ctx|core\.RequestEvent"
    r"|(?:context|gin|echo|iris|app)\.Context)\b"
)
# PHP, TypeScript, JavaScript
_ITS_REQUEST = re.compile(r"\bRequest\s+\$|:\s*(?:\w+\.)?\w*Request\b|^_?req(?:uest)?(?:$|\??:\s*(?:\w*Req\b|\w*RequestWith\w+))")
# Hono: the context of a request, which a helper is handed: `(c: Context, teamId: string) => { const id = c.req.param("orderId"); ...`
_ITS_CONTEXT = re.compile(r"_?(?:c|ctx|context)\s*(?::|$)")
_THROWS = re.compile(
    r"\bthrow|\babort|\breject|\bredirect|\bnotFound\b|\bforbidden\b|\berror\(|\brequire\(|\bcheck\(|\bassert|\bunauthorized\b|\bfail\w*\(|\b40[134]\b",
    re.I,
)
_WITHHOLDS = re.compile(r"[!=]==?[^=;{}\n][^;{}\n]{0,200}\)\s*+\{?\s*+return(?:\s+(?:null|undefined|false)\b|\s*[;}\n])")
_BINDS = re.compile(
    r"\.(?:BodyParser|(?:Should|Must)?Bind(?:JSON|Json|Query|Uri|Form|With)?|Bind\(\)\.(?:JSON|Body)|Decode)\(|\bUnmarshal\(\s*\w+\.(?:Body|BodyRaw|GetRawData|PostBody)\("
)
_SECURES = re.compile(r"@(?:Pre|Post)Authorize\([^\n]{0,400}?\"\s{0,40}\)|@(?:Secured|RolesAllowed)\([^)]{0,400}\)|\[Authorize\([^\]]{0,400}\)\]")
_DEFINES = re.compile(
    r"\b(?:function\s*\*?|def|fun|func(?:\s*\([^)\n]{0,200}\))?)\s+(?:self\.)?(?:[A-Z]\w*(?:<[^>\n]{0,200}>)?\??\.)?([A-Za-z_]\w*[?!]?)"
    r"|\b(?:const|let|var)\s+([A-Za-z_]\w*)\b[^=\n]{0,80}=\s*(?:async\b|\(|\w+\(|\w+(?:\.\w+)*\s*\.(?:use|input|meta|concat|schema|inputSchema|middleware)\()"
    r"|^(?:module\.)?exports\.([A-Za-z_]\w*)\s*=\s*(?:async\b|\(|function\b|\w+\()"
    r"|^[ \t]+([A-Za-z_]\w*)\s*:\s*async\s*(?:function\b\s*\w*\s*)?\("  # a member of an object
    r"|^[ \t]+(?:(?:public|private|protected|internal|static|async|override|virtual|final)\s+)+[\w<>\[\],.? ]{0,200}?([A-Za-z_]\w*)\s*\(",
    re.M,
)
_SHOWS = re.compile(r"(?:add)?[sS]elect\w*|orderBy\w*")  # steps of a query after which it gives the same rows
_TRAIT = re.compile(r"^[ \t]*trait[ \t]+(\w+)", re.M)
_OF_ROWS = frozenset(("create", "update", "delete", "destroy", "restore", "save", "find", "first", "get", "all", "paginate", "search", "toggle"))
_PLAIN = re.compile(r"^[ \t]*function\s+(\w+)\s*\(", re.M)


class Callees(GoCallees):
    """What calls of the project's functions mean."""

    # ------------------------------------------------------------ which function is called
    @cached_property
    def _places(self) -> dict[str, list[str]]:
        """Name of a function -> the files that may define it, by a look at their text."""
        out: dict[str, list[str]] = {}
        for path in self._kept:
            for name in {name for groups in _DEFINES.findall(self._text(path)) for name in groups if name}:
                out.setdefault(name, []).append(path)
        return out

    def _classes(self, language: str) -> Classes:
        group = TYPED if language in TYPED else family(language)
        if group not in self._classes_by_languages:
            self._classes_by_languages[group] = Classes((path, self._text(path)) for path in self._kept if language_of(path) in group)
        return self._classes_by_languages[group]

    @cached_property
    def _classes_by_languages(self) -> dict[Collection[str], Classes]:
        return {}

    @cached_property
    def _names_by_path(self) -> dict[str, dict[str, str]]:
        return {}

    def _kind_of(self, receiver: str, owner: str, here: str, given: dict[str, str]) -> str:
        """The class of a receiver, where the function (`given`: its parameters) or the file that calls says so."""
        if receiver in _OWN:
            return owner
        if receiver in given:
            return given[receiver]
        if receiver[:1].isupper():
            return receiver
        known = self._names_in(here).get(receiver)
        if known is None and owner:  # a field of a class that it extends
            classes = self._classes(language_of(here))
            above = (path for one in classes.ancestors(owner) for path in classes.paths.get(one, ()))
            known = next((kind for path in above if (kind := self._names_in(path).get(receiver))), None)
        return known or ""

    def _names_in(self, path: str) -> dict[str, str]:
        if path not in self._names_by_path:
            self._names_by_path[path] = names(self._text(path), language_of(path)) if path else {}
        return self._names_by_path[path]

    def _by_type(self, name: str, kind: str, count: int, language: str) -> list[tuple[str, Function]] | None:
        """The methods of that name which a call on such a class runs; None where no file says anything of the class."""
        classes = self._classes(language)
        if not classes.known(kind):
            return None
        for level in classes.runs(kind):
            found = [
                (path, each)
                for one in level
                for path in classes.paths.get(one, ())
                for each in self._read(path)[1]
                if each.name == name and each.owner is not None and each.owner.name == one
            ]
            if found:
                return [pair for pair in found if takes(pair[1], count)] or found
        return []

    def _by_name(self, name: str, language: str, count: int) -> list[tuple[str, Function]]:
        paths = [path for path in self._places.get(name, ()) if language_of(path) in family(language)]
        if len(paths) > MAX_FILES:
            return []
        found = [(path, each) for path in paths for each in self._read(path)[1] if each.name == name]
        # `$order->delete()`, `_context.Orders.Remove(order)` is no action of a controller
        if language in TYPED or (language == "php" and name in _OF_ROWS):
            found = [pair for pair in found if pair[1].owner is None or not pair[1].owner.name.endswith("Controller")]
        return ([pair for pair in found if takes(pair[1], count)] or found) if language in TYPED else found

    def _in_file(self, path: str, name: str) -> list[tuple[str, Function]]:
        """JavaScript: the functions of that name that one file defines."""
        return [(path, each) for each in self._read(path)[1] if each.name == name] if path and name else []

    def _defining(self, name: str) -> list[str]:
        """The texts of files that may define a name."""
        return [self._text(path) for path in self._places.get(name, ())[:MAX_FILES]]

    def _in_traits(self, model: str, name: str) -> list[tuple[str, Function]]:
        """PHP: the functions of that name in traits that a class, one above it, or another trait takes in."""
        classes = self._classes("php")
        above = [self._text(path) for one in (model, *classes.ancestors(model)) for path in classes.paths.get(one, ())]
        above += self._traits
        traits = ((pair, _TRAIT.search(self._text(pair[0]))) for pair in self._by_name(name, "php", 1) if pair[1].owner is None)
        takes = ((pair, re.compile(rf"^[ \t]+use\b[^;{{(]*\b{trait.group(1)}\b", re.M)) for pair, trait in traits if trait)
        return [pair for pair, form in takes if any(map(form.search, above))]

    def _outside(self, name: str) -> list[tuple[str, Function]]:
        """PHP: the functions of that name that stand in no class, which a call without a receiver runs: `user()` of a file of helpers."""
        paths = self._plain_functions.get(name, ())
        return [(path, each) for path in paths for each in self._read(path)[1] if each.name == name and each.owner is None]

    @cached_property
    def _plain_functions(self) -> dict[str, list[str]]:
        """PHP: name of a function that may stand in no class -> the files that define one."""
        out: dict[str, list[str]] = {}
        for path in self._kept:
            if path.endswith(".php") and not _TRAIT.search(self._text(path)):
                for name in set(_PLAIN.findall(self._text(path))):
                    out.setdefault(name, []).append(path)
        return out

    @cached_property
    def _traits(self) -> list[str]:
        """PHP: the texts of all files of traits."""
        return [text for path in self._kept if path.endswith(".php") and _TRAIT.search(text := self._text(path))]

    @cached_property
    def _imports(self) -> Imports:
        """JavaScript: which file a name comes from."""
        return Imports({path: self._text(path) for path in self._kept if "javascript" in family(language_of(path))})

    @cached_property
    def _messages(self) -> Messages:
        return Messages((path, self._text(path)) for path in sorted(self._kept) if path.endswith(".cs"))

    def _sent(self, name: str, depth: int) -> Meaning | None:
        """What making a message of C#, or handing on one that is filled by name, means: what its handler does; None where it is no message."""
        messages, filled = self._messages, name.endswith(Messages.FILLED)
        name = name.removesuffix(Messages.FILLED)
        if name in messages.several:
            return Meaning(caller=True)
        path, owner = messages.handlers.get(name, ("", ""))
        found = (each for each in self._read(path)[1] if each.name in HANDLES and each.owner is not None and each.owner.name == owner) if path else ()
        handler = next((each for each in found if each.params), None)
        parts = messages.parts.get(name)
        if handler is None or (parts is None and not filled):
            return None
        if filled:
            meaning = replace(self._meaning(path, handler, "csharp", depth), exact=True)
        else:
            held = {handler.params[0].name: Value(container=True)}
            meaning = self._meaning(path, handler, "csharp", depth, held, [{part} for part in parts or ()])
        return replace(meaning, ties=True) if name in messages.checked else meaning

    # ------------------------------------------------------------ what it means
    @cached_property
    def _summaries(self) -> dict[tuple, Meaning | None]:
        return {}

    @cached_property
    def _meanings(self) -> dict[tuple[str, int, int], Meaning]:
        """(file, place, depth) -> what was read of a function."""
        return {}

    def _read_meaning(self, path: str, function: Function, language: str, depth: int) -> Meaning:
        key = (path, function.first, depth)
        if key not in self._meanings:
            self._meanings[key] = self._meaning(path, function, language, depth)
        return self._meanings[key]

    def _resolve(self, language: str, depth: int, here: str, function: Function | None = None) -> Resolve:
        owner = function.owner.name if function is not None and function.owner is not None else ""
        typed = language in TYPED or language in HINTED
        given = names(" , ".join((*(param.text for param in function.params), "")), language) if function is not None and typed else {}

        def summary(name: str, kind: str, count: int) -> Meaning | None:
            return self._summary(language, name, depth, kind, count, function if function is not None and function.name == name else None)

        def resolve(name: str, receiver: str, count: int) -> Meaning | None:
            if receiver.startswith(IN_TRAITS):
                return summary(name, receiver, count)
            if language == "go":
                return summary(name, self._go_receiver(receiver, name, here, function), count)
            script = language in ("javascript", "typescript")
            if language == "php" and not receiver and self._outside(name):
                return summary(name, OUTSIDE, count)
            kind = self._kind_of(receiver, owner, here, given) if typed and (receiver or not script) else ""
            if not kind and script and here:
                target, local = self._imports.called(here, name, receiver)
                if not target and not receiver:
                    target, local = here, name  # a function of the same file goes before those of others
                if self._in_file(target, local):
                    return summary(local, f"{IN_FILE}{target}", count)
                kind = self._classes(language).named(receiver)
            elif kind and script and not self._classes(language).known(kind) and self._imports.foreign(here, kind):
                return None  # a class of a package runs no function of the project
            return summary(name, kind, count)

        return resolve

    def _summary(self, language: str, name: str, depth: int, kind: str, count: int, caller: Function | None) -> Meaning | None:
        """What calling the project's function of that name means; None where there is none, or too many to tell. caller: the function that calls
        one of its own name, which says nothing new of itself."""
        if depth <= 0:  # nobody looks so deep: what a repository of Go does may ask whose row it is
            below = language == "go" and name in self._places and OWN_LAYER.fullmatch(kind.split(" ", 1)[0].split(TYPES)[0]) is not None
            return Meaning(caller=True) if below else None
        # the depth belongs to it: what is said must not hang on who asked first
        key = (family(language)[0], kind, name, count if language in COMPILED else -1, depth, id(caller))
        if key in self._summaries:
            return self._summaries[key]
        self._summaries[key] = None
        if language == "csharp" and (sent := self._sent(name, depth - 1)) is not None:
            self._summaries[key] = sent
            return sent
        hinted = False
        if language == "go":
            found: list[tuple[str, Function]] | None = self._by_receiver(name, *kind.split(" ", 2), count)
        elif kind.startswith(IN_FILE):
            found, kind = self._in_file(kind.removeprefix(IN_FILE), name), ""
            hinted = True
        elif kind.startswith(IN_TRAITS):
            found, kind = self._in_traits(kind.removeprefix(IN_TRAITS), name), ""
        elif kind == OUTSIDE:
            found, kind = self._outside(name), ""
        else:
            found = self._by_type(name, kind, count, language) if kind else None
            hinted = language in HINTED and bool(found)
            if found is None and (not kind or language in HINTED):
                found = self._by_name(name, language, count)
        found = [pair for pair in found or () if pair[1] is not caller]
        if not found or len(found) > MAX_FUNCTIONS:
            return None
        said = [self._read_meaning(path, each, language, depth - 1) for path, each in found]
        meaning = Meaning(
            selects=frozenset(set.intersection(*(set(each.selects) for each in said))),
            caller=any(each.caller for each in said),
            data=any(each.data for each in said),
            exact=(bool(kind) and language in TYPED) or (len(found) == 1 and language in ("go", "csharp")),
            groups=tuple(dict.fromkeys(group for each in said for group in each.groups)),
            changes=any(each.changes for each in said),
            ties=any(each.ties for each in said),
            queried=said[0].queried if len(said) == 1 else (),
            gives=all(each.gives for each in said),
            hinted=hinted,
            models=tuple(dict.fromkeys(name for each in said for name in each.models)),
            takes=said[0].takes if len(said) == 1 else frozenset(),
            keyed=frozenset(set.intersection(*(set(each.keyed) for each in said))),
            sole=len(found) == 1 and (hinted or not kind),
            throws=any(_THROWS.search(each.body) for _, each in found),
            withholds=all(_WITHHOLDS.search(each.body) for _, each in found),
            staff=all(each.staff for each in said),
            of=said[0].of if len(said) == 1 else (),
            read=True,
            sent=all(each.sent for each in said),
            looks=frozenset().union(*(each.looks for each in said)),
            places=said[0].places if len(said) == 1 else (),
            vouched=said[0].vouched if len(said) == 1 else frozenset(),
            beside=said[0].beside if len(said) == 1 else frozenset(),
            held=said[0].held if len(said) == 1 else (),
            asks=language in TYPED and all(asks(each) for _, each in found),
            **of_checks([each for _, each in found], self._words(language)),
        )
        self._summaries[key] = meaning
        return meaning

    def _meaning(
        self,
        path: str,
        function: Function,
        language: str,
        depth: int,
        given: dict[str, Value] | None = None,
        named: list[set[str]] | None = None,
    ) -> Meaning:
        """given, named: what the parameters hold, and how the arguments are called, where that is not by the parameters."""
        start, params, words = dict(given or {}), function.params, self._words(language)
        if language == "csharp" and params and params[0].text.startswith("this "):
            start[params[0].name], params = Value(), params[1:]  # what it extends is the receiver
        for param in params:
            for name, key in param.taken or ((param.name, param.name),):
                if name and name not in start:
                    of_hono = _ITS_CONTEXT.match(param.text) and f"{name}.req." in function.body and "javascript" in family(language)
                    start[name] = Value(request=True) if of_hono else _held(param.text, key.lstrip("$"), language)
        reading = Flow(function, words, start, self._resolve(function.code.language, depth, path, function), any_name=True).read()
        loose = dict(reading.loose())
        keys = keys_of(params, reading, language) if named is None else dict(enumerate(named))
        own_caller = reading.caller and not any(
            words.principal.fullmatch(name.lstrip("$")) for param in params for name, _ in param.taken or ((param.name, ""),)
        )
        sure = [lookup for lookup in reading.lookups if lookup.strong]
        selects = frozenset(slot for slot, names in keys.items() if names & loose.keys())
        script = language in ("javascript", "typescript")  # there `order.file.type` is a part of what is handed over
        loosely = () if handles(function) else [pair for pair in loose.items() if not (script and "." in pair[0])]
        taken = frozenset(name for name, lookup in loosely if lookup.strong and not any(name in names for names in keys.values()))
        return Meaning(
            selects,
            (own_caller or bool(reading.roles)) and not (language == "php" and _only_beside(function, reading)),
            bool(reading.lookups),
            exact=named is not None,
            groups=tuple(dict.fromkeys(groups_of(reading, keys))),
            changes=any(lookup.changes for lookup in loose.values()),
            ties=bool(reading.roles) or _secured(function, language) or ties(reading, keys, loose),
            queried=tuple(
                places
                for lookup in reading.lookups
                if lookup.direct and len(places := frozenset(slot for slot, names in keys.items() if names & lookup.ids)) > 1
            ),
            gives=own_caller
            and (not reading.roles or language in HINTED)
            and all(lookup.tied for lookup in reading.lookups)
            and not takes_sent(function, reading, start),
            models=tuple(dict.fromkeys(name for lookup in sure for name in (*lookup.inner, lookup.model)))[:12],
            keyed=keyed(keys, loose, language, words),
            takes=taken,
            beside=beside(taken, reading, keys),
            staff=reading.staff,
            of=models_of(sure, keys),
            read=True,
            sent=language == "go" and not reading.lookups and _BINDS.search(function.body) is not None,
            looks=looks_of(reading, keys),
            places=places_of(reading, keys),
            vouched=reading.tied & reading.ids if own_caller and language in ("javascript", "typescript") else frozenset(),
            held=tuple(frozenset(slot for slot, names in keys.items() if names & each) for each in reading.held),
        )


def _only_beside(function: Function, reading: Reading) -> bool:
    """PHP: does a scope of a model ask who calls only for what it loads beside its rows, `->withExists(["stars" => fn ($q) => $q->where(...)])`?"""
    code = function.code
    if not function.name.startswith("scope"):
        return False
    calls = [at for at in range(function.first + 1, function.last) if code.texts[at] == "(" and code.kinds[at - 1] == "n"]
    beside = [(at, code.mate[at]) for at in calls if LOADS_BESIDE.fullmatch(code.texts[at - 1]) or _SHOWS.fullmatch(code.texts[at - 1])]
    narrowing = [each.at for each in reading.lookups if each.tied]
    asks = any(first < at < last for at in narrowing for first, last in beside)
    asks = asks or any(not {"auth", "Auth"}.isdisjoint(code.texts[first:last]) for first, last in beside)
    return asks and all(any(first < at < last for first, last in beside) for at in narrowing)


def _held(param: str, key: str, language: str) -> Value:
    """What a parameter of a called function holds: whatever it is called, it may be an id. In Kotlin an `OrderRequest` is what a client posts."""
    if _REQUEST.search(param) or (language != "kotlin" and _ITS_REQUEST.search(param)):
        return Value(request=True)
    return Value() if "CancellationToken" in param else Value(ids=frozenset((key,)))


def _secured(function: Function, language: str) -> bool:
    """Do annotations of the method or its class, as `@PreAuthorize("hasRole('ADMIN')")`, ask for more than that somebody is signed in?"""
    above = f"{function.owner.header if function.owner is not None else ''} {function.header}" if language in TYPED else ""
    return any(sign in above for sign in ("@", "[")) and ties_by_name(" ".join(_SECURES.findall(without_plain(above))))
