"""The entry points of a project outside Python, each with what stands around it wherever it is registered, and read.

Knows: where routes, groups, mounts, middleware and configurations of a framework speak of a handler in another place. Does not know: which answer
is a finding.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property

import msgspec

from prodlint import regex as re
from prodlint.model import Match, Problem
from prodlint.patterns import silence
from prodlint.patterns.dotnet.entries import DEPTH_TYPED, AspEntries
from prodlint.patterns.dotnet.secured_messages import SECURED
from prodlint.patterns.entries import before, handlers, inpath
from prodlint.patterns.entries.around import ties_by_name
from prodlint.patterns.entries.entries import says_itself, serves, told_route
from prodlint.patterns.entries.handlers import passed_on
from prodlint.patterns.entries.parameters import Entry, held
from prodlint.patterns.go import before as go_before
from prodlint.patterns.go import router as go_router
from prodlint.patterns.go.handed import Handed
from prodlint.patterns.go.router import Groups, Registration, registered
from prodlint.patterns.go.rows import rows
from prodlint.patterns.javascript import served
from prodlint.patterns.javascript.nest_guards import Marks
from prodlint.patterns.javascript.script_entries import ScriptEntries
from prodlint.patterns.jvm import interfaces, resolvers
from prodlint.patterns.jvm.matchers import Matchers
from prodlint.patterns.php import laravel, symfony
from prodlint.patterns.php.laravel_entries import LaravelEntries
from prodlint.patterns.php.laravel_routes import ENOUGH, NOWHERE, RESOURCE
from prodlint.patterns.php.path_roles import PathRoles
from prodlint.patterns.ruby import own as ruby_own
from prodlint.patterns.ruby import rails
from prodlint.patterns.ruby.pundit import Policies
from prodlint.patterns.ruby.sinatra import GRAPE, PADRINO, SINATRA, Apps, filters
from prodlint.patterns.text import ownwords
from prodlint.patterns.text.kept import family, language_of
from prodlint.patterns.text.meanings import CALLER
from prodlint.patterns.text.reader import Function
from prodlint.patterns.text.types import COMPILED, HINTED, TYPED
from prodlint.patterns.ties.flow import Flow, Reading
from prodlint.patterns.ties.roles import strange, without_documents, without_plain, without_roles_of_all, without_staff
from prodlint.report import RouteRef

# roles of what stands around a handler by the project's own configuration
OWN_GUARD, OWN_ADMIN = "own guard", "admin"
DEPTH = 2  # calls followed into functions of the project
# a middleware that overwrites who the client says it is
_GIVES = re.compile(
    r"\b(?:append|attach|inject|set|add|assign|force|override|populate)_?(?:[Cc]urrent)?_?(?:[uU]ser|[oO]wner|[tT]enant|[aA]ccount|[oO]rg)\w*"
)
_ROUTES_GO = re.compile(r"[rR]outer|Group\(|gin\.|echo\.|fiber\.|chi\.|http\.ServeMux|\bmux\.")
# an authorization manager of a rule for paths that asks for a role, and for nothing else
_ROLE_ALONE = re.compile(r"access\s*\(\s*(?:\w+\s*\.\s*)?((?:has(?:Any)?(?:Role|Authority)\s*\([^()]*|authenticated\s*\()\))\s*\)")
_OWN_ID = re.compile(r"(?i)(?:user|owner|tenant|account|org|organization)_?id")


class Known(msgspec.Struct, frozen=True):
    """One entry point with its reading."""

    path: str
    entry: Entry
    reading: Reading


class EntryPoints(AspEntries, LaravelEntries, ScriptEntries):
    """Mixin of Project; expects what `Kept` expects."""

    _pattern_entries: tuple[Known, ...]  # all of them (`together.py`)

    @cached_property
    def _unread_apps(self) -> tuple[tuple[str, Problem], ...]:
        """(language, what is told) of frameworks and scripts of which no entry point was read."""
        texts = ((path, language_of(path), self._text(path)) for path in sorted(self._kept))
        read = (each for each in self._pattern_entries if each.reading.lookups or each.entry.framework != "php-script")
        return tuple(silence.silent(texts, ((known.path, known.entry.framework) for known in read)))

    def _reading(self, path: str, entry: Entry) -> Reading:
        """What the function does, with what stands around it in other places; the entry takes up what it is told of these."""
        language = entry.function.code.language
        if entry.framework != "router":
            entry.around += f" {self._registered(entry, path)[2]}"
        if language in ("java", "kotlin"):
            entry.around += self._asked_by_path(entry, path)
            self._take_from_interface(entry)
            entry.start |= dict.fromkeys(resolvers.of_caller(entry.function.params, self._resolved), CALLER)
        filled = self._put_in_group(entry, path) if entry.framework == "fastendpoints" else None
        spoken = resolvers.looked_at(entry.around, entry.start)
        if language == "csharp":
            entry.around = self._asp_roles.spelled(entry.around)
        if language in TYPED:
            entry.roles = strange(entry.around)
            entry.around = without_plain(entry.around)
        if entry.framework == "symfony":
            entry.around += self._path_roles.asks(entry.methods, entry.path, path)
        given = filled or (_OWN_ID if _GIVES.search(entry.around) else None)
        if entry.framework in ("rails", "sinatra"):
            rules = rails.before(entry.function, self._controllers) if entry.framework == "rails" else self._apps.before(entry.function, entry.path)
            entry.around += f" {rules}"
        named = inpath.parameters(entry.path)
        own = self._own_guards(entry)
        # a policy is about the parent
        tied = frozenset(named[:1]) if (len(named) > 1 and ties_by_name(without_staff(entry.around))) or own == OWN_GUARD else frozenset()
        bound: tuple[tuple[str, str], ...] = ()
        if language in ("java", "kotlin"):
            tied |= spoken
        if language == "php":
            entry.start |= laravel.settable(entry, self._words(language))
            bound, checked = self._bound(path, entry)
            tied |= self._gated(path, entry) | checked | symfony.subjects(entry.around)
        if language == "csharp":
            if entry.framework == "minimal":
                self._put_on_group(entry, path)
            filtered = self._asp_filters.before(entry.around)
            tied |= filtered.ids
            entry.around += f"{' [Authorize]' if filtered.signs_in else ''}{' hasPermission ' if filtered.asks else ''}"
            entry.roles += (filtered.role,) if filtered.role else ()
        asked: tuple[str, ...] = (own,) if own else ()
        if language == "go":
            checked = self._before_go.ties(entry.around)
            reads = (entry.methods or (self._registered(entry, path)[0],)) == ("GET",)
            tied |= checked | go_before.named(entry.around) | (go_before.of_query(checked, entry.function) if reads else frozenset())
        if entry.framework == served.GRAPHQL:
            entry.around += f" {served.asked(self._asked_of_fields, entry)}"
        if language in ("javascript", "typescript"):
            if entry.framework == "nest":
                entry.around += self._composed(entry.around)
                entry.around += self._marks.says(entry)
                entry.around = without_documents(entry.around)
                entry.around = self._marks.without_strange(entry)
        if language in HINTED:
            methods = entry.methods or (self._registered(entry, path)[0],)
            entry.around = without_roles_of_all(entry.around, reads=methods == ("GET",))
        if language in ("javascript", "typescript"):
            checked_before, roles = self._asked_before(entry, path)
            tied, asked = tied | checked_before, (*asked, *roles)
        resolve = self._resolve(language, DEPTH_TYPED if language in COMPILED or language in HINTED else DEPTH, path, entry.function)
        if entry.framework == "sinatra":
            before_it = filters(entry.function, entry.path)
            tied |= frozenset().union(*(Flow(each, self._words(language), {}, resolve).read().tied for each in before_it))
        reading = Flow(entry.function, self._words(language), entry.start, resolve, given=given, tied=tied, bound=bound).read()
        reading.roles += asked
        if language == "csharp" and self._secured_messages.only(self._messages.sent_alone(entry.function, reading.lookups)):
            reading.roles += (SECURED,)
        if entry.framework == "rails" and rails.checked_by_actions(entry.function, self._base_controllers, self._controllers):
            reading.tied |= reading.ids
        reading.lookups += self._joined(entry)
        if bound:
            reading.tied |= laravel.selected_again(entry.function, bound, reading.lookups)
        if entry.framework == "rails":
            reading.tied |= ruby_own.checked_ids(entry.function, reading.lookups, self._controllers.bodies)
            reading.by_role = frozenset() if ties_by_name(entry.around) else self._policies.by_role_alone(entry.function, reading)
            reading.tied -= reading.by_role
        return self._by_action(entry, reading, resolve, given, tied, bound) if language == "php" else reading

    def _own_guards(self, entry: Entry) -> str:
        """What the project's own configuration says of what stands around it: OWN_GUARD, OWN_ADMIN, or nothing."""
        if not (self.vocabulary.get("guards") or self.vocabulary.get("admin")):
            return ""
        words = self._words(entry.function.code.language)
        around = f"{entry.around} {self._composed(entry.around) if entry.framework == 'nest' else ''}"
        return OWN_GUARD if ownwords.stands(words.own_guards, around) else OWN_ADMIN if ownwords.stands(words.own_admin, around) else ""

    def _take_from_interface(self, entry: Entry) -> None:
        """Java, Kotlin: the route, the roles and the parameters, where only the interface that the class implements bears the annotations."""
        function, words = entry.function, self._words(entry.function.code.language)
        above = self._above(entry) if "override" in function.header.lower() else None
        for param in interfaces.annotated(function.params, above.params) if above is not None else ():
            entry.start.update(held(param, 0, entry.framework, words, function.code.language))
        if above is not None and not entry.methods and serves(above.above):
            entry.methods, entry.path = told_route(above.head, above.above)
            entry.around = f"{above.head} {entry.around} {above.above}"
        if above is None and not entry.methods and interfaces.generated(function):
            entry.methods = interfaces.method_by_name(function)

    def _above(self, entry: Entry) -> interfaces.Said | None:
        """What an interface declares of the handler."""
        function, owner = entry.function, entry.function.owner
        classes = self._classes(function.code.language)
        paths = (path for kind in (classes.ancestors(owner.name) if owner is not None else ()) for path in classes.paths.get(kind, ()))
        return next((said for path in paths if (said := interfaces.declared(self._read(path)[0], function.name, len(function.params)))), None)

    def _asked_before(self, entry: Entry, path: str) -> tuple[frozenset[str], tuple[str, ...]]:
        """(ids that middleware of the project ties to the caller, roles for which it asks), for handlers of JavaScript."""
        tied: set[str] = set()
        roles: list[str] = []
        held: list[frozenset[str]] = []
        names = before.candidates(entry.around)
        for name in before.with_bases(names, self._defining) if entry.framework == "procedure" else names:
            if name != entry.name and (known := self._middleware(name, path)) is not None:
                function, reading = known
                tied |= reading.tied
                held += reading.held
                roles += before.asked_here(function, reading.roles, entry.around)
        return before.held_with(tied, held), tuple(dict.fromkeys(roles))

    @cached_property
    def _before_go(self) -> go_before.Befores:
        known = self._places, lambda path: self._read(path)[1], lambda path, each: self._resolve("go", DEPTH_TYPED, path, each)
        return go_before.Befores(self._words("go"), *known, [self._text(path) for path in sorted(self._kept) if path.endswith(".go")])

    def _composed(self, around: str) -> str:
        """NestJS: what decorators of the project are put together from."""
        found = (each for name in re.findall(r"@(\w+)\(", around) for _, each in self._by_name(name, "typescript", 0))
        texts = (each.code.source(each.first, each.last) for each in found)
        return "".join(f" {text[:600]}" for text in texts if "applyDecorators" in text)

    @cached_property
    def _marks(self) -> Marks:
        """NestJS: the decorators of the project that its guards read."""
        return Marks((path, self._text(path)) for path in sorted(self._kept) if "javascript" in family(language_of(path)))

    def _middleware(self, name: str, path: str) -> tuple[Function, Reading] | None:
        """The middleware of that name, and what it says; of several the one that lies nearest to a file; None where these say not the same."""
        if name not in self._middlewares:
            named = self._written_there(name) or self._by_name(name, "typescript", 0)
            found = [(file, each) for file, each in named if before.is_middleware(each)]
            words, resolve = self._words("typescript"), self._resolve("typescript", DEPTH, "")
            self._middlewares[name] = [(file, each, before.read(each, words, resolve)) for file, each in found]
        said = before.nearest(path, self._middlewares[name])
        return said[0] if len({(reading.tied, reading.held, reading.roles) for _, reading in said}) == 1 else None

    def _written_there(self, name: str) -> list[tuple[str, Function]]:
        """The middleware that is written where it is used, and has a name of that place."""
        path, first, last = self._mounts.stood.inline.get(name, ("", 0, 0))
        return [(path, each) for each in self._read(path)[1] if first <= each.head < last][:1] if path else []

    @cached_property
    def _middlewares(self) -> dict[str, list[tuple[str, Function, Reading]]]:
        return {}

    @cached_property
    def _controllers(self) -> rails.Controllers:
        return rails.Controllers(self._text(path) for path in sorted(self._kept) if path.endswith(".rb"))

    @cached_property
    def _policies(self) -> Policies:
        return Policies(self._text(path) for path in sorted(self._kept) if path.endswith(".rb"))

    @cached_property
    def _routes_are_blocks(self) -> bool:
        """Ruby: does the project use Sinatra, Padrino or Grape?"""
        texts = (self._text(path) for path in self._kept if path.endswith(".rb"))
        return any(form.search(text) for text in texts for form in (SINATRA, PADRINO, GRAPE))

    @cached_property
    def _apps(self) -> Apps:
        return Apps(self._text(path) for path in sorted(self._kept) if path.endswith(".rb"))

    @cached_property
    def _base_controllers(self) -> str:
        """Rails: what stands in the controllers that all others extend."""
        return "\n".join(self._text(path) for path in sorted(self._kept) if path.endswith("application_controller.rb"))

    def _is_helper(self, path: str, entry: Entry) -> bool:
        """Laravel: is it a method that no file of routes names, of a controller that is known there, or in an app that names nearly all of them?
        JavaScript: does no file with routes name it, though routes name others of its file?"""
        if entry.framework == "http":
            named = len(self._script_handlers.get(path, ())) >= 2 and entry.name
            unnamed = bool(named) and not any(re.search(rf"\b{re.escape(entry.name)}\b", self._text(file)) for file in self._route_files)
            if passed_on(entry.function) or (before.hands_on(entry.function) and not (entry.methods or self._registered(entry, path)[0])):
                return True  # what it hands the request to is read where it stands
            return unnamed or before.stands_before(path, entry.function)
        if entry.framework == "go":
            return self._before_go.is_helper(entry.function, len(self._registrations) >= ENOUGH)
        of, _, action = entry.name.rpartition(".")
        if entry.framework == "spring" and not says_itself(entry.function):
            above = self._above(entry)  # a class that says nothing of itself handles requests where an interface says so
            return (above is None or not serves(above.above)) and not interfaces.generated(entry.function)
        if entry.framework == "rails" or self._of_plugin(path, entry):
            return entry.framework != "rails" or ruby_own.unused(entry.function, self._ruby_words)
        if laravel.mounts(entry):  # what no route names is handed its arguments by the page around it
            return self._registered(entry, path) == NOWHERE and not laravel.is_page(entry.function)
        known = self._laravel_routes if entry.framework == "php" else None
        if known is None or known.of(entry.name, self._text(path)) != NOWHERE:
            return False
        if of in known.classes or (of in self._bases_of_controllers and action not in RESOURCE):
            return action not in known.words
        # an `Action` that no route names is a service of the app, which its controllers call
        return of in self._unrouted or (of.endswith("Action") and len(known.classes) >= ENOUGH and of not in known.words)

    @cached_property
    def _ruby_words(self) -> Counter[str]:
        """How often each word stands in the project's code of Ruby."""
        return Counter(word for path in sorted(self._kept) if path.endswith(".rb") for word in re.findall(r"\w+[!?]?", self._text(path)))

    def _registered(self, entry: Entry, path: str) -> tuple[str, str, str]:
        """(method, path, what stands around it) where the entry point is registered, "" where it is not known."""
        if entry.function.code.language == "php":
            return self._routed(entry, path)
        known = self._registrations.get(entry.name.rsplit(".", 1)[-1], ())
        if entry.function.code.language == "go":
            return registered(known, entry.function, path)
        return handlers.registered(known, path)

    def _asked_by_path(self, entry: Entry, path: str) -> str:
        """Spring: what the security configuration asks for the path of the handler, as an annotation would."""
        asked = self._matchers.asks(next(iter(entry.methods), ""), entry.path, path)
        if asked.startswith("access"):
            plain = _ROLE_ALONE.fullmatch(asked)
            if plain is None:  # something of the project decides
                return " hasPermission "
            asked = plain.group(1)
        return f" @PreAuthorize({asked})" if asked.startswith("has") else f" @{asked}" if asked else ""

    @cached_property
    def _path_roles(self) -> PathRoles:
        """Symfony: what the configuration asks for a path."""
        return PathRoles((path, block) for path, facts in sorted(self.files.items()) for block in facts.blocks)

    @cached_property
    def _matchers(self) -> Matchers:
        return Matchers((path, self._text(path)) for path in sorted(self._kept) if path.endswith((".java", ".kt")))

    @cached_property
    def _resolved(self) -> frozenset[str]:
        """Spring: types and annotations of parameters that the project makes for who asks."""
        return resolvers.made(self._text(path) for path in sorted(self._kept) if path.endswith((".java", ".kt")))

    @cached_property
    def _registrations(self) -> dict[str, list[Registration]]:
        """Name of a handler -> where it is registered by name."""
        out: dict[str, list[Registration]] = {}
        for path, matches in self._kept.items():
            for name, found in self._named_handlers(path, matches):
                out.setdefault(name, []).append(found)
        for each in self._script_routes:
            label = each.label if each.function is None else passed_on(each.function)
            if label:
                base, _, last = label.rpartition(".")
                out.setdefault(last, []).append(Registration(each.method, each.path, each.around, each.file, base.rpartition(".")[2]))
        return out

    def _named_handlers(self, path: str, matches: Sequence[Match]) -> Iterator[tuple[str, Registration]]:
        """(name of a handler, where it is registered) for what one file registers."""
        for match in matches:
            framework = match.metadata.get("framework")
            if framework == "go-router":
                code, _ = self._read(path)
                yield from self._groups_of(path).registrations(code, match, path, self._handed.before, self._paths_go)
            elif framework == "go-row":
                yield from rows(self._read(path)[0], match, path)

    @cached_property
    def _handed(self) -> Handed:
        """Go: routers that one function hands to another."""
        paths = [path for path in sorted(self._kept) if path.endswith(".go") and _ROUTES_GO.search(self._text(path))]
        return Handed(paths, self._groups_of)

    @cached_property
    def _paths_go(self) -> dict[str, str]:
        return go_router.constants(self._text(path) for path in sorted(self._kept) if path.endswith(".go"))

    def _groups_of(self, path: str) -> Groups:
        if path not in self._groups_by_path:
            self._groups_by_path[path] = Groups(self._read(path)[0])
        return self._groups_by_path[path]

    @cached_property
    def _groups_by_path(self) -> dict[str, Groups]:
        return {}

    def _ref(self, known: Known) -> RouteRef:
        entry = known.entry
        methods, route = entry.methods, entry.path
        if not route and entry.name:
            method, route, _ = self._registered(entry, known.path)
            methods = methods or ((method,) if method else ())
        return RouteRef(methods, route, entry.name or "(anonymous)", known.path, entry.function.line)
