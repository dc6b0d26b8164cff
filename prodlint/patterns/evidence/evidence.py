"""What was seen of an id that nothing ties, at its entry point and beside it: all that `judge.py` decides by.

Knows: words of places and paths, what frameworks say of a handler, what declarations say of a model. Does not know: what other entry points do with
the same data (`alike.py`); which confidence that makes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cached_property

from prodlint import regex as re
from prodlint.model import Span
from prodlint.patterns.dotnet import query_filters
from prodlint.patterns.entries import inpath
from prodlint.patterns.entries.around import for_all, ties_by_name, without_names
from prodlint.patterns.entries.entries import left_out
from prodlint.patterns.entries.entrypoints import Known
from prodlint.patterns.entries.parameters import Entry
from prodlint.patterns.evidence import customs, linked, owners, unreadguards
from prodlint.patterns.evidence.loose import LooseId
from prodlint.patterns.evidence.named import OF_ONE, OPEN_PATH, PERSONAL, SIGNS_IN, ends_public, is_about, model_key, places_of, said_names
from prodlint.patterns.evidence.placed import PLACED, somebodys
from prodlint.patterns.evidence.unreadguards import Guard
from prodlint.patterns.go import parents
from prodlint.patterns.go import unread as go_unread
from prodlint.patterns.go.router import received
from prodlint.patterns.javascript import requested, supabase
from prodlint.patterns.javascript.nest_guards import ASKED, without_marks
from prodlint.patterns.javascript.script_guards import ScriptGuards
from prodlint.patterns.php import attached, laravel
from prodlint.patterns.ruby import loads as ruby_loads
from prodlint.patterns.ruby import own as ruby_own
from prodlint.patterns.ruby import rails, tenants
from prodlint.patterns.ruby.evidence import HELD, LARGE, RailsEvidence
from prodlint.patterns.text.kept import family, language_of
from prodlint.patterns.text.meanings import Lookup
from prodlint.patterns.text.types import COMPILED, HINTED, TYPED
from prodlint.patterns.ties.existence import answers_nothing, only_asked, row_dropped
from prodlint.patterns.ties.roles import for_machines, lists_all, only_staff, refuses_others
from prodlint.patterns.ties.values import BOUND

_ITS_ID = re.compile(r"_?(?:[iI][dD]|[uU][uU][iI][dD])s?$")  # of `invoiceId`


class Evidence(RailsEvidence):
    """Mixin of Project; expects what `Kept` expects."""

    def _behind_policies(self, entry: Entry, lookup: Lookup) -> bool:
        """Supabase: does the client of the handler carry the user's token, so that row level security decides?"""
        code = entry.function.code
        if code.language not in ("javascript", "typescript") or not supabase.is_client(lookup.model.split(".")[0]):
            return False
        return not supabase.is_service(entry.function.body, self._texts_of)

    def _texts_of(self, name: str) -> Iterator[str]:
        """The text of every function of the project of that name."""
        return (each.code.source(each.head, each.last) for _, each in self._by_name(name, "typescript", 0))

    def _by_unit_of_work(self, known: Known) -> bool:
        """Doctrine: what a changing route finds is changed where it lies, and written by `flush()`."""
        methods = set(self._ref(known).methods) if known.entry.framework == "symfony" else set()
        return bool(methods) and not methods & {"GET", "HEAD"}

    def _loose(self, known: Known, name: str, lookup: Lookup, tied: dict[str, int]) -> LooseId:
        entry, reading = known.entry, known.reading
        code = entry.function.code
        at = Span(known.path, code.line(lookup.at), code.column(lookup.at))
        words = self._words(code.language)
        route = self._ref(known).path
        places = [place for place in places_of(known) if route == "" or place in known.path or not _OBSERVES.fullmatch(place)]
        stands = without_names(entry.around) if code.language in ("java", "kotlin") else entry.around
        if rails.HOLDS_ALL in stands and not ruby_own.names_row(name, lookup.model):
            stands = stands.replace(rails.HOLDS_ALL, " ")
        role = next(iter(reading.roles), "") or ("around" if ties_by_name(stands) else "")
        role = role or next((each for each in entry.roles if each in self._roles_with_power), "")
        role = role or ("around" if code.language in TYPED and refuses_others(entry.function) else "")
        beside = f"{entry.around} {self._registered(entry, known.path)[2]}" if code.language == "go" else ""
        child = bool(beside) and parents.guarded(beside, route, name, entry.name.rpartition(".")[2])
        model, owned = self._owned(code.language, lookup, known, name)
        if owned == "scoped" and code.language == "csharp" and query_filters.left_out(lookup.name, lookup.model, *lookup.inner):
            owned = "owned"
        if owned == "owned" and code.language in ("java", "kotlin") and self._owners.by_maker_alone(model) and not inpath.stands(entry, name):
            owned = "free"  # what is named beside a row, in what is sent, is seldom taken for one's own
        stored = {owners.normal(each) for each in owners.nouns((*said_names(code.language, lookup.model), model))}
        # a row of somebody by its own id, for all roles that there are
        for_roles = owned == "owned" and owners.normal(name) in ("id", f"{owners.normal(model)}id") and lists_all(entry.around)
        private = owned == "owned" and any(map(OF_ONE.search, stored))
        # a permission that rows of the database give: where whoever comes signs up, most have it for what is their own
        for_roles |= private and self._strangers_join and ASKED in entry.around and not ties_by_name(without_marks(entry.around))
        # whoever rules may look at people, whatever others of the class do with who asks
        kin = self._kin(known, lookup) and (owned != "person" or lookup.changes)
        signed = self._signed(entry)
        usual = (
            (lookup.strong or lookup.changes or customs.says(name))
            and self._custom(known, name, lookup) in self._usually_tied[not self._changes(known, lookup)]
            and not (only_staff(entry.around) or (code.language in TYPED and any(map(words.admin.fullmatch, reading.roles))))
            and not self._by_permission_alone(entry)
            and not (entry.roles and entry.framework == "aspnet" and not lookup.changes)  # that role may read more than those of the others
        )
        reads = not lookup.changes or self._only_reads(known)
        in_path = inpath.changed(code.language, self._ref(known), name)
        machine = any(words.machine.fullmatch(place) for place in (*places, *re.findall(r"\w+", route), *reading.roles))
        return LooseId(
            at=at,
            id=name,
            model=lookup.model,
            ref=self._ref(known),
            framework=entry.framework,
            language=code.language,
            strong=lookup.strong,
            changes=(lookup.changes and not self._only_reads(known)) or self._changed_after(entry) or self._by_unit_of_work(known) or in_path,
            checked=bool(reading.tied) or reading.caller,
            others_tied=bool(reading.tied) or child,
            role=""
            if self._of_parent(known, lookup, name, role, tied)
            or (child and role == "around")
            # one right for many rows, each of which is handed to a policy elsewhere in the class: `authorize('delete many')`
            or (entry.framework == "php" and kin and lookup.changes and name.endswith("ids") and customs.POLICY.fullmatch(role))
            # who may make a row may not therefore name anybody's row in it
            or (role == "around" and entry.framework == "rails" and lookup.direct and lookup.name in linked.NAMES)
            or (role == "around" and (for_roles or (kin and entry.framework == "rails" and not self._controllers.looks_at_row(entry.around))))
            else role,
            admin=(self._for_staff(known) and not (for_roles or kin)) or self._by_permission_alone(entry),
            of_person=any(each in owners.PERSON and is_about(known, each) for each in stored),
            behind_policies=self._behind_policies(entry, lookup),
            listed=not self._open_lists.isdisjoint(stored) or self._kept_together(known, lookup, tied),
            shown=entry.framework == "rails" and owned == "owned" and not self._shown_lists.isdisjoint(stored),
            sibling=self._sibling(known, lookup, owned, tied),
            kept=model_key(lookup.model) in self._kept_by_owner,
            usual=usual,
            machine=for_machines(entry.function) or self._by_shared_key(known) or (machine and not (usual and signed)),
            signed=signed,
            file_knows=known.path in self._knowing_files or entry.framework in self._knowing_frameworks,
            owned=owned,
            private=private,
            of_one=any(map(OF_ONE.search, (*stored, owners.normal(_ITS_ID.sub("", name))))),
            strangers=self._strangers_join,
            unlocked=for_all(entry.around),
            public=self._public(known, lookup, model, reads),
            personal=bool(PERSONAL.fullmatch(owners.normal(model))),
            bound=lookup.name == BOUND,
            served=self._served(code.language, entry, lookup),
            carried=lookup.name == BOUND and self._before_checked(known, name) and laravel.carried(entry.function, name),
            unread=self._guard_before(known, name),
            only_asked=not (lookup.changes or in_path)
            and (self._gives_nothing_away(known, lookup) or (lookup.name == BOUND and laravel.leads_on(entry.function, name))),
            open_path=not (signed or reading.caller or reading.tied or reading.roles) and self._is_open(known, route),
            unasked=self._left_out(known) or (entry.framework == "rails" and not private and self._asked_for_changes(entry)),
            routed=inpath.stands(entry, name),
            whose=(family(code.language)[0], owners.normal(name)) in self._held_against_caller and inpath.stands(entry, name),
            guest=(known.path, owners.normal(name)) in self._guests and self._asks_nobody(known, name),
            joined=(attached.is_one(lookup) and not (owned == "owned" and owners.normal(lookup.model.split(".")[0]) in self._tied_classes))
            or (lookup.name in linked.NAMES and lookup.direct and owners.normal(lookup.model.split(".")[0]) not in self._of_callers),
            linked=lookup.name in linked.NAMES and lookup.direct,
            beside=entry.framework == "sinatra" and lookup.strong and kin and _FOUND.fullmatch(lookup.model) is not None,
            apart=(
                entry.framework == "rails" and rails.HOLDS_ALL not in stands and tenants.listed_for_one(entry.function, lookup.model.split(".")[0])
            )
            or (name in reading.by_role and not self._for_staff(known)),
            placed=lookup.name == PLACED,
            uncalled=self._uncalled(entry, known.path),
            by_permission=code.language == "php" and entry.framework != "php-script" and self._by_role_alone,
            large=code.language in ("ruby", "php") and self._takes_ids[code.language] >= LARGE,
            seldom=code.language == "ruby" and self._held_at[model_key(lookup.model)] < HELD,
            often=code.language == "ruby" and owners.normal(model) in self._often_read,
            asked_beside=entry.framework == "rails" and lookup.direct and ruby_loads.asked_beside(entry.function, rails.actions_of(entry.function)),
            aside=entry.framework == "php" and bool(route) and lookup.name != BOUND and self._beside_path(known, name),
        )

    def _public(self, known: Known, lookup: Lookup, model: str, reads: bool) -> bool:
        """Is it a kind of data that everybody may read, and no draft of it?"""
        entry, path = known.entry, self._ref(known).path
        code = entry.function.code
        words = self._words(code.language)
        if code.language in COMPILED and _UNSHOWN.search(f"{entry.name} {path}"):
            return False
        if words.public.fullmatch(owners.normal(model)) and not self._joins_person(code.language, model):
            return True
        if code.language in COMPILED:
            return self._owners.shared(model, words.public) or (reads and ends_public(lookup.name, words)) or _says_public(entry.name, path)
        shown = code.language == "ruby" and not lookup.changes and _SHOWN.search(entry.function.body) is not None
        return shown or _says_public(entry.name, path)

    def _placed(self, known: Known) -> Iterator[tuple[str, Lookup]]:
        """Go, C#: what a handler writes into a row as it came, and which names a row of somebody that others of the app hold against who asks."""
        route = inpath.parameters(self._ref(known).path)
        for name, key, model, at in somebodys(known.reading.placed):
            of, owned = self._owners.named([model])
            if owned == "owned" and owners.normal(of) in self._held_rows and name not in route and not inpath.stands(known.entry, name):
                yield name, Lookup(PLACED, f"{of}.{key}", at, ids={name}, strong=True, changes=True, direct=True)

    def _uncalled(self, entry: Entry, path: str) -> bool:
        """Laravel: does no route name the action, in an app whose routes name nearly all others?"""
        if entry.framework != "php" or entry.path or not self._routes_known or self._registered(entry, path)[1]:
            return False
        of = entry.function.owner.name if entry.function.owner is not None else ""  # kinds of a base are called in its place
        return of not in self._bases_of_controllers and not self._laravel_routes.speaks_of(entry.name)

    @cached_property
    def _routes_known(self) -> bool:
        every = [known for known in self._pattern_entries if known.entry.framework == "php"]
        routed = sum(bool(known.entry.path or self._registered(known.entry, known.path)[1]) for known in every)
        return routed >= ENOUGH and routed >= NEARLY_ALL * len(every)

    def _by_permission_alone(self, entry: Entry) -> bool:
        """Laravel: does the action ask a policy for a right of which that says nothing of any row: `authorize('create', Invoice::class)`?"""
        asked = laravel.classes_asked(entry.function) if entry.framework == "php" else []
        return bool(asked) and all(self._rights.get(name) is False for name in asked)

    @cached_property
    def _rights(self) -> dict[str, bool]:
        """Laravel: the model of each policy -> does it look at rows, and not only at what somebody may do?"""
        return laravel.policies(text for path in sorted(self._kept) if path.endswith(".php") and "Policy" in (text := self._text(path)))

    def _beside_path(self, known: Known, name: str) -> bool:
        """Laravel: is it no part of the path, which the action takes as a parameter or asks the request for, and is there another, or is something
        made? What `GET /invoices` gives for an `invoice_id` is all that it does."""
        route = self._ref(known)
        parts = {owners.normal(each) for each in inpath.parameters(route.path)}
        if owners.normal(name) in parts or any(param.name.lstrip("$") == name for param in known.entry.function.params):
            return False
        return bool(parts) or not {"GET", "HEAD", "ANY"}.issuperset(each.upper() for each in route.methods)

    def _of_parent(self, known: Known, lookup: Lookup, name: str, role: str, tied: dict[str, int]) -> bool:
        """Go: is the role that a handler asks for one in the parent that the path names, `/workspaces/{slug}/tokens/{tokenID}`, and is what the
        id selects tied elsewhere: does the role say nothing of the child?"""
        if known.entry.function.code.language != "go" or role in ("", "around") or not lookup.changes:
            return False
        named = inpath.parameters(self._ref(known).path)
        return name in named[1:] and model_key(lookup.model) in tied

    def _guard_before(self, known: Known, name: str) -> Guard | None:
        """What runs before the handler, looks at this part of its path and may refuse, and was not read."""
        entry = known.entry
        language = entry.function.code.language
        if "javascript" in family(language):
            known_by = known.path, self._ref(known).file
            guard = self._script_guards.before(known_by, f"{entry.around} {self._registered(entry, known.path)[2]}", entry.name, name)
            hooked = guard is None and entry.framework == "loader" and inpath.stands(entry, name)
            return self._script_guards.of_hooks(known.path, name, entry.function.body) if hooked else guard
        if language == "go":
            return go_unread.before(self._guards["go"], f"{entry.around} {self._registered(entry, known.path)[2]}", entry.framework)
        parts = unreadguards.called(entry.function, name) & set(inpath.parameters(self._ref(known).path))
        if not parts or language not in ("java", "kotlin", "php"):
            return None
        parts |= {each for each in unreadguards.placed(self._ref(known).path) if each.rpartition("/")[2] in parts}
        every = self._guards[family(language)[0]]
        return next((each for each in every if not parts.isdisjoint(each.parts) and each.stands_before(entry.function, entry.around)), None)

    @cached_property
    def _script_guards(self) -> ScriptGuards:
        def texts(path: str, name: str) -> Iterator[str]:
            return (each.code.source(each.head, each.last) for each in self._read(path)[1] if each.name == name)

        return ScriptGuards(self._imports, texts, lambda name: self._places.get(name, ()))

    def _is_open(self, known: Known, route: str) -> bool:
        """Does the path say that whoever comes may call it? Outside JavaScript only the route says so, of what is public: `public/` holds scripts."""
        if "javascript" in family(known.entry.function.code.language):
            signs = SIGNS_IN.search(f"/{route}")
            named = signs is not None and not re.search(r"[:{\[]", route[: signs.start()])  # `/users/:userId/reset-password` is about a row
            return OPEN_PATH.search(f"/{known.path}/{route}/") is not None or named
        return "/public/" in f"/{route}/".lower()

    def _asks_nobody(self, known: Known, name: str) -> bool:
        """Java, Kotlin: is it a part of the path that nobody counts up, a text or a UUID, in a handler that nothing asks who calls?"""
        entry, reading = known.entry, known.reading
        if not inpath.stands(entry, name) or reading.caller or reading.tied or reading.roles or self._signed(entry) or ties_by_name(entry.around):
            return False
        return any(param.name == name and _NOT_COUNTED.search(param.text) for param in entry.function.params)

    @cached_property
    def _guests(self) -> frozenset[tuple[str, str]]:
        """Java, Kotlin: (file, id) of classes none of whose handlers asks who calls, no few of which know an id by which other classes serve whoever
        signs in: what a guest who was given it may do. A class that asks here and there has forgotten it elsewhere."""
        every = [known for known in self._pattern_entries if family(known.entry.function.code.language)[0] == "java"]
        asking = [each for each in every if each.reading.caller or each.reading.roles or self._signed(each.entry) or ties_by_name(each.entry.around)]
        places = {known.path for known in asking}
        beside = {owners.normal(param.name) for known in asking for param in known.entry.function.params if inpath.stands(known.entry, param.name)}
        named = ((known, param.name) for known in every if known.path not in places for param in known.entry.function.params)
        found = Counter((known.path, owners.normal(name)) for known, name in named if name and self._asks_nobody(known, name))
        return frozenset(each for each, count in found.items() if count >= GUESTS and each[1] in beside - _NO_CAPABILITY)

    @cached_property
    def _guards(self) -> dict[str, tuple[Guard, ...]]:
        """Language -> guards of Spring, JAX-RS, Symfony and Go that the project writes itself."""
        texts = [(family(language_of(path))[0], path, self._text(path)) for path in sorted(self._kept)]
        out = {of: unreadguards.found((path, text) for each, path, text in texts if each == of) for of in ("java", "php")}
        return out | {"go": go_unread.found((path, text) for each, path, text in texts if each == "go")}

    def _before_checked(self, known: Known, name: str) -> bool:
        """Is it a part of the path before one that is tied, `/groups/{group}/posts/{post}`, where the post is checked?"""
        named = inpath.parameters(self._ref(known).path)
        return name in named and not known.reading.tied.isdisjoint(named[named.index(name) + 1 :])

    def _left_out(self, known: Known) -> bool:
        """Is it left out of the login that handlers of the same class ask for, or of the checks of all others?"""
        entry, owner = known.entry, known.entry.function.owner
        if entry.framework == "rails":
            return rails.spared(entry.function)
        if entry.framework == "spring":
            return left_out(entry.function) and not self._signed(entry)
        if entry.framework == "aspnet" and owner is not None:
            beside = [self._signed(other.entry) for other in self._by_class.get((known.path, owner.name), ())]
            return not self._signed(entry) and 2 * sum(beside) >= len(beside)
        routed = entry.framework == "php" and owner is not None and self._ref(known).path
        return bool(routed and owner.name in self._signing and not self._signed(entry))

    @cached_property
    def _by_class(self) -> dict[tuple[str, str], list[Known]]:
        """ASP.NET: the actions of each controller."""
        out: dict[tuple[str, str], list[Known]] = {}
        for known in self._pattern_entries:
            if known.entry.framework == "aspnet" and known.entry.function.owner is not None:
                out.setdefault((known.path, known.entry.function.owner.name), []).append(known)
        return out

    @cached_property
    def _signing(self) -> frozenset[str]:
        """Laravel: controllers some of whose actions ask for a login where they are registered."""
        entries = (known.entry for known in self._pattern_entries if known.entry.framework == "php")
        return frozenset(entry.function.owner.name for entry in entries if entry.function.owner is not None and self._signed(entry))

    def _signed(self, entry: Entry) -> bool:
        """Does what stands around it let in only who is signed in?"""
        language = entry.function.code.language
        around = _PATH_TEXT.sub(" ", entry.around) if "javascript" in family(language) else entry.around  # `router.post("/auth/resend", resend)`
        signed = self._words(language).signed
        return any(signed.fullmatch(place) for place in re.findall(r"\w+", around))

    def _served(self, language: str, entry: Entry, lookup: Lookup) -> bool:
        """JavaScript: does a service select that was made for who calls, and hung on the request: `req.services.orders.remove(id)`? Livewire: is it
        taken out of what the component holds, which a client cannot change: `$this->order->lines->find($id)`?"""
        if entry.framework == "livewire" and lookup.model[:1].islower():
            root = lookup.model.partition(".")[0]
            return f"$this->{root}->" in entry.function.body and (lookup.model.count(".") > 1 or laravel.holds(entry.function, root))
        if "javascript" not in family(language):
            return False
        body = entry.function.body
        return requested.of_context(lookup.model, body) or (requested.hangs(lookup.model, body) and self._made_for_caller)

    @cached_property
    def _made_for_caller(self) -> bool:
        return any(requested.MADE.search(self._text(path)) for path in self._kept if "javascript" in family(language_of(path)))

    def _gives_nothing_away(self, known: Known, lookup: Lookup) -> bool:
        """Is what is read only asked for, or read by a handler that answers nothing and calls nothing that changes it by its name?"""
        function = known.entry.function
        language = function.code.language
        if language in HINTED:
            return ("javascript" in family(language) and _AVAILABLE.fullmatch(lookup.name) is not None) or only_asked(function, lookup.at)
        if language == "go":
            return row_dropped(function, lookup.at)
        if language == "csharp" and _EXISTS.fullmatch(lookup.name):
            return True
        return answers_nothing(function) and not self._words(language).verb.match(lookup.name)

    def _owned(self, language: str, lookup: Lookup, known: Known, name: str) -> tuple[str, str]:
        """(the model that a lookup selects, what declarations say of it): also of the one that the called function selects, else of the one that
        the controller is about."""
        loosely, entry = language in COMPILED, known.entry
        parts = said_names(language, lookup.model, lookup.name)
        found = self._owners.named(parts, loosely)
        inner = [each for model in lookup.inner if (each := self._owners.named(model.split("."), loosely))[1]]
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
        if not about[1] and language == "go":
            about = self._owners.named([inpath.about(self._ref(known), name)])
        return about if about[1] else (next(iter(owners.nouns(parts)), ""), "")


def _says_public(name: str, path: str) -> bool:
    return _PUBLIC.search(f"{name} {path}") is not None


ENOUGH, NEARLY_ALL = 12, 0.7  # actions that routes name, and of all, by which it is known that the routes were read
_PATH_TEXT = re.compile(r"['\"`]/[^'\"`\n]*['\"`]")
_FOUND = re.compile(r"(?:[A-Z]\w*\.)+find(?:_by)?!?")  # Ruby: a row by its id, by no function of the project
_NO_CAPABILITY = {"id", "uuid", "userid"}  # nobody is a guest by knowing who somebody is
GUESTS = 5  # handlers of a class that know such an id and ask nobody
_NOT_COUNTED = re.compile(r"\b(?:UUID|String)\b")
_UNSHOWN = re.compile(r"(?i:drafts?|temporary|unpublished)(?![a-z])")  # a post that nobody is shown yet
_EXISTS = re.compile(r"\w*Exists(?:Async)?")
_AVAILABLE = re.compile(r"is\w*(?:Available|Taken|Unique|InUse|Exists?)|(?:exists|isUnique)(?:By\w+)?")  # says no more than that there is one
_OBSERVES = re.compile(r"metrics|health\w*")  # what stands around every route of an app to watch it
_PUBLIC = re.compile(r"(?:^|[/_.])public(?:$|[/_ ])|[a-z]Public(?![a-z])")
# Ruby: what is not there for everybody is refused
_SHOWN = re.compile(r"(?:\bunless\b[^\n]*\w&?\.|!\s*@?\w+(?:&?\.\w+)*&?\.)(?:is_)?(?:public\w*|published)\?")
_CONTROLLER = re.compile(r"(?:Rest|Api|API|Admin|Public|Internal)*(?:Controller|Resource|Endpoints?|Api|Handler)$")
