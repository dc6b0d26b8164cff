"""Which calls of a function look data up, by which ids, and what narrows them.

Knows: names of calls and receivers, what calls of the project's own functions mean, conditions, SQL, models. Does not know: in which order the
function is read (`flow.py`), what a comparison says (`comparisons.py`).
"""

from __future__ import annotations

from prodlint import regex as re
from prodlint.patterns.dotnet.messages import SENDS, Messages
from prodlint.patterns.go.layers import asks_rows, changes_rows, keeps_rows, row_asked
from prodlint.patterns.go.receivers import OWN_LAYER
from prodlint.patterns.jvm.row_checks import RowChecks
from prodlint.patterns.text.meanings import CALLER, NOTHING, Lookup, Meaning, Slot, Value, merged
from prodlint.patterns.text.spans import FUNCTIONS, expression_end, split
from prodlint.patterns.text.types import COMPILED, HINTED, TYPED
from prodlint.patterns.text.words import DATA
from prodlint.patterns.ties.either import OR_CALL
from prodlint.patterns.ties.queries import selecting
from prodlint.patterns.ties.tables import BY_ID, QUERIES
from prodlint.patterns.ties.values import CREDENTIAL
from prodlint.patterns.ties.whose import asks_for_own, proves

# whatever such an object is asked, it asks the data
_LAYER = re.compile(r"\w*(?:[dD]ao|DAO|[rR]epo|[rR]epository|Model|Mapper|[a-z]Store|Storage|Dal)")
# calls whose first argument is the primary key, whatever it is called
_BY_KEY = re.compile(r"find|findOrFail|findById|findByPk|deleteById|find_by_id!?|FindAsync|findByIdAnd\w+|getReferenceById|destroy")
_PAGES = re.compile(r"(?i:page|page_?size|(?:cursor|after|before|since|until|last|next|prev)_?(?:id)?)|per_?page|limit|offset|sort|order|direction")
_ANY = Meaning()
_STORE = re.compile(
    r"\b(?:DbSet|IQueryable|\w*DbContext|EntityManager|JdbcTemplate|NamedParameterJdbcTemplate|MongoTemplate|DSLContext|\w*Repository)\b"
)
_FINDS = re.compile(r"(?i)find_?(?:by|one|first|unique)|where|first")
_CHANGES_BY = re.compile(r"find(?:ById|One)And(?:Update|Delete|Remove|Replace)")
_BESIDE = frozenset(("update", "updateOne", "Updates", "Update"))  # data after what selects; gorm: a column and its value
_BUILT = re.compile(r"\.\w+\.(?:update|delete)$")  # what a query that is built step by step does, as `_built` says it
_SECRET_COLUMN = re.compile(
    r"(?<![\w.$])['\"]?(?:\w*(?:_|[a-z](?=[A-Z])))?(?:[tT]oken|[sS]ecret|(?:[vV]iew|[sS]har(?:e|ing)|[aA]ccess|[eE]xternal)_?[kK]ey"
    r"|[sS]har(?:e|ing)_?(?:[uU]uid|UUID|[hH]ash|[cC]ode))"
    r"(?:['\"]?\s*(?:=>|:(?!:))|['\"]\s*,)(?!\s*(?:nil\b|null\b|undefined\b|\{|['\"]))"
)
_SIGNS = re.compile(r"(?i)\w*(?:signature|hmac|digest)|(?:link_?|url_?)?(?:hash|sig)")
_WITH_SIGNATURE = re.compile(r"(?:^|,)\s*(?i:web_?hook|hook|svix|hub|hmac|header|request)_?(?i:signature)\s*(?:,|$)")
_SAYS_SECRET = re.compile(r"(?i)(?:find|get|fetch|load)_?(?:by_?)?(?:secret|share|sharing|signed|magic)_?(?:share|link|token|key|url|id)!?")
_PREDICATE = re.compile(r"(?:is|has|can|was|owned|belongs|visible|accessible)(?:[A-Z_]|$)|\w+\?$")
_STATEMENTS = re.compile(r"q|stmts?|statements?|prepared")  # Go: queries that are prepared, `q.DeleteOrder.Exec(id)`
# what only brings something into another form
_MAPS = re.compile(r"to[A-Z]\w*(?:Response|D[tT][oO]|Input|Output|Command|Query|Model|View|Request|Domain|Result|Info)s?")
_CONVERTERS = re.compile(r"\w*(?:[mM]apper|[cC]onverter|[aA]ssembler)")  # of MyBatis, too, which asks for rows
_SETS = re.compile(r"set(?:[A-Z]\w*)?(?:Id|ID|U[uU][iI][dD])s?")  # a field of what is handed on: `price.setItemId(id)`
_CONVERTS = re.compile(r"(?:to|from|of|as|map|convert|assemble)(?:[A-Z]|$)")
# calls that tell others of what happened: what is handed to them together is not checked against each other
_TELLS = re.compile(r"(?i)\w*(?:webhook|notif|mail|event|activit|audit|timeline|histor|metric)\w*")
# what only makes the answer: who asks and what was found stand in it side by side
_ANSWERS = re.compile(
    r"(?i)response|respond\w*|view|inertia|compact|with|ok|created?_?at_?action|status_?code|partial_?view|content|html|xml|string|success\w*|(?-i:[tT]o[A-Z])\w*"
    r"|to_\w+|convert\w*|serialize\w*|present(?:er)?|transform\w*|(?:\w*object|json|content|view|file|created|accepted|ok)\w*_?result"
)
# a list in memory is made shorter: no set of Entity Framework has the one, no repository of Spring the other
_SHORTENS = frozenset((("RemoveAll", "csharp"), ("removeIf", "java"), ("removeIf", "kotlin")))

# Active Record: what a row is given selects nothing
_WRITES = re.compile(r"(?:update|assign)_(?:attributes?|columns?)!?")


class Lookups(RowChecks):
    """The part of the sweep that looks data up."""

    def _looked_up(self, name_at: int, name: str, start: int, first: int, last: int, close: int, receiver: Value) -> None:
        if self.words.change.fullmatch(name):
            for other in receiver.objects:  # `order.destroy()` changes what was looked up
                self.lookups[other].changes = True
            if self.code.language in TYPED and len(split(self.code, first, last)) == 1:
                for other in self.value(first, last).objects:  # `context.Orders.Remove(order)`
                    self.lookups[other].changes = True
        if self.code.language == "php" and self._checked_by_own(name, start, name_at, first, last):
            self.tied |= self._ids_of(self.value(first, last))
            return
        self._row_checks(name, start, name_at, first, last, receiver)
        own = receiver.objects and self.value(first, last).principal and asks_for_own(self.function, name, start)
        if receiver.objects and (own or proves(self.code.language, name, self.value(first, last))):
            self.tied |= self._ids_of(receiver)
        kind = self._kind(name_at, name, start, first, last)
        if kind is None:
            args = self.value(first, last)
            if self._gives_caller(name, start, name_at, first, last, args):
                self.at_caller.add(close)
                return
            if (args.ids or args.container) and not args.principal and self._adds_caller(name, start, name_at, first, last):
                self.at_both.add(close)
                return
            # handed over together with who asks: whoever is called can check, and we cannot see that it does not
            if _TELLS.fullmatch(name) or _ANSWERS.fullmatch(name) or (name == "or" and self._one_is_open(first, last)):
                return
            if self.code.language == "php" and self._in_condition(start):
                self._vouched(name, receiver, first, last)
            if args.principal and receiver.objects and (_PREDICATE.match(name) or self._in_condition(start) or self._steps(name, first, last)):
                self.tied |= self._ids_of(receiver)
            if (args.principal or (receiver.principal and self.code.language in TYPED)) and FUNCTIONS.isdisjoint(self.code.texts[first:last]):
                self.tied |= self._ids_of(
                    self._without_plain(first, last, self._apart(name, start, name_at, first, last)) if self.code.language in COMPILED else args
                )
            elif self.any_name:
                self.edges.append(frozenset(self._ids_of(args) | self._ids_of(receiver)))
            return
        strong, tied, meaning = kind
        self._held_below(first, last, meaning)
        if self.code.language in ("javascript", "typescript") and self._enters_caller(name, first, last):
            return
        if tied and self.code.language in HINTED and self._gives_caller(name, start, name_at, first, last, self.value(first, last)):
            self.at_caller.add(close)
            return
        tied = tied or self._narrowed(start, close)
        args, changes = self._selecting(name, first, last, meaning)
        if not strong and meaning is _ANY and self.code.language in COMPILED:
            args = self._without_plain(first, last)
        apart = bool(meaning.takes) and self._apart_from_taken(first, last, meaning)
        if meaning.takes and self.value(first, last).request:
            self.ids |= meaning.takes
            args |= Value(ids=meaning.takes)
        ids = self._ids_of(args)
        tied = tied or any(
            each != "id" and CREDENTIAL.fullmatch(each.rpartition(".")[2]) for each in ids
        )  # who knows the token may have what it opens
        tied = tied or self._by_secret(name, first, last) or self._vouched_beside(first, last, meaning)
        if not (self.any_name or (_BY_KEY.fullmatch(name) and self._takes_key(start, name_at))):
            routed = self.routed if changes and meaning.exact else set()
            keys = self._keys(name, first, last, meaning)
            every, ids = ids, {each for each in ids if self.words.is_id(each) or each in routed or each in keys}
            if ids and self.code.language in TYPED:  # what is no id by its name may be what a check took: `findOld(branch, id)`
                self.edges.append(frozenset(every))
        elif not self.any_name:  # which page of a list was asked for chooses none of its rows
            ids = {each for each in ids if not _PAGES.fullmatch(each) or each in self.code.source(first, last)}
        number = self.by_chain.get(start)
        if number is None:
            if not ids and (not strong or not (args.principal or receiver.principal or receiver.objects)):
                if strong and meaning is _ANY and args.container and self.code.language in ("javascript", "typescript"):
                    self.at_row.add(close)
                return
            number = len(self.lookups)
            self.lookups.append(Lookup(name, self._model(start, name_at), name_at))
            self.by_chain[start] = number
        lookup = self.lookups[number]
        lookup.model = self._filled(first, last, name) or self._asked(first, last, name) or self._handed_model(first, last, name) or lookup.model
        lookup.ids |= ids
        lookup.inner = lookup.inner or self._models(first, last, meaning)
        lookup.strong |= strong
        lookup.keys |= self._keys(name, first, last, meaning)
        lookup.changes |= changes or bool(self.words.change.fullmatch(name)) or changes_rows(self.code.language, name)
        lookup.changes |= self._builds_change(lookup.model, start, name_at)
        mine = args.principal and not apart and not self._left_open(first, last)
        narrowed = receiver.principal and self._narrows_before(start, name_at)
        lookup.tied |= tied or mine or narrowed or (meaning is _ANY and self._hands_on_request(first, last))
        # what an alternative selects is selected whatever the others say
        lookup.open |= (args.principal and not mine) or (bool(ids) and not args.principal and OR_CALL.fullmatch(name) is not None)
        lookup.tied &= not lookup.open
        lookup.made_of |= (receiver.objects | args.objects) - {number}
        self.at_call[close] = number
        if not lookup.changes and (strong or meaning is not _ANY) and self._unheard(name, start, close, meaning):
            return
        lookup.direct |= (strong and not meaning.selects and not tied) or self._meet_in_query(first, last, meaning)
        lookup.of_caller |= self._of_caller(name, first, last, meaning, args)
        if len(lookup.ids) > 1:
            self.edges.append(frozenset(lookup.ids))
        for other in receiver.objects - {number}:
            self.edges.append(frozenset(lookup.ids | self.lookups[other].ids))
        if lookup.tied and lookup.at not in self.own_calls:
            self.tied |= lookup.ids
            if receiver.principal and _BY_KEY.fullmatch(name):  # `$user->stores()->find($store->id)`
                self.tied |= self._ids_of(args)

    def _narrows_before(self, start: int, name_at: int) -> bool:
        """Does the caller stand before a step of a query, and not only in what it writes: `db.update(orders).set({ by: user.id }).where(...)`?"""
        written = self._written(start, name_at)
        return written < 0 or self.value(start, written).principal or self.value(self.code.mate[written] + 1, name_at).principal

    def _builds_change(self, model: str, start: int, name_at: int) -> bool:
        return _BUILT.search(model) is not None and not self._counts(start, name_at)

    def _keys(self, name: str, first: int, last: int, meaning: Meaning) -> set[str]:
        """What is an id whatever it is called: the one argument of `findAllById`, or what the function that runs hands to such a call."""
        if self.code.language in ("javascript", "typescript"):
            return self._keyed(name, first, last)
        if self.code.language not in COMPILED:
            return set()
        if meaning.selects:
            values = self._slots(first, last, meaning) if meaning.exact and meaning.keyed else {}
            return {each for slot in sorted(meaning.keyed, key=str) if slot in values for each in values[slot].ids if not _PAGES.fullmatch(each)}
        return set(self.value(first, last).ids) if BY_ID.fullmatch(name) and len(split(self.code, first, last)) == 1 else set()

    def _by_secret(self, name: str, first: int, last: int) -> bool:
        """`find_by(share_token: params[:id])`, `where('access_key', $id)`: does the column hold what only those know who were told?"""
        text = self.code.source(first, last)  # `hook(ctx, shopID, body, webhookSignature)`, `Moment.find_secret_share!(params[:id])`
        if _WITH_SIGNATURE.search(text) or _SAYS_SECRET.fullmatch(name):
            return True
        return _FINDS.match(name) is not None and _SECRET_COLUMN.search(text) is not None

    def _vouched_beside(self, first: int, last: int, meaning: Meaning) -> bool:
        """Does the called function hold all that it selects by against a signature that the client brings, and end where they do not fit:
        `unsubscribe(input.id, input.hash)`?"""
        if not meaning.throws or not meaning.groups or not meaning.selects:
            return False
        values = self._slots(first, last, meaning)
        codes = {slot for slot, value in values.items() if any(_SIGNS.fullmatch(each.rpartition(".")[2]) for each in value.ids)}
        return bool(codes - meaning.selects) and all(any(slot in group and codes & group for group in meaning.groups) for slot in meaning.selects)

    def _of_caller(self, name: str, first: int, last: int, meaning: Meaning, args: Value) -> bool:
        """Does something of the caller stand in the query itself, here or in the called function, beside the ids that select?"""
        if not meaning.selects:
            words = self.words
            asked = words.lookup.fullmatch(name) or words.sole.fullmatch(name) or words.conditions.fullmatch(name)
            return args.principal and asked is not None and self._held_by_where(first, last)
        values = self._slots(first, last, meaning)
        callers = {slot for slot, value in values.items() if value.principal}
        ids = {slot for slot in meaning.selects if slot in values and self._ids_of(values[slot])}
        return bool(ids) and all(any(place in group and callers & group for group in meaning.queried) for place in ids)

    def _meet_in_query(self, first: int, last: int, meaning: Meaning) -> bool:
        """Does the called function put two of the ids that it is given into one query?"""
        if not meaning.queried:
            return False
        held = {slot for slot, value in self._slots(first, last, meaning).items() if self._ids_of(value)}
        return any(len(held & group) > 1 for group in meaning.queried)

    def _gives_caller(self, name: str, start: int, name_at: int, first: int, last: int, args: Value) -> bool:
        """Is it a function of the project that reads the caller from a context, as `tenantFrom(ctx)`, `GetCustomerId()`?"""
        if args.ids or args.container or self.code.language == "ruby" or (self.code.language == "go" and not args.request):
            return False
        before = [self.code.texts[at] for at in range(start, name_at) if self.code.kinds[at] == "n"]
        receiver = self._named_receiver(before) if self.code.language in TYPED else before[-1] if before else ""
        known = self.resolve(name, receiver, len(split(self.code, first, last)) if first < last else 0)
        return known is not None and known.gives and (known.exact or self.code.language not in TYPED)

    def _adds_caller(self, name: str, start: int, name_at: int, first: int, last: int) -> bool:
        """Java, Kotlin, C#: does a function of the project make something of what it is handed and of who asks: `OrderMapper.toCancelInput(id)`?"""
        if self.code.language not in TYPED or not _CONVERTS.match(name):
            return False
        before = [self.code.texts[at] for at in range(start, name_at) if self.code.kinds[at] == "n"]
        known = self.resolve(name, self._named_receiver(before), len(split(self.code, first, last)))
        return known is not None and known.exact and known.caller and not known.selects and not known.data

    def _checked_by_own(self, name: str, start: int, name_at: int, first: int, last: int) -> bool:
        """PHP: does a method of the class, or of one above it, check the only row that it is handed: `$this->_delete($request, $order)`?"""
        if self.code.texts[start] != "$this" or name_at != start + 2:
            return False
        parts = split(self.code, first, last)
        chosen = [value for value in (self.value(*part) for part in parts) if self._ids_of(value)]
        known = self.resolve(name, "this", len(parts)) if len(chosen) == 1 and chosen[0].objects else None
        return known is not None and known.hinted and known.ties and not known.selects

    def _kind(self, name_at: int, name: str, start: int, first: int, last: int) -> tuple[bool, bool, Meaning] | None:
        """(is it surely a lookup, does it look at the caller itself, what the call means, where that is known); None where it is no lookup."""
        words, code, outside = self.words, self.code, self.code.language in COMPILED or self.code.language == "ruby"
        before = [code.texts[at] for at in range(start, name_at) if code.kinds[at] == "n" and not (outside and self._nested(start, at))]
        nearest = before[-1].lstrip("$@_") if before else ""
        constant = bool(before) and before[0][:1].isupper() if code.language == "ruby" else None
        if self._without_data(nearest, name, start, name_at) or (constant is False and _WRITES.fullmatch(name)):
            return None
        made = code.language == "kotlin" and name[:1].isupper() and not before
        if made or ((name, code.language) in _SHORTENS and not {"=>", "->"}.isdisjoint(code.texts[first:last])):
            return None
        if code.language in TYPED and (_MAPS.fullmatch(name) or (_SETS.fullmatch(name) and not DATA.fullmatch(nearest))):
            return None
        count = len(split(code, first, last)) if first < last else 0
        known = self.resolve(name, self._named_receiver(before), count) if code.language in TYPED else None
        if before and self._sends(name, first, last):
            known = self.resolve(f"{self._message(first, last)}{Messages.FILLED}", "", 1) or known
        if known is not None and known.exact:
            if not known.data and _CONVERTERS.fullmatch(nearest):
                return None
            self.caller |= known.caller
            if known.ties or known.selects:
                return True, known.ties, known
        if code.language in HINTED and before and (known := self.resolve(name, nearest, count)) is not None and known.hinted:
            return self._of_known(name, nearest, known)
        if (words.conditions.fullmatch(name) or self._narrows_by_join(name, start, first, last)) and before:
            return (True, False, _ANY) if self._on_data(before) else None
        plain = bool(words.plain.fullmatch(nearest)) and not self._is_model(before)
        own = code.language == "go" and OWN_LAYER.fullmatch(nearest) is not None  # `orderRepo.Get(ctx, id)` runs what the project wrote
        named = own or (code.language == "go" and bool(before) and words.lookup.fullmatch(name) is not None)  # `h.orders.FindByID(ctx, id)`
        if named and (known := self.resolve(name, nearest, count)) is not None and known.exact and (known.selects or known.ties):
            return self._of_known(name, nearest, known, self.value(first, last).principal)
        if words.lookup.fullmatch(name) and before and not plain:
            if constant is False and not self.value(start, name_at).objects and not self.value(start, name_at).principal:
                return None
            mine = code.language in ("ruby", "php") and self._among_own(start, name_at, before, first, last)
            return (True, False, _ANY) if constant or mine or self._on_data(before) or code.language in ("javascript", "typescript") else None
        known = self.resolve(name, nearest, count) if own else known
        if known is None and words.sole.fullmatch(name) and before and not plain and self._on_rows(before, first, last):
            return True, False, _ANY
        known = self.resolve(name, nearest, count) if code.language not in TYPED and known is None else known
        if known is not None and (self._checks(name, known) or known.selects or known.takes or not BY_ID.fullmatch(name)):
            return self._of_known(name, nearest, known, self.value(first, last).principal)
        if BY_ID.fullmatch(name):
            return True, False, _ANY
        asked = code.language == "go" and asks_rows(name, nearest, known)
        return (asked or bool(_LAYER.fullmatch(nearest)), False, _ANY) if asked or self._verbal(name, nearest) else None

    def _sends(self, name: str, first: int, last: int) -> bool:
        """C#: is a message handed on here?"""
        return self.code.language == "csharp" and first < last and SENDS.fullmatch(name) is not None and bool(self._message(first, last))

    def _message(self, first: int, last: int) -> str:
        """C#: the type of what is sent, `new CancelOrder { Id = id }`, or a name that is given one; "" where nothing tells."""
        code = self.code
        if code.texts[first] == "new" and first + 2 < last and code.texts[first + 2] == "{":
            return code.texts[first + 1]
        name = code.texts[first]
        if code.kinds[first] != "n" or (first + 1 < last and code.texts[first + 1] != ","):
            return ""
        made = re.search(rf"\b{re.escape(name)}\s*=\s*new\s+(\w+)", self.function.body)
        given = (re.search(r"([A-Z]\w*)\??\s+\w+\s*$", param.text) for param in self.function.params if param.name == name)
        return made.group(1) if made is not None else next((each.group(1) for each in given if each is not None), "")

    def _of_known(self, name: str, nearest: str, known: Meaning, handed: bool = False) -> tuple[bool, bool, Meaning] | None:
        """The same for a function of the project, by what it does."""
        self.caller |= known.exact and known.caller and self.code.language == "go"
        if self._checks(name, known):
            return True, True, _ANY
        surely = known.exact and ((known.selects and handed) or known.takes)  # what a helper takes of the request is read as if it stood here
        if self.code.language == "go" and known.caller and (not known.changes or keeps_rows(nearest)) and not surely:
            return None  # it looks at who asks, `viewer.FromContext(ctx)`, before it gives anything away
        if known.selects or known.takes:
            return self.code.language != "csharp", False, known  # where names of functions are too alike to tell which is called
        if self.code.language == "go" and (sure := row_asked(name, nearest, known)) is not None and (sure or not handed):
            return sure, False, _ANY
        return (False, False, _ANY) if known.data and self._verbal(name, nearest) else None

    def _named_receiver(self, before: list[str]) -> str:
        """The name whose type says what is called: a field, a variable, a class; "?" for a property of something (`ctx.Plans`)."""
        if len(before) > 1 and before[-1][:1].isupper() and before[-2] not in ("this", "base"):
            return "?"
        return before[-1] if before else ""

    def _on_rows(self, before: list[str], first: int, last: int) -> bool:
        return "where" in self.code.texts[first : min(last, first + 400)] or self._on_data(before)

    def _on_data(self, before: list[str]) -> bool:
        """Is the receiver a class (Ruby, PHP), or named like something that holds data?"""
        language = self.code.language
        named = language in ("ruby", "php") or (language == "java" and len(before) == 1)  # Java: the rows of Panache, `Order.findById(id)`
        if named and before[0].lstrip("\\")[:1].isupper():
            return True
        if language in TYPED and any(param.name == before[0] and _STORE.search(param.text) for param in self.function.params):
            return True
        if language == "go" and any(_STATEMENTS.fullmatch(part) for part in before[:-1]):
            return True
        return any(DATA.fullmatch(part.lstrip("$@_")) for part in before) or (
            language in ("javascript", "typescript", "kotlin") and before[-1][:1].isupper()
        )

    def _selecting(self, name: str, first: int, last: int, meaning: Meaning) -> tuple[Value, bool]:
        """(what selects, does it surely change rows): what the called function or the SQL says, else all arguments."""
        parts = split(self.code, first, last)
        if meaning.selects:
            return self._chosen(self._slots(first, last, meaning), meaning, first), meaning.changes
        if name in QUERIES and self.code.language in COMPILED:
            for place, (start, end) in enumerate(parts):
                told = selecting(self._sql(start)) if end == start + 1 else None
                if told is not None:
                    values = [self.value(*part) for at, part in enumerate(parts) if at - place - 1 in told[0]]
                    return merged(values), told[1]
        return self._conditions(name, first, last), False

    def _chosen(self, values: dict[Slot, Value], meaning: Meaning, first: int) -> Value:
        """The arguments that select; the caller among the others ties only what it meets in the called function, where that is known."""
        chosen = [values[slot] for slot in values if slot in meaning.selects]
        # an argument of which only fields are used hands over no caller in another field
        opened = {slot[0] for slot in values if isinstance(slot, tuple)} - meaning.selects
        callers = {slot for slot, value in values.items() if value.principal and slot not in opened}
        ids = {slot for slot in meaning.selects if slot in values and self._ids_of(values[slot])}
        for group in meaning.groups if meaning.exact or (meaning.sole and (meaning.throws or (meaning.withholds and self._heard(first)))) else ():
            self.edges.append(frozenset().union(*(self._ids_of(value) for slot, value in values.items() if slot in group)))
        tying = callers
        if meaning.sole and not meaning.exact:  # what a server knows beside the caller, as a parent that was loaded before, may be what ties
            tying = callers | {slot for slot, value in values.items() if value == NOTHING}
        known = meaning.exact or meaning.sole or (meaning.hinted and meaning.changes and self.code.language == "php")
        met = not known or not ids or any(tying & group and ids & group for group in meaning.groups) or bool(callers & ids)
        return Value(principal=bool(callers) and met, ids=merged(chosen).ids, objects=merged(chosen).objects)

    def _conditions(self, name: str, first: int, last: int) -> Value:
        """The `where` of an object argument, the first argument of a call that also takes data, else all arguments."""
        code = self.code
        where = [at for at in range(first, last) if code.texts[at] == "where" and code.texts[at - 1] in ("{", ",")]
        if where:
            at = where[0]
            if code.texts[at + 1] == ":":
                chosen = self.value(at + 2, expression_end(code, at + 2))
                # a condition on what is joined narrows as well, and says of which parent the caller's own is
                joined = [self.value(each + 2, expression_end(code, each + 2)) for each in where[1:] if code.texts[each + 1] == ":"]
                if chosen.principal and not chosen.ids:
                    return merged([chosen, *joined])
                return chosen | CALLER if any(each.principal for each in joined) else chosen
            return self.env.get("where", NOTHING)
        parts = split(code, first, last)
        if len(parts) > 1 and (_CHANGES_BY.match(name) or (name in _BESIDE and (code.language != "go" or len(parts) == 2))):
            # handed over beside the id, as in `notes.update(id, user.id, changes)`
            beside = any(code.texts[start] not in ("{", "[") and self.value(start, end).principal for start, end in parts[1:] if end - start < 8)
            return self.value(*parts[0]) | CALLER if beside and name == "update" else self.value(*parts[0])
        return self.value(first, last)
