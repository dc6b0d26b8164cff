"""What ties the ids that a client sends to the caller, read from the tokens of one function.

Knows: the order in which a function is read, calls that check, make or attach. Does not know: which calls look data up (`lookups.py`), what a
comparison says (`comparisons.py`), what a value holds (`values.py`); who calls the function. Order is by place in the text, branches all count: a
check anywhere in the function ties an id everywhere in it.

An id is tied where it goes, together with something of the caller or with an id that is tied, into one lookup, check or comparison; or where a
call that is named like a check takes it, or the object it led to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec

from prodlint import regex as re
from prodlint.patterns.javascript import hand_signed
from prodlint.patterns.ruby import own as ruby_own
from prodlint.patterns.ruby.bare import CHANGES, BareCalls
from prodlint.patterns.text.meanings import NOTHING, Lookup, Value
from prodlint.patterns.text.spans import DOTS, chain_start, expression_end, operand_end, split
from prodlint.patterns.text.types import COMPILED, TYPED
from prodlint.patterns.ties import rights
from prodlint.patterns.ties.comparisons import PARENT, STAFF_MEMBER
from prodlint.patterns.ties.consequences import EQUALS
from prodlint.patterns.ties.roles import is_staff, requires_staff
from prodlint.patterns.ties.values import LISTED

_COMPARES = frozenset(("==", "===", "!=", "!==", "=~", "in"))
# words before a bracket that call nothing
_CONTROL = frozenset((
    "if", "elseif", "elsif", "unless", "while", "until", "for", "foreach", "switch", "return", "await", "typeof", "lock", "using", "synchronized",
))  # fmt: skip
_BY_BLOCK = re.compile(r"find|where|andWhere|orWhere|select|deleteWhere|deleteIgnoreWhere|count")
_BUILT_IN = frozenset(("append", "copy", "delete", "len", "make", "panic"))
# keys of a cache, spans of a trace
_BESIDE_ROWS = re.compile(
    r"(?i)\w*(?:cache|redis|lock|rate_?limit)_?keys?(?:For|Of|By|With)?\w*|(?:generate|gen|format|compose)_?keys?|(?:start|new|begin|finish|end)\w*(?:span|trace|segment)"
)
_SAME = re.compile(r"equals|equal|eq|eql\?|includes?|contains|has|indexOf|in_array|Equals|Contains|is|isNot|include\?|containsKey|same|matches")
_ASKS = re.compile(r"(?:can|may|is|has|owns)[A-Z_]")
# calls that stop whoever is not signed in, and ask no more
_SIGNED_IN = re.compile(
    r"(?i)(?:require|ensure|assert|enforce)_?(?:is_?)?(?:api_?|server_?|page_?|route_?|request_?)?"
    r"(?:(?:current_?|auth_?)?(?:user|member|account|customer|profile|viewer|caller)|(?:user_?)?session|auth(?:entication|enticated)?|login|(?:logged|signed)_?in)"
)
_REQUIRES = re.compile(r"(?:Require|Demand|Ensure|Assert|Enforce|Authorize)(?:All|Any|One|OneOf|AnyOf|AllOf)?(?:Async)?")
_PERMISSIONS = re.compile(r"(?i)\w*permissions?(?:_?(?:keys?|names?|types?|codes?))?")
# `apiKeyValidator.validate(key)`: the caller is a machine
_CHECKS_KEY = re.compile(r"(?i)_?\w*(?:api|internal|cron|webhook)_?(?:key|token|secret)_?(?:validator|verifier|checker|guard|authenticator)")
_CHECKS = re.compile(r"(?:validate|verify|check|authenticate|assert\w*|require\w*)")
_WORDPRESS = re.compile(r"\bABSPATH\b|\badd_(?:action|filter)\(|\$wpdb\b")
_VERIFIES, _SIGNATURE = re.compile(r"verify(?:Request|Webhook|Async)?"), re.compile(r"(?:\w*_)?signature|\w+Signature")
_FORM_TOKEN = re.compile(r"(?i)csrf|xsrf|forger|nonce")
_PREPARES = re.compile(r"(?i)prepare_?\w*(?:webhook|notif|mail|event)")
_MAKES = re.compile(r"create|insert|insertOne|upsert|firstOrCreate|updateOrCreate|create!|find_or_create_by!?|save")
# calls that put something into a list of whoever is asked, or take it out
_ATTACHES = re.compile(r"attach|detach|toggle|sync|syncWithoutDetaching|associate|(?:add|remove)(?:Saved|Liked|Favou?rite|Followed|Bookmarked?)\w*")
_LIKES = re.compile(r"(?:un|dis)?(?:like|follow|favou?rite|bookmark|subscribe|upvote|downvote|vote|star|block|mute)(?:[A-Z]\w*|!)?")
# functions of Go that give who asks, or what holds that; another that looks at who asks may make a store
_OF_WHO = re.compile(r"\w*(?:[cC]ontext|Ctx|[uU]ser|Account|Tenant|Auth|Identity|Claims|Caller|Viewer)\w*")
# rows that join a person to something
_JOINS = re.compile(
    r"(?i)\w*(?:member(?:ship)?|participa(?:nt|tion)|attendee|enrol\w*|subscri\w+|follow\w*|like|fav\w*|bookmark|vote|reaction|rating|review|cart_?item"
    r"|watch\w*)s?|(?:group|team|project|org|organi[sz]ation|workspace|room|channel|chat|event)_?users?|users?_?(?:group|team|project|org|organi[sz]ation|room)s?"
)


_REACHES = re.compile(r"(?!(?i:\w*(?:role|permission|admin|right|privilege)))\w*(?:Accessible|Active|[aA]ccess(?:To)?|Exists)\w*")
# checks that name an id, and nobody who may have it
_OF_ID = re.compile(r"_?(?:check|verify|validate|assert|ensure|require)(?:[A-Z]\w*)?Ids?(?:Valid|NotNull|Present)?")
_FIELD = re.compile(r"(?:is|has)[A-Z]")
# what somebody paid for, and how often they ask: no role
_OF_PLAN = re.compile(
    r"(?i)(?!\w*(?:role|admin|permission|staff))"
    r"\w*(?:subscri(?:ption|bed)|billing|quota|rate_?limit|credits?|usage|trial|captcha|(?:stripe|polar|paddle)_?customer)\w*"
)


class Reading(msgspec.Struct):
    """What one function says: its lookups, the ids that are tied, whether it knows the caller, role checks that name no id."""

    lookups: list[Lookup]
    tied: frozenset[str]
    ids: frozenset[str]
    caller: bool
    roles: tuple[str, ...]
    together: tuple[frozenset[str], ...] = ()
    staff: bool = False  # does it turn away whoever is not of those who rule everything?
    guarded: tuple[frozenset[str], ...] = ()  # the ids that each check by its name was handed
    by_role: frozenset[str] = frozenset()  # ids for which a policy is asked that looks at nobody's row (`pundit.py`)
    placed: tuple[tuple[str, str, int], ...] = ()  # (id, key, place) of what is written into rows as it came (`placed.py`)
    looked: frozenset[str] = frozenset()  # ids at which something else looks
    held: tuple[frozenset[str], ...] = ()  # ids that a comparison holds against each other
    parts: tuple[Reading, ...] = ()  # where it does one thing or another, as the client says: what it says of each (`dispatched.py`)

    def loose(self) -> Iterator[tuple[str, Lookup]]:
        """Every id that selects data and that nothing ties, with the lookup that shows it best."""
        found: dict[str, Lookup] = {}
        for lookup in self.lookups:
            for name in sorted(lookup.ids - self.tied) if not lookup.tied else ():
                known = found.get(name)
                if known is None or (lookup.strong, lookup.changes) > (known.strong, known.changes):
                    found[name] = lookup
        yield from sorted(found.items())

    def missing(self, order: str) -> Iterator[tuple[str, Lookup]]:
        """The same, where ids that only ever select together count once: the one that comes first in `order` (a route's path) stands for them."""
        told: set[int] = set()
        for name, lookup in sorted(self.loose(), key=lambda pair: (at if (at := order.find(pair[0])) >= 0 else len(order), pair[0])):
            if id(lookup) not in told:
                told.add(id(lookup))
                yield name, lookup


class Flow(BareCalls):
    """Reads one function. `start`: what its parameters are, by name; `skipped`: tokens of it that are left out."""

    skipped: tuple[tuple[int, int], ...] = ()

    # ------------------------------------------------------------ the sweep
    def read(self) -> Reading:
        """Everything in the order in which it ends in the text."""
        for _, _, work, index in sorted(self._events(), key=lambda event: event[:2]):
            work(index)
        self._settle()
        self._settle_staff()
        tied, ids, guarded = frozenset(self.tied), frozenset(self.ids), tuple(self.guarded)
        out = Reading(self.lookups, tied, ids, self.caller, tuple(self.roles), tuple(self.edges), self.staff, guarded)
        out.placed, out.looked, out.held = self.written_as_it_came(), frozenset(self.looked), tuple(self.held)
        return out

    def _events(self) -> Iterator[tuple[int, int, Callable[[int], None], int]]:
        code = self.code
        texts, mate, kinds = code.texts, code.mate, code.kinds
        ruby = code.language == "ruby"
        for index in self._places():
            text = texts[index]
            if text == "(" and mate[index] > 0 and index and (kinds[index - 1] == "n" or texts[index - 1] in (">", "!")):
                yield mate[index], 0, self._call, index
            elif text in ("=", ":="):
                yield expression_end(code, index + 1), 2, self._assign, index
            elif text in _COMPARES or (text == "is" and code.language == "csharp"):
                yield operand_end(self.code, index + 1), 1, self._compare, index
            elif (text == "=>" and code.language != "php") or (text == "->" and code.language in ("java", "kotlin")):
                yield index, 1, self._arrow, index
            elif text == "[" and mate[index] > 0 and code.language in ("javascript", "typescript") and kinds[index - 1] == "n":
                yield mate[index], 1, self._indexed, index
            elif text == "function" and texts[index + 1] == "(" and mate[index + 1] > 0 and code.language in ("javascript", "typescript"):
                yield mate[index + 1], 1, self._arrow, mate[index + 1] + 1
            elif text == "func" and texts[index - 1] == "," and texts[index + 1] == "(" and mate[index + 1] > 0:
                yield mate[index + 1], 1, self._continued, index
            elif text == "return" and self.any_name and code.language in COMPILED:
                yield expression_end(code, index + 1), 2, self._returned, index
            elif kinds[index] == "n" and texts[index - 1] in DOTS and STAFF_MEMBER.fullmatch(text):
                yield index, 1, self._asks_staff, index
            elif (text in ("of", "as", "range", "in") and kinds[index] == "n") or (text == ":" and code.language == "java" and self._for_each(index)):
                yield index + 1, 3, self._loop, index
            elif text == "{" and code.language == "kotlin" and index > 2 and texts[index - 2] in DOTS:
                if LISTED.fullmatch(texts[index - 1]):
                    yield index, 1, self._it, index
                if mate[index] > 0 and _BY_BLOCK.fullmatch(texts[index - 1]):  # `Orders.select { Orders.userId eq user }`
                    yield mate[index], 0, self._call_with_block, index
            elif kinds[index] == "s" and self._is_tagged(index):
                yield index + 1, 0, self._template, index
            elif ruby and text == "|" and texts[index - 1] in ("do", "{"):
                yield index, 1, self._block, index
            elif ruby and kinds[index] == "n" and index + 1 < len(code) and self._bare_call(index):
                yield self._bare_end(index), 0, self._call_without_brackets, index
            elif ruby and kinds[index] == "n" and texts[index - 1] in DOTS and CHANGES.fullmatch(text):
                yield index, 1, self._changed, index

    def _places(self) -> Iterator[int]:
        at, last = self.function.first, min(self.function.last, len(self.code))
        for first, end in sorted(self.skipped):
            yield from range(at, min(first, last))
            at = max(at, end)
        yield from range(at, last)

    def _for_each(self, colon: int) -> bool:
        """Java: `for (Item item : cart.getItems())`."""
        opened = self._opened(colon)
        return opened > 0 and self.code.texts[opened] == "(" and self.code.texts[opened - 1] == "for"

    # ------------------------------------------------------------ calls
    def _call(self, opened: int) -> None:
        code = self.code
        if code.texts[opened - 1] in _CONTROL and code.texts[opened - 2] not in DOTS:  # nothing is called: what stands there is only asked
            self.value(opened + 1, code.mate[opened])
            return
        name_at = opened - 1
        while name_at > 0 and code.kinds[name_at] != "n":  # generics, `!`
            name_at -= 1
            if opened - name_at > 12:
                return
        self._called(name_at, opened + 1, code.mate[opened], code.mate[opened])

    def _call_with_block(self, brace: int) -> None:
        self._called(brace - 1, brace + 1, self.code.mate[brace], self.code.mate[brace])

    def _called(self, name_at: int, first: int, last: int, close: int) -> None:
        code, words = self.code, self.words
        name = code.texts[name_at].lstrip("\\")
        self._handed(name_at, name, first, last)
        if _BESIDE_ROWS.fullmatch(name) or (code.language == "go" and name in _BUILT_IN and code.texts[name_at - 1] not in DOTS):
            return  # who asks and an id stand side by side in it, and nothing is selected by both
        if code.language == "ruby" and words.is_guard(name) and ruby_own.too_early(self.function, first, last):
            return
        if code.language == "ruby" and ruby_own.turned_away(self.function, name_at):
            self.tied |= self._ids_of(self.value(first, last))
            return
        if (words.machine.fullmatch(name) and not self._of_form(first, last)) or (
            _CHECKS_KEY.fullmatch(code.texts[name_at - 2]) and _CHECKS.fullmatch(name)
        ):
            self.roles.append(name)
        elif _VERIFIES.fullmatch(name) and any(_SIGNATURE.fullmatch(code.texts[at]) for at in range(first, last)):
            self.roles.append("verifySignature")  # `receiver.verify({ signature, body })`
        elif name == hand_signed.MADE and hand_signed.held(self.function.body):
            self.roles.append("verifySignature")
        start = chain_start(self.code, name_at)
        if self._asked_by_statement(name_at, name, start, first, last, close):
            return
        receiver = self.value(start, name_at) if start < name_at else NOTHING
        args = self.value(first, last)
        asked = self._lets_in_staff(name, start, name_at, first, last) or self._asks_permission(name, first, last)
        if asked or self._gives_staff(name, start, name_at, first, close):
            self.roles.append(name)
        elif (
            (words.is_guard(name) or self._of_enforcer(name_at))
            and not self._of_page(name)
            and not self._is_lookup_name(name)
            and not self._asks_form(name, start, name_at, first, last, receiver)
        ):
            unheard = self._is_dropped(start, self._chain_end(close)) or ruby_own.only_noted(self.function, name_at)
            if not (unheard and self._answers(name, code.texts[name_at - 2], first, last)):
                if not words.is_own(name) and self._asks_login(name, args | receiver, first, last):
                    self.caller = True
                    return
                if not words.is_own(name) and self._looks_at_nothing(name, start, name_at, first, last, args | receiver):
                    return
                self._guarded(name, args | receiver, code.texts[name_at - 2] if start < name_at - 1 else "")
                self.staff |= requires_staff(name, [code.texts[at].strip("'\"`") for at in range(first, last) if code.kinds[at] == "s"])
        elif EQUALS.fullmatch(name) and start < name_at and (self._is_dropped(start, close) or self._only_said(name_at, close + 1)):
            pass  # nobody hears whether they are the same, or nothing hangs on it
        elif receiver.principal and self._has_right(name, start, name_at, first, close):
            self.roles.append(name)
        elif _SAME.fullmatch(name) and start < name_at and not self._filters_table(name, start, name_at):
            parts = split(code, first, last)
            if EQUALS.fullmatch(name) and len(parts) > 1:  # `Objects.equals(user.getId(), order.getUserId())`
                self._tie_together(self.value(*parts[0]), self.value(*parts[1]))
            self._tie_together(receiver, args)
            if args.principal and self._asks_role(last - 1, start, name_at - 1) and self._decides(name_at, close + 1):
                self.roles.append(name)
        elif (args.principal and self._policy_decides(name_at, close)) or (args.ids and self._refused_by_context(name, name_at, start)):
            self.tied |= self._ids_of(args)
        elif _MAKES.fullmatch(name) and _JOINS.fullmatch(code.texts[name_at - 2].lstrip("$@")):
            if args.principal:  # who joins, follows or likes something may do so with everything
                self.tied |= self._ids_of(args)
        elif (receiver.principal and (_ATTACHES.fullmatch(name) or _LIKES.fullmatch(name))) or (_LIKES.fullmatch(name) and args.principal):
            # `$user->savedJobs()->attach($job->id)`, `postings.like(posting, user)`, `current_user.block!(user)`: a list of one's own
            self.tied |= self._ids_of(args)
        elif (not words.noted.fullmatch(name) and not _PREPARES.match(name)) or self._sends(name, first, last):
            self._looked_up(name_at, name, start, first, last, close, receiver)
        elif code.language == "go" and args.request and _OF_WHO.fullmatch(name) and self._gives_caller(name, start, name_at, first, last, args):
            self.at_caller.add(close)  # `services.NewContext(r.Context())`: a context of the project's own, which holds who asks
        if code.language == "go":
            self._fill(start, first, last)
            self._fill_by_client(name, start, name_at, first, last)
        elif code.language == "csharp" and name.startswith("Try"):
            self._tried(name, first, last)
        elif code.language == "java" and name.startswith("set"):
            self._set_who(name_at, args)

    def _of_page(self, name: str) -> bool:
        """WordPress: `is_admin()` says whether a page of the back office is asked for, and is true for whoever calls `admin-ajax.php`."""
        return name == "is_admin" and self.code.language == "php" and _WORDPRESS.search(self.code.text) is not None

    def _of_form(self, first: int, last: int) -> bool:
        """PHP: is it the token of a form that is compared, `hash_equals($_SESSION['csrf'], $_POST['csrf'])`, and no key of a machine?"""
        held = " ".join(self.code.texts[first:last]) if self.code.language == "php" else ""
        return _FORM_TOKEN.search(held) is not None

    def _asks_form(self, name: str, start: int, name_at: int, first: int, last: int, receiver: Value) -> bool:
        """Java, Kotlin, C#: does `validateOrderIds(ids)` of the project only look whether there is an id, at no row and at nobody who asks, or is it
        a field of what was sent or found, which knows nobody: `request.isTeamMember()`, also of what is built?"""
        if self.code.language not in TYPED:
            return False
        if _FIELD.match(name) and not receiver.principal and "builder" in self.code.texts[start:name_at]:
            return True
        if first >= last and _FIELD.match(name) and not receiver.principal and (receiver.ids or receiver.objects):
            return True
        if not _OF_ID.fullmatch(name):
            return False
        before = [self.code.texts[at] for at in range(start, name_at) if self.code.kinds[at] == "n"]
        known = self.resolve(name, self._named_receiver(before), len(split(self.code, first, last)) if first < last else 0)
        return known is not None and known.exact and not (known.caller or known.data or known.ties or known.selects)

    def _asks_login(self, name: str, given: Value, first: int, last: int) -> bool:
        """JavaScript: does a call only stop who is not signed in, as `requireUser(req)`? One that is handed a role asks for more."""
        code = self.code
        if code.language not in ("javascript", "typescript") or not _SIGNED_IN.fullmatch(name) or self._ids_of(given):
            return False
        return all(code.kinds[at] != "s" and not code.texts[at][:1].isupper() for at in range(first, last))

    def _lets_in_staff(self, name: str, start: int, name_at: int, first: int, last: int) -> bool:
        """Java, Kotlin, C#: `checkFunction(BaseFunction.ADMIN)`: a function of the project that looks at the caller and throws
        is asked for a role of staff."""
        code = self.code
        if code.language not in TYPED or not first < last <= first + 7 or not is_staff(code.texts[last - 1].strip('"')):
            return False
        if any(code.kinds[at] not in ("n", "s") and code.texts[at] not in DOTS for at in range(first, last)):
            return False
        known = self.resolve(name, self._named_receiver([code.texts[at] for at in range(start, name_at) if code.kinds[at] == "n"]), 1)
        return known is not None and known.caller and known.throws and self._is_dropped(start, last)

    def _asks_permission(self, name: str, first: int, last: int) -> bool:
        """C#: is a permission of the app's own list required: `validator.Auth(config => config.Require(PermissionKey.EditGames))`?"""
        texts = self.code.texts
        if self.code.language != "csharp" or _REQUIRES.fullmatch(name) is None:
            return False
        return any(_PERMISSIONS.fullmatch(texts[at]) and texts[at + 1] in DOTS for at in range(first, last - 1))

    def _has_right(self, name: str, start: int, name_at: int, first: int, close: int) -> bool:
        """JavaScript: does the handler refuse whoever lacks a right, `if (!user.permissions.includes("post:destroy")) return ...`?"""
        code = self.code
        if code.language not in ("javascript", "typescript") or not rights.ASKS.fullmatch(name):
            return False
        if not rights.sought(self.function, code.texts[name_at - 2], first - 1, close):
            return False
        at = rights.asked(self.function, start, close)
        return at > 0 and self._end_here(at, close + 1 if at == start else at + 1)

    def _gives_staff(self, name: str, start: int, name_at: int, first: int, close: int) -> bool:
        """JavaScript: does a function of the project that is handed nothing give something to staff alone, and does the handler look whether it did:
        `const profile = await getAdminProfile(); if (!profile) return`?"""
        code = self.code
        if code.language not in ("javascript", "typescript") or start != name_at or first != close:
            return False
        known = self.resolve(name, "", 0)
        if known is None or not known.staff:
            return False
        bound = re.search(r"([A-Za-z_$][\w$]*)\s*=\s*(?:await\s+)?$", code.text[max(0, code.starts[start] - 80) : code.starts[start]])
        if bound is None:
            return known.throws or self._in_condition(start)
        name = re.escape(bound.group(1))
        return known.throws or re.search(rf"!\s*{name}\b|\b{name}\s*===?\s*null\b", self.function.body) is not None

    def _answers(self, name: str, of: str, first: int, last: int) -> bool:
        """Is it a check that only says yes or no, so that somebody must listen?"""
        language = self.code.language
        if language == "ruby":
            return name in ("policy", "can?", "cannot?", "allowed_to?")
        if language == "php":
            return (of.lstrip("\\") == "Gate" and name in ("allows", "denies", "check", "any", "none", "inspect")) or name in (
                "can",
                "cannot",
                "cant",
            )
        if language == "csharp" and name == "AuthorizeAsync":
            return True
        if language == "go":
            return True
        known = self.resolve(name, "", len(split(self.code, first, last)) if first < last else 0) if _ASKS.match(name) else None
        return known is not None and not known.throws

    def _guarded(self, name: str, args: Value, of: str) -> None:
        """A check ties what it is given; one that is given nothing is a role, where it is not asked of a parent (`ctx.Repo.IsAdmin()`)."""
        ids = self._ids_of(args)
        if ids:
            self.tied |= ids
            self.guarded.append(frozenset(ids))
        elif args.principal and self.code.language in TYPED and _REACHES.fullmatch(name):
            self.caller = True  # `isRealmAccessible(getAuthenticatedRealm())`: whoever asks reaches what is their own
        elif not PARENT.fullmatch(of) and not (_OF_PLAN.fullmatch(name) and self.code.language in ("javascript", "typescript")):
            self.roles.append(name)

    def _fill(self, start: int, first: int, last: int) -> None:
        """Go: `db.First(&order, id)` fills `order` with what it finds."""
        code, number = self.code, self.by_chain.get(start)
        if number is not None:
            for at in range(first, last - 1):
                if code.texts[at] == "&" and code.kinds[at + 1] == "n" and code.texts[at - 1] in ("(", ","):
                    self.env[code.texts[at + 1]] = Value(objects=frozenset((number,)), principal=self.lookups[number].tied)

    # ------------------------------------------------------------ the end
    def _settle(self) -> None:
        """An id that goes together with a tied id is tied."""
        self._settle_own()
        changed = True
        edges = [edge for edge in self.edges if len(edge) > 1]
        if self.whole & self.tied:  # what is checked as a whole is checked in every field
            fields = {name for ids in (*(lookup.ids for lookup in self.lookups), *edges) for name in ids}
            self.tied |= {name for name in fields if name.partition(".")[0] in self.tied}
        while changed:
            changed = False
            for edge in edges:
                if edge & self.tied and not edge <= self.tied:
                    self.tied |= edge
                    changed = True
