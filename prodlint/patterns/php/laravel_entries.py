"""What stands around an action of PHP in other files: routes and middleware of Laravel, form requests, models that a parameter is bound to, hooks and
permissions of WordPress, files that a script includes.

Knows: how an action of Laravel or Symfony, a callback of WordPress or a script leads to what checks it before it runs. Does not know: which functions
are actions (`entries.py`), what they do (`flow.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property

from prodlint import regex as re
from prodlint.patterns.entries import inpath
from prodlint.patterns.entries.handlers import Routed
from prodlint.patterns.entries.parameters import Entry
from prodlint.patterns.evidence import linked
from prodlint.patterns.evidence.owners import Owners, normal
from prodlint.patterns.php import attached, dispatched, laravel, symfony, wordpress
from prodlint.patterns.php import scripts as php_scripts
from prodlint.patterns.php.laravel_gates import Gates
from prodlint.patterns.php.laravel_routes import ENOUGH, LaravelRoutes
from prodlint.patterns.text.kept import language_of
from prodlint.patterns.text.meanings import Lookup, Resolve, Value
from prodlint.patterns.text.reader import Function, plain_name
from prodlint.patterns.ties.callees import Callees
from prodlint.patterns.ties.flow import Flow, Reading


class LaravelEntries(Callees):
    """Mixin of Project; expects what `Kept` expects."""

    def _bound(self, path: str, entry: Entry) -> tuple[tuple[tuple[str, str], ...], frozenset[str]]:
        """(parameters that the framework looks up, those of them that a policy or a form request checks before the action)."""
        if entry.framework in ("wordpress", "php-script"):
            return (), self._permitted(path, entry) if entry.framework == "wordpress" else self._scripted(path, entry)
        # "you may also type-hint a model": actions of Livewire are handed one by its id, too (Livewire, Actions)
        binds = entry.framework in ("symfony", "livewire") or (entry.framework == "php" and self._binds_models)
        bound = laravel.bound(entry.function, self._owners) if binds else ()
        if entry.framework == "symfony":
            bound = symfony.selected(bound, entry.path, symfony.above(entry.function))
        else:
            bound = laravel.guessable(bound, self._routed(entry, path)[1])
        if laravel.mounts(entry):
            bound += laravel.filled(entry.function, self._owners, self._routed(entry, path)[1])
        constructor, policed = laravel.before(entry.function)
        constructor += laravel.around_mount(entry)
        entry.around += f" {constructor}"
        around = f"{entry.around} {self._routed(entry, path)[2]}"
        if self._gates.asks(around):
            entry.around += " authorize( "
        refuses = any(self._refuses(name) for name in laravel.request_classes(entry.function))
        if refuses:
            entry.around += " authorize( "
        names = frozenset(plain_name(name) for name, model in bound if refuses or model in policed)
        if "scopeBindings" in entry.around and len(bound) > 1:  # a child is found within its parent
            names |= {plain_name(name) for name, _ in bound[1:]}
        if laravel.vouched(around):
            names |= _as_named(inpath.parameters(self._routed(entry, path)[1])) | laravel.plain(entry.function)
        return bound, names | _as_named(name for gate in self._gates.by_path(around) for name in self._tied_by_gate(*gate))

    def _by_action(
        self,
        entry: Entry,
        whole: Reading,
        resolve: Resolve,
        given: re.Pattern[str] | None,
        tied: frozenset[str],
        bound: tuple[tuple[str, str], ...],
    ) -> Reading:
        """The same with a part for each thing that the entry does by the name that the client sends."""

        def read(skipped: tuple[tuple[int, int], ...]) -> Reading:
            flow = Flow(entry.function, self._words("php"), entry.start, resolve, given=given, tied=tied, bound=bound)
            flow.skipped = skipped
            return flow.read()

        return dispatched.by_action(entry.function, whole, read)

    def _permitted(self, path: str, entry: Entry) -> frozenset[str]:
        """WordPress: the ids that the `permission_callback` of a route holds against who asks; the entry takes up what else it asks."""
        known = self._hooks[path, entry.function.at]
        if not known.open and not known.routed.path:
            entry.around += php_scripts.SIGNED
        if known.permission is None:
            return frozenset()
        file, function = known.permission
        start = {each.name: Value(request=True) for each in function.params[:1]}
        said = Flow(function, self._words("php"), start, self._resolve("php", 2, file, function)).read()
        entry.around += f"{php_scripts.SIGNED if said.caller or wordpress.ASKS.search(function.body) else ''}{' authorize( ' if said.roles else ''}"
        return said.tied

    def _of_plugin(self, path: str, entry: Entry) -> bool:
        """WordPress: is it a method of a plugin's class that nothing hooks to a request?"""
        owner = entry.function.owner
        if entry.framework != "php" or not self._hooks or (owner is not None and "REST" in owner.header):  # a class above may register routes
            return False
        return wordpress.PLUGIN.search(self._text(path)) is not None

    def _scripted(self, path: str, entry: Entry) -> frozenset[str]:
        """Scripts: the entry takes up what its file and those that it includes ask of who calls."""
        entry.around += php_scripts.asked(path, self._text, lambda name: self._php_by_name.get(name, ()))
        if path.rpartition("/")[2] in self._included:
            entry.around += " hasPermission( "  # what includes it may have asked
        return frozenset()

    @cached_property
    def _included(self) -> frozenset[str]:
        return php_scripts.included(self._text(path) for path in self._kept if path.endswith(".php"))

    @cached_property
    def _php_by_name(self) -> dict[str, list[str]]:
        out: dict[str, list[str]] = {}
        for path in sorted(self._kept):
            out.setdefault(path.rpartition("/")[2], []).append(path)
        return out

    @cached_property
    def _hooks(self) -> dict[tuple[str, int], wordpress.Hooked]:
        """WordPress: the functions that it calls for a request."""
        paths = [path for path in sorted(self._kept) if path.endswith(".php") and wordpress.REGISTERS.search(self._text(path))]
        return wordpress.hooked(paths, self._read, self._called_back)

    @cached_property
    def _hooked_in(self) -> dict[str, list[Routed]]:
        """WordPress: file -> the functions of it that are called for a request."""
        out: dict[str, list[Routed]] = {}
        for (path, _), each in self._hooks.items():
            out.setdefault(path, []).append(each.routed)
        return out

    def _called_back(self, path: str, name: str, owner: str) -> list[tuple[str, Function]]:
        """The functions of PHP that a callback may name."""
        files = [each for each in self._places.get(name, ()) if each.endswith(".php")][:24]
        every = [(file, each) for file in files for each in self._read(file)[1] if each.name == name]
        return [(file, each) for file, each in every if not owner or (each.owner is not None and each.owner.name == owner)]

    def _tied_by_gate(self, name: str, path: str) -> frozenset[str]:
        """The parts of the path that a middleware of the project ties to the caller."""
        if name not in self._tied_by_gates:
            named = (each for each in self._read(path)[1] if each.name == "handle" and each.params)
            handle = next((each for each in named if each.owner is not None and each.owner.name == name), None)
            self._tied_by_gates[name] = self._tied_by(handle, path) if handle is not None else frozenset()
        return self._tied_by_gates[name]

    def _tied_by(self, handle: Function, path: str) -> frozenset[str]:
        start, resolve = {handle.params[0].name: Value(request=True)}, self._resolve("php", 2, path, handle)
        return Flow(handle, self._words("php"), start, resolve, any_name=True).read().tied

    @cached_property
    def _tied_by_gates(self) -> dict[str, frozenset[str]]:
        return {}

    def _refuses(self, request: str) -> bool:
        """Laravel: does the `authorize()` of such a form request, its own or the nearest one that it inherits, look at anything?"""
        classes = (request, *self._classes("php").ancestors(request))
        return next((self._form_requests[each] for each in classes if each in self._form_requests), False)

    @cached_property
    def _form_requests(self) -> dict[str, bool]:
        """Laravel: form requests by class, and whether their `authorize()`, in every class of that name, looks at anything."""
        out: dict[str, bool] = {}
        for path in self._kept:
            if path.endswith("Request.php"):
                for each in self._read(path)[1]:
                    if each.name == "authorize" and each.owner is not None:
                        out[each.owner.name] = laravel.checks(each) and out.get(each.owner.name, True)
        return out

    @cached_property
    def _owners(self) -> Owners:
        """What declarations of models say about who owns them."""
        return Owners(self.files, ((language_of(path), self._text(path)) for path in self._kept))

    def belongs_to(self, model: str) -> str:
        """What declarations say of who a model belongs to: "owned", "person", "scoped", "free", "" where it is not known."""
        return self._owners.of(model)

    @cached_property
    def _laravel_routes(self) -> LaravelRoutes:
        return LaravelRoutes((path for path in self._kept if path.endswith(".php")), self._text, lambda path: self._read(path)[0])

    @cached_property
    def _binds_models(self) -> bool:
        """Is there Laravel, which looks up models for parameters?"""
        return any(laravel.IS.search(self._text(path)) for path in self._kept if path.endswith(".php"))

    def _joined(self, entry: Entry) -> Iterator[Lookup]:
        """Rows that relations are handed by the ids of an action, as they came, and those that keys name which a client may set."""
        if entry.framework == "rails":
            of = entry.function.owner.name.rpartition("::")[2].removesuffix("Controller") if entry.function.owner is not None else ""
            own = "\n".join(self._texts_of_models.get(normal(of), ()))
            yield from linked.lookups(
                (each for each in linked.permitted(entry.function) if not linked.validated(own, each[1])), "permit", self._somebodys
            )
        elif entry.function.code.language == "php":
            yield from attached.joined(entry.function, entry.start, self._relations)
            if entry.framework == "php" and not any(self._refuses(name) for name in laravel.request_classes(entry.function)):
                yield from linked.lookups(linked.existing(entry.function, self._rules_of(entry.function)), "exists", self._somebodys)

    def _somebodys(self, name: str) -> str:
        return name if self._owners.of(name) == "owned" and self._owners.by_own_column(name) else ""

    @cached_property
    def _texts_of_models(self) -> dict[str, list[str]]:
        """Rails: the texts that say something of a model, by its name."""
        out: dict[str, list[str]] = {}
        for path in sorted(self._kept):
            if path.endswith(".rb"):
                for name in re.findall(r"^[ \t]*class\s+(?:\w+::)*(\w+)\s*<", self._text(path), re.M):
                    out.setdefault(normal(name), []).append(self._text(path))
        return out

    def _rules_of(self, function: Function) -> Iterator[Function]:
        """Laravel: the `rules()` of the form requests that an action takes."""
        for name in laravel.request_classes(function):
            for path in self._classes("php").paths.get(name, ()):
                yield from (each for each in self._read(path)[1] if each.name == "rules" and each.owner is not None and each.owner.name == name)

    @cached_property
    def _relations(self) -> dict[str, str]:
        return attached.relations(self._text(path) for path in sorted(self._kept) if path.endswith(".php"))

    @cached_property
    def _gates(self) -> Gates:
        """Laravel: middleware that the project writes itself."""
        return Gates((path, self._text(path)) for path in sorted(self._kept) if path.endswith(".php"))

    def _routed(self, entry: Entry, path: str) -> tuple[str, str, str]:
        """(method, path, what stands around it) where a file of routes names the action, "" where none does."""
        page = f"{entry.name.rpartition('.')[0]}.__invoke"
        if entry.framework == "livewire" and not laravel.mounts(entry):  # whoever calls it was given the component by its page
            return "", "", self._laravel_routes.of(page, self._text(path))[2]
        return self._laravel_routes.of(page if laravel.mounts(entry) else entry.name, self._text(path))

    @cached_property
    def _unrouted(self) -> frozenset[str]:
        def holders(path: str) -> list[str]:
            return [each.owner.name for each in self._read(path)[1] if each.owner is not None]

        return self._laravel_routes.unrouted(holders, self._classes("php").ancestors)

    @cached_property
    def _bases_of_controllers(self) -> frozenset[str]:
        """Laravel: classes of which controllers that routes name are kinds, where routes name enough of them to be known."""
        known = self._laravel_routes.classes
        above = self._classes("php").ancestors
        return frozenset(base for name in known for base in above(name.rpartition("\\")[2])) if len(known) >= ENOUGH else frozenset()

    @cached_property
    def _gated_somewhere(self) -> frozenset[str]:
        """Laravel: parts of the path that a `can:ability,parameter` hands to a policy at any route of the app."""
        return frozenset(name for path in self._kept if path.endswith(".php") for name in laravel.policed(self._text(path)))

    def _gated(self, path: str, entry: Entry) -> frozenset[str]:
        """Laravel: what `can:ability,parameter` hands to a policy before the action, in the ways in which it names it: at its own route, where that
        is known. What is bound by the type of a parameter may be written otherwise in the route, `{itemtemplate}` for `$itemTemplate`."""
        _, route, beside = self._routed(entry, path)
        named = frozenset(laravel.policed(f"{entry.around} {beside}")) if route or beside else self._gated_somewhere
        like = {normal(name) for name in named}
        params = [(plain_name(param.name), param.text.split()[0].rpartition("\\")[2]) for param in entry.function.params if param.text.strip()]
        return _as_named(named) | frozenset(name for name, kind in params if normal(name) in like or normal(kind) in like)


def _as_named(parameters: Iterable[str]) -> frozenset[str]:
    """Parts of the path in the ways in which actions name them."""
    return frozenset(form for name in parameters for form in (name, f"{name}Id", f"{name}_id"))
