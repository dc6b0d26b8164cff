"""What rules may ask about code outside Python: the part of `Project` that answers with entry points and what ties their ids.

Knows: how the matches and the kept text of files become entry points; functions of the project by name, and what a call of one means. Does not
know: which answer is a finding.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property

import msgspec

from prodlint.model import Span
from prodlint.patterns import before, laravel, lists, logins, owners, rails, supabase, webhooks
from prodlint.patterns.callees import Callees
from prodlint.patterns.entries import Entry, entries, router_of, ties_by_name
from prodlint.patterns.flow import Flow, Reading
from prodlint.patterns.gorouter import Groups, Registration, received, registered
from prodlint.patterns.kept import family, language_of
from prodlint.patterns.loose import LooseId
from prodlint.patterns.matchers import Matchers
from prodlint.patterns.owners import Owners
from prodlint.patterns.reader import Function
from prodlint.patterns.roles import without_plain
from prodlint.patterns.types import TYPED
from prodlint.patterns.values import BOUND, Lookup
from prodlint.report import Access, Finding, Related, Route, RouteRef, Skip

DEPTH = 2  # calls followed into functions of the project
DEPTH_TYPED = 3  # where types say which function runs
CHANGED, LISTED, READ = 1, 2, 3


class _Known(msgspec.Struct, frozen=True):
    """One entry point with its reading."""

    path: str
    entry: Entry
    reading: Reading


class PatternQuestions(Callees):
    """Mixin of Project; expects `unmatched` and what `Kept` expects."""

    unmatched: frozenset[str]

    # ------------------------------------------------------------ entry points
    @cached_property
    def _pattern_entries(self) -> tuple[_Known, ...]:
        out = []
        for path, matches in self._kept.items():
            if not matches:
                continue
            code, found = self._read(path)
            words = self._words(code.language)
            uses = before.Uses(code.text if code.language in ("javascript", "typescript") else "")
            for entry in entries(path, code, found, matches, words):
                used = uses.of(entry.router, entry.path) if entry.framework == "router" else ""
                entry.around += f" {self._registered(entry, path)[2]} {used}"
                if code.language in ("javascript", "typescript") and entry.framework == "router":
                    prefix, mounted = self._mounts.of(path, entry.router)
                    entry.path, entry.around = f"{prefix}{entry.path}", f"{entry.around} {mounted}"
                if code.language in ("java", "kotlin"):
                    entry.around += self._asked_by_path(entry, path)
                if code.language in TYPED:
                    entry.around = without_plain(entry.around)
                given = _OWN_ID if _GIVES.search(entry.around) else None
                entry.around += _before_actions(entry)
                named = re.findall(r"[{:]([A-Za-z_]\w*)", entry.path)
                tied = frozenset(named[:1]) if len(named) > 1 and ties_by_name(entry.around) else frozenset()  # a policy is about the parent
                bound: tuple[tuple[str, str], ...] = ()
                if code.language == "php":
                    bound, checked = self._bound(entry)
                    tied |= self._gated | checked
                asked: tuple[str, ...] = ()
                if code.language in ("javascript", "typescript"):
                    if entry.framework == "nest":
                        entry.around += self._composed(entry.around)
                    checked_before, asked = self._asked_before(entry)
                    tied |= checked_before
                owner = entry.function.owner.name if entry.function.owner is not None else ""
                resolve = self._resolve(code.language, DEPTH_TYPED if code.language in TYPED else DEPTH, path, owner)
                reading = Flow(entry.function, words, entry.start, resolve, given=given, tied=tied, bound=bound).read()
                reading.roles += asked
                if code.language == "ruby" and rails.checked_by_actions(entry.function, self._verified):
                    reading.tied |= reading.ids
                out.append(_Known(path, entry, reading))
        return tuple(out)

    def _asked_before(self, entry: Entry) -> tuple[frozenset[str], tuple[str, ...]]:
        """(ids that middleware of the project ties to the caller, roles for which it asks), for handlers of JavaScript."""
        tied: set[str] = set()
        roles: list[str] = []
        for name in before.candidates(entry.around):
            if name != entry.name and (reading := self._middleware(name)) is not None:
                tied |= reading.tied
                roles += reading.roles
        return frozenset(tied), tuple(dict.fromkeys(roles))

    def _composed(self, around: str) -> str:
        """NestJS: what decorators of the project are put together from."""
        found = (each for name in re.findall(r"@(\w+)\(", around) for _, each in self._by_name(name, "typescript", 0))
        texts = (each.code.source(each.first, each.last) for each in found)
        return "".join(f" {text[:600]}" for text in texts if "applyDecorators" in text)

    def _middleware(self, name: str) -> Reading | None:
        """What a middleware of that name says; None where there is none, or several."""
        if name not in self._middlewares:
            found = [each for _, each in self._by_name(name, "typescript", 0) if before.is_middleware(each)]
            words, resolve = self._words("typescript"), self._resolve("typescript", DEPTH, "", "")
            self._middlewares[name] = before.read(found[0], words, resolve) if len(found) == 1 else None
        return self._middlewares[name]

    @cached_property
    def _middlewares(self) -> dict[str, Reading | None]:
        return {}

    @cached_property
    def _mounts(self) -> before.Mounts:
        return before.Mounts((path, self._text(path)) for path in self._kept if "javascript" in family(language_of(path)))

    @cached_property
    def _verified(self) -> bool:
        """Rails: does an action that authorizes nothing fail, by what the base controller says?"""
        return any(path.endswith("application_controller.rb") and rails.VERIFIED.search(self._text(path)) for path in self._kept)

    def _bound(self, entry: Entry) -> tuple[tuple[tuple[str, str], ...], frozenset[str]]:
        """(parameters that the framework looks up, those of them that a policy or a form request checks before the action)."""
        bound = laravel.bound(entry.function, self._owners) if entry.framework == "php" else ()
        constructor, policed = laravel.before(entry.function)
        entry.around += f" {constructor}"
        refuses = any(self._form_requests.get(name) for name in laravel.request_classes(entry.function))
        names = frozenset(name.lstrip("$") for name, model in bound if refuses or model in policed)
        if "scopeBindings" in entry.around and len(bound) > 1:  # a child is found within its parent
            names |= {name.lstrip("$") for name, _ in bound[1:]}
        return bound, names

    @cached_property
    def _form_requests(self) -> dict[str, bool]:
        """Laravel: form requests by class, and whether their `authorize()` looks at anything."""
        out: dict[str, bool] = {}
        for path in self._kept:
            if path.endswith("Request.php"):
                for each in self._read(path)[1]:
                    if each.name == "authorize" and each.owner is not None:
                        out[each.owner.name] = laravel.checks(each)
        return out

    @cached_property
    def _owners(self) -> Owners:
        """What declarations of models say about who owns them."""
        return Owners(self.files, ((language_of(path), self._text(path)) for path in self._kept))

    @cached_property
    def _laravel_routes(self) -> dict[str, tuple[str, str, str]]:
        """`Controller.action` -> (method, path, what stands around it)."""
        out: dict[str, tuple[str, str, str]] = {}
        for path in self._kept:
            if path.endswith(".php") and "Route::" in self._text(path):
                for name, method, route, around in laravel.routes(self._read(path)[0]):
                    out.setdefault(name, (method, route, around))
        return out

    def _registered(self, entry: Entry, path: str) -> tuple[str, str, str]:
        """(method, path, what stands around it) where the entry point is registered, "" where it is not known."""
        if entry.function.code.language == "php":
            return self._laravel_routes.get(entry.name, ("", "", ""))
        known = self._registrations.get(entry.name.rsplit(".", 1)[-1], ())
        if entry.function.code.language == "go":
            return registered(known, entry.function, path)
        return known[0][:3] if known else ("", "", "")

    def _asked_by_path(self, entry: Entry, path: str) -> str:
        """Spring: what the security configuration asks for the path of the handler, as an annotation would."""
        asked = self._matchers.asks(next(iter(entry.methods), ""), entry.path, path)
        if asked.startswith("access"):  # something of the project decides
            return " hasPermission "
        return f" @PreAuthorize({asked})" if asked.startswith("has") else f" @{asked}" if asked else ""

    @cached_property
    def _matchers(self) -> Matchers:
        return Matchers((path, self._text(path)) for path in sorted(self._kept) if path.endswith((".java", ".kt")))

    @cached_property
    def _gated(self) -> frozenset[str]:
        """Laravel: route parameters that a `can:ability,parameter` middleware hands to a policy, in the ways in which actions name them."""
        named = {
            name
            for path in self._kept
            if path.endswith(".php")
            for listed in re.findall(r"['\"]can:[\w.-]+,([\w,]+)", self._text(path))
            for name in listed.split(",")
        }
        return frozenset(form for name in named for form in (name, f"{name}Id", f"{name}_id"))

    @cached_property
    def _registrations(self) -> dict[str, list[Registration]]:
        """Name of a handler -> where it is registered by name."""
        out: dict[str, list[Registration]] = {}
        for path, matches in self._kept.items():
            groups: Groups | None = None
            uses: before.Uses | None = None
            for match in matches:
                framework = match.metadata.get("framework")
                if framework == "go-router":
                    code, _ = self._read(path)
                    groups = groups if groups is not None else Groups(code)
                    for name, found in groups.registrations(code, match, path):
                        out.setdefault(name, []).append(found)
                elif framework == "router":
                    code, _ = self._read(path)
                    first = code.index_at(match.line, match.column)
                    opened = next((at for at in range(first, min(first + 12, len(code))) if code.texts[at] == "("), -1)
                    if opened > 0 and code.mate[opened] > 0:
                        method, _, route = match.message.partition(" ")
                        names = [code.texts[at] for at in range(opened, code.mate[opened]) if code.kinds[at] == "n"]
                        router = router_of(code, opened)
                        prefix, mounted = self._mounts.of(path, router)
                        uses = uses if uses is not None else before.Uses(code.text)
                        used = uses.of(router, route)
                        if names:
                            around = f"{code.source(opened, code.mate[opened])} {used} {mounted}"
                            out.setdefault(names[-1], []).append(Registration(method.upper(), f"{prefix}{route}", around, path, ""))
        return out

    def unscoped_lookups(self, *languages: str) -> Iterator[Finding | Skip]:
        """The answers of a rule about the ids of these languages."""
        loose = sorted(self.loose_ids(*languages), key=lambda each: (each.at, each.id))
        yield from (each.finding() for each in loose)
        unread = [path for path in self.unmatched if language_of(path) in languages]
        if unread:
            yield Skip(f"semgrep did not look at {len(unread)} files", verdict="unknown")
        elif not loose:
            seen = sum(known.entry.function.code.language in languages for known in self._pattern_entries)
            yield Skip(f"no id without an owner at {seen} entry points" if seen else "there is no entry point in these languages here")

    def believed_hooks(self) -> Iterator[Finding]:
        """Webhooks outside Python that act on what they are sent, whoever sends it."""
        for known in self._pattern_entries:
            entry = known.entry
            if entry.function.code.language not in ("javascript", "typescript", "ruby", "php"):
                continue
            provider = webhooks.believed(entry, known.reading, known.path, lambda known=known: self._ref(known).path, self._text(known.path))
            if provider is not None:
                ref = self._ref(known)
                who = f"{provider}'s webhook" if provider else "the webhook"
                signed = f"{provider} signs what it sends" if provider else "a signature or a shared secret tells who sent it"
                words = f"{who} acts on its body and nobody checks who sent it; {signed}"
                yield Finding(Span(ref.file, ref.line), words, "high" if provider else "medium", ref.handler, None, ref)

    def unasked_handlers(self) -> Iterator[Finding]:
        """Handlers of Next.js and its like that change rows and ask nobody who calls, where most of the others do."""
        acting = [
            known for known in self._pattern_entries if known.entry.framework in logins.FRAMEWORKS and logins.changes(known.entry, self._texts_of)
        ]
        silent = [known for known in acting if not logins.asks(known.entry, known.reading, self._texts_of)]
        asking = len(acting) - len(silent)
        if asking < logins.ENOUGH or asking < logins.SHARE * len(acting) or logins.stands_behind((path, self._text(path)) for path in self._kept):
            return
        for known in silent:
            ref = self._ref(known)
            if not logins.for_strangers(known.entry, known.path, ref.path) and not self._for_staff(known):
                words = f"{ref.handler} changes rows and asks nobody who calls; {asking} of {len(acting)} such handlers of this app ask"
                yield Finding(Span(ref.file, ref.line), words, "medium", ref.handler, None, ref)

    def _behind_policies(self, entry: Entry, lookup: Lookup) -> bool:
        """Supabase: does the client of the handler carry the user's token, so that row level security decides?"""
        code = entry.function.code
        if code.language not in ("javascript", "typescript") or not supabase.is_client(lookup.model.split(".")[0]):
            return False
        return not supabase.is_service(code.source(entry.function.first, entry.function.last), self._texts_of)

    def _texts_of(self, name: str) -> Iterator[str]:
        """The text of every function of the project of that name."""
        return (each.code.source(each.head, each.last) for _, each in self._by_name(name, "typescript", 0))

    def loose_ids(self, *languages: str) -> Iterator[LooseId]:
        """Every client id that selects data and that nothing ties, in these languages."""
        tied = self._tied_models
        for known in self._pattern_entries:
            code = known.entry.function.code
            if code.language in languages:
                for name, lookup in known.reading.missing(self._ref(known).path):
                    yield self._loose(known, name, lookup, tied)

    @cached_property
    def _tied_models(self) -> dict[str, int]:
        """What some entry point selects tied -> CHANGED, where only changes are tied (what everybody may read, its owner alone may change), LISTED,
        where somebody's own are listed, READ, where one that is read by its id is tied."""
        out: dict[str, int] = {}
        for known in self._pattern_entries:
            for lookup in known.reading.lookups:
                if lookup.tied or lookup.ids & known.reading.tied:
                    key = _model_key(lookup.model)
                    out[key] = max(out.get(key, 0), CHANGED if self._changes(known, lookup) else READ if lookup.ids else LISTED)
        return out

    def _sibling(self, known: _Known, lookup: Lookup, owned: str, tied: dict[str, int]) -> bool:
        """Is the same tied elsewhere, in a way that says something of this lookup?"""
        key = _model_key(lookup.model)
        how = tied.get(key, 0) if key or known.entry.function.code.language not in (*TYPED, "go") else 0  # `repo.FindByID` names no data
        if known.entry.function.code.language not in (*TYPED, "go") or self._changes(known, lookup):
            return how > 0
        return how == READ or (how == LISTED and owned == "owned")

    def _only_reads(self, known: _Known) -> bool:
        """Is it registered for GET alone, where what the called functions do is read loosely?"""
        return known.entry.function.code.language in (*TYPED, "go") and self._ref(known).methods == ("GET",)

    def _changes(self, known: _Known, lookup: Lookup) -> bool:
        methods = self._ref(known).methods
        if self._only_reads(known):
            return False
        return lookup.changes or bool(methods and not {"GET", "HEAD", "QUERY"} & set(methods)) or any(each.changes for each in known.reading.lookups)

    @cached_property
    def _open_lists(self) -> frozenset[str]:
        """What some entry point that asks for no role gives out as a whole, whoever asks: who signs in may see all of it."""
        out = set()
        for known in self._pattern_entries:
            reading, entry = known.reading, known.entry
            if not (reading.caller or reading.tied or reading.roles or ties_by_name(entry.around) or self._for_staff(known, self._ref(known).path)):
                by_id = {name for lookup in reading.lookups if lookup.ids for name in map(owners.normal, owners.nouns(lookup.model.split(".")))}
                for function in (entry.function, *self._handed_to(entry)):
                    out |= {owners.normal(name) for part in lists.listed(function) for name in owners.nouns([part])} - by_id
        return frozenset(out)

    def _handed_to(self, entry: Entry) -> Iterator[Function]:
        """The methods of services that a controller calls without anything but filters, where the name of the field is the name of the class."""
        code = entry.function.code
        if code.language not in ("javascript", "typescript"):
            return
        for field, name in re.findall(r"\bthis\.(\w+)\.(\w+)\(", code.source(entry.function.first, entry.function.last)):
            kind = f"{field[:1].upper()}{field[1:]}".lstrip("_")
            for path in self._places.get(name, ()):
                if f"class {kind}" in self._text(path):
                    yield from (each for each in self._read(path)[1] if each.name == name and each.owner is not None and each.owner.name == kind)

    def _for_staff(self, known: _Known, route: str = "") -> bool:
        """Do the file, the class, what stands around or the route say that only administrators come here?"""
        admin = self._words(known.entry.function.code.language).admin
        return any(admin.fullmatch(place) for place in (*_places_of(known), *re.findall(r"\w+", route)))

    @cached_property
    def _knowing_files(self) -> frozenset[str]:
        """Files in which some entry point looks at the caller, or ties an id."""
        return frozenset(known.path for known in self._pattern_entries if known.reading.caller or known.reading.tied)

    def _loose(self, known: _Known, name: str, lookup: Lookup, tied: dict[str, int]) -> LooseId:
        entry, reading = known.entry, known.reading
        code = entry.function.code
        at = Span(known.path, code.line(lookup.at), code.column(lookup.at))
        words = self._words(code.language)
        places = _places_of(known)
        role = next(iter(reading.roles), "") or ("around" if ties_by_name(entry.around) else "")
        model, owned = self._owned(code.language, lookup, entry)
        stored = {owners.normal(each) for each in owners.nouns((*lookup.model.split("."), model))}
        return LooseId(
            at=at,
            id=name,
            model=lookup.model,
            ref=self._ref(known),
            framework=entry.framework,
            language=code.language,
            strong=lookup.strong,
            changes=(lookup.changes and not self._only_reads(known)) or _before_change(entry),
            checked=bool(reading.tied) or reading.caller,
            others_tied=bool(reading.tied),
            role=role,
            admin=self._for_staff(known),
            of_person=any(each in owners.PERSON and _is_about(known, each) for each in stored),
            behind_policies=self._behind_policies(entry, lookup),
            listed=not self._open_lists.isdisjoint(stored),
            sibling=self._sibling(known, lookup, owned, tied),
            machine=any(words.machine.fullmatch(place) for place in (*places, *reading.roles)),
            signed=any(words.signed.fullmatch(place) for place in re.findall(r"\w+", entry.around)),
            file_knows=known.path in self._knowing_files,
            owned=owned,
            public=bool(words.public.fullmatch(owners.normal(model)) or _PUBLIC.search(f"{entry.name} {self._ref(known).path}"))
            or (code.language in (*TYPED, "go") and self._owners.shared(model, words.public)),
            bound=lookup.name == BOUND,
            routed=f"{{{name}" in entry.path or any(param.name == name and _ROUTED.search(param.text) for param in entry.function.params),
        )

    def _owned(self, language: str, lookup: Lookup, entry: Entry) -> tuple[str, str]:
        """(the model that a lookup selects, what declarations say of it): also of the one that the called function selects, else of the one that
        the controller is about."""
        parts = [*lookup.model.split("."), lookup.name]
        loosely = language in TYPED or language == "go"
        found = self._owners.named(parts, loosely)
        selected = self._selected.get((family(language)[0], lookup.name), ())
        inner = [each for model in selected if (each := self._owners.named(model.split("."), loosely))[1]]
        of_callee = next((each for each in inner if each[1] == "owned"), None)
        if of_callee is not None and (language in TYPED or not found[1]):  # what the called function selects, not what it is called
            return of_callee
        if found[1]:
            return found
        if inner:
            return inner[0]
        owner = entry.function.owner.name if entry.function.owner is not None else ""
        subject = received(entry.function) if language == "go" else _CONTROLLER.sub("", owner) if language in TYPED else ""
        about = self._owners.named([subject])
        return about if about[1] else (next(iter(owners.nouns(parts)), ""), "")

    def _ref(self, known: _Known) -> RouteRef:
        entry = known.entry
        methods, route = entry.methods, entry.path
        if not route and entry.name:
            method, route, _ = self._registered(entry, known.path)
            methods = methods or ((method,) if method else ())
        return RouteRef(methods, route, entry.name or "(anonymous)", known.path, entry.function.line)

    def pattern_routes(self) -> tuple[Route, ...]:
        """The entry points as `prodlint routes` lists them. What patterns read is never called protected."""
        out = []
        for known in self._pattern_entries:
            ref = self._ref(known)
            language = known.entry.function.code.language
            loose = dict(known.reading.missing(ref.path))
            missing = {name: lookup for name, lookup in loose.items() if lookup.strong}
            lookups = tuple(
                Access(
                    lookup.model, name, "request", "missing" if name in missing else "unknown", known.path, known.entry.function.code.line(lookup.at)
                )
                for name, lookup in loose.items()
            )
            evidence = (Related(Span(ref.file, ref.line), f"read by patterns ({language})"),)
            out.append(Route(ref.methods, ref.path, ref.handler, ref.file, ref.line, known.entry.framework, "unknown", "unknown", lookups, evidence))
        return tuple(sorted(out, key=lambda route: (route.file, route.line)))


_PUBLIC = re.compile(r"(?:^|[/_.])public(?:$|[/_ ])|[a-z]Public(?![a-z])")
_ROUTED = re.compile(r"@(?:PathVariable|PathParam)\b|\[FromRoute")
_CONTROLLER = re.compile(r"(?:Rest|Api|API|Admin|Public|Internal)*(?:Controller|Resource|Endpoints?|Api|Handler)$")
# a middleware that overwrites who the client says it is
_GIVES = re.compile(
    r"\b(?:append|attach|inject|set|add|assign|force|override|populate)_?(?:[Cc]urrent)?_?(?:[uU]ser|[oO]wner|[tT]enant|[aA]ccount|[oO]rg)\w*"
)
_OWN_ID = re.compile(r"(?i)(?:user|owner|tenant|account|org|organization)_?id")


def _is_about(known: _Known, model: str) -> bool:
    """Does the entry point, or its file, bear the name of the model?"""
    return model in re.sub(r"[^a-z]", "", f"{known.entry.name}{known.path.rsplit('/', 1)[-1]}".lower())


def _places_of(known: _Known) -> tuple[str, ...]:
    """The words of the path, the name and what stands around an entry point."""
    entry = known.entry
    return (*known.path.replace(".", "/").split("/"), *re.findall(r"\w+", entry.name), *re.findall(r"\w+", entry.around))


def _before_actions(entry: Entry) -> str:
    """Rails: what runs before the actions of the controller."""
    owner = entry.function.owner
    if owner is None or entry.framework != "rails":
        return ""
    code, end = entry.function.code, min((each.at for each in owner.functions), default=owner.last)
    return " " + " ".join(
        re.findall(r"before_action[ (]+(:\w+.*)|(?:load_and_)?authorize_resource", code.text[code.starts[owner.first - 1] : code.starts[end]])
    )


def _before_change(entry: Entry) -> bool:
    """Rails: is the method run before an action that changes what it found?"""
    owner, function = entry.function.owner, entry.function
    if entry.framework != "rails" or owner is None or not function.name.startswith(("set_", "load_", "find_", "fetch_", "get_")):
        return False
    code = function.code
    text = code.text[code.starts[owner.first] : code.starts[function.at]]
    used = re.search(rf"before_action[ (]+:{re.escape(function.name)}\b([^\n]*)", text)
    return used is not None and (bool(re.search(r"\b(?:update|destroy)\b", used.group(1))) or "only" not in used.group(1))


# names of the store itself, which say nothing of what is stored
_STORES = re.compile(
    r"_?(?:\w|svc|services?|stores?|storage|repos?|repository|db|database|dao|handler|client|api|manager|core|app|queries|ctx|context|session|models?|tx|conn|em)",
    re.I,
)
_VERBS = re.compile(r"^(?:find|get|fetch|load|read|lookup|query|select|delete|remove|destroy|update|set|save|list)_?(?=[A-Z_]|$)", re.I)


def _model_key(model: str) -> str:
    """What tells two lookups of the same data: the part before the last call, without the names of the store."""
    parts = [part for part in model.split(".") if part]
    if len(parts) > 1 and not _STORES.fullmatch(parts[-2]):
        return parts[-2].lower()
    noun = _VERBS.sub("", parts[-1]).lower() if parts else ""
    return re.sub(r"(?:by|for|with)_?\w*id$", "", noun)
