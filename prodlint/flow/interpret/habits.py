"""What the name of a function says where its body does not tell: who calls, a guard, rows for one user.

Knows: habits of naming. A name alone proves nothing: what it says is weak. Does not know: bodies (`calls.py`).
"""

from __future__ import annotations

from typing import Any

from prodlint import ir
from prodlint import regex as re
from prodlint.flow.callers import predicates
from prodlint.flow.callers.principals import named_by_client, who
from prodlint.flow.frames import Frame
from prodlint.flow.frameworks import serializers
from prodlint.flow.knowledge import AUTHENTICATES, ROLE_WORDS, role_marks, says_kind, snake
from prodlint.flow.lookups import queries
from prodlint.flow.lookups.queries import narrowed_from
from prodlint.flow.proofs.comparisons import names_group
from prodlint.flow.values import CALLER, CHOSEN, KIND, NOTHING, PRESENCE, REQUEST, ROLE, Client, Origin, Selection, Tie, Value
from prodlint.names import Definition

STRONG_GUARD = re.compile(r"(?:^|_)(?:check|ensure|require|verify|assert|authorize|enforce|validate_access|guard|must)(?:_|$)", re.I)
OF_ROWS = re.compile(r"(?:^|_)(?:check|ensure|require|verify|assert|enforce)_(?:\w+_)?(?:permissions?|access|ownership|authoriz|authoris)", re.I)
SHOWN_TO = re.compile(
    r"(?:visible|view(?:able)?|access\w*|permitted|allowed|available|restrict\w*|scoped?|authori[sz]ed|edit(?:able)?|read(?:able)?|manage\w*|owned)(?:_|$)"
    r"|(?:^|_)(?:for|to|of|by)_(?:the_)?(?:current_)?(?:user|viewer|account|member|actor|request|principal)$",
    re.I,
)
DECORATES = re.compile(
    r"(?:with|annotate|prefetch|include|order|sort|search|log|create|notify|send|mark|set|add|update|get_\w*_display)(?:_|$)", re.I
)
NO_GUARD = re.compile(
    r"^(?:log|logger|info|debug|warning|error|exception|print|send|notify|emit|publish|track|serialize|dump|create|add|append|render|jsonify)", re.I
)

VALIDATES = frozenset({"is_valid", "validate", "validate_on_submit", "full_clean"})
FORMS = ("django.forms.", "wtforms.", "flask_wtf.")


CHECKS_TOKEN = re.compile(r"^check_token$")
# what asks of a message whether the provider sent it that the app shares a secret with; not of an address, or of the name of a provider
VOUCHES = re.compile(
    r"(?:^|_)(?:verif|validat|check|authenticat|is_valid)[a-z]*_(?:\w+_)?(?:(?:signature|hmac|ipn|postback)s?(?:_|$)|(?:webhook|callback)s?$"
    r"|(?:webhook|callback|processor|gateway)s?_(?:\w+_)?(?:signature|response|request|message|event|notification|hash|mac|token|sender|origin)s?$)"
)


def of_somebody(given: list[Value]) -> bool:
    """`get_user_by_id(article.author_id)`: whoever a row that anybody may name speaks of, and not who calls."""
    rows = [row for value in given if not value.has(CALLER) for row in value.selections]
    return any(not (queries.by_credential(row) or queries.of_caller(row)) for row in rows)


class Habits:
    """A part of `calls.Calls`."""

    def by_habit(self: Any, name: str, result: Value, args: list[Value], kwargs: dict[str, Value]) -> Value:
        """`get_current_user(...)` gives the caller even where its body cannot be read that far, unless the client chooses who."""
        given = [value for value in (*args, *kwargs.values()) if value.has(REQUEST) or any(c.source in ("header", "cookie") for c in value.clients)]
        if CALLER in result.origins or not (self.knowledge.names_caller(name) or (given and AUTHENTICATES.match(name))):
            return result
        if any(value.chosen for value in (*args, *kwargs.values())) or named_by_client(result, [*args, *kwargs.values()]):
            return result
        if any(c.source in CHOSEN for s in result.selections for _, c in queries.client_terms(s)):
            return result
        if "_by_" in name and not given and of_somebody([*args, *kwargs.values()]):
            return result
        if same_for_all(result, [*args, *kwargs.values()]):
            return result
        self.caller_seen = True
        return result.plus(who(self, result))

    def guard_by_habit(self: Any, name: str, result: Value, args: list[Value], kwargs: dict[str, Value]) -> Value:
        """A function named like a guard that takes the caller and a target, and whose body did not tell: weak."""
        values = [*args, *kwargs.values()]
        role_on = bool(args and args[0].selections) and any(value.has(CALLER) for value in values[1:]) and bool(ROLE_WORDS.search(name))
        if not (role_on or self.knowledge.names_guard(name)) or NO_GUARD.match(name):  # document.get_role(user): what they may do with this one
            return result
        if name not in self.knowledge.own_guards and not any(value.has(CALLER) or value.has(REQUEST) for value in values):
            return result
        targets = [target for value in values if not value.has(CALLER) for target in value.targets]
        strong = name in self.knowledge.own_guards
        told = {target for outcome in result.outcomes for target in outcome.targets}
        signs = {o.sign for o in result.outcomes}
        sign = signs.pop() if len(signs) == 1 else 1
        bound = {target.plain if isinstance(target, Client) else target for target in (*self.bound, *told)}
        return result.plus({Tie(t, weak=not strong, sign=sign) for t in targets if (t.plain if isinstance(t, Client) else t) not in bound})

    def shown_to(self: Any, function: Definition, result: Value, args: list[Value], kwargs: dict[str, Value], expr: ir.Expr, frame: Frame) -> Value:
        """`Project.objects.visible_to(user)`: a method of a queryset that keeps what a user may see is a guard, weak where only its name says so."""
        if not args or not args[0].selections or not SHOWN_TO.search(function.name) or function.owner is None:
            return result
        if not any(value.has(CALLER) or value.has(REQUEST) for value in (*args[1:], *kwargs.values())):
            return result
        out: set[Origin] = set()
        for origin in result.origins:
            if isinstance(origin, Selection) and not origin.admin and not queries.of_caller(origin):
                rows = self.select(origin.model, expr, frame, (origin,), part=True)
                self.bind(rows, frozenset(self.branch), True, rows.path, rows.at)
                out.add(rows)
                for element in narrowed_from(origin):  # what names one of these rows may be seen if any is left
                    out.update(Tie(target, weak=True) for _, value in element.terms for target in (*value.clients, *value.selections))
            else:
                out.add(origin)
        return result.made_of(frozenset(out))

    def for_caller(self: Any, receiver: Value, name: str, origins: frozenset[Origin], expr: ir.Call, frame: Frame) -> frozenset[Origin]:
        """`Order.objects.mine(user)`, a method of rows that cannot be read: it may keep the caller's only, and that is no proof."""
        if DECORATES.match(name):
            return origins
        rows = self.select(receiver.selections[0].model, expr, frame, tuple(receiver.selections), part=True)
        self.bind(rows, frozenset(self.branch), True, frame.scope.module.path, expr.at)
        return frozenset(o for o in origins if o not in receiver.selections) | {rows}

    def guarding(self: Any, result: Value, receiver: Value | None, name: str, values: list[Value], expr: ir.Call, frame: Frame) -> Value:
        """An unknown call as a guard: by its name, and because it takes the caller and a target."""
        if name == "has_perm" and receiver is not None and receiver.has(CALLER) and values:
            told = predicates.asked(self, values[0].const, values[1] if len(values) > 1 else NOTHING, frame, expr)
            if told is not None:
                return told
        if receiver is not None and receiver.has(CALLER) and ROLE_WORDS.search(name) and not any(v.selections or v.clients for v in values):
            return Value(frozenset(role_marks(name) or {ROLE}))
        if receiver is not None and receiver.has(CALLER) and name in ("filter", "get") and names_group((result.fields or {}).items()):
            return result.plus({ROLE})  # user.memberships.filter(group__name="Editors")
        if receiver is not None and receiver.has(CALLER) and re.match(r"is_(?:authenticated|anonymous|active)$", name):
            return Value(frozenset({PRESENCE}))
        if receiver is not None and receiver.has(CALLER) and says_kind(name) and not any(v.selections or v.clients for v in values):
            return result.plus({CALLER, KIND})
        if CHECKS_TOKEN.match(name) and any(value.clients for value in values[1:]):  # (user, token): who holds the token of this user is that user
            return result.plus(Tie(row) for row in values[0].selections)
        if VOUCHES.search(snake(name).lower()) and any(value.has(REQUEST) or value.clients for value in values):
            return result.plus({ROLE})
        if not self.knowledge.names_guard(name) or NO_GUARD.match(name) or self.only_asks_fields(name, receiver):
            return result
        everyone = [*values, *([receiver] if receiver is not None else [])]
        if not any(_calls(v) or v.has(REQUEST) for v in everyone):
            return result
        targets = [target for value in everyone if not _calls(value) for target in value.targets]
        ties = {Tie(target, weak=True) for target in targets}
        if ties and STRONG_GUARD.search(name):
            for tie in ties:
                self.bind(tie.target, frozenset(self.branch), True, frame.scope.module.path, expr.at)
        if not targets and any(map(_calls, everyone)):
            if OF_ROWS.search(name) and len(values) > 1:
                self.requirements += 1  # `check_related_permissions(user, Order, {}, model_to_dict(order))`: what it asks is written elsewhere
            return result.plus(role_marks(name) | {ROLE})
        return result.plus(ties)

    def only_asks_fields(self: Any, name: str, receiver: Value | None) -> bool:
        """`serializer.is_valid()`: a serializer's hooks were seen where it was made, and a form without hooks asks for values only."""
        cls = receiver.kind if receiver is not None and name in VALIDATES else None
        if not isinstance(cls, Definition) or cls.kind != "class":
            return False
        if serializers.is_serializer(self, cls):
            return not isinstance(self.names.class_member(cls, name), Definition)
        if not any(isinstance(a, str) and a.startswith(FORMS) for a in self.names.mro(cls)):
            return False
        own = (member for a in self.names.mro(cls) if isinstance(a, Definition) for member in self.names.members(a))
        return not any(member.startswith(("clean", "validate", "full_clean", "is_valid", "_clean", "_post_clean")) for member in own)


def _calls(value: Value) -> bool:
    """The caller, or the row of the login that a token belongs to."""
    return value.has(CALLER) or (bool(value.selections) and all(map(queries.by_credential, value.selections)))


def same_for_all(result: Value, given: list[Value]) -> bool:
    """`return db.query(User).filter(User.email == "demo@example.com").first()`: a login that nobody has written yet. It is told nothing of the
    request and gives the same user, whoever asks."""
    if any(value.has(CALLER) or value.has(REQUEST) or value.clients for value in (result, *given)):
        return False
    if not result.selections:
        parts = (result.fields or {}).values() if result.receiver is None else ()
        return bool(parts) and all(part.const is not None and not part.origins for part in parts)
    rows = [[term for part in narrowed_from(row) for term in part.terms] for row in result.selections]
    return all(terms and all(value.const is not None and not value.origins for _, value in terms) for terms in rows)
