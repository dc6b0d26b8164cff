"""Is a selection tied to the caller, given everything that one run bound?

Knows: selections, their chains of parents, guards and links. Does not know: endpoints, models, which client values matter.

A selection is tied when a term of it is the caller, when it was reached through the caller, when a guard holds it or the value that selects it
against the caller, or when it was reached through, or narrowed by, something tied. What counts is each *use* of data: a use may stand where a guard
holds, and each way in which the data may have been selected (a branch scopes it, another does not) is judged by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from prodlint.flow.judging.degrees import LOOSE, NOWHERE, TIED, WEAK, better, least, worst
from prodlint.flow.judging.holding import Holding
from prodlint.flow.knowledge import KEY_FIELDS
from prodlint.flow.lookups import identities, queries
from prodlint.flow.lookups.twins import Held, Twins, by_some_key, earliest, earliest_of
from prodlint.flow.proofs import given
from prodlint.flow.values import ALWAYS, BESIDE, CALLER, CHOSEN, DOUBT, ROLE, SOMEBODY, Client, Link, Selection, Tie, Value
from prodlint.routing.table import SAFE

MAX_CHAINS, MAX_ROUNDS = 24, 12
MAX_HOPS = 3  # from a row that is held to those which hang on it
IN_DOUBT = frozenset({NOWHERE})
REPLACES = frozenset({"PUT", "PATCH", "DELETE"})  # methods that change the row itself: a POST may be a like of it
Term = tuple[Selection, str, Client]
Since = tuple[frozenset[tuple[int, bool]], int]  # in which branches something is held, and from when
Linked = tuple[object, frozenset[tuple[int, bool]], int, frozenset[object] | None]  # what it hangs on, in which branches, from when, as whose id


class Judge(Holding, Twins):
    """Memoised verdicts of one run."""

    def __init__(self, run: Any) -> None:
        super().__init__()
        self.run, self.memo = run, dict[object, str]()
        self.judged: dict[tuple[int, Selection], str] = {}  # ways to selections, once all is settled
        self.ways: dict[Selection, list[list[Selection]]] = {}  # chains, as they are found
        self.said, self.guarded = dict[object, str](), dict[object, str]()  # what follows from the memo as it stands, and from guards
        self.hung, self.links = dict[object, tuple[tuple[object, bool], ...]](), dict[object, list[Linked]]()
        self.hops: set[tuple[Selection, Selection]] = set()
        self.schema, self.names = run.schema, run.names
        self.used: list[Selection] = []
        self.chose: dict[Selection, set[str]] = {}  # what is used only to choose other rows: what is said of these
        self.beneath: dict[tuple[bool, bool], Any] = {}  # what `choices.py` has asked of ways, kept with what it was asked of
        self.way: frozenset[tuple[int, bool]] = frozenset()  # the way to the handler that is being looked at
        self.of_ways = {mark for ways in run.ways for mark in ways}
        self.altered: set[Selection] = set()  # rows that are found by what the client says, and changed by a look-up of their own
        self.seen_too = self._seen_too()
        self.guards = earliest_of(run.bound)
        self.keys = earliest_of(self._keys())
        self.twins = self._twins()
        for (link, where), number in run.links.items():
            if link.one is link.other:  # `Application.objects.filter(project=project, team=team).exists()`: the team goes with this project
                self._children(link.one, [(where | IN_DOUBT, number)])
                continue
            self._link(link.one, link.other, where, number)
            self._link(link.other, link.one, where, number)
            for checked in (link.one, link.other):  # an id names an object that a guard held: what else it selects belongs to that object
                for client, alone in self._key_values(checked) if isinstance(checked, Selection) else ():
                    self._link(client, checked, where if alone else where | IN_DOUBT, number)
        said = {target: [(where, number) for _, where, number, _ in entries] for target, entries in self.links.items()}
        for checked in dict.fromkeys(t for t in (*run.bound, *said) if isinstance(t, Selection)):
            held = [(where | IN_DOUBT if weak else where, number) for where, weak, number in self.guards.get(checked, ())]
            self._children(checked, earliest([*said.get(checked, ()), *held]))
        self.links = earliest_of(self.links)
        self.settle()

    def _link(self, target: object, other: object, where: frozenset[tuple[int, bool]], number: int) -> None:
        key, of = (target.plain, target.of) if isinstance(target, Client) else (target, None)
        self.links.setdefault(key, []).append((other, where, number, of))

    def _keys(self) -> dict[Client, list[Held]]:
        """What is held of client values: by themselves, and where they name an object that a guard holds against the caller: what else they select
        belongs to that object."""
        out: dict[Client, list[Held]] = {}
        for target, entries in self.guards.items():
            for client, alone in self._key_values(target) if isinstance(target, Selection) else ((target, True),):
                out.setdefault(client.plain, []).extend((where, weak or not alone, number, client.of) for where, weak, number in entries)
            for client in by_some_key(target):
                out.setdefault(client.plain, []).extend((where, True, number, client.of) for where, _, number in entries)
        for part, whole in self.run.wholes.items():  # that some of them were asked about says nothing sure of the others
            out.setdefault(whole, []).extend((where, True, number, of) for where, _, number, of in list(out.get(part, ())))
        return out

    def _seen_too(self) -> dict[Selection, str]:
        """What is narrowed to the caller's rows and those that everybody may see (`Q(public=True) | Q(owner=user)`), and changed: others may see
        such a row, and whoever may see it changes it."""
        methods = set(self.run.methods)
        if methods and methods <= SAFE:  # how often it was read
            return {}
        rows = [row for s in self.run.selections if s.changed or s.changes for chain in self.chains(s) for row in chain]
        beside = [row for row in rows if any(value.has(BESIDE) for _, value in row.terms)]
        sure = methods and methods <= REPLACES
        return {row: LOOSE if sure and any(queries.published(*term) for term in row.terms) else WEAK for row in beside}

    def _children(self, checked: Selection, held: Sequence[Since], above: tuple[Selection, ...] = ()) -> None:
        """`project = get(Project, task.project_id)` and a guard on the project: where it holds, the task is held by its parent, and the id that names
        it too; and so on down from there (above: the rows on the way), where each is the only one that its parent may have been found by."""
        for element in queries.narrowed_from(checked):
            for name, value in element.terms:
                doubt = value.has(DOUBT) or len(value.selections) > 1 or checked in self.run.several
                for child in value.selections:
                    if child in queries.narrowed_from(checked) or child in above:
                        continue
                    if not (KEY_FIELDS.search(name) or name == ""):  # `Application(job=job)` is mine: whether the job is too is not told
                        self.links.setdefault(child, []).append((checked, IN_DOUBT, 0, None))
                        continue
                    for where, number in held:
                        self._link(child, checked, where | IN_DOUBT if doubt or queries.one_of_several(value) else where, number)
                        for client, alone in self._key_values(child):
                            self._link(client, child, where if alone and not doubt else where | IN_DOUBT, number)
                    if len(above) < MAX_HOPS and len(value.origins) == 1 and not (doubt or child.listing) and (child, checked) not in self.hops:
                        self.hops.add((child, checked))
                        self._children(child, held, (*above, checked))

    def touched(self, selections: Iterable[Selection]) -> list[Selection]:
        """Selections whose data leaves or changes, and those that choose what such a selection is looked up by and are not tied themselves."""
        out: dict[Selection, None] = {}
        pending = [s for s in selections if s.used]
        while pending:
            selection = pending.pop(0)
            if selection in out:
                continue
            out[selection] = None
            verdict = self.verdict(selection)
            if verdict != TIED:
                for parent in [s for chain in self.chains(selection) for e in chain for _, v in e.terms for s in v.selections if s is not selection]:
                    pending.append(parent)
                    self.chose.setdefault(parent, set()).add(verdict)
                    if selection.changed and selection.model and parent.model == selection.model:
                        self.altered.add(parent)  # the same row: found by its name, changed by its id
        self.used = list(out)
        return self.used

    def asked(self, touched: Iterable[Selection]) -> Iterator[tuple[Selection, Term, str]]:
        """(used selection, client term, verdict) for each way in which a client value chose what is used; what several ways say is said once."""
        for selection in touched:
            said: set[tuple[Term, str]] = set()
            for chain in self.chains(selection):
                terms = [(element, name, client) for element in chain for name, client in queries.client_terms(element)]
                if not terms:
                    continue
                verdict = self.chain(chain, selection)
                if verdict == LOOSE and not selection.used and self.chose.get(selection) == {WEAK}:
                    verdict = WEAK  # all it does is to choose something of which nobody can tell
                for term in terms:
                    if (term, verdict) not in said:
                        said.add((term, verdict))
                        yield selection, term, verdict

    def chains(self, selection: Selection) -> list[list[Selection]]:
        """Each way from a selection up to where it began."""
        known = self.ways.get(selection)
        if known is None:
            known = self.ways[selection] = self._chains(selection)
        return known

    @staticmethod
    def _chains(selection: Selection) -> list[list[Selection]]:
        done: list[list[Selection]] = []
        pending = [[selection]]
        while pending and len(done) < MAX_CHAINS:
            chain = pending.pop()
            above = [parent for parent in chain[-1].parents if parent not in chain]
            scoped = [parent for parent in above if not parent.admin] or above
            if not scoped or len(chain) > MAX_CHAINS:
                done.append(chain)
            pending.extend([*chain, parent] for parent in scoped)
        return done

    def why(self, used: Selection) -> tuple[str, str, int]:
        """What stands where a guard should: ("ignored", path, place), ("partial", ...), ("child", ...) or ("", "", 0)."""
        chains = self.chains(used)
        targets: list[object] = [*dict.fromkeys(element for chain in chains for element in chain)]
        targets += dict.fromkeys(client for chain in chains for element in chain for _, client in queries.client_terms(element))
        for target in targets:
            if target in self.run.ignored:
                return ("ignored", *self.run.ignored[target])
        scoped = [s for s in self.used if s is not used and s.parents and any(used in chain for chain in self.chains(s))]
        if any(self.verdict(s) == TIED for s in scoped):  # narrowed to the caller's rows in one branch only
            return ("partial", scoped[0].path, scoped[0].at)
        ways = {self.at_use(held, before, chain, used) for chain in chains for held, before in used.uses or [(frozenset(), ALWAYS)]}
        if TIED in ways or any(not weak for target in targets for _, weak, *_ in self.held(target)):
            return ("partial", *self.guard_of(targets))
        others = [target for target, entries in self.run.bound.items() if target not in targets and any(not weak for _, weak, _ in entries)]
        others = [target for target in others if any(client.source in CHOSEN for client in named(target))]
        return ("child", *self.guard_of(others)) if others else ("", "", 0)

    def guard_of(self, targets: Iterable[object]) -> tuple[str, int]:
        """Where the first of these was held against the caller."""
        found = [self.run.places[target] for target in targets if target in self.run.places]
        return min(found) if found else ("", 0)

    # ------------------------------------------------------------ verdicts
    def verdict(self, selection: Selection) -> str:
        """The worst of all uses and ways."""
        return worst(self.chain(chain, selection) for chain in self.chains(selection))

    def chain(self, chain: list[Selection], used: Selection) -> str:
        """One way to a selection; nothing that it hangs on changes once all is settled."""
        key = (id(chain), used)
        known = self.judged.get(key)
        if known is None:
            known = self.judged[key] = self._chain(chain, used)
        return known

    def _chain(self, chain: list[Selection], used: Selection) -> str:
        if any(element.admin for element in chain):
            return WEAK if queries.by_kind(chain) else TIED
        return worst(self.at_use(held, before, chain, used) for held, before in used.uses or [(frozenset(), ALWAYS)])

    def at_use(self, held: frozenset[Tie | Link], before: int, chain: list[Selection], used: Selection) -> str:
        best = self.on_way(frozenset(), before, chain, used)
        for ways in self.run.ways if best != TIED else ():  # held on each way by something, if not by the same
            best = better(best, worst(self.on_way(frozenset({way}), before, chain, used) for way in ways))
        return best if best == TIED else better(best, self.holds(held, chain))

    def on_way(self, way: frozenset[tuple[int, bool]], before: int, chain: list[Selection], used: Selection) -> str:
        best = LOOSE
        self.way = way
        for element in chain:
            best = better(best, self.alone(element, used.tests | way, before))
            if best == TIED:
                break
        self.way = frozenset()
        return best

    def same(self, one: frozenset[object] | None, other: frozenset[object] | None) -> bool:
        return identities.same(self.names, one, other)

    def tied(self, target: object) -> str:
        """ "owned", "unknown" or "missing" for a selection or client value, wherever it is used."""
        if target not in self.memo and isinstance(target, Client):
            return self.memo.get(target.plain, LOOSE)
        return self.memo.get(target, LOOSE)

    def settle(self) -> None:
        """What follows from what, until nothing new does; all is loose at first, so that a circle proves nothing."""
        others = [other for linked in self.links.values() for other, *_ in linked]
        targets = list(dict.fromkeys((*self.run.selections, *self.links, *self.run.bound, *self.keys, *others)))
        for _ in range(MAX_ROUNDS):
            before = dict(self.memo)
            for target in targets:
                if self.memo.get(target) != TIED:
                    known = self.tied(target)
                    if isinstance(target, Selection):
                        self.memo[target] = worst(self.chain_alone(chain, target) for chain in self.chains(target))
                    else:
                        self.memo[target] = self.linked(target, self.bound(target, frozenset()))
                    if self.memo[target] != known:
                        self.said.clear()
            if self.memo == before:
                return

    def chain_alone(self, chain: list[Selection], used: Selection) -> str:
        best = LOOSE
        for element in chain:
            best = better(best, self.alone(element, used.tests))
        return best

    def alone(self, selection: Selection, tests: frozenset[tuple[int, bool]], before: int = ALWAYS) -> str:
        """One selection without its parents: guards on it, its own terms."""
        if selection.from_caller or (selection.admin and not queries.by_kind([selection])):
            return TIED
        key = (selection, tests, before)
        known = self.said.get(key)
        if known is None:
            known = self.said[key] = self._alone(selection, tests, before)
        return known

    def _alone(self, selection: Selection, tests: frozenset[tuple[int, bool]], before: int) -> str:
        best = self.bound(selection, selection.tests | tests, before)
        if best == TIED:
            return TIED
        best = self.linked(selection, best, selection.tests | tests, before)
        for field, value in selection.terms:
            best = better(best, self.value(value, selection, field, before))
            if best == LOOSE and self.twins and self._again(selection, field, value, selection.tests | tests, before):
                best = WEAK
        return best

    def linked(self, target: object, best: str, tests: frozenset[tuple[int, bool]] = frozenset(), before: int = ALWAYS) -> str:
        for other, sure in self.hangs_on(target, tests, before) if best != TIED else ():
            verdict = self.tied(other)
            best = better(best, verdict if verdict == LOOSE or sure else WEAK)
        return best

    def hangs_on(self, target: object, tests: frozenset[tuple[int, bool]], before: int) -> tuple[tuple[object, bool], ...]:
        """What a target was held against in these branches, and whether what is said of that is surely said of the target too."""
        key = (target, tests, before)
        known = self.hung.get(key)
        if known is None:
            of = target.of if isinstance(target, Client) else None
            linked = self.links.get(target.plain if isinstance(target, Client) else target, ())
            found = {
                (other, self.applies(where, tests) and self.same(of, named)): None
                for other, where, number, named in linked
                if not (number > before or self.apart(where, tests))
            }
            known = self.hung[key] = tuple(found)
        return known

    def held(self, target: object) -> Iterable[Held]:
        """What guards hold of a target, or of the objects that it names."""
        if isinstance(target, Client):
            return self.keys.get(target.plain, ())
        return [(*entry, None) for entry in self.guards.get(target, ())]

    def bound(self, target: object, tests: frozenset[tuple[int, bool]], before: int = ALWAYS) -> str:
        key = (target, tests, before)
        known = self.guarded.get(key)
        if known is None:
            known = self.guarded[key] = self._bound(target, tests, before)
        return known

    def _bound(self, target: object, tests: frozenset[tuple[int, bool]], before: int) -> str:
        best = LOOSE
        of = target.of if isinstance(target, Client) else None
        for where, weak, number, named in self.held(target):
            if number > before or self.apart(where, tests):
                continue  # a guard that comes too late, or stands in the other branch
            sure = not weak and self.applies(where, tests) and self.same(of, named)  # of another model it is another row's number
            best = better(best, TIED if sure else WEAK)
        return best

    def applies(self, where: frozenset[tuple[int, bool]], tests: frozenset[tuple[int, bool]]) -> bool:
        """Does what was said in these branches hold for what stands in those? What stands behind a block that tries has gone through it, unless
        one of its handlers goes on as well."""
        if where <= tests:
            return True
        return all(mark in tests or (mark[0] < 0 and not mark[1] and mark[0] not in self.run.swallowed) for mark in where)

    def apart(self, where: frozenset[tuple[int, bool]], tests: frozenset[tuple[int, bool]]) -> bool:
        """Do the two stand in different branches of one test, or what was said in a task, and the other not?"""
        later = self.run.later
        for mark in where:  # asked of every guard, for every selection
            if (mark[0], not mark[1]) in tests or ((mark in later or mark in self.of_ways) and mark not in tests):
                return True
        return False

    def value(self, value: Value, selection: Selection, field: str, before: int = ALWAYS) -> str:
        """Does a term with this value tie the selection?"""
        either = value.has(CALLER) and queries.replaced(value)  # made of the caller and of what the client says: "mine or that one"
        doubt = value.has(DOUBT)
        if value.has(BESIDE) and selection in self.seen_too:
            return self.seen_too[selection]
        if value.has(CALLER) and not (doubt or either):
            return TIED
        best = WEAK if value.has(CALLER) or value.has(SOMEBODY) else LOOSE
        if value.has(ROLE) and not value.chosen:
            best = WEAK  # rows for the caller's roles or groups, in words of the app
        staff = any(not row.admin for row in value.selections)  # what only staff get does not count where others get something too
        said = []
        for origin in value.origins:
            if isinstance(origin, Client):
                name = self._named(origin, selection, field)
                tests = selection.tests | self.way | (given.branches(self.run, origin) if either else frozenset())
                verdict = self.linked(name, self.bound(name, tests, before), tests, before)
                if verdict != LOOSE or either or origin.source in CHOSEN or queries.in_plain_words(field, origin):
                    said.append(verdict)
            elif isinstance(origin, Selection) and origin is not selection and not (staff and origin.admin):
                said.append(least(self.tied(origin), WEAK if queries.made_with(origin) else TIED))
        if TIED in said:
            return TIED if worst(said) == TIED and not doubt else WEAK  # one of several things that it may be is not the caller's
        return WEAK if WEAK in (best, *said) else LOOSE


def named(target: object) -> list[Client]:
    """The client values that name a target."""
    if isinstance(target, Client):
        return [target]
    chain = queries.narrowed_from(target) if isinstance(target, Selection) else []
    return [client for element in chain for _, client in queries.client_terms(element)]
