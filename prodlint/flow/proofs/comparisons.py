"""Comparisons on abstract values: when one is an outcome (Tie, Link), a role, a term of a query.

Knows: what holding one value against another says. Does not know: what follows where it fails (`branching.py`).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from prodlint import ir
from prodlint import regex as re
from prodlint.flow.callers import logged_in, session_keys
from prodlint.flow.callers.principals import is_token
from prodlint.flow.callers.shared_secrets import given_anyway, holds_secret, known_by_secret, says_of
from prodlint.flow.frames import Frame
from prodlint.flow.interpret import folding
from prodlint.flow.judging import claims, tenants
from prodlint.flow.knowledge import AUTH_HEADERS, NO_KINDS, NOT_KEYS, PRESENCE_WORDS, ROLE_WORDS, is_none, last_name, role_marks, snake
from prodlint.flow.lookups import identities, narrowing, queries
from prodlint.flow.proofs import choosing, fragments, noes, ways
from prodlint.flow.proofs.answers import put_by_readers
from prodlint.flow.values import (
    ADMIN,
    CALLER,
    DOUBT,
    EMPTY,
    FALSE,
    KIND,
    PRESENCE,
    ROLE,
    TRUE,
    Client,
    Link,
    Origin,
    Selection,
    Tie,
    Value,
    flipped,
    in_doubt,
    weaker,
)
from prodlint.names import Definition

PLAIN_ROLES = re.compile(
    r"(?:roles?_?)?(?:normal_?|regular_?|basic_?|standard_?)?(?:user|customer|client|member|guest|viewer|reader|student|patient|buyer|subscriber|seller|authenticated)s?$",
    re.I,
)
SAYS_YES = re.compile(r"[\W\d_]*|y|t|on|yes|true|active|enabled", re.I)
GROUP_NAME = re.compile(r"(?:^|__)groups?__name(?:__i?exact|__in)?$")
ROLE_NUMBERS = re.compile(r"(?:^|_)(?:role|privilege|access_level)s?_?id$", re.I)
NO_ROLES = re.compile(
    r"(?:(?:access|refresh|bearer|id|auth)(?:[_-]?token)?|api[_-]?key|jwt|active|enabled|verified|approved|confirmed|disabled|banned|blocked|suspended"
    r"|inactive|pending|deleted|locked|authenticated)$",
    re.I,
)
COLUMNS = (ir.Attr, ir.Call, ir.Sub, ir.Name)  # expressions that may be a column
# methods of a set that hold where all of one is in the other: is its own the smaller one? None where nothing of one is in the other
SETS = {"issubset": True, "issuperset": False, "isdisjoint": None}
MANY = 100  # pairs of rows above which holding one value against another says nothing of any of them


def _other_trouble(expr: ir.Expr) -> bool:
    """`answer.status_code == 500`: what another service says where it does not say that nobody is there."""
    return isinstance(expr, ir.Const) and type(expr.value) is int and expr.value > 403


def is_role_number(expr: ir.Expr, other: ir.Expr) -> bool:
    """`user.role_id != 1`, `user.role_id == Roles.ADMIN`: which role of a fixed table of them."""
    name = expr.name if isinstance(expr, ir.Attr) else expr.index.value if isinstance(expr, ir.Sub) and isinstance(expr.index, ir.Const) else ""
    literal = isinstance(other, ir.Const) and isinstance(other.value, (int, str))
    fixed = literal or (isinstance(other, (ir.Attr, ir.Name)) and last_name(other).isupper())
    return fixed and isinstance(name, str) and ROLE_NUMBERS.search(name) is not None


class Comparisons:
    """A part of `expressions.Expressions`."""

    def compare(self: Any, expr: ir.Cmp, frame: Frame) -> Value:
        if (known := folding.takes(self, expr, frame)) is not None:
            return known
        left = self.eval(expr.left, frame)
        term = self.term(expr, frame)
        out: set[Origin] = set()
        current = left
        for op, right_expr in zip(expr.ops, expr.rights, strict=True):
            right = self.eval(right_expr, frame)
            if op in ("in", "not in") and right.has(CALLER) and session_keys.is_chosen(self.knowledge.chosen_keys, right_expr, current.const):
                right = EMPTY  # `"shop" in session`: a visitor said so
            tenants.held(self, expr.left, right_expr, current, right)
            known = _identical(current, right, op) or folding.folded(expr, left, right) or folding.asks_model(self, expr, right, frame)
            known = known or folding.told(self, expr, left, right, frame)
            if is_none(right_expr) and op in ("is", "is not"):  # a decorator that was given a permission is a policy
                if self.knowledge.is_policy(current.kind) or choosing.never_none(self, expr.left, frame):
                    known = TRUE if op == "is not" else FALSE
            if known is not None:
                return known
            empty = is_none(right_expr) or _is_zero(right_expr)
            if not empty and not _describes(expr.left) and not _describes(right_expr):
                said = self.compared(op, current, right, is_set(expr.left) or is_set(right_expr))
                within = op in ("in", "not in") and (fragments.is_text(right_expr) or right.kind == "builtins.str")
                within = within or fragments.PART in (current.kind, right.kind)
                if within or fragments.is_fragment(expr.left) or fragments.is_fragment(right_expr):
                    said = {weaker(o) for o in said if not isinstance(o, Link)}
                said = identities.held(self, said, (expr.left, right_expr), frame)
                said = identities.of_another_kind(self, said, (expr.left, right_expr), frame)
                if op in ("in", "not in") and (put_by_readers(right_expr) or _one_of_many(current, right)):
                    said = {weaker(o) for o in said}
                if op in ("in", "not in") and right.selections and self.roots.issuperset(right.selections):
                    said = set()  # that somebody stands in a store says nothing of the other rows
                out |= ways.one_of_several(said, right) if op in ("in", "not in") else said
            brought = holds_secret(current, right, right_expr) or (op not in ("in", "not in") and holds_secret(right, current, expr.left))
            brought = brought and op not in ways.ORDER and not says_of(expr.left, right_expr)  # `seen[token] > limit`: how often they came
            if brought and op in ("in", "not in") and logged_in.is_store(right, right_expr):
                brought = False
                out.add(PRESENCE)
            if term is None and brought and not given_anyway(expr.left, right_expr, frame):  # no condition of a query
                out |= {ROLE, ADMIN}
                self.machine = True
            if op in ("in", "not in") and choosing.for_caller(self, right_expr, right, frame):
                out |= {Tie(row, True, 1 if op == "in" else -1) for row in current.selections}
            if op in ("==", "!="):
                opened = known_by_secret(current, right, expr.left, right_expr, frame)
                out |= {Tie(row, True, 1 if op == "==" else -1) for row in opened}
                self.enters |= any(isinstance(row, Selection) for row in opened)
            before = current.outcomes | right.outcomes
            if before and noes.taken_for_yes(self, op, expr.left, right_expr, right, frame):
                before = in_doubt(current).outcomes
            out |= flipped(before) if _asks_absence(op, right_expr) else before if empty or _is_true(right_expr) else _there(before, op)
            for side, other, its in ((current, right, right_expr), (right, current, expr.left)):
                self.token_read |= is_token(side) and not (empty or isinstance(its, ir.Const))
                if side.clients and not (other.origins or is_none(its)):
                    self.weighed.update(client.plain for client in side.clients)
                if isinstance(its, ir.Const) and op in ("==", "!=", "is", "is not"):
                    claims.asked(self, side, its, frame, ir.start_of(expr))
                if side.has(ROLE) and (other.chosen or claims.says_which(other)) and not other.selections:
                    out |= {
                        Tie(target, weak=True, sign=-1 if op in ("!=", "not in") else 1) for target in other.targets
                    }  # a role that the client names
                elif (side.has(ROLE) or side.has(CALLER)) and any(PLAIN_ROLES.match(word) for word in words(other)):
                    out.add(PRESENCE)  # a role that every customer has
                    self.plain_words.update(words(other))
                elif side.has(CALLER) and not side.has(ROLE) and any(NO_ROLES.match(word) for word in words(other)):
                    out.add(PRESENCE)  # what kind of token it is, whether the account is open
                elif (
                    side.has(ROLE)
                    or self.is_role_test(side, other, side is right and op in ("in", "not in"), op)
                    or (side.has(CALLER) and is_role_number(right_expr if side is right else expr.left, its))
                ):
                    out.update({PRESENCE} if is_none(right_expr) else {ROLE} | says_highest(side, other))
                    self.role_words.update(words(other))
                elif (side.has(CALLER) or side.has(PRESENCE)) and not (side.has(PRESENCE) and _other_trouble(its)):
                    out.add(PRESENCE)
                    if side.has(CALLER) and _is_true(its) and _says_kind(right_expr if side is right else expr.left):
                        out.add(KIND)  # `claims["areYouStaff"] == True`
            current = right
        if (is_none(expr.rights[-1]) or _asks_absence(expr.ops[-1], expr.rights[-1])) and not left.has(CALLER):
            out |= {o for o in (*left.origins, *current.origins) if isinstance(o, (Selection, Client))}
        return Value(frozenset(out), fields=term)

    @staticmethod
    def is_role_test(side: Value, other: Value, held: bool, op: str) -> bool:
        """Is the caller compared with something fixed, so that the outcome says what they may? `"sub" in claims` only says that there is one."""
        if not side.has(CALLER) or other.selections or other.clients:
            return False
        if held:
            return other.const is None or bool(ROLE_WORDS.search(other.const))
        return other.const is not None or op in ("in", "not in") or (op in ("==", "!=") and _written_down(other))

    def term(self: Any, expr: ir.Cmp, frame: Frame) -> dict[str, Value] | None:
        """The comparison as a query term, `Order.user_id == user.id` -> {"user_id": user.id}; None where neither side is a column."""
        if len(expr.ops) != 1 or expr.ops[0] not in ("==", "in", "<", ">", "<=", ">="):
            return None
        left, right = expr.left, expr.rights[0]
        for column, other in ((left, right), (right, left)):
            model = self.column(column, frame) if isinstance(column, COLUMNS) else None
            if model is not None:
                against = self.column(other, frame) if isinstance(other, COLUMNS) else None
                across = against if against is not model and expr.ops[0] in ("==", "in") else None
                key = queries.Column(self.column_name(column, frame), model if model.kind == "class" else None, across, expr.ops[0] == "in")
                value = self.eval(other, frame)
                sure = expr.ops[0] in ("==", "in") and narrowing.as_it_is(column)  # above or below it there are others
                return {key: value if sure else value.plus({DOUBT})}
        return None

    def column_name(self: Any, expr: ir.Expr, frame: Frame) -> str:
        """The field of a column; of `getattr(Order, field)` what `field` holds."""
        if isinstance(expr, ir.Call) and isinstance(expr.func, ir.Name) and expr.func.id == "getattr" and len(expr.args) > 1:
            return self.eval(expr.args[1], frame).const or ""
        if isinstance(expr, ir.Call) and isinstance(expr.func, ir.Call) and last_name(expr.func) == "attrgetter" and expr.func.args:
            return self.eval(expr.func.args[0], frame).const or ""
        if isinstance(expr, ir.Name) and (held := self.name(expr, frame)).kind == queries.COLUMN:
            return held.const or ""
        return queries.term_name(expr)

    def column(self: Any, expr: ir.Expr, frame: Frame) -> Definition | None:
        """The class, or what stands for one, of an attribute (`Order.user_id`, `models.Order.id`, `func.lower(User.email)`,
        `getattr(Order, name)`, `table.c.id`); None where this is no column."""
        if isinstance(expr, ir.Name):
            held = self.name(expr, frame)
            return self.named_class(held.receiver) if held.kind == queries.COLUMN and held.receiver is not None else None
        while isinstance(expr, ir.Call) and expr.args:
            named = isinstance(expr.func, ir.Name) and expr.func.id == "getattr"
            expr = expr.args[0]
            if isinstance(expr, ir.Name):
                return self.named_class(self.name(expr, frame))
            if named and (found := self.named_class(self.eval(expr, frame))) is not None:
                return found  # `getattr(self.model, name)`
        while isinstance(expr, (ir.Attr, ir.Sub, ir.Call)):
            expr = expr.func if isinstance(expr, ir.Call) else expr.base
            found = self.named_class(self.eval(expr, frame)) if isinstance(expr, (ir.Name, ir.Attr)) else None
            if found is not None:
                return found
        return None

    @staticmethod
    def named_class(value: Value) -> Definition | None:
        return value.ref if isinstance(value.ref, Definition) and value.ref.kind in ("class", "value") and not value.origins else None

    def mixed_in(self: Any, value: Value) -> bool:
        """Is the caller only one of several things that a value was made of? Holding something against all of it proves little."""
        if value.chosen:
            return True
        others = [s for s in value.selections if not (s.from_caller or queries.of_caller(s))]
        return not all(self.knowledge.is_user(s.model) and not queries.chosen_by_client(s) for s in others)

    def compared(self: Any, op: str, left: Value, right: Value, sets: bool) -> set[Origin]:
        if sets and op in ("<=", ">="):
            return self.subset(left, right, 1) if op == "<=" else self.subset(right, left, 1)
        sign = -1 if op in ("!=", "not in", "is not") else 1 if op in ("==", "in", "is") else 0
        return self.outcome(left, right, sign) if sign else counted(left, right, op)

    def of_sets(self: Any, name: str, own: Value, other: Value) -> Value:
        """`asked.issubset(user.scopes)`, `set(user.roles).isdisjoint(allowed)`"""
        if SETS[name] is not None:
            small, big = (own, other) if SETS[name] else (other, own)
            return Value(own.origins | other.origins | self.subset(small, big, 1))
        out: set[Origin] = set()  # that one of several rows is the caller's holds none of the others
        for side, rest in ((own, other), (other, own)):
            if side.has(ROLE) and words(rest) and not (rest.chosen or rest.selections):
                plain = any(PLAIN_ROLES.match(word) for word in words(rest))  # one of them is enough
                out |= {PRESENCE} if plain else {ROLE} | highest(rest)
        return Value(frozenset(out))

    def subset(self: Any, small: Value, big: Value, sign: int) -> set[Origin]:
        """What it is an outcome of that all of one set is in another. Where the client says what the big one holds, it may hold anything beside."""
        return set() if big.clients else self.outcome(small, big, sign)

    def outcome(self: Any, left: Value, right: Value, sign: int) -> set[Origin]:
        """What holding one value against another is an outcome of."""
        out: set[Origin] = set()
        for side, other in ((left, right), (right, left)):
            if side.has(CALLER) and other.targets and all(map(_credential, other.targets)):
                return out  # whether the token is the caller's
            if side.has(CALLER):
                weak = other.has(CALLER) or self.mixed_in(side) or bool(other.selections and other.chosen)  # `(owner or order.owner_id) == user.id`
                weak |= self.unsigned and side.has(DOUBT)  # whom a token names that nobody has signed
                out.update(Tie(target, weak, sign) for target in other.targets)
        if not out and len(left.targets) * len(right.targets) <= MANY:
            for one in left.targets:
                for other_target in right.targets:
                    if one != other_target and not (isinstance(one, Client) and isinstance(other_target, Client)):
                        out.add(Link(one, other_target, sign))
        return out


def _one_of_many(left: Value, right: Value) -> bool:
    """`user.id in {order.user_id for order in orders}`: one of them is the caller's."""
    return left.has(CALLER) and any(map(queries.by_list, right.selections))


def _credential(target: object) -> bool:
    """A token that says who is calling: that it is the caller's says nothing of a row."""
    return isinstance(target, Client) and target.source in ("header", "cookie") and bool(AUTH_HEADERS.search(target.name))


def is_set(expr: ir.Expr) -> bool:
    """`set(ids)`, `{order.id for order in orders}`."""
    made = isinstance(expr, ir.Call) and isinstance(expr.func, ir.Name) and expr.func.id in ("set", "frozenset")
    return made or (isinstance(expr, ir.Comp) and expr.kind == "set")


def counted(left: Value, right: Value, op: str) -> set[Origin]:
    """`len(found) < len(ids)`: are there as many rows as the client named? What is more or less than something else says nothing of whose it is."""
    fewer = left if op in ("<", ">=") else right
    more = right if fewer is left else left
    if fewer.clients or more.selections:
        return set()
    chosen = [(row, _choosing(row)) for row in fewer.selections]
    named = more.clients if chosen else []
    return {Link(client, row, -1 if op in ("<", ">") else 1) for row, by in chosen for client in named if client.plain in by}


def _choosing(row: Selection) -> set[Client]:
    """The client values by which rows were found: how many the caller has in all says nothing of those that the client names."""
    return {client for part in queries.narrowed_from(row) for _, client in queries.client_terms(part)}


def words(value: Value) -> list[str]:
    """What a value or the items of a list of them are called."""
    found = [value.const or last_word(value)]
    for item in value.items or ():
        found.append(item.const or last_word(item))
    return [word for word in found if word]


def names_group(terms: Iterable[tuple[str, Value]]) -> bool:
    """Does a term name one group of Django, or some, by words that are written down? (These are the site's, not a customer's.) "Customers", in
    which everybody is, is no role."""
    said = (value for name, value in terms if GROUP_NAME.search(name))
    written = (value for value in said if value.const or (value.items and all(item.const for item in value.items)))
    return any(not any(PLAIN_ROLES.match(word) for word in words(value)) for value in written)


def highest(value: Value) -> set[Origin]:
    """ADMIN where every role that is named is the highest one."""
    named = words(value)
    return {ADMIN} if named and all(ADMIN in role_marks(word) for word in named) else set()


def says_highest(side: Value, other: Value) -> set[Origin]:
    """`user.is_admin == "yes"`. Where `user.role == "teacher"` names a role, a property that also asks `self.is_superuser` says no more."""
    return highest(other) | (side.origins & {ADMIN} if all(map(SAYS_YES.fullmatch, words(other))) else set())


def last_word(value: Value) -> str:
    """The last segment of what a value names: `Roles.ADMIN` -> "ADMIN"."""
    ref = value.ref
    return ref.rpartition(".")[2] if isinstance(ref, str) else ref.name if isinstance(ref, Definition) else ""


def _is_zero(expr: ir.Expr) -> bool:
    """0, False or an empty display: what a count or a list is held against to ask whether there is anything."""
    return (isinstance(expr, ir.Const) and expr.value is not None and not isinstance(expr.value, str) and not expr.value) or (
        isinstance(expr, ir.Seq) and not expr.items
    )


def _is_true(expr: ir.Expr) -> bool:
    return isinstance(expr, ir.Const) and expr.value in (True, 1) and not isinstance(expr.value, str)


def _says_kind(expr: ir.Expr) -> bool:
    """A part by name of what is known of the caller, and no word for an account that is open, or for a login."""
    part = expr.args[0] if isinstance(expr, ir.Call) and last_name(expr) == "get" and expr.args else expr.index if isinstance(expr, ir.Sub) else None
    name = expr.name if isinstance(expr, ir.Attr) else part.value if isinstance(part, ir.Const) else None
    if not isinstance(name, str) or len(name) > 60:
        return False
    word = re.sub(r"^(?:is|has|can)_?", "", snake(name).lower())
    return not (PRESENCE_WORDS.match(name) or NO_KINDS.match(word))


def _asks_absence(op: str, right: ir.Expr) -> bool:
    """`x is None`, `x == 0`, `x is False`, `x < 1`, `x != True`."""
    if is_none(right) or _is_zero(right):
        return op in ("is", "==", "<=")
    return _is_true(right) and op in ("is not", "!=", "<")


def _describes(expr: ir.Expr) -> bool:
    """Does the last name say what something is like, and not which one it is (`order.status`, `item.kind`)?"""
    if isinstance(expr, ir.Sub) and isinstance(expr.index, ir.Const) and isinstance(expr.index.value, str):
        return bool(NOT_KEYS.match(expr.index.value))
    return isinstance(expr, ir.Attr) and bool(NOT_KEYS.match(expr.name))


def _identical(left: Value, right: Value, op: str) -> Value | None:
    """The outcome of comparing two literals of True, False and None, or two members of an enumeration."""
    if _member(left) and _member(right) and left.ref.owner is right.ref.owner and op in ("is", "is not", "==", "!="):  # type: ignore[union-attr]
        return TRUE if (left.ref is right.ref) is (op in ("is", "==")) else FALSE
    if left.truth is None or right.truth is None or op not in ("is", "is not", "==", "!="):
        return None
    same = left.ref == right.ref
    return TRUE if same is (op in ("is", "==")) else FALSE


def _there(outcomes: frozenset[Any], op: str) -> frozenset[Any]:
    """`membership.role in EDITORS` can only hold where there is a membership; of what holds otherwise nothing is known."""
    sign = 1 if op in ("in", "==", "is") else -1 if op in ("not in", "!=", "is not") else 0
    return frozenset(o.signed(sign if o.sign > 0 else 0) for o in outcomes)


def _written_down(value: Value) -> bool:
    """A name for words that stand in the code: `client_id = OPS`, of a class. A number is a price, or a version."""
    if value.items and not value.origins:
        return all(item.const is not None for item in value.items)
    ref = value.ref
    given = ref.node.value if isinstance(ref, Definition) and ref.kind == "value" and isinstance(ref.node, ir.Assign) else None
    words_of_it = (isinstance(given, ir.Const) and isinstance(given.value, str)) or (
        isinstance(given, (ir.Name, ir.Attr)) and last_name(given).isupper()
    )
    return not value.origins and words_of_it


def _member(value: Value) -> bool:
    """A constant that a class defines: `Role.ADMIN`."""
    ref = value.ref
    if value.origins or not isinstance(ref, Definition) or ref.kind != "value" or ref.owner is None or ref.owner.kind != "class":
        return False
    return isinstance(ref.node, ir.Assign) and isinstance(ref.node.value, ir.Const) and ref.name.isupper()
