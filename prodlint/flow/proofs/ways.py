"""Ways around a guard: `if not mine and not force: refuse`, `mine or order.total > 0`, `if user.org_id: ...`.

Knows: which part of a test lets somebody pass whom the guard beside it would turn away. Does not know: what a part is an outcome of
(`comparisons.py`), what ends where a test fails (`branching.py`).

Of conditions of which one is enough, each holds its object only if none of the others is a way around it. These are none: a role of the caller's
(staff may see the rest), whether there is a caller where strangers are turned away anyhow, whether there is the object at all, what nobody owns,
and what asks about the same object. All else is one: what the client says, what the caller or the row is like, what nobody can read. What only one
way holds is held in doubt.
"""

from __future__ import annotations

from typing import Any

from prodlint import ir
from prodlint import regex as re
from prodlint.flow.frames import ABORTS, Frame
from prodlint.flow.knowledge import IDENTITY_KEYS, is_none, last_name
from prodlint.flow.lookups.queries import by_list, callers_own, narrowed_from
from prodlint.flow.proofs.polarity import privileged
from prodlint.flow.proofs.refusals import is_response
from prodlint.flow.values import ALWAYS, CALLER, OPEN, PRESENCE, ROLE, Client, Link, Outcome, Selection, Tie, Value
from prodlint.flow.verdicts import spelled
from prodlint.names import Definition
from prodlint.routing.walking import inside

# tables that say what somebody runs for others
OFFICES = re.compile(
    r"(?:Manager|Admin|Moderator|Staff|Editor|Maintainer|(?:Role|Permission|Privilege)(?:Assignment|Binding|Grant|Mapping|User)?)s?$"
    r"|(?:^|_)(?:managers?|admins?|moderators?|staff|editors?|maintainers?|(?:role|permission|privilege)s?(?:_(?:assignment|binding|grant|user)s?)?)$"
)
ORDER = frozenset({"<", ">", "<=", ">="})
# attributes of the caller that say who, or that there is one
WHO = re.compile(r"^(?:id|pk|uuid|uid|email|username|user|get|keys|is_authenticated|is_anonymous|is_logged_in|logged_in|authenticated)$")


def weighed(run: Any, expr: ir.Bool, parts: list[ir.Expr], values: list[Value], frame: Frame) -> list[Value]:
    """The values of the parts of an "and" or "or"; what only one of several ways to pass holds is held in doubt.

    Of an "or" the parts that hold let pass, of an "and" (which refuses) those that do not."""
    sign = 1 if expr.op == "or" else -1
    held = [[o for o in value.outcomes if o.sign == sign and not only_there(o)] for value in values]
    if not any(held):
        return values
    asked = [{name for outcome in group if not _chosen(outcome) for target in outcome.targets for name in reach(target)} for group in held]
    about = set().union(*asked)
    ways: list[set[object] | None] = []
    for part, value, group, names in zip(parts, values, held, asked, strict=True):
        open_way = isinstance(part, ir.Name) and value.has(OPEN)  # `allowed = True`, and only some rows are asked
        ways.append(set() if open_way else names if group else set() if _lets_pass(run, part, value, sign, about, frame) else None)
    out = []
    for position, value in enumerate(values):
        others = [way for other, way in enumerate(ways) if way is not None and other != position]
        doubted = {outcome: _in_doubt(outcome, others) for outcome in value.outcomes if outcome.sign == sign} if others else {}
        origins = frozenset(doubted.get(origin, origin) for origin in value.origins)  # type: ignore[call-overload]
        out.append(value.made_of(origins) if origins != value.origins else value)
    return out


def _lets_pass(run: Any, part: ir.Expr, value: Value, sign: int, about: set[object], frame: Frame) -> bool:
    """Is a part that holds nothing against the caller a way around the others? about: what they ask about."""
    if _ends(part, value):
        return False
    if value.has(ROLE):
        return privileged(part) is (sign < 0)  # `not mine and user.is_admin`: refuses none but admins
    if any(not only_there(outcome) for outcome in value.outcomes):
        return True
    if value.has(PRESENCE) or value.has(CALLER):
        return sign > 0 or not (run.only_callers and known(part)) or about_caller(run, part, frame)
    there = _there(part)
    if there is None or there is (sign > 0):  # `if not order and order.owner != user`
        return True
    row = part if sign < 0 else _asked_of(part)
    if nobodys(run, row, frame):
        return False
    names = {name for origin in value.origins if not isinstance(origin, (int, Tie, Link)) for name in reach(origin)}
    if value.selections and not _bare(row):
        return True
    always = sign < 0 and isinstance(_asked_of(part), ir.Name) and all(c.source == "path" and c.name != "?" for c in value.clients)
    return not names or not (always or not names.isdisjoint(about))


def one_of_several(outcomes: set[Any], listed: Value) -> set[Any]:
    """`user.id in (order.user_id, request.args["as"])`: what the client may put there, or the owner of something else, is a way around."""
    items = [item for item in listed.items or () if item.targets]
    same = len(items) < 2 or all(not names.isdisjoint(_of(items[0])) for names in map(_of, items[1:]))
    return outcomes if same else {o if isinstance(o, int) else _doubted(o) for o in outcomes}


def _of(value: Value) -> set[object]:
    return {name for target in value.targets for name in reach(target)}


def passing(run: Any, expr: ir.Expr | None, value: Value, outcomes: set[Any], frame: Frame) -> set[object] | None:
    """What names the objects that one way to a yes asks of the caller, and that it says of rows that they are there; None where it is no yes, or one
    for a role."""
    if value.has(ROLE) or (value.truth is not True and (expr is None or isinstance(value.kind, Definition) or value.items)):
        return None
    if value.selections and _bare(expr):  # it gives the row
        return None
    there = {o for o in (*outcomes, *value.outcomes) if isinstance(o, (Tie, Link)) and o.sign > 0}
    told = [o for o in there if not (only_there(o) or _chosen(o))]
    if value.truth is not True and not told and nobodys(run, _asked_of(expr), frame):  # type: ignore[arg-type]
        return None
    return {name for outcome in told for target in outcome.targets for name in reach(target)} | {o for o in there if only_there(o)}


def returned(result: Value, ways: list[set[object]]) -> Value:
    """What a function answers that says yes on several ways: an object of which one of them asks nothing is held in doubt."""
    doubted = {
        outcome: _doubted(outcome)
        for outcome in result.outcomes
        if outcome.sign > 0 and any(outcome not in way and all(reach(target).isdisjoint(way) for target in outcome.targets) for way in ways)
    }
    return result.made_of(frozenset(doubted.get(origin, origin) for origin in result.origins)) if doubted else result  # type: ignore[call-overload]


def beside(run: Any, test: Value, since: int) -> None:
    """`if project.owner != user: if task.author != user: refuse`: what is held inside a test about another object is in doubt."""
    about = {name for outcome in test.outcomes if not only_there(outcome) for target in outcome.targets for name in reach(target)}
    where = frozenset((*run.branch, *run.tried))
    for target, entries in run.bound.items() if about else ():
        if reach(target).isdisjoint(about):
            entries[:] = [(at, weak or (number > since and at == where), number) for at, weak, number in entries]


def found_in(value: Value, source: Value) -> Value:
    """What a loop found to hold for one of those that it goes through: where the client names these, it says nothing of the others."""
    several = {name for o in source.origins if isinstance(o, Client) or (isinstance(o, Selection) and by_list(o)) for name in reach(o)}
    if not several or not value.outcomes:
        return value
    kept: set[Any] = set()
    for origin in value.origins:
        targets = origin.targets if isinstance(origin, (Tie, Link)) else ()
        if all(several.isdisjoint(reach(target)) for target in targets):
            kept.add(origin)
        elif isinstance(origin, Tie):
            kept.add(Tie(origin.target, True, origin.sign))
    return value.made_of(frozenset(kept))


def of_one(before: dict[str, Value], after: dict[str, Value], source: Value) -> dict[str, Value]:
    """The variables after a loop; what was set in it holds for one of those that it went through."""
    return {name: value if value is before.get(name) else found_in(value, source) for name, value in after.items()}


def in_loop(run: Any, source: Value, mark: tuple[int, bool], since: int) -> None:
    """After a loop what was held of each that it goes through is held of all. What else a guard in it held is not: there may be none."""
    each = {name for origin in source.origins if isinstance(origin, (Client, Selection)) for name in reach(origin)}

    def about(target: object) -> bool:
        parents = target.parents if isinstance(target, Selection) else ()
        rows = {row for _, value in target.terms for row in value.selections} if isinstance(target, Selection) else set()
        return not each.isdisjoint(reach(target) | rows | set(parents))

    for target, entries in run.bound.items():
        if about(target):
            over = [(where - {mark}, True, number) for where, _, number in entries if number > since and number in run.passed_over]
            aside = run.put_aside.get(target, ALWAYS)  # what was collected before it was asked about is among the others
            entries[:] = [
                (
                    where - {mark} if number > since and number not in run.passed_over else where,
                    weak or (number in run.passed_over and aside < number),
                    number,
                )
                for where, weak, number in entries
            ]
            entries.extend(over)  # of all that it went through, some may not fit; those that were put aside do
    for (link, where), number in list(run.links.items()):
        if mark not in where or not any(map(about, link.targets)):
            continue
        if (link, where) not in run.passed_over:
            run.links.setdefault((link, where - {mark}), number)
            continue
        for target in link.targets if any(run.bound.get(target) for target in link.targets) else ():
            run.bound.setdefault(target, []).append((where - {mark}, True, number))


def harmless(run: Any, test: ir.Expr, value: Value, frame: Frame) -> bool | None:
    """The side of a test on which a row is not there, or is one that nobody owns."""
    there = _there(test) if value.selections and not any(not only_there(o) for o in value.outcomes) else None
    row = _asked_of(test)
    return not there if there is not None and (_bare(row) or nobodys(run, row, frame)) else None


def about_caller(run: Any, test: ir.Expr, frame: Frame) -> bool:
    """Does a test ask what the caller is like (`user.org_id`, `user.is_verified`, `claims["plan"]`), and not only who or whether there is one?"""
    for part in inside(test):
        ordered = isinstance(part, ir.Cmp) and not ORDER.isdisjoint(part.ops)
        if ordered and any(run.eval(side, frame).has(CALLER) for side in (part.left, *part.rights)):
            return True  # `user.id > 100`
        if isinstance(part, ir.Name) and part.id in frame.like:
            return True
        if isinstance(part, ir.Attr):
            base, name = part.base, part.name
        elif isinstance(part, ir.Sub) and isinstance(part.index, ir.Const):
            base, name = part.base, part.index.value
        elif (
            isinstance(part, ir.Call) and last_name(part.func) in ("get", "getattr", "hasattr") and part.args and isinstance(part.args[-1], ir.Const)
        ):
            of_dict = last_name(part.func) == "get"
            named = part.args[0] if of_dict or len(part.args) < 2 else part.args[1]
            name = named.value if isinstance(named, ir.Const) else None
            base = part.args[0] if not of_dict else part.func.base if isinstance(part.func, ir.Attr) else None
        else:
            continue
        if isinstance(name, str) and base is not None and not (WHO.match(name) or IDENTITY_KEYS.search(name)) and run.eval(base, frame).has(CALLER):
            return True
    return False


def kept(run: Any, statement: ir.Assign, value: Value, frame: Frame) -> None:
    """Notes the name under which a function keeps what the caller is like: `strict = user.strict`."""
    names = {target.id for target in statement.targets if isinstance(target, ir.Name)}
    like = value.has(CALLER) and statement.value is not None and about_caller(run, statement.value, frame)
    frame.like = frame.like | names if like else frame.like - names


def nobodys(run: Any, part: ir.Expr, frame: Frame) -> bool:
    """`order.owner_id`: does a part ask whether a row belongs to somebody? Where it belongs to nobody, nobody is hurt."""
    if not isinstance(part, ir.Attr) or run.schema is None:
        return False
    rows = run.eval(part.base, frame).selections
    return bool(rows) and all(run.schema.owner_field(row.model, part.name) for row in rows)


def reach(target: object) -> set[object]:
    """What names a target: it, the selections it was narrowed from, and the client values by which they were chosen."""
    if not isinstance(target, Selection):
        return {target.plain} if isinstance(target, Client) else {target}
    chain = narrowed_from(target)
    return {*chain, *(client.plain for part in chain for _, value in part.terms for client in value.clients)}


def only_there(outcome: Outcome) -> bool:
    """Does it only say that the row is there which a client value names?"""
    return isinstance(outcome, Link) and not (reach(outcome.one).isdisjoint(reach(outcome.other)))


def _chosen(outcome: Outcome) -> bool:
    """`order.user_id == request.args.get("user")`: an object held against what the client says."""
    return isinstance(outcome, Link) and any(isinstance(target, Client) for target in outcome.targets)


def known(part: ir.Expr) -> bool:
    """Does a part that asks whether there is a caller hold where there is one?"""
    if isinstance(part, ir.Unary) and part.op == "not":
        return not known(part.value)
    if isinstance(part, ir.Cmp) and len(part.ops) == 1 and is_none(part.rights[0]):
        return part.ops[0] in ("is not", "!=")
    return last_name(part) != "is_anonymous"


def _ends(part: ir.Expr, value: Value) -> bool:
    """`find(order_id) or abort(404)`, `rows or []`: what comes instead gives nothing away."""
    if value.ref == "builtins.NoReturn" or value.items == () or value.fields == {} or value.const == "" or value.truth is False:
        return True
    if isinstance(part, ir.Call) and (last_name(part.func) in ABORTS or is_response(part)):
        return True
    return isinstance(value.kind, Definition) and not value.origins  # a row that is made here


def _there(part: ir.Expr) -> bool | None:
    """Does a part hold where something is there (`order`, `order is not None`), or where it is not (`not order`)? None for any other test."""
    if isinstance(part, ir.Unary) and part.op == "not":
        inner = _there(part.value)
        return None if inner is None else not inner
    if isinstance(part, ir.Cmp):
        return part.ops[0] in ("is not", "!=") if len(part.ops) == 1 and is_none(part.rights[0]) else None
    return None if isinstance(part, ir.Bool) else True


def there(test: ir.Expr) -> bool:
    """`if order`, `if order is not None`: does a test ask for no more than whether a row is there?"""
    return _there(test) is True and isinstance(_asked_of(test), ir.Name)


def absent(test: ir.Expr, which: bool) -> bool:
    """Is something not there on this side of a test: `if not team_id:`, `if team_id is None:`?"""
    return isinstance(_asked_of(test), (ir.Name, ir.Attr, ir.Call)) and _there(test) is (not which)


def _asked_of(part: ir.Expr) -> ir.Expr:
    """`order` of `not order`, `order is None`."""
    while isinstance(part, (ir.Unary, ir.Cmp)):
        part = part.value if isinstance(part, ir.Unary) else part.left
    return part


def _bare(part: ir.Expr) -> bool:
    """A row by its name, or a call that finds it; an attribute of a row says what it is like."""
    while isinstance(part, (ir.Cmp, ir.Unary, ir.Await, ir.Walrus)):
        part = part.left if isinstance(part, ir.Cmp) else part.value
    return isinstance(part, (ir.Name, ir.Call))


def _doubted(outcome: Outcome) -> Tie:
    """What it holds first, in doubt."""
    return Tie(outcome.targets[0], True, outcome.sign)


def _in_doubt(outcome: Outcome, others: list[set[object]]) -> Outcome:
    """The outcome where every other way asks about the same object too; a row that only this way looked at is there on this way alone."""
    same = isinstance(outcome, Tie) and all(not reach(outcome.target).isdisjoint(them) for them in others)
    return outcome if same else _doubted(outcome)


def by_office(test: Value) -> bool:
    """`if not organisations_managed_by(user): refuse`: who runs one of them comes this far, and nobody else. That somebody has a cart says less."""
    rows = [row for row in test.selections if not row.admin]
    return bool(rows) and all(_callers_own(row) and any(map(_office, (row.model, *row.beside, *row.joined))) for row in rows)


def _callers_own(row: Selection) -> bool:
    """Looked up by nothing but who the caller is, or by rows that were: `role_id__in=UserRole.objects.filter(user=user).values("role_id")`."""
    if callers_own(row):
        return True
    values = [value for part in narrowed_from(row) for _, value in part.terms]
    through = [inner for value in values for inner in value.selections]
    return bool(through) and all(map(callers_own, through)) and not any(value.clients for value in values)


def _office(model: object) -> bool:
    return bool(OFFICES.search(spelled(model)))
